// Mirrors <c10/util/python_stub.h> of PyTorch 2.13.
#pragma once

struct _object;
using PyObject = _object;
