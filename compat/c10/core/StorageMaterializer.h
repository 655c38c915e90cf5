// Mirrors <c10/core/StorageMaterializer.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>

namespace c10 {

struct StorageImpl;
/// Called before the first write to a storage whose data is made late.
using MaterializeFn = void (*)(StorageImpl*);

}  // namespace c10
