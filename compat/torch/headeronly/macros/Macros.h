// Mirrors <torch/headeronly/macros/Macros.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Export.h>

#include <cassert>
#include <cstdint>

// One vocabulary for all rooms: at and caffe2 see everything of c10.
namespace c10 {}
namespace c10::cuda {}
namespace c10::hip {}
namespace c10::xpu {}
namespace caffe2 {
using namespace c10;
}
namespace at {
using namespace c10;
}
namespace at::cuda {
using namespace c10::cuda;
using namespace c10::hip;
}  // namespace at::cuda
namespace at::xpu {
using namespace c10::xpu;
}

#ifdef __clang__
#define FLAMBEAU_NO_SANITIZE(what) __attribute__((no_sanitize(what)))
#else
#define FLAMBEAU_NO_SANITIZE(what)
#endif
#define __ubsan_ignore_float_divide_by_zero__ FLAMBEAU_NO_SANITIZE("float-divide-by-zero")
#define __ubsan_ignore_undefined__ FLAMBEAU_NO_SANITIZE("undefined")
#define __ubsan_ignore_signed_int_overflow__ FLAMBEAU_NO_SANITIZE("signed-integer-overflow")
#define __ubsan_ignore_pointer_overflow__ FLAMBEAU_NO_SANITIZE("pointer-overflow")
#define __ubsan_ignore_function__ FLAMBEAU_NO_SANITIZE("function")
#define __ubsan_ignore_float_cast_overflow__ FLAMBEAU_NO_SANITIZE("float-cast-overflow")

#undef C10_ASAN_ENABLED
#undef C10_UBSAN_ENABLED
#ifdef __SANITIZE_ADDRESS__
#define C10_ASAN_ENABLED 1
#endif
#ifdef __has_feature
#if __has_feature(address_sanitizer) && !defined(C10_ASAN_ENABLED)
#define C10_ASAN_ENABLED 1
#endif
#if __has_feature(undefined_behavior_sanitizer)
#define C10_UBSAN_ENABLED 1
#endif
#endif
#ifndef C10_ASAN_ENABLED
#define C10_ASAN_ENABLED 0
#endif
#ifndef C10_UBSAN_ENABLED
#define C10_UBSAN_ENABLED 0
#endif

#define C10_DISABLE_COPY_AND_ASSIGN(classname) \
  classname(const classname&) = delete;        \
  classname& operator=(const classname&) = delete

#define C10_CONCATENATE_IMPL(s1, s2) s1##s2
#define C10_CONCATENATE(s1, s2) C10_CONCATENATE_IMPL(s1, s2)
#define C10_MACRO_EXPAND(args) args
#define C10_STRINGIZE_IMPL(x) #x
#define C10_STRINGIZE(x) C10_STRINGIZE_IMPL(x)
#define C10_UID __COUNTER__
#define C10_ANONYMOUS_VARIABLE(str) C10_CONCATENATE(str, __COUNTER__)

#define C10_HAS_CPP_ATTRIBUTE(x) __has_cpp_attribute(x)
#define C10_NODISCARD [[nodiscard]]
#define C10_UNUSED [[maybe_unused]]
#define C10_USED __attribute__((__used__))
#define C10_RESTRICT __restrict
// A function of no template that shall be compiled only where it is used: what it instantiates costs every program that
// includes the header. Not for an overload of a template that is called with explicit arguments: it would take them.
#define FLB_ON_USE template <typename FlbOnUse = void>
namespace flambeau {
template <typename T, typename>
struct OnUse {
  using type = T;
};
// T, as the result of such a function that shall not be instantiated before it is used either.
template <typename T, typename FlbOnUse>
using on_use = typename OnUse<T, FlbOnUse>::type;
}  // namespace flambeau
#define C10_LIKELY(expr) (__builtin_expect(static_cast<bool>(expr), 1))
#define C10_UNLIKELY(expr) (__builtin_expect(static_cast<bool>(expr), 0))
#define C10_NOINLINE __attribute__((noinline))
#define C10_ALWAYS_INLINE __attribute__((__always_inline__)) inline
#define C10_ALWAYS_INLINE_ATTRIBUTE __attribute__((__always_inline__))
#define C10_ALWAYS_INLINE_UNLESS_MOBILE C10_ALWAYS_INLINE
#define C10_ATTR_VISIBILITY_HIDDEN __attribute__((__visibility__("hidden")))
#define C10_ERASE C10_ALWAYS_INLINE C10_ATTR_VISIBILITY_HIDDEN

#if defined(__CUDACC__) || defined(__HIPCC__)
#define C10_HOST_DEVICE __host__ __device__
#define C10_DEVICE __device__
#define C10_HOST __host__
#define C10_MAX_THREADS_PER_BLOCK(val) ((val) <= 1024 ? (val) : 256)
#define C10_MIN_BLOCKS_PER_SM(threads, blocks) \
  ((threads) * (blocks) <= 2048 ? (blocks) : (2047 + (threads)) / (threads))
#define C10_LAUNCH_BOUNDS_0 __launch_bounds__(256, 4)
#define C10_LAUNCH_BOUNDS_1(threads) __launch_bounds__((C10_MAX_THREADS_PER_BLOCK((threads))))
#define C10_LAUNCH_BOUNDS_2(threads, blocks) \
  __launch_bounds__((C10_MAX_THREADS_PER_BLOCK((threads))), (C10_MIN_BLOCKS_PER_SM((threads), (blocks))))
