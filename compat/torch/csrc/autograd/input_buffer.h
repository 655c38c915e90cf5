// Mirrors <torch/csrc/autograd/input_buffer.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <c10/core/Event.h>
#include <c10/core/Stream.h>
#include <c10/util/light_std.h>
#include <torch/csrc/autograd/variable.h>

#include <string>
#include <utility>
#include <vector>

namespace torch::autograd {

/// Sums the gradients that arrive for each input of a node.
struct InputBuffer {
  explicit InputBuffer(size_t size) : buffer(size), opt_accum_streams(size), ready_events(size), ready_streams(size) {}
  InputBuffer(const InputBuffer& other) = delete;
  InputBuffer(InputBuffer&& other) = default;
  explicit InputBuffer(variable_list&& inputs) : buffer(std::move(inputs)) {}
  InputBuffer& operator=(InputBuffer&& other) = default;

  TORCH_API void add(size_t pos, Variable&& var, const std::optional<c10::Stream>& opt_producer_stream,
                     const std::optional<c10::Stream>& opt_consumer_stream, Node* fn);
  Variable operator[](size_t pos) { return buffer[pos]; }
  static std::vector<Variable> variables(InputBuffer&& g) { return std::move(g.buffer); }

  std::vector<Variable> buffer;
  std::vector<std::optional<c10::Stream>> opt_accum_streams;
  std::vector<std::optional<c10::Event>> ready_events;
  std::vector<std::optional<c10::Stream>> ready_streams;
  std::optional<c10::Stream> opt_overridden_consumer_stream;
};

}  // namespace torch::autograd
