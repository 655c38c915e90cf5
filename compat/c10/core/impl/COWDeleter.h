// Mirrors <c10/core/impl/COWDeleter.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>
#include <c10/util/UniqueVoidPtr.h>
#include <c10/util/light_std.h>

#include <atomic>
#include <cstdint>
#include <shared_mutex>
#include <variant>

namespace c10::impl::cow {

class C10_API COWDeleterContext {
 public:
  explicit COWDeleterContext(std::unique_ptr<void, DeleterFnPtr> data);
  void increment_refcount();

  /// While it is held, the block stays, so that it can be copied.
  using NotLastReference = std::shared_lock<std::shared_mutex>;
  /// The block itself: nobody else has it, and it need not be copied.
  using LastReference = std::unique_ptr<void, DeleterFnPtr>;
  std::variant<NotLastReference, LastReference> decrement_refcount();

 private:
  ~COWDeleterContext();

  std::shared_mutex mutex_;
  std::unique_ptr<void, DeleterFnPtr> data_;
  std::atomic<std::int64_t> refcount_ = 1;
};

C10_API void cow_deleter(void* ctx);

}  // namespace c10::impl::cow
