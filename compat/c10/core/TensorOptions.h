// Mirrors <c10/core/TensorOptions.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Backend.h>
#include <c10/core/DefaultDtype.h>
#include <c10/core/Device.h>
#include <c10/core/DeviceType.h>
#include <c10/core/DispatchKey.h>
#include <c10/core/Layout.h>
#include <c10/core/MemoryFormat.h>
#include <c10/core/ScalarType.h>
#include <c10/core/ScalarTypeToTypeMeta.h>
#include <c10/macros/Macros.h>
#include <c10/util/Exception.h>
#include <c10/util/light_std.h>

#include <cstdint>
#include <iosfwd>
#include <string>
#include <type_traits>
#include <utility>

C10_DIAGNOSTIC_PUSH_AND_IGNORED_IF_DEFINED("-Wswitch-enum")
namespace c10 {

FLB_ON_USE inline ScalarType dtype_or_default(std::optional<ScalarType> dtype) {
  return dtype.value_or(get_default_dtype_as_scalartype());
}
FLB_ON_USE inline caffe2::TypeMeta dtype_or_default(std::optional<caffe2::TypeMeta> dtype) {
  return dtype.value_or(get_default_dtype());
}
FLB_ON_USE inline Layout layout_or_default(std::optional<Layout> layout) { return layout.value_or(kStrided); }
FLB_ON_USE inline Device device_or_default(std::optional<Device> device) { return device.value_or(Device(kCPU)); }
inline bool pinned_memory_or_default(std::optional<bool> pinned_memory) { return pinned_memory.value_or(false); }

FLB_ON_USE DispatchKey computeDispatchKey(std::optional<ScalarType> dtype, std::optional<Layout> layout,
                                          std::optional<Device> device);

// What a tensor to be made shall be, in two registers. What is not said takes the default when asked.
struct C10_API TensorOptions {
  TensorOptions()
      : requires_grad_(false),
        pinned_memory_(false),
        has_device_(false),
        has_dtype_(false),
        has_layout_(false),
        has_requires_grad_(false),
        has_pinned_memory_(false),
        has_memory_format_(false) {}
  TensorOptions(Layout layout) : TensorOptions() { this->set_layout(layout); }
  template <typename T, typename = std::enable_if_t<std::is_same_v<std::decay_t<T>, Device>>>
  TensorOptions(T&& device) : TensorOptions() {
    this->set_device(std::forward<T>(device));
  }
  /// From whatever makes a Device: "cuda:1", kCPU.
  template <typename... Args, typename = std::enable_if_t<std::is_constructible_v<Device, Args&&...>>>
  TensorOptions(Args&&... args) : TensorOptions(Device(std::forward<Args>(args)...)) {}
  TensorOptions(caffe2::TypeMeta dtype) : TensorOptions() { this->set_dtype(dtype); }
  TensorOptions(ScalarType dtype) : TensorOptions() { this->set_dtype(dtype); }
  TensorOptions(MemoryFormat memory_format) : TensorOptions() { set_memory_format(memory_format); }

#define FLAMBEAU_OPTION(name, type)                                           \
  [[nodiscard]] TensorOptions name(std::optional<type> name) const noexcept { \
    TensorOptions r = *this;                                                  \
    r.set_##name(name);                                                       \
    return r;                                                                 \
  }
  FLAMBEAU_OPTION(device, Device)
  template <typename... Args>
  [[nodiscard]] TensorOptions device(Args&&... args) const noexcept {
    return device(std::optional<Device>(std::in_place, std::forward<Args>(args)...));
  }
  FLB_ON_USE [[nodiscard]] TensorOptions device_index(c10::DeviceIndex device_index) const noexcept {
    return device(Device::Type::CUDA, device_index);
  }
  FLAMBEAU_OPTION(dtype, caffe2::TypeMeta)
  FLAMBEAU_OPTION(dtype, ScalarType)
  template <typename T>
  TensorOptions& dtype() {
    dtype_ = caffe2::TypeMeta::Make<T>();
    has_dtype_ = true;
    return *this;
  }
  FLAMBEAU_OPTION(layout, Layout)
  FLAMBEAU_OPTION(requires_grad, bool)
  FLAMBEAU_OPTION(pinned_memory, bool)
  FLAMBEAU_OPTION(memory_format, MemoryFormat)
#undef FLAMBEAU_OPTION

#define FLAMBEAU_OPTION(name, type)                                                       \
  bool has_##name() const noexcept { return has_##name##_; }                              \
  std::optional<type> name##_opt() const noexcept {                                       \
    return has_##name##_ ? std::make_optional(static_cast<type>(name##_)) : std::nullopt; \
  }
  FLB_ON_USE Device device() const noexcept { return device_or_default(device_opt()); }
  FLAMBEAU_OPTION(device, Device)
  c10::DeviceIndex device_index() const noexcept { return device().index(); }
  caffe2::TypeMeta dtype() const noexcept { return dtype_or_default(dtype_opt()); }
  FLAMBEAU_OPTION(dtype, caffe2::TypeMeta)
  Layout layout() const noexcept { return layout_or_default(layout_opt()); }
  FLAMBEAU_OPTION(layout, Layout)
  bool requires_grad() const noexcept { return has_requires_grad_ ? requires_grad_ : false; }
  FLAMBEAU_OPTION(requires_grad, bool)
  bool pinned_memory() const noexcept { return pinned_memory_or_default(pinned_memory_opt()); }
  FLAMBEAU_OPTION(pinned_memory, bool)
  FLAMBEAU_OPTION(memory_format, MemoryFormat)
#undef FLAMBEAU_OPTION

