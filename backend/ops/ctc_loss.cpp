// Connectionist temporal classification: the forward-backward algorithm over targets interleaved with blanks.
// Graves et al., ICML 2006.

#include <cmath>
#include <limits>
#include <vector>

#include "backend/dense.h"
#include "backend/op.h"
#include "backend/promotion.h"
#include "kernels/common/threads.h"

namespace flambeau::ops {
namespace {

using Lengths = std::vector<int64_t>;

/// Lengths are a list of integers, or a tensor of them.
Lengths lengths_of(const Call& call, int position) {
  if (call.args[position].kind != ArgKind::tensor)
    return {call.integers(position).begin(), call.integers(position).end()};
  const Typed<int64_t> values(call.in(position));
  return {values.data(), values.data() + call.in(position).numel()};
}

struct Plan {
  int64_t times, batch, classes, blank, longest = 0;
  bool rows;  ///< targets are [N, S], not concatenated
  Lengths inputs, targets, offsets;

  int64_t states() const { return 2 * longest + 1; }
};

/// `at` is the position of log_probs; targets and the two lengths follow.
Plan plan_of(const Call& call, int at, int blank) {
  const View &x = call.in(at), &target = call.in(at + 1);
  FLB_CHECK(x.dim() == 3, "log_probs tensor must be 3-D (T, N, C), but got: ", x.dim());
  FLB_CHECK(target.dtype() == DType::int64 || target.dtype() == DType::int32,
            "targets must be int32 or int64, but got ", scalar_type_name(target.dtype()));
  Plan p{x.size(0),
         x.size(1),
         x.size(2),
         call.integer(blank),
         0,
         target.dim() == 2,
         lengths_of(call, at + 2),
         lengths_of(call, at + 3),
         {}};
  FLB_CHECK(p.blank >= 0 && p.blank < p.classes, "blank must be in label range");
  FLB_CHECK(static_cast<int64_t>(p.inputs.size()) == p.batch, "input_lengths must be of size batch_size");
  FLB_CHECK(static_cast<int64_t>(p.targets.size()) == p.batch, "target_lengths must be of size batch_size");
  int64_t total = 0;
  for (int64_t n = 0; n < p.batch; ++n) {
    FLB_CHECK(p.inputs[n] >= 0, "Expected input_lengths to have value at least 0, but got value ", p.inputs[n]);
    FLB_CHECK(p.targets[n] >= 0, "Expected target_lengths to have value at least 0, but got value ", p.targets[n]);
    FLB_CHECK(p.inputs[n] <= p.times, "Expected input_lengths to have value at most ", p.times, ", but got value ",
              p.inputs[n]);
    p.offsets.push_back(p.rows ? n * target.size(1) : total);
    total += p.targets[n];
    p.longest = std::max(p.longest, p.targets[n]);
  }
  if (p.rows)
    FLB_CHECK(target.size(0) == p.batch && target.size(1) >= p.longest, "Expected tensor to have size at least ",
              p.longest, " at dimension 1, but got size ", target.size(1));
  else
    FLB_CHECK(target.dim() == 1 && target.numel() == total, "Expected tensor to have size ", total,
              " at dimension 0, but got size ", target.numel());
  return p;
}

// log_probs, targets, input_lengths, target_lengths, blank, zero_infinity -> loss [N], log_alpha [N, T, 2 S + 1]
Specs infer(const Call& call) {
  const View& x = call.in(0);
  const Plan p = plan_of(call, 0, 4);
  return {spec_like(x, {p.batch}), spec_like(x, {p.batch, p.times, p.states()})};
}

template <class T>
constexpr T kNever = -std::numeric_limits<T>::infinity();

template <class T>
T log_add(std::initializer_list<T> terms) {
  const T most = std::max(terms);
  if (most == kNever<T>) return most;
  T sum = 0;
  for (const T t : terms) sum += std::exp(t - most);
  return most + std::log(sum);
}

/// The label of state s: blanks at even places.
struct Labels {
  const int64_t* target;
  int64_t blank;
  int64_t operator[](int64_t s) const { return s % 2 ? target[s / 2] : blank; }
  /// Whether state s may be entered from s - 2.
  bool skips(int64_t s) const { return s >= 2 && (*this)[s] != blank && (*this)[s] != (*this)[s - 2]; }
};

void check_labels(const Labels& labels, int64_t count, int64_t classes) {
  for (int64_t i = 0; i < count; ++i)
    FLB_CHECK(labels.target[i] >= 0 && labels.target[i] < classes, "target label ", labels.target[i],
              " is out of range");
}

template <class T>
void forward(const Call& call) {
  const Plan p = plan_of(call, 0, 4);
  const Typed<T> x(call.in(0));
  const Typed<int64_t> target(call.in(1));
  const TypedOut<T> loss(call.out(0)), alpha(call.out(1));
  parallel_for(0, p.batch, 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      const Labels labels{target.data() + p.offsets[n], p.blank};
      check_labels(labels, p.targets[n], p.classes);
      const int64_t states = p.states(), used = 2 * p.targets[n] + 1;
      T* a = alpha.data() + n * p.times * states;
      std::fill_n(a, p.times * states, kNever<T>);
      const auto at = [&](int64_t t, int64_t s) { return x[(t * p.batch + n) * p.classes + labels[s]]; };
      if (p.inputs[n] == 0) {
        loss[n] = p.targets[n] == 0 ? T(0) : -kNever<T>;
        continue;
      }
      for (int64_t s = 0; s < std::min<int64_t>(2, used); ++s) a[s] = at(0, s);
      for (int64_t t = 1; t < p.inputs[n]; ++t) {
        const T* before = a + (t - 1) * states;
        for (int64_t s = 0; s < used; ++s)
          a[t * states + s] = at(t, s) + log_add({before[s], s ? before[s - 1] : kNever<T>,
                                                  labels.skips(s) ? before[s - 2] : kNever<T>});
      }
      const T* last = a + (p.inputs[n] - 1) * states;
      loss[n] = -log_add({last[used - 1], used > 1 ? last[used - 2] : kNever<T>});
    }
  });
  loss.store();
  alpha.store();
}
void run(const Call& call) {
  if (itemsize(call.in(0).dtype()) < 4) not_implemented_for("ctc_loss_cpu", call.in(0).dtype());
  for_floating(call.in(0).dtype(), "ctc_loss_cpu", [&]<class T>() { forward<T>(call); });
}

