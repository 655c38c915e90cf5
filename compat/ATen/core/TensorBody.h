// Mirrors <ATen/core/TensorBody.h> of PyTorch 2.13: same names, layout and inline meaning. The methods that call
// operators are generated (TensorMethods.inc), each a line that calls at::_ops.
#pragma once

#ifdef TORCH_ASSERT_NO_OPERATORS
#error "this file includes a header that depends on the list of operators, which TORCH_ASSERT_NO_OPERATORS forbids"
#endif

#include <ATen/MethodOperators.h>
#include <ATen/core/CheckMemoryFormat.h>
#include <ATen/core/DeprecatedTypeProperties.h>
#include <ATen/core/DeprecatedTypePropertiesRegistry.h>
#include <ATen/core/TensorBase.h>
#include <c10/core/QScheme.h>
#include <c10/core/Scalar.h>
#include <c10/core/Stream.h>
#include <c10/core/SymInt.h>
#include <c10/util/Deprecated.h>
#include <c10/util/OptionalArrayRef.h>
#include <c10/util/light_std.h>

namespace c10 {
template <class T>
class List;
template <class T>
class IListRef;
}  // namespace c10

namespace at {

struct Generator;
struct Type;
class DeprecatedTypeProperties;
class OptionalTensorRef;
class TensorRef;
class Tensor;

namespace indexing {
struct TensorIndex;
}

using TensorList = ArrayRef<Tensor>;
using ITensorList = c10::IListRef<Tensor>;
using Stream = c10::Stream;

class TORCH_API Tensor : public TensorBase {
 protected:
  explicit Tensor(unsafe_borrow_t, const TensorBase& rhs) : TensorBase(unsafe_borrow_t{}, rhs) {}
  friend MaybeOwnedTraits<Tensor>;
  friend OptionalTensorRef;
  friend TensorRef;

 public:
  Tensor() = default;
  FLB_ON_USE explicit Tensor(c10::intrusive_ptr<TensorImpl, UndefinedTensorImpl> tensor_impl)
      : TensorBase(std::move(tensor_impl)) {}
  Tensor(const Tensor& tensor) = default;
  Tensor(Tensor&& tensor) = default;
  explicit Tensor(const TensorBase& base) : TensorBase(base) {}
  /*implicit*/ Tensor(TensorBase&& base) : TensorBase(std::move(base)) {}

  FLB_ON_USE static Tensor wrap_tensor_impl(c10::intrusive_ptr<TensorImpl, UndefinedTensorImpl> tensor_impl) {
    return TensorBase::wrap_tensor_impl(std::move(tensor_impl));
  }

  FLB_ON_USE Tensor contiguous(MemoryFormat memory_format = MemoryFormat::Contiguous) const {
    return TensorBase::contiguous(memory_format);
  }

  // Lazy for dense tensors: a view that carries the conjugate bit.
  FLB_ON_USE Tensor conj() const {
    if (!this->is_complex()) return *this;
    const Layout l = this->layout();
    const bool sparse =
        l == at::kSparse || l == at::kSparseCsr || l == at::kSparseCsc || l == at::kSparseBsr || l == at::kSparseBsc;
    return sparse ? this->conj_physical() : this->_conj();
  }

  using TensorBase::size;
  using TensorBase::stride;
  using TensorBase::sym_size;

  FLB_ON_USE c10::MaybeOwned<Tensor> expect_contiguous(MemoryFormat memory_format = MemoryFormat::Contiguous) const&;
  c10::MaybeOwned<Tensor> expect_contiguous(MemoryFormat memory_format = MemoryFormat::Contiguous) && = delete;

