#include <ATen/core/Formatting.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/csrc/autograd/variable.h>

#include <sstream>

namespace torch::autograd {

const char* ERR_BACKWARD_TWICE =
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been "
    "freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify "
    "retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors "
    "after calling backward.";

SavedVariable::SavedVariable(const Variable& variable, bool is_output, bool is_inplace_on_view) {
  if (!variable.defined()) return;
  TORCH_CHECK(
      !variable.is_inference(),
      "Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in "
      "computation tracked by autograd. To work around this, you can make a clone to get a normal tensor and use "
      "it in autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`.");
  was_default_constructed_ = false;
  saved_version_ = impl::version_counter(variable).current_version();
  const AutogradMeta* meta = impl::get_autograd_meta(variable);
  is_leaf_ = !meta || (meta->is_view_ ? variable.is_leaf() : !meta->grad_fn_);
  is_output_ = is_output;
  is_inplace_on_view_ = is_inplace_on_view;
  if (is_inplace_on_view) {
    TORCH_INTERNAL_ASSERT(!is_leaf_ && is_output);
    weak_grad_fn_ = variable.grad_fn();
  }
  if (auto hooks = get_default_hooks()) {
    save_metadata(variable);
    set_hooks_and_pack_data(std::move(hooks), variable);
  } else if (!is_output || is_leaf_) {
    // Cannot make a cycle: the tensor does not hold the node that saves it.
    saved_original_ = true;
    data_ = variable;
  } else {
    save_metadata(variable);
    data_ = variable.tensor_data();
  }
}

SavedVariable::SavedVariable(const std::optional<Variable>& variable, bool is_output, bool is_inplace_on_view)
    : SavedVariable(variable.has_value() ? *variable : Variable(), is_output, is_inplace_on_view) {}

void SavedVariable::save_metadata(const Variable& data) {
  output_nr_ = static_cast<uint32_t>(data.output_nr());
  if (is_leaf_) {
    grad_accumulator_ = impl::grad_accumulator(data);
    requires_grad_ = data.requires_grad();
  } else if (!is_output_) {
    grad_fn_ = data.grad_fn();
  }
}

std::unique_ptr<SavedVariableHooks> SavedVariable::get_default_hooks() {
  return Engine::get_default_engine().get_default_saved_variable_hooks();
}

void SavedVariable::reset_data() {
  hooks_.reset();
  grad_fn_.reset();
  data_.reset();
}

namespace {
[[noreturn, gnu::cold]] void fail_modified(const at::Tensor& data, const Node* grad_fn, uint32_t output_nr,
                                           uint32_t current, uint32_t expected) {
  std::ostringstream text;
  text << "one of the variables needed for gradient computation has been modified by an inplace operation: ["
       << data.toString() << " ";
  if (data.is_nested()) {
    text << data._nested_tensor_size() << "]";
  } else {
    text << data.sizes() << "]";
  }
  if (grad_fn) text << ", which is output " << output_nr << " of " << grad_fn->forward_op_name() << ",";
  text << " is at version " << current << "; expected version " << expected << " instead.";
  if (AnomalyMode::is_enabled()) {
    text << " Hint: the backtrace further above shows the operation that failed to compute its gradient. The variable "
            "in "
            "question was changed in there or anywhere later. Good luck!";
  } else {
    text << " Hint: enable anomaly detection to find the operation that failed to compute its gradient, with "
            "torch.autograd.set_detect_anomaly(True, check_nan=False).";
  }
  TORCH_CHECK(false, text.str());
}
}  // namespace

Variable SavedVariable::unpack(c10::intrusive_ptr<Node> saved_for) const {
  if (was_default_constructed_) return Variable();
  TORCH_CHECK(data_.defined() || hooks_, ERR_BACKWARD_TWICE);

  c10::intrusive_ptr<Node> grad_fn;
  if (is_inplace_on_view_) {
    grad_fn = weak_grad_fn_.lock();
  } else {
    grad_fn = !hooks_ && saved_original_ ? data_.grad_fn() : grad_fn_;
  }
  if (!is_leaf_ && !grad_fn) {
    TORCH_CHECK(saved_for,
                "Trying to use a saved tensor that has been detached in-place, i.e. with .detach_()."
                "This is not supported, please use out-of-place `.detach()` instead");
    grad_fn = std::move(saved_for);
  }

  if (!hooks_) {
    const uint32_t version = impl::version_counter(data_).current_version();
    if (C10_UNLIKELY(version != saved_version_))
      fail_modified(data_, grad_fn.get(), output_nr_, version, saved_version_);
    // Without grad mode nothing will look at the history that would be attached below.
    if (saved_original_ || !GradMode::is_enabled()) return data_;
  }

  const at::Tensor data = hooks_ ? hooks_->call_unpack_hook() : data_;
  Variable var =
      grad_fn ? make_variable(data, Edge(std::move(grad_fn), output_nr_)) : make_variable(data, requires_grad_);
  impl::set_version_counter(var, impl::version_counter(data));
  if (is_leaf_ && requires_grad_) {
    TORCH_INTERNAL_ASSERT(grad_accumulator_, "No grad accumulator for a saved leaf");
    impl::set_grad_accumulator(var, c10::weak_intrusive_ptr<Node>(grad_accumulator_));
  }
  return var;
}

void SavedVariable::set_hooks_and_pack_data(std::unique_ptr<SavedVariableHooks>&& hooks, const Variable& data) {
  hooks_ = std::move(hooks);
  AutoGradMode no_grad(false);
  const auto version = impl::version_counter(data).current_version();
  hooks_->call_pack_hook(saved_original_ ? data.detach() : data);
  TORCH_INTERNAL_ASSERT(
      version == impl::version_counter(data).current_version(),
      "A saved tensor pack hook is modifying its input in place. Tensors provided as input to pack hook "
      "cannot be modified by in-place operations as this can lead to unexpected side-effects. Please "
      "open an issue if you need to perform in-place operations on the input to a pack hook.");
}

void SavedVariable::register_hooks(std::unique_ptr<SavedVariableHooks>&& hooks) {
  TORCH_INTERNAL_ASSERT(hooks);
  TORCH_CHECK(
      !hooks_,
      "Calling register_hooks on a saved tensor whose hooks have already been set. Hint: only one pair of hooks is "
      "allowed at a time.");
  TORCH_CHECK(!was_default_constructed_, "Calling register_hooks on a saved tensor with value None is forbidden");
  TORCH_CHECK(
      data_.defined(),
      "Calling register_hooks on a saved tensor after it has been freed. Saved intermediate values of the graph are "
      "freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward "
      "through the graph a second time or if you need to access saved variables after calling backward.");
  // With hooks the original is not kept, so what unpack() needs of it must be.
  if (saved_original_) save_metadata(data_);
  set_hooks_and_pack_data(std::move(hooks), data_);
  data_.reset();
}

}  // namespace torch::autograd
