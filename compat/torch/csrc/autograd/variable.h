// Mirrors <torch/csrc/autograd/variable.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/VariableHooksInterface.h>
#include <c10/util/Exception.h>
#include <c10/util/light_std.h>
#include <torch/csrc/Export.h>
#include <torch/csrc/autograd/cpp_hook.h>
#include <torch/csrc/autograd/edge.h>
#include <torch/csrc/autograd/forward_grad.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/node.h>
#include <torch/csrc/utils/python_stub.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace torch::autograd {

using Variable = at::Tensor;

inline bool isDifferentiableType(at::ScalarType t) { return isFloatingType(t) || isComplexType(t); }

struct AutogradMeta;
struct DifferentiableViewMeta;

namespace impl {

TORCH_API AutogradMeta* get_autograd_meta(const at::TensorBase&);
/// Null when the tensor is no differentiable view.
TORCH_API DifferentiableViewMeta* get_view_autograd_meta(const at::TensorBase&);
TORCH_API AutogradMeta* materialize_autograd_meta(const at::TensorBase&);

TORCH_API void set_grad_accumulator(const Variable&, c10::weak_intrusive_ptr<Node> grad_accumulator);
TORCH_API c10::intrusive_ptr<Node> try_get_grad_accumulator(const Variable&);
TORCH_API c10::intrusive_ptr<Node> try_get_grad_accumulator(const at::TensorBase&);
/// The node that accumulates into a leaf's .grad; made at first need. Null where no gradient is required.
TORCH_API c10::intrusive_ptr<Node> grad_accumulator(const Variable&);

/// grad_fn with the output's number, or the accumulator of a leaf.
TORCH_API Edge gradient_edge(const Variable&);
TORCH_API void set_gradient_edge(const Variable&, Edge edge);
/// As set_gradient_edge, for a tensor changed in place: a view's base is rebased too, through CopySlices.
TORCH_API void rebase_history(const Variable&, Edge gradient_edge);
TORCH_API Node* grad_fn_unsafe(const Variable&);

TORCH_API void bump_version(const Variable&);
TORCH_API void set_version_counter(const Variable&, const c10::VariableVersion& version_counter);
TORCH_API const c10::VariableVersion& version_counter(const Variable&);

TORCH_API void set_name(const Variable&, const std::string& name);

TORCH_API void add_hook(const at::TensorBase&, std::unique_ptr<FunctionPreHook> hook);
TORCH_API std::vector<std::unique_ptr<FunctionPreHook>>& hooks(const Variable&);
TORCH_API void clear_hooks(const at::TensorBase&);
TORCH_API void set_post_acc_grad_hooks(const at::TensorBase&, std::unique_ptr<PostAccumulateGradHook> dict);
TORCH_API std::unique_ptr<PostAccumulateGradHook>& post_acc_grad_hooks(const Variable&);
TORCH_API void create_cpp_hook(const at::TensorBase&, bool is_retains_grad_hooks = false);

/// Nobody else holds the tensor, but for a Python object that only we hold.
FLB_ON_USE inline bool is_tensor_stealable(const at::Tensor& new_grad, size_t num_expected_refs = 1) {
  const size_t uses = new_grad.use_count();
  if (uses > num_expected_refs && uses >= 2 && new_grad.unsafeGetTensorImpl()->pyobj_slot()->has_unique_reference()) {
    ++num_expected_refs;
  }
  return uses <= num_expected_refs;
}

}  // namespace impl

/// What a tensor knows for autograd. Absent (null) while nothing of it is needed.
struct TORCH_API AutogradMeta : public c10::AutogradMetaInterface {
  std::string name_;
  Variable grad_;
  c10::intrusive_ptr<Node> grad_fn_;
  c10::weak_intrusive_ptr<Node> grad_accumulator_;
  mutable std::shared_ptr<ForwardGrad> fw_grad_;
  std::vector<std::unique_ptr<FunctionPreHook>> hooks_;
  std::shared_ptr<hooks_list> cpp_hooks_list_;
  std::unique_ptr<PostAccumulateGradHook> post_acc_grad_hooks_ = nullptr;
  bool requires_grad_{false};  ///< of a leaf
  bool retains_grad_{false};   ///< of a non-leaf
  bool is_view_{false};
  uint32_t output_nr_;
  std::optional<at::ScalarType> grad_dtype_;
  bool allow_grad_dtype_mismatch_{false};
  mutable std::mutex mutex_;

