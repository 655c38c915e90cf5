#include <ATen/Functions.h>
#include <c10/util/Type.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/node.h>

#include <algorithm>
#include <cctype>

#include "absl/container/inlined_vector.h"

namespace torch::autograd {

namespace {
constinit thread_local Node* current_node = nullptr;  ///< owned by the innermost NodeGuard
// Nodes whose last reference went away while another node was being freed: a deep graph must not recurse as deep.
using Nodes = absl::InlinedVector<c10::intrusive_ptr<Node>, 4>;
constinit thread_local Nodes* to_release = nullptr;
}  // namespace

// A plain pointer, since a thread_local with a destructor costs each access a test.
NodeGuard::NodeGuard(c10::intrusive_ptr<Node> node)
    : last_evaluating_node_(c10::intrusive_ptr<Node>::reclaim(current_node)) {
  current_node = node.release();
}
NodeGuard::~NodeGuard() {
  const auto done = c10::intrusive_ptr<Node>::reclaim(current_node);
  current_node = last_evaluating_node_.release();
}

c10::intrusive_ptr<Node> get_current_node() { return c10::intrusive_ptr<Node>::reclaim_copy(current_node); }

namespace {

/// Whether freeing what the edge holds frees further nodes.
bool goes_on(const Edge& edge) {
  return edge.function && edge.function.use_count() == 1 && edge.function->num_outputs() != 0;
}

// Drops the edges; nodes that nothing else holds are freed one after the other by the outermost call.
void release(edge_list& edges) {
  if (std::none_of(edges.begin(), edges.end(), goes_on)) return edges.clear();
  Nodes mine;
  const bool outermost = to_release == nullptr;
  if (outermost) to_release = &mine;
  for (Edge& edge : edges) {
    if (edge.function && edge.function.use_count() == 1) to_release->push_back(std::move(edge.function));
  }
  edges.clear();
  if (!outermost) return;
  while (!mine.empty()) {
    const auto next = std::move(mine.back());
    mine.pop_back();
  }
  to_release = nullptr;
}

}  // namespace

// Saved tensors go first, by release_variables() or our derived destructor: the edges still hold the nodes they lead
// to.
Node::~Node() { release(next_edges_); }

void Node::release_resources() {
  release_variables();
  release(next_edges_);
}

std::optional<c10::Stream> Node::stream() {
  for (const auto& metadata : input_metadata_) {
    if (metadata.device().type() != at::kCPU) return metadata.stream();
  }
  return std::nullopt;
}

std::string Node::name() const { return c10::demangle(typeid(*this).name()); }

std::string Node::forward_op_name() const {
  std::string text = name();
  size_t end = text.size();
  while (end > 0 && std::isdigit(static_cast<unsigned char>(text[end - 1]))) --end;
  constexpr std::string_view suffix = "Backward";
  if (end > suffix.size() && text.compare(end - suffix.size(), suffix.size(), suffix) == 0) {
    text.erase(end - suffix.size());
  }
  return text;
}

AnomalyMetadata* Node::metadata() noexcept {
  if (!anomaly_metadata_) anomaly_metadata_ = Engine::get_default_engine().make_anomaly_metadata();
  return anomaly_metadata_.get();
}

void Node::assign_parent() { metadata()->assign_parent(get_current_node()); }

bool Node::task_should_compute_output(size_t output_edge_index) const {
  TORCH_CHECK(output_edge_index < num_outputs(), "Index out of range");
  const Node* next = next_edges_[output_edge_index].function.get();
  if (!next) return false;
  const auto* exec_info = get_current_graph_task_exec_info();
  if (!exec_info || exec_info->empty()) return true;
  const auto found = exec_info->find(const_cast<Node*>(next));
  return found != exec_info->end() && found->second.should_execute();
}

at::Tensor TypeAndSize::zeros() { return at::zeros_symint(sym_sizes, options); }

}  // namespace torch::autograd
