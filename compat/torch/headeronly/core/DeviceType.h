// Mirrors <torch/headeronly/core/DeviceType.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>

#include <cstddef>
#include <functional>

#define C10_FORALL_BACKEND_DEVICE_TYPES(_, extra)                                                                 \
  _(CPU, extra)                                                                                                   \
  _(CUDA, extra) _(HIP, extra) _(XLA, extra) _(MPS, extra) _(IPU, extra) _(XPU, extra) _(HPU, extra) _(VE, extra) \
      _(Lazy, extra) _(Meta, extra) _(MTIA, extra) _(PrivateUse1, extra)

namespace c10 {
enum class DeviceType : int8_t {
  CPU = 0,
  CUDA = 1,
  MKLDNN = 2,
  OPENGL = 3,
  OPENCL = 4,
  IDEEP = 5,
  HIP = 6,
  FPGA = 7,
  MAIA = 8,
  XLA = 9,
  Vulkan = 10,
  Metal = 11,
  XPU = 12,
  MPS = 13,
  Meta = 14,
  HPU = 15,
  VE = 16,
  Lazy = 17,
  IPU = 18,
  MTIA = 19,
  PrivateUse1 = 20,
  COMPILE_TIME_MAX_DEVICE_TYPES = 21,
};

#define FLAMBEAU_DEVICE_CONSTANT(name) constexpr DeviceType k##name = DeviceType::name;
#define FLAMBEAU_FORALL_DEVICE_CONSTANTS(_)                                                                          \
  _(CPU)                                                                                                             \
  _(CUDA) _(HIP) _(FPGA) _(MAIA) _(XLA) _(MPS) _(Meta) _(Vulkan) _(Metal) _(XPU) _(HPU) _(VE) _(Lazy) _(IPU) _(MTIA) \
      _(PrivateUse1)
FLAMBEAU_FORALL_DEVICE_CONSTANTS(FLAMBEAU_DEVICE_CONSTANT)
#undef FLAMBEAU_DEVICE_CONSTANT

constexpr int COMPILE_TIME_MAX_DEVICE_TYPES = static_cast<int>(DeviceType::COMPILE_TIME_MAX_DEVICE_TYPES);
}  // namespace c10

template <>
struct std::hash<c10::DeviceType> {
  std::size_t operator()(c10::DeviceType k) const { return std::hash<int>()(static_cast<int>(k)); }
};

HIDDEN_NAMESPACE_BEGIN(torch, headeronly)
using c10::COMPILE_TIME_MAX_DEVICE_TYPES;
using c10::DeviceType;
#define FLAMBEAU_USING_DEVICE(name) using c10::k##name;
FLAMBEAU_FORALL_DEVICE_CONSTANTS(FLAMBEAU_USING_DEVICE)
#undef FLAMBEAU_USING_DEVICE
HIDDEN_NAMESPACE_END(torch, headeronly)
#undef FLAMBEAU_FORALL_DEVICE_CONSTANTS
