// ivalue::Future of <ATen/core/ivalue_inl.h>: a value that another thread or a device is still working on.
#pragma once

#include <ATen/core/ivalue.h>

namespace c10 {

struct C10_EXPORT ivalue::Future final : c10::intrusive_ptr_target {
 private:
  FLB_ON_USE explicit Future(TypePtr type) : type_(std::move(type)), impl_(c10::kCPU) {}
  FLB_ON_USE Future(TypePtr type, std::vector<c10::Device> devices)
      : type_(std::move(type)),
        impl_(getTypeOfDevices(devices)),
        devices_(sortAndDeduplicateDevices(impl_, std::move(devices))) {}
  friend c10::intrusive_ptr<Future>;

  struct FutureCallback {
    std::function<void(Future&)> callback;
    bool uses_future;  ///< runs with streams that wait for the value
    template <typename T>
    FutureCallback(T callback, bool uses_future) : callback(std::move(callback)), uses_future(uses_future) {}
  };

 public:
  Future(const Future&) = delete;
  Future(Future&&) = delete;
  Future& operator=(const Future&) = delete;
  Future& operator=(Future&&) = delete;
  ~Future() override {
    // An event is destroyed on its own device.
    while (!events_.empty()) {
      c10::OptionalDeviceGuard guard(events_.back().device());
      events_.pop_back();
    }
  }

  struct TORCH_API FutureError final : public std::exception {
    explicit FutureError(std::string&& error_msg_) : error_msg(std::move(error_msg_)) {}
    FutureError() = default;
    const char* what() const noexcept override { return error_msg.c_str(); }
    std::string error_msg;
  };

  /// A future of a value that is there already.
  static c10::intrusive_ptr<Future> completedWith(IValue value) {
    auto future = c10::make_intrusive<Future>(value.type());
    future->value_ = std::move(value);
    future->completed_ = true;
    return future;
  }

  FLB_ON_USE void wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    finished_cv_.wait(lock, [&]() -> bool { return completed_; });
    synchronizeWithCurrentStreams();
  }
  FLB_ON_USE void waitAndThrow() {
    wait();
    if (eptr_) std::rethrow_exception(eptr_);
  }

  using WeakStorage = c10::weak_intrusive_ptr<c10::StorageImpl>;

  /// `storages`: those in `value`, where the caller knows them.
  FLB_ON_USE void markCompleted(IValue value, std::optional<std::vector<WeakStorage>> storages = std::nullopt) {
    std::vector<WeakStorage> used_storages;
    std::vector<c10::Device> used_devices;
    try {
      if (impl_.type() != c10::kCPU) {
        used_storages = storages.has_value() ? std::move(*storages) : extractStorages(value);
        used_devices = getDevicesOfStorages(impl_, used_storages);
        ensureIsSubsetOfDevices(used_devices, devices_);
      }
    } catch (const std::exception&) {
      return setError(std::current_exception());
    }
    std::unique_lock<std::mutex> lock(mutex_);
    TORCH_CHECK(!completed(),
                "Attempting to mark a completed Future as complete again. Note that "
                "a Future can only be marked completed once.");
    value_ = std::move(value);
    completed_ = true;
    currentDevice_ = impl_.getDevice();
    storages_ = std::move(used_storages);
    for (const c10::Device& device : used_devices) {
      c10::Event event(impl_.type());
      event.record(impl_.getStream(device));
      events_.push_back(std::move(event));
    }
    announce(lock);
  }
  FLB_ON_USE void markCompleted() { markCompleted(IValue{}); }

  FLB_ON_USE void setError(std::exception_ptr eptr) {
    std::unique_lock<std::mutex> lock(mutex_);
    setErrorInternal(std::move(eptr), lock);
  }
  FLB_ON_USE void setErrorIfNeeded(std::exception_ptr eptr) {
    std::unique_lock<std::mutex> lock(mutex_);
    if (!completed_) return setErrorInternal(std::move(eptr), lock);
    std::string msg = c10::str(
        "Skipping setting following error on the Future since it is already marked completed (this is not "
        "necessarily an error):\n",
        tryRetrieveErrorMessageInternal(std::move(eptr)));
    if (eptr_) msg += c10::str(", \nOriginal exception:\n", tryRetrieveErrorMessageInternal(eptr_));
    LOG(INFO) << msg;
  }

  /// The value of a completed future; throws its error.
  FLB_ON_USE IValue value() {
    std::unique_lock<std::mutex> lock(mutex_);
    AT_ASSERT(completed());
    if (eptr_) std::rethrow_exception(eptr_);
    return value_;
  }
  FLB_ON_USE const IValue& constValue() const {
    std::unique_lock<std::mutex> lock(mutex_);
    AT_ASSERT(completed());
    TORCH_INTERNAL_ASSERT(!eptr_, "value() accessor should only be used when future is not completed with ",
                          "an error, but future had the following error: ", tryRetrieveErrorMessageInternal(eptr_));
    return value_;
  }
  FLB_ON_USE const std::vector<WeakStorage>& storages() const {
    std::unique_lock<std::mutex> lock(mutex_);
    AT_ASSERT(completed());
    AT_ASSERT(!eptr_);
    return storages_;
  }