  // Assigning to a variable rebinds it; assigning to an expression such as x[0] copies values into it.
  Tensor& operator=(const TensorBase& x) & noexcept {
    impl_ = x.getIntrusivePtr();
    return *this;
  }
  Tensor& operator=(TensorBase&& x) & noexcept {
    impl_ = x.unsafeReleaseIntrusivePtr();
    return *this;
  }
  Tensor& operator=(const Tensor& x) & noexcept { return operator=(static_cast<const TensorBase&>(x)); }
  Tensor& operator=(Tensor&& x) & noexcept { return operator=(static_cast<TensorBase&&>(x)); }
  Tensor& operator=(const Scalar& v) && { return fill_(v); }
  Tensor& operator=(const Tensor& rhs) && { return copy_(rhs); }
  Tensor& operator=(Tensor&& rhs) && { return copy_(rhs); }

  FLB_ON_USE C10_DEPRECATED_MESSAGE("Tensor.type() is deprecated: use Tensor.options(), scalar_type() or device()")
      DeprecatedTypeProperties& type() const {
    return globalDeprecatedTypePropertiesRegistry().getDeprecatedTypeProperties(
        dispatchKeyToBackend(legacyExtractDispatchKey(key_set())), scalar_type());
  }

  FLB_ON_USE Tensor toType(ScalarType t) const {
    return to(options().dtype(t), /*non_blocking=*/false, /*copy=*/false);
  }
  FLB_ON_USE Tensor toBackend(Backend b) const {
    return to(options().device(backendToDeviceType(b)).layout(layout_from_backend(b)), /*non_blocking=*/false,
              /*copy=*/false);
  }

  C10_DEPRECATED_MESSAGE("Tensor.is_variable() is deprecated: every tensor is a variable")
  bool is_variable() const noexcept { return !at::impl::variable_excluded_from_dispatch(); }

  template <typename T>
  C10_DEPRECATED_MESSAGE("Tensor.data<T>() is deprecated: use Tensor.data_ptr<T>()")
  T* data() const {
    return data_ptr<T>();
  }

  template <typename T>
  T item() const;

  template <typename T, size_t N, template <typename U> class PtrTraits = DefaultPtrTraits, typename index_t = int64_t>
  C10_DEPRECATED_MESSAGE("packed_accessor is deprecated: use packed_accessor32 or packed_accessor64")
  GenericPackedTensorAccessor<T, N, PtrTraits, index_t> packed_accessor() const& {
    return generic_packed_accessor<T, N, PtrTraits, index_t>();
  }
  template <typename T, size_t N, template <typename U> class PtrTraits = DefaultPtrTraits, typename index_t = int64_t>
  C10_DEPRECATED_MESSAGE("packed_accessor is deprecated: use packed_accessor32 or packed_accessor64")
  GenericPackedTensorAccessor<T, N, PtrTraits, index_t> packed_accessor() && = delete;

  Tensor operator~() const { return bitwise_not(); }
  Tensor operator-() const { return neg(); }
  FLB_ON_USE Tensor& operator+=(const Tensor& other) { return add_(other); }
  FLB_ON_USE Tensor& operator+=(const Scalar& other) { return add_(other); }
  FLB_ON_USE Tensor& operator-=(const Tensor& other) { return sub_(other); }
  FLB_ON_USE Tensor& operator-=(const Scalar& other) { return sub_(other); }
  Tensor& operator*=(const Tensor& other) { return mul_(other); }
  Tensor& operator*=(const Scalar& other) { return mul_(other); }
  Tensor& operator/=(const Tensor& other) { return div_(other); }
  Tensor& operator/=(const Scalar& other) { return div_(other); }
  Tensor& operator&=(const Tensor& other) { return bitwise_and_(other); }
  Tensor& operator|=(const Tensor& other) { return bitwise_or_(other); }
  Tensor& operator^=(const Tensor& other) { return bitwise_xor_(other); }

  FLB_ON_USE Tensor operator[](const Scalar& index) const {
    TORCH_CHECK_INDEX(index.isIntegral(false), "Can only index tensors with integral scalars");
    return this->operator[](index.toLong());
  }
  FLB_ON_USE Tensor operator[](const Tensor& index) const {
    TORCH_CHECK_INDEX(index.defined(), "Can only index with tensors that are defined");
    TORCH_CHECK_INDEX(index.dim() == 0, "Can only index with tensors that are scalars (zero-dim)");
    return this->operator[](index.item());
  }
  Tensor operator[](int64_t index) const { return select(0, index); }

