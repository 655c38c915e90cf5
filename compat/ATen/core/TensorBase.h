// Mirrors <ATen/core/TensorBase.h> of PyTorch 2.13: same names, layout and inline meaning; frozen by
// tests/torch_parity/abi.
#pragma once

#include <ATen/StorageUtils.h>
#include <ATen/core/QuantizerBase.h>
#include <ATen/core/TensorAccessor.h>
#include <c10/core/Device.h>
#include <c10/core/Layout.h>
#include <c10/core/MemoryFormat.h>
#include <c10/core/ScalarType.h>
#include <c10/core/ScalarTypeToTypeMeta.h>
#include <c10/core/Storage.h>
#include <c10/core/SymIntArrayRef.h>
#include <c10/core/TensorImpl.h>
#include <c10/core/TensorOptions.h>
#include <c10/core/UndefinedTensorImpl.h>
#include <c10/core/WrapDimMinimal.h>
#include <c10/util/Exception.h>
#include <c10/util/ExclusivelyOwned.h>
#include <c10/util/ExclusivelyOwnedTensorTraits.h>
#include <c10/util/MaybeOwned.h>
#include <c10/util/intrusive_ptr.h>
#include <c10/util/light_std.h>

namespace c10 {
class Scalar;
}

namespace torch::autograd {
struct Node;
}

namespace at {

class Tensor;
class TensorBase;

TORCH_API const TensorBase& get_tensor_base(const Tensor& t);

namespace impl {
inline bool variable_excluded_from_dispatch() {
  return c10::impl::tls_local_dispatch_key_set().excluded_.isSupersetOf(c10::autograd_dispatch_keyset);
}
}  // namespace impl

/// Tensor without its operators, so that code which needs none does not depend on the list of them.
class TORCH_API TensorBase {
 public:
  struct unsafe_borrow_t {
    explicit unsafe_borrow_t() = default;
  };

 protected:
  // A borrowed tensor does not own its impl: whoever makes one must release it again.
  explicit TensorBase(unsafe_borrow_t, const TensorBase& rhs)
      : impl_(c10::intrusive_ptr<at::TensorImpl, UndefinedTensorImpl>(rhs.impl_.get(),
                                                                      c10::raw::DontIncreaseRefcount{})) {}
  friend MaybeOwnedTraits<TensorBase>;

 public:
  TensorBase() = default;
  FLB_ON_USE explicit TensorBase(c10::intrusive_ptr<TensorImpl, UndefinedTensorImpl> tensor_impl)
      : impl_(std::move(tensor_impl)) {
    TORCH_CHECK(impl_.get(), "TensorImpl with nullptr is not supported");
  }
  TensorBase(const TensorBase&) = default;
  TensorBase(TensorBase&&) noexcept = default;
  ~TensorBase() noexcept = default;

  FLB_ON_USE static TensorBase wrap_tensor_impl(c10::intrusive_ptr<TensorImpl, UndefinedTensorImpl> tensor_impl) {
    TensorBase r(std::move(tensor_impl));
    r.enforce_invariants();
    return r;
  }

  int64_t dim() const { return impl_->dim(); }
  int64_t ndimension() const { return dim(); }
  int64_t storage_offset() const { return impl_->storage_offset(); }

  FLB_ON_USE TensorBase contiguous(MemoryFormat memory_format = MemoryFormat::Contiguous) const {
    return is_contiguous_or_false(memory_format) ? *this : __dispatch_contiguous(memory_format);
  }
  FLB_ON_USE c10::MaybeOwned<TensorBase> expect_contiguous(
      MemoryFormat memory_format = MemoryFormat::Contiguous) const&;
  c10::MaybeOwned<TensorBase> expect_contiguous(MemoryFormat memory_format = MemoryFormat::Contiguous) && = delete;

  const TensorBase& fill_(const c10::Scalar& scalar) const;
  const TensorBase& zero_() const;
  TensorBase to(at::TensorOptions options = {}, bool non_blocking = false, bool copy = false,
                std::optional<at::MemoryFormat> memory_format = std::nullopt) const;

