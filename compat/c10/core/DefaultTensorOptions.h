// Mirrors <c10/core/DefaultTensorOptions.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/DeviceType.h>
#include <c10/core/Layout.h>
#include <c10/core/ScalarType.h>
#include <c10/util/typeid.h>

namespace c10 {

struct TensorOptions;

struct DefaultTensorOptions {
  DefaultTensorOptions() = default;
  caffe2::TypeMeta dtype() const noexcept { return dtype_; }
  Device device() const noexcept { return device_; }
  Layout layout() const noexcept { return layout_; }
  bool requires_grad() const noexcept { return requires_grad_; }
  inline DefaultTensorOptions& merge(const TensorOptions& options);

 private:
  caffe2::TypeMeta dtype_ = caffe2::TypeMeta::Make<float>();
  Device device_ = at::kCPU;
  Layout layout_ = at::kStrided;
  bool requires_grad_ = false;
};

inline const DefaultTensorOptions& getDefaultTensorOptions() {
  static const auto options = DefaultTensorOptions();
  return options;
}

}  // namespace c10
