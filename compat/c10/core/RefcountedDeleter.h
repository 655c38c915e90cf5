// Mirrors <c10/core/RefcountedDeleter.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Storage.h>
#include <c10/macros/Export.h>
#include <c10/util/UniqueVoidPtr.h>
#include <c10/util/light_std.h>

#include <atomic>

namespace c10 {

// Lets several storages own one block: a count in front of the block's own context.
struct C10_API RefcountedDeleterContext {
  RefcountedDeleterContext(void* other_ctx, c10::DeleterFnPtr other_deleter)
      : other_ctx(other_ctx, other_deleter), refcount(1) {}
  std::unique_ptr<void, c10::DeleterFnPtr> other_ctx;
  std::atomic_int refcount;
};

C10_API void refcounted_deleter(void* ctx_);
/// Makes the storage's block shareable; does nothing where it is already.
C10_API void maybeApplyRefcountedDeleter(const c10::Storage& storage);
C10_API c10::Storage newStorageImplFromRefcountedDataPtr(const c10::Storage& storage);

}  // namespace c10