  bool is_complex() const { return at::isComplexType(this->scalar_type()); }
  bool is_floating_point() const { return at::isFloatingType(this->scalar_type()); }
  bool is_signed() const { return at::isSignedType(this->scalar_type()); }

  c10::SymInt sym_size(int64_t dim) const { return impl_->sym_size(dim); }
  FLB_ON_USE c10::SymInt sym_stride(int64_t dim) const {
    const auto strides = this->sym_strides();
    return strides[c10::maybe_wrap_dim(dim, static_cast<int64_t>(strides.size()), /*wrap_scalar=*/false)];
  }
  int64_t size(int64_t dim) const { return impl_->size(dim); }
  FLB_ON_USE int64_t stride(int64_t dim) const {
    const auto strides = this->strides();
    return strides[c10::maybe_wrap_dim(dim, static_cast<int64_t>(strides.size()), /*wrap_scalar=*/false)];
  }

  TensorImpl* unsafeGetTensorImpl() const { return impl_.get(); }
  FLB_ON_USE TensorImpl* unsafeReleaseTensorImpl() { return impl_.release(); }
  const c10::intrusive_ptr<TensorImpl, UndefinedTensorImpl>& getIntrusivePtr() const { return impl_; }
  c10::intrusive_ptr<TensorImpl, UndefinedTensorImpl> unsafeReleaseIntrusivePtr() { return std::move(impl_); }

  bool defined() const { return impl_; }
  FLB_ON_USE void reset() { impl_.reset(); }

  TensorBase& operator=(const TensorBase& x) & = default;
  TensorBase& operator=(TensorBase&& x) & noexcept = default;
  // Assignment to an rvalue copies values in Tensor, which TensorBase cannot do.
  TensorBase& operator=(const TensorBase&) && = delete;
  TensorBase& operator=(TensorBase&&) && noexcept = delete;

  FLB_ON_USE bool is_same(const TensorBase& other) const noexcept { return impl_ == other.impl_; }
  FLB_ON_USE size_t use_count() const noexcept { return impl_.use_count(); }
  FLB_ON_USE size_t weak_use_count() const noexcept { return impl_.weak_use_count(); }
  FLB_ON_USE bool is_uniquely_owned() const noexcept { return impl_.is_uniquely_owned(); }

  std::string toString() const;

  IntArrayRef sizes() const { return impl_->sizes(); }
  c10::SymIntArrayRef sym_sizes() const { return impl_->sym_sizes(); }
  c10::SymIntArrayRef sym_strides() const { return impl_->sym_strides(); }
  IntArrayRef strides() const { return impl_->strides(); }

  bool is_contiguous(at::MemoryFormat memory_format = at::MemoryFormat::Contiguous) const {
    return impl_->is_contiguous(memory_format);
  }
  FLB_ON_USE c10::SymBool sym_is_contiguous(at::MemoryFormat memory_format = at::MemoryFormat::Contiguous) const {
    if (impl_->has_symbolic_sizes_strides()) return impl_->sym_is_contiguous(memory_format);
    return impl_->is_contiguous(memory_format);
  }
  FLB_ON_USE bool is_contiguous_or_false(at::MemoryFormat memory_format = at::MemoryFormat::Contiguous) const {
    if (impl_->has_symbolic_sizes_strides())
      return impl_->sym_is_contiguous(memory_format).guard_or_false(__FILE__, __LINE__);
    return impl_->is_contiguous(memory_format);
  }
  bool is_non_overlapping_and_dense() const { return impl_->is_non_overlapping_and_dense(); }

  FLB_ON_USE at::MemoryFormat suggest_memory_format(bool channels_last_strides_exact_match = false) const {
    if (layout() != at::kStrided) return at::MemoryFormat::Contiguous;
    if (impl_->is_strides_like_channels_last()) {
      if (!channels_last_strides_exact_match || get_channels_last_strides_2d(sizes()) == strides()) {
        return at::MemoryFormat::ChannelsLast;
      }
    } else if (impl_->is_strides_like_channels_last_3d()) {
      if (!channels_last_strides_exact_match || get_channels_last_strides_3d(sizes()) == strides()) {
        return at::MemoryFormat::ChannelsLast3d;
      }
    }
    return at::MemoryFormat::Contiguous;
  }

