// From an accumulator to loops that reduce dense rows, one for each element type and instruction set.
#pragma once

#include <algorithm>
#include <cstring>
#include <new>
#include <tuple>
#include <utility>

#include "kernels/common/math.h"
#include "kernels/cpu/levels.h"

namespace flambeau {
struct Call;  // backend's call record, handed through
}

namespace flambeau::cpu {

/// What an accumulator may need to know: the call's attributes and how many elements each result is made of.
struct Reduction {
  const Call& call;
  int64_t count;
};

/// The functions of a reduction (backend/reduce.h says what it is made of). Accumulators lie in arrays.
struct ReduceLoops {
  DType input;
  DType outputs[2];  ///< the second is undefined for one output
  int64_t accumulator_size;
  bool ordered;  ///< `index` matters, so the reduced elements are counted in row-major order
  void (*start)(const Reduction&, char* accumulators, int64_t count);
  /// Folds a dense row into one accumulator.
  void (*const* row)(const Reduction&, char* accumulator, const char* in, int64_t count, int64_t index);
  /// Folds a dense row element by element into an array of accumulators.
  void (*const* column)(const Reduction&, char* accumulators, const char* in, int64_t count, int64_t index);
  void (*const* merge)(const Reduction&, char* accumulators, const char* others, int64_t count);
  void (*const* result)(const Reduction&, const char* accumulators, char* out, char* out2, int64_t count);
};

template <class F>
F make_reducer(const Reduction& r) {
  if constexpr (std::is_constructible_v<F, const Reduction&>)
    return F(r);
  else
    return F{};
}

template <class F>
void reduce_start(const Reduction& r, char* accumulators, int64_t count) {
  const F f = make_reducer<F>(r);
  auto* a = reinterpret_cast<typename F::Acc*>(accumulators);
  for (int64_t i = 0; i < count; ++i) a[i] = f.start();
}

// Independent lanes let the compiler keep a row's sums in several vector registers, and make the rounding error small.
/// Folds whole groups of kLanes elements from x[i] on and returns where it stopped.
template <int kLanes, class F>
inline int64_t fold_lanes(const F& f, typename F::Acc& total, const typename F::In* x, int64_t i, int64_t count,
                          int64_t index) {
  typename F::Acc lanes[kLanes];
  for (int l = 0; l < kLanes; ++l) lanes[l] = f.start();
  for (; i + kLanes <= count; i += kLanes) {
    for (int l = 0; l < kLanes; ++l) lanes[l] = f.add(lanes[l], x[i + l], index + i + l);
  }
  for (int half = kLanes / 2; half > 0; half /= 2) {
    for (int l = 0; l < half; ++l) lanes[l] = f.merge(lanes[l], lanes[l + half]);
  }
  total = f.merge(total, lanes[0]);
  return i;
}

template <class F>
inline void reduce_row_body(const Reduction& r, char* accumulator, const char* in, int64_t count, int64_t index) {
  using Acc = typename F::Acc;
  const F f = make_reducer<F>(r);
  const auto* x = reinterpret_cast<const typename F::In*>(in);
  constexpr int kLanes = sizeof(Acc) <= 8 ? static_cast<int>(256 / sizeof(Acc)) : 4;
  Acc total = *reinterpret_cast<Acc*>(accumulator);
  if constexpr (requires { f.row(x, count, index); }) {
    *reinterpret_cast<Acc*>(accumulator) = f.merge(total, f.row(x, count, index));
    return;
  }
  int64_t i = 0;
  if (count >= 2 * kLanes) i = fold_lanes<kLanes>(f, total, x, i, count, index);
  if constexpr (kLanes > 16) {
    if (count - i >= 32) i = fold_lanes<16>(f, total, x, i, count, index);
  }
  for (; i < count; ++i) total = f.add(total, x[i], index + i);
  *reinterpret_cast<Acc*>(accumulator) = total;
}

template <class F>
inline void reduce_column_body(const Reduction& r, char* accumulators, const char* in, int64_t count, int64_t index) {
  const F f = make_reducer<F>(r);
  auto* a = reinterpret_cast<typename F::Acc*>(accumulators);
  const auto* x = reinterpret_cast<const typename F::In*>(in);
#pragma GCC ivdep
  for (int64_t i = 0; i < count; ++i) a[i] = f.add(a[i], x[i], index);
}

template <class F>
inline void reduce_merge_body(const Reduction& r, char* accumulators, const char* others, int64_t count) {
  const F f = make_reducer<F>(r);
  auto* a = reinterpret_cast<typename F::Acc*>(accumulators);
  const auto* b = reinterpret_cast<const typename F::Acc*>(others);
#pragma GCC ivdep
  for (int64_t i = 0; i < count; ++i) a[i] = f.merge(a[i], b[i]);
}

template <class T>
inline constexpr int kOutputs = 1;
template <class A, class B>
inline constexpr int kOutputs<std::pair<A, B>> = 2;

template <class F>
inline void reduce_result_body(const Reduction& r, const char* accumulators, char* out, char* out2, int64_t count) {
  using Result = decltype(std::declval<const F&>().result(std::declval<typename F::Acc>()));
  const F f = make_reducer<F>(r);
  const auto* a = reinterpret_cast<const typename F::Acc*>(accumulators);
  if constexpr (kOutputs<Result> == 2) {
    auto* first = reinterpret_cast<typename Result::first_type*>(out);
    auto* second = reinterpret_cast<typename Result::second_type*>(out2);
    for (int64_t i = 0; i < count; ++i) std::tie(first[i], second[i]) = f.result(a[i]);
  } else {
    static_cast<void>(out2);
    for (int64_t i = 0; i < count; ++i) reinterpret_cast<Result*>(out)[i] = f.result(a[i]);
  }
}

FLB_LEVELS(reduce_row, (class F), (F), (const Reduction& r, char* a, const char* in, int64_t count, int64_t index),
           reduce_row_body<F>(r, a, in, count, index))
FLB_LEVELS(reduce_column, (class F), (F), (const Reduction& r, char* a, const char* in, int64_t count, int64_t index),
           reduce_column_body<F>(r, a, in, count, index))
FLB_LEVELS(reduce_merge, (class F), (F), (const Reduction& r, char* a, const char* b, int64_t count),
           reduce_merge_body<F>(r, a, b, count))
FLB_LEVELS(reduce_result, (class F), (F), (const Reduction& r, const char* a, char* out, char* out2, int64_t count),
           reduce_result_body<F>(r, a, out, out2, count))

template <class Result>
struct ResultTypes {
  static constexpr DType first = dtype_of<Result>, second = DType::undefined;
};
template <class A, class B>
struct ResultTypes<std::pair<A, B>> {
  static constexpr DType first = dtype_of<A>, second = dtype_of<B>;
};

template <class F>
constexpr ReduceLoops make_reduce_loops() {
  using Result = ResultTypes<decltype(std::declval<const F&>().result(std::declval<typename F::Acc>()))>;
  return {dtype_of<typename F::In>, {Result::first, Result::second}, sizeof(typename F::Acc), requires {F::kOrdered;
}
, reduce_start<F>, reduce_row<F>, reduce_column<F>, reduce_merge<F>, reduce_result<F>
};  // namespace flambeau::cpu
}

template <template <class> class F, class... T>
inline constexpr ReduceLoops reduce_loops_of[] = {make_reduce_loops<F<T>>()...};

}  // namespace flambeau::cpu
