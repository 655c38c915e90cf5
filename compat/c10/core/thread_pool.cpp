#include <c10/core/thread_pool.h>
#include <c10/util/Logging.h>

#include <algorithm>

namespace c10 {

C10_DEFINE_SHARED_REGISTRY(ThreadPoolRegistry, TaskThreadPoolBase, int, int, bool)

size_t TaskThreadPoolBase::defaultNumThreads() { return std::max(1u, std::thread::hardware_concurrency()); }

ThreadPool::ThreadPool(int pool_size, int numa_node_id, const std::function<void()>& init_thread)
    : threads_(pool_size < 0 ? defaultNumThreads() : static_cast<size_t>(pool_size)),
      running_(true),
      complete_(true),
      available_(threads_.size()),
      total_(threads_.size()),
      numa_node_id_(numa_node_id) {
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    threads_[i] = std::thread([this, i, init_thread]() {
      if (init_thread) init_thread();
      this->main_loop(i);
    });
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::unique_lock<std::mutex> lock(mutex_);
    running_ = false;
    condition_.notify_all();
  }
  for (auto& t : threads_) t.join();
}

size_t ThreadPool::size() const { return threads_.size(); }

size_t ThreadPool::numAvailable() const {
  const std::unique_lock<std::mutex> lock(mutex_);
  return available_;
}

bool ThreadPool::inThreadPool() const {
  return std::any_of(threads_.begin(), threads_.end(),
                     [](const auto& thread) { return thread.get_id() == std::this_thread::get_id(); });
}

void ThreadPool::run(std::function<void()> func) {
  TORCH_CHECK(!threads_.empty(), "No threads to run a task");
  const std::unique_lock<std::mutex> lock(mutex_);
  tasks_.emplace(std::move(func));
  complete_ = false;
  condition_.notify_one();
}

void ThreadPool::waitWorkComplete() {
  std::unique_lock<std::mutex> lock(mutex_);
  completed_.wait(lock, [&]() { return complete_; });
}

void ThreadPool::main_loop(std::size_t index) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (running_) {
    condition_.wait(lock, [&]() { return !tasks_.empty() || !running_; });
    if (!running_) break;
    {
      const task_element_t task = std::move(tasks_.front());
      tasks_.pop();
      --available_;
      lock.unlock();
      // A task's error must not end the thread.
      try {
        if (task.run_with_id) {
          task.with_id(index);
        } else {
          task.no_id();
        }
      } catch (const std::exception& e) {
        LOG(ERROR) << "Exception in thread pool task: " << e.what();
      } catch (...) {
        LOG(ERROR) << "Exception in thread pool task: unknown";
      }
      // The task is destroyed before the lock is taken again: its destructor may use the pool.
    }
    lock.lock();
    ++available_;
    if (tasks_.empty() && available_ == total_) {
      complete_ = true;
      completed_.notify_one();
    }
  }
}

}  // namespace c10