  void set_requires_grad(bool requires_grad, at::TensorImpl* self_impl) final {
    TORCH_CHECK(!requires_grad || isDifferentiableType(at::typeMetaToScalarType(self_impl->dtype())),
                "Only Tensors of floating point and complex dtype can require gradients");
    requires_grad_ = requires_grad;
  }
  bool requires_grad() const override { return requires_grad_ || grad_fn_; }
  Variable& mutable_grad() override { return grad_; }
  const Variable& grad() const override { return grad_; }
  const Variable& fw_grad(uint64_t level, const at::TensorBase& self) const override;
  void set_fw_grad(const at::TensorBase& new_grad, const at::TensorBase& self, uint64_t level,
                   bool is_inplace_op) override;
  std::optional<at::ScalarType> grad_dtype(const at::TensorBase& self) const;
  void set_grad_dtype(const std::optional<at::ScalarType>& grad_dtype, const at::TensorBase& self);

  AutogradMeta(at::TensorImpl* self_impl = nullptr, bool requires_grad = false, Edge gradient_edge = Edge())
      : grad_fn_(std::move(gradient_edge.function)),
        grad_accumulator_(c10::intrusive_ptr<Node>()),
        output_nr_(gradient_edge.input_nr) {
    if (requires_grad) {
      TORCH_INTERNAL_ASSERT(self_impl);
      set_requires_grad(requires_grad, self_impl);
    }
    TORCH_CHECK(!grad_fn_ || !requires_grad_, "requires_grad should be false if grad_fn is set");
  }
  ~AutogradMeta() override {
    if (fw_grad_) fw_grad_->clear();
  }
};

/// How to make a view again from another base.
struct TORCH_API ViewFunc {
  virtual ~ViewFunc() = default;
  virtual std::vector<c10::SymInt> get_symints() const { return {}; }
  virtual size_t num_symints() const { return 0; }
  virtual std::vector<at::Tensor> get_tensors() const { return {}; }
  virtual size_t num_tensors() const { return 0; }
  virtual at::Tensor operator()(const at::Tensor&) const = 0;
  virtual std::unique_ptr<ViewFunc> clone_and_set(std::optional<std::vector<c10::SymInt>> = std::nullopt,
                                                  std::optional<std::vector<at::Tensor>> = std::nullopt) const = 0;

 protected:
  virtual void set_symints(std::vector<c10::SymInt>) {}
  virtual void set_tensors(std::vector<at::Tensor>) {}
};

struct ChainedViewFunc : public ViewFunc {
  FLB_ON_USE ChainedViewFunc(std::unique_ptr<ViewFunc> first, std::unique_ptr<ViewFunc> second)
      : first(std::move(first)), second(std::move(second)) {}
  ~ChainedViewFunc() override = default;
  std::vector<c10::SymInt> get_symints() const override;
  size_t num_symints() const override { return first->num_symints() + second->num_symints(); }
  std::vector<at::Tensor> get_tensors() const override;
  size_t num_tensors() const override { return first->num_tensors() + second->num_tensors(); }
  at::Tensor operator()(const at::Tensor&) const override;
  std::unique_ptr<ViewFunc> clone_and_set(std::optional<std::vector<c10::SymInt>> = std::nullopt,
                                          std::optional<std::vector<at::Tensor>> = std::nullopt) const override;

 private:
  std::unique_ptr<ViewFunc> first;
  std::unique_ptr<ViewFunc> second;
};

struct ErroringViewFunc : public ViewFunc {
  ErroringViewFunc(std::string error_msg) : error_msg(std::move(error_msg)) {}
  ~ErroringViewFunc() override = default;
  at::Tensor operator()(const at::Tensor&) const override { TORCH_CHECK(false, error_msg); }
  std::unique_ptr<ViewFunc> clone_and_set(std::optional<std::vector<c10::SymInt>> = std::nullopt,
                                          std::optional<std::vector<at::Tensor>> = std::nullopt) const override {
    return std::unique_ptr<ViewFunc>(new ErroringViewFunc(error_msg));
  }

 private:
  std::string error_msg;
};

/// The base of a view, and how the view is made from it where strides cannot say it.
struct TORCH_API ViewInfo {
  Variable base_;
  std::unique_ptr<ViewFunc> view_fn_;
  std::function<Variable(const Variable&)> rev_view_fn_;

  FLB_ON_USE bool has_view_fn() const { return view_fn_ != nullptr; }
  FLB_ON_USE const ViewFunc& view_fn() const {
    TORCH_CHECK(has_view_fn(), "Can only access the view function if it exists.");
    return *view_fn_;
  }
  FLB_ON_USE std::function<Variable(const Variable&)> rev_view_fn() const {
    TORCH_CHECK(has_view_fn(), "Can only access the reverse view function if it exists.");
    return rev_view_fn_;
  }
  /// For a view `tensor` of `base`, itself the view that this describes: the same seen from our base.
  ViewInfo chain(const Variable& base, const Variable& tensor, std::unique_ptr<ViewFunc> view_func = nullptr,
                 std::function<Variable(const Variable&)> rev_view_func = nullptr) const;

