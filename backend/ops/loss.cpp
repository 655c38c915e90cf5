// Losses against class indices and probabilities.

#include <cmath>

#include "backend/dense.h"
#include "backend/op.h"
#include "backend/overlap.h"
#include "backend/promotion.h"
#include "kernels/common/threads.h"

namespace flambeau::ops {
namespace {

enum Reduction : int64_t { kNone, kMean, kSum };

/// Class indices of either type.
class Targets {
 public:
  explicit Targets(const View& v) : values_(v) {}
  int64_t operator[](int64_t i) const { return values_[i]; }

 private:
  Typed<int64_t> values_;
};

void check_target_type(const View& target) {
  FLB_CHECK(target.dtype() == DType::int64 || target.dtype() == DType::uint8,
            "expected target dtype to be Long or Byte, but got ", scalar_type_name(target.dtype()));
}

// ---- nll_loss: input [N, C] or [C] with targets [N] or []; nll_loss2d: [N, C, H, W] with [N, H, W] ----

/// Either form as [batch][classes][points].
struct Classes {
  int64_t batch = 1, classes, points = 1;

  explicit Classes(const View& x) : classes(x.dim() == 1 ? x.size(0) : x.size(1)) {
    if (x.dim() > 1) batch = x.size(0);
    for (int d = 2; d < x.dim(); ++d) points *= x.size(d);
  }
};

void check_nll(const View& x, const View& target, const View* weight) {
  FLB_CHECK(x.dim() > 0 && x.dim() <= 2, "input tensor should be 1D or 2D");
  FLB_CHECK(target.dim() <= 1, "0D or 1D target tensor expected, multi-target not supported");
  check_target_type(target);
  FLB_CHECK((x.dim() == 1 && target.dim() == 0) || (target.dim() == 1 && x.size(0) == target.size(0)),
            "size mismatch (got input: ", shape_text(x.sizes()), ", target: ", shape_text(target.sizes()), ")");
  const int64_t classes = x.size(-1);
  if (weight)
    FLB_CHECK(weight->dim() == 1 && weight->numel() == classes, "weight tensor should be defined either for all ",
              classes, " classes or no classes but got weight tensor of shape: ", shape_text(weight->sizes()));
}

void check_nll2d(const View& x, const View& target, const View* weight) {
  check_target_type(target);
  FLB_CHECK(target.dim() == 3,
            "only batches of spatial targets supported (3D tensors) but got targets of dimension: ", target.dim());
  FLB_CHECK(x.dim() == 4,
            "only batches of spatial inputs supported (4D tensors), but got input of dimension: ", x.dim());
  FLB_CHECK(!weight || weight->numel() == x.size(1), "weight tensor should be defined either for all or no classes");
  FLB_CHECK(x.size(0) == target.size(0) && x.size(2) == target.size(1) && x.size(3) == target.size(2),
            "size mismatch (got input: ", shape_text(x.sizes()), " , target: ", shape_text(target.sizes()));
}

using CheckNll = void (*)(const View&, const View&, const View*);

template <CheckNll check>
Specs infer_nll(const Call& call) {
  const View &x = call.in(0), &target = call.in(1);
  check(x, target, call.has(2) ? &call.in(2) : nullptr);
  const bool each = call.integer(3) == kNone && x.dim() > 1;
  return {each ? spec_like(x, target.sizes()) : spec_like(x, {}), spec_like(x, {})};
}

template <class T>
void check_weight_type(const View& x, const View& weight) {
  FLB_CHECK(weight.dtype() == x.dtype(), "expected scalar type ", scalar_type_name(x.dtype()), " but found ",
            scalar_type_name(weight.dtype()));
}

template <class T>
void nll(const Call& call) {
  const View &x_view = call.in(0), &target_view = call.in(1);
  const Classes shape(x_view);
  const Typed<T> x(x_view);
  const Targets target(target_view);
  std::optional<Typed<T>> weight;
  if (call.has(2)) check_weight_type<T>(x_view, call.in(2)), weight.emplace(call.in(2));
  const int64_t reduction = call.integer(3), ignore = call.integer(4);
  const TypedOut<T> out(call.out(0)), total_out(call.out(1));
  const bool each = reduction == kNone && x_view.dim() > 1;
  double loss = 0, total = 0;
  for (int64_t n = 0; n < shape.batch; ++n)
    for (int64_t p = 0; p < shape.points; ++p) {
      const int64_t at = n * shape.points + p, t = target[at];
      if (t == ignore) {
        if (each) out[at] = T(0);
        continue;
      }
      FLB_CHECK_AS(index, t >= 0 && t < shape.classes, "Target ", t, " is out of bounds.");
      const T w = weight ? (*weight)[t] : T(1), value = -w * x[(n * shape.classes + t) * shape.points + p];
      total += static_cast<double>(w);
      if (each)
        out[at] = value;
      else
        loss += static_cast<double>(value);
    }
  if (!each) out[0] = static_cast<T>(reduction == kMean ? loss / total : loss);
  total_out[0] = static_cast<T>(each ? 0 : total);
  out.store();
  total_out.store();
}
void run_nll(const Call& call) {
  for_floating(call.in(0).dtype(), "nll_loss_out_frame", [&]<class T>() { nll<T>(call); });
}

// grad_output, self, target, weight, reduction, ignore_index, total_weight
template <CheckNll check>
Specs infer_nll_backward(const Call& call) {
  const View &grad = call.in(0), &x = call.in(1), &target = call.in(2);
  check(x, target, call.has(3) ? &call.in(3) : nullptr);
  FLB_CHECK(call.in(6).numel() == 1,
            "expected total_weight to be a single element tensor, got: ", shape_text(call.in(6).sizes()), " (",
            call.in(6).numel(), " elements)");
  if (call.integer(4) == kNone && x.dim() == 2)
    FLB_CHECK(grad.dim() == 1 && grad.size(0) == x.size(0),
              "Expected a tensor of dimension 1 and tensor.size[0] == ", x.size(0), " but got: dimension ", grad.dim(),
              " and tensor.size[0] == ", grad.dim() ? grad.size(0) : 1);
  else if (call.integer(4) != kNone)
    FLB_CHECK(grad.dim() <= 1 && grad.numel() == 1,
              "Expected a single element grad_output tensor, but got: ", shape_text(grad.sizes()));
  return {spec_like(x, x.sizes(), is_channels_last(x) && x.dim() == 4)};
}

template <class T>
void nll_backward(const Call& call) {
  const View& x = call.in(1);
  const Classes shape(x);
  const Typed<T> grad(call.in(0)), total(call.in(6));
  const Targets target(call.in(2));
  std::optional<Typed<T>> weight;
  if (call.has(3)) check_weight_type<T>(x, call.in(3)), weight.emplace(call.in(3));
  const int64_t reduction = call.integer(4), ignore = call.integer(5);
  const TypedOut<T> out(call.out());
  std::fill_n(out.data(), out.numel(), T(0));
  const bool each = reduction == kNone && x.dim() > 1;
  for (int64_t n = 0; n < shape.batch; ++n)
    for (int64_t p = 0; p < shape.points; ++p) {
      const int64_t at = n * shape.points + p, t = target[at];
      if (t == ignore) continue;
      FLB_CHECK_AS(index, t >= 0 && t < shape.classes, "Target ", t, " is out of bounds.");
      const T w = weight ? (*weight)[t] : T(1), g = each ? grad[at] : reduction == kMean ? grad[0] / total[0] : grad[0];
      out[(n * shape.classes + t) * shape.points + p] = -w * g;
    }
  out.store();
}
void run_nll_backward(const Call& call) {
  for_floating(call.in(1).dtype(), "nll_loss_backward_out_frame", [&]<class T>() { nll_backward<T>(call); });
}

}  // namespace

FLB_OP_FLAGS(nll_loss_forward, infer_nll<check_nll>, run_nll, kMayOverlap);
FLB_OP(nll_loss_backward, infer_nll_backward<check_nll>, run_nll_backward);
FLB_OP(nll_loss2d_forward, infer_nll<check_nll2d>, run_nll);
FLB_OP(nll_loss2d_backward, infer_nll_backward<check_nll2d>, run_nll_backward);

}  // namespace flambeau::ops
