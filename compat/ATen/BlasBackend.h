// Mirrors <ATen/BlasBackend.h> of PyTorch 2.13.
#pragma once

#include <c10/util/Exception.h>

#include <cstdint>
#include <ostream>
#include <string>

namespace at {

enum class BlasBackend : int8_t { Default, Cublas, Cublaslt, Ck };

FLB_ON_USE inline std::string BlasBackendToString(at::BlasBackend backend) {
  switch (backend) {
    case BlasBackend::Default:
      return "at::BlasBackend::Default";
    case BlasBackend::Cublas:
      return "at::BlasBackend::Cublas";
    case BlasBackend::Cublaslt:
      return "at::BlasBackend::Cublaslt";
    case BlasBackend::Ck:
      return "at::BlasBackend::Ck";
  }
  TORCH_CHECK(false, "Unknown blas backend");
}
FLB_ON_USE inline std::ostream& operator<<(std::ostream& stream, at::BlasBackend backend) {
  return stream << BlasBackendToString(backend);
}

namespace blas {
enum class ScalingType : std::uint8_t {
  TensorWise,
  RowWise,
  BlockWise1x16,
  BlockWise1x32,
  BlockWise1x128,
  BlockWise128x128,
};
enum class SwizzleType : std::uint8_t { NO_SWIZZLE = 0, SWIZZLE_32_4_4 = 1 };
}  // namespace blas

}  // namespace at
