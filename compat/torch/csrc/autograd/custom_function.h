// Mirrors <torch/csrc/autograd/custom_function.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <ATen/core/ivalue.h>
#include <c10/core/SymInt.h>
#include <c10/util/flat_hash_map.h>
#include <c10/util/irange.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/csrc/autograd/variable_info.h>

#include <unordered_set>
#include <vector>

namespace torch::autograd {

using optional_variable_list = std::vector<std::optional<Variable>>;
using _jvp_fn_t = std::function<variable_list(variable_list, variable_list)>;
using _view_as_self_fn_t = std::function<at::Tensor(at::Tensor)>;

/// Gives the outputs of a custom function their history: dirty inputs are rebased, inputs returned unchanged become
/// views.
TORCH_API std::vector<std::optional<Variable>> _wrap_outputs(
    const variable_list& input_vars, const std::unordered_set<at::TensorImpl*>& non_differentiable,
    const std::unordered_set<at::TensorImpl*>& dirty_inputs, const at::ArrayRef<std::optional<Variable>> raw_outputs,
    const c10::intrusive_ptr<Node>& cdata, const _jvp_fn_t& jvp_user_function,
    const std::unordered_set<at::TensorImpl*>& to_save_if_setup_context, const _view_as_self_fn_t& view_as_self_fn,
    bool pure_view);

TORCH_API void check_variable_result(const at::TensorBase& original, const at::TensorBase& result,
                                     const std::string& hook_name);

template <typename X, typename... Args>
using forward_t = decltype(X::forward(nullptr, std::declval<Args>()...));

/// Derive `struct F : Function<F>` with static forward(AutogradContext*, ...) and backward(AutogradContext*,
/// variable_list), then call F::apply(...).
template <class T>
struct TORCH_API Function {
  template <typename X = T, typename... Args>
  static auto apply(Args&&... args) -> std::enable_if_t<std::is_same_v<X, T>, forward_t<X, Args...>>;

  static constexpr bool is_traceable = false;
};

/// What forward() leaves for backward().
struct TORCH_API AutogradContext {
  AutogradContext() = default;
  AutogradContext(const AutogradContext& other) = delete;
  AutogradContext& operator=(const AutogradContext& other) = delete;
  AutogradContext(AutogradContext&& other) = delete;
  AutogradContext& operator=(AutogradContext&& other) = delete;
  ~AutogradContext() = default;
  AutogradContext(PackedArgs& packed_args);

  ska::flat_hash_map<std::string, at::IValue> saved_data;

  void save_for_backward(variable_list to_save);
  void mark_dirty(const variable_list& inputs);
  void mark_non_differentiable(const variable_list& outputs);
  /// Whether undefined gradients reach backward() as zeros (the default).
  void set_materialize_grads(bool value);

  variable_list get_saved_variables() const;
  const std::unordered_set<at::TensorImpl*>& get_and_bump_dirty() const;
  const std::unordered_set<at::TensorImpl*>& get_non_differentiable() const;
  bool needs_input_grad(size_t output_edge_index) const;
  bool needs_input_grad(std::initializer_list<IndexRange> idxs) const;

 private:
  std::unordered_set<at::TensorImpl*> non_differentiable_;
  std::unordered_set<at::TensorImpl*> dirty_inputs_;
  std::vector<torch::autograd::SavedVariable> saved_variables_;
  variable_list to_save_;
  bool materialize_grads_{true};
  c10::weak_intrusive_ptr<Node> grad_fn_{c10::intrusive_ptr<Node>()};
  bool has_freed_buffers_{false};
  std::optional<variable_list> saved_variables_override_;
  std::optional<std::vector<bool>> needs_input_grad_override_;

  void save_variables();

  template <class T>
  friend struct CppNode;
};

template <class T>
struct CppNode : public Node {
  variable_list apply(variable_list&& inputs) override;
  AutogradContext ctx_;
  std::vector<bool> is_variable_input_;
  std::vector<VariableInfo> input_info_;
  std::vector<VariableInfo> output_info_;

  void release_variables() override {
    std::lock_guard<std::mutex> lock(mutex_);
    ctx_.saved_variables_.clear();
    ctx_.has_freed_buffers_ = true;
  }
  void release_resources() override {
    Node::release_resources();
    ctx_.~AutogradContext();
    new (&ctx_) AutogradContext();
  }
  void set_ctx_grad_fn(c10::intrusive_ptr<Node> node) { ctx_.grad_fn_ = std::move(node); }
  void save_variables_to_ctx() { ctx_.save_variables(); }