  bool is_sparse() const { return layout_ == c10::Layout::Sparse; }
  bool is_sparse_csr() const { return layout_ == c10::Layout::SparseCsr; }
  bool is_sparse_compressed() const {
    return layout_ == c10::Layout::SparseCsr || layout_ == c10::Layout::SparseCsc ||
           layout_ == c10::Layout::SparseBsr || layout_ == c10::Layout::SparseBsc;
  }
  FLB_ON_USE bool type_equal(const TensorOptions& other) const {
    return computeDispatchKey() == other.computeDispatchKey() &&
           typeMetaToScalarType(dtype_) == typeMetaToScalarType(other.dtype());
  }
  FLB_ON_USE Backend backend() const { return at::dispatchKeyToBackend(computeDispatchKey()); }

  /// These options, overridden by what the others say.
  FLB_ON_USE TensorOptions merge_in(TensorOptions options) const noexcept {
    TensorOptions merged = *this;
    if (options.has_device()) merged.set_device(options.device_opt());
    if (options.has_dtype()) merged.set_dtype(options.dtype_opt());
    if (options.has_layout()) merged.set_layout(options.layout_opt());
    if (options.has_requires_grad()) merged.set_requires_grad(options.requires_grad_opt());
    if (options.has_pinned_memory()) merged.set_pinned_memory(options.pinned_memory_opt());
    if (options.has_memory_format()) merged.set_memory_format(options.memory_format_opt());
    return merged;
  }
  TensorOptions merge_memory_format(std::optional<MemoryFormat> optional_memory_format) const noexcept {
    TensorOptions merged = *this;
    if (optional_memory_format.has_value()) merged.set_memory_format(optional_memory_format);
    return merged;
  }
  FLB_ON_USE DispatchKey computeDispatchKey() const {
    return c10::computeDispatchKey(optTypeMetaToScalarType(dtype_opt()), layout_opt(), device_opt());
  }

 private:
#define FLAMBEAU_OPTION(name, type, value)              \
  void set_##name(std::optional<type> name)& noexcept { \
    has_##name##_ = name.has_value();                   \
    if (name) name##_ = value;                          \
  }
  FLAMBEAU_OPTION(device, Device, *device)
  FLAMBEAU_OPTION(dtype, caffe2::TypeMeta, *dtype)
  FLAMBEAU_OPTION(dtype, ScalarType, scalarTypeToTypeMeta(*dtype))
  FLAMBEAU_OPTION(layout, Layout, *layout)
  FLAMBEAU_OPTION(requires_grad, bool, *requires_grad)
  FLAMBEAU_OPTION(pinned_memory, bool, *pinned_memory)
  FLAMBEAU_OPTION(memory_format, MemoryFormat, *memory_format)
#undef FLAMBEAU_OPTION

  Device device_ = at::kCPU;
  caffe2::TypeMeta dtype_ = caffe2::TypeMeta::Make<float>();
  Layout layout_ = at::kStrided;
  MemoryFormat memory_format_ = MemoryFormat::Contiguous;
  bool requires_grad_ : 1;
  bool pinned_memory_ : 1;
  bool has_device_ : 1;
  bool has_dtype_ : 1;
  bool has_layout_ : 1;
  bool has_requires_grad_ : 1;
  bool has_pinned_memory_ : 1;
  bool has_memory_format_ : 1;
};
static_assert(sizeof(TensorOptions) <= sizeof(int64_t) * 2, "TensorOptions must fit in 128-bits");

inline TensorOptions dtype(caffe2::TypeMeta dtype) { return TensorOptions().dtype(dtype); }
inline TensorOptions dtype(ScalarType dtype) { return TensorOptions().dtype(scalarTypeToTypeMeta(dtype)); }
inline TensorOptions layout(Layout layout) { return TensorOptions().layout(layout); }
FLB_ON_USE inline TensorOptions device(Device device) { return TensorOptions().device(device); }
inline TensorOptions device_index(c10::DeviceIndex device_index) { return TensorOptions().device_index(device_index); }
inline TensorOptions requires_grad(bool requires_grad = true) { return TensorOptions().requires_grad(requires_grad); }
inline TensorOptions memory_format(MemoryFormat memory_format) { return TensorOptions().memory_format(memory_format); }
template <typename T>
inline TensorOptions dtype() {
  return dtype(caffe2::TypeMeta::Make<T>());
}

