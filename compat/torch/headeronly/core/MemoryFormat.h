// Mirrors <torch/headeronly/core/MemoryFormat.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>
#include <torch/headeronly/util/Exception.h>

namespace c10 {
enum class MemoryFormat : int8_t { Contiguous, Preserve, ChannelsLast, ChannelsLast3d, NumOptions };

inline MemoryFormat get_contiguous_memory_format() { return MemoryFormat::Contiguous; }
}  // namespace c10

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
using c10::get_contiguous_memory_format;
using c10::MemoryFormat;
HIDDEN_NAMESPACE_END(torch, headeronly)
