// Limits Highway's targets, so that every kernel exists three times and not seven: SSE2 (each x86-64 has it), AVX2, AVX-512.
// Include before anything of Highway.
#pragma once

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
