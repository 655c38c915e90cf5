// Mirrors <ATen/core/functional.h> of PyTorch 2.13.
#pragma once

#include <c10/util/ArrayRef.h>

#include <vector>

namespace c10 {

template <class F, class T>
inline auto fmap(const T& inputs, const F& fn) -> std::vector<decltype(fn(*inputs.begin()))> {
  std::vector<decltype(fn(*inputs.begin()))> results;
  results.reserve(inputs.size());
  for (const auto& input : inputs) results.push_back(fn(input));
  return results;
}

template <typename R, typename T>
inline std::vector<R> fmap(const T& inputs) {
  std::vector<R> results;
  results.reserve(inputs.size());
  for (auto& input : inputs) results.push_back(R(input));
  return results;
}

template <typename F, typename T>
inline std::vector<T> filter(at::ArrayRef<T> inputs, const F& fn) {
  std::vector<T> kept;
  kept.reserve(inputs.size());
  for (auto& input : inputs) {
    if (fn(input)) kept.push_back(input);
  }
  return kept;
}

template <typename F, typename T>
inline std::vector<T> filter(const std::vector<T>& inputs, const F& fn) {
  return filter<F, T>(static_cast<at::ArrayRef<T>>(inputs), fn);
}

}  // namespace c10
