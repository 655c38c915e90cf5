// Limits Highway's targets, so that every kernel exists three times and not seven: SSE4 (the least we run on), AVX2,
// AVX-512. Include before anything of Highway.
#pragma once

// Without it the lowest target for plain x86-64 is scalar code.
#define HWY_WANT_SSSE3 1
#define HWY_WANT_SSE4 1
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
