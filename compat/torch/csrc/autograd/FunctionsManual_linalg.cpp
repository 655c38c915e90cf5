#include <torch/csrc/autograd/FunctionsManual.h>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

namespace torch::autograd::generated::details {

// A X = B or X A = B: the gradient of B solves with the adjoint of A, that of A follows from it.
Tensors2 solve_backward(const Tensor& grad, const Tensor& x, const Tensor& a, const Tensor& b, bool left) {
  const bool vector = b.dim() == 1 || (a.dim() - 1 == b.dim() && b.sizes() == a.sizes().slice(0, a.dim() - 1));
  const Tensor of_b = at::linalg_solve(a.mH(), grad, left);
  const auto columns = [&](const Tensor& t) { return vector ? t.unsqueeze(-1) : t; };
  const Tensor of_a = left ? -columns(of_b).matmul(columns(x).mH()) : -columns(x).mH().matmul(columns(of_b));
  return {of_a, of_b};
}

namespace {
// The lower triangle with half of the diagonal.
Tensor half_lower(const Tensor& t) { return t.tril() - 0.5 * at::diag_embed(t.diagonal(0, -2, -1)); }
}  // namespace

// Murray, arXiv:1602.07527.
Tensor cholesky_backward(const Tensor& grad, const Tensor& factor, bool upper) {
  const Tensor l = upper ? factor.mH() : factor, g = upper ? grad.mH() : grad;
  const Tensor inverse = at::linalg_inv(l), phi = half_lower(l.mH().matmul(g));
  const Tensor whole = inverse.mH().matmul(phi).matmul(inverse);
  return 0.5 * (whole + whole.mH());
}

// Giles, "An extended collection of matrix derivative results", 2008.
Tensor eigh_backward(const Tensor& grad_values, const Tensor& grad_vectors, const Tensor& values,
                     const Tensor& vectors) {
  Tensor inner;
  if (grad_vectors.defined()) {
    Tensor gaps = values.unsqueeze(-2) - values.unsqueeze(-1);
    gaps = gaps + at::diag_embed(at::ones_like(values));
    const Tensor turned = vectors.mH().matmul(grad_vectors) / gaps;
    inner = turned - at::diag_embed(turned.diagonal(0, -2, -1));
  }
  if (grad_values.defined()) {
    const Tensor stretched = at::diag_embed(grad_values).to(vectors.scalar_type());
    inner = inner.defined() ? inner + stretched : stretched;
  }
  return vectors.matmul(inner).matmul(vectors.mH());
}

}  // namespace torch::autograd::generated::details
