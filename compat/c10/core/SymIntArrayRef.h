// Mirrors <c10/core/SymIntArrayRef.h> of PyTorch 2.13.
#pragma once

#include <c10/core/SymInt.h>
#include <c10/util/ArrayRef.h>
#include <c10/util/DimVector.h>
#include <c10/util/Exception.h>
#include <c10/util/OptionalArrayRef.h>
#include <c10/util/irange.h>
#include <c10/util/light_std.h>

#include <cstdint>

namespace c10 {

using SymIntArrayRef = ArrayRef<SymInt>;

// Plain SymInts are int64_t in memory, so either array can be seen as the other.
FLB_ON_USE inline at::IntArrayRef asIntArrayRefUnchecked(c10::SymIntArrayRef ar) {
  return IntArrayRef(reinterpret_cast<const int64_t*>(ar.data()), ar.size());
}
FLB_ON_USE inline std::optional<at::IntArrayRef> asIntArrayRefSlowOpt(c10::SymIntArrayRef ar) {
  for (const c10::SymInt& sci : ar) {
    if (sci.is_heap_allocated()) return std::nullopt;
  }
  return {asIntArrayRefUnchecked(ar)};
}
FLB_ON_USE inline at::IntArrayRef asIntArrayRefSlow(c10::SymIntArrayRef ar, const char* file, int64_t line) {
  for (const c10::SymInt& sci : ar) {
    TORCH_CHECK(!sci.is_heap_allocated(), file, ":", line,
                ": SymIntArrayRef expected to contain only concrete integers");
  }
  return asIntArrayRefUnchecked(ar);
}
FLB_ON_USE inline c10::DimVector asIntArrayRefSlowAlloc(c10::SymIntArrayRef ar, const char* file, int64_t line) {
  c10::DimVector res(ar.size(), 0);
  for (const auto i : c10::irange(ar.size())) res[i] = ar[i].guard_int(file, line);
  return res;
}
#define C10_AS_INTARRAYREF_SLOW(a) c10::asIntArrayRefSlow(a, __FILE__, __LINE__)
#define C10_AS_INTARRAYREF_SLOW_ALLOC(a) c10::asIntArrayRefSlowAlloc(a, __FILE__, __LINE__)

inline SymIntArrayRef fromIntArrayRefUnchecked(IntArrayRef array_ref) {
  return SymIntArrayRef(reinterpret_cast<const SymInt*>(array_ref.data()), array_ref.size());
}
inline SymIntArrayRef fromIntArrayRefKnownNonNegative(IntArrayRef array_ref) {
  return fromIntArrayRefUnchecked(array_ref);
}
namespace impl {
FLB_ON_USE inline void check_symint_range(IntArrayRef values) {
  for (int64_t i : values) {
    TORCH_CHECK(SymInt::check_range(i), "IntArrayRef contains an int that cannot be represented as a SymInt: ", i);
  }
}
}  // namespace impl

// No template: a thousand inline functions call it, and compilers would deduce arguments for each when they read it.
inline SymIntArrayRef fromIntArrayRefSlow(IntArrayRef array_ref) {
  impl::check_symint_range(array_ref);
  return fromIntArrayRefUnchecked(array_ref);
}

namespace impl {

inline std::optional<SymInt> from_optional_int(const std::optional<int64_t>& v) {
  return v ? std::optional<SymInt>(*v) : std::nullopt;
}
inline OptionalArrayRef<SymInt> from_optional_int_array(OptionalArrayRef<int64_t> v) {
  return v ? OptionalArrayRef<SymInt>(fromIntArrayRefSlow(*v)) : std::nullopt;
}

// What at::symint::foo<T> hands to the operators for either T.
inline SymInt as_symint(SymInt v) { return v; }
inline SymIntArrayRef as_symint(SymIntArrayRef v) { return v; }
inline SymIntArrayRef as_symint(IntArrayRef v) { return fromIntArrayRefSlow(v); }
inline std::optional<SymInt> as_symint(const std::optional<SymInt>& v) { return v; }
inline std::optional<SymInt> as_symint(const std::optional<int64_t>& v) { return from_optional_int(v); }
inline OptionalArrayRef<SymInt> as_symint(OptionalArrayRef<SymInt> v) { return v; }
inline OptionalArrayRef<SymInt> as_symint(OptionalArrayRef<int64_t> v) { return from_optional_int_array(v); }

}  // namespace impl

FLB_ON_USE inline c10::SymBool sym_equals(SymIntArrayRef LHS, SymIntArrayRef RHS) {
  if (LHS.size() != RHS.size()) return c10::SymBool(false);
  c10::SymBool result = true;
  for (size_t i = 0; i < RHS.size(); ++i) {
    c10::SymBool equals = sym_eq(LHS[i], RHS[i]);
    const std::optional<bool> known = equals.maybe_as_bool();
    if (known.has_value() && !*known) return equals;
    result = result.sym_and(equals);
  }
  return result;
}

}  // namespace c10
