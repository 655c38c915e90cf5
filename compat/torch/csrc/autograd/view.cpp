// Views and what becomes of their history when they or their base are changed in place.
#include <torch/csrc/autograd/variable.h>

#include <sstream>

namespace torch::autograd {

namespace {

struct AsStridedView final : ViewFunc {
  AsStridedView(std::vector<c10::SymInt> sizes, std::vector<c10::SymInt> strides, c10::SymInt offset)
      : sizes_(std::move(sizes)), strides_(std::move(strides)), offset_(std::move(offset)) {}
  explicit AsStridedView(const at::Tensor& view)
      : AsStridedView(view.sym_sizes().vec(), view.sym_strides().vec(), view.sym_storage_offset()) {}
  at::Tensor operator()(const at::Tensor& base) const override {
    return base.as_strided_symint(sizes_, strides_, offset_);
  }
  std::unique_ptr<ViewFunc> clone_and_set(std::optional<std::vector<c10::SymInt>> = std::nullopt,
                                          std::optional<std::vector<at::Tensor>> = std::nullopt) const override {
    return std::make_unique<AsStridedView>(sizes_, strides_, offset_);
  }

 private:
  std::vector<c10::SymInt> sizes_, strides_;
  c10::SymInt offset_;
};

template <class T>
std::vector<T> joined(std::vector<T> a, const std::vector<T>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// The first `count` items of `values`, which keeps the rest.
template <class T>
std::optional<std::vector<T>> take(std::optional<std::vector<T>>& values, size_t count) {
  if (!values.has_value()) return std::nullopt;
  TORCH_INTERNAL_ASSERT(values->size() >= count);
  std::vector<T> head(values->begin(), values->begin() + static_cast<int64_t>(count));
  values->erase(values->begin(), values->begin() + static_cast<int64_t>(count));
  return head;
}

}  // namespace

std::vector<c10::SymInt> ChainedViewFunc::get_symints() const {
  return joined(first->get_symints(), second->get_symints());
}
std::vector<at::Tensor> ChainedViewFunc::get_tensors() const {
  return joined(first->get_tensors(), second->get_tensors());
}
at::Tensor ChainedViewFunc::operator()(const at::Tensor& input_base) const { return (*second)((*first)(input_base)); }

std::unique_ptr<ViewFunc> ChainedViewFunc::clone_and_set(std::optional<std::vector<c10::SymInt>> symints,
                                                         std::optional<std::vector<at::Tensor>> tensors) const {
  auto first_symints = take(symints, first->num_symints());
  auto first_tensors = take(tensors, first->num_tensors());
  return std::make_unique<ChainedViewFunc>(first->clone_and_set(std::move(first_symints), std::move(first_tensors)),
                                           second->clone_and_set(std::move(symints), std::move(tensors)));
}

ViewInfo ViewInfo::chain(const Variable& base, const Variable& tensor, std::unique_ptr<ViewFunc> view_func,
                         std::function<Variable(const Variable&)> rev_view_func) const {
  if (!view_func && !view_fn_) return ViewInfo(base_, nullptr, nullptr);  // strides say it all
  auto first = view_fn_ ? view_fn_->clone_and_set() : std::make_unique<AsStridedView>(base);
  auto second = view_func ? std::move(view_func) : std::make_unique<AsStridedView>(tensor);
  std::function<Variable(const Variable&)> reverse;
  if (rev_view_fn_ && rev_view_func) {
    reverse = [outer = rev_view_fn_, inner = std::move(rev_view_func)](const Variable& x) { return outer(inner(x)); };
  }
  return ViewInfo(base_, std::make_unique<ChainedViewFunc>(std::move(first), std::move(second)), std::move(reverse));
}

DifferentiableViewMeta::DifferentiableViewMeta(at::TensorImpl* self_impl, std::optional<ViewInfo> backward_info,
                                               std::optional<ViewInfo> forward_info, bool shared_view_info,
                                               CreationMeta creation_meta)
    : AutogradMeta(self_impl),
      backward_info_(std::move(backward_info)),
      forward_info_(std::move(forward_info)),
      shared_view_info_(shared_view_info),
      attr_version_(0),
      creation_meta_(creation_meta) {
  is_view_ = true;
  if (backward_info_.has_value()) {
    const Variable& base = backward_info_->base_;
    TORCH_INTERNAL_ASSERT(base.unsafeGetTensorImpl() != self_impl);
    self_impl->set_version_counter(impl::version_counter(base));
    attr_version_ = self_impl->version_counter().current_version();
  }
  TORCH_INTERNAL_ASSERT(!shared_view_info_ || (backward_info_.has_value() && !forward_info_.has_value()));
}

void handle_view_on_rebase(DifferentiableViewMeta* view, bool indirect) {
  if (!view->has_bw_view()) return;
  const CreationMeta kind = view->get_creation_meta();
  if (kind == CreationMeta::DEFAULT) return;
  const bool by_mode = kind == CreationMeta::NO_GRAD_MODE || kind == CreationMeta::INFERENCE_MODE;
  const char* mode = kind == CreationMeta::NO_GRAD_MODE ? "no_grad" : "inference";
  const char* block = kind == CreationMeta::NO_GRAD_MODE ? "no_grad" : "inference_mode";
  std::ostringstream text;
  if (view->grad_fn_) {
    text << "Output " << view->output_nr_ << " of " << view->grad_fn_->forward_op_name() << " is a view";
    if (by_mode) text << " of a view which was created in " << mode << " mode";
  } else {
    text << "A view was created in " << mode << " mode";
  }
  text << (indirect ? " and its base or another view of its base has been modified inplace"
                    : " and is being modified inplace");
  switch (kind) {
    case CreationMeta::NO_GRAD_MODE:
    case CreationMeta::INFERENCE_MODE:
      text << (kind == CreationMeta::NO_GRAD_MODE ? " with grad mode enabled." : " in normal mode.")
           << " Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by "
              "moving "
              "both the view and the inplace either both inside the "
           << block
           << " block (if you don't want the inplace to be tracked) or both outside (if you want the inplace to be "
              "tracked).";
      break;
    case CreationMeta::MULTI_OUTPUT_NODE:
      text << ". This view is the output of a function that returns multiple views. Such functions do not allow the "
              "output "
              "views to be modified inplace. You should replace the inplace operation by an out-of-place one.";
      break;
    default:
      text
          << ". This view was created inside a custom Function (or because an input was returned as-is) and the "
             "autograd "
             "logic to handle view+inplace would override the custom backward associated with the custom Function, "
             "leading "
             "to incorrect gradients. This behavior is forbidden. You can fix this by cloning the output of the custom "
             "Function.";
  }
  TORCH_CHECK(false, text.str());
}

}  // namespace torch::autograd
