// Mirrors <torch/headeronly/cpu/vec/vec_half.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/cpu/vec/intrinsics.h>
#include <torch/headeronly/macros/Macros.h>

#if defined(CPU_CAPABILITY_AVX2) || defined(CPU_CAPABILITY_AVX512)
HIDDEN_NAMESPACE_BEGIN(torch, headeronly, vec)
inline namespace CPU_CAPABILITY {
static inline uint16_t float2half_scalar(float val) {
  return static_cast<uint16_t>(
      _mm_cvtsi128_si32(_mm_cvtps_ph(_mm_set_ss(val), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)));
}
static inline float half2float_scalar(uint16_t val) { return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(val))); }
}  // namespace CPU_CAPABILITY
HIDDEN_NAMESPACE_END(torch, headeronly, vec)

namespace at::vec {
using torch::headeronly::vec::float2half_scalar;
using torch::headeronly::vec::half2float_scalar;
}  // namespace at::vec
#endif
