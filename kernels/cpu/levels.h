// One source, three instruction sets, chosen at run time. Loops are plain C++ which the compiler vectorises for each
// level; <math.h> functions in them become calls of glibc's vector library (kernels/common/math.h).
#pragma once

namespace flambeau::cpu {

enum Level { kBaseline, kAvx2, kAvx512, kLevels };

/// The best level of this machine, found once.
inline Level level() {
  static constinit int found = -1;
  if (found < 0) [[unlikely]] {
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    found = avx512 ? kAvx512 : avx2 ? kAvx2 : kBaseline;
  }
  return static_cast<Level>(found);
}

}  // namespace flambeau::cpu

#define FLB_TARGET_BASELINE __attribute__((flatten, target("sse4.2")))
#define FLB_TARGET_AVX2 __attribute__((flatten, target("avx2,fma,f16c,bmi2")))
#define FLB_TARGET_AVX512 \
  __attribute__((flatten, target("avx2,fma,f16c,bmi2,avx512f,avx512vl,avx512bw,avx512dq,prefer-vector-width=512")))

// FLB_LEVELS(table, (template parameters), (their names), (parameters), call): `table<names...>` is an array of three
// functions, one per level, each made of `call` with everything it calls inlined.
#define FLB_UNPAREN(...) __VA_ARGS__
#define FLB_LEVELS(table, template_params, template_args, params, ...)                                \
  template <FLB_UNPAREN template_params>                                                              \
  FLB_TARGET_BASELINE void table##_baseline params {                                                  \
    __VA_ARGS__;                                                                                      \
  }                                                                                                   \
  template <FLB_UNPAREN template_params>                                                              \
  FLB_TARGET_AVX2 void table##_avx2 params {                                                          \
    __VA_ARGS__;                                                                                      \
  }                                                                                                   \
  template <FLB_UNPAREN template_params>                                                              \
  FLB_TARGET_AVX512 void table##_avx512 params {                                                      \
    __VA_ARGS__;                                                                                      \
  }                                                                                                   \
  template <FLB_UNPAREN template_params>                                                              \
  inline constexpr void(*table[::flambeau::cpu::kLevels])                                             \
      params = {table##_baseline<FLB_UNPAREN template_args>, table##_avx2<FLB_UNPAREN template_args>, \
                table##_avx512<FLB_UNPAREN template_args>};
