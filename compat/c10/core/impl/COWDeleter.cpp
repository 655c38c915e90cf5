#include <c10/core/impl/COWDeleter.h>
#include <c10/util/Exception.h>

#include <mutex>

namespace c10::impl::cow {

void cow_deleter(void* ctx) { static_cast<COWDeleterContext*>(ctx)->decrement_refcount(); }

COWDeleterContext::COWDeleterContext(std::unique_ptr<void, DeleterFnPtr> data) : data_(std::move(data)) {
  TORCH_INTERNAL_ASSERT(data_.get_deleter() != cow_deleter);
}

void COWDeleterContext::increment_refcount() {
  const auto refcount = ++refcount_;
  TORCH_INTERNAL_ASSERT(refcount > 1);
}

std::variant<COWDeleterContext::NotLastReference, COWDeleterContext::LastReference>
COWDeleterContext::decrement_refcount() {
  const auto refcount = --refcount_;
  TORCH_INTERNAL_ASSERT(refcount >= 0, refcount);
  if (refcount == 0) {
    // Waits for those who are still copying.
    std::unique_lock lock(mutex_);
    auto result = std::move(data_);
    lock.unlock();
    delete this;
    return {std::move(result)};
  }
  return std::shared_lock(mutex_);
}

COWDeleterContext::~COWDeleterContext() { TORCH_INTERNAL_ASSERT(refcount_ == 0); }

}  // namespace c10::impl::cow
