// What at::Tensor's methods ask of autograd.
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/autograd_hooks.h>
#include <torch/csrc/autograd/functions/accumulate_grad.h>
#include <torch/csrc/autograd/utils/error_messages.h>
#include <torch/csrc/autograd/variable.h>

namespace torch::autograd {

at::TensorBase VariableHooks::tensor_data(const at::TensorBase& self) const {
  TORCH_CHECK(self.defined(), "cannot call tensor_data() on undefined tensor");
  auto* impl = self.unsafeGetTensorImpl();
  return at::Tensor(impl->shallow_copy_and_detach(impl->version_counter(), impl->allow_tensor_metadata_change()));
}

at::TensorBase VariableHooks::variable_data(const at::TensorBase& self) const {
  TORCH_CHECK(self.defined(), "cannot call variable_data() on undefined tensor");
  auto copy = self.unsafeGetTensorImpl()->shallow_copy_and_detach(/*version_counter=*/0,
                                                                  /*allow_tensor_metadata_change=*/false);
  copy->set_autograd_meta(nullptr);
  return at::Tensor(std::move(copy));
}

at::TensorBase VariableHooks::data(const at::TensorBase& self) const { return variable_data(self); }

bool VariableHooks::is_leaf(const at::TensorBase& self) const {
  return !impl::get_autograd_meta(self) || grad_fn(self) == nullptr;
}

int64_t VariableHooks::output_nr(const at::TensorBase& self) const {
  const AutogradMeta* meta = impl::get_autograd_meta(self);
  return meta ? meta->output_nr_ : 0;
}

void VariableHooks::set_data(const at::TensorBase& self, const at::TensorBase& new_data) const {
  auto* impl = self.unsafeGetTensorImpl();
  TORCH_CHECK(
      impl->has_compatible_shallow_copy_type(new_data.unsafeGetTensorImpl()->key_set()),
      "Attempted to call `variable.set_data(tensor)`, but `variable` and `tensor` have incompatible tensor type.");
  TORCH_CHECK(!self.requires_grad() || isDifferentiableType(new_data.scalar_type()),
              "data set to a tensor that requires gradients must be floating point or complex dtype");
  if (AutogradMeta* meta = impl::get_autograd_meta(self)) {
    std::lock_guard<std::mutex> lock(meta->mutex_);
    if (const auto accumulator = meta->grad_accumulator_.lock()) {
      // It expects gradients like the old data.
      const bool same =
          new_data.options().type_equal(self.options()) && accumulator->input_metadata(0).device() == new_data.device();
      if (!same) meta->grad_accumulator_.reset();
    }
  }
  impl->shallow_copy_from(new_data.getIntrusivePtr());
}

int64_t VariableHooks::_version(const at::TensorBase& self) const {
  return self.unsafeGetTensorImpl()->version_counter().current_version();
}

void VariableHooks::requires_grad_(const at::TensorBase& self, bool requires_grad) const {
  TORCH_CHECK(self.is_leaf() || requires_grad, utils::requires_grad_leaf_error(requires_grad));
  self.set_requires_grad(requires_grad);
}

void VariableHooks::retain_grad(const at::TensorBase& self) const {
  TORCH_CHECK(self.requires_grad(), "can't retain_grad on Tensor that has requires_grad=False");
  if (self.is_leaf() || retains_grad(self)) return;
  // Weak: the node that keeps the hook is held by the tensor.
  c10::weak_intrusive_ptr<at::TensorImpl> weak(self.getIntrusivePtr());
  auto keep = [weak](const at::TensorBase& grad_base) -> at::TensorBase {
    const auto impl = weak.lock();
    if (!impl || !grad_base.defined()) return {};
    const at::Tensor grad(grad_base);
    auto& kept = impl->mutable_grad();
    kept = kept.defined() ? kept + grad : grad.clone();
    return {};
  };
  at::Tensor(self).grad_fn()->add_retains_grad_hook(
      std::make_unique<CppFunctionSingleTensorPreHook>(std::move(keep), self.output_nr()), self.output_nr());
  impl::get_autograd_meta(self)->retains_grad_ = true;
}

bool VariableHooks::retains_grad(const at::TensorBase& self) const {
  const AutogradMeta* meta = impl::get_autograd_meta(self);
  return meta && meta->retains_grad_;
}

bool VariableHooks::is_view(const at::TensorBase& self) const {
  const auto* view = impl::get_view_autograd_meta(self);
  return view && view->has_bw_view();
}

const at::TensorBase& VariableHooks::base(const at::TensorBase& self) const {
  const auto* view = impl::get_view_autograd_meta(self);
  TORCH_CHECK(view && view->has_bw_view(), "Can't get base of non-backward view Tensor");
  return view->get_backward_view().base_;
}

const std::string& VariableHooks::name(const at::TensorBase& self) const {
  static const std::string none;
  TORCH_CHECK(self.defined(), "cannot call variable_data() on undefined tensor");
  const AutogradMeta* meta = impl::get_autograd_meta(self);
  return meta ? meta->name_ : none;
}

const c10::intrusive_ptr<Node>& VariableHooks::grad_fn(const at::TensorBase& self) const {
  static const c10::intrusive_ptr<Node> none;
  AutogradMeta* meta = impl::get_autograd_meta(self);
  if (!meta) return none;
  auto* view = meta->is_view_ ? static_cast<DifferentiableViewMeta*>(meta) : nullptr;
  if (!view || !view->has_bw_view()) return meta->grad_fn_;

  std::lock_guard<std::mutex> lock(view->mutex_);
  const ViewInfo& info = view->get_backward_view();
  if (!view->grad_fn_ && !info.base_.requires_grad()) return view->grad_fn_;
  const auto version = static_cast<uint32_t>(self._version());
  if (view->get_attr_version() == version) return view->grad_fn_;

  // Base or another view was changed in place since: the view's history starts from the base as it is now.
  handle_view_on_rebase(view, /*indirect=*/true);
  AutoGradMode with_grad(true);
  const at::Tensor again = info.has_view_fn() ? info.view_fn()(info.base_)
                                              : info.base_.as_strided_symint(self.sym_sizes(), self.sym_strides(),
                                                                             self.sym_storage_offset());
  TORCH_INTERNAL_ASSERT(again.requires_grad());
  const AutogradMeta* fresh = impl::get_autograd_meta(again);
  view->grad_fn_ = fresh->grad_fn_;
  view->output_nr_ = fresh->output_nr_;
  view->set_attr_version(version);
  return view->grad_fn_;
}

unsigned VariableHooks::_register_hook(const at::TensorBase& self,
                                       std::function<at::TensorBase(const at::TensorBase&)> hook) const {
  TORCH_CHECK(self.requires_grad(), "cannot register a hook on a variable that doesn't require gradient");
  const auto& list = impl::get_autograd_meta(self)->cpp_hooks_list_;
  if (!list) impl::create_cpp_hook(self);
  list->push_back(std::move(hook));
  return static_cast<unsigned>(list->size() - 1);
}

void VariableHooks::remove_hook(const at::TensorBase& self, unsigned pos) const {
  const auto& list = impl::materialize_autograd_meta(self)->cpp_hooks_list_;
  TORCH_CHECK(list && pos < list->size(), "Invalid index, no hook at position ", pos);
  (*list)[pos] = nullptr;
}

void VariableHooks::_backward(const at::Tensor& self, at::TensorList inputs, const std::optional<at::Tensor>& gradient,
                              std::optional<bool> keep_graph, bool create_graph) const {
  torch::autograd::backward({self}, {gradient.value_or(at::Tensor())}, keep_graph, create_graph, inputs.vec());
}

std::optional<c10::ScalarType> VariableHooks::grad_dtype(const at::TensorBase& self) const {
  const AutogradMeta* meta = impl::get_autograd_meta(self);
  return meta ? meta->grad_dtype(self) : self.scalar_type();
}

void VariableHooks::set_grad_dtype(const at::TensorBase& self, const std::optional<c10::ScalarType>& grad_dtype) const {
  TORCH_CHECK(self.is_leaf(), "grad_dtype can only be set on leaf tensors.");
  impl::materialize_autograd_meta(self)->set_grad_dtype(grad_dtype, self);
}

namespace {

struct MetaFactory final : c10::impl::AutogradMetaFactory {
  std::unique_ptr<c10::AutogradMetaInterface> make() const override { return std::make_unique<AutogradMeta>(); }
  const at::Tensor& undefined_tensor() const override { return ForwardGrad::undef_grad(); }
};

}  // namespace
}  // namespace torch::autograd

namespace flambeau {

at::impl::VariableHooksInterface* variable_hooks() {
  static torch::autograd::VariableHooks hooks;
  return &hooks;
}

c10::impl::AutogradMetaFactory* autograd_meta_factory() {
  static torch::autograd::MetaFactory factory;
  return &factory;
}

}  // namespace flambeau