  /// Runs when completed, at once if it is; in the thread that completes it.
  template <typename T>
  void addCallback(T callback, bool uses_future = true) {
    static_assert(std::is_invocable_r_v<void, T, Future&>, "The callback must have signature void(Future&)");
    std::unique_lock<std::mutex> lock(mutex_);
    if (completed()) {
      lock.unlock();
      return invokeCallback(callback, uses_future);
    }
    callbacks_.emplace_back(std::move(callback), uses_future);
  }

  /// A future of what `callback` makes of this one.
  template <typename T>
  c10::intrusive_ptr<Future> then(T callback, TypePtr type) {
    using IValueWithStorages = std::tuple<IValue, std::vector<WeakStorage>>;
    static_assert(std::is_invocable_r_v<IValue, T, Future&> || std::is_invocable_r_v<IValueWithStorages, T, Future&>,
                  "The callback must have signature IValue(Future&) or "
                  "std::tuple<IValue, std::vector<Storage>>(Future&)");
    auto child = createInstance(std::move(type));
    addCallback([child, cb = std::move(callback)](Future& parent) {
      try {
        if constexpr (std::is_convertible_v<typename std::invoke_result_t<T&&, Future&>, IValueWithStorages>) {
          auto [ivalue, storages] = cb(parent);
          child->markCompleted(std::move(ivalue), std::move(storages));
        } else {
          child->markCompleted(cb(parent));
        }
      } catch (std::exception&) {
        child->setError(std::current_exception());
      }
    });
    return child;
  }
  template <typename T>
  c10::intrusive_ptr<Future> thenAsync(T callback, TypePtr type) {
    static_assert(std::is_invocable_r_v<c10::intrusive_ptr<Future>, T, Future&>,
                  "The callback must have signature c10::intrusive_ptr<Future>(Future&)");
    auto child = createInstance(std::move(type));
    addCallback([child, cb = std::move(callback)](Future& parent) mutable {
      c10::intrusive_ptr<Future> between;
      try {
        between = cb(parent);
      } catch (std::exception&) {
        return child->setError(std::current_exception());
      }
      between->addCallback([child = std::move(child)](Future& done) {
        if (done.hasError()) {
          child->setError(done.exception_ptr());
        } else {
          child->markCompleted(done.value(), done.storages());
        }
      });
    });
    return child;
  }

  FLB_ON_USE std::string tryRetrieveErrorMessage() const {
    TORCH_CHECK(hasError(), "No error present on the future.");
    std::unique_lock<std::mutex> lock(mutex_);
    return tryRetrieveErrorMessageInternal(eptr_);
  }
  FLB_ON_USE bool completed() const { return completed_; }
  FLB_ON_USE bool hasValue() const {
    std::unique_lock<std::mutex> lock(mutex_);
    return completed_ && !eptr_;
  }
  FLB_ON_USE bool hasError() const {
    std::unique_lock<std::mutex> lock(mutex_);
    return eptr_ ? true : false;
  }
  FLB_ON_USE std::exception_ptr exception_ptr() const {
    std::unique_lock<std::mutex> lock(mutex_);
    return eptr_;
  }
  TORCH_API friend std::ostream& operator<<(std::ostream& out, const Future& v);
  const TypePtr& elementType() const { return type_; }
  const std::vector<c10::Device>& devices() const { return devices_; }
  FLB_ON_USE c10::intrusive_ptr<Future> createInstance(at::TypePtr type) {
    return c10::make_intrusive<Future>(std::move(type), devices_);
  }

 private:
  // Wakes the waiting and runs the callbacks, outside the lock.
  FLB_ON_USE void announce(std::unique_lock<std::mutex>& lock) {
    std::vector<FutureCallback> callbacks;
    callbacks.swap(callbacks_);
    lock.unlock();
    finished_cv_.notify_all();
    for (const auto& callback : callbacks) invokeCallback(callback.callback, callback.uses_future);
  }

  template <typename T>
  void invokeCallback(T& callback, bool uses_future) {
    static_assert(std::is_invocable_r_v<void, T, Future&>, "The callback must have signature void(Future&)");
    if (!uses_future) return callback(*this);
    c10::OptionalDeviceGuard deviceGuard(currentDevice_);
    std::vector<c10::Stream> streams;
    for (const c10::Device& device : devices_) streams.push_back(impl_.getStreamFromGlobalPool(device));
    c10::MultiStreamGuard streamGuard(streams);
    synchronizeWithCurrentStreams();
    callback(*this);
  }