  Tensor index(ArrayRef<at::indexing::TensorIndex> indices) const;
  Tensor index(std::initializer_list<at::indexing::TensorIndex> indices) const;
  Tensor& index_put_(ArrayRef<at::indexing::TensorIndex> indices, Tensor const& rhs);
  Tensor& index_put_(ArrayRef<at::indexing::TensorIndex> indices, const Scalar& v);
  Tensor& index_put_(std::initializer_list<at::indexing::TensorIndex> indices, Tensor const& rhs);
  Tensor& index_put_(std::initializer_list<at::indexing::TensorIndex> indices, const Scalar& v);

  Tensor cpu() const { return on(c10::DeviceType::CPU); }
  Tensor cuda() const { return on(c10::DeviceType::CUDA); }
  Tensor hip() const { return on(c10::DeviceType::HIP); }
  Tensor ve() const { return on(c10::DeviceType::VE); }
  Tensor vulkan() const { return on(c10::DeviceType::Vulkan); }
  Tensor metal() const { return on(c10::DeviceType::Metal); }
  Tensor meta() const { return on(c10::DeviceType::Meta); }

  /// Adds the gradient of this tensor to `.grad` of the leaves (or of `inputs`). `gradient` may be left out for a
  /// single element.
  FLB_ON_USE void backward(const Tensor& gradient = {}, std::optional<bool> retain_graph = std::nullopt,
                           bool create_graph = false, std::optional<TensorList> inputs = std::nullopt) const {
    if (inputs.has_value()) {
      TORCH_CHECK(inputs.value().size() > 0, "'inputs' argument to backward cannot be empty")
      this->_backward(inputs.value(), gradient, retain_graph, create_graph);
    } else {
      this->_backward({}, gradient, retain_graph, create_graph);
    }
  }

  const Tensor& set_requires_grad(bool requires_grad) const {
    TensorBase::set_requires_grad(requires_grad);
    return *this;
  }

  Tensor& mutable_grad() const { return impl_->mutable_grad(); }
  FLB_ON_USE const Tensor& grad() const {
    const Tensor& maybe_grad = impl_->grad();
    if (!is_leaf() && !retains_grad() && !maybe_grad.defined()) {
      TORCH_WARN(
          "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad "
          "attribute won't be populated during autograd.backward(). If you indeed want the .grad "
          "field to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. "
          "If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor "
          "instead. See github.com/pytorch/pytorch/pull/30531 for more information.");
    }
    return maybe_grad;
  }

  const Tensor& _fw_grad(uint64_t level) const { return impl_->_fw_grad(level, *this); }
  void _set_fw_grad(const TensorBase& new_grad, uint64_t level, bool is_inplace_op) const {
    impl_->_set_fw_grad(new_grad, *this, level, is_inplace_op);
  }

#include <ATen/core/TensorMethods.inc>

  // Overloads for one dimension: an int would rather become the bool `unbiased`.
  FLB_ON_USE Tensor var(int dim) const { return var(IntArrayRef{dim}); }
  FLB_ON_USE Tensor std(int dim) const { return std(IntArrayRef{dim}); }

  FLB_ON_USE Tensor to(caffe2::TypeMeta type_meta, bool non_blocking = false, bool copy = false) const {
    return this->to(/*scalar_type=*/typeMetaToScalarType(type_meta), non_blocking, copy);
  }
  FLB_ON_USE Tensor to(Device device, caffe2::TypeMeta type_meta, bool non_blocking = false, bool copy = false) const {
    return this->to(device, /*scalar_type=*/typeMetaToScalarType(type_meta), non_blocking, copy);
  }

  template <typename F, typename... Args>
  decltype(auto) m(F func, Args&&... params) const {
    return func(*this, std::forward<Args>(params)...);
  }

