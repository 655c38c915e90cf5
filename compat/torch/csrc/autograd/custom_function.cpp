#include <torch/csrc/autograd/custom_function.h>

#include <ATen/Functions.h>
#include <torch/csrc/autograd/VariableTypeUtils.h>
#include <torch/csrc/autograd/functions/accumulate_grad.h>

namespace torch::autograd {

VariableInfo::VariableInfo() : requires_grad(false), is_empty(true) {}

VariableInfo::VariableInfo(const Variable& var, bool use_zeros_like)
    : layout(var.layout()),
      device(var.device()),
      scalar_type(var.scalar_type()),
      requires_grad(var.requires_grad()),
      is_empty(false) {
  if (use_zeros_like) {
    the_var = var.detach();
  } else {
    size = var.sym_sizes().vec();
  }
}

Variable VariableInfo::zeros(at::OptionalDeviceGuard&) const {
  if (the_var) return at::zeros_like(*the_var);
  if (is_empty) return at::Tensor();
  return at::zeros_symint(size, at::TensorOptions(scalar_type).device(device).layout(layout));
}

void check_variable_result(const at::TensorBase& original, const at::TensorBase& result, const std::string& hook_name) {
  TORCH_CHECK(original.options().type_equal(result.options()), "hook '", hook_name,
              "' has changed the type of value (was ", original.toString(), " got ", result.toString(), ")");
  TORCH_CHECK(original.is_cuda() == result.is_cuda(), "hook '", hook_name,
              original.is_cuda() ? "' has changed the type of value (was CUDA tensor got CPU tensor)"
                                 : "' has changed the type of value (was CPU tensor got CUDA tensor)");
  TORCH_CHECK(original.sym_sizes().vec() == result.sym_sizes().vec(), "hook '", hook_name,
              "' has changed the size of value");
}

namespace {

using TensorSet = std::unordered_set<at::TensorImpl*>;

// One output of a custom function on its way to the user.
class Wrapper {
 public:
  Wrapper(const variable_list& inputs, const TensorSet& dirty, const c10::intrusive_ptr<Node>& node,
          const _view_as_self_fn_t& view_as_self, size_t outputs)
      : dirty_(dirty), node_(node), view_as_self_(view_as_self), outputs_(outputs) {
    for (const auto& input : inputs) inputs_.insert(input.unsafeGetTensorImpl());
  }

  bool is_input(const Variable& var) const { return inputs_.count(var.unsafeGetTensorImpl()) > 0; }
  bool is_dirty(const Variable& var) const { return dirty_.count(var.unsafeGetTensorImpl()) > 0; }

  void set_history(Variable& var, uint32_t output_nr, bool differentiable) const {
    const bool input = is_input(var), dirty = is_dirty(var);
    if (!differentiable) return detach(var, input, dirty);
    if (dirty) return rebase(var, output_nr, input);
    if (input) var = view_without_history(var);
    if (node_) impl::set_gradient_edge(var, {node_, output_nr});
  }

 private:
  // An input returned as it is: the same values, but its own history.
  Variable view_without_history(const Variable& var) const {
    AutoGradMode no_grad(false);
    return view_as_self_(var);
  }

  void detach(Variable& var, bool input, bool dirty) const {
    if (!var.requires_grad()) {
      if (input && !dirty) var = view_without_history(var);
    } else if (input) {
      var = var.detach();
    } else if (!var.is_view()) {
      var.detach_();
    }
  }

  void rebase(const Variable& var, uint32_t output_nr, bool input) const {
    // Of a view, whether it is a leaf is known only after its base was looked at.
    TORCH_CHECK(var.is_view() || !(var.is_leaf() && var.requires_grad()),
                "a leaf Variable that requires grad has been used in an in-place operation.");
    check_inplace(var, node_ != nullptr);
    if (!input) {
      TORCH_WARN(
          "Only input Tensors should be given to ctx.mark_dirty(). If a Tensor is not an input, there is no need to "
          "pass it "
          "to mark_dirty().");
    }
    TORCH_CHECK(
        !(var.is_view() && outputs_ > 1),
        "If your Function modifies inplace an input that is a view of another Tensor, your Function cannot return "
        "more than one Tensor. This is not supported by the current autograd engine. You should either make sure "
        "the input is not a view (using .clone() for example) or make your Function only return one Tensor "
        "(potentially splitting it into two Functions: one doing the inplace that returns a single Tensor and a "
        "second one that does the other operations). You can ask on the forum https://discuss.pytorch.org/ if you "
        "need help to do this change.");
    var.mutable_grad().reset();
    impl::clear_hooks(var);
    if (const auto accumulator = impl::try_get_grad_accumulator(var)) {
      static_cast<AccumulateGrad&>(*accumulator).variable.reset();
    }
    if (node_) impl::rebase_history(var, {node_, output_nr});
  }

