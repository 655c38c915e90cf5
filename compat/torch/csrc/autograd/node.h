// Mirrors <torch/csrc/autograd/node.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <ATen/SequenceNumber.h>
#include <ATen/core/Tensor.h>
#include <ATen/record_function.h>
#include <c10/core/impl/PyObjectSlot.h>
#include <c10/util/Exception.h>
#include <c10/util/intrusive_ptr.h>
#include <c10/util/irange.h>
#include <c10/util/light_std.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/edge.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/csrc/autograd/input_metadata.h>
#include <torch/csrc/utils/python_stub.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace torch::autograd {

class SavedVariable;

using Variable = at::Tensor;
using tensor_list = std::vector<at::Tensor>;
using variable_list = std::vector<Variable>;
using edge_list = std::vector<Edge>;
using saved_variable_list = std::vector<SavedVariable>;
using ivalue_list = std::vector<c10::IValue>;
using functional_apply_t = std::function<variable_list(const variable_list&, const std::vector<c10::IValue>&)>;
using IndexRange = std::pair<size_t, size_t>;
using torch::dynamo::autograd::CompiledNodeArgs;
using torch::dynamo::autograd::PackedArgs;
using torch::dynamo::autograd::SwapSavedVariables;

/// Marks the node whose backward is running on this thread.
class NodeGuard {
 public:
  explicit NodeGuard(c10::intrusive_ptr<Node> node);
  ~NodeGuard();

 private:
  c10::intrusive_ptr<Node> last_evaluating_node_;
};

TORCH_API c10::intrusive_ptr<Node> get_current_node();

/// One operation of the backward graph: takes gradients of the forward outputs, returns those of the forward inputs,
/// which flow along next_edges. The graph is executed by descending sequence number.
struct TORCH_API Node : c10::intrusive_ptr_target {
 public:
  FLB_ON_USE explicit Node(uint64_t sequence_nr, edge_list&& next_edges = edge_list())
      : sequence_nr_(sequence_nr), next_edges_(std::move(next_edges)) {
    for (const Edge& edge : next_edges_) update_topological_nr(edge);
    if (AnomalyMode::is_enabled()) {
      metadata()->store_stack();
      assign_parent();
    }
    thread_id_ = at::RecordFunction::currentThreadId();
  }
  FLB_ON_USE explicit Node(edge_list&& next_edges = edge_list())
      : Node(at::sequence_number::get_and_increment(), std::move(next_edges)) {}

  Node(const Node& other) = delete;
  Node(Node&& other) = delete;
  Node& operator=(const Node& other) = delete;
  Node& operator=(Node&& other) = delete;
  ~Node() override;
  void release_resources() override;

  FLB_ON_USE c10::intrusive_ptr<Node> getptr() { return c10::intrusive_ptr<Node>::unsafe_reclaim_from_nonowning(this); }

  FLB_ON_USE variable_list operator()(variable_list&& inputs) {
    auto callbacks = at::getStepCallbacksUnlessEmpty(at::RecordScope::BACKWARD_FUNCTION);
    if (C10_LIKELY(!callbacks.has_value())) return apply(std::move(inputs));
    at::RecordFunction guard(std::move(*callbacks));
    guard.setForwardThreadId(thread_id_);
    if (guard.needsInputs()) {
      std::vector<c10::IValue> values(inputs.begin(), inputs.end());
      guard.before(name(), c10::ArrayRef<const c10::IValue>(values.data(), values.size()),
                   static_cast<int64_t>(sequence_nr()));
    } else {
      guard.before(name(), static_cast<int64_t>(sequence_nr()));
    }
    return apply(std::move(inputs));
  }

  struct undefined_input {};

  FLB_ON_USE uint32_t add_input_metadata(const at::TensorOptions& options, c10::SymIntArrayRef shape,
                                         bool is_tensor_subclass, bool is_nested,
                                         std::optional<at::ScalarType> grad_dtype) noexcept {
    uint32_t input_nr = input_metadata_.size();
    input_metadata_.emplace_back(options, MetadataShape{std::in_place_type<SymIntSmallVec>, shape}, is_tensor_subclass,
                                 is_nested, grad_dtype);
    return input_nr;
  }
  FLB_ON_USE uint32_t add_input_metadata(const at::Tensor& t) noexcept {
    uint32_t input_nr = input_metadata_.size();
    input_metadata_.emplace_back(t);
    return input_nr;
  }
  FLB_ON_USE uint32_t add_input_metadata(undefined_input) noexcept {
    uint32_t input_nr = input_metadata_.size();
    input_metadata_.emplace_back();
    return input_nr;
  }
  uint32_t num_inputs() const noexcept { return input_metadata_.size(); }
  FLB_ON_USE const InputMetadata& input_metadata(size_t index) const { return input_metadata_[index]; }
  FLB_ON_USE InputMetadata& mutable_input_metadata(size_t index) { return input_metadata_[index]; }
  FLB_ON_USE void clear_input_metadata() { input_metadata_.clear(); }

