// Mirrors <c10/util/string_utils.h> of PyTorch 2.13.
#pragma once

#include <string>

namespace c10 {
using std::stod;
using std::stoi;
using std::stoll;
using std::stoull;
using std::to_string;
}  // namespace c10