  TensorSet inputs_;
  const TensorSet& dirty_;
  const c10::intrusive_ptr<Node>& node_;
  const _view_as_self_fn_t& view_as_self_;
  size_t outputs_;
};

void forbid_inplace(const Variable& var, CreationMeta reason) {
  auto* view = impl::get_view_autograd_meta(var);
  if (view && view->has_bw_view()) view->set_creation_meta(reason);
}

}  // namespace

std::vector<std::optional<Variable>> _wrap_outputs(const variable_list& input_vars, const TensorSet& non_differentiable,
                                                   const TensorSet& dirty_inputs,
                                                   const at::ArrayRef<std::optional<Variable>> raw_outputs,
                                                   const c10::intrusive_ptr<Node>& cdata, const _jvp_fn_t&,
                                                   const TensorSet& to_save_if_setup_context,
                                                   const _view_as_self_fn_t& view_as_self_fn, bool) {
  const Wrapper wrapper(input_vars, dirty_inputs, cdata, view_as_self_fn, raw_outputs.size());
  std::vector<std::optional<Variable>> outputs;
  outputs.reserve(raw_outputs.size());
  TensorSet returned;
  size_t differentiable_count = 0;
  for (const auto& raw : raw_outputs) {
    if (!raw.has_value()) {
      if (cdata) cdata->add_input_metadata(Node::undefined_input());
      outputs.emplace_back();
      continue;
    }
    Variable var = *raw;
    at::TensorImpl* impl = var.unsafeGetTensorImpl();
    const bool kept = wrapper.is_input(var) && wrapper.is_dirty(var);
    const bool differentiable = cdata && !non_differentiable.count(impl) && isDifferentiableType(var.scalar_type());
    const uint32_t output_nr = cdata ? cdata->add_input_metadata(var) : 0;
    // An output that setup_context saved must stay that very tensor; it gets its history like any other.
    if (to_save_if_setup_context.count(impl) && wrapper.is_input(var) && !wrapper.is_dirty(var)) var = var.view_as(var);
    wrapper.set_history(var, output_nr, differentiable);
    if (!kept && var.is_view()) forbid_inplace(var, CreationMeta::IN_CUSTOM_FUNCTION);
    differentiable_count += differentiable;
    returned.insert(impl);
    outputs.emplace_back(std::move(var));
  }
  if (differentiable_count > 1) {
    for (const auto& var : outputs) {
      if (var.has_value() && var->is_view()) forbid_inplace(*var, CreationMeta::MULTI_OUTPUT_NODE);
    }
  }
  for (at::TensorImpl* dirty : dirty_inputs) {
    TORCH_CHECK(
        returned.count(dirty),
        "Some elements marked as dirty during the forward method were not returned as output. The inputs that are "
        "modified inplace must all be outputs of the Function.");
  }
  return outputs;
}

void AutogradContext::save_for_backward(variable_list to_save) { to_save_ = std::move(to_save); }
void AutogradContext::set_materialize_grads(bool value) { materialize_grads_ = value; }

// Called once the outputs have their history, so that saved outputs are known as such.
void AutogradContext::save_variables() {
  saved_variables_.clear();
  const auto owner = grad_fn_.lock();
  for (const auto& var : to_save_) {
    if (!var.defined()) {
      saved_variables_.emplace_back();
    } else {
      const bool is_output = var.grad_fn().get() == owner.get();
      saved_variables_.emplace_back(var, is_output);
    }
  }
  to_save_.clear();
}

variable_list AutogradContext::get_saved_variables() const {
  if (saved_variables_override_.has_value()) return *saved_variables_override_;
  TORCH_CHECK(!has_freed_buffers_, ERR_BACKWARD_TWICE);
  const auto owner = grad_fn_.lock();
  TORCH_INTERNAL_ASSERT(owner);
  variable_list saved;
  saved.reserve(saved_variables_.size());
  for (const auto& var : saved_variables_) saved.push_back(var.unpack(owner));
  return saved;
}

bool AutogradContext::needs_input_grad(size_t output_edge_index) const {
  if (needs_input_grad_override_.has_value()) return needs_input_grad_override_->at(output_edge_index);
  const auto owner = grad_fn_.lock();
  TORCH_INTERNAL_ASSERT(owner);
  return owner->task_should_compute_output(output_edge_index);
}

bool AutogradContext::needs_input_grad(std::initializer_list<IndexRange> idxs) const {
  return std::any_of(idxs.begin(), idxs.end(), [this](IndexRange range) {
    for (size_t i = range.first; i < range.second; ++i) {
      if (needs_input_grad(i)) return true;
    }
    return false;
  });
}

void AutogradContext::mark_dirty(const variable_list& inputs) {
  dirty_inputs_.clear();
  for (const auto& var : inputs) dirty_inputs_.insert(var.unsafeGetTensorImpl());
}

void AutogradContext::mark_non_differentiable(const variable_list& outputs) {
  non_differentiable_.clear();
  for (const auto& var : outputs) non_differentiable_.insert(var.unsafeGetTensorImpl());
}

const std::unordered_set<at::TensorImpl*>& AutogradContext::get_and_bump_dirty() const {
  for (at::TensorImpl* var : dirty_inputs_) var->bump_version();
  return dirty_inputs_;
}

const std::unordered_set<at::TensorImpl*>& AutogradContext::get_non_differentiable() const {
  return non_differentiable_;
}

}  // namespace torch::autograd
