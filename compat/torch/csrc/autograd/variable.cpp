#include <torch/csrc/autograd/functions/accumulate_grad.h>
#include <torch/csrc/autograd/functions/tensor.h>
#include <torch/csrc/autograd/variable.h>

#include <utility>

namespace torch::autograd {

namespace impl {

AutogradMeta* get_autograd_meta(const at::TensorBase& self) {
  TORCH_CHECK(self.defined(), "cannot call get_autograd_meta() on undefined tensor");
  return static_cast<AutogradMeta*>(self.unsafeGetTensorImpl()->autograd_meta());
}

DifferentiableViewMeta* get_view_autograd_meta(const at::TensorBase& self) {
  AutogradMeta* meta = get_autograd_meta(self);
  return meta && meta->is_view_ ? static_cast<DifferentiableViewMeta*>(meta) : nullptr;
}

AutogradMeta* materialize_autograd_meta(const at::TensorBase& self) {
  TORCH_CHECK(self.defined(), "cannot call materialize_autograd_meta() on undefined tensor");
  auto* impl = self.unsafeGetTensorImpl();
  if (!impl->autograd_meta()) impl->set_autograd_meta(std::make_unique<AutogradMeta>());
  return get_autograd_meta(self);
}

void set_grad_accumulator(const Variable& self, c10::weak_intrusive_ptr<Node> grad_accumulator) {
  materialize_autograd_meta(self)->grad_accumulator_ = std::move(grad_accumulator);
}

c10::intrusive_ptr<Node> try_get_grad_accumulator(const at::TensorBase& self) {
  const AutogradMeta* meta = get_autograd_meta(self);
  return meta ? meta->grad_accumulator_.lock() : nullptr;
}
c10::intrusive_ptr<Node> try_get_grad_accumulator(const Variable& self) {
  return try_get_grad_accumulator(static_cast<const at::TensorBase&>(self));
}

c10::intrusive_ptr<Node> grad_accumulator(const Variable& self) {
  AutogradMeta* meta = get_autograd_meta(self);
  if (!meta) return nullptr;
  TORCH_CHECK(!meta->grad_fn_, "grad_accumulator() should be only called on leaf Variables");
  if (!meta->requires_grad_) return nullptr;
  std::lock_guard<std::mutex> lock(meta->mutex_);
  if (auto existing = meta->grad_accumulator_.lock()) return existing;
  c10::intrusive_ptr<Node> made = c10::make_intrusive<AccumulateGrad>(self);
  meta->grad_accumulator_ = c10::weak_intrusive_ptr<Node>(made);
  return made;
}

Edge gradient_edge(const Variable& self) {
  const AutogradMeta* meta = get_autograd_meta(self);
  if (!meta) return Edge();
  if (const auto& node = meta->is_view_ ? self.grad_fn() : meta->grad_fn_) return Edge(node, meta->output_nr_);
  return meta->requires_grad_ ? Edge(grad_accumulator(self), 0) : Edge();
}

void set_gradient_edge(const Variable& self, Edge edge) {
  AutogradMeta* meta = materialize_autograd_meta(self);
  meta->grad_fn_ = std::move(edge.function);
  meta->output_nr_ = edge.input_nr;
  if (!meta->is_view_) return;
  auto* view = static_cast<DifferentiableViewMeta*>(meta);
  if (view->has_bw_view()) view->set_attr_version(self._version());
}

namespace {
// Hooks belong to the value they were registered on. Only retain_grad follows the tensor to its new grad_fn.
void move_hooks(const Variable& self, const c10::intrusive_ptr<Node>& old_fn, const c10::intrusive_ptr<Node>& new_fn) {
  AutogradMeta* meta = get_autograd_meta(self);
  TORCH_INTERNAL_ASSERT(meta && new_fn);
  meta->cpp_hooks_list_ = nullptr;
  if (!meta->retains_grad_) return;
  TORCH_INTERNAL_ASSERT(old_fn != nullptr);
  new_fn->add_retains_grad_hook(old_fn->pop_retains_grad_hook(self.output_nr()), self.output_nr());
}
}  // namespace

void rebase_history(const Variable& self, Edge gradient_edge) {
  TORCH_INTERNAL_ASSERT(gradient_edge.function != nullptr);
  AutogradMeta* meta = get_autograd_meta(self);
  const c10::intrusive_ptr<Node> old_fn = meta ? meta->grad_fn_ : nullptr;
  DifferentiableViewMeta* view = get_view_autograd_meta(self);
  if (!view || !view->has_bw_view()) {
    set_gradient_edge(self, std::move(gradient_edge));
    move_hooks(self, old_fn, self.grad_fn());
    return;
  }
  if (view->get_creation_meta() != CreationMeta::DEFAULT) handle_view_on_rebase(view);
  TORCH_INTERNAL_ASSERT(gradient_edge.input_nr == 0);
  TORCH_CHECK(gradient_edge.function->num_inputs() == 1,
              "Functions which modify views in-place must return a single Variable");
  const ViewInfo& info = view->get_backward_view();
  view->output_nr_ = gradient_edge.input_nr;
  auto copy_slices = c10::make_intrusive<CopySlices>(info.base_, at::TensorGeometry(self),
                                                     info.has_view_fn() ? info.view_fn().clone_and_set() : nullptr,
                                                     std::move(gradient_edge.function));
  if (info.base_.requires_grad() && !info.base_.is_leaf()) {
    const auto base_fn = info.base_.grad_fn();
    set_gradient_edge(info.base_, {copy_slices, 0});
    move_hooks(info.base_, base_fn, copy_slices);
  } else {
    set_gradient_edge(info.base_, {std::move(copy_slices), 0});
  }
  move_hooks(self, old_fn, self.grad_fn());  // grad_fn() makes the view's node anew
}

Node* grad_fn_unsafe(const Variable& self) {
  const AutogradMeta* meta = get_autograd_meta(self);
  return meta ? meta->grad_fn_.get() : nullptr;
}

void bump_version(const Variable& self) {
  TORCH_CHECK(self.defined(), "cannot call bump_version() on undefined tensor");
  self.unsafeGetTensorImpl()->bump_version();
}

void set_version_counter(const Variable& self, const c10::VariableVersion& version_counter) {
  TORCH_CHECK(self.defined(), "cannot call set_version_counter() on undefined tensor");
  self.unsafeGetTensorImpl()->set_version_counter(version_counter);
}

const c10::VariableVersion& version_counter(const Variable& self) {
  TORCH_CHECK(self.defined(), "cannot call version_counter() on undefined tensor");
  return self.unsafeGetTensorImpl()->version_counter();
}

void set_name(const Variable& self, const std::string& name) { materialize_autograd_meta(self)->name_ = name; }

std::vector<std::unique_ptr<FunctionPreHook>>& hooks(const Variable& self) {
  AutogradMeta* meta = get_autograd_meta(self);
  TORCH_INTERNAL_ASSERT(meta);
  return meta->hooks_;
}

void add_hook(const at::TensorBase& self, std::unique_ptr<FunctionPreHook> hook) {
  AutogradMeta* meta = materialize_autograd_meta(self);
  TORCH_INTERNAL_ASSERT(meta->hooks_.empty());
  meta->hooks_.push_back(std::move(hook));
}

void clear_hooks(const at::TensorBase& self) { materialize_autograd_meta(self)->hooks_.clear(); }

void set_post_acc_grad_hooks(const at::TensorBase& self, std::unique_ptr<PostAccumulateGradHook> dict) {
  materialize_autograd_meta(self)->post_acc_grad_hooks_ = std::move(dict);
}

std::unique_ptr<PostAccumulateGradHook>& post_acc_grad_hooks(const Variable& self) {
  AutogradMeta* meta = get_autograd_meta(self);
  TORCH_INTERNAL_ASSERT(meta);
  return meta->post_acc_grad_hooks_;
}

void create_cpp_hook(const at::TensorBase& self, bool is_retains_grad_hooks) {
  const auto& node = at::Tensor(self).grad_fn();
  auto list = std::make_shared<hooks_list>();
  materialize_autograd_meta(self)->cpp_hooks_list_ = list;
  auto hook = std::make_unique<CppFunctionTensorPreHook>(list, self.output_nr());
  if (!is_retains_grad_hooks) clear_hooks(self);
  if (!node) {
    add_hook(self, std::make_unique<CppFunctionTensorPreHook>(list, 0));
  } else if (is_retains_grad_hooks) {
    node->add_retains_grad_hook(std::move(hook), self.output_nr());
  } else {
    node->add_tensor_pre_hook(std::move(hook));
  }
}

}  // namespace impl

const Variable& AutogradMeta::fw_grad(uint64_t level, const at::TensorBase&) const {
  return fw_grad_ ? fw_grad_->value(level) : ForwardGrad::undef_grad();
}

void AutogradMeta::set_fw_grad(const at::TensorBase&, const at::TensorBase&, uint64_t level, bool) {
  ForwardADLevel::get_by_idx(level);  // raises: no level can be open
}

std::optional<at::ScalarType> AutogradMeta::grad_dtype(const at::TensorBase& self) const {
  if (allow_grad_dtype_mismatch_) return std::nullopt;
  return grad_dtype_.has_value() ? *grad_dtype_ : self.scalar_type();
}

void AutogradMeta::set_grad_dtype(const std::optional<at::ScalarType>& grad_dtype, const at::TensorBase& self) {
  TORCH_CHECK(!grad_dtype.has_value() || !grad_.defined() || grad_.scalar_type() == *grad_dtype,
              "Cannot set grad_dtype to '", *grad_dtype, "' because there is already a gradient with dtype '",
              grad_.defined() ? grad_.scalar_type() : at::ScalarType::Undefined, "'. Please clear the gradient first.");
  allow_grad_dtype_mismatch_ = !grad_dtype.has_value();
  grad_dtype_ = grad_dtype;
  if (const auto accumulator = impl::try_get_grad_accumulator(self)) {
    accumulator->mutable_input_metadata(0).set_grad_dtype(grad_dtype);
  }
}

namespace utils {
bool has_same_meta(const Variable& base, const Variable& other) {
  if (!base.defined() || !other.defined()) return false;
  return base.sym_storage_offset() == other.sym_storage_offset() && base.sym_sizes() == other.sym_sizes() &&
         base.sym_strides() == other.sym_strides() && base.is_conj() == other.is_conj() &&
         base.is_neg() == other.is_neg();
}
}  // namespace utils

}  // namespace torch::autograd