  size_t nbytes() const {
    check_not_sparse();
    return impl_->numel() * impl_->itemsize();
  }
  FLB_ON_USE c10::SymInt sym_nbytes() const {
    check_not_sparse();
    return impl_->sym_numel() * c10::SymInt(impl_->itemsize());
  }
  int64_t numel() const { return impl_->numel(); }
  c10::SymInt sym_numel() const { return impl_->sym_numel(); }
  c10::SymInt sym_storage_offset() const { return impl_->sym_storage_offset(); }
  size_t itemsize() const { return impl_->itemsize(); }
  int64_t element_size() const { return static_cast<int64_t>(impl_->itemsize()); }

  DispatchKeySet key_set() const { return impl_->key_set(); }
  ScalarType scalar_type() const { return typeMetaToScalarType(impl_->dtype()); }
  bool has_storage() const { return defined() && impl_->has_storage(); }
  const Storage& storage() const { return impl_->storage(); }
  bool is_alias_of(const at::TensorBase& other) const { return impl_->storage().is_alias_of(other.storage()); }

  // Moves the storage to shared memory, if it is not there yet.
  void share_memory_() { at::share_memory_(*this); }

  bool _is_zerotensor() const { return impl_->_is_zerotensor(); }
  void _set_zero(bool zero) const { impl_->_set_zero(zero); }
  bool is_conj() const { return impl_->is_conj(); }
  void _set_conj(bool conjugate) const { impl_->_set_conj(conjugate); }
  bool is_neg() const { return impl_->is_neg(); }
  void _set_neg(bool negative) const { impl_->_set_neg(negative); }

  Layout layout() const { return impl_->layout(); }
  caffe2::TypeMeta dtype() const { return impl_->dtype(); }
  Device device() const { return impl_->device(); }
  DeviceIndex get_device() const { return impl_->get_device(); }

  bool is_cpu() const { return impl_->is_cpu(); }
  bool is_cuda() const { return impl_->is_cuda(); }
  bool is_ipu() const { return impl_->is_ipu(); }
  bool is_xpu() const { return impl_->is_xpu(); }
  bool is_xla() const { return impl_->is_xla(); }
  bool is_mtia() const { return impl_->is_mtia(); }
  bool is_hpu() const { return impl_->is_hpu(); }
  bool is_lazy() const { return impl_->is_lazy(); }
  bool is_hip() const { return impl_->is_hip(); }
  bool is_ve() const { return impl_->is_ve(); }
  bool is_privateuseone() const { return impl_->is_privateuseone(); }
  bool is_sparse() const { return impl_->is_sparse(); }
  bool is_sparse_csr() const { return impl_->is_sparse_csr(); }
  bool is_mkldnn() const { return impl_->is_mkldnn(); }
  bool is_mps() const { return impl_->is_mps(); }
  bool is_maia() const { return impl_->is_maia(); }
  bool is_vulkan() const { return impl_->is_vulkan(); }
  bool is_metal() const { return impl_->is_metal(); }
  bool is_quantized() const { return impl_->is_quantized(); }
  bool is_meta() const { return impl_->is_meta(); }
  bool is_fake() const { return impl_->is_fake(); }
  bool is_inference() const { return impl_->is_inference(); }
  bool is_nested() const { return impl_->is_nested(); }

  QuantizerPtr quantizer() const;
  FLB_ON_USE TensorOptions options() const { return TensorOptions().dtype(dtype()).device(device()).layout(layout()); }

  const void* const_data_ptr() const { return this->unsafeGetTensorImpl()->data(); }
  void* mutable_data_ptr() const { return this->unsafeGetTensorImpl()->mutable_data(); }
  void* data_ptr() const { return mutable_data_ptr(); }

  template <typename T>
  const T* const_data_ptr() const;
  template <typename T>
  T* mutable_data_ptr() const;
  template <typename T>
  T* data_ptr() const;

  void print() const;

  template <typename T, size_t N>
  TensorAccessor<T, N> accessor() const& {
    check_accessor<N>();
    return TensorAccessor<T, N>(typed_data<T>(), sizes().data(), strides().data());
  }
  template <typename T, size_t N>
  TensorAccessor<T, N> accessor() && = delete;

