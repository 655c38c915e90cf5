// Mirrors <torch/detail/TensorDataContainer.h> of PyTorch 2.13: the argument of torch::tensor, a number, an array of
// numbers or nested braced lists of them.
#pragma once

#include <ATen/Dispatch.h>
#include <ATen/Functions.h>
#include <ATen/ScalarOps.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <c10/util/irange.h>

#include <initializer_list>
#include <ostream>
#include <utility>
#include <vector>

namespace torch::detail {

enum class TensorDataContainerType { Scalar, InitList, Tensor };

struct TensorDataContainer;
FLB_ON_USE std::ostream& operator<<(std::ostream& stream, const TensorDataContainer& tensor_data_container);

/// Integers become int64, floating-point numbers the default dtype, all others keep their own.
inline c10::ScalarType compute_desired_dtype(c10::ScalarType scalar_type) {
  switch (scalar_type) {
    case at::kInt:
    case at::kLong:
      return at::kLong;
    case at::kFloat:
    case at::kDouble:
      return at::typeMetaToScalarType(at::get_default_dtype());
    default:
      return scalar_type;
  }
}

struct TensorDataContainer {
  /// `{}`, which is an empty vector of the default dtype.
  TensorDataContainer()
      : sizes_({0}),
        scalar_type_(at::typeMetaToScalarType(at::get_default_dtype())),
        type_(TensorDataContainerType::InitList) {}

#define TENSOR(T, S)                      \
  FLB_ON_USE TensorDataContainer(T value) \
      : scalar_type_(at::k##S), type_(TensorDataContainerType::Scalar), scalar_(value) {}
  AT_FORALL_SCALAR_TYPES_AND3(Bool, Half, BFloat16, TENSOR)
  AT_FORALL_COMPLEX_TYPES(TENSOR)
#undef TENSOR

  /// All elements must agree in sizes and dtype.
  FLB_ON_USE TensorDataContainer(std::initializer_list<TensorDataContainer> init_list)
      : scalar_type_(init_list.begin()->scalar_type()),
        type_(TensorDataContainerType::InitList),
        init_list_(init_list) {
    const TensorDataContainer& first = *init_list.begin();
    for (const TensorDataContainer& element : init_list) {
      TORCH_CHECK(element.sizes() == first.sizes(), "Expected all sub-lists to have sizes: ", first.sizes(), " (e.g. ",
                  first, "), but got sub-list ", element, " with sizes: ", element.sizes());
      TORCH_CHECK(element.scalar_type() == first.scalar_type(),
                  "Expected all elements of the tensor to have the same scalar type: ", first.scalar_type(),
                  ", but got element of scalar type: ", element.scalar_type());
    }
    sizes_.reserve(first.sizes().size() + 1);
    sizes_.push_back(static_cast<int64_t>(init_list.size()));
    for (const int64_t size : first.sizes()) sizes_.push_back(size);
  }

// at::tensor makes no tensor of bool: those pass through the default dtype.
#define TENSOR(T, S)                                                                         \
  FLB_ON_USE TensorDataContainer(at::ArrayRef<T> values)                                     \
      : sizes_({static_cast<int64_t>(values.size())}),                                       \
        scalar_type_(at::k##S),                                                              \
        type_(TensorDataContainerType::Tensor) {                                             \
    at::AutoDispatchBelowAutograd guard;                                                     \
    const at::TensorOptions options = at::TensorOptions().device(at::kCPU);                  \
    tensor_ = at::tensor(flambeau::on_use<at::ArrayRef<T>, FlbOnUse>(values),                \
                         scalar_type_ == at::kBool ? options : options.dtype(scalar_type_)); \
  }
  AT_FORALL_SCALAR_TYPES_AND3(Bool, Half, BFloat16, TENSOR)
  AT_FORALL_COMPLEX_TYPES(TENSOR)
#undef TENSOR

// std::vector<bool> is no array of bool.
#define TENSOR(T, S)                                           \
  FLB_ON_USE TensorDataContainer(const std::vector<T>& values) \
      : TensorDataContainer(flambeau::on_use<at::ArrayRef<T>, FlbOnUse>(values)) {}
  AT_FORALL_SCALAR_TYPES_AND2(Half, BFloat16, TENSOR)
  AT_FORALL_COMPLEX_TYPES(TENSOR)
#undef TENSOR

  bool is_scalar() const { return type_ == TensorDataContainerType::Scalar; }
  bool is_init_list() const { return type_ == TensorDataContainerType::InitList; }
  bool is_tensor() const { return type_ == TensorDataContainerType::Tensor; }

  const c10::Scalar& scalar() const {
    TORCH_CHECK(is_scalar(), "Can only call `scalar()` on a TensorDataContainer that has `is_scalar() == true`");
    return scalar_;
  }
  const std::initializer_list<TensorDataContainer>& init_list() const {
    TORCH_CHECK(is_init_list(),
                "Can only call `init_list()` on a TensorDataContainer that has `is_init_list() == true`");
    return init_list_;
  }
  const at::Tensor& tensor() const {
    TORCH_CHECK(is_tensor(), "Can only call `tensor()` on a TensorDataContainer that has `is_tensor() == true`");
    return tensor_;
  }
  const std::vector<int64_t>& sizes() const { return sizes_; }
  const c10::ScalarType& scalar_type() const { return scalar_type_; }

  FLB_ON_USE at::Tensor convert_to_tensor(at::TensorOptions options) const {
    if (!options.has_dtype()) options = options.dtype(compute_desired_dtype(scalar_type_));
    if (is_tensor()) {
      at::Tensor converted = tensor_.to(options);
      TORCH_CHECK(
          !tensor_.is_complex() || converted.is_complex(),
          "can not do torch::tensor(complex, dtype=non-complex) because complex can not be casted to real number "
          "without loss of information");
      return converted;
    }
    if (is_scalar()) {
      at::AutoDispatchBelowAutograd guard;
      return at::scalar_tensor(scalar_, options);
    }
    at::Tensor filled = [&] {
      at::AutoDispatchBelowAutograd guard;
      return at::empty(sizes_, options.device(at::kCPU));
    }();
    fill_tensor(filled);
    return filled.to(options.device());
  }

  FLB_ON_USE void pretty_print_recursive(std::ostream& stream) const {
    if (is_scalar()) {
      AT_DISPATCH_ALL_TYPES_AND3(at::kBool, at::kHalf, at::kBFloat16, scalar_type_,
                                 "TensorDataContainer_pretty_print_scalar", [&] { stream << scalar_.to<scalar_t>(); });
      return;
    }
    stream << '{';
    const char* separator = "";
    if (is_init_list()) {
      for (const TensorDataContainer& element : init_list_) stream << std::exchange(separator, ", ") << element;
    } else {
      AT_DISPATCH_ALL_TYPES_AND3(at::kBool, at::kHalf, at::kBFloat16, scalar_type_,
                                 "TensorDataContainer_pretty_print_tensor_item", [&] {
                                   for (const int64_t i : c10::irange(tensor_.sizes()[0])) {
                                     stream << std::exchange(separator, ", ") << tensor_[i].item<scalar_t>();
                                   }
                                 });
    }
    stream << '}';
  }

 private:
  // A select and a fill for each number would cost far more than the number: the common dtypes are written to memory.
  // Tensors of Python modes may have none.
  FLB_ON_USE void fill_tensor(at::Tensor& tensor) const {
    const bool plain = tensor.has_storage() && !tensor.unsafeGetTensorImpl()->is_python_dispatch();
    switch (plain ? tensor.scalar_type() : at::ScalarType::Undefined) {
      case at::kFloat:
        return write(tensor.mutable_data_ptr<float>());
      case at::kDouble:
        return write(tensor.mutable_data_ptr<double>());
      case at::kLong:
        return write(tensor.mutable_data_ptr<int64_t>());
      case at::kBool:
        return write(tensor.mutable_data_ptr<bool>());
      default:
        return fill_each(tensor);
    }
  }

  template <class T>
  void write(T* out) const {
    const int64_t step = init_list_.size() == 0 ? 0 : c10::multiply_integers(sizes_.begin() + 1, sizes_.end());
    for (const TensorDataContainer& element : init_list_) {
      if (element.is_scalar()) {
        *out = element.scalar_.to<T>();
      } else {
        TORCH_INTERNAL_ASSERT(element.is_init_list(), "a list of numbers or lists holds an array");
        element.write(out);
      }
      out += step;
    }
  }

  FLB_ON_USE void fill_each(const at::Tensor& tensor) const {
    if (is_scalar()) {
      const at::NoGradGuard guard;
      tensor.fill_(scalar_);
      return;
    }
    TORCH_INTERNAL_ASSERT(is_init_list(), "a list of numbers or lists holds an array");
    int64_t index = 0;
    for (const TensorDataContainer& element : init_list_) element.fill_each(tensor[index++]);
  }

  std::vector<int64_t> sizes_;
  c10::ScalarType scalar_type_;
  TensorDataContainerType type_;
  c10::Scalar scalar_;
  std::initializer_list<TensorDataContainer> init_list_;
  at::Tensor tensor_;
};

template <typename FlbOnUse>
std::ostream& operator<<(std::ostream& stream, const TensorDataContainer& tensor_data_container) {
  tensor_data_container.pretty_print_recursive(stream);
  return stream;
}

}  // namespace torch::detail
