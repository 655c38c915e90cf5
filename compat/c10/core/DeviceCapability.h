// Mirrors <c10/core/DeviceCapability.h> of PyTorch 2.13.
#pragma once

#include <c10/core/ScalarType.h>
#include <c10/macros/Export.h>

#include <cstdint>

namespace c10 {

constexpr size_t NUMBER_OF_DEVICE_CAPABILITIES = NumScalarTypes;

#define FLAMBEAU_CAPABILITY_BIT(_, n) unsigned int has_##n : 1;
#define FLAMBEAU_CAPABILITY_INDEX(_, name) kIndex_##name,
#define FLAMBEAU_CAPABILITY_VISIT(_, n) \
  if (capability_data.supported_scalar_types.has_##n) visitor(ScalarType::n);

enum ScalarTypeIndex { AT_FORALL_SCALAR_TYPES_WITH_COMPLEX_AND_QINTS(FLAMBEAU_CAPABILITY_INDEX) };

// The dtypes a device has; all, unless it says otherwise.
struct C10_API DeviceCapability {
  union {
    struct {
      AT_FORALL_SCALAR_TYPES_WITH_COMPLEX_AND_QINTS(FLAMBEAU_CAPABILITY_BIT)
    } supported_scalar_types;
    uint64_t capability_bits;
  } capability_data;

  DeviceCapability() { capability_data.capability_bits = (1ULL << NUMBER_OF_DEVICE_CAPABILITIES) - 1; }
  template <typename F>
  void forEachSupportedScalarType(F&& visitor) const {
    AT_FORALL_SCALAR_TYPES_WITH_COMPLEX_AND_QINTS(FLAMBEAU_CAPABILITY_VISIT)
  }
};

#undef FLAMBEAU_CAPABILITY_BIT
#undef FLAMBEAU_CAPABILITY_INDEX
#undef FLAMBEAU_CAPABILITY_VISIT

}  // namespace c10
