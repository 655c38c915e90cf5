// Mirrors <ATen/ExpandUtils.h> of PyTorch 2.13: broadcasting of shapes and tensors, and its inverse, sum_to.
// Results may borrow their arguments, so that temporaries are not accepted.
#pragma once

#include <ATen/Functions.h>
#include <ATen/Tensor.h>
#include <ATen/core/DimVector.h>
#include <c10/core/SymBool.h>
#include <c10/util/Exception.h>
#include <c10/util/MaybeOwned.h>
#include <c10/util/irange.h>

#include <functional>
#include <tuple>
#include <utility>

namespace at {

TORCH_API std::vector<int64_t> infer_size(IntArrayRef a, IntArrayRef b);
TORCH_API std::vector<SymInt> infer_size_symint(SymIntArrayRef a, SymIntArrayRef b);
TORCH_API DimVector infer_size_dimvector(IntArrayRef a, IntArrayRef b);
TORCH_API SymDimVector infer_size_symdimvector(SymIntArrayRef a, SymIntArrayRef b);

template <typename Container>
struct InferExpandGeometryResult {
  Container sizes;
  Container strides;
  explicit InferExpandGeometryResult(size_t ndim) : sizes(ndim), strides(ndim) {}
  explicit InferExpandGeometryResult(IntArrayRef sizes_, size_t ndim)
      : sizes(sizes_.begin(), sizes_.end()), strides(ndim) {}
};

TORCH_API std::tuple<std::vector<int64_t>, std::vector<int64_t>> inferExpandGeometry(IntArrayRef tensor_sizes,
                                                                                     IntArrayRef tensor_strides,
                                                                                     IntArrayRef sizes);
TORCH_API InferExpandGeometryResult<DimVector> inferExpandGeometry_dimvector(IntArrayRef tensor_sizes,
                                                                             IntArrayRef tensor_strides,
                                                                             IntArrayRef sizes);
/// Dense strides in the order of the given ones.
TORCH_API std::vector<int64_t> infer_dense_strides(IntArrayRef tensor_sizes, IntArrayRef tensor_strides);

FLB_ON_USE inline bool are_expandable(IntArrayRef shape1, IntArrayRef shape2) {
  const size_t common = std::min(shape1.size(), shape2.size());
  for (size_t i = 1; i <= common; ++i) {
    const int64_t a = shape1[shape1.size() - i], b = shape2[shape2.size() - i];
    if (a != b && a != 1 && b != 1) return false;
  }
  return true;
}

FLB_ON_USE inline void check_defined(std::initializer_list<std::reference_wrapper<const Tensor>> tensors,
                                     const char* api_name) {
  for (const Tensor& t : tensors) TORCH_CHECK(t.defined(), api_name, "(...) called with an undefined Tensor");
}

FLB_ON_USE inline c10::MaybeOwned<Tensor> expand_size(const Tensor& to_expand, IntArrayRef sizes) {
  if (to_expand.sizes().equals(sizes)) return c10::MaybeOwned<Tensor>::borrowed(to_expand);
  return c10::MaybeOwned<Tensor>::owned(to_expand.expand(sizes));
}
FLB_ON_USE inline c10::MaybeOwned<Tensor> expand_size(const Tensor& to_expand, IntArrayRef sizes,
                                                      const char* api_name) {
  check_defined({to_expand}, api_name);
  return expand_size(to_expand, sizes);
}
c10::MaybeOwned<Tensor> expand_size(Tensor&& to_expand, IntArrayRef sizes) = delete;
c10::MaybeOwned<Tensor> expand_size(Tensor&& to_expand, IntArrayRef sizes, const char* api_name) = delete;

/// `to_expand` in the shape of `tensor`.
inline c10::MaybeOwned<Tensor> expand_inplace(const Tensor& tensor, const Tensor& to_expand) {
  return expand_size(to_expand, tensor.sizes());
}
FLB_ON_USE inline c10::MaybeOwned<Tensor> expand_inplace(const Tensor& tensor, const Tensor& to_expand,
                                                         const char* api_name) {
  check_defined({tensor, to_expand}, api_name);
  return expand_inplace(tensor, to_expand);
}
c10::MaybeOwned<Tensor> expand_inplace(const Tensor& tensor, Tensor&& to_expand) = delete;
c10::MaybeOwned<Tensor> expand_inplace(const Tensor& tensor, Tensor&& to_expand, const char* api_name) = delete;

template <typename FlbOnUse>
using TwoExpanded = flambeau::on_use<std::tuple<c10::MaybeOwned<Tensor>, c10::MaybeOwned<Tensor>>, FlbOnUse>;
template <typename FlbOnUse>
using ThreeExpanded =
    flambeau::on_use<std::tuple<c10::MaybeOwned<Tensor>, c10::MaybeOwned<Tensor>, c10::MaybeOwned<Tensor>>, FlbOnUse>;

FLB_ON_USE inline TwoExpanded<FlbOnUse> expand_inplace(const Tensor& tensor, const Tensor& to_expand1,
                                                       const Tensor& to_expand2) {
  return {expand_inplace(tensor, to_expand1), expand_inplace(tensor, to_expand2)};
}
FLB_ON_USE inline TwoExpanded<FlbOnUse> expand_inplace(const Tensor& tensor, const Tensor& to_expand1,
                                                       const Tensor& to_expand2, const char* api_name) {
  check_defined({tensor, to_expand1, to_expand2}, api_name);
  return expand_inplace(tensor, to_expand1, to_expand2);
}

/// Both in their common shape.
FLB_ON_USE inline TwoExpanded<FlbOnUse> expand_outplace(const Tensor& to_expand1, const Tensor& to_expand2) {
  const DimVector sizes = infer_size_dimvector(to_expand1.sizes(), to_expand2.sizes());
  return {expand_size(to_expand1, sizes), expand_size(to_expand2, sizes)};
}
FLB_ON_USE inline TwoExpanded<FlbOnUse> expand_outplace(const Tensor& to_expand1, const Tensor& to_expand2,
                                                        const char* api_name) {
  check_defined({to_expand1, to_expand2}, api_name);
  return expand_outplace(to_expand1, to_expand2);
}

FLB_ON_USE inline ThreeExpanded<FlbOnUse> expand_outplace(const Tensor& to_expand1, const Tensor& to_expand2,
                                                          const Tensor& to_expand3) {
  const DimVector two = infer_size_dimvector(to_expand1.sizes(), to_expand2.sizes());
  const DimVector sizes = infer_size_dimvector(two, to_expand3.sizes());
  return {expand_size(to_expand1, sizes), expand_size(to_expand2, sizes), expand_size(to_expand3, sizes)};
}
FLB_ON_USE inline ThreeExpanded<FlbOnUse> expand_outplace(const Tensor& to_expand1, const Tensor& to_expand2,
                                                          const Tensor& to_expand3, const char* api_name) {
  check_defined({to_expand1, to_expand2, to_expand3}, api_name);
  return expand_outplace(to_expand1, to_expand2, to_expand3);
}

/// All in their common shape; undefined ones stay undefined.
FLB_ON_USE inline std::vector<Tensor> expand_outplace(TensorList to_expand) {
  DimVector sizes;
  for (const Tensor& t : to_expand) {
    if (t.defined()) sizes = infer_size_dimvector(sizes, t.sizes());
  }
  std::vector<Tensor> result(to_expand.size());
  for (const auto i : c10::irange(to_expand.size())) {
    if (to_expand[i].defined())
      result[i] = to_expand[i].sizes().equals(sizes) ? to_expand[i] : to_expand[i].expand(sizes);
  }
  return result;
}

/// Sums a tensor down to a shape that broadcasts to its own: the gradient of expand.
FLB_ON_USE inline Tensor sum_to(Tensor tensor, const IntArrayRef shape, bool always_return_non_view = false) {
  if (shape.empty()) return tensor.sum();
  const int64_t leading = tensor.dim() - static_cast<int64_t>(shape.size());
  DimVector summed;
  for (int64_t d = 0; d < tensor.dim(); ++d) {
    if (d < leading || (shape[d - leading] == 1 && tensor.size(d) != 1)) summed.push_back(d);
  }
  if (!summed.empty()) tensor = tensor.sum(summed, /*keepdim=*/true);
  if (always_return_non_view) return leading > 0 ? at::view_copy(tensor, shape) : tensor.clone();
  return leading > 0 ? tensor.view(shape) : tensor;
}
FLB_ON_USE inline Tensor sum_to(Tensor tensor, const c10::SymIntArrayRef shape, bool always_return_non_view = false) {
  return sum_to(std::move(tensor), C10_AS_INTARRAYREF_SLOW(shape), always_return_non_view);
}

FLB_ON_USE inline bool is_expandable_to(IntArrayRef shape, IntArrayRef desired) {
  if (shape.size() > desired.size()) return false;
  for (size_t i = 1; i <= shape.size(); ++i) {
    const int64_t size = shape[shape.size() - i];
    if (size != desired[desired.size() - i] && size != 1) return false;
  }
  return true;
}
FLB_ON_USE inline bool is_expandable_to(SymIntArrayRef shape, c10::SymIntArrayRef desired) {
  return is_expandable_to(C10_AS_INTARRAYREF_SLOW(shape), C10_AS_INTARRAYREF_SLOW(desired));
}

}  // namespace at