#else
#define C10_HOST_DEVICE
#define C10_HOST
#define C10_DEVICE
#endif
#define C10_HIP_HOST_DEVICE
#define C10_WARP_SIZE 32
#define C10_WARP_SIZE_LOWER_BOUND 32
#define C10_WARP_SIZE_UPPER_BOUND 32

#ifdef NDEBUG
extern "C" {
C10_HOST_DEVICE void __assert_fail(const char* assertion, const char* file, unsigned int line,
                                   const char* function) noexcept __attribute__((__noreturn__));
}
#endif
#define CUDA_KERNEL_ASSERT_MSG(cond, msg)                                        \
  if (C10_UNLIKELY(!(cond))) {                                                   \
    __assert_fail(msg, __FILE__, static_cast<unsigned int>(__LINE__), __func__); \
  }
#define CUDA_KERNEL_ASSERT(cond) CUDA_KERNEL_ASSERT_MSG(cond, #cond)
#define CUDA_KERNEL_ASSERT_PRINTF(cond, msg, ...) CUDA_KERNEL_ASSERT_MSG(cond, #cond)
#define CUDA_KERNEL_ASSERT_VERBOSE(cond, ...) CUDA_KERNEL_ASSERT(cond)
#define SYCL_KERNEL_ASSERT(cond) CUDA_KERNEL_ASSERT(cond)

#if !defined(FBCODE_CAFFE2) && !defined(C10_NODEPRECATED)
#define CONSTEXPR_EXCEPT_WIN_CUDA constexpr
#define C10_HOST_CONSTEXPR_EXCEPT_WIN_CUDA constexpr
#define STATIC_CONSTEXPR_STR_INL_EXCEPT_WIN_CUDA(field, val) static constexpr const char field[] = val;
#define STATIC_CONST_STR_OUT_OF_LINE_FOR_WIN_CUDA(cls, field, val)
#endif
#ifndef HAS_DEMANGLE
#define HAS_DEMANGLE 1
#endif

#define _C10_PRAGMA__(string) _Pragma(#string)
#define _C10_PRAGMA_(string) _C10_PRAGMA__(string)
#ifdef __clang__
#define C10_CLANG_DIAGNOSTIC_PUSH() _Pragma("clang diagnostic push")
#define C10_CLANG_DIAGNOSTIC_POP() _Pragma("clang diagnostic pop")
#define C10_CLANG_DIAGNOSTIC_IGNORE(flag) _C10_PRAGMA_(clang diagnostic ignored flag)
#define C10_CLANG_HAS_WARNING(flag) __has_warning(flag)
#define _C10_UNKNOWN_WARNING "-Wunknown-warning-option"
#else
#define C10_CLANG_DIAGNOSTIC_PUSH()
#define C10_CLANG_DIAGNOSTIC_POP()
#define C10_CLANG_DIAGNOSTIC_IGNORE(flag)
#define C10_CLANG_HAS_WARNING(flag) 0
#define _C10_UNKNOWN_WARNING "-Wpragmas"
#endif
#define C10_DIAGNOSTIC_PUSH_AND_IGNORED_IF_DEFINED(warning) \
  _C10_PRAGMA_(GCC diagnostic push)                         \
  _C10_PRAGMA_(GCC diagnostic ignored _C10_UNKNOWN_WARNING) _C10_PRAGMA_(GCC diagnostic ignored warning)
#define C10_DIAGNOSTIC_POP() _C10_PRAGMA_(GCC diagnostic pop)

#if defined(__GNUC__) && __GNUC__ < 13 && __cplusplus < 202002L
#define C10_RETURN_MOVE_IF_OLD_COMPILER 1
#else
#define C10_RETURN_MOVE_IF_OLD_COMPILER 0
#endif

// HIDDEN_NAMESPACE_BEGIN(a, b, c) opens a::b::c, whose symbols never leave the library that holds them.
#define _HIDDEN_NS_GET_MACRO(_1, _2, _3, NAME, ...) NAME
#define _HIDDEN_NS_1(n1) namespace n1 __attribute__((visibility("hidden"))) {
#define _HIDDEN_NS_2(n1, n2) \
  namespace n1 {             \
  _HIDDEN_NS_1(n2)
#define _HIDDEN_NS_3(n1, n2, n3) \
  namespace n1::n2 {             \
  _HIDDEN_NS_1(n3)
#define _HIDDEN_NS_END_1(n1) }
#define _HIDDEN_NS_END_N(n1, ...) \
  }                               \
  }
#ifndef HIDDEN_NAMESPACE_BEGIN
#define HIDDEN_NAMESPACE_BEGIN(...) \
  _HIDDEN_NS_GET_MACRO(__VA_ARGS__, _HIDDEN_NS_3, _HIDDEN_NS_2, _HIDDEN_NS_1)(__VA_ARGS__)
#endif
#ifndef HIDDEN_NAMESPACE_END
#define HIDDEN_NAMESPACE_END(...) \
  _HIDDEN_NS_GET_MACRO(__VA_ARGS__, _HIDDEN_NS_END_N, _HIDDEN_NS_END_N, _HIDDEN_NS_END_1)(__VA_ARGS__)
#endif
