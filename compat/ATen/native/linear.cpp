// linear: input W^T + bias.
#include <ATen/EmptyTensor.h>
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/dispatch/undisturbed.h>
#include <ATen/native/composite.h>
#include <ATen/native/driver.h>
#include <c10/util/accumulate.h>
#include <torch/csrc/autograd/linear_history.h>

namespace flambeau::ops {
extern const OpDef op_mm, op_addmm;
}

namespace at::native {
namespace {

/// Shapes and types fit without a second thought.
bool fits(const Tensor& input, const Tensor& weight, const Tensor& bias) {
  const auto type = weight.dtype();
  if (input.dtype() != type || weight.size(1) != input.size(1) || !isFloatingType(c10::typeMetaToScalarType(type)))
    return false;
  return !bias.defined() || (bias.dtype() == type && bias.dim() == 1 && bias.size(0) == weight.size(0));
}

/// The product without the transposed tensor, in the engine's terms.
Tensor product(const Tensor& input, const Tensor& weight, const Tensor& bias) {
  using namespace flambeau;
  Tensor result = at::detail::empty_cpu({input.size(0), weight.size(0)}, weight.scalar_type());
  View views[] = {View(), view_of(input), view_of(weight)}, out = view_of(result);
  const int64_t sizes[] = {weight.size(1), weight.size(0)}, strides[] = {weight.stride(1), weight.stride(0)};
  views[2].sizes_ = sizes, views[2].strides_ = strides;
  Arg args[5];
  const int first = bias.defined() ? 0 : 1;
  if (first == 0) views[0] = view_of(bias);
  for (int i = first; i < 3; ++i) args[i].kind = ArgKind::tensor, args[i].tensor = &views[i];
  for (int i = 3; i < 5; ++i) args[i].kind = ArgKind::scalar, args[i].scalar = flambeau::Scalar::of(int64_t{1});
  const OpDef& op = first == 0 ? ops::op_addmm : ops::op_mm;
  try {
    op.cpu({&op, args + first, first == 0 ? 5 : 2, 1, &out});
  } catch (const flambeau::Error& error) {
    raise(error);
  }
  return result;
}

/// Of matrices.
Tensor linear_of_rows(const Tensor& input, const Tensor& weight, const Tensor& bias) {
  if (flambeau::is_undisturbed(input.key_set() | weight.key_set() | bias.key_set()) && fits(input, weight, bias)) {
    Tensor result = product(input, weight, bias);
    flambeau::record_linear(result, input, weight, bias);
    return result;
  }
  return bias.defined() ? at::addmm(bias, input, weight.t()) : at::mm(input, weight.t());
}

}  // namespace

FLB_COMPOSITE(linear)
Tensor linear(const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias) {
  static const Tensor undefined;
  const Tensor& b = bias ? *bias : undefined;
  if (input.dim() == 2 && weight.dim() == 2) return linear_of_rows(input, weight, b);
  TORCH_CHECK(weight.dim() == 2 || weight.dim() == 1, "linear(): weight must be 1D or 2D, but got ", weight.dim(), "D");
  if (weight.dim() == 2 && input.dim() > 0 && b.defined() && b.dim() == 1 && input.is_contiguous()) {
    DimVector shape(input.sizes().begin(), input.sizes().end());
    const int64_t rows = c10::multiply_integers(shape.begin(), shape.end() - 1);
    const Tensor result = linear_of_rows(input.reshape({rows, shape.back()}), weight, b);
    shape.back() = result.size(1);
    return result.view(shape);
  }
  const Tensor product = at::matmul(input, weight.t());
  return b.defined() ? product.add(b) : product;
}

}  // namespace at::native
