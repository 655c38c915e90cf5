// Mirrors <ATen/core/DeprecatedTypeProperties.h> of PyTorch 2.13: what Tensor::type() gives, a pair of backend and
// dtype.
#pragma once

#include <ATen/core/DeprecatedTypePropertiesRegistry.h>
#include <ATen/core/Generator.h>
#include <c10/core/Backend.h>
#include <c10/core/Layout.h>
#include <c10/core/ScalarType.h>
#include <c10/core/Storage.h>
#include <c10/core/TensorOptions.h>

namespace at {

class Tensor;

class TORCH_API DeprecatedTypeProperties {
 public:
  DeprecatedTypeProperties(Backend backend, ScalarType scalar_type) : backend_(backend), scalar_type_(scalar_type) {}

  Backend backend() const { return backend_; }
  Layout layout() const { return layout_from_backend(backend_); }
  bool is_sparse() const { return layout() == kSparse; }
  bool is_sparse_csr() const { return layout() == kSparseCsr; }
  c10::DeviceType device_type() const { return backendToDeviceType(backend_); }
  bool is_cuda() const { return device_type() == kCUDA; }
  ScalarType scalarType() const { return scalar_type_; }
  caffe2::TypeMeta typeMeta() const { return scalarTypeToTypeMeta(scalar_type_); }
  bool operator==(const DeprecatedTypeProperties& other) const {
    return backend_ == other.backend_ && scalar_type_ == other.scalar_type_;
  }
  bool operator!=(const DeprecatedTypeProperties& other) const { return !(*this == other); }

  /// CPUFloatType
  FLB_ON_USE std::string toString() const {
    if (backend_ == Backend::Undefined || scalar_type_ == ScalarType::Undefined) return "UndefinedType";
    return std::string(at::toString(backend_)) + at::toString(scalar_type_) + "Type";
  }

  DeprecatedTypeProperties& toBackend(Backend b) const {
    return globalDeprecatedTypePropertiesRegistry().getDeprecatedTypeProperties(b, scalar_type_);
  }
  DeprecatedTypeProperties& toScalarType(ScalarType s) const {
    return globalDeprecatedTypePropertiesRegistry().getDeprecatedTypeProperties(backend_, s);
  }
  DeprecatedTypeProperties& cpu() const { return toBackend(Backend::CPU); }
  DeprecatedTypeProperties& cuda() const { return toBackend(Backend::CUDA); }
  DeprecatedTypeProperties& hip() const { return toBackend(Backend::HIP); }
  DeprecatedTypeProperties& privateUser1() const { return toBackend(Backend::PrivateUse1); }

  FLB_ON_USE TensorOptions options(int16_t device_index = -1) const {
    return TensorOptions()
        .dtype(typeMeta())
        .device(device_type(), static_cast<c10::DeviceIndex>(device_index))
        .layout(layout());
  }
  FLB_ON_USE TensorOptions options(std::optional<Device> device_opt) const {
    if (!device_opt) return options(-1);
    TORCH_INTERNAL_ASSERT(device_opt->type() == device_type());
    return options(device_opt->index());
  }
  operator TensorOptions() const { return options(); }

  int64_t id() const {
    return static_cast<int64_t>(backend_) * static_cast<int64_t>(ScalarType::NumOptions) +
           static_cast<int64_t>(scalar_type_);
  }

  Tensor unsafeTensorFromTH(void* th_pointer, bool retain) const;
  Storage unsafeStorageFromTH(void* th_pointer, bool retain) const;
  Tensor copy(const Tensor& src, bool non_blocking = false, std::optional<Device> to_device = {}) const;

 private:
  Backend backend_;
  ScalarType scalar_type_;
};

}  // namespace at
