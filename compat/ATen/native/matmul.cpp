// Products of any rank: matmul and its relatives as composites of mm, bmm, mv and dot.
#include <ATen/ExpandUtils.h>
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/WrapDimUtils.h>
#include <ATen/native/Resize.h>
#include <ATen/native/composite.h>

#include <algorithm>

namespace at::native {
namespace {

/// A batch folded into the rows of one matrix: right when the other side is a single matrix.
Tensor folded(const Tensor& self, const Tensor& matrix) {
  DimVector shape(self.sizes().begin(), self.sizes().end());
  const int64_t inner = shape.back();
  shape.pop_back();
  const Tensor rows = self.reshape({c10::multiply_integers(shape), inner});
  if (matrix.dim() == 1) return at::_unsafe_view(rows.mv(matrix), shape);
  shape.push_back(matrix.size(1));
  return at::_unsafe_view(rows.mm(matrix), shape);
}

/// Broadcasts the batch dimensions of both and multiplies matrix by matrix. A vector counts as one row or one column.
Tensor batched(const Tensor& self, const Tensor& other) {
  const Tensor a = self.dim() == 1 ? self.unsqueeze(0) : self, b = other.dim() == 1 ? other.unsqueeze(1) : other;
  const IntArrayRef batch_a = a.sizes().slice(0, a.dim() - 2), batch_b = b.sizes().slice(0, b.dim() - 2);
  const std::vector<int64_t> batch = infer_size(batch_a, batch_b);
  const int64_t n = a.size(-2), k = a.size(-1), m = b.size(-1), count = c10::multiply_integers(batch);
  auto expanded = [&](const Tensor& t, int64_t rows, int64_t columns) {
    DimVector shape(batch.begin(), batch.end());
    shape.push_back(rows), shape.push_back(columns);
    return t.expand(shape).reshape({count, rows, columns});
  };
  DimVector out(batch.begin(), batch.end());
  if (self.dim() > 1) out.push_back(n);
  if (other.dim() > 1) out.push_back(m);
  return at::_unsafe_view(at::bmm(expanded(a, n, k), expanded(b, b.size(-2), m)), out);
}

}  // namespace

FLB_COMPOSITE(matmul)
Tensor matmul(const Tensor& self, const Tensor& other) {
  const int64_t a = self.dim(), b = other.dim();
  TORCH_CHECK(a != 0 && b != 0, "both arguments to matmul need to be at least 1D, but they are ", a, "D and ", b, "D");
  if (a == 1 && b == 1) return self.dot(other);
  if (a == 2 && b == 1) return self.mv(other);
  if (a == 1 && b == 2) return self.unsqueeze(0).mm(other).squeeze_(0);
  if (a == 2 && b == 2) return self.mm(other);
  if (a > 2 && b <= 2) return folded(self, other);
  if (b > 2 && a == 1) return folded(other.mT(), self);
  return batched(self, other);
}

FLB_COMPOSITE(linalg_matmul)
Tensor linalg_matmul(const Tensor& self, const Tensor& other) { return at::matmul(self, other); }

static Tensor column(const Tensor& self, const Tensor& vec2) {
  TORCH_CHECK(self.dim() == 1, "outer: Expected 1-D argument self, but got ", self.dim(), "-D");
  TORCH_CHECK(vec2.dim() == 1, "outer: Expected 1-D argument vec2, but got ", vec2.dim(), "-D");
  return self.reshape({self.size(0), 1});
}
FLB_COMPOSITE(outer)
Tensor outer(const Tensor& self, const Tensor& vec2) { return column(self, vec2).mul(vec2); }
FLB_COMPOSITE(outer_out)
Tensor& outer_out(const Tensor& self, const Tensor& vec2, Tensor& out) {
  return at::mul_out(out, column(self, vec2), vec2);
}

FLB_COMPOSITE(ger)
Tensor ger(const Tensor& self, const Tensor& vec2) { return at::outer(self, vec2); }
FLB_COMPOSITE(ger_out)
Tensor& ger_out(const Tensor& self, const Tensor& vec2, Tensor& out) { return at::outer_out(out, self, vec2); }

FLB_COMPOSITE(inner)
Tensor inner(const Tensor& self, const Tensor& other) {
  if (self.dim() == 0 || other.dim() == 0) return self.mul(other);
  TORCH_CHECK(self.size(-1) == other.size(-1),
              "inner() the last dimension must match on both input tensors but got shapes ", self.sizes(), " and ",
              other.sizes());
  return at::tensordot(self, other, {-1}, {-1});
}

FLB_COMPOSITE(tensordot)
Tensor tensordot(const Tensor& self, const Tensor& other, IntArrayRef dims_self, IntArrayRef dims_other) {
  TORCH_CHECK(dims_self.size() == dims_other.size(), "both dimension lists should have same length");
  TORCH_CHECK(self.scalar_type() == other.scalar_type(), "both inputs should have same dtype");
  std::vector<bool> summed_a(self.dim(), false), summed_b(other.dim(), false);
  DimVector order_a, order_b, shape;
  int64_t inner = 1, rows = 1, columns = 1;
  Tensor a = self, b = other;
  for (size_t i = 0; i < dims_self.size(); ++i) {
    const int64_t p = maybe_wrap_dim(dims_self[i], self.dim()), q = maybe_wrap_dim(dims_other[i], other.dim());
    summed_a[p] = summed_b[q] = true;
    if (self.size(p) == 1) {
      b = b.sum(IntArrayRef{q}, true, b.scalar_type());
    } else if (other.size(q) == 1) {
      a = a.sum(IntArrayRef{p}, true, a.scalar_type());
    } else {
      TORCH_CHECK(self.size(p) == other.size(q), "contracted dimensions need to match, but first has size ",
                  self.size(p), " in dim ", p, " and second has size ", other.size(q), " in dim ", q);
      inner *= self.size(p);
    }
  }
  for (int64_t d = 0; d < self.dim(); ++d)
    if (!summed_a[d]) order_a.push_back(d), rows *= self.size(d), shape.push_back(self.size(d));
  for (const int64_t d : dims_self) order_a.push_back(maybe_wrap_dim(d, self.dim()));
  for (const int64_t d : dims_other) order_b.push_back(maybe_wrap_dim(d, other.dim()));
  for (int64_t d = 0; d < other.dim(); ++d)
    if (!summed_b[d]) order_b.push_back(d), columns *= other.size(d), shape.push_back(other.size(d));
  return at::mm(a.permute(order_a).reshape({rows, inner}), b.permute(order_b).reshape({inner, columns})).reshape(shape);
}

FLB_COMPOSITE(chain_matmul)
Tensor chain_matmul(TensorList matrices) {
  TORCH_CHECK(!matrices.empty(), "chain_matmul(): Expected one or more matrices");
  for (const Tensor& m : matrices) {
    TORCH_CHECK(m.dim() == 2, "Tensor dimension is ", m.dim(), ", expected 2 instead.");
  }
  Tensor product = matrices[0];
  for (const Tensor& m : matrices.slice(1)) product = product.mm(m);
  return product;
}

FLB_COMPOSITE(bilinear)
Tensor bilinear(const Tensor& input1, const Tensor& input2, const Tensor& weight, const std::optional<Tensor>& bias) {
  TORCH_CHECK(input1.dim() == input2.dim(), "bilinear(): input dimensions do not match: got ", input1.dim(), " and ",
              input2.dim());
  DimVector shape(input1.sizes().begin(), input1.sizes().end() - 1);
  shape.push_back(weight.size(0));
  const Tensor x = input1.reshape({-1, input1.size(-1)}), y = input2.reshape({-1, input2.size(-1)});
  // [n, i] x [o, i, j] -> [o, n, j], then with y along j.
  const Tensor left = at::matmul(x, weight);
  Tensor out = left.mul(y).sum(IntArrayRef{-1}, false, left.scalar_type()).t().contiguous().view(shape);
  return bias && bias->defined() ? out.add(*bias) : out;
}

// Unlike other in-place forms it enlarges self where that is broadcast.
FLB_EXPLICIT(addbmm_)
Tensor& addbmm_(Tensor& self, const Tensor& batch1, const Tensor& batch2, const Scalar& beta, const Scalar& alpha) {
  const Tensor result = at::addbmm(self, batch1, batch2, beta, alpha);
  resize_output(self, result.sizes());
  return self.copy_(result);
}

FLB_COMPOSITE(kron)
Tensor kron(const Tensor& self, const Tensor& other) {
  const int64_t rank = std::max(self.dim(), other.dim());
  DimVector a(2 * rank, 1), b(2 * rank, 1), out(rank, 1);
  for (int64_t d = 0; d < rank; ++d) {
    const int64_t i = d - (rank - self.dim()), j = d - (rank - other.dim());
    a[2 * d] = i >= 0 ? self.size(i) : 1;
    b[2 * d + 1] = j >= 0 ? other.size(j) : 1;
    out[d] = a[2 * d] * b[2 * d + 1];
  }
  return self.reshape(a).mul(other.reshape(b)).reshape(out);
}

}  // namespace at::native
