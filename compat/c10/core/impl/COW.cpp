#include <c10/core/Allocator.h>
#include <c10/core/StorageImpl.h>
#include <c10/core/impl/COW.h>
#include <c10/core/impl/COWDeleter.h>
#include <c10/util/ParallelGuard.h>

namespace c10::impl::cow {

bool has_simple_data_ptr(const c10::StorageImpl& storage) {
  const c10::DataPtr& data_ptr = storage.data_ptr();
  if (const auto* allocator = storage.allocator()) return allocator->is_simple_data_ptr(data_ptr);
  return data_ptr.get_context() == data_ptr.get();
}

bool is_cow_data_ptr(const c10::DataPtr& data_ptr) { return data_ptr.get_deleter() == cow_deleter; }

namespace {

// The same block, owned through the context.
DataPtr shared(const DataPtr& data_ptr, COWDeleterContext* context) {
  return DataPtr(data_ptr.get(), context, cow_deleter, data_ptr.device());
}

}  // namespace

c10::intrusive_ptr<StorageImpl> lazy_clone_storage(StorageImpl& storage) {
  const DataPtr& data_ptr = storage.data_ptr();
  if (is_cow_data_ptr(data_ptr)) {
    auto* context = data_ptr.cast_context<COWDeleterContext>(cow_deleter);
    context->increment_refcount();
  } else if (has_simple_data_ptr(storage)) {
    auto& original = storage._mutable_data_ptr_no_checks();
    void* data = original.get();
    const auto device = original.device();
    auto* context = new COWDeleterContext(original.move_context());
    storage.set_data_ptr_noswap(DataPtr(data, context, cow_deleter, device));
    storage.set_materializer(&materialize_cow);
    context->increment_refcount();
  } else {
    return nullptr;
  }
  auto* context = storage.data_ptr().cast_context<COWDeleterContext>(cow_deleter);
  auto clone =
      make_storage_impl(StorageImpl::use_byte_size_t(), storage.sym_nbytes(), shared(storage.data_ptr(), context),
                        storage.allocator(), storage.resizable(), storage.device());
  clone->set_materializer(&materialize_cow);
  return clone;
}

void materialize_cow(StorageImpl* storage) {
  TORCH_INTERNAL_ASSERT(!c10::ParallelGuard::is_enabled(),
                        "Materializing a storage in the loop function of at::parallel_for is forbidden");
  const at::DataPtr& data_ptr = storage->data_ptr();
  auto* context = data_ptr.cast_context<COWDeleterContext>(cow_deleter);
  TORCH_INTERNAL_ASSERT(context != nullptr);

  auto result = context->decrement_refcount();
  // From here on the context may be gone: the old pointer must not call its deleter any more.
  std::optional<DataPtr> fresh;
  if (auto* last = std::get_if<COWDeleterContext::LastReference>(&result)) {
    const auto deleter = last->get_deleter();
    fresh = DataPtr(data_ptr.get(), last->release(), deleter, data_ptr.device());
  } else {
    fresh = storage->allocator()->clone(data_ptr.get(), storage->nbytes());
  }
  auto old = storage->set_data_ptr_no_materialize(std::move(*fresh));
  old.release_context();
}

}  // namespace c10::impl::cow
