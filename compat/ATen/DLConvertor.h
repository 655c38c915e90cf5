// Mirrors <ATen/DLConvertor.h> of PyTorch 2.13: tensors to and from DLPack.
#pragma once

#include <ATen/Tensor.h>
#include <ATen/dlpack.h>
#include <c10/util/light_std.h>

#include <functional>

namespace at {

TORCH_API ScalarType toScalarType(const DLDataType& dtype);

/// The structure keeps the tensor's memory alive until its deleter is called.
TORCH_API DLManagedTensor* toDLPack(const Tensor& src);
TORCH_API DLManagedTensorVersioned* toDLPackVersioned(const Tensor& src);
/// `out` is valid while `src` lives and keeps its shape.
TORCH_API void toDLPackNonOwning(const Tensor& src, DLTensor* out);

/// The tensor shares the memory and calls `deleter`, or src's own, when it goes. On an error src stays the caller's.
TORCH_API Tensor fromDLPack(DLManagedTensor* src, std::function<void(void*)> deleter = {});
TORCH_API Tensor fromDLPackVersioned(DLManagedTensorVersioned* src, std::function<void(void*)> deleter = {});

TORCH_API DLDataType getDLDataType(const Tensor& t);

/// Copies if `copy` says so or the tensor lies on another device, which is an error if `copy` forbids it.
TORCH_API Tensor maybeCopyTensor(const Tensor& data, std::optional<DLDevice> optional_dl_device,
                                 std::optional<bool> copy);

TORCH_API DLDevice torchDeviceToDLDevice(at::Device device);
TORCH_API Device dlDeviceToTorchDevice(DLDeviceType type, c10::DeviceIndex index, void* data = nullptr);

/// What both generations of DLPack have in common, for templates.
template <class T>
struct DLPackTraits {};

template <>
struct DLPackTraits<DLManagedTensor> {
  inline static constexpr const char* capsule = "dltensor";
  inline static constexpr const char* used = "used_dltensor";
  inline static auto toDLPack = at::toDLPack;
  inline static auto fromDLPack = at::fromDLPack;
};

template <>
struct DLPackTraits<DLManagedTensorVersioned> {
  inline static constexpr const char* capsule = "dltensor_versioned";
  inline static constexpr const char* used = "used_dltensor_versioned";
  inline static auto toDLPack = at::toDLPackVersioned;
  inline static auto fromDLPack = at::fromDLPackVersioned;
};

}  // namespace at
