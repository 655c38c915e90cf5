// Mirrors <torch/csrc/autograd/graph_task.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <ATen/ThreadLocalState.h>
#include <ATen/core/Tensor.h>
#include <c10/util/ThreadLocal.h>
#include <c10/util/light_std.h>
#include <torch/csrc/autograd/input_buffer.h>
#include <torch/csrc/autograd/utils/warnings.h>

#include <atomic>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace torch::autograd {

using edge_list = std::vector<Edge>;
struct ReadyQueue;

static constexpr int NO_DEVICE = -2;
static constexpr int CPU_DEVICE = -1;

/// One call of backward() or grad(). The members are PyTorch's, for their layout. The engine keeps the frontier of the
/// walk (outstanding_tasks_, not_ready_, dependencies_, cpu_ready_queue_ there) in a structure of its own and leaves
/// these empty.
struct GraphTask : std::enable_shared_from_this<GraphTask> {
  std::atomic<uint64_t> outstanding_tasks_{0};
  std::atomic_bool has_error_{false};
  std::atomic_bool future_completed_{false};
  bool keep_graph_;

  std::mutex mutex_;
  std::unordered_map<Node*, InputBuffer> not_ready_;
  std::unordered_map<Node*, int> dependencies_;
  std::unordered_set<Node*> nodes_in_graph_;
  c10::SmallVector<Node*, 4> graph_roots_;

  /// Whether a node must run, and which of its inputs are results. Only used when the caller names inputs.
  struct ExecInfo {
    struct Capture {
      Capture(const Capture&) = delete;
      Capture(Capture&&) = default;
      Capture& operator=(const Capture&) = delete;
      Capture& operator=(Capture&&) = default;
      ~Capture() = default;
      Capture(int input_idx, int output_idx) : input_idx_(input_idx), output_idx_(output_idx) {}

      int input_idx_;   // among the node's inputs
      int output_idx_;  // among the results of the graph task

      struct GradCaptureHook {
        virtual ~GradCaptureHook() = default;
        virtual at::Tensor operator()(const at::Tensor& grad) = 0;
      };
      const std::vector<std::unique_ptr<GradCaptureHook>>& DO_NOT_USE_DEPRECATED_get_capture_hooks() const {
        return hooks_;
      }
      void DO_NOT_USE_DEPRECATED_register_capture_hook(std::unique_ptr<GradCaptureHook> hook) {
        hooks_.push_back(std::move(hook));
      }

     private:
      std::vector<std::unique_ptr<GradCaptureHook>> hooks_;
    };

    bool should_execute() const { return needed_ || captures_; }

    bool needed_ = false;
    std::unique_ptr<std::vector<Capture>> captures_;
  };
  std::unordered_map<Node*, ExecInfo> exec_info_;
  std::vector<Variable> captured_vars_;

  at::ThreadLocalState thread_locals_;
  std::unordered_set<c10::Stream> leaf_streams;
  std::vector<std::optional<c10::Stream>> caller_current_streams_;
  void stash_current_streams();

  void init_to_execute(Node& graph_root, const edge_list& outputs, bool accumulate_grad, uint64_t min_topo_nr);

  int owner_{NO_DEVICE};
  const int reentrant_depth_;

  bool can_checkpoint() const { return exec_info_.empty(); }
  bool completed();
  void mark_as_completed_and_run_post_processing();
  void set_exception(std::exception_ptr eptr, const c10::intrusive_ptr<Node>& fn);
  void set_exception_without_signal(const c10::intrusive_ptr<Node>& fn);

  bool exit_on_error_;
  std::shared_ptr<ReadyQueue> cpu_ready_queue_;
  c10::intrusive_ptr<at::ivalue::Future> future_result_;  ///< made only for execute_with_graph_task's callers
  std::vector<std::function<void()>> final_callbacks_;
  std::mutex final_callbacks_lock_;
  utils::DelayWarningHandler warning_handler_;
  uint64_t id_;

  GraphTask(bool keep_graph, bool grad_mode, int reentrant_depth, std::shared_ptr<ReadyQueue> cpu_ready_queue,
            c10::SmallVector<Node*, 4> graph_roots, bool exit_on_error = false);

 private:
  void exec_post_processing();
};

class GraphTaskGuard {
 public:
  explicit GraphTaskGuard(std::shared_ptr<GraphTask> graph_task);
  ~GraphTaskGuard();
  void restore_current_graph_task();

 private:
  std::shared_ptr<GraphTask> last_graph_task_;
};

TORCH_API const std::unordered_map<Node*, GraphTask::ExecInfo>* get_current_graph_task_exec_info();
TORCH_API const std::unordered_set<Node*>* get_current_graph_task_nodes_in_graph();
TORCH_API bool get_current_graph_task_keep_graph();
TORCH_API std::vector<Node*> get_current_graph_task_execution_order();
TORCH_API int get_current_graph_task_id();
void add_node_to_current_graph_task_exec_info(Node* fn);

}  // namespace torch::autograd
