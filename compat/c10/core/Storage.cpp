#include <c10/core/RefcountedDeleter.h>
#include <c10/core/Storage.h>

namespace c10 {

bool isSharedStorageAlias(const Storage& storage0, const Storage& storage1) {
  const auto deleter = storage0.data_ptr().get_deleter();
  if (deleter != &c10::refcounted_deleter || storage1.data_ptr().get_deleter() != deleter) return false;
  return storage0.data_ptr().get_context() == storage1.data_ptr().get_context();
}

}  // namespace c10
