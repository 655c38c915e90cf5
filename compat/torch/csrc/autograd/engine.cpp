#include <torch/csrc/autograd/engine.h>

#include <ATen/Functions.h>
#include <c10/util/irange.h>
#include <torch/csrc/autograd/input_buffer_sum.h>

#include <algorithm>
#include <thread>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"

namespace torch::autograd {

namespace {

constinit thread_local bool checkpoint_valid = true;
constinit thread_local int reentrant_depth = 0;
constinit std::atomic<EngineStub> default_engine{nullptr};

void run_pre_hooks(std::vector<std::unique_ptr<FunctionPreHook>>& hooks, variable_list& grads) {
  for (const auto& hook : hooks) grads = (*hook)(grads);
}

/// How many gradients a node still waits for, and those that came.
struct Waiting {
  Node* node = nullptr;
  int missing = 0;
  variable_list grads;
};

/// The nodes of a graph task. Most graphs are a few nodes: those are found by looking at each.
class WaitingNodes {
 public:
  Waiting* find(const Node* node) {
    if (index_.empty()) {
      for (Waiting& each : all_) {
        if (each.node == node) return &each;
      }
      return nullptr;
    }
    const auto found = index_.find(node);
    return found == index_.end() ? nullptr : &all_[found->second];
  }
  Waiting& find_or_add(Node* node) {
    if (Waiting* known = find(node)) return *known;
    all_.emplace_back().node = node;
    if (all_.size() > kFew) {
      for (size_t i = index_.size(); i < all_.size(); ++i) index_.emplace(all_[i].node, i);
    }
    return all_.back();
  }

 private:
  static constexpr size_t kFew = 8;
  absl::InlinedVector<Waiting, kFew> all_;
  absl::flat_hash_map<const Node*, size_t> index_;
};

// The frontier of one graph task: who waits for how many gradients, and who is ready, latest made first.
class Walk {
 public:
  Walk(Engine& engine, const std::shared_ptr<GraphTask>& task) : engine_(engine), task_(task) {}

  void count_dependencies(Node* root, uint64_t min_topo_nr) {
    absl::InlinedVector<Node*, 16> todo{root};
    while (!todo.empty()) {
      Node* fn = todo.back();
      todo.pop_back();
      if (fn->topological_nr() < min_topo_nr) continue;
      for (const Edge& edge : fn->next_edges()) {
        Node* next = edge.function.get();
        if (next && ++waiting_.find_or_add(next).missing == 1) todo.push_back(next);
      }
    }
  }

  void push(c10::intrusive_ptr<Node> fn, variable_list grads) {
    ready_.push_back({fn->sequence_nr(), std::move(fn), std::move(grads)});
    if (ready_.size() > 1) std::push_heap(ready_.begin(), ready_.end());
  }

  void run() {
    while (!ready_.empty()) {
      if (ready_.size() > 1) std::pop_heap(ready_.begin(), ready_.end());
      Ready next = std::move(ready_.back());
      ready_.pop_back();
      Node& fn = *next.fn;
      NodeGuard guard(std::move(next.fn));
      try {
        evaluate(fn, std::move(next.grads));
      } catch (std::exception& error) {
        engine_.thread_on_exception(task_, fn.getptr(), error);
        throw;
      }
    }
  }

 private:
  struct Ready {
    uint64_t order;
    c10::intrusive_ptr<Node> fn;
    variable_list grads;
    friend bool operator<(const Ready& a, const Ready& b) { return a.order < b.order; }
  };

  void evaluate(Node& fn, variable_list&& grads) {
    run_pre_hooks(fn.tensor_pre_hooks(), grads);
    for (const auto& hook : fn.retains_grad_hooks()) grads = (*hook.second)(grads);
    auto& exec_info = task_->exec_info_;
    if (!exec_info.empty()) {
      const auto& info = exec_info.at(&fn);
      if (info.captures_) capture(*info.captures_, grads);
      if (!info.needed_) return;
    }
    variable_list results = call(fn, std::move(grads));
    if (!task_->keep_graph_) fn.release_variables();
    if (results.empty()) return;
    if (AnomalyMode::is_enabled() && AnomalyMode::should_check_nan()) check_nan(fn, results);
    for (const auto i : c10::irange(results.size())) send(fn.next_edge(i), std::move(results[i]));
  }

