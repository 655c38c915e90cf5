// Mirrors <ATen/LinalgBackend.h> of PyTorch 2.13.
#pragma once

#include <c10/util/Exception.h>

#include <cstdint>
#include <ostream>
#include <string>

namespace at {

enum class LinalgBackend : int8_t { Default, Cusolver, Magma };

FLB_ON_USE inline std::string LinalgBackendToString(at::LinalgBackend backend) {
  switch (backend) {
    case LinalgBackend::Default:
      return "at::LinalgBackend::Default";
    case LinalgBackend::Cusolver:
      return "at::LinalgBackend::Cusolver";
    case LinalgBackend::Magma:
      return "at::LinalgBackend::Magma";
  }
  TORCH_CHECK(false, "Unknown linalg backend");
}
FLB_ON_USE inline std::ostream& operator<<(std::ostream& stream, at::LinalgBackend backend) {
  return stream << LinalgBackendToString(backend);
}

}  // namespace at
