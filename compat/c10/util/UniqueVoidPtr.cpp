#include <c10/util/UniqueVoidPtr.h>

namespace c10::detail {

void deleteNothing(void* /*ctx*/) {}

}  // namespace c10::detail
