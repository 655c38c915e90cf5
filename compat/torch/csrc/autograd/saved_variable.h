// Mirrors <torch/csrc/autograd/saved_variable.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/SafePyObject.h>
#include <c10/util/light_std.h>
#include <torch/csrc/Export.h>
#include <torch/csrc/autograd/forward_grad.h>
#include <torch/csrc/autograd/node.h>
#include <torch/csrc/autograd/saved_variable_hooks.h>

#include <cstdint>

namespace torch::autograd {

TORCH_API extern const char* ERR_BACKWARD_TWICE;

/// A tensor kept by a node for its backward, with the version it had. Never keeps the node that made it alive.
class TORCH_API SavedVariable {
 public:
  SavedVariable() = default;
  SavedVariable(const Variable& variable, bool is_output, bool is_inplace_on_view = false);
  SavedVariable(const std::optional<Variable>& variable, bool is_output, bool is_inplace_on_view = false);
  SavedVariable(const SavedVariable&) = delete;
  SavedVariable(SavedVariable&&) = default;
  SavedVariable& operator=(const SavedVariable&) = delete;
  SavedVariable& operator=(SavedVariable&&) = default;
  ~SavedVariable() {
    if (fw_grad_) fw_grad_->clear();
  }

  /// The tensor again, with its history. `saved_for` is the node that asks, needed for a node's own outputs.
  Variable unpack(c10::intrusive_ptr<Node> saved_for = nullptr) const;
  void register_hooks(std::unique_ptr<SavedVariableHooks>&& hooks);
  void reset_data();

  bool has_hooks() const { return static_cast<bool>(hooks_); }
  std::optional<at::Tensor> get_raw_data() const {
    if (hooks_) return std::nullopt;
    return data_;
  }
  FLB_ON_USE std::optional<std::pair<c10::SafePyObject, c10::SafePyObject>> retrieve_unpack_hook_data() const {
    if (!hooks_) return std::nullopt;
    return hooks_->retrieve_unpack_hook_data();
  }

 private:
  at::Tensor data_;  ///< the variable itself, or detached from its history where that would make a cycle
  std::shared_ptr<ForwardGrad> fw_grad_;
  c10::weak_intrusive_ptr<Node> weak_grad_fn_{c10::intrusive_ptr<Node>()};  ///< set for in-place results on views
  uint32_t saved_version_ = 0;
  uint32_t output_nr_ = 0;
  bool was_default_constructed_ = true;
  bool is_inplace_on_view_ = false;
  bool saved_original_ = false;
  bool is_leaf_ = false;
  bool is_output_ = false;
  std::unique_ptr<SavedVariableHooks> hooks_;
  c10::intrusive_ptr<Node> grad_fn_;
  c10::intrusive_ptr<Node> grad_accumulator_;
  bool requires_grad_ = false;

  void save_metadata(const Variable& data);
  static std::unique_ptr<SavedVariableHooks> get_default_hooks();
  void set_hooks_and_pack_data(std::unique_ptr<SavedVariableHooks>&& hooks, const Variable& data);
};

}  // namespace torch::autograd
