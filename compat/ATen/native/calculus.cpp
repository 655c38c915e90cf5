// Integrals by trapezoids, and finite differences.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/WrapDimUtils.h>
#include <ATen/native/composite.h>

namespace at::native {
namespace {

/// Sums of neighbours along dim, times half of what lies between them.
Tensor areas(const Tensor& y, int64_t dim) { return y.slice(dim, 1) + y.slice(dim, 0, -1); }

bool check_trapezoid(const char* name, const Tensor& y) {
  TORCH_CHECK(y.scalar_type() != kBool, name, ": received a bool input for `y`, but bool is not supported");
  return y.dim() != 0;
}

/// Distances between the sample points, shaped to broadcast against y along dim.
Tensor distances(const char* name, const Tensor& y, const Tensor& x, int64_t dim) {
  TORCH_CHECK(x.scalar_type() != kBool, name, ": received a bool input for `x`, but bool is not supported");
  if (x.dim() == 1) {
    TORCH_CHECK(x.size(0) == y.size(dim), name, ": There must be one `x` value for each sample point");
    DimVector shape(y.dim(), 1);
    shape[maybe_wrap_dim(dim, y.dim())] = x.size(0);
    const Tensor wide = x.view(shape);
    return wide.slice(dim, 1) - wide.slice(dim, 0, -1);
  }
  DimVector shape(x.sizes().begin(), x.sizes().end());
  if (x.dim() < y.dim()) shape.insert(shape.begin(), y.dim() - x.dim(), 1);
  const Tensor wide = x.view(shape);
  return wide.slice(dim, 1) - wide.slice(dim, 0, -1);
}

Tensor nothing(const Tensor& y, int64_t dim) {
  DimVector shape(y.sizes().begin(), y.sizes().end());
  shape.erase(shape.begin() + maybe_wrap_dim(dim, y.dim()));
  return at::zeros(shape, y.options());
}

}  // namespace

FLB_COMPOSITE(trapezoid_x)
Tensor trapezoid_x(const Tensor& y, const Tensor& x, int64_t dim) {
  if (!check_trapezoid("trapezoid", y) || y.size(dim) == 0)
    return y.dim() ? nothing(y, dim) : at::zeros({}, y.options());
  return (distances("trapezoid", y, x, dim) * areas(y, dim)).sum(dim) / 2.;
}

FLB_COMPOSITE(trapezoid_dx)
Tensor trapezoid_dx(const Tensor& y, const Scalar& dx, int64_t dim) {
  TORCH_CHECK(!dx.isBoolean(), "trapezoid: Currently, we only support dx as a real number.");
  if (!check_trapezoid("trapezoid", y) || y.size(dim) == 0)
    return y.dim() ? nothing(y, dim) : at::zeros({}, y.options());
  return (y.sum(dim) - (y.select(dim, 0) + y.select(dim, -1)) * 0.5) * dx;
}

FLB_COMPOSITE(trapz_x)
Tensor trapz_x(const Tensor& y, const Tensor& x, int64_t dim) { return at::trapezoid(y, x, dim); }
FLB_COMPOSITE(trapz_dx)
Tensor trapz_dx(const Tensor& y, double dx, int64_t dim) { return at::trapezoid(y, dx, dim); }

FLB_COMPOSITE(cumulative_trapezoid_x)
Tensor cumulative_trapezoid_x(const Tensor& y, const Tensor& x, int64_t dim) {
  if (!check_trapezoid("cumulative_trapezoid", y)) return at::zeros({}, y.options());
  return (distances("cumulative_trapezoid", y, x, dim) * areas(y, dim)).cumsum(dim) / 2.;
}

FLB_COMPOSITE(cumulative_trapezoid_dx)
Tensor cumulative_trapezoid_dx(const Tensor& y, const Scalar& dx, int64_t dim) {
  TORCH_CHECK(!dx.isBoolean(), "cumulative_trapezoid: Currently, we only support dx as a real number.");
  if (!check_trapezoid("cumulative_trapezoid", y)) return at::zeros({}, y.options());
  return areas(y, dim).cumsum(dim) * (dx.toComplexDouble() / 2.).real();
}

// ---- gradient ----

namespace {

/// Which dimensions: all of them, or the given ones.
DimVector chosen_dims(const Tensor& self, OptionalIntArrayRef dim, int64_t edge_order) {
  TORCH_CHECK(edge_order == 1 || edge_order == 2, "torch.gradient only supports edge_order=1 and edge_order=2.");
  DimVector dims;
  if (dim) {
    for (const int64_t d : *dim) dims.push_back(maybe_wrap_dim(d, self.dim()));
  } else {
    for (int64_t d = 0; d < self.dim(); ++d) dims.push_back(d);
  }
  for (size_t i = 0; i < dims.size(); ++i) {
    TORCH_CHECK(self.size(dims[i]) >= edge_order + 1,
                "torch.gradient expected each dimension size to be at least edge_order+1");
    for (size_t j = 0; j < i; ++j)
      TORCH_CHECK(dims[i] != dims[j], "dim ", dims[i], " appears multiple times in the list of dims");
  }
  return dims;
}

void check_spacing(size_t given, size_t dims) {
  TORCH_CHECK(given == dims,
              "torch.gradient expected spacing to be unspecified, a scalar, or a list of length equal to 'self.dim()' "
              "or to the number of dims, but got a list of length ",
              given);
}

Tensor difference(const Tensor& t, int64_t dim, int64_t high, int64_t low) {
  return t.narrow(dim, high, 1) - t.narrow(dim, low, 1);
}

/// Central differences of equally spaced samples, one-sided at the ends.
Tensor uniform_gradient(const Tensor& f, int64_t dim, const Scalar& spacing, int64_t edge_order) {
  const int64_t n = f.size(dim);
  const auto at = [&](int64_t i) { return f.narrow(dim, i, 1); };
  const Tensor middle = (f.narrow(dim, 2, n - 2) - f.narrow(dim, 0, n - 2)) / spacing / 2;
  Tensor first = difference(f, dim, 1, 0), last = difference(f, dim, n - 1, n - 2);
  if (edge_order == 2) {
    first = -1.5 * at(0) + 2 * at(1) - 0.5 * at(2);
    last = 0.5 * at(n - 3) - 2 * at(n - 2) + 1.5 * at(n - 1);
  }
  return at::cat({first / spacing, middle, last / spacing}, dim);
}

/// The same for samples at the places x: parabolas through three neighbours.
Tensor spaced_gradient(const Tensor& f, int64_t dim, const Tensor& x, int64_t edge_order) {
  const int64_t n = f.size(dim);
  DimVector shape(f.dim(), 1);
  shape[dim] = n - 1;
  const Tensor h = (x.slice(0, 1) - x.slice(0, 0, -1)).view(shape);
  const auto at = [&](int64_t i) { return f.narrow(dim, i, 1); };
  const auto gap = [&](int64_t i) { return h.narrow(dim, i, 1); };
  Tensor first = difference(f, dim, 1, 0) / gap(0), last = difference(f, dim, n - 1, n - 2) / gap(n - 2);
  const Tensor a = h.narrow(dim, 0, n - 2), b = h.narrow(dim, 1, n - 2);
  const Tensor middle = -b / (a * (a + b)) * f.narrow(dim, 0, n - 2) + (b - a) / (a * b) * f.narrow(dim, 1, n - 2) +
                        a / (b * (a + b)) * f.narrow(dim, 2, n - 2);
  if (edge_order == 2) {
    const Tensor p = gap(0), q = gap(1), r = gap(n - 3), s = gap(n - 2);
    first = -(2 * p + q) / (p * (p + q)) * at(0) + (p + q) / (p * q) * at(1) - p / (q * (p + q)) * at(2);
    last = s / (r * (r + s)) * at(n - 3) - (r + s) / (r * s) * at(n - 2) + (2 * s + r) / (s * (r + s)) * at(n - 1);
  }
  return at::cat({first, middle, last}, dim);
}

std::vector<Tensor> gradients(const Tensor& self, const DimVector& dims, ArrayRef<Scalar> spacing, int64_t edge_order) {
  std::vector<Tensor> result;
  for (size_t i = 0; i < dims.size(); ++i) result.push_back(uniform_gradient(self, dims[i], spacing[i], edge_order));
  return result;
}

std::vector<Tensor> gradients(const Tensor& self, const DimVector& dims, TensorList spacing, int64_t edge_order) {
  std::vector<Tensor> result;
  for (size_t i = 0; i < dims.size(); ++i) result.push_back(spaced_gradient(self, dims[i], spacing[i], edge_order));
  return result;
}

OptionalIntArrayRef one(const std::optional<int64_t>& dim) {
  return dim ? OptionalIntArrayRef(IntArrayRef(&*dim, 1)) : OptionalIntArrayRef();
}

}  // namespace

FLB_COMPOSITE(gradient_scalarint)
std::vector<Tensor> gradient_scalarint(const Tensor& self, const std::optional<Scalar>& spacing,
                                       std::optional<int64_t> dim, int64_t edge_order) {
  const DimVector dims = chosen_dims(self, one(dim), edge_order);
  return gradients(self, dims, std::vector<Scalar>(dims.size(), spacing.value_or(1)), edge_order);
}
FLB_COMPOSITE(gradient_scalararray)
std::vector<Tensor> gradient_scalararray(const Tensor& self, const Scalar& spacing, IntArrayRef dim,
                                         int64_t edge_order) {
  const DimVector dims = chosen_dims(self, dim, edge_order);
  return gradients(self, dims, std::vector<Scalar>(dims.size(), spacing), edge_order);
}
FLB_COMPOSITE(gradient_array)
std::vector<Tensor> gradient_array(const Tensor& self, IntArrayRef dim, int64_t edge_order) {
  return at::gradient(self, Scalar(1), dim, edge_order);
}
FLB_COMPOSITE(gradient_scalarrayint)
std::vector<Tensor> gradient_scalarrayint(const Tensor& self, ArrayRef<Scalar> spacing, std::optional<int64_t> dim,
                                          int64_t edge_order) {
  const DimVector dims = chosen_dims(self, one(dim), edge_order);
  check_spacing(spacing.size(), dims.size());
  return gradients(self, dims, spacing, edge_order);
}
FLB_COMPOSITE(gradient_scalarrayarray)
std::vector<Tensor> gradient_scalarrayarray(const Tensor& self, ArrayRef<Scalar> spacing, IntArrayRef dim,
                                            int64_t edge_order) {
  const DimVector dims = chosen_dims(self, dim, edge_order);
  check_spacing(spacing.size(), dims.size());
  return gradients(self, dims, spacing, edge_order);
}
FLB_COMPOSITE(gradient_tensorarrayint)
std::vector<Tensor> gradient_tensorarrayint(const Tensor& self, TensorList spacing, std::optional<int64_t> dim,
                                            int64_t edge_order) {
  const DimVector dims = chosen_dims(self, one(dim), edge_order);
  check_spacing(spacing.size(), dims.size());
  return gradients(self, dims, spacing, edge_order);
}
FLB_COMPOSITE(gradient_tensorarray)
std::vector<Tensor> gradient_tensorarray(const Tensor& self, TensorList spacing, IntArrayRef dim, int64_t edge_order) {
  const DimVector dims = chosen_dims(self, dim, edge_order);
  check_spacing(spacing.size(), dims.size());
  return gradients(self, dims, spacing, edge_order);
}

}  // namespace at::native
