// Tensors made from numbers: ranges, identity matrices, indices of triangles. Their last arguments are dtype, layout,
// device, pin_memory.

#include <algorithm>
#include <cmath>
#include <limits>

#include "backend/copy.h"
#include "backend/dense.h"
#include "backend/number.h"
#include "backend/op.h"
#include "backend/overlap.h"
#include "backend/shape.h"
#include "kernels/common/memory.h"
#include "kernels/common/number.h"

namespace flambeau::ops {
namespace {

Device device_of(const Call& call, int position) {
  return {call.has(position) ? static_cast<DeviceType>(call.integer(position)) : DeviceType::cpu, -1};
}

/// Writes f(i) for each i of a one-dimensional output.
template <class F>
void fill_from(const View& out, const F& f) {
  using T = decltype(f(int64_t{0}));
  const int64_t n = out.numel(), sizes[] = {n};
  Scratch<T> values(n);
  for (int64_t i = 0; i < n; ++i) values[i] = f(i);
  Dims strides;
  copy(out, contiguous_view(values.data(), dtype_of<T>, sizes, strides));
}

/// start, end, step, of which a schema may lack the first and the last.
struct Range {
  Scalar start = Scalar::of(int64_t{0}), end, step = Scalar::of(int64_t{1});
  bool integral() const { return start.is_integral() && end.is_integral() && step.is_integral(); }
};
template <int kNumbers>
Range range_of(const Call& call) {
  Range r;
  if constexpr (kNumbers == 1)
    r.end = call.scalar(0);
  else
    r.start = call.scalar(0), r.end = call.scalar(1);
  if constexpr (kNumbers == 3) r.step = call.scalar(2);
  return r;
}

/// What PyTorch computes ranges of a type in.
DType range_dtype(DType t) {
  return is_integral(t) ? DType::int64 : is_reduced_floating(t) ? DType::float32 : DType::float64;
}
template <int kNumbers>
Specs infer_arange(const Call& call) {
  const Range r = range_of<kNumbers>(call);
  DType t = r.integral() ? DType::int64 : default_dtype.load();
  if (call.has(kNumbers)) t = static_cast<DType>(call.integer(kNumbers));
  if (is_complex(t) || t == DType::boolean) not_implemented_for("arange_cpu", t);
  const double start = r.start.as_double(), end = r.end.as_double(), step = r.step.as_double();
  FLB_CHECK(t == DType::int64 ? r.step.as_int() != 0 : step != 0, "step must be nonzero");
  FLB_CHECK(std::isfinite(start) && std::isfinite(end), "unsupported range: ", start, " -> ", end);
  FLB_CHECK((step > 0 && end >= start) || (step < 0 && end <= start),
            "upper bound and lower bound inconsistent with step sign");
  int64_t n;
  for (const Scalar& s : {r.start, r.end, r.step}) check_fits(s, s.is_complex() ? DType::float64 : range_dtype(t));
  if (t == DType::int64) {
    __extension__ using Wide = __int128;
    const Wide by = r.step.as_int(), span = Wide{r.end.as_int()} - r.start.as_int();
    const Wide count = (span + by - (by > 0 ? 1 : -1)) / by;
    FLB_CHECK(count <= std::numeric_limits<int64_t>::max(), "invalid size, possible overflow?");
    n = static_cast<int64_t>(count);
  } else {
    n = static_cast<int64_t>(std::ceil((end - start) / step));
  }
  return {spec_of(t, device_of(call, kNumbers + 2), {&n, 1})};
}
template <int kNumbers>
void run_arange(const Call& call) {
  const Range r = range_of<kNumbers>(call);
  if (is_integral(call.out().dtype(), true)) {
    return fill_from(call.out(), [a = r.start.as_int(), by = r.step.as_int()](int64_t i) { return a + by * i; });
  }
  fill_from(call.out(),
            [a = r.start.as_double(), by = r.step.as_double()](int64_t i) { return a + by * static_cast<double>(i); });
}

/// An end of a line as a number of the output's type, if that is integral.
Scalar end_of(const Call& call, int position) {
  const Scalar& s = call.scalar(position);
  const DType t = call.out().dtype();
  check_fits(s, t);
  if (!is_integral(t)) return s;
  Scalar end = Scalar::of(int64_t{0});
  cpu::convert(&end.i, DType::int64, number_as(s, t).bytes, t, 1);
  return end;
}
/// The default type for such ends; a type that was asked for holds their kind.
DType line_dtype(const Call& call, const char* name, int dtype_position) {
  const bool complex_ends = call.scalar(0).is_complex() || call.scalar(1).is_complex();
  const DType real = default_dtype.load(), t = complex_ends ? to_complex(real) : real;
  if (!call.has(dtype_position)) return t;
  const auto given = static_cast<DType>(call.integer(dtype_position));
  FLB_CHECK(!complex_ends || is_complex(given), "torch.", name, "(): inferred dtype ", dtype_name(t),
            " can't be safely cast to passed dtype ", scalar_type_name(given));
  if (given == DType::boolean) not_implemented_for(name, given);
  return given;
}
template <class T>
auto line_between(T start, T end, int64_t n) {
  const T step = (end - start) / T(static_cast<real_t<T>>(n > 1 ? n - 1 : 1));
  return [=](int64_t i) {
    const auto from_start = T(static_cast<real_t<T>>(i)), from_end = T(static_cast<real_t<T>>(n - 1 - i));
    return i < n / 2 || n == 1 ? start + step * from_start : end - step * from_end;
  };
}

// linspace(start, end, steps): from both ends, so that they are exact.
Specs infer_linspace(const Call& call) {
  const DType t = line_dtype(call, "linspace", 3);
  const int64_t n = call.integer(2);
  FLB_CHECK(n >= 0, "number of steps must be non-negative");
  return {spec_of(t, device_of(call, 5), {&n, 1})};
}
void run_linspace(const Call& call) {
  const View& out = call.out();
  const int64_t n = out.numel();
  const Scalar a = end_of(call, 0), b = end_of(call, 1);
  if (is_complex(out.dtype())) {
    fill_from(out, line_between(Complex<double>(a.as_complex()), Complex<double>(b.as_complex()), n));
  } else if (out.dtype() == DType::float64 || !is_floating(out.dtype())) {
    fill_from(out, line_between(a.as_double(), b.as_double(), n));
  } else {
    fill_from(out, line_between(static_cast<float>(a.as_double()), static_cast<float>(b.as_double()), n));
  }
}

// logspace(start, end, steps, base)
Specs infer_logspace(const Call& call) {
  const DType t = line_dtype(call, "logspace", 4);
  const int64_t n = call.integer(2);
  FLB_CHECK(n >= 0, "number of steps must be non-negative");
  return {spec_of(t, device_of(call, 6), {&n, 1})};
}
void run_logspace(const Call& call) {
  if (is_complex(call.out().dtype())) {
    const Complex<double> a(end_of(call, 0).as_complex()), b(end_of(call, 1).as_complex());
    return fill_from(call.out(), [line = line_between(a, b, call.out().numel()), base = call.real(3)](int64_t i) {
      return Complex<double>(std::pow(std::complex<double>(base), std::complex<double>(line(i))));
    });
  }
  const auto exponent = line_between(end_of(call, 0).as_double(), end_of(call, 1).as_double(), call.out().numel());
  fill_from(call.out(), [&, base = call.real(3)](int64_t i) { return std::pow(base, exponent(i)); });
}

// eye(n) and eye.m(n, m)
template <int kNumbers>
Specs infer_eye(const Call& call) {
  const int64_t sizes[] = {call.integer(0), call.integer(kNumbers - 1)};
  FLB_CHECK(sizes[0] >= 0, "n must be greater or equal to 0, got ", sizes[0]);
  FLB_CHECK(sizes[1] >= 0, "m must be greater or equal to 0, got ", sizes[1]);
  const DType t = call.has(kNumbers) ? static_cast<DType>(call.integer(kNumbers)) : default_dtype.load();
  return {spec_of(t, device_of(call, kNumbers + 2), sizes)};
}
void run_eye(const Call& call) {
  const View& out = call.out();
  if (out.numel() == 0) return;
  fill(out, Scalar::of(int64_t{0}));
  const int64_t sizes[] = {std::min(out.size(0), out.size(1))}, strides[] = {out.stride(0) + out.stride(1)};
  View diagonal = out;
  diagonal.sizes_ = sizes, diagonal.strides_ = strides, diagonal.dim_ = 1, diagonal.numel_ = sizes[0];
  fill(diagonal, Scalar::of(int64_t{1}));
}

// tril_indices(row, col, offset) and triu_indices: 2 x count, rows above columns.
struct Triangle {
  int64_t rows, columns, offset;
  bool upper;
  /// Columns [first, last) of a row.
  std::pair<int64_t, int64_t> row(int64_t r) const {
    const int64_t edge = std::clamp<int64_t>(r + offset + (upper ? 0 : 1), 0, columns);
    return upper ? std::pair{edge, columns} : std::pair{int64_t{0}, edge};
  }
  int64_t count() const {
    __extension__ using Wide = __int128;
    const Wide k = offset + (upper ? 0 : 1), none{};
    const Wide first = std::clamp<Wide>(-k, none, rows), full = std::clamp<Wide>(columns - k, none, rows);
    const Wide before = (full - first) * (first + full - 1 + 2 * k) / 2 + (rows - full) * columns;
    const Wide n = upper ? Wide{rows} * columns - before : before;
    FLB_CHECK(n <= std::numeric_limits<int64_t>::max() / 16, "Storage size calculation overflowed with sizes=[2, ",
              static_cast<int64_t>(n), "]");
    return static_cast<int64_t>(n);
  }
};
template <bool kUpper>
Triangle triangle_of(const Call& call) {
  const int64_t rows = call.integer(0), columns = call.integer(1);
  FLB_CHECK(rows >= 0, "row must be non-negative, got", rows);
  FLB_CHECK(columns >= 0, "col must be non-negative, got", columns);
  return {rows, columns, std::clamp(call.integer_or(2, 0), -rows, columns), kUpper};
}
template <bool kUpper>
Specs infer_triangle_indices(const Call& call) {
  const Triangle t = triangle_of<kUpper>(call);
  const int64_t sizes[] = {2, t.count()};
  const auto dtype = static_cast<DType>(call.integer_or(3, static_cast<int64_t>(DType::int64)));
  if (dtype != DType::int32 && dtype != DType::int64)
    not_implemented_for(kUpper ? "triu_indices" : "tril_indices", dtype);
  return {spec_of(dtype, device_of(call, 5), sizes)};
}
template <bool kUpper>
void run_triangle_indices(const Call& call) {
  const Triangle t = triangle_of<kUpper>(call);
  const int64_t n = t.count(), sizes[] = {2, n};
  Scratch<int64_t> places(2 * n);
  // Only rows that have any indices: those before and behind may be without number.
  const int64_t first = t.upper ? 0 : std::clamp<int64_t>(-t.offset, 0, t.rows);
  const int64_t last = t.upper && t.columns - t.offset < t.rows ? std::max<int64_t>(t.columns - t.offset, 0) : t.rows;
  for (int64_t r = first, at = 0; r < (t.columns == 0 ? first : last); ++r) {
    for (int64_t c = t.row(r).first; c < t.row(r).second; ++c, ++at) places[at] = r, places[n + at] = c;
  }
  Dims strides;
  copy(call.out(), contiguous_view(places.data(), DType::int64, sizes, strides));
}

}  // namespace

FLB_OP(arange, infer_arange<1>, run_arange<1>);
FLB_OP(arange_start, infer_arange<2>, run_arange<2>);
FLB_OP(arange_start_step, infer_arange<3>, run_arange<3>);
FLB_OP(linspace, infer_linspace, run_linspace);
FLB_OP(logspace, infer_logspace, run_logspace);
FLB_OP_FLAGS(eye, infer_eye<1>, run_eye, kMayOverlap);
FLB_OP_FLAGS(eye_m, infer_eye<2>, run_eye, kMayOverlap);
FLB_OP(tril_indices, infer_triangle_indices<false>, run_triangle_indices<false>);
FLB_OP(triu_indices, infer_triangle_indices<true>, run_triangle_indices<true>);

}  // namespace flambeau::ops
