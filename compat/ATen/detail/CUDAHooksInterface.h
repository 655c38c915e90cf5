// Mirrors <ATen/detail/CUDAHooksInterface.h> of PyTorch 2.13. Without a library for CUDA, every request says so.
#pragma once

#include <ATen/detail/AcceleratorHooksInterface.h>
#include <c10/core/Allocator.h>
#include <c10/core/Device.h>
#include <c10/core/Storage.h>
#include <c10/core/Stream.h>
#include <c10/util/Exception.h>
#include <c10/util/Registry.h>

namespace at {

namespace cuda {
struct NVRTC;
}

struct TORCH_API CUDAHooksInterface : AcceleratorHooksInterface {
  ~CUDAHooksInterface() override = default;
  void init() const override { unavailable(); }
  const Generator& getDefaultGenerator(DeviceIndex = -1) const override { unavailable(); }
  Generator getNewGenerator(DeviceIndex = -1) const override { unavailable(); }
  Device getDeviceFromPtr(void*) const override { unavailable(); }
  bool isPinnedPtr(const void*) const override { return false; }
  virtual bool hasCUDA() const { return false; }
  virtual bool hasCUDART() const { return false; }
  virtual bool hasMAGMA() const { return false; }
  virtual bool hasCuDNN() const { return false; }
  virtual bool hasCuSOLVER() const { return false; }
  virtual bool hasCuBLASLt() const { return false; }
  virtual bool hasROCM() const { return false; }
  virtual bool hasCKSDPA() const { return false; }
  virtual bool hasCKGEMM() const { return false; }
  virtual const at::cuda::NVRTC& nvrtc() const { unavailable(); }
  bool hasPrimaryContext(DeviceIndex) const override { unavailable(); }
  virtual DeviceIndex current_device() const { return -1; }
  Allocator* getPinnedMemoryAllocator() const override { unavailable(); }
  virtual Allocator* getCUDADeviceAllocator() const { unavailable(); }
  virtual bool compiledWithCuDNN() const { return false; }
  virtual bool compiledWithMIOpen() const { return false; }
  virtual bool supportsDilatedConvolutionWithCuDNN() const { return false; }
  virtual bool supportsDepthwiseConvolutionWithCuDNN() const { return false; }
  virtual bool supportsBFloat16ConvolutionWithCuDNNv8() const { return false; }
  virtual bool supportsBFloat16RNNWithCuDNN() const { return false; }
  virtual long versionCuDNN() const { unavailable(); }
  virtual long versionRuntimeCuDNN() const { unavailable(); }
  virtual long versionCuDNNFrontend() const { unavailable(); }
  virtual long versionMIOpen() const { unavailable(); }
  virtual long versionHipBLASLt() const { unavailable(); }
  virtual long versionCUDART() const { unavailable(); }
  virtual std::string showConfig() const { unavailable(); }
  virtual double batchnormMinEpsilonCuDNN() const { unavailable(); }
  virtual int64_t cuFFTGetPlanCacheMaxSize(DeviceIndex) const { unavailable(); }
  virtual void cuFFTSetPlanCacheMaxSize(DeviceIndex, int64_t) const { unavailable(); }
  virtual int64_t cuFFTGetPlanCacheSize(DeviceIndex) const { unavailable(); }
  virtual void cuFFTClearPlanCache(DeviceIndex) const { unavailable(); }
  virtual int getNumGPUs() const { return 0; }
  virtual void deviceSynchronize(DeviceIndex) const { unavailable(); }

 private:
  [[noreturn]] static void unavailable() {
    TORCH_CHECK(false, "This needs CUDA, and the library ATen_cuda is not loaded.");
  }
};

struct TORCH_API CUDAHooksArgs {};
TORCH_DECLARE_REGISTRY(CUDAHooksRegistry, CUDAHooksInterface, CUDAHooksArgs);
#define REGISTER_CUDA_HOOKS(clsname) C10_REGISTER_CLASS(CUDAHooksRegistry, clsname, clsname)

namespace detail {
TORCH_API const at::CUDAHooksInterface& getCUDAHooks();
}

}  // namespace at
