// Limits Highway's targets, so that every kernel exists three times and not seven: SSE4 (the least we run on), AVX2,
// AVX-512. Include before anything of Highway.
#pragma once

// Without it the lowest target for plain x86-64 is scalar code.
#define HWY_WANT_SSSE3 1
#define HWY_WANT_SSE4 1
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)

// FLB_TABLES(Type, kTable), at the end of a target's namespace, and FLB_CHOOSE_TABLE(Type, getter), once in
// flambeau::cpu: `getter<T>()` gives Type<T> of the best target of this machine, for float and double.
#define FLB_TABLES(Type, kTable)                                     \
  static const Type<float>* table_float() { return &kTable<float>; } \
  static const Type<double>* table_double() { return &kTable<double>; }
#define FLB_CHOOSE_TABLE(Type, getter)                                              \
  HWY_EXPORT(table_float);                                                          \
  HWY_EXPORT(table_double);                                                         \
  template <>                                                                       \
  const Type<float>& getter<float>() {                                              \
    static const Type<float>* const chosen = HWY_DYNAMIC_DISPATCH(table_float)();   \
    return *chosen;                                                                 \
  }                                                                                 \
  template <>                                                                       \
  const Type<double>& getter<double>() {                                            \
    static const Type<double>* const chosen = HWY_DYNAMIC_DISPATCH(table_double)(); \
    return *chosen;                                                                 \
  }
