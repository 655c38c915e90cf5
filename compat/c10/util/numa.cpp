#include <c10/util/numa.h>

namespace c10 {

bool IsNUMAEnabled() { return false; }
void NUMABind(int /*numa_node_id*/) {}
int GetNUMANode(const void* /*ptr*/) { return -1; }
int GetNumNUMANodes() { return -1; }
void NUMAMove(void* /*ptr*/, size_t /*size*/, int /*numa_node_id*/) {}
int GetCurrentNUMANode() { return -1; }

}  // namespace c10
