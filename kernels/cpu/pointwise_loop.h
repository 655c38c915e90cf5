// From a functor on numbers to loops over dense arrays, one for each element type and instruction set.
#pragma once

#include <array>
#include <cstring>
#include <utility>

#include "kernels/common/math.h"
#include "kernels/cpu/levels.h"

namespace flambeau {
struct Call;  // backend's call record: handed through to functors that take their attributes from it
}

namespace flambeau::cpu {

inline constexpr int kMaxOperands = 6;

/// data[0] is the output, the rest are the inputs, all dense and of the types of `Loops::types`.
using Loop = void (*)(const Call&, char* const* data, int64_t count);

struct Loops {
  const Loop* levels;         ///< indexed by Level
  DType types[kMaxOperands];  ///< of output and inputs
};

template <class F>
F make_functor(const Call& call) {
  if constexpr (std::is_constructible_v<F, const Call&>)
    return F(call);
  else
    return F{};
}

template <class F, class R, class... A, size_t... I>
inline void pointwise_body(const F& f, R (F::*)(A...) const, char* const* data, int64_t count,
                           std::index_sequence<I...>) {
  auto* out = reinterpret_cast<R*>(data[0]);
  if constexpr (!std::is_base_of_v<LibraryMath, F>) {
#pragma GCC ivdep
    for (int64_t i = 0; i < count; ++i) out[i] = f(reinterpret_cast<const A*>(data[I + 1])[i]...);
  } else {
    constexpr int64_t kBlock = 32;
    const int64_t whole = count - count % kBlock;
    for (int64_t b = 0; b < whole; b += kBlock) {
#pragma GCC ivdep
      for (int64_t i = 0; i < kBlock; ++i) out[b + i] = f(reinterpret_cast<const A*>(data[I + 1])[b + i]...);
    }
    if (whole == count) return;
    const size_t rest = static_cast<size_t>(count - whole);
    alignas(64) R last[kBlock];
    const auto run = [&](const std::array<A, kBlock>&... in) {
#pragma GCC ivdep
      for (int64_t i = 0; i < kBlock; ++i) last[i] = f(in[i]...);
    };
    const auto tail = [&]<class T>(const T* from, std::type_identity<T>) {
      alignas(64) std::array<T, kBlock> block{};
      std::memcpy(static_cast<void*>(block.data()), from, rest * sizeof(T));
      return block;
    };
    run(tail(reinterpret_cast<const A*>(data[I + 1]) + whole, std::type_identity<A>{})...);
    std::memcpy(static_cast<void*>(out + whole), last, rest * sizeof(R));
  }
}

template <class R, class F, class... A>
constexpr auto indices(R (F::*)(A...) const) {
  return std::index_sequence_for<A...>{};
}

FLB_LEVELS(pointwise_loop, (class F), (F), (const Call& call, char* const* data, int64_t count),
           pointwise_body(make_functor<F>(call), &F::operator(), data, count, indices(&F::operator())))

template <class F, class R, class... A>
constexpr Loops make_loops(R (F::*)(A...) const) {
  return {pointwise_loop<F>, {dtype_of<R>, dtype_of<A>...}};
}

/// The loops of F<T> for each T.
template <template <class> class F, class... T>
inline constexpr Loops loops_of[] = {make_loops<F<T>>(&F<T>::operator())...};

}  // namespace flambeau::cpu
