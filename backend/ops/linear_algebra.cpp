// Products of matrices and vectors. All are one call of cpu::gemm (kernels/cpu/gemm.h), c = alpha a b + beta self.

#include <cmath>

#include "backend/dense.h"
#include "backend/op.h"
#include "backend/overlap.h"
#include "backend/promotion.h"
#include "kernels/common/threads.h"
#include "kernels/cpu/gemm.h"

namespace flambeau::ops {
namespace {

struct Factors {
  Scalar alpha = Scalar::of(int64_t{1}), beta = Scalar::of(int64_t{0});
};

/// self of a product, expanded to the result's shape.
void check_expands(const View& self, std::span<const int64_t> shape) {
  const int extra = static_cast<int>(shape.size()) - self.dim();
  FLB_CHECK(extra >= 0, "expand(torch.", scalar_type_name(self.dtype()), "Tensor{", shape_text(self.sizes()),
            "}, size=", shape_text(shape), "): the number of sizes provided (", shape.size(),
            ") must be greater or equal to the number of dimensions in the tensor (", self.dim(), ")");
  for (int d = self.dim() - 1; d >= 0; --d)
    FLB_CHECK(self.size(d) == 1 || self.size(d) == shape[d + extra], "The expanded size of the tensor (",
              shape[d + extra], ") must match the existing size (", self.size(d), ") at non-singleton dimension ",
              d + extra, ".  Target sizes: ", shape_text(shape), ".  Tensor sizes: ", shape_text(self.sizes()));
}

/// The stride of dimension d (counted from the last) of an array expanded to more or larger dimensions.
template <class Array>
int64_t expanded_stride(const Array& x, int dims, int from_last) {
  return from_last > dims || x.size(-from_last) == 1 ? 0 : x.stride(-from_last);
}

template <class T>
T factor(const Scalar& s, DType type) {
  if (is_integral(type)) check_fits(s, type);
  return scalar_as<T>(s);
}

/// out = alpha a b + beta self over one or many matrices; the last two dimensions count.
template <class T, class Out>
void product_to(const Out& out, int out_dims, const View& a_view, const View& b_view, const View* self_view, T alpha,
                T beta) {
  const Strided<T> a(a_view), b(b_view);
  const bool add = self_view && !(beta == T(0));
  std::optional<Strided<T>> self;
  if (add) self.emplace(*self_view);
  const int dims = add ? self_view->dim() : 0;
  cpu::Gemm<T> one{.m = a.size(-2),
                   .n = b.size(-1),
                   .k = a.size(-1),
                   .a = {a.data(), {a.stride(-2)}, {a.stride(-1)}},
                   .b = {b.data(), {b.stride(-2)}, {b.stride(-1)}},
                   .c = {out.data(), {out.stride(-2)}, {out.stride(-1)}},
                   .d = {},
                   .alpha = alpha,
                   .beta = add ? beta : T(0)};
  if (add) one.d = {self->data(), {expanded_stride(*self, dims, 2)}, {expanded_stride(*self, dims, 1)}};
  if (out_dims == 2) return cpu::gemm(one);
  const int64_t batch = out.size(0), self_step = add ? expanded_stride(*self, dims, 3) : 0;
  const auto body = [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      cpu::Gemm<T> g = one;
      g.a.data += i * a.stride(0), g.b.data += i * b.stride(0), g.c.data += i * out.stride(0);
      if (add) g.d.data += i * self_step;
      cpu::gemm(g);
    }
  };
  // Few large products share the threads inside each, many small ones outside.
  const int64_t work = std::max<int64_t>(1, one.m * one.n * one.k);
  if (batch < omp_get_max_threads() || work > (int64_t{1} << 24))
    body(0, batch);
  else
    parallel_for(0, batch, std::max<int64_t>(1, (int64_t{1} << 18) / work), body);
}

template <class T>
void product(const View& out, const View& a, const View& b, const View* self, const Factors& factors) {
  const T alpha = factor<T>(factors.alpha, out.dtype()), beta = factor<T>(factors.beta, out.dtype());
  if (out.dtype() == dtype_of<T>) return product_to(Strided<T>(out), out.dim(), a, b, self, alpha, beta);
  const TypedOut<T> converted(out, Layout::any);
  product_to(converted, out.dim(), a, b, self, alpha, beta);
  converted.store();
}

/// Calls body with the type that products of `t` are computed in; half precision goes through float.
template <class Body>
void for_product(DType t, const char* name, const Body& body) {
  switch (t) {
    case DType::float32:
    case DType::float16:
    case DType::bfloat16:
      return body.template operator()<float>();
    case DType::float64:
      return body.template operator()<double>();
    case DType::complex64:
      return body.template operator()<Complex<float>>();
    case DType::complex128:
      return body.template operator()<Complex<double>>();
    case DType::uint8:
      return body.template operator()<uint8_t>();
    case DType::int8:
      return body.template operator()<int8_t>();
    case DType::int16:
      return body.template operator()<int16_t>();
    case DType::int32:
      return body.template operator()<int32_t>();
    case DType::int64:
      return body.template operator()<int64_t>();
    default:
      if (is_float8(t)) return body.template operator()<float>();
      not_implemented_for(name, t);
  }
}

void run_product(const char* name, const View& out, const View& a, const View& b, const View* self,
                 const Factors& factors) {
  if (out.numel() == 0) return;
  for_product(out.dtype(), name, [&]<class T>() { product<T>(out, a, b, self, factors); });
}

// ---- mm, addmm ----

Specs matrix_result(const View& a, const View& b) {
  FLB_CHECK(a.size(1) == b.size(0), "mat1 and mat2 shapes cannot be multiplied (", a.size(0), "x", a.size(1), " and ",
            b.size(0), "x", b.size(1), ")");
  FLB_CHECK(a.dtype() == b.dtype(), "expected m1 and m2 to have the same dtype, but got: ", dtype_name(a.dtype()),
            " != ", dtype_name(b.dtype()));
  return {spec_like(a, {a.size(0), b.size(1)})};
}

// [n, k] x [k, m] -> [n, m]. Operands of one dtype, no broadcasting.
Specs infer_mm(const Call& call) {
  const View &a = call.in(0), &b = call.in(1);
  FLB_CHECK(a.dim() == 2, "self must be a matrix");
  FLB_CHECK(b.dim() == 2, "mat2 must be a matrix");
  return matrix_result(a, b);
}
void run_mm(const Call& call) { run_product("addmm_impl_cpu_", call.out(), call.in(0), call.in(1), nullptr, {}); }

// self, expanded to [n, m], times beta, plus alpha times [n, k] x [k, m].
Specs infer_addmm(const Call& call) {
  const View &self = call.in(0), &a = call.in(1), &b = call.in(2);
  FLB_CHECK(a.dim() == 2, "mat1 must be a matrix, got ", a.dim(), "-D tensor");
  FLB_CHECK(b.dim() == 2, "mat2 must be a matrix, got ", b.dim(), "-D tensor");
  FLB_CHECK(a.size(1) == b.size(0), "mat1 and mat2 shapes cannot be multiplied (", a.size(0), "x", a.size(1), " and ",
            b.size(0), "x", b.size(1), ")");
  check_expands(self, Dims{a.size(0), b.size(1)});
  FLB_CHECK(self.dtype() == b.dtype(), "self and mat2 must have the same dtype, but got ",
            scalar_type_name(self.dtype()), " and ", scalar_type_name(b.dtype()));
  FLB_CHECK(a.dtype() == b.dtype(), "mat1 and mat2 must have the same dtype, but got ", scalar_type_name(a.dtype()),
            " and ", scalar_type_name(b.dtype()));
  return matrix_result(a, b);
}
Factors factors_of(const Call& call) { return {.alpha = call.scalar(4), .beta = call.scalar(3)}; }
void run_addmm(const Call& call) {
  run_product("addmm_impl_cpu_", call.out(), call.in(1), call.in(2), &call.in(0), factors_of(call));
}

template <class T>
void activate(T* x, int64_t count, bool gelu) {
  for (int64_t i = 0; i < count; ++i)
    x[i] = gelu ? T(0.5) * x[i] * (T(1) + std::erf(x[i] * T(M_SQRT1_2))) : x[i] < 0 ? T(0) : x[i];
}
void run_addmm_activation(const Call& call) {
  run_addmm(call);
  for_floating(call.out().dtype(), "_addmm_activation", [&]<class T>() {
    const Typed<T> sum(call.out());
    const TypedOut<T> out(call.out());
    std::copy_n(sum.data(), out.numel(), out.data());
    activate(out.data(), out.numel(), call.boolean(5));
    out.store();
  });
}

// ---- bmm, baddbmm, addbmm ----

Specs batch_result(const View& a, const View& b) {
  FLB_CHECK(a.dim() == 3, "batch1 must be a 3D tensor");
  FLB_CHECK(b.dim() == 3, "batch2 must be a 3D tensor");
  FLB_CHECK(a.size(0) == b.size(0) && a.size(2) == b.size(1),
            "Expected size for first two dimensions of batch2 tensor to be: [", a.size(0), ", ", a.size(2),
            "] but got: [", b.size(0), ", ", b.size(1), "].");
  return {spec_like(a, {a.size(0), a.size(1), b.size(2)})};
}

// [b, n, k] x [b, k, m] -> [b, n, m].
Specs infer_bmm(const Call& call) {
  const View &a = call.in(0), &b = call.in(1);
  Specs specs = batch_result(a, b);
  FLB_CHECK(a.dtype() == b.dtype(), "expected scalar type ", scalar_type_name(a.dtype()), " but found ",
            scalar_type_name(b.dtype()));
  return specs;
}
void run_bmm(const Call& call) { run_product("bmm", call.out(), call.in(0), call.in(1), nullptr, {}); }

Specs infer_baddbmm(const Call& call) {
  const View &self = call.in(0), &a = call.in(1), &b = call.in(2);
  Specs specs = batch_result(a, b);
  check_expands(self, specs[0].sizes);
  FLB_CHECK(self.dtype() == a.dtype() && a.dtype() == b.dtype(), "Input dtypes must be the same, got: input ",
            dtype_name(self.dtype()), ", batch1: ", dtype_name(a.dtype()), ", batch2: ", dtype_name(b.dtype()));
  return specs;
}
void run_baddbmm(const Call& call) {
  run_product("baddbmm", call.out(), call.in(1), call.in(2), &call.in(0), factors_of(call));
}

// The sum of all products of a batch: one product whose depth runs over the batch too.
Specs infer_addbmm(const Call& call) {
  const View &self = call.in(0), &a = call.in(1), &b = call.in(2);
  FLB_CHECK(a.dim() == 3, "batch1 must be a 3D tensor");
  FLB_CHECK(b.dim() == 3, "batch2 must be a 3D tensor");
  FLB_CHECK(a.size(0) == b.size(0), "batch1 and batch2 must have same number of batches, got ", a.size(0), " and ",
            b.size(0));
  FLB_CHECK(a.size(2) == b.size(1), "Incompatible matrix sizes for bmm (", a.size(1), "x", a.size(2), " and ",
            b.size(1), "x", b.size(2), ")");
  check_expands(self, Dims{a.size(1), b.size(2)});
  FLB_CHECK(self.dtype() == b.dtype(), "self and mat2 must have the same dtype, but got ",
            scalar_type_name(self.dtype()), " and ", scalar_type_name(b.dtype()));
  FLB_CHECK(a.dtype() == b.dtype(), "expected m1 and m2 to have the same dtype, but got: ", dtype_name(a.dtype()),
            " != ", dtype_name(b.dtype()));
  return {spec_like(a, {a.size(1), b.size(2)})};
}
void run_addbmm(const Call& call) {
  const View &self = call.in(0), &a = call.in(1), &b = call.in(2);
  const Factors given = factors_of(call);
  const Factors on{.alpha = given.alpha, .beta = Scalar::of(int64_t{1})};
  const int64_t batch = a.size(0);
  for (int64_t i = 0; i < std::max<int64_t>(1, batch); ++i) {
    const auto slice = [&](const View& v) {
      OwnedView s{{v.size(1), batch ? v.size(2) : 0},
                  {v.stride(1), v.stride(2)},
                  v.ptr<char>() + i * v.stride(0) * static_cast<int64_t>(itemsize(v.dtype())),
                  v.dtype()};
      return s;
    };
    OwnedView left = slice(a), right = slice(b);
    right.sizes = {batch ? b.size(1) : 0, b.size(2)};
    run_product("addmm_impl_cpu_", call.out(), left.view(), right.view(), i == 0 ? &self : &call.out(),
                i == 0 ? given : on);
  }
}

// ---- vectors ----

OwnedView as_column(const View& v) { return {{v.size(0), 1}, {v.stride(0), 1}, v.data(), v.dtype()}; }
OwnedView as_row(const View& v) { return {{1, v.size(0)}, {0, v.stride(0)}, v.data(), v.dtype()}; }

Specs vector_result(const View& mat, const View& vec, DType self, int self_dim, int64_t self_size) {
  FLB_CHECK(mat.dim() == 2 && vec.dim() == 1 && self_dim <= 1, "vector + matrix @ vector expected, got ", self_dim,
            ", ", mat.dim(), ", ", vec.dim());
  FLB_CHECK(mat.size(1) == vec.size(0) && (self_size == mat.size(0) || self_size == 1), "size mismatch, got input (",
            self_size, "), mat (", mat.size(0), "x", mat.size(1), "), vec (", vec.size(0), ")");
  FLB_CHECK(mat.dtype() == vec.dtype() && self == vec.dtype(), "addmv input tensors must have the same dtype, but got ",
            scalar_type_name(self), ", ", scalar_type_name(mat.dtype()), ", and ", scalar_type_name(vec.dtype()));
  return {spec_like(mat, {mat.size(0)})};
}

// [n, m] x [m] -> [n].
Specs infer_mv(const Call& call) {
  return vector_result(call.in(0), call.in(1), call.in(1).dtype(), 1, call.in(0).dim() ? call.in(0).size(0) : 1);
}
void run_mv(const Call& call) {
  run_product("addmv_impl_cpu", as_column(call.out()).view(), call.in(0), as_column(call.in(1)).view(), nullptr, {});
}

Specs infer_addmv(const Call& call) {
  const View& self = call.in(0);
  return vector_result(call.in(1), call.in(2), self.dtype(), self.dim(), self.dim() == 1 ? self.size(0) : 1);
}
void run_addmv(const Call& call) {
  const View& self = call.in(0);
  if (is_reduced_floating(self.dtype()) && call.in(1).numel() > 0) {
    for (const int factor : {3, 4}) check_fits(call.scalar(factor), self.dtype());
  }
  const OwnedView column = self.dim() == 0 ? OwnedView{{1, 1}, {0, 0}, self.data(), self.dtype()} : as_column(self);
  const View self_view = column.view();
  run_product("addmv_impl_cpu", as_column(call.out()).view(), call.in(1), as_column(call.in(2)).view(), &self_view,
              factors_of(call));
}

// Sum of the products of two vectors' elements; vdot conjugates the first.
Specs infer_dot(const Call& call) {
  const View &a = call.in(0), &b = call.in(1);
  FLB_CHECK(a.dim() == 1 && b.dim() == 1, "1D tensors expected, but got ", a.dim(), "D and ", b.dim(), "D tensors");
  FLB_CHECK(a.dtype() == b.dtype(), "dot : expected both vectors to have same dtype, but found ",
            scalar_type_name(a.dtype()), " and ", scalar_type_name(b.dtype()));
  FLB_CHECK(a.size(0) == b.size(0), "inconsistent tensor size, expected tensor ", shape_text(a.sizes()), " and src ",
            shape_text(b.sizes()), " to have the same number of elements, but got ", a.size(0), " and ", b.size(0),
            " elements respectively");
  return {spec_like(a, {})};
}
void dot(const Call& call, const View& a) {
  const OwnedView out{{1, 1}, {1, 1}, call.out().data(), call.out().dtype()};
  run_product("dot", out.view(), as_row(a).view(), as_column(call.in(1)).view(), nullptr, {});
}
void run_dot(const Call& call) { dot(call, call.in(0)); }
template <class R>
void conjugated_dot(const Call& call) {
  const View& a = call.in(0);
  Scratch<Complex<R>> conjugate(a.numel());
  const Typed<Complex<R>> values(a);
  for (int64_t i = 0; i < a.numel(); ++i) conjugate[i] = {values[i].re, -values[i].im};
  const OwnedView owned{{a.size(0)}, {1}, conjugate.data(), a.dtype()};
  dot(call, owned.view());
}
void run_vdot(const Call& call) {
  switch (call.in(0).dtype()) {
    case DType::complex64:
      return conjugated_dot<float>(call);
    case DType::complex128:
      return conjugated_dot<double>(call);
    default:
      dot(call, call.in(0));
  }
}

// beta self + alpha (vec1 outer vec2), in the operands' common type.
Specs infer_addr(const Call& call) {
  const View &self = call.in(0), &a = call.in(1), &b = call.in(2);
  FLB_CHECK(a.dim() == 1, "addr: Expected 1-D argument vec1, but got ", a.dim(), "-D");
  FLB_CHECK(b.dim() == 1, "addr: Expected 1-D argument vec2, but got ", b.dim(), "-D");
  const Dims shape{a.size(0), b.size(0)};
  check_expands(self, shape);
  Spec spec = spec_like(a, shape);
  spec.dtype = promote(self.dtype(), promote(a.dtype(), b.dtype()));
  for (const auto& [position, name] : {std::pair{3, "beta"}, std::pair{4, "alpha"}}) {
    const Scalar& s = call.scalar(position);
    FLB_CHECK(s.kind != Scalar::Kind::boolean || spec.dtype == DType::boolean, "Boolean ", name,
              " only supported for Boolean results.");
    FLB_CHECK(!is_integral(spec.dtype, true) || s.is_integral(), "For integral input tensors, argument ", name,
              " must not be a floating point number.");
  }
  return {spec};
}
void addr_bool(const Call& call) {
  const View &self = call.in(0), &out = call.out();
  const Typed<bool> a(call.in(1)), b(call.in(2)), add(self, Layout::any);
  const TypedOut<bool> result(out);
  const bool beta = call.scalar(3).as_bool(), alpha = call.scalar(4).as_bool();
  const int64_t rows = expanded_stride(add, self.dim(), 2), cols = expanded_stride(add, self.dim(), 1);
  for (int64_t i = 0; i < out.size(0); ++i)
    for (int64_t j = 0; j < out.size(1); ++j)
      result[i * out.size(1) + j] = (beta && add[i * rows + j * cols]) || (alpha && a[i] && b[j]);
  result.store();
}
/// Half precision rounds every step.
template <class H>
void addr_stepwise(const Call& call) {
  const View &self = call.in(0), &out = call.out();
  const Typed<float> a(call.in(1)), b(call.in(2)), add(self, Layout::any);
  const TypedOut<float> result(out);
  const auto rounded = [](float x) { return static_cast<float>(H::of(x)); };
  const float beta = rounded(static_cast<float>(call.scalar(3).as_double()));
  const float alpha = rounded(static_cast<float>(call.scalar(4).as_double()));
  const int64_t rows = expanded_stride(add, self.dim(), 2), cols = expanded_stride(add, self.dim(), 1);
  for (int64_t i = 0; i < out.size(0); ++i) {
    const float scaled = rounded(alpha * a[i]);
    for (int64_t j = 0; j < out.size(1); ++j) {
      const float product = rounded(scaled * b[j]);
      result[i * out.size(1) + j] = beta == 0 ? product : rounded(beta * add[i * rows + j * cols]) + product;
    }
  }
  result.store();
}
void run_addr(const Call& call) {
  if (call.out().numel() == 0) return;
  if (call.out().dtype() == DType::boolean) return addr_bool(call);
  const DType common = infer_addr(call)[0].dtype;
  if (common == DType::float16) return addr_stepwise<Half>(call);
  if (common == DType::bfloat16) return addr_stepwise<BFloat16>(call);
  run_product("addr", call.out(), as_column(call.in(1)).view(), as_row(call.in(2)).view(), &call.in(0),
              factors_of(call));
}

}  // namespace

FLB_OP(mm, infer_mm, run_mm);
FLB_OP_FLAGS(addmm, infer_addmm, run_addmm, kFirstApart);
FLB_OP_FLAGS(_addmm_activation, infer_addmm, run_addmm_activation, kFirstApart);
FLB_OP_FLAGS(bmm, infer_bmm, run_bmm, kMayOverlap);
FLB_OP_FLAGS(baddbmm, infer_baddbmm, run_baddbmm, kFirstApart);
FLB_OP_FLAGS(addbmm, infer_addbmm, run_addbmm, kFirstApart);
FLB_OP_FLAGS(mv, infer_mv, run_mv, kMayOverlap);
FLB_OP_FLAGS(addmv, infer_addmv, run_addmv, kFirstApart);
FLB_OP(dot, infer_dot, run_dot);
FLB_OP(vdot, infer_dot, run_vdot);
FLB_OP_FLAGS(addr, infer_addr, run_addr, kApart | kLooksFirst);

}  // namespace flambeau::ops
