// Mirrors <c10/core/Device.h> of PyTorch 2.13.
#pragma once

#include <c10/core/DeviceType.h>
#include <c10/macros/Export.h>
#include <c10/util/Exception.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>

namespace c10 {

using DeviceIndex = int8_t;

// A kind of device and which of them; -1 is the current one.
struct C10_API Device final {
  using Type = DeviceType;

  Device(DeviceType type, DeviceIndex index = -1) : type_(type), index_(index) { validate(); }
  /// "cpu", "cuda:1".
  Device(const std::string& device_string);

  bool operator==(const Device& other) const noexcept { return type_ == other.type_ && index_ == other.index_; }
  bool operator!=(const Device& other) const noexcept { return !(*this == other); }
  void set_index(DeviceIndex index) { index_ = index; }
  DeviceType type() const noexcept { return type_; }
  DeviceIndex index() const noexcept { return index_; }
  bool has_index() const noexcept { return index_ != -1; }

  bool is_cuda() const noexcept { return type_ == DeviceType::CUDA; }
  bool is_privateuseone() const noexcept { return type_ == DeviceType::PrivateUse1; }
  bool is_mps() const noexcept { return type_ == DeviceType::MPS; }
  bool is_hip() const noexcept { return type_ == DeviceType::HIP; }
  bool is_ve() const noexcept { return type_ == DeviceType::VE; }
  bool is_xpu() const noexcept { return type_ == DeviceType::XPU; }
  bool is_ipu() const noexcept { return type_ == DeviceType::IPU; }
  bool is_xla() const noexcept { return type_ == DeviceType::XLA; }
  bool is_mtia() const noexcept { return type_ == DeviceType::MTIA; }
  bool is_hpu() const noexcept { return type_ == DeviceType::HPU; }
  bool is_lazy() const noexcept { return type_ == DeviceType::Lazy; }
  bool is_vulkan() const noexcept { return type_ == DeviceType::Vulkan; }
  bool is_metal() const noexcept { return type_ == DeviceType::Metal; }
  bool is_maia() const noexcept { return type_ == DeviceType::MAIA; }
  bool is_meta() const noexcept { return type_ == DeviceType::Meta; }
  bool is_cpu() const noexcept { return type_ == DeviceType::CPU; }
  FLB_ON_USE bool supports_as_strided() const noexcept { return !is_ipu() && !is_xla() && !is_lazy(); }

  std::string str() const;

 private:
  DeviceType type_;
  DeviceIndex index_ = -1;

  FLB_ON_USE void validate() {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(index_ >= -1, "Device index must be -1 or non-negative, got ",
                                     static_cast<int>(index_));
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(!is_cpu() || index_ <= 0, "CPU device index must be -1 or zero, got ",
                                     static_cast<int>(index_));
  }
};

C10_API std::ostream& operator<<(std::ostream& stream, const Device& device);

}  // namespace c10

template <>
struct std::hash<c10::Device> {
  size_t operator()(c10::Device d) const noexcept {
    const auto type = static_cast<uint32_t>(static_cast<uint8_t>(d.type()));
    return std::hash<uint32_t>{}(type << 16 | static_cast<uint32_t>(static_cast<uint8_t>(d.index())));
  }
};