  FLB_ON_USE ViewInfo(Variable base, std::unique_ptr<ViewFunc> view_fn,
                      std::function<Variable(const Variable&)> rev_view_fn)
      : base_(std::move(base)), view_fn_(std::move(view_fn)), rev_view_fn_(std::move(rev_view_fn)) {
    TORCH_CHECK(base_.defined(), "base is undefined");
  }
};

/// How a view came to be; all but DEFAULT forbid changing it in place while gradients are recorded.
enum class CreationMeta : uint8_t { DEFAULT, IN_CUSTOM_FUNCTION, MULTI_OUTPUT_NODE, NO_GRAD_MODE, INFERENCE_MODE };

inline CreationMeta propagate_creation_meta(CreationMeta prev_view_creation_meta, CreationMeta new_view_creation_meta) {
  const bool keep =
      new_view_creation_meta == CreationMeta::DEFAULT || prev_view_creation_meta == CreationMeta::INFERENCE_MODE;
  return keep ? prev_view_creation_meta : new_view_creation_meta;
}

TORCH_API void handle_view_on_rebase(DifferentiableViewMeta* diff_view_meta, bool indirect = false);

/// Of a view whose base matters to autograd. Its grad_fn is made anew after the base was changed in place.
struct TORCH_API DifferentiableViewMeta : public AutogradMeta {
 private:
  std::optional<ViewInfo> backward_info_;
  std::optional<ViewInfo> forward_info_;
  bool shared_view_info_;
  uint32_t attr_version_;  ///< the version for which grad_fn_ is right
  CreationMeta creation_meta_;

 public:
  bool requires_grad() const override {
    return requires_grad_ || grad_fn_ || (has_bw_view() && get_backward_view().base_.requires_grad());
  }
  bool shared_view_info() const { return shared_view_info_; }
  bool has_bw_view() const { return backward_info_.has_value(); }
  FLB_ON_USE const ViewInfo& get_backward_view() const {
    TORCH_CHECK(has_bw_view(), "backward view info can only exist for backward views.");
    return backward_info_.value();
  }
  FLB_ON_USE uint32_t get_attr_version() const {
    TORCH_CHECK(has_bw_view(), "attr_version can only exist for backward views.");
    return attr_version_;
  }
  FLB_ON_USE void set_attr_version(uint32_t new_attr_version) {
    TORCH_CHECK(has_bw_view(), "attr_version can only exist for backward views.");
    attr_version_ = new_attr_version;
  }
  FLB_ON_USE CreationMeta get_creation_meta() const {
    TORCH_CHECK(has_bw_view(), "creation_meta can only exist for backward views.");
    return creation_meta_;
  }
  FLB_ON_USE void set_creation_meta(CreationMeta new_creation_meta) {
    TORCH_CHECK(has_bw_view(), "creation_meta can only exist for backward views.");
    creation_meta_ = new_creation_meta;
  }
  bool has_fw_view() const { return shared_view_info_ || forward_info_.has_value(); }
  FLB_ON_USE const ViewInfo& get_forward_view() const {
    TORCH_CHECK(has_fw_view(), "forward view info can only exist for forward views.");
    TORCH_CHECK(!shared_view_info_ || has_bw_view(), "forward view info can only exist for forward views.");
    return shared_view_info_ ? backward_info_.value() : forward_info_.value();
  }

  DifferentiableViewMeta(at::TensorImpl* self_impl, std::optional<ViewInfo> backward_info,
                         std::optional<ViewInfo> forward_info, bool shared_view_info,
                         CreationMeta creation_meta = CreationMeta::DEFAULT);
};

/// Makes `data`, fresh from a view operation, a view that autograd follows.
FLB_ON_USE inline Variable make_variable_differentiable_view(const at::Tensor& data,
                                                             std::optional<ViewInfo> backward_info,
                                                             std::optional<ViewInfo> forward_info,
                                                             bool shared_view_info, CreationMeta creation_meta,
                                                             bool allow_tensor_metadata_change = true) {
  if (!data.defined()) return Variable();
  TORCH_CHECK(data.getIntrusivePtr()->autograd_meta() == nullptr,
              "Attempted to make a tensor into a differentiable view, but the tensor already had autograd metadata "
              "associated with it.");
  at::TensorImpl* impl = data.unsafeGetTensorImpl();
  impl->set_allow_tensor_metadata_change(allow_tensor_metadata_change);
  impl->set_autograd_meta(std::make_unique<flambeau::on_use<DifferentiableViewMeta, FlbOnUse>>(
      impl, std::move(backward_info), std::move(forward_info), shared_view_info, creation_meta));
  return data;
}

