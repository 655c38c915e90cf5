// Mirrors <c10/core/impl/alloc_cpu.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>

#include <cstddef>

namespace c10 {

/// Null for no bytes.
C10_API void* alloc_cpu(size_t nbytes);
C10_API void free_cpu(void* data);
#if defined(__linux__) && !defined(__ANDROID__)
C10_API size_t c10_compute_alignment(size_t nbytes);
#endif

}  // namespace c10
