// The _foreach_ operators that are not simply an operator on each item; those are generated.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/native/composite.h>

namespace at::native {
namespace {

template <class Body>
std::vector<Tensor> each(TensorList self, const Body& body) {
  TORCH_CHECK(!self.empty(), "Tensor list must have at least one tensor.");
  std::vector<Tensor> results;
  results.reserve(self.size());
  for (size_t i = 0; i < self.size(); ++i) results.push_back(body(self[i], i));
  return results;
}

void check_count(TensorList self, size_t count) {
  TORCH_CHECK(self.size() == count, "Tensor list must have same number of elements as scalar list.");
}

/// The numbers of a one-dimensional tensor.
std::vector<Scalar> scalars_of(TensorList self, const Tensor& scalars) {
  TORCH_CHECK(scalars.dim() == 1, "Expected packed scalar Tensor to be of dimension 1. Got ", scalars.dim(),
              " instead.");
  TORCH_CHECK(scalars.size(0) == static_cast<int64_t>(self.size()),
              "Expected length of scalars to match input of length ", self.size(), " but got ", scalars.size(0),
              " instead.");
  std::vector<Scalar> values;
  for (int64_t i = 0; i < scalars.size(0); ++i) values.push_back(scalars[i].item());
  return values;
}

}  // namespace

FLB_COMPOSITE(_foreach_norm_Scalar)
std::vector<Tensor> _foreach_norm_Scalar(TensorList self, const Scalar& ord, std::optional<ScalarType> dtype) {
  return each(self,
              [&](const Tensor& t, size_t) { return at::linalg_vector_norm(t, ord, std::nullopt, false, dtype); });
}

FLB_COMPOSITE(_foreach_maximum_Scalar)
std::vector<Tensor> _foreach_maximum_Scalar(TensorList self, const Scalar& scalar) {
  return each(self, [&](const Tensor& t, size_t) { return at::clamp_min(t, scalar); });
}

FLB_COMPOSITE(_foreach_maximum_ScalarList)
std::vector<Tensor> _foreach_maximum_ScalarList(TensorList self, ArrayRef<Scalar> scalars) {
  check_count(self, scalars.size());
  return each(self, [&](const Tensor& t, size_t i) { return at::clamp_min(t, scalars[i]); });
}

FLB_COMPOSITE(_foreach_minimum_Scalar)
std::vector<Tensor> _foreach_minimum_Scalar(TensorList self, const Scalar& scalar) {
  return each(self, [&](const Tensor& t, size_t) { return at::clamp_max(t, scalar); });
}

FLB_COMPOSITE(_foreach_minimum_ScalarList)
std::vector<Tensor> _foreach_minimum_ScalarList(TensorList self, ArrayRef<Scalar> scalars) {
  check_count(self, scalars.size());
  return each(self, [&](const Tensor& t, size_t i) { return at::clamp_max(t, scalars[i]); });
}

FLB_COMPOSITE(_foreach_addcdiv_Tensor)
std::vector<Tensor> _foreach_addcdiv_Tensor(TensorList self, TensorList tensor1, TensorList tensor2,
                                            const Tensor& scalars) {
  return at::_foreach_addcdiv(self, tensor1, tensor2, scalars_of(self, scalars));
}

FLB_COMPOSITE(_foreach_addcmul_Tensor)
std::vector<Tensor> _foreach_addcmul_Tensor(TensorList self, TensorList tensor1, TensorList tensor2,
                                            const Tensor& scalars) {
  return at::_foreach_addcmul(self, tensor1, tensor2, scalars_of(self, scalars));
}

}  // namespace at::native
