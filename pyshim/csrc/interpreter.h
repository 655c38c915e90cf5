// The c10::impl::PyInterpreter of this process.
#pragma once

#include <torch/csrc/PyInterpreter.h>

namespace flambeau::python {
/// Makes c10::impl::getGlobalPyInterpreter find it.
void init_interpreter();
}  // namespace flambeau::python