  template <typename T, size_t N, template <typename U> class PtrTraits = DefaultPtrTraits, typename index_t = int64_t>
  GenericPackedTensorAccessor<T, N, PtrTraits, index_t> generic_packed_accessor() const& {
    check_accessor<N>();
    return GenericPackedTensorAccessor<T, N, PtrTraits, index_t>(
        static_cast<typename PtrTraits<T>::PtrType>(typed_data<T>()), sizes().data(), strides().data());
  }
  template <typename T, size_t N, template <typename U> class PtrTraits = DefaultPtrTraits, typename index_t = int64_t>
  GenericPackedTensorAccessor<T, N> generic_packed_accessor() && = delete;

  template <typename T, size_t N, template <typename U> class PtrTraits = DefaultPtrTraits>
  PackedTensorAccessor32<T, N, PtrTraits> packed_accessor32() const& {
    TORCH_CHECK(impl_->numel() <= static_cast<int64_t>(std::numeric_limits<int32_t>::max()),
                "numel needs to be smaller than int32_t max; otherwise, please use packed_accessor64");
    return generic_packed_accessor<T, N, PtrTraits, int32_t>();
  }
  template <typename T, size_t N, template <typename U> class PtrTraits = DefaultPtrTraits>
  PackedTensorAccessor32<T, N, PtrTraits> packed_accessor32() && = delete;

  template <typename T, size_t N, template <typename U> class PtrTraits = DefaultPtrTraits>
  PackedTensorAccessor64<T, N, PtrTraits> packed_accessor64() const& {
    return generic_packed_accessor<T, N, PtrTraits, int64_t>();
  }
  template <typename T, size_t N, template <typename U> class PtrTraits = DefaultPtrTraits>
  PackedTensorAccessor64<T, N, PtrTraits> packed_accessor64() && = delete;

  const TensorBase& set_requires_grad(bool requires_grad) const {
    impl_->set_requires_grad(requires_grad);
    return *this;
  }
  bool requires_grad() const { return impl_->requires_grad(); }

  const Tensor& _fw_grad(uint64_t level) const { return impl_->_fw_grad(level, *this); }
  void _set_fw_grad(const TensorBase& new_grad, uint64_t level, bool is_inplace_op) const {
    impl_->_set_fw_grad(new_grad, *this, level, is_inplace_op);
  }

  at::TensorBase tensor_data() const;
  at::TensorBase variable_data() const;
  const c10::intrusive_ptr<torch::autograd::Node>& grad_fn() const;

  template <typename T>
  using hook_return_void_t = std::enable_if_t<std::is_void_v<typename std::invoke_result_t<T&, TensorBase>>, unsigned>;
  template <typename T>
  using hook_return_var_t =
      std::enable_if_t<std::is_same_v<typename std::invoke_result_t<T&, TensorBase>, TensorBase>, unsigned>;

  template <typename T>
  hook_return_void_t<T> register_hook(T&& hook) const;
  template <typename T>
  hook_return_var_t<T> register_hook(T&& hook) const;

 protected:
  unsigned _register_hook(std::function<TensorBase(const TensorBase&)> hook) const;

 public:
  void remove_hook(unsigned pos) const;
  bool is_leaf() const;
  int64_t output_nr() const;
  void set_data(const TensorBase& new_data) const;
  TensorBase data() const;
  int64_t _version() const;
  void retain_grad() const;
  bool retains_grad() const;
  const TensorBase& requires_grad_(bool _requires_grad = true) const;
  std::optional<ScalarType> grad_dtype() const;
  void set_grad_dtype(const std::optional<ScalarType>& grad_dtype) const;
  bool is_view() const;
  const TensorBase& _base() const;
  const std::string& name() const;

 protected:
  void enforce_invariants();
  c10::intrusive_ptr<TensorImpl, UndefinedTensorImpl> impl_;