  FLB_ON_USE void synchronizeWithCurrentStreams() {
    for (c10::Event& event : events_) event.block(impl_.getStream(event.device()));
    for (const WeakStorage& weak : storages_) {
      c10::intrusive_ptr<c10::StorageImpl> storage = weak.lock();
      if (storage && !storage->device().is_cpu()) {
        impl_.recordDataPtrOnStream(storage->data_ptr(), impl_.getStream(storage->device()));
      }
    }
  }

  FLB_ON_USE void setErrorInternal(std::exception_ptr eptr, std::unique_lock<std::mutex>& lock) {
    TORCH_CHECK(!eptr_, "Error already set on this Future: ", tryRetrieveErrorMessageInternal(eptr_),
                ", trying to set error: ", tryRetrieveErrorMessageInternal(eptr));
    TORCH_INTERNAL_ASSERT(!completed(), "Future is already marked completed");
    completed_ = true;
    eptr_ = std::move(eptr);
    announce(lock);
  }

  FLB_ON_USE std::string tryRetrieveErrorMessageInternal(std::exception_ptr eptr) const {
    try {
      std::rethrow_exception(std::move(eptr));
    } catch (const std::exception& e) {
      return e.what();
    } catch (...) {
      return "Unknown Exception Type";
    }
  }

  // Defined in ivalue.cpp.
  static std::vector<WeakStorage> extractStorages(const at::IValue& value);

  FLB_ON_USE static std::vector<c10::Device> getDevicesOfStorages(const c10::impl::VirtualGuardImpl& impl,
                                                                  const std::vector<WeakStorage>& storages) {
    std::vector<bool> used(static_cast<size_t>(impl.deviceCount()), false);
    for (const WeakStorage& weak : storages) {
      c10::intrusive_ptr<c10::StorageImpl> storage = weak.lock();
      if (!storage || storage->device().is_cpu()) continue;
      TORCH_CHECK_VALUE(storage->device().type() == impl.type(), "Expected all data ptrs to be on a device of type ",
                        impl.type(), ", got one on device ", storage->device());
      used[static_cast<size_t>(storage->device().index())] = true;
    }
    std::vector<c10::Device> devices;
    for (size_t i = 0; i < used.size(); i++) {
      if (used[i]) devices.emplace_back(impl.type(), static_cast<c10::DeviceIndex>(i));
    }
    return devices;
  }

  FLB_ON_USE static std::string formatSetOfDevices(const std::vector<c10::Device>& devices) {
    if (devices.empty()) return "(none)";
    std::string text = devices[0].str();
    for (size_t i = 1; i < devices.size(); i++) {
      text += (i == devices.size() - 1 ? " and " : ", ") + devices[i].str();
    }
    return text;
  }

  FLB_ON_USE static c10::DeviceType getTypeOfDevices(const std::vector<c10::Device>& devices) {
    if (devices.empty()) return c10::kCPU;
    for (const auto& device : devices) {
      TORCH_CHECK_VALUE(device.type() == devices[0].type(),
                        "Expected all devices to be of the same type, but got a mismatch between ", devices[0], " and ",
                        device);
    }
    return devices[0].type();
  }

  FLB_ON_USE static std::vector<c10::Device> sortAndDeduplicateDevices(const c10::impl::VirtualGuardImpl&,
                                                                       std::vector<c10::Device> devices) {
    std::sort(devices.begin(), devices.end(), by_index);
    for (const auto& device : devices) {
      TORCH_CHECK_VALUE(device.has_index(), "Expected devices to have indices, got ", device);
    }
    devices.erase(std::unique(devices.begin(), devices.end()), devices.end());
    return devices;
  }

  FLB_ON_USE static void ensureIsSubsetOfDevices(const std::vector<c10::Device>& subset,
                                                 const std::vector<c10::Device>& superset) {
    std::vector<c10::Device> excess;
    std::set_difference(subset.begin(), subset.end(), superset.begin(), superset.end(), std::back_inserter(excess),
                        by_index);
    TORCH_CHECK_VALUE(excess.empty(), "The result contained tensors residing on device(s) ", formatSetOfDevices(excess),
                      " which are not among the expected device(s) ", formatSetOfDevices(superset));
  }

  static bool by_index(const c10::Device& a, const c10::Device& b) { return a.index() < b.index(); }

  mutable std::mutex mutex_;
  std::atomic_bool completed_ = {false};
  std::condition_variable finished_cv_;
  IValue value_;
  TypePtr type_;
  std::vector<FutureCallback> callbacks_;
  std::exception_ptr eptr_;
  const c10::impl::VirtualGuardImpl impl_;
  std::optional<c10::Device> currentDevice_;
  std::vector<c10::Event> events_;  // one for each device that holds a part of the value
  std::vector<WeakStorage> storages_;
  const std::vector<c10::Device> devices_;
};

}  // namespace c10
