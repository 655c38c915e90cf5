// Mirrors <torch/csrc/utils/variadic.h> of PyTorch 2.13.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/Variadic.h>
#include <torch/csrc/autograd/variable.h>

#include <type_traits>
#include <utility>

namespace torch {

using at::IterArgs;

struct CountTensors : IterArgs<CountTensors> {
  size_t out = 0;
  void operator()(const at::Tensor&) { out += 1; }
  void operator()(const std::optional<at::Tensor>& x) { out += x.has_value(); }
  void operator()(at::ArrayRef<at::Tensor> xs) { out += xs.size(); }
};

template <typename... Args>
size_t count_tensors(Args&&... args) {
  return CountTensors().apply(std::forward<Args>(args)...).out;
}

struct CountVariables : IterArgs<CountVariables> {
  size_t out = 0;
  void operator()(const autograd::Variable&) { out += 1; }
  void operator()(at::ArrayRef<autograd::Variable> xs) { out += xs.size(); }
};

template <typename... Args>
inline size_t count_variables(Args&&... args) {
  return CountVariables().apply(std::forward<Args>(args)...).out;
}

template <size_t... Is>
struct Indices {};
template <size_t N, size_t... Is>
struct MakeIndices : MakeIndices<N - 1, N - 1, Is...> {};
template <size_t... Is>
struct MakeIndices<0, Is...> {
  using indices = Indices<Is...>;
};

template <typename Function, typename... Ts>
void apply(Function function, Ts&&... ts) {
  (function(std::forward<Ts>(ts)), ...);
}

template <typename ReturnType, typename... Ts, typename Function, typename Accessor, size_t... Is>
ReturnType unpack(Function function, Accessor accessor, Indices<Is...>) {
  return ReturnType(function(accessor.template operator()<Ts>(Is)...));
}

template <typename ReturnType, typename... Ts, typename Function, typename Accessor>
ReturnType unpack(Function function, Accessor accessor) {
  return ReturnType(unpack<ReturnType, Ts...>(std::move(function), std::move(accessor),
                                              typename MakeIndices<sizeof...(Ts)>::indices()));
}

}  // namespace torch
