// Mirrors <c10/util/llvmMathExtras.h> of PyTorch 2.13.
#pragma once

#include <c10/util/bit_cast.h>

#include <algorithm>
#include <cassert>
#include <climits>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#ifndef __has_builtin
#define __has_builtin(x) 0
#endif

// Arithmetic on bits and powers of two, under the names that LLVM gave it.
namespace c10::llvm {

/// What to answer for 0.
enum ZeroBehavior { ZB_Undefined, ZB_Max, ZB_Width };

template <typename T>
std::size_t countTrailingZeros(T Val, ZeroBehavior = ZB_Width) {
  static_assert(std::is_unsigned_v<T>, "Only unsigned integral types are allowed.");
  return Val == 0 ? std::numeric_limits<T>::digits : static_cast<std::size_t>(__builtin_ctzll(Val));
}
template <typename T>
std::size_t countLeadingZeros(T Val, ZeroBehavior = ZB_Width) {
  static_assert(std::is_unsigned_v<T>, "Only unsigned integral types are allowed.");
  constexpr int digits = std::numeric_limits<T>::digits;
  return Val == 0 ? digits : static_cast<std::size_t>(__builtin_clzll(Val) - (64 - digits));
}
template <typename T>
std::size_t countLeadingOnes(T Value, ZeroBehavior = ZB_Width) {
  static_assert(std::is_unsigned_v<T>, "Only unsigned integral types are allowed.");
  return countLeadingZeros(static_cast<T>(~Value));
}
template <typename T>
std::size_t countTrailingOnes(T Value, ZeroBehavior = ZB_Width) {
  static_assert(std::is_unsigned_v<T>, "Only unsigned integral types are allowed.");
  return countTrailingZeros(static_cast<T>(~Value));
}
template <typename T>
inline unsigned countPopulation(T Value) {
  static_assert(std::is_unsigned_v<T>, "Only unsigned integral types are allowed.");
  return static_cast<unsigned>(__builtin_popcountll(Value));
}

/// Counted from 0.
template <typename T>
T findFirstSet(T Val, ZeroBehavior ZB = ZB_Max) {
  if (ZB == ZB_Max && Val == 0) return std::numeric_limits<T>::max();
  return static_cast<T>(countTrailingZeros(Val));
}
template <typename T>
T findLastSet(T Val, ZeroBehavior ZB = ZB_Max) {
  if (ZB == ZB_Max && Val == 0) return std::numeric_limits<T>::max();
  return static_cast<T>(countLeadingZeros(Val) ^ (std::numeric_limits<T>::digits - 1));
}

template <typename T>
T maskTrailingOnes(unsigned N) {
  static_assert(std::is_unsigned_v<T>, "Invalid type!");
  constexpr unsigned Bits = CHAR_BIT * sizeof(T);
  assert(N <= Bits && "Invalid bit index");
  return N == 0 ? 0 : static_cast<T>(static_cast<T>(-1) >> (Bits - N));
}
template <typename T>
T maskLeadingOnes(unsigned N) {
  return static_cast<T>(~maskTrailingOnes<T>(CHAR_BIT * sizeof(T) - N));
}
template <typename T>
T maskTrailingZeros(unsigned N) {
  return maskLeadingOnes<T>(CHAR_BIT * sizeof(T) - N);
}
template <typename T>
T maskLeadingZeros(unsigned N) {
  return maskTrailingOnes<T>(CHAR_BIT * sizeof(T) - N);
}

template <typename T>
T reverseBits(T Val) {
  static_assert(std::is_unsigned_v<T>, "Invalid type!");
  T reversed = 0;
  for (unsigned i = 0; i < CHAR_BIT * sizeof(T); ++i)
    reversed |= static_cast<T>(((Val >> i) & 1) << (CHAR_BIT * sizeof(T) - 1 - i));
  return reversed;
}

constexpr inline uint32_t Hi_32(uint64_t Value) { return static_cast<uint32_t>(Value >> 32); }
constexpr inline uint32_t Lo_32(uint64_t Value) { return static_cast<uint32_t>(Value); }
constexpr inline uint64_t Make_64(uint32_t High, uint32_t Low) { return static_cast<uint64_t>(High) << 32 | Low; }

/// Whether so many bits hold the number.
template <unsigned N>
constexpr inline bool isInt(int64_t x) {
  if constexpr (N >= 64) {
    return true;
  } else {
    return -(INT64_C(1) << (N - 1)) <= x && x < (INT64_C(1) << (N - 1));
  }
}
template <unsigned N>
constexpr inline bool isUInt(uint64_t X) {
  static_assert(N > 0, "isUInt<0> doesn't make sense");
  if constexpr (N >= 64) {
    return true;
  } else {
    return X < (UINT64_C(1) << N);
  }
}
template <unsigned N, unsigned S>
constexpr inline bool isShiftedInt(int64_t x) {
  static_assert(N > 0 && N + S <= 64, "isShiftedInt<N, S> with N + S > 64 is too wide.");
  return isInt<N + S>(x) && x % (UINT64_C(1) << S) == 0;
}
template <unsigned N, unsigned S>
constexpr inline bool isShiftedUInt(uint64_t x) {
  static_assert(N > 0 && N + S <= 64, "isShiftedUInt<N, S> with N + S > 64 is too wide.");
  return isUInt<N + S>(x) && x % (UINT64_C(1) << S) == 0;
}
inline uint64_t maxUIntN(uint64_t N) {
  assert(N > 0 && N <= 64 && "integer width out of range");
  return UINT64_MAX >> (64 - N);
}
inline int64_t minIntN(int64_t N) {
  assert(N > 0 && N <= 64 && "integer width out of range");
  return static_cast<int64_t>(0 - (UINT64_C(1) << (N - 1)));
}
inline int64_t maxIntN(int64_t N) {
  assert(N > 0 && N <= 64 && "integer width out of range");
  return static_cast<int64_t>((UINT64_C(1) << (N - 1)) - 1);
}
inline bool isUIntN(unsigned N, uint64_t x) { return N >= 64 || x <= maxUIntN(N); }
inline bool isIntN(unsigned N, int64_t x) { return N >= 64 || (minIntN(N) <= x && x <= maxIntN(N)); }

/// Ones at the end, zeros before.
constexpr inline bool isMask_32(uint32_t Value) { return Value && ((Value + 1) & Value) == 0; }
constexpr inline bool isMask_64(uint64_t Value) { return Value && ((Value + 1) & Value) == 0; }
constexpr inline bool isShiftedMask_32(uint32_t Value) { return Value && isMask_32((Value - 1) | Value); }
constexpr inline bool isShiftedMask_64(uint64_t Value) { return Value && isMask_64((Value - 1) | Value); }
constexpr inline bool isPowerOf2_32(uint32_t Value) { return Value && (Value & (Value - 1)) == 0; }
constexpr inline bool isPowerOf2_64(uint64_t Value) { return Value && (Value & (Value - 1)) == 0; }

inline double Log2(double Value) { return std::log2(Value); }
inline unsigned Log2_32(uint32_t Value) { return static_cast<unsigned>(31 - countLeadingZeros(Value)); }
inline unsigned Log2_64(uint64_t Value) { return static_cast<unsigned>(63 - countLeadingZeros(Value)); }
inline unsigned Log2_32_Ceil(uint32_t Value) { return static_cast<unsigned>(32 - countLeadingZeros(Value - 1)); }
inline unsigned Log2_64_Ceil(uint64_t Value) { return static_cast<unsigned>(64 - countLeadingZeros(Value - 1)); }

inline uint64_t GreatestCommonDivisor64(uint64_t A, uint64_t B) {
  while (B) {
    const uint64_t rest = A % B;
    A = B;
    B = rest;
  }
  return A;
}

inline double BitsToDouble(uint64_t Bits) { return c10::bit_cast<double>(Bits); }
inline float BitsToFloat(uint32_t Bits) { return c10::bit_cast<float>(Bits); }
inline uint64_t DoubleToBits(double Double) { return c10::bit_cast<uint64_t>(Double); }
inline uint32_t FloatToBits(float Float) { return c10::bit_cast<uint32_t>(Float); }

/// The largest power of two that divides both.
constexpr inline uint64_t MinAlign(uint64_t A, uint64_t B) { return (A | B) & (1 + ~(A | B)); }
inline uintptr_t alignAddr(const void* Addr, size_t Alignment) {
  assert(isPowerOf2_64(Alignment) && "Alignment is not a power of two!");
  return (reinterpret_cast<uintptr_t>(Addr) + Alignment - 1) & ~static_cast<uintptr_t>(Alignment - 1);
}
inline size_t alignmentAdjustment(const void* Ptr, size_t Alignment) {
  return alignAddr(Ptr, Alignment) - reinterpret_cast<uintptr_t>(Ptr);
}
/// Strictly larger.
inline uint64_t NextPowerOf2(uint64_t A) {
  const std::size_t zeros = countLeadingZeros(A);
  return zeros == 0 ? 0 : UINT64_C(1) << (64 - zeros);
}
inline uint64_t PowerOf2Floor(uint64_t A) { return A == 0 ? 0 : UINT64_C(1) << Log2_64(A); }
inline uint64_t PowerOf2Ceil(uint64_t A) { return A == 0 ? 0 : NextPowerOf2(A - 1); }

/// The next number that is Skew more than a multiple of Align.
inline uint64_t alignTo(uint64_t Value, uint64_t Align, uint64_t Skew = 0) {
  assert(Align != 0u && "Align can't be 0.");
  Skew %= Align;
  return (Value + Align - 1 - Skew) / Align * Align + Skew;
}
template <uint64_t Align>
constexpr inline uint64_t alignTo(uint64_t Value) {
  static_assert(Align != 0u, "Align must be non-zero");
  return (Value + Align - 1) / Align * Align;
}
inline uint64_t divideCeil(uint64_t Numerator, uint64_t Denominator) {
  return alignTo(Numerator, Denominator) / Denominator;
}
template <uint64_t Align>
struct AlignTo {
  static_assert(Align != 0u, "Align must be non-zero");
  template <uint64_t Value>
  struct from_value {
    static const uint64_t value = (Value + Align - 1) / Align * Align;
  };
};
inline uint64_t alignDown(uint64_t Value, uint64_t Align, uint64_t Skew = 0) {
  assert(Align != 0u && "Align can't be 0.");
  Skew %= Align;
  return (Value - Skew) / Align * Align + Skew;
}
inline uint64_t OffsetToAlignment(uint64_t Value, uint64_t Align) { return alignTo(Value, Align) - Value; }

template <unsigned B>
constexpr inline int32_t SignExtend32(uint32_t X) {
  static_assert(B > 0 && B <= 32, "Bit width out of range.");
  return static_cast<int32_t>(X << (32 - B)) >> (32 - B);
}
inline int32_t SignExtend32(uint32_t X, unsigned B) {
  assert(B > 0 && B <= 32 && "Bit width out of range.");
  return static_cast<int32_t>(X << (32 - B)) >> (32 - B);
}
template <unsigned B>
constexpr inline int64_t SignExtend64(uint64_t x) {
  static_assert(B > 0 && B <= 64, "Bit width out of range.");
  return static_cast<int64_t>(x << (64 - B)) >> (64 - B);
}
inline int64_t SignExtend64(uint64_t X, unsigned B) {
  assert(B > 0 && B <= 64 && "Bit width out of range.");
  return static_cast<int64_t>(X << (64 - B)) >> (64 - B);
}

template <typename T>
std::enable_if_t<std::is_unsigned_v<T>, T> AbsoluteDifference(T X, T Y) {
  return static_cast<T>(std::max(X, Y) - std::min(X, Y));
}
/// The largest number where the result is larger; *ResultOverflowed says so.
template <typename T>
std::enable_if_t<std::is_unsigned_v<T>, T> SaturatingAdd(T X, T Y, bool* ResultOverflowed = nullptr) {
  T Z{};
  const bool overflowed = __builtin_add_overflow(X, Y, &Z);
  if (ResultOverflowed) *ResultOverflowed = overflowed;
  return overflowed ? std::numeric_limits<T>::max() : Z;
}
template <typename T>
std::enable_if_t<std::is_unsigned_v<T>, T> SaturatingMultiply(T X, T Y, bool* ResultOverflowed = nullptr) {
  T Z{};
  const bool overflowed = __builtin_mul_overflow(X, Y, &Z);
  if (ResultOverflowed) *ResultOverflowed = overflowed;
  return overflowed ? std::numeric_limits<T>::max() : Z;
}
template <typename T>
std::enable_if_t<std::is_unsigned_v<T>, T> SaturatingMultiplyAdd(T X, T Y, T A, bool* ResultOverflowed = nullptr) {
  bool overflowed = false;
  const T product = SaturatingMultiply(X, Y, &overflowed);
  if (!overflowed) return SaturatingAdd(A, product, ResultOverflowed);
  if (ResultOverflowed) *ResultOverflowed = true;
  return product;
}

}  // namespace c10::llvm
