// Mirrors <c10/util/thread_name.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>

#include <string>

namespace c10 {

C10_API void setThreadName(std::string name);
C10_API std::string getThreadName();

}  // namespace c10
