// Mirrors <c10/core/Backend.h> of PyTorch 2.13.
#pragma once

#include <c10/core/DeviceType.h>
#include <c10/core/DispatchKey.h>
#include <c10/core/DispatchKeySet.h>
#include <c10/macros/Macros.h>
#include <c10/util/Exception.h>

#include <stdexcept>

C10_DIAGNOSTIC_PUSH_AND_IGNORED_IF_DEFINED("-Wswitch-enum")
namespace c10 {

// The older division of tensors: device and layout in one. Kept for programs that ask for it.
enum class Backend {
  CPU,
  CUDA,
  HIP,
  VE,
  FPGA,
  IPU,
  XPU,
  SparseCPU,
  SparseCUDA,
  SparseCsrCPU,
  SparseCsrCUDA,
  SparseCsrMPS,
  SparseMPS,
  SparseHIP,
  SparseVE,
  SparseXPU,
  SparsePrivateUse1,
  SparseCsrHIP,
  SparseCsrVE,
  SparseCsrXPU,
  SparseCsrPrivateUse1,
  MAIA,
  XLA,
  Vulkan,
  Metal,
  Meta,
  QuantizedCPU,
  QuantizedCUDA,
  QuantizedXPU,
  QuantizedPrivateUse1,
  Undefined,
  MkldnnCPU,
  MPS,
  HPU,
  Lazy,
  MTIA,
  PrivateUse1,
  NumOptions
};

// _(backend, its device): all but Undefined, each also the name of a dispatch key.
// clang-format off
#define FLAMBEAU_FORALL_BACKENDS(_) \
  _(CPU, CPU) \
  _(CUDA, CUDA) \
  _(HIP, HIP) \
  _(VE, VE) \
  _(FPGA, FPGA) \
  _(IPU, IPU) \
  _(XPU, XPU) \
  _(SparseCPU, CPU) \
  _(SparseCUDA, CUDA) \
  _(SparseCsrCPU, CPU) \
  _(SparseCsrCUDA, CUDA) \
  _(SparseCsrMPS, MPS) \
  _(SparseMPS, MPS) \
  _(SparseHIP, HIP) \
  _(SparseVE, VE) \
  _(SparseXPU, XPU) \
  _(SparsePrivateUse1, PrivateUse1) \
  _(SparseCsrHIP, HIP) \
  _(SparseCsrVE, VE) \
  _(SparseCsrXPU, XPU) \
  _(SparseCsrPrivateUse1, PrivateUse1) \
  _(MAIA, MAIA) \
  _(XLA, XLA) \
  _(Vulkan, Vulkan) \
  _(Metal, Metal) \
  _(Meta, Meta) \
  _(QuantizedCPU, CPU) \
  _(QuantizedCUDA, CUDA) \
  _(QuantizedXPU, XPU) \
  _(QuantizedPrivateUse1, PrivateUse1) \
  _(MkldnnCPU, CPU) \
  _(MPS, MPS) \
  _(HPU, HPU) \
  _(Lazy, Lazy) \
  _(MTIA, MTIA) \
  _(PrivateUse1, PrivateUse1)
// clang-format on

FLB_ON_USE inline Backend dispatchKeyToBackend(DispatchKey t) {
  switch (t) {
#define FLAMBEAU_CASE(name, device) \
  case DispatchKey::name:           \
    return Backend::name;
    FLAMBEAU_FORALL_BACKENDS(FLAMBEAU_CASE)
#undef FLAMBEAU_CASE
#define FLAMBEAU_CASE(name)         \
  case DispatchKey::Autograd##name: \
    return Backend::name;
    FLAMBEAU_CASE(CPU)
    FLAMBEAU_CASE(CUDA)
    FLAMBEAU_CASE(MAIA)
    FLAMBEAU_CASE(XLA)
    FLAMBEAU_CASE(Lazy)
    FLAMBEAU_CASE(MPS)
    FLAMBEAU_CASE(IPU)
    FLAMBEAU_CASE(XPU)
    FLAMBEAU_CASE(HPU)
    FLAMBEAU_CASE(MTIA)
    FLAMBEAU_CASE(PrivateUse1)
#undef FLAMBEAU_CASE
    case DispatchKey::Undefined:
      return Backend::Undefined;
    default:
      TORCH_CHECK(false, "Unrecognized tensor type ID: ", t);
  }
}

FLB_ON_USE inline DispatchKey backendToDispatchKey(Backend b) {
  switch (b) {
#define FLAMBEAU_CASE(name, device) \
  case Backend::name:               \
    return DispatchKey::name;
    FLAMBEAU_FORALL_BACKENDS(FLAMBEAU_CASE)
#undef FLAMBEAU_CASE
    case Backend::Undefined:
      return DispatchKey::Undefined;
    default:
      TORCH_CHECK(false, "Unknown backend");
  }
}

FLB_ON_USE inline DeviceType backendToDeviceType(Backend b) {
  switch (b) {
#define FLAMBEAU_CASE(name, device) \
  case Backend::name:               \
    return DeviceType::device;
    FLAMBEAU_FORALL_BACKENDS(FLAMBEAU_CASE)
#undef FLAMBEAU_CASE
    case Backend::Undefined:
      TORCH_CHECK(false, "Undefined backend is not a valid device type");
    default:
      TORCH_CHECK(false, "Unknown backend");
  }
}

FLB_ON_USE inline const char* toString(Backend b) {
  if (b == Backend::PrivateUse1) return "PrivateUseOne";
  switch (b) {
#define FLAMBEAU_CASE(name, device) \
  case Backend::name:               \
    return #name;
    FLAMBEAU_FORALL_BACKENDS(FLAMBEAU_CASE)
#undef FLAMBEAU_CASE
    default:
      return "UNKNOWN_BACKEND";
  }
}

inline bool isSparse(Backend b) {
  switch (b) {
    case Backend::SparseXPU:
    case Backend::SparseCPU:
    case Backend::SparseCUDA:
    case Backend::SparseMPS:
    case Backend::SparseHIP:
    case Backend::SparseVE:
    case Backend::SparsePrivateUse1:
      return true;
    default:
      return false;
  }
}

inline bool isSparseCsr(Backend b) {
  switch (b) {
    case Backend::SparseCsrXPU:
    case Backend::SparseCsrCPU:
    case Backend::SparseCsrCUDA:
    case Backend::SparseCsrHIP:
    case Backend::SparseCsrVE:
    case Backend::SparseCsrPrivateUse1:
      return true;
    default:
      return false;
  }
}

}  // namespace c10
C10_DIAGNOSTIC_POP()
