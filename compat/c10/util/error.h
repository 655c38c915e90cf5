// Mirrors <c10/util/error.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>

#include <string>

namespace c10::utils {

/// The text of an errno value.
C10_API std::string str_error(int errnum);

}  // namespace c10::utils
