// Mirrors <ATen/StorageUtils.h> of PyTorch 2.13: storages in shared memory.
#pragma once

#include <c10/core/Storage.h>
#include <c10/core/StorageImpl.h>
#include <c10/util/intrusive_ptr.h>

namespace at {

class TensorBase;

/// A new storage of `new_size` bytes that other processes can map. Not implemented.
C10_EXPORT c10::intrusive_ptr<c10::StorageImpl> new_shm_fd_storage(size_t new_size);
/// Copies `src`, which has the same number of bytes, into `dst`.
C10_EXPORT void storage_copy(c10::Storage& dst, const c10::Storage& src, bool non_blocking = false);
/// Moves a storage into shared memory. Not implemented.
C10_EXPORT void share_memory_(TensorBase& t);

}  // namespace at
