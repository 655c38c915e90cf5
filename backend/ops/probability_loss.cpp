// Losses that are not a plain composition of others: binary cross entropy and multi margin.

#include <cmath>

#include "backend/dense.h"
#include "backend/op.h"
#include "backend/overlap.h"
#include "backend/promotion.h"
#include "kernels/common/threads.h"

namespace flambeau::ops {
namespace {

enum Reduction : int64_t { kNone, kMean, kSum };

// ---- binary_cross_entropy(self, target, weight, reduction) ----

/// v repeated to the shape of `like`.
OwnedView expanded_to(const View& v, const View& like) {
  OwnedView wide{{like.sizes().begin(), like.sizes().end()}, Dims(like.dim(), 0), v.data(), v.dtype()};
  for (int d = 0; d < v.dim(); ++d)
    if (v.size(v.dim() - 1 - d) != 1) wide.strides[like.dim() - 1 - d] = v.stride(v.dim() - 1 - d);
  return wide;
}

void check_entropy(const View& x, const View& target, const View* weight) {
  FLB_CHECK(x.dtype() == target.dtype() || !is_floating(x.dtype()), "Found dtype ", scalar_type_name(target.dtype()),
            " but expected ", scalar_type_name(x.dtype()));
  const Dims shape = broadcast(x.sizes(), target.sizes());
  FLB_CHECK(std::ranges::equal(shape, x.sizes()), "output with shape ", shape_text(x.sizes()),
            " doesn't match the broadcast shape ", shape_text(shape));
  if (!weight) return;
  const Dims wide = broadcast(x.sizes(), weight->sizes());
  FLB_CHECK(std::ranges::equal(wide, x.sizes()), "output with shape ", shape_text(x.sizes()),
            " doesn't match the broadcast shape ", shape_text(wide));
}

Specs infer_entropy(const Call& call) {
  const View& x = call.in(0);
  check_entropy(x, call.in(1), call.has(2) ? &call.in(2) : nullptr);
  return {call.integer(3) == kNone ? spec_like(x, x.sizes()) : spec_like(x, {})};
}

void run_entropy(const Call& call) {
  const View& x_view = call.in(0);
  for_floating(x_view.dtype(), "binary_cross_entropy", [&]<class T>() {
    const Typed<T> x(x_view), target(expanded_to(call.in(1), x_view).view());
    std::optional<Typed<T>> weight;
    if (call.has(2)) weight.emplace(expanded_to(call.in(2), x_view).view());
    const TypedOut<T> out(call.out());
    const int64_t n = x_view.numel(), reduction = call.integer(3);
    double sum = 0;
    for (int64_t i = 0; i < n; ++i) {
      FLB_CHECK(x[i] >= 0 && x[i] <= 1, "all elements of input should be between 0 and 1");
      FLB_CHECK(target[i] >= 0 && target[i] <= 1, "all elements of target should be between 0 and 1");
      const T yes = std::max(std::log(x[i]), T(-100)), no = std::max(std::log1p(-x[i]), T(-100));
      const T loss = ((target[i] - 1) * no - target[i] * yes) * (weight ? (*weight)[i] : T(1));
      if (reduction == kNone)
        out[i] = loss;
      else
        sum += static_cast<double>(loss);
    }
    if (reduction != kNone) out[0] = static_cast<T>(reduction == kMean ? sum / static_cast<double>(n) : sum);
    out.store();
  });
}

// grad_output, self, target, weight, reduction
Specs infer_entropy_backward(const Call& call) {
  const View& x = call.in(1);
  check_entropy(x, call.in(2), call.has(3) ? &call.in(3) : nullptr);
  broadcast(x.sizes(), call.in(0).sizes());
  return {spec_like(x, x.sizes())};
}
void run_entropy_backward(const Call& call) {
  const View& x_view = call.in(1);
  for_floating(x_view.dtype(), "binary_cross_entropy_backward", [&]<class T>() {
    const Typed<T> x(x_view), grad(expanded_to(call.in(0), x_view).view()),
        target(expanded_to(call.in(2), x_view).view());
    std::optional<Typed<T>> weight;
    if (call.has(3)) weight.emplace(expanded_to(call.in(3), x_view).view());
    const TypedOut<T> out(call.out());
    const int64_t n = x_view.numel();
    for (int64_t i = 0; i < n; ++i) {
      const T slope = (x[i] - target[i]) / std::max((1 - x[i]) * x[i], T(1e-12));
      out[i] = grad[i] * slope * (weight ? (*weight)[i] : T(1)) / (call.integer(4) == kMean ? static_cast<T>(n) : T(1));
    }
    out.store();
  });
}

// ---- multi_margin_loss(self, target, p, margin, weight, reduction): [N, C] or [C] ----

struct Margin {
  int64_t batch, classes;
  int p;
  double margin;
};

Margin margin_of(const View& x, const View& target, const Scalar& p, const Scalar& margin, const View* weight) {
  const double power = p.as_double();
  FLB_CHECK(power == 1 || power == 2, "only p == 1 and p == 2 supported");
  FLB_CHECK(x.dim() <= 2 && (x.dim() == 0 || x.size(-1) != 0),
            "Expected non-empty vector or matrix with optional 0-dim batch size, but got: ", shape_text(x.sizes()));
  const int64_t batch = x.dim() == 2 ? x.size(0) : 1, classes = x.dim() == 0 ? 1 : x.size(-1);
  FLB_CHECK(target.dim() <= 1 && target.numel() == batch,
            "multi_margin_loss: target tensor should be 1-D with size equal to the number of input samples (batch "
            "size). Expected target size [",
            batch, "], but got ", shape_text(target.sizes()), ". Input has shape ", shape_text(x.sizes()), ".");
  FLB_CHECK(!weight || (weight->dim() <= 1 && weight->numel() == classes), "inconsistent weight size, expected ",
            classes, " but got ", weight ? shape_text(weight->sizes()) : "");
  FLB_CHECK(target.dtype() == DType::int64, "expected scalar type Long but found ", scalar_type_name(target.dtype()));
  check_fits(margin, x);
  return {batch, classes, static_cast<int>(power), margin.as_double()};
}

Specs infer_margin(const Call& call) {
  const View &x = call.in(0), &target = call.in(1);
  margin_of(x, target, call.scalar(2), call.scalar(3), call.has(4) ? &call.in(4) : nullptr);
  return {call.integer(5) == kNone && target.dim() > 0 ? spec_like(x, target.sizes()) : spec_like(x, {})};
}

/// Calls body(sample, target class, class, margin left, weight) for each other class whose margin is violated.
template <class T, class Body>
void for_violations(const Margin& m, const Typed<T>& x, const Typed<int64_t>& target,
                    const std::optional<Typed<T>>& weight, const Body& body) {
  for (int64_t n = 0; n < m.batch; ++n) {
    const int64_t t = target[n];
    FLB_CHECK(t >= 0 && t < m.classes, "target out of range");
    for (int64_t c = 0; c < m.classes; ++c) {
      const T z = static_cast<T>(m.margin) - x[n * m.classes + t] + x[n * m.classes + c];
      if (c != t && z > 0) body(n, t, c, z, weight ? (*weight)[t] : T(1));
    }
  }
}

void run_margin(const Call& call) {
  const Margin m =
      margin_of(call.in(0), call.in(1), call.scalar(2), call.scalar(3), call.has(4) ? &call.in(4) : nullptr);
  for_floating(call.in(0).dtype(), "multi_margin_loss", [&]<class T>() {
    const Typed<T> x(call.in(0));
    const Typed<int64_t> target(call.in(1));
    std::optional<Typed<T>> weight;
    if (call.has(4)) weight.emplace(call.in(4));
    const TypedOut<T> out(call.out());
    const bool each = call.integer(5) == kNone && call.in(1).dim() > 0;
    std::fill_n(out.data(), out.numel(), T(0));
    for_violations(m, x, target, weight, [&](int64_t n, int64_t, int64_t, T z, T w) {
      out[each ? n : 0] += w * (m.p == 1 ? z : z * z) / static_cast<T>(m.classes);
    });
    if (!each && call.integer(5) == kMean) out[0] /= static_cast<T>(m.batch);
    out.store();
  });
}

// grad_output, self, target, p, margin, weight, reduction
Specs infer_margin_backward(const Call& call) {
  const View& x = call.in(1);
  const Margin m = margin_of(x, call.in(2), call.scalar(3), call.scalar(4), call.has(5) ? &call.in(5) : nullptr);
  FLB_CHECK(call.in(0).numel() == 1 || (call.integer(6) == kNone && call.in(0).numel() == m.batch),
            "unexpected shape of grad_output ", shape_text(call.in(0).sizes()));
  return {spec_like(x, x.sizes())};
}
void run_margin_backward(const Call& call) {
  const Margin m =
      margin_of(call.in(1), call.in(2), call.scalar(3), call.scalar(4), call.has(5) ? &call.in(5) : nullptr);
  for_floating(call.in(1).dtype(), "multi_margin_loss_backward", [&]<class T>() {
    const Typed<T> grad(call.in(0)), x(call.in(1));
    const Typed<int64_t> target(call.in(2));
    std::optional<Typed<T>> weight;
    if (call.has(5)) weight.emplace(call.in(5));
    const TypedOut<T> out(call.out());
    std::fill_n(out.data(), out.numel(), T(0));
    const bool each = call.in(0).numel() == m.batch && call.integer(6) == kNone;
    const T share = static_cast<T>(call.integer(6) == kMean ? m.classes * m.batch : m.classes);
    for_violations(m, x, target, weight, [&](int64_t n, int64_t t, int64_t c, T z, T w) {
      const T slope = w * (m.p == 1 ? T(1) : 2 * z) / share * grad[each ? n : 0];
      out[n * m.classes + c] += slope;
      out[n * m.classes + t] -= slope;
    });
    out.store();
  });
}

}  // namespace

FLB_OP_FLAGS(binary_cross_entropy, infer_entropy, run_entropy, kApart | kLooksFirst);
FLB_OP_FLAGS(binary_cross_entropy_backward, infer_entropy_backward, run_entropy_backward, kApart | kLooksFirst);
FLB_OP_FLAGS(multi_margin_loss, infer_margin, run_margin, kMayOverlap);
FLB_OP_FLAGS(multi_margin_loss_backward, infer_margin_backward, run_margin_backward, kMayOverlap);

}  // namespace flambeau::ops
