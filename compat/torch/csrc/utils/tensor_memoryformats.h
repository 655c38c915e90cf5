// Mirrors <torch/csrc/utils/tensor_memoryformats.h> of PyTorch 2.13.
#pragma once

#include <c10/core/MemoryFormat.h>
#include <torch/csrc/Export.h>
#include <torch/csrc/python_headers.h>

namespace torch::utils {
void initializeMemoryFormats();
TORCH_PYTHON_API PyObject* getTHPMemoryFormat(c10::MemoryFormat memory_format);
}  // namespace torch::utils