  void compiled_args(CompiledNodeArgs&) const override {
    flambeau::no_compiled_autograd("CppNode::compiled_args", name());
  }
  variable_list apply_with_saved(const variable_list&, SwapSavedVariables&) override {
    flambeau::no_compiled_autograd("CppNode::apply_with_saved", name());
  }
};

/// Collects the tensors among arguments of any types.
struct ExtractVariables : IterArgs<ExtractVariables> {
  std::vector<bool>& is_var_;
  variable_list& list_;
  ExtractVariables(std::vector<bool>& is_var, variable_list& list) : is_var_(is_var), list_(list) {}
  FLB_ON_USE void operator()(const std::optional<at::Tensor>& x) {
    const bool present = x.has_value() && x->defined();
    is_var_.push_back(present);
    if (present) list_.emplace_back(*x);
  }
  FLB_ON_USE void operator()(const at::Tensor& x) {
    is_var_.push_back(true);
    list_.emplace_back(x);
  }
  FLB_ON_USE void operator()(const at::TensorList& list) {
    for (const at::Tensor& x : list) (*this)(x);
  }
  template <typename T>
  void operator()(const T&) {
    is_var_.push_back(false);
  }
};

template <typename... Args>
inline void extract_vars(std::vector<bool>& is_var, variable_list& list, Args&&... args) {
  ExtractVariables(is_var, list).apply(std::forward<Args>(args)...);
}

template <typename T>
std::enable_if_t<std::is_same_v<T, variable_list>, T> to_output_type(std::vector<std::optional<Variable>>& outputs) {
  variable_list result;
  for (const auto& output : outputs) result.push_back(*output);
  return result;
}
template <typename T>
std::enable_if_t<std::is_same_v<T, Variable>, T> to_output_type(std::vector<std::optional<Variable>>& outputs) {
  return *outputs[0];
}

FLB_ON_USE inline std::vector<std::optional<Variable>> to_optional(Variable& output) {
  return std::vector<std::optional<Variable>>{output};
}
FLB_ON_USE inline std::vector<std::optional<Variable>> to_optional(variable_list& output) {
  return std::vector<std::optional<Variable>>(output.begin(), output.end());
}

template <class T>
template <typename X, typename... Args>
auto Function<T>::apply(Args&&... args) -> std::enable_if_t<std::is_same_v<X, T>, forward_t<X, Args...>> {
  auto node = c10::make_intrusive<CppNode<T>>();
  variable_list inputs;
  inputs.reserve(sizeof...(Args));
  node->is_variable_input_.reserve(sizeof...(Args));
  extract_vars(node->is_variable_input_, inputs, args...);

  const bool recorded = GradMode::is_enabled() && any_variable_requires_grad(inputs);
  node->set_ctx_grad_fn(node);
  node->set_next_edges(recorded ? collect_next_edges(inputs) : edge_list());
  node->clear_input_metadata();
  node->input_info_.reserve(inputs.size());
  for (auto& input : inputs) node->input_info_.emplace_back(input);

  using Result = forward_t<X, Args...>;
  Result result;
  {
    AutoGradMode no_grad(false);
    result = T::forward(&node->ctx_, std::forward<Args>(args)...);
  }

  const _jvp_fn_t no_jvp = [](const variable_list&, const variable_list&) -> variable_list {
    TORCH_CHECK(false, "jvp is not implemented for the c++ API of custom Function yet.");
  };
  const auto view_as_self = [](const at::Tensor& x) -> at::Tensor { return x.view_as(x); };
  auto outputs = _wrap_outputs(inputs, node->ctx_.get_non_differentiable(), node->ctx_.get_and_bump_dirty(),
                               to_optional(result), recorded ? node : nullptr, no_jvp, {}, view_as_self, false);
  if (recorded) {
    node->output_info_.reserve(outputs.size());
    for (const auto& output : outputs) {
      output ? node->output_info_.emplace_back(*output) : node->output_info_.emplace_back();
    }
    node->save_variables_to_ctx();
  }
  return to_output_type<Result>(outputs);
}

template <class T>
variable_list CppNode<T>::apply(variable_list&& inputs) {
  std::lock_guard<std::mutex> lock(mutex_);
  at::OptionalDeviceGuard device_guard;
  variable_list grads;
  grads.reserve(inputs.size());
  for (const auto i : c10::irange(inputs.size())) {
    const bool as_it_is = inputs[i].defined() || !ctx_.materialize_grads_;
    grads.emplace_back(as_it_is ? std::move(inputs[i]) : output_info_[i].zeros(device_guard));
  }
  auto results = T::backward(&ctx_, grads);

  // Surplus gradients are fine as long as they are undefined.
  const size_t expected = is_variable_input_.size();
  if (results.size() > expected &&
      std::none_of(results.begin() + expected, results.end(), [](const auto& x) { return x.defined(); })) {
    results.resize(expected);
  }
  TORCH_CHECK(results.size() == expected, "function ", name(), " returned an incorrect number of gradients (expected ",
              expected, ", got ", results.size(), ")");

  variable_list input_grads;
  input_grads.reserve(expected);
  for (const auto i : c10::irange(expected)) {
    TORCH_CHECK(is_variable_input_[i] || !results[i].defined(), "function ", name(),
                " returned a gradient different that is defined at position ", i + 1,
                ", std the corresponding forward input was not a Variable");
    if (is_variable_input_[i]) input_grads.emplace_back(std::move(results[i]));
  }
  return input_grads;
}

}  // namespace torch::autograd
