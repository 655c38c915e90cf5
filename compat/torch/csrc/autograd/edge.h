// Mirrors <torch/csrc/autograd/edge.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <c10/util/hash.h>
#include <c10/util/intrusive_ptr.h>

#include <cstdint>
#include <functional>

namespace torch::autograd {

struct Node;

/// Where a gradient flows: input `input_nr` of `function`. Invalid when there is no function.
struct Edge {
  Edge() noexcept : function(nullptr), input_nr(0) {}
  Edge(c10::intrusive_ptr<Node> function_, uint32_t input_nr_) noexcept
      : function(std::move(function_)), input_nr(input_nr_) {}

  FLB_ON_USE bool is_valid() const noexcept { return function != nullptr; }
  FLB_ON_USE bool operator==(const Edge& other) const noexcept {
    return function == other.function && input_nr == other.input_nr;
  }
  bool operator!=(const Edge& other) const noexcept { return !(*this == other); }

  c10::intrusive_ptr<Node> function;
  uint32_t input_nr;
};

}  // namespace torch::autograd

namespace std {
template <>
struct hash<torch::autograd::Edge> {
  using argument_type = torch::autograd::Edge;
  using return_type = size_t;
  FLB_ON_USE return_type operator()(const argument_type& edge) const noexcept {
    return c10::get_hash(edge.function, edge.input_nr);
  }
};
}  // namespace std
