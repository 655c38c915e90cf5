#include <c10/core/DeviceType.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <mutex>
#include <ostream>

namespace c10 {

namespace {

constexpr std::array<const char*, COMPILE_TIME_MAX_DEVICE_TYPES> kNames = {
    "cpu",   "cuda", "mkldnn", "opengl", "opencl", "ideep", "hip",  "fpga", "maia", "xla",          "vulkan",
    "metal", "xpu",  "mps",    "meta",   "hpu",    "ve",    "lazy", "ipu",  "mtia", "privateuseone"};

// Set once, never freed: the name may be asked for by other threads at any time.
constinit std::atomic<const std::string*> privateuse1_name = nullptr;
constinit std::mutex privateuse1_mutex;

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

}  // namespace

std::string DeviceTypeName(DeviceType d, bool lower_case) {
  if (d == DeviceType::PrivateUse1) return get_privateuse1_backend(lower_case);
  TORCH_CHECK(isValidDeviceType(d), "Unknown device: ", static_cast<int16_t>(d),
              ". If you have recently updated the caffe2.proto file to add a new device type, did you forget to update "
              "the DeviceTypeName() function to reflect such recent changes?");
  const char* name = kNames[static_cast<size_t>(d)];
  return lower_case ? name : upper(name);
}

bool isValidDeviceType(DeviceType d) {
  return static_cast<int>(d) >= 0 && static_cast<int>(d) < COMPILE_TIME_MAX_DEVICE_TYPES;
}

std::ostream& operator<<(std::ostream& stream, DeviceType type) {
  return stream << DeviceTypeName(type, /*lower_case=*/true);
}

void register_privateuse1_backend(const std::string& backend_name) {
  const std::lock_guard<std::mutex> lock(privateuse1_mutex);
  const auto* current = privateuse1_name.load();
  TORCH_CHECK(current == nullptr || *current == backend_name,
              "torch.register_privateuse1_backend() has already been set! Current backend: ",
              current ? *current : std::string());
  constexpr std::array taken = {"cpu", "cuda", "hip", "mps", "xpu", "mtia"};
  TORCH_CHECK(std::find(taken.begin(), taken.end(), backend_name) == taken.end(),
              "Cannot register privateuse1 backend with in-tree device name: ", backend_name);
  if (current == nullptr) privateuse1_name.store(new std::string(backend_name));
}

bool is_privateuse1_backend_registered() { return privateuse1_name.load() != nullptr; }

std::string get_privateuse1_backend(bool lower_case) {
  const auto* registered = privateuse1_name.load();
  std::string name = registered != nullptr ? *registered : "privateuseone";
  if (!lower_case) return upper(std::move(name));
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name;
}

}  // namespace c10
