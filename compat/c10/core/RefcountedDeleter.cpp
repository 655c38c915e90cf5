#include <c10/core/RefcountedDeleter.h>

#include <mutex>

namespace c10 {

void refcounted_deleter(void* ctx_) {
  auto* ctx = static_cast<RefcountedDeleterContext*>(ctx_);
  if (--ctx->refcount == 0) delete ctx;
}

namespace {
constinit std::mutex replace_deleter_mutex;
}

void maybeApplyRefcountedDeleter(const c10::Storage& storage) {
  const std::lock_guard<std::mutex> guard(replace_deleter_mutex);
  auto& data_ptr = storage.mutable_data_ptr();
  if (data_ptr.get_deleter() == &refcounted_deleter) return;
  void* data = data_ptr.get();
  const auto other_deleter = data_ptr.get_deleter();
  const auto device = data_ptr.device();
  auto* shared = new RefcountedDeleterContext(data_ptr.release_context(), other_deleter);
  storage.set_data_ptr_noswap(DataPtr(data, shared, &refcounted_deleter, device));
}

c10::Storage newStorageImplFromRefcountedDataPtr(const c10::Storage& storage) {
  maybeApplyRefcountedDeleter(storage);
  auto* impl = storage.unsafeGetStorageImpl();
  const auto& shared = impl->data_ptr();
  auto* ctx = static_cast<RefcountedDeleterContext*>(shared.get_context());
  ++ctx->refcount;
  c10::DataPtr data_ptr(shared.get(), ctx, &refcounted_deleter, impl->device());
  return Storage(c10::make_intrusive<StorageImpl>(StorageImpl::use_byte_size_t(), impl->nbytes(), std::move(data_ptr),
                                                  impl->allocator(), impl->resizable()));
}

}  // namespace c10
