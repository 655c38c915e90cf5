// Mirrors <c10/core/impl/COW.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>
#include <c10/util/intrusive_ptr.h>

namespace c10 {
struct StorageImpl;
class DataPtr;
}  // namespace c10

// Copy on write: storages that share a block until one of them is written.
namespace c10::impl::cow {

/// Null where the storage's block cannot be shared so.
C10_API c10::intrusive_ptr<StorageImpl> lazy_clone_storage(StorageImpl& storage);
C10_API bool has_simple_data_ptr(const c10::StorageImpl& storage);
C10_API bool is_cow_data_ptr(const c10::DataPtr& data_ptr);
C10_API void materialize_cow(StorageImpl* storage);

}  // namespace c10::impl::cow