  void capture(const std::vector<GraphTask::ExecInfo::Capture>& captures, const variable_list& grads) {
    for (const auto& capture : captures) {
      auto& kept = task_->captured_vars_[capture.output_idx_];
      kept = grads[capture.input_idx_];
      for (const auto& hook : capture.DO_NOT_USE_DEPRECATED_get_capture_hooks()) kept = (*hook)(kept);
    }
  }

  variable_list call(Node& fn, variable_list&& grads) {
    CheckpointValidGuard checkpoint(task_);
    run_pre_hooks(fn.pre_hooks(), grads);
    if (!task_->keep_graph_) fn.will_release_variables();
    const auto format_error = [&fn](const std::string& text) {
      return "Function " + fn.name() + " returned an " + text;
    };
    if (C10_LIKELY(fn.post_hooks().empty())) {
      variable_list results = fn(std::move(grads));
      validate_outputs(fn.next_edges(), results, format_error);
      return results;
    }
    variable_list results = fn(variable_list(grads));
    validate_outputs(fn.next_edges(), results, format_error);
    for (const auto& hook : fn.post_hooks()) results = (*hook)(results, grads);
    return results;
  }

  static void check_nan(const Node& fn, const variable_list& results) {
    AutoGradMode no_grad(false);
    for (const auto i : c10::irange(results.size())) {
      const bool bad = results[i].defined() &&
                       at::isnan(results[i]._is_zerotensor() ? at::zeros({}) : results[i]).any().item<bool>();
      TORCH_CHECK(!bad, "Function '", fn.name(), "' returned nan values in its ", i, "th output.");
    }
  }

  void send(const Edge& edge, at::Tensor&& grad) {
    Node* next = edge.function.get();
    if (!next) return;
    Waiting* const found = waiting_.find(next);
    TORCH_INTERNAL_ASSERT(found, "dependency not found for ", next->name());
    Waiting& state = *found;
    const bool last = --state.missing == 0;
    if (!task_->exec_info_.empty()) {
      const auto info = task_->exec_info_.find(next);
      if (info == task_->exec_info_.end() || !info->second.should_execute()) return;
    }
    if (state.grads.empty()) state.grads.resize(next->num_inputs());
    flambeau::sum_gradient(state.grads.at(edge.input_nr), std::move(grad));
    if (last) push(edge.function, std::move(state.grads));
  }

