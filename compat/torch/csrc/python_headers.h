// Mirrors <torch/csrc/python_headers.h> of PyTorch 2.13.
#pragma once

#ifndef PY_SSIZE_T_CLEAN
#define PY_SSIZE_T_CLEAN
#endif
#include <Python.h>
#include <frameobject.h>
#include <structmember.h>
