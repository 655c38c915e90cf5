// Mirrors <ATen/ROCmFABackend.h> of PyTorch 2.13.
#pragma once

#include <c10/util/Exception.h>

#include <cstdint>
#include <ostream>
#include <string>

namespace at {

enum class ROCmFABackend : int8_t { Default, AOTriton, Ck };

FLB_ON_USE inline std::string ROCmFABackendToString(at::ROCmFABackend backend) {
  switch (backend) {
    case ROCmFABackend::Default:
      return "at::ROCmFABackend::Default";
    case ROCmFABackend::AOTriton:
      return "at::ROCmFABackend::AOTriton";
    case ROCmFABackend::Ck:
      return "at::ROCmFABackend::Ck";
  }
  TORCH_CHECK(false, "Unknown ROCm flash attention backend");
}
FLB_ON_USE inline std::ostream& operator<<(std::ostream& stream, at::ROCmFABackend backend) {
  return stream << ROCmFABackendToString(backend);
}

}  // namespace at