  Engine& engine_;
  const std::shared_ptr<GraphTask>& task_;
  WaitingNodes waiting_;
  absl::InlinedVector<Ready, 4> ready_;
};

uint64_t lowest_topological_nr(const edge_list& outputs) {
  uint64_t lowest = outputs.empty() ? 0 : UINT64_MAX;
  for (const Edge& edge : outputs) lowest = std::min(lowest, edge.function->topological_nr());
  return lowest;
}

// A backward within a backward within ... must not use up the stack: every MAX_DEPTH levels it moves to a fresh thread.
template <class Body>
void run_at_depth(const Body& body) {
  struct Deeper {
    Deeper() { ++reentrant_depth; }
    ~Deeper() { --reentrant_depth; }
  } deeper;
  if (C10_LIKELY(reentrant_depth % MAX_DEPTH != 0)) return body();
  std::exception_ptr error;
  std::thread([&, state = at::ThreadLocalState(), depth = reentrant_depth] {
    at::ThreadLocalStateGuard guard(state);
    reentrant_depth = depth;
    try {
      body();
    } catch (...) {
      error = std::current_exception();
    }
  }).join();
  if (error) std::rethrow_exception(error);
}

}  // namespace

CheckpointValidGuard::CheckpointValidGuard(const std::shared_ptr<const GraphTask>& graph_task)
    : prev_checkpoint_valid_state(checkpoint_valid) {
  checkpoint_valid = graph_task->can_checkpoint() && prev_checkpoint_valid_state;
}
CheckpointValidGuard::~CheckpointValidGuard() { checkpoint_valid = prev_checkpoint_valid_state; }

bool Engine::is_checkpoint_valid() { return checkpoint_valid; }

Engine::Engine() : non_reentrant_device_thread_count_(0) {}
Engine::~Engine() = default;

void Engine::stop() {}
void Engine::release_workers() {}
void Engine::thread_init(int, const std::shared_ptr<ReadyQueue>&, bool) {
  TORCH_INTERNAL_ASSERT(false, "the engine has no threads of its own");
}
void Engine::thread_main(const std::shared_ptr<GraphTask>&) {
  TORCH_INTERNAL_ASSERT(false, "the engine has no threads of its own");
}

void Engine::thread_on_exception(const std::shared_ptr<GraphTask>& graph_task, const c10::intrusive_ptr<Node>& fn,
                                 std::exception&) {
  graph_task->set_exception(std::current_exception(), fn);
}

variable_list Engine::execute(const edge_list& roots, const variable_list& inputs, bool keep_graph, bool create_graph,
                              bool accumulate_grad, const edge_list& outputs) {
  variable_list grads = inputs;
  validate_outputs(roots, grads, [](const std::string& text) { return text; });
  if (accumulate_grad && create_graph) {
    TORCH_WARN_ONCE(
        "Using backward() with create_graph=True will create a reference cycle between the parameter and its gradient "
        "which can cause a memory leak. We recommend using autograd.grad when creating the graph to avoid this. If you "
        "have "
        "to use this function, make sure to reset the .grad fields of your parameters to None after use to break the "
        "cycle "
        "and avoid the leak.");
  }

  const bool single = roots.size() == 1;
  c10::intrusive_ptr<Node> root;
  if (single) {
    root = roots[0].function;
  } else {
    root = c10::make_intrusive<GraphRoot>(roots, std::move(grads));
  }
  c10::SmallVector<Node*, 4> root_nodes;
  for (const Edge& edge : roots) root_nodes.push_back(edge.function.get());
  const auto task =
      std::make_shared<GraphTask>(keep_graph, create_graph, reentrant_depth, nullptr, std::move(root_nodes));

  const uint64_t min_topo_nr = lowest_topological_nr(outputs);
  Walk walk(*this, task);
  walk.count_dependencies(root.get(), min_topo_nr);
  if (!outputs.empty()) task->init_to_execute(*root, outputs, accumulate_grad, min_topo_nr);
  variable_list first(root->num_inputs());
  if (single) first.at(roots[0].input_nr) = std::move(grads[0]);
  walk.push(std::move(root), std::move(first));

  run_at_depth([&] {
    GraphTaskGuard guard(task);
    AutoGradMode grad_mode(create_graph);
    walk.run();
    task->mark_as_completed_and_run_post_processing();
  });
  return std::move(task->captured_vars_);
}

c10::intrusive_ptr<at::ivalue::Future> Engine::execute_with_graph_task(const std::shared_ptr<GraphTask>& graph_task,
                                                                       c10::intrusive_ptr<Node> graph_root,
                                                                       InputBuffer&& input_buffer) {
  if (!graph_task->future_result_) {
    graph_task->future_result_ = c10::make_intrusive<at::ivalue::Future>(c10::ListType::create(c10::TensorType::get()));
  }
  Walk walk(*this, graph_task);
  walk.count_dependencies(graph_root.get(), 0);
  walk.push(std::move(graph_root), InputBuffer::variables(std::move(input_buffer)));
  run_at_depth([&] {
    at::ThreadLocalStateGuard state(graph_task->thread_locals_);
    GraphTaskGuard guard(graph_task);
    walk.run();
    graph_task->mark_as_completed_and_run_post_processing();
  });
  return graph_task->future_result_;
}

Engine& Engine::get_base_engine() {
  struct Default : Engine {};
  static Default* engine = new Default;  // outlives every thread that might still use it
  return *engine;
}

Engine& Engine::get_default_engine() {
  const EngineStub stub = default_engine.load(std::memory_order_acquire);
  return stub ? stub() : get_base_engine();
}

void set_default_engine_stub(EngineStub stub) { default_engine.store(stub, std::memory_order_release); }

void Engine::set_compiled_autograd(compiled_autograd_fn fn) {
  if (fn) flambeau::no_compiled_autograd("set_compiled_autograd", "Engine");
}

}  // namespace torch::autograd
