#include <c10/core/Device.h>

#include <cctype>
#include <ostream>
#include <stdexcept>

namespace c10 {

namespace {

struct NamedDevice {
  const char* name;
  DeviceType type;
};

// In the order in which the message below names them.
constexpr NamedDevice kDevices[] = {
    {"cpu", DeviceType::CPU},       {"cuda", DeviceType::CUDA},     {"ipu", DeviceType::IPU},
    {"xpu", DeviceType::XPU},       {"mkldnn", DeviceType::MKLDNN}, {"opengl", DeviceType::OPENGL},
    {"opencl", DeviceType::OPENCL}, {"ideep", DeviceType::IDEEP},   {"hip", DeviceType::HIP},
    {"ve", DeviceType::VE},         {"fpga", DeviceType::FPGA},     {"maia", DeviceType::MAIA},
    {"xla", DeviceType::XLA},       {"lazy", DeviceType::Lazy},     {"vulkan", DeviceType::Vulkan},
    {"mps", DeviceType::MPS},       {"meta", DeviceType::Meta},     {"hpu", DeviceType::HPU},
    {"mtia", DeviceType::MTIA},
};

DeviceType parse_type(const std::string& name) {
  if (name == get_privateuse1_backend()) return DeviceType::PrivateUse1;
  for (const auto& device : kDevices) {
    if (name != device.name) continue;
    if (device.type == DeviceType::MKLDNN) {
      TORCH_WARN_ONCE(
          "'mkldnn' is no longer used as device type. So torch.device('mkldnn') will be deprecated and removed in the "
          "future. Please use other valid device types instead.");
    }
    return device.type;
  }
  std::string names;
  for (const auto& device : kDevices) names += std::string(device.name) + ", ";
  TORCH_CHECK(false, "Expected one of ", names, get_privateuse1_backend(),
              " device type at start of device string: ", name);
}

// A word, then perhaps a colon and a number without leading zeros.
bool well_formed(const std::string& text, size_t colon) {
  for (size_t i = 0; i < std::min(colon, text.size()); ++i) {
    if (!std::isalpha(static_cast<unsigned char>(text[i])) && text[i] != '_') return false;
  }
  if (colon == std::string::npos) return true;
  const size_t digits = text.size() - colon - 1;
  if (colon == 0 || digits == 0 || (digits > 1 && text[colon + 1] == '0')) return false;
  for (size_t i = colon + 1; i < text.size(); ++i) {
    if (!std::isdigit(static_cast<unsigned char>(text[i]))) return false;
  }
  return true;
}

}  // namespace

Device::Device(const std::string& device_string) : Device(Type::CPU) {
  TORCH_CHECK(!device_string.empty(), "Device string must not be empty");
  const size_t colon = device_string.find(':');
  TORCH_CHECK(well_formed(device_string, colon), "Invalid device string: '", device_string, "'");
  if (colon != std::string::npos) {
    const std::string index = device_string.substr(colon + 1);
    try {
      index_ = static_cast<DeviceIndex>(std::stoi(index));
    } catch (const std::exception&) {
      TORCH_CHECK(false, "Could not parse device index '", index, "' in device string '", device_string, "'");
    }
  }
  type_ = parse_type(device_string.substr(0, colon));
  validate();
}

std::string Device::str() const {
  std::string text = DeviceTypeName(type_, /*lower_case=*/true);
  if (has_index()) text += ":" + std::to_string(index_);
  return text;
}

std::ostream& operator<<(std::ostream& stream, const Device& device) { return stream << device.str(); }

}  // namespace c10