/// Shares the base's version counter, but not its history.
FLB_ON_USE inline Variable make_variable_non_differentiable_view(const Variable& base, const at::Tensor& data,
                                                                 bool allow_tensor_metadata_change = true,
                                                                 bool is_fresh_tensor = false) {
  if (!data.defined()) return Variable();
  if (is_fresh_tensor) {
    auto* impl = data.unsafeGetTensorImpl();
    impl->set_version_counter(impl::version_counter(base));
    impl->set_allow_tensor_metadata_change(allow_tensor_metadata_change);
    impl->set_autograd_meta(nullptr);
    return data;
  }
  auto copy =
      data.getIntrusivePtr()->shallow_copy_and_detach(impl::version_counter(base), allow_tensor_metadata_change);
  copy->set_autograd_meta(nullptr);
  return Variable(std::move(copy));
}

/// A leaf of `data`, taken over when nobody else holds it.
FLB_ON_USE inline Variable make_variable(at::Tensor data, bool requires_grad = false,
                                         bool allow_tensor_metadata_change = true) {
  if (!data.defined()) return Variable();
  c10::intrusive_ptr<at::TensorImpl> impl;
  if (impl::is_tensor_stealable(data) && data.getIntrusivePtr()->unique_version()) {
    impl = data.unsafeReleaseIntrusivePtr();
    impl->set_allow_tensor_metadata_change(allow_tensor_metadata_change);
  } else {
    impl = data.getIntrusivePtr()->shallow_copy_and_detach(/*version_counter=*/0, allow_tensor_metadata_change);
  }
  impl->set_autograd_meta(requires_grad ? std::make_unique<flambeau::on_use<AutogradMeta, FlbOnUse>>(impl.get(), true)
                                        : nullptr);
  return Variable(std::move(impl));
}

FLB_ON_USE inline Variable make_variable(const at::Tensor& data, Edge gradient_edge,
                                         bool allow_tensor_metadata_change = true) {
  if (!data.defined()) return Variable();
  auto copy = data.getIntrusivePtr()->shallow_copy_and_detach(/*version_counter=*/0, allow_tensor_metadata_change);
  copy->set_autograd_meta(
      std::make_unique<flambeau::on_use<AutogradMeta, FlbOnUse>>(copy.get(), false, std::move(gradient_edge)));
  return Variable(std::move(copy));
}

struct VariableHooks final : at::impl::VariableHooksInterface {
  at::TensorBase tensor_data(const at::TensorBase&) const override;
  at::TensorBase variable_data(const at::TensorBase&) const override;
  const c10::intrusive_ptr<torch::autograd::Node>& grad_fn(const at::TensorBase&) const override;
  unsigned _register_hook(const at::TensorBase&,
                          std::function<at::TensorBase(const at::TensorBase&)> hook) const override;
  void remove_hook(const at::TensorBase&, unsigned pos) const override;
  bool is_view(const at::TensorBase&) const override;
  const at::TensorBase& base(const at::TensorBase&) const override;
  const std::string& name(const at::TensorBase&) const override;
  bool is_leaf(const at::TensorBase&) const override;
  int64_t output_nr(const at::TensorBase&) const override;
  void set_data(const at::TensorBase& self, const at::TensorBase& new_data) const override;
  at::TensorBase data(const at::TensorBase& self) const override;
  int64_t _version(const at::TensorBase& self) const override;
  void retain_grad(const at::TensorBase& self) const override;
  bool retains_grad(const at::TensorBase& self) const override;
  void _backward(const at::Tensor& self, at::TensorList inputs, const std::optional<at::Tensor>& gradient,
                 std::optional<bool> keep_graph, bool create_graph) const override;
  void requires_grad_(const at::TensorBase& self, bool _requires_grad) const override;
  void basic_autograd_not_implemented_fallback(const c10::OperatorHandle& op, c10::DispatchKeySet dispatch_keys,
                                               torch::jit::Stack* stack) const override;
  std::optional<c10::ScalarType> grad_dtype(const at::TensorBase&) const override;
  void set_grad_dtype(const at::TensorBase&, const std::optional<c10::ScalarType>&) const override;
};

namespace utils {
TORCH_API bool has_same_meta(const Variable& base, const Variable& other);
}

}  // namespace torch::autograd