C10_API std::ostream& operator<<(std::ostream& stream, const TensorOptions& options);
FLB_ON_USE inline std::string toString(const TensorOptions& options) {
  std::ostringstream stream;
  stream << options;
  return stream.str();
}

// Which key a tensor of these options has.
template <typename FlbOnUse>
inline DispatchKey computeDispatchKey(std::optional<ScalarType> dtype, std::optional<Layout> layout,
                                      std::optional<Device> device) {
  const auto layout_ = layout_or_default(layout);
  const auto device_ = device_or_default(device);
  switch (layout_) {
    case Layout::Jagged:
    case Layout::Strided: {
      const auto dtype_ = dtype_or_default(dtype);
      switch (device_.type()) {
#define FLAMBEAU_CASE(name, _) \
  case c10::DeviceType::name:  \
    return isQIntType(dtype_) ? DispatchKey::Quantized##name : DispatchKey::name;
        C10_FORALL_BACKEND_DEVICE_TYPES(FLAMBEAU_CASE, unused)
#undef FLAMBEAU_CASE
        case c10::DeviceType::FPGA:
          return DispatchKey::FPGA;
        case c10::DeviceType::MAIA:
          return DispatchKey::MAIA;
        case c10::DeviceType::Vulkan:
          return DispatchKey::Vulkan;
        case c10::DeviceType::Metal:
          return DispatchKey::Metal;
        default:
          TORCH_CHECK_NOT_IMPLEMENTED(false, "Unsupported device type for dense layout: ", device_.type());
      }
    }
    case Layout::Sparse:
      switch (device_.type()) {
#define FLAMBEAU_CASE(name, _) \
  case c10::DeviceType::name:  \
    return DispatchKey::Sparse##name;
        C10_FORALL_BACKEND_DEVICE_TYPES(FLAMBEAU_CASE, unused)
#undef FLAMBEAU_CASE
        default:
          TORCH_CHECK_NOT_IMPLEMENTED(false, "Unsupported device type for sparse layout: ", device_.type());
      }
    case Layout::Mkldnn:
      TORCH_CHECK_NOT_IMPLEMENTED(device_.is_cpu(), "Unsupported device type for mkldnn layout: ", device_.type());
      return DispatchKey::MkldnnCPU;
    case Layout::SparseCsr:
    case Layout::SparseCsc:
    case Layout::SparseBsr:
    case Layout::SparseBsc:
      switch (device_.type()) {
#define FLAMBEAU_CASE(name, _) \
  case c10::DeviceType::name:  \
    return DispatchKey::SparseCsr##name;
        C10_FORALL_BACKEND_DEVICE_TYPES(FLAMBEAU_CASE, unused)
#undef FLAMBEAU_CASE
        default:
          TORCH_CHECK_NOT_IMPLEMENTED(false, "Unsupported device type for ", layout_, " layout: ", device_.type());
      }
    default:
      TORCH_CHECK(false, "Unsupported layout: ", layout_);
  }
}

FLB_ON_USE inline Layout dispatchKeyToLayout(DispatchKey dispatch_key) {
  const auto kind = toFunctionalityKey(dispatch_key);
  const bool runtime = dispatch_key > DispatchKey::EndOfFunctionalityKeys;
  if (runtime && kind == DispatchKey::Sparse) return Layout::Sparse;
  TORCH_CHECK(!(runtime && kind == DispatchKey::SparseCsr), "Cannot map DispatchKey ", dispatch_key,
              " to a unique layout.");
  return dispatch_key == DispatchKey::MkldnnCPU ? Layout::Mkldnn : Layout::Strided;
}

FLB_ON_USE inline c10::DeviceType dispatchKeyToDeviceType(DispatchKey dispatch_key) {
  switch (dispatch_key) {
#define FLAMBEAU_CASE(suffix, prefix) \
  case DispatchKey::prefix##suffix:   \
    return c10::DeviceType::suffix;
#define FLAMBEAU_CASES(_, prefix) C10_FORALL_BACKEND_DEVICE_TYPES(FLAMBEAU_CASE, prefix)
    C10_FORALL_FUNCTIONALITY_KEYS(FLAMBEAU_CASES)
#undef FLAMBEAU_CASES
#undef FLAMBEAU_CASE
    case DispatchKey::MkldnnCPU:
      return c10::DeviceType::CPU;
    case DispatchKey::Vulkan:
      return c10::DeviceType::Vulkan;
    case DispatchKey::MAIA:
      return c10::DeviceType::MAIA;
    default:
      TORCH_CHECK(false, "DispatchKey ", dispatch_key, " doesn't correspond to a device");
  }
}

FLB_ON_USE inline TensorOptions dispatchKeyToTensorOptions(DispatchKey dispatch_key) {
  return TensorOptions().layout(dispatchKeyToLayout(dispatch_key)).device(dispatchKeyToDeviceType(dispatch_key));
}

namespace detail {
inline bool backend_supports_empty_operator(const TensorOptions& options) {
  return !isQIntType(typeMetaToScalarType(options.dtype()));
}
}  // namespace detail

}  // namespace c10
C10_DIAGNOSTIC_POP()
