// Gradients of factorisations: determinants, QR, SVD, eigenvectors, LU, and what is made of them. Real and complex.
#include <torch/csrc/autograd/FunctionsManual.h>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <limits>

namespace torch::autograd::generated::details {
namespace {

Tensor with_diagonal(const Tensor& values) { return at::diag_embed(values); }

Tensor skew(const Tensor& t) { return t - t.mH(); }

/// The lower triangle mirrored; its diagonal, made real, counts once.
Tensor symmetrized(const Tensor& t) {
  const Tensor below = t.tril(-1);
  return below + below.mH() + with_diagonal(real_part(t.diagonal(0, -2, -1)).to(t.scalar_type()));
}

double epsilon(const Tensor& t) {
  return toRealValueType(t.scalar_type()) == at::kDouble ? std::numeric_limits<double>::epsilon()
                                                         : std::numeric_limits<float>::epsilon();
}

/// A^-H D for a diagonal D, from A's LU factors (of its transpose where A is real and row-major); exact zeros among
/// U's diagonal are moved off zero.
Tensor adjoint_solve(const Tensor& a, const Tensor& lu, const Tensor& pivots, const Tensor& diagonal) {
  if (at::GradMode::is_enabled()) return at::linalg_solve(a.mH(), diagonal);
  const Tensor on_diagonal = lu.diagonal(0, -2, -1);
  const Tensor moved =
      at::where(on_diagonal == 0, at::full({}, epsilon(lu), lu.options()), at::zeros({}, lu.options()));
  return at::linalg_lu_solve(lu + with_diagonal(moved), pivots, diagonal, /*left=*/true,
                             /*adjoint=*/a.is_complex() || !a.is_contiguous());
}

Tensor spread_over_diagonal(const Tensor& t, const Tensor& like) {
  const Tensor wide = t.unsqueeze(-1).expand(like.sizes().slice(0, like.dim() - 1));
  return with_diagonal(wide);
}

}  // namespace

Tensor det_backward(const Tensor& grad, const Tensor& det, const Tensor& a, const Tensor& lu, const Tensor& pivots) {
  return adjoint_solve(a, lu, pivots, spread_over_diagonal(grad * det.conj(), a));
}

Tensor slogdet_backward(const Tensor& grad_sign, const Tensor& grad_log, const Tensor& a, const Tensor& sign,
                        const Tensor& lu, const Tensor& pivots) {
  if (!grad_sign.defined() && !grad_log.defined()) return {};
  if (!a.is_complex())
    return grad_log.defined() ? adjoint_solve(a, lu, pivots, spread_over_diagonal(grad_log, a)) : Tensor();
  Tensor g = grad_log.defined() ? grad_log.to(a.scalar_type()) : at::zeros_like(sign);
  // The sign turns with the imaginary part of the logarithm.
  if (grad_sign.defined()) g = g - at::complex(at::zeros_like(at::real(g)), imag_part(grad_sign.conj() * sign));
  return adjoint_solve(a, lu, pivots, spread_over_diagonal(g, a));
}

Tensors2 solve_triangular_backward(const Tensor& grad, const Tensor& x, const Tensor& a, const Tensor& b, bool upper,
                                   bool left, bool unitriangular) {
  const Tensor of_b = at::linalg_solve_triangular(a.mH(), grad, !upper, left, unitriangular);
  const Tensor whole = left ? -of_b.matmul(x.mH()) : -x.mH().matmul(of_b);
  const Tensor of_a = upper ? whole.triu(unitriangular ? 1 : 0) : whole.tril(unitriangular ? -1 : 0);
  return {sum_to(of_a, a.sizes()), sum_to(of_b, b.sizes())};
}

Tensor cholesky_inverse_backward(const Tensor& grad, const Tensor& factor, bool upper, const Tensor& inverse) {
  const Tensor common = inverse.matmul(grad + grad.mH()).matmul(inverse);
  return upper ? -factor.matmul(common) : -common.matmul(factor);
}

// Seeger et al., arXiv:1710.08717; for wide matrices [X | Y] by way of X = Q U, Y = Q V.
Tensor qr_backward(const Tensor& grad_q, const Tensor& grad_r, const Tensor& q, const Tensor& r,
                   std::string_view mode) {
  if (!grad_q.defined() && !grad_r.defined()) return {};
  const int64_t m = q.size(-2), n = r.size(-1), k = std::min(m, n);
  TORCH_CHECK(mode != "r",
              "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. Please use "
              "linalg.qr(A, mode='reduced') if you are going to differentiate through linalg.qr.");
  TORCH_CHECK(mode != "complete" || m <= n,
              "The QR decomposition is not differentiable when mode='complete' and nrows > ncols");
  Tensor of_q = grad_q, of_r = grad_r, square = r;
  if (m < n) {
    square = r.narrow(-1, 0, k);
    if (grad_r.defined()) {
      const Tensor beyond = grad_r.narrow(-1, k, n - k), v = r.narrow(-1, k, n - k);
      of_r = grad_r.narrow(-1, 0, k);
      const Tensor more = q.matmul(v.matmul(beyond.mH()));
      of_q = of_q.defined() ? of_q + more : more;
    }
  }
  Tensor inner;
  if (of_r.defined()) inner = square.matmul(of_r.mH());
  if (of_q.defined()) inner = inner.defined() ? inner - of_q.mH().matmul(q) : -of_q.mH().matmul(q);
  // The lower triangle decides, as R has none of its own.
  Tensor grad = q.matmul(symmetrized(inner));
  if (of_q.defined()) grad = grad + of_q;
  grad = at::linalg_solve_triangular(square.mH(), grad, /*upper=*/false, /*left=*/false);
  if (m >= n) return grad;
  const Tensor beyond = r.narrow(-1, k, n - k);
  const Tensor rest = grad_r.defined() ? q.matmul(grad_r.narrow(-1, k, n - k)) : at::zeros_like(beyond);
  return at::cat({grad, rest}, -1);
}

// Townsend, "Differentiating the singular value decomposition", 2016.
Tensor svd_backward(const Tensor& grad_u, const Tensor& grad_s, const Tensor& grad_vh, const Tensor& u_,
                    const Tensor& s, const Tensor& vh_) {
  if (!grad_u.defined() && !grad_s.defined() && !grad_vh.defined()) return {};
  const int64_t k = s.size(-1);
  const Tensor u = u_.narrow(-1, 0, k), vh = vh_.narrow(-2, 0, k);
  if (!grad_u.defined() && !grad_vh.defined()) return (u * grad_s.unsqueeze(-2)).matmul(vh);
  const Tensor gu = grad_u.defined() ? grad_u.narrow(-1, 0, k) : Tensor();
  const Tensor gvh = grad_vh.defined() ? grad_vh.narrow(-2, 0, k) : Tensor();
  const Tensor squares = s * s;
  const Tensor gaps = squares.unsqueeze(-2) - squares.unsqueeze(-1) + with_diagonal(at::ones_like(s));
  Tensor inner;
  Tensor turned_u;
  if (gu.defined()) {
    turned_u = skew(u.mH().matmul(gu));
    inner = turned_u / gaps * s.unsqueeze(-2);
  }
  if (gvh.defined()) {
    const Tensor turned = skew(vh.matmul(gvh.mH())) / gaps;
    inner = inner.defined() ? inner + s.unsqueeze(-1) * turned : s.unsqueeze(-1) * turned;
  }
  if (grad_s.defined()) inner = inner + with_diagonal(grad_s).to(inner.scalar_type());
  // U and V may turn together by a phase.
  if (turned_u.defined() && turned_u.is_complex())
    inner = inner + with_diagonal(turned_u.diagonal(0, -2, -1) / (2 * s));
  Tensor left = u.matmul(inner);
  if (gu.defined() && u.size(-2) > k) left = left + (gu - u.matmul(u.mH().matmul(gu))) / s.unsqueeze(-2);
  Tensor grad = left.matmul(vh);
  if (gvh.defined() && vh.size(-1) > k)
    grad = grad + (u / s.unsqueeze(-2)).matmul(gvh - gvh.matmul(vh.mH()).matmul(vh));
  return grad;
}

// Boeddeker et al., arXiv:1701.00392, with eigenvectors of length 1.
Tensor eig_backward(const Tensor& grad_values, const Tensor& grad_vectors, const Tensor& values,
                    const Tensor& vectors) {
  if (!grad_values.defined() && !grad_vectors.defined()) return {};
  const Tensor adjoint = vectors.mH();
  Tensor inner;
  if (grad_vectors.defined()) {
    const Tensor turned = adjoint.matmul(grad_vectors);
    const Tensor lengths = real_part(turned.diagonal(0, -2, -1)).unsqueeze(-2);
    const Tensor gaps = (values.unsqueeze(-2) - values.unsqueeze(-1)).conj() + with_diagonal(at::ones_like(values));
    inner = (turned - adjoint.matmul(vectors) * lengths) / gaps;
    inner = inner - with_diagonal(inner.diagonal(0, -2, -1));
  }
  if (grad_values.defined()) inner = inner.defined() ? inner + with_diagonal(grad_values) : with_diagonal(grad_values);
  return at::linalg_solve(adjoint, inner.matmul(adjoint));
}

// L and U share one matrix; A = P L U. Square, wide and tall ones differ in what lies beside the leading square.
Tensor lu_factor_backward(const Tensor& grad, const Tensor& lu, const Tensor& pivots) {
  const int64_t m = lu.size(-2), n = lu.size(-1), k = std::min(m, n);
  const auto [p, l, u] = at::lu_unpack(lu, pivots, /*unpack_data=*/true, /*unpack_pivots=*/true);
  const Tensor l1 = l.narrow(-2, 0, k), u1 = u.narrow(-1, 0, k);
  const Tensor grad_l = grad.narrow(-1, 0, k).tril(-1), grad_u = grad.narrow(-2, 0, k).triu();
  Tensor below = l1.mH().matmul(grad_l.narrow(-2, 0, k)), above = grad_u.narrow(-1, 0, k).matmul(u1.mH());
  if (n > k) below = below - grad_u.narrow(-1, k, n - k).matmul(u.narrow(-1, k, n - k).mH());
  if (m > k) above = above - l.narrow(-2, k, m - k).mH().matmul(grad_l.narrow(-2, k, m - k));
  const auto left = [&](const Tensor& t) { return at::linalg_solve_triangular(l1.mH(), t, true, true, true); };
  const auto right = [&](const Tensor& t) { return at::linalg_solve_triangular(u1.mH(), t, false, false, false); };
  Tensor result = right(left(below.tril(-1) + above.triu()));
  if (n > k) result = at::cat({result, left(grad_u.narrow(-1, k, n - k))}, -1);
  if (m > k) result = at::cat({result, right(grad_l.narrow(-2, k, m - k))}, -2);
  return p.matmul(result);
}

Tensor pinv_backward(const Tensor& grad, const Tensor& pinv, const Tensor& a) {
  const Tensor p = pinv.mH(), g = grad.mH();
  const Tensor beside_rows = g - a.matmul(pinv.matmul(g)), beside_columns = g - g.matmul(pinv).matmul(a);
  return -p.matmul(grad).matmul(p) + beside_rows.matmul(pinv).matmul(p) + p.matmul(pinv).matmul(beside_columns);
}

// ---- Fourier transforms ----

Tensor fft_r2c_backward(const Tensor& grad, IntArrayRef dim, bool onesided, int64_t normalization, int64_t last) {
  if (!onesided) return at::real(at::_fft_c2c(grad, dim, normalization, /*forward=*/false));
  // What the transform left out has no gradient.
  std::vector<int64_t> pad(2 * (grad.dim() - dim.back()), 0);
  pad.back() = last - grad.size(dim.back());
  const Tensor whole = pad.back() > 0 ? at::constant_pad_nd(grad, pad, 0) : grad;
  return at::real(at::_fft_c2c(whole, dim, normalization, /*forward=*/false));
}

Tensor fft_c2r_backward(const Tensor& grad, IntArrayRef dim, int64_t normalization) {
  const Tensor half = at::_fft_r2c(grad, dim, normalization, /*onesided=*/true);
  const int64_t d = dim.back(), twice = grad.size(d) - half.size(d);
  if (twice <= 0) return half;
  // Numbers that stand for their mirror image as well count twice.
  return at::cat(
      {half.narrow(d, 0, 1), half.narrow(d, 1, twice) * 2, half.narrow(d, 1 + twice, half.size(d) - 1 - twice)}, d);
}

// ---- group normalisation with gradients of its statistics ----

Tensors3 group_norm_backward(const Tensor& grad, const Tensor& grad_mean, const Tensor& grad_rstd, const Tensor& input,
                             const Tensor& mean, const Tensor& rstd, const OptionalTensor& weight, int64_t n, int64_t c,
                             int64_t hxw, int64_t group, Mask3 wanted) {
  Tensors3 grads;
  if (grad.defined())
    grads = at::native_group_norm_backward(grad.contiguous(), input.contiguous(), mean, rstd, weight, n, c, hxw, group,
                                           wanted);
  if (!wanted[0] || (!grad_mean.defined() && !grad_rstd.defined())) return grads;
  const int64_t count = c / group * hxw;
  const Tensor x = input.reshape({n, group, count});
  Tensor more = at::zeros_like(x);
  if (grad_mean.defined()) more = more + (grad_mean / count).unsqueeze(-1).to(x.scalar_type());
  if (grad_rstd.defined())
    more = more - (x - mean.unsqueeze(-1)) * (grad_rstd * rstd.pow(3) / count).unsqueeze(-1).to(x.scalar_type());
  more = more.reshape(input.sizes()).to(input.scalar_type());
  std::get<0>(grads) = std::get<0>(grads).defined() ? std::get<0>(grads) + more : more;
  return grads;
}

}  // namespace torch::autograd::generated::details