  /// The stream of the first gradient that lies on the accelerator.
  std::optional<c10::Stream> stream();

  FLB_ON_USE at::Device device() {
    for (const auto& metadata : input_metadata_) {
      if (metadata.device().type() != at::kCPU) return metadata.device();
    }
    return at::kCPU;
  }

  FLB_ON_USE void update_topological_nr(const Edge& edge) {
    TORCH_INTERNAL_ASSERT(!has_parent_, "Cannot update a node's topological_nr after it already has a parent.");
    if (Node* node = edge.function.get()) topological_nr_ = std::max(topological_nr_, node->topological_nr() + 1);
  }
  FLB_ON_USE void set_next_edge(size_t index, Edge edge) {
    update_topological_nr(edge);
    next_edges_[index] = std::move(edge);
  }
  FLB_ON_USE void add_next_edge(Edge edge) {
    update_topological_nr(edge);
    next_edges_.emplace_back(std::move(edge));
  }
  FLB_ON_USE void set_next_edges(edge_list&& next_edges) {
    next_edges_ = std::move(next_edges);
    for (const auto& next_edge : next_edges_) update_topological_nr(next_edge);
  }
  const Edge& next_edge(size_t index) const noexcept { return next_edges_[index]; }
  const edge_list& next_edges() const noexcept { return next_edges_; }
  edge_list& next_edges() noexcept { return next_edges_; }
  uint32_t num_outputs() const noexcept { return next_edges_.size(); }

  uint64_t sequence_nr() const noexcept { return sequence_nr_; }
  void set_sequence_nr(uint64_t sequence_nr) { sequence_nr_ = sequence_nr; }
  uint64_t topological_nr() const noexcept {
    has_parent_ = true;
    return topological_nr_;
  }
  void assign_parent();
  uint64_t thread_id() const noexcept { return thread_id_; }
  virtual std::string name() const;
  std::string forward_op_name() const;

  FLB_ON_USE bool should_compute_output(size_t output_edge_index) const {
    TORCH_CHECK(output_edge_index < num_outputs(), "Index out of range");
    return next_edges_[output_edge_index].is_valid();
  }
  FLB_ON_USE bool should_compute_output(std::initializer_list<IndexRange> idxs) const {
    return std::any_of(idxs.begin(), idxs.end(), [this](IndexRange range) {
      for (const auto i : c10::irange(range.first, range.second)) {
        if (should_compute_output(i)) return true;
      }
      return false;
    });
  }
  /// The same, but false as well where the running backward() does not ask for that gradient.
  bool task_should_compute_output(size_t output_edge_index) const;
  FLB_ON_USE bool task_should_compute_output(std::initializer_list<IndexRange> idxs) const {
    return std::any_of(idxs.begin(), idxs.end(), [this](IndexRange range) {
      for (const auto i : c10::irange(range.first, range.second)) {
        if (task_should_compute_output(i)) return true;
      }
      return false;
    });
  }

  c10::impl::PyObjectSlot* pyobj_slot() noexcept { return &pyobj_slot_; }
  const c10::impl::PyObjectSlot* pyobj_slot() const noexcept { return &pyobj_slot_; }
  void incref_pyobject() const noexcept override { pyobj_slot_.incref(); }
  void decref_pyobject() const noexcept override { pyobj_slot_.decref(); }
  bool try_incref_pyobject() const noexcept override { return pyobj_slot_.try_incref(); }

  AnomalyMetadata* metadata() noexcept;