 private:
  FLB_ON_USE void check_not_sparse() const {
    TORCH_CHECK(layout() != at::kSparse,
                "nbytes is not defined for sparse tensors.  If you want the size of the constituent "
                "tensors, add the nbytes of the indices and values.  If you want the size of the  "
                "equivalent dense tensor, multiply numel() by element_size()");
  }
  template <size_t N>
  void check_accessor() const {
    static_assert(N > 0, "accessor is used for indexing tensor, for scalars use *data_ptr<T>()");
    TORCH_CHECK(dim() == N, "TensorAccessor expected ", N, " dims but tensor has ", dim());
  }
  template <typename T>
  T* typed_data() const {
    if constexpr (std::is_const_v<T>) {
      return const_data_ptr<T>();
    } else {
      return mutable_data_ptr<T>();
    }
  }
  TensorBase __dispatch_contiguous(c10::MemoryFormat) const;
};

inline DeviceIndex get_device(const TensorBase& self) { return self.get_device(); }

template <typename T>
auto TensorBase::register_hook(T&& hook) const -> TensorBase::hook_return_void_t<T> {
  return _register_hook([fn = std::forward<T>(hook)](const TensorBase& grad) {
    fn(grad);
    return TensorBase();
  });
}

template <typename T>
auto TensorBase::register_hook(T&& hook) const -> TensorBase::hook_return_var_t<T> {
  return _register_hook(std::forward<T>(hook));
}

namespace detail {
template <typename T, typename... Args>
TensorBase make_tensor_base(Args&&... args) {
  return TensorBase(c10::make_intrusive<T>(std::forward<Args>(args)...));
}
}  // namespace detail

inline DispatchKey legacyExtractDispatchKey(const TensorBase& t) { return legacyExtractDispatchKey(t.key_set()); }

}  // namespace at

namespace c10 {

template <>
struct MaybeOwnedTraits<at::TensorBase> {
  using owned_type = at::TensorBase;
  using borrow_type = at::TensorBase;

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
struct ExclusivelyOwnedTraits<at::TensorBase> : public c10::ExclusivelyOwnedTensorTraits<at::TensorBase> {};

}  // namespace c10

namespace at {

FLB_ON_USE inline c10::MaybeOwned<TensorBase> borrow_from_optional_tensor(const std::optional<TensorBase>& opt) {
  return opt.has_value() ? c10::MaybeOwned<TensorBase>::borrowed(*opt)
                         : c10::MaybeOwned<TensorBase>::owned(std::in_place);
}

template <typename FlbOnUse>
inline c10::MaybeOwned<TensorBase> TensorBase::expect_contiguous(MemoryFormat memory_format) const& {
  if (is_contiguous(memory_format)) return c10::MaybeOwned<TensorBase>::borrowed(*this);
  return c10::MaybeOwned<TensorBase>::owned(__dispatch_contiguous(memory_format));
}

namespace symint {

template <typename T>
using enable_if_symint = std::enable_if_t<std::is_same_v<T, c10::SymInt>>;
template <typename T>
using enable_if_int = std::enable_if_t<std::is_same_v<T, int64_t>>;

template <typename T, typename = enable_if_symint<T>>
c10::SymIntArrayRef sizes(const TensorBase& t) {
  return t.sym_sizes();
}
template <typename T, typename = enable_if_int<T>>
IntArrayRef sizes(const TensorBase& t) {
  return t.sizes();
}

template <typename T, typename = enable_if_symint<T>>
c10::SymInt size(const TensorBase& t, int64_t dim) {
  return t.sym_size(dim);
}
template <typename T, typename = enable_if_int<T>>
int64_t size(const TensorBase& t, int64_t dim) {
  return t.size(dim);
}

template <typename T, typename = enable_if_symint<T>>
c10::SymIntArrayRef strides(const TensorBase& t) {
  return t.sym_strides();
}
template <typename T, typename = enable_if_int<T>>
IntArrayRef strides(const TensorBase& t) {
  return t.strides();
}

template <typename T, typename = enable_if_symint<T>>
c10::SymInt numel(const TensorBase& t) {
  return t.sym_numel();
}
template <typename T, typename = enable_if_int<T>>
int64_t numel(const TensorBase& t) {
  return t.numel();
}

}  // namespace symint

}  // namespace at
