// Mirrors <c10/util/numa.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>
#include <c10/util/Flags.h>

#include <cstddef>

C10_DECLARE_bool(caffe2_cpu_numa_enabled);

// Of a machine of one node: nothing is bound and nothing is moved.
namespace c10 {

C10_API bool IsNUMAEnabled();
C10_API void NUMABind(int numa_node_id);
C10_API int GetNUMANode(const void* ptr);
C10_API int GetNumNUMANodes();
C10_API void NUMAMove(void* ptr, size_t size, int numa_node_id);
C10_API int GetCurrentNUMANode();

}  // namespace c10