  FLB_ON_USE uintptr_t add_post_hook(std::unique_ptr<FunctionPostHook>&& post_hook) {
    post_hooks_.emplace_back(std::move(post_hook));
    return reinterpret_cast<std::uintptr_t>(post_hooks_.back().get());
  }
  FLB_ON_USE bool del_post_hook(const uintptr_t& key) {
    const auto found = std::find_if(post_hooks_.begin(), post_hooks_.end(), [&](const auto& hook) {
      return reinterpret_cast<std::uintptr_t>(hook.get()) == key;
    });
    if (found == post_hooks_.end()) return false;
    post_hooks_.erase(found);
    return true;
  }
  const std::vector<std::unique_ptr<FunctionPostHook>>& post_hooks() const noexcept { return post_hooks_; }
  std::vector<std::unique_ptr<FunctionPostHook>>& post_hooks() noexcept { return post_hooks_; }

  FLB_ON_USE void add_pre_hook(std::unique_ptr<FunctionPreHook>&& pre_hook) {
    pre_hooks_.emplace_back(std::move(pre_hook));
  }
  FLB_ON_USE void add_tensor_pre_hook(std::unique_ptr<FunctionPreHook>&& pre_hook) {
    tensor_pre_hooks_.emplace_back(std::move(pre_hook));
  }
  FLB_ON_USE void add_retains_grad_hook(std::unique_ptr<FunctionPreHook>&& pre_hook, size_t output_idx) {
    retains_grad_hooks_[output_idx] = std::move(pre_hook);
  }
  FLB_ON_USE std::unique_ptr<FunctionPreHook> pop_retains_grad_hook(size_t output_idx) {
    auto hook = std::move(retains_grad_hooks_[output_idx]);
    retains_grad_hooks_.erase(output_idx);
    return hook;
  }
  const std::vector<std::unique_ptr<FunctionPreHook>>& pre_hooks() const noexcept { return pre_hooks_; }
  std::vector<std::unique_ptr<FunctionPreHook>>& pre_hooks() noexcept { return pre_hooks_; }
  virtual std::vector<std::unique_ptr<FunctionPreHook>>& tensor_pre_hooks() noexcept { return tensor_pre_hooks_; }
  virtual std::unique_ptr<PostAccumulateGradHook>& tensor_post_acc_grad_hooks() const noexcept {
    static std::unique_ptr<PostAccumulateGradHook> empty = nullptr;
    return empty;
  }
  std::unordered_map<size_t, std::unique_ptr<FunctionPreHook>>& retains_grad_hooks() noexcept {
    return retains_grad_hooks_;
  }

  /// Frees saved tensors once backward() without retain_graph has used them.
  virtual void release_variables() {}
  virtual void will_release_variables() {}
  virtual bool is_traceable() { return false; }
  virtual bool passes_state_transparently() { return false; }
  virtual void compiled_args(CompiledNodeArgs&) const {
    flambeau::no_compiled_autograd("compiled_args not implemented: ", name());
  }
  virtual variable_list apply_with_saved(const variable_list&, SwapSavedVariables&) {
    flambeau::no_compiled_autograd("apply_with_saved not implemented: ", name());
  }
  virtual bool is_aot_backward() const { return false; }

 protected:
  virtual variable_list apply(variable_list&& inputs) = 0;
  variable_list traced_apply(variable_list inputs);

  uint64_t sequence_nr_;
  uint64_t topological_nr_ = 0;  ///< longest path to a leaf; never shrinks once a parent has read it
  mutable bool has_parent_ = false;
  uint64_t thread_id_ = 0;
  std::mutex mutex_;  ///< saved variables are used and released under it
  edge_list next_edges_;
  c10::impl::PyObjectSlot pyobj_slot_;
  std::unique_ptr<AnomalyMetadata> anomaly_metadata_ = nullptr;
  std::vector<std::unique_ptr<FunctionPreHook>> pre_hooks_;
  std::vector<std::unique_ptr<FunctionPreHook>> tensor_pre_hooks_;
  std::unordered_map<size_t, std::unique_ptr<FunctionPreHook>> retains_grad_hooks_;
  std::vector<std::unique_ptr<FunctionPostHook>> post_hooks_;
  at::SmallVector<InputMetadata, 2> input_metadata_;
};

struct TraceableFunction : public Node {
  using Node::Node;
  bool is_traceable() final { return true; }
};

}  // namespace torch::autograd

namespace c10::detail {
template <class T>
struct TargetTraits<T, std::enable_if_t<std::is_base_of_v<torch::autograd::Node, std::remove_cv_t<T>>>> {
  static constexpr bool can_have_pyobject = true;
};
}  // namespace c10::detail