  /// Same storage and version counter, no autograd history.
  at::Tensor tensor_data() const { return TensorBase::tensor_data(); }
  /// As Python's `.data`: same storage, own version counter, no autograd history.
  at::Tensor variable_data() const { return TensorBase::variable_data(); }

  template <typename T>
  using hook_return_void_t = std::enable_if_t<std::is_void<typename std::invoke_result_t<T&, Tensor>>::value, unsigned>;
  template <typename T>
  using hook_return_var_t =
      std::enable_if_t<std::is_same_v<typename std::invoke_result_t<T&, Tensor>, Tensor>, unsigned>;

  /// `hook(grad)` runs when this tensor's gradient is known; what it returns replaces the gradient.
  template <typename T>
  hook_return_void_t<T> register_hook(T&& hook) const;
  template <typename T>
  hook_return_var_t<T> register_hook(T&& hook) const;

  Tensor data() const { return TensorBase::data(); }
  void _backward(TensorList inputs, const std::optional<Tensor>& gradient, std::optional<bool> keep_graph,
                 bool create_graph) const;
  const Tensor& requires_grad_(bool _requires_grad = true) const {
    TensorBase::requires_grad_(_requires_grad);
    return *this;
  }

 private:
  FLB_ON_USE Tensor on(c10::DeviceType type) const {
    return to(options().device(type), /*non_blocking=*/false, /*copy=*/false);
  }
};

namespace detail {
template <typename T, typename... Args>
Tensor make_tensor(Args&&... args) {
  return Tensor(c10::make_intrusive<T>(std::forward<Args>(args)...));
}
}  // namespace detail

}  // namespace at

namespace c10 {

template <>
struct MaybeOwnedTraits<at::Tensor> {
  using owned_type = at::Tensor;
  using borrow_type = at::Tensor;

  static borrow_type createBorrow(const owned_type& from) { return borrow_type(borrow_type::unsafe_borrow_t{}, from); }
  static void assignBorrow(borrow_type& lhs, const borrow_type& rhs) {
    lhs.unsafeReleaseTensorImpl();
    lhs = borrow_type(borrow_type::unsafe_borrow_t{}, rhs);
  }
  static void destroyBorrow(borrow_type& toDestroy) { toDestroy.unsafeReleaseTensorImpl(); }
  static const owned_type& referenceFromBorrow(const borrow_type& borrow) { return borrow; }
  static const owned_type* pointerFromBorrow(const borrow_type& borrow) { return &borrow; }
  static bool debugBorrowIsValid(const borrow_type&) { return true; }
};

template <>
struct ExclusivelyOwnedTraits<at::Tensor> {
  using repr_type = at::Tensor;
  using pointer_type = at::Tensor*;
  using const_pointer_type = const at::Tensor*;

  static repr_type nullRepr() { return at::Tensor(); }
  template <class... Args>
  static repr_type createInPlace(Args&&... args) {
    return at::Tensor(std::forward<Args>(args)...);
  }
  static repr_type moveToRepr(at::Tensor&& x) { return std::move(x); }
  static void destroyOwned(at::Tensor& x) { return ExclusivelyOwnedTraits<at::TensorBase>::destroyOwned(x); }
  static at::Tensor take(at::Tensor& x) { return std::move(x); }
  static pointer_type getImpl(repr_type& x) { return &x; }
  static const_pointer_type getImpl(const repr_type& x) { return &x; }
};

}  // namespace c10

namespace at {

FLB_ON_USE inline c10::MaybeOwned<Tensor> borrow_from_optional_tensor(const std::optional<Tensor>& opt) {
  return opt.has_value() ? c10::MaybeOwned<Tensor>::borrowed(*opt) : c10::MaybeOwned<Tensor>::owned(std::in_place);
}

template <typename FlbOnUse>
inline c10::MaybeOwned<Tensor> Tensor::expect_contiguous(MemoryFormat memory_format) const& {
  if (is_contiguous(memory_format)) return c10::MaybeOwned<Tensor>::borrowed(*this);
  return c10::MaybeOwned<Tensor>::owned(__dispatch_contiguous(memory_format));
}

}  // namespace at
