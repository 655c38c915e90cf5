// Distances between all pairs of rows, in any p-norm.

#include <cmath>
#include <limits>

#include "backend/dense.h"
#include "backend/op.h"
#include "kernels/common/threads.h"

namespace flambeau::ops {
namespace {

/// x1 [..., rows, width] against x2 [..., columns, width], batches broadcast.
struct Pairs {
  Dims batch;
  int64_t rows, columns, width, count = 1;

  Pairs(const View& a, const View& b) : rows(a.size(-2)), columns(b.size(-2)), width(a.size(-1)) {
    batch = broadcast(a.sizes().first(a.dim() - 2), b.sizes().first(b.dim() - 2));
    for (const int64_t n : batch) count *= n;
  }
  Dims shape(int64_t second_last, int64_t last) const {
    Dims sizes = batch;
    sizes.push_back(second_last);
    sizes.push_back(last);
    return sizes;
  }
};

/// v with its batch dimensions repeated.
OwnedView expanded(const View& v, const Pairs& p) {
  OwnedView wide{p.shape(v.size(-2), v.size(-1)), Dims(p.batch.size() + 2, 0), v.data(), v.dtype()};
  for (int d = 1; d <= v.dim(); ++d)
    if (d <= 2 || v.size(-d) != 1) wide.strides[wide.strides.size() - d] = v.stride(-d);
  return wide;
}

void check(const View& a, const View& b, double p) {
  FLB_CHECK(a.dim() >= 2, "cdist only supports at least 2D tensors, X1 got: ", a.dim(), "D");
  FLB_CHECK(b.dim() >= 2, "cdist only supports at least 2D tensors, X2 got: ", b.dim(), "D");
  FLB_CHECK(a.size(-1) == b.size(-1), "X1 and X2 must have the same number of columns. X1: ", a.size(-1),
            " X2: ", b.size(-1));
  FLB_CHECK(p >= 0, "cdist only supports non-negative p values");
}

template <class Body>
void for_distance(DType t, const char* name, const Body& body) {
  if (t == DType::float32) return body.template operator()<float>();
  if (t == DType::float64) return body.template operator()<double>();
  not_implemented_for(name, t);
}

Specs infer_cdist(const Call& call) {
  const View &a = call.in(0), &b = call.in(1);
  check(a, b, call.real(2));
  const Pairs pairs(a, b);
  return {spec_like(a, pairs.shape(pairs.rows, pairs.columns))};
}

template <class T>
T distance(const T* a, const T* b, int64_t n, T p) {
  T sum = 0;
  if (p == 0)
    for (int64_t i = 0; i < n; ++i) sum += a[i] != b[i];
  else if (p == 1)
    for (int64_t i = 0; i < n; ++i) sum += std::fabs(a[i] - b[i]);
  else if (p == 2)
    for (int64_t i = 0; i < n; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  else if (std::isinf(p))
    for (int64_t i = 0; i < n; ++i) sum = std::max(sum, std::fabs(a[i] - b[i]));
  else
    for (int64_t i = 0; i < n; ++i) sum += std::pow(std::fabs(a[i] - b[i]), p);
  return p == 2 ? std::sqrt(sum) : p == 0 || p == 1 || std::isinf(p) ? sum : std::pow(sum, 1 / p);
}

void run_cdist(const Call& call) {
  const Pairs s(call.in(0), call.in(1));
  for_distance(call.in(0).dtype(), "cdist", [&]<class T>() {
    const Typed<T> a(expanded(call.in(0), s).view()), b(expanded(call.in(1), s).view());
    const TypedOut<T> out(call.out());
    const T p = static_cast<T>(call.real(2));
    parallel_for(0, s.count * s.rows, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, s.columns * s.width)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t r = begin; r < end; ++r)
                     for (int64_t c = 0; c < s.columns; ++c)
                       out[r * s.columns + c] = distance(a.data() + r * s.width,
                                                         b.data() + (r / s.rows * s.columns + c) * s.width, s.width, p);
                 });
    out.store();
  });
}

// grad, x1, x2, p, cdist -> the gradient of x1
Specs infer_cdist_backward(const Call& call) {
  const View &grad = call.in(0), &a = call.in(1), &b = call.in(2);
  check(a, b, call.real(3));
  const Pairs pairs(a, b);
  const Dims shape = pairs.shape(pairs.rows, pairs.columns);
  FLB_CHECK(std::ranges::equal(grad.sizes(), shape) && std::ranges::equal(call.in(4).sizes(), shape),
            "_cdist_backward: expected gradients of shape ", shape_text(shape));
  const bool nothing = grad.numel() == 0 || pairs.width == 0;
  return {spec_like(a, nothing ? Dims(a.sizes().begin(), a.sizes().end()) : pairs.shape(pairs.rows, pairs.width))};
}

template <class T>
T slope(T diff, T grad, T dist, T p) {
  const T sign = static_cast<T>((diff > 0) - (diff < 0)), size = std::fabs(diff);
  if (p == 0) return T(0);
  if (p == 1) return grad * sign;
  if (std::isinf(p)) return size == dist ? grad * sign : T(0);
  if (dist == 0 || diff == 0) return T(0);
  if (p == 2) return grad * diff / dist;
  return p < 2 ? sign * std::pow(size, p - 1) * grad / std::pow(dist, p - 1)
               : diff * std::pow(size, p - 2) * grad / std::pow(dist, p - 1);
}

void run_cdist_backward(const Call& call) {
  const Pairs s(call.in(1), call.in(2));
  for_distance(call.in(0).dtype(), "cdist_backward", [&]<class T>() {
    const Typed<T> grad(call.in(0)), a(expanded(call.in(1), s).view()), b(expanded(call.in(2), s).view()),
        dist(call.in(4));
    const TypedOut<T> out(call.out());
    const T p = static_cast<T>(call.real(3));
    std::fill_n(out.data(), out.numel(), T(0));
    parallel_for(0, s.count * s.rows, std::max<int64_t>(1, 8192 / std::max<int64_t>(1, s.columns * s.width)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t r = begin; r < end; ++r)
                     for (int64_t c = 0; c < s.columns; ++c) {
                       const T* other = b.data() + (r / s.rows * s.columns + c) * s.width;
                       for (int64_t i = 0; i < s.width; ++i)
                         out[r * s.width + i] +=
                             slope(a[r * s.width + i] - other[i], grad[r * s.columns + c], dist[r * s.columns + c], p);
                     }
                 });
    out.store();
  });
}

}  // namespace

FLB_OP(_cdist_forward, infer_cdist, run_cdist);
FLB_OP(_cdist_backward, infer_cdist_backward, run_cdist_backward);

}  // namespace flambeau::ops
