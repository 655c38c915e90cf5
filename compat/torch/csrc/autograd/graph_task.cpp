#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/graph_task.h>

namespace torch::autograd {

namespace {
thread_local std::shared_ptr<GraphTask> current_graph_task;
constinit thread_local GraphTask* current = nullptr;  // the same; what nodes ask during a walk costs no test
std::atomic<uint64_t> next_graph_task_id{0};
}  // namespace

GraphTask::GraphTask(bool keep_graph, bool grad_mode, int reentrant_depth, std::shared_ptr<ReadyQueue> cpu_ready_queue,
                     c10::SmallVector<Node*, 4> graph_roots, bool exit_on_error)
    : keep_graph_(keep_graph),
      graph_roots_(std::move(graph_roots)),
      reentrant_depth_(reentrant_depth),
      exit_on_error_(exit_on_error),
      cpu_ready_queue_(std::move(cpu_ready_queue)),
      id_(next_graph_task_id.fetch_add(1, std::memory_order_relaxed)) {
  thread_locals_.set_grad_mode(grad_mode);
}

bool GraphTask::completed() { return outstanding_tasks_.load() == 0 || (exit_on_error_ && has_error_.load()); }

void GraphTask::set_exception_without_signal(const c10::intrusive_ptr<Node>& fn) {
  if (has_error_.exchange(true)) return;
  if (AnomalyMode::is_enabled() && fn) fn->metadata()->print_stack(fn->name());
}

void GraphTask::set_exception(std::exception_ptr eptr, const c10::intrusive_ptr<Node>& fn) {
  set_exception_without_signal(fn);
  if (!future_completed_.exchange(true) && future_result_) future_result_->setError(std::move(eptr));
}

void GraphTask::exec_post_processing() {
  // A callback may install further ones.
  std::unique_lock<std::mutex> lock(final_callbacks_lock_);
  for (size_t i = 0; i < final_callbacks_.size(); ++i) {
    const auto callback = final_callbacks_[i];
    lock.unlock();
    callback();
    lock.lock();
  }
}

void GraphTask::mark_as_completed_and_run_post_processing() {
  if (future_completed_.exchange(true)) return;
  exec_post_processing();
  if (future_result_) future_result_->markCompleted(captured_vars_);
}

// Accelerators run in stream order on the calling thread, so its current streams need no stashing.
void GraphTask::stash_current_streams() {}

void GraphTask::init_to_execute(Node& graph_root, const edge_list& outputs, bool accumulate_grad,
                                uint64_t min_topo_nr) {
  int output_idx = 0;
  for (const Edge& edge : outputs) {
    ExecInfo& info = exec_info_[edge.function.get()];
    if (accumulate_grad) {
      info.needed_ = true;
      continue;
    }
    if (!info.captures_) info.captures_ = std::make_unique<std::vector<ExecInfo::Capture>>();
    info.captures_->emplace_back(static_cast<int>(edge.input_nr), output_idx++);
  }
  captured_vars_.resize(output_idx);

  // Depth first, children before parents: a node is needed if any of its children must execute.
  struct Frame {
    Node* fn;
    size_t next = 0;
  };
  std::unordered_set<Node*> seen{&graph_root};
  std::vector<Frame> stack{{&graph_root}};
  while (!stack.empty()) {
    Frame& frame = stack.back();
    if (frame.next < frame.fn->num_outputs()) {
      Node* child = frame.fn->next_edge(frame.next++).function.get();
      if (child && child->topological_nr() >= min_topo_nr && seen.insert(child).second) stack.push_back({child});
      continue;
    }
    Node* fn = frame.fn;
    stack.pop_back();
    const bool needed = std::any_of(fn->next_edges().begin(), fn->next_edges().end(), [this](const Edge& edge) {
      const auto found = exec_info_.find(edge.function.get());
      return found != exec_info_.end() && found->second.should_execute();
    });
    ExecInfo& info = exec_info_[fn];
    info.needed_ = info.needed_ || needed;
  }
  exec_info_[&graph_root].needed_ = true;
}

GraphTaskGuard::GraphTaskGuard(std::shared_ptr<GraphTask> graph_task)
    : last_graph_task_(std::move(current_graph_task)) {
  current = graph_task.get();
  current_graph_task = std::move(graph_task);
}
GraphTaskGuard::~GraphTaskGuard() { restore_current_graph_task(); }
void GraphTaskGuard::restore_current_graph_task() {
  current = last_graph_task_.get();
  current_graph_task = std::move(last_graph_task_);
}

const std::unordered_map<Node*, GraphTask::ExecInfo>* get_current_graph_task_exec_info() {
  return current ? &current->exec_info_ : nullptr;
}

const std::unordered_set<Node*>* get_current_graph_task_nodes_in_graph() {
  if (!current_graph_task) return nullptr;
  auto& nodes = current_graph_task->nodes_in_graph_;
  if (nodes.empty()) {
    std::vector<Node*> todo(current_graph_task->graph_roots_.begin(), current_graph_task->graph_roots_.end());
    nodes.insert(todo.begin(), todo.end());
    while (!todo.empty()) {
      Node* fn = todo.back();
      todo.pop_back();
      for (const Edge& edge : fn->next_edges()) {
        if (edge.function && nodes.insert(edge.function.get()).second) todo.push_back(edge.function.get());
      }
    }
  }
  return &nodes;
}

// The walk of the engine, without the work.
std::vector<Node*> get_current_graph_task_execution_order() {
  if (!current_graph_task) return {};
  const auto& exec_info = current_graph_task->exec_info_;
  const auto skipped = [&](Node* fn) {
    const auto found = exec_info.find(fn);
    return !exec_info.empty() && (found == exec_info.end() || !found->second.should_execute());
  };
  const auto made_earlier = [](const Node* a, const Node* b) { return a->sequence_nr() < b->sequence_nr(); };
  std::unordered_map<Node*, int> missing;
  for (Node* fn : *get_current_graph_task_nodes_in_graph()) {
    for (const Edge& edge : fn->next_edges()) {
      if (edge.function) ++missing[edge.function.get()];
    }
  }
  std::vector<Node*> ready, order;
  for (Node* root : current_graph_task->graph_roots_) {
    if (!missing.count(root)) ready.push_back(root);
  }
  std::make_heap(ready.begin(), ready.end(), made_earlier);
  while (!ready.empty()) {
    std::pop_heap(ready.begin(), ready.end(), made_earlier);
    Node* fn = ready.back();
    ready.pop_back();
    order.push_back(fn);
    for (const Edge& edge : fn->next_edges()) {
      Node* next = edge.function.get();
      if (!next || --missing[next] > 0 || skipped(next)) continue;
      ready.push_back(next);
      std::push_heap(ready.begin(), ready.end(), made_earlier);
    }
  }
  return order;
}

bool get_current_graph_task_keep_graph() { return current_graph_task ? current_graph_task->keep_graph_ : true; }

int get_current_graph_task_id() { return current_graph_task ? static_cast<int>(current_graph_task->id_) : -1; }

void add_node_to_current_graph_task_exec_info(Node* fn) { current_graph_task->exec_info_[fn].needed_ = true; }

void Engine::queue_callback(std::function<void()> callback) {
  TORCH_CHECK(current_graph_task, "Final callbacks can only be installed during backward pass.");
  std::lock_guard<std::mutex> lock(current_graph_task->final_callbacks_lock_);
  current_graph_task->final_callbacks_.emplace_back(std::move(callback));
}

}  // namespace torch::autograd
