// Mirrors <torch/csrc/autograd/engine.h> of PyTorch 2.13: same names, layout and inline meaning.
#pragma once

#include <ATen/Tensor.h>
#include <ATen/ThreadLocalState.h>
#include <ATen/core/ivalue.h>
#include <c10/util/light_std.h>
#include <torch/csrc/Export.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/basic_ops.h>
#include <torch/csrc/autograd/graph_task.h>
#include <torch/csrc/autograd/input_buffer.h>
#include <torch/csrc/autograd/saved_variable_hooks.h>
#include <torch/csrc/autograd/utils/warnings.h>

#include <condition_variable>
#include <exception>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace torch::autograd {

static constexpr int MAX_DEPTH = 60;

TORCH_API void validate_outputs(const edge_list& edges, variable_list& grads,
                                const std::function<std::string(const std::string&)>& format_error);
TORCH_API void validate_outputs(const std::vector<std::optional<InputMetadata>>& input_metadata, variable_list& grads,
                                const std::function<std::string(const std::string&)>& format_error);
TORCH_API std::vector<std::optional<InputMetadata>> collect_input_metadata(const edge_list& edges);

struct NodeTask {
  std::weak_ptr<GraphTask> base_;
  c10::intrusive_ptr<Node> fn_;
  InputBuffer inputs_;
  bool isShutdownTask_;

  int getReentrantDepth() const;

  NodeTask(std::weak_ptr<GraphTask> base, c10::intrusive_ptr<Node> fn, InputBuffer inputs, bool isShutdownTask = false)
      : base_(std::move(base)), fn_(std::move(fn)), inputs_(std::move(inputs)), isShutdownTask_(isShutdownTask) {}
};

class CheckpointValidGuard {
 public:
  explicit CheckpointValidGuard(const std::shared_ptr<const GraphTask>& graph_task);
  ~CheckpointValidGuard();

 private:
  bool prev_checkpoint_valid_state;
};

struct ReadyQueue {
 private:
  struct CompareNodeTaskTime {
    bool operator()(NodeTask const& a, NodeTask const& b) {
      if (b.isShutdownTask_) return true;
      if (!a.fn_ || a.isShutdownTask_) return false;
      if (!b.fn_) return true;
      const int depth_a = a.getReentrantDepth(), depth_b = b.getReentrantDepth();
      return depth_a == depth_b ? a.fn_->sequence_nr() < b.fn_->sequence_nr() : depth_a < depth_b;
    }
  };

  std::condition_variable not_empty_;
  mutable std::mutex mutex_;
  std::priority_queue<NodeTask, std::vector<NodeTask>, CompareNodeTaskTime> heap_;

 public:
  void push(NodeTask item, bool incrementOutstandingTasks = true);
  void pushShutdownTask();
  NodeTask pop();
  bool empty() const;
  size_t size() const;
};

/// Runs backward graphs, wholly on the calling thread: CPU work fills its cores by itself and accelerators queue
/// theirs. Of PyTorch's members those about device threads stay declared for the layout and are placeholders.
struct TORCH_API Engine {
  static Engine& get_default_engine();
  static Engine& get_base_engine();

  typedef variable_list (*compiled_autograd_fn)(const c10::intrusive_ptr<Node>& graph_root, const GraphTask& graph_task,
                                                bool accumulate_grad, const edge_list& outputs);
  static void set_compiled_autograd(compiled_autograd_fn fn);

  Engine(const Engine&) = delete;
  Engine(Engine&&) = delete;
  virtual ~Engine();

  /// Sends `inputs` into `roots`; returns the gradients at `outputs`, or accumulates into leaves where there are none.
  virtual variable_list execute(const edge_list& roots, const variable_list& inputs, bool keep_graph, bool create_graph,
                                bool accumulate_grad, const edge_list& outputs = {});
  virtual c10::intrusive_ptr<at::ivalue::Future> execute_with_graph_task(const std::shared_ptr<GraphTask>& graph_task,
                                                                         c10::intrusive_ptr<Node> graph_root,
                                                                         InputBuffer&& input_buffer);
  virtual std::unique_ptr<AnomalyMetadata> make_anomaly_metadata() { return std::make_unique<AnomalyMetadata>(); }
  virtual std::unique_ptr<SavedVariableHooks> get_default_saved_variable_hooks() { return nullptr; }

  void evaluate_function(std::shared_ptr<GraphTask>& graph_task, Node* func, InputBuffer& inputs,
                         const std::shared_ptr<ReadyQueue>& cpu_ready_queue);
  void initialize_device_threads_pool();
  virtual void thread_on_exception(const std::shared_ptr<GraphTask>& graph_task, const c10::intrusive_ptr<Node>& fn,
                                   std::exception& e);
  void queue_callback(std::function<void()> callback);
  bool is_checkpoint_valid();
  void release_workers();
  void stop();
  virtual void thread_init(int device, const std::shared_ptr<ReadyQueue>& ready_queue, bool should_increment = true);

 protected:
  Engine();
  void compute_dependencies(Node* root, GraphTask& task, uint64_t min_topo_nr);
  void init_local_ready_queue(std::shared_ptr<ReadyQueue> ready_queue = nullptr);
  std::shared_ptr<ReadyQueue> ready_queue(std::shared_ptr<ReadyQueue> cpu_ready_queue, at::Device device);
  std::shared_ptr<ReadyQueue> ready_queue_by_index(std::shared_ptr<ReadyQueue> cpu_ready_queue, int device_index);
  void start_device_threads();
  void increment_non_reentrant_thread_count();
  void decrement_non_reentrant_thread_count();
  virtual void thread_main(const std::shared_ptr<GraphTask>& task);
  void reentrant_thread_init();
  void add_thread_pool_task(const std::weak_ptr<GraphTask>& graph_task);

  std::vector<std::shared_ptr<ReadyQueue>> device_ready_queues_;
  std::vector<std::function<void()>> final_callbacks_;
  std::mutex post_callbacks_lock_;
  int max_recursion_depth_{MAX_DEPTH};

  struct ThreadPoolShared {
    unsigned int num_workers_{0};
    std::condition_variable work_;
    std::mutex mutex_;
    std::queue<std::weak_ptr<GraphTask>> graphtasks_queue_;
    ThreadPoolShared() = default;
  };
  std::shared_ptr<ThreadPoolShared> thread_pool_shared_;

 private:
  std::atomic<uint32_t> non_reentrant_device_thread_count_;
  std::condition_variable non_reentrant_device_thread_condvar_;
  std::mutex non_reentrant_device_thread_mutex_;
  bool stopped_{false};
};

using EngineStub = Engine& (*)();
TORCH_API void set_default_engine_stub(EngineStub stub);

}  // namespace torch::autograd
