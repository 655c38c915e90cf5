// Mirrors <c10/core/DynamicCast.h> of PyTorch 2.13: elements whose dtype is known only at run time.
#pragma once

#include <c10/core/ScalarType.h>
#include <c10/macros/Macros.h>
#include <c10/util/Load.h>
#include <c10/util/TypeCast.h>

namespace c10 {

#define FLB_FORALL_CASTABLE_TYPES(_)     \
  AT_FORALL_SCALAR_TYPES_WITH_COMPLEX(_) \
  _(uint16_t, UInt16)                    \
  _(uint32_t, UInt32)                    \
  _(uint64_t, UInt64)

/// The element of src_type at ptr as a dest_t.
template <typename dest_t>
C10_HOST_DEVICE inline dest_t fetch_and_cast(const ScalarType src_type, const void* ptr) {
#define FETCH_CASE(type, scalartype) \
  case ScalarType::scalartype:       \
    return c10::convert<dest_t>(c10::load<type>(ptr));
  switch (src_type) {
    FLB_FORALL_CASTABLE_TYPES(FETCH_CASE)
    default:
      TORCH_CHECK(false, "Unexpected scalar type");
  }
#undef FETCH_CASE
}

/// Writes value to ptr as an element of dest_type.
template <typename src_t>
C10_HOST_DEVICE inline void cast_and_store(const ScalarType dest_type, void* ptr, src_t value) {
#define STORE_CASE(type, scalartype)                             \
  case ScalarType::scalartype:                                   \
    *static_cast<type*>(ptr) = c10::convert<type, src_t>(value); \
    return;
  switch (dest_type) {
    FLB_FORALL_CASTABLE_TYPES(STORE_CASE)
    default:
      TORCH_CHECK(false, "Unexpected scalar type");
  }
#undef STORE_CASE
}

#undef FLB_FORALL_CASTABLE_TYPES

// Quantised numbers mean nothing without their scale: they are moved, never converted.
#define UNCASTABLE(T, scalartype)                                                                 \
  template <>                                                                                     \
  C10_HOST_DEVICE inline T fetch_and_cast<T>(const ScalarType src_type, const void* ptr) {        \
    TORCH_CHECK(src_type == ScalarType::scalartype, "Unexpected scalar type");                    \
    return c10::load<T>(ptr);                                                                     \
  }                                                                                               \
  template <>                                                                                     \
  C10_HOST_DEVICE inline void cast_and_store<T>(const ScalarType dest_type, void* ptr, T value) { \
    TORCH_CHECK(dest_type == ScalarType::scalartype, "Unexpected scalar type");                   \
    *static_cast<T*>(ptr) = value;                                                                \
  }
AT_FORALL_QINT_TYPES(UNCASTABLE)
#undef UNCASTABLE

}  // namespace c10