// grad, log_probs, targets, input_lengths, target_lengths, neg_log_likelihood, log_alpha, blank, zero_infinity
Specs infer_backward(const Call& call) {
  const View& x = call.in(1);
  const Plan p = plan_of(call, 1, 7);
  FLB_CHECK(call.in(0).numel() == p.batch && call.in(5).numel() == p.batch &&
                call.in(6).numel() == p.batch * p.times * p.states(),
            "_ctc_loss_backward: unexpected shapes of the loss or its gradient");
  return {spec_like(x, x.sizes())};
}

template <class T>
void backward(const Call& call) {
  const Plan p = plan_of(call, 1, 7);
  const Typed<T> grad(call.in(0)), x(call.in(1)), loss(call.in(5)), alpha(call.in(6));
  const Typed<int64_t> target(call.in(2));
  const TypedOut<T> out(call.out());
  const bool zero_infinity = call.boolean(8);
  std::fill_n(out.data(), out.numel(), T(0));
  parallel_for(0, p.batch, 1, [&](int64_t begin, int64_t end) {
    Scratch<T> beta(p.states()), next(p.states()), both(p.classes);
    for (int64_t n = begin; n < end; ++n) {
      if (zero_infinity && loss[n] == -kNever<T>) continue;
      const Labels labels{target.data() + p.offsets[n], p.blank};
      check_labels(labels, p.targets[n], p.classes);
      const int64_t states = p.states(), used = 2 * p.targets[n] + 1;
      for (int64_t t = p.inputs[n] - 1; t >= 0; --t) {
        const T* probs = x.data() + (t * p.batch + n) * p.classes;
        const bool last = t == p.inputs[n] - 1;
        std::fill_n(both.data(), p.classes, kNever<T>);
        for (int64_t s = used - 1; s >= 0; --s) {
          const bool skip = s + 2 < used && labels.skips(s + 2);
          const T from =
              last ? (s >= used - 2 ? T(0) : kNever<T>)
                   : log_add({next[s], s + 1 < used ? next[s + 1] : kNever<T>, skip ? next[s + 2] : kNever<T>});
          beta[s] = from + probs[labels[s]];
          T& sum = both[labels[s]];
          sum = log_add({sum, alpha[(n * p.times + t) * states + s] + beta[s]});
        }
        std::copy_n(beta.data(), used, next.data());
        for (int64_t c = 0; c < p.classes; ++c)
          out[(t * p.batch + n) * p.classes + c] =
              (std::exp(probs[c]) - std::exp(both[c] + loss[n] - probs[c])) * grad[n];
      }
    }
  });
  out.store();
}
void run_backward(const Call& call) {
  for_floating(call.in(1).dtype(), "ctc_loss_backward_cpu", [&]<class T>() { backward<T>(call); });
}

}  // namespace

FLB_OP(_ctc_loss, infer, run);
FLB_OP(_ctc_loss_Tensor, infer, run);
FLB_OP(_ctc_loss_backward, infer_backward, run_backward);
FLB_OP(_ctc_loss_backward_Tensor, infer_backward, run_backward);

}  // namespace flambeau::ops
