// torch.UntypedStorage: StorageBase of _C.
#pragma once

#include <torch/csrc/Storage.h>

#include "pyshim/csrc/python.h"

namespace flambeau::python {
void init_storage(PyObject* module);
}
