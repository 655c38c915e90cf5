#include <ATen/DLConvertor.h>

#include <ATen/Functions.h>
#include <ATen/detail/XPUHooksInterface.h>

#include <memory>

namespace at {
namespace {

struct DtypePair {
  ScalarType ours;
  DLDataType theirs;
};

// float4_e2m1fn_x2 is two numbers in a byte.
constexpr DtypePair kDtypes[] = {
    {kByte, {kDLUInt, 8, 1}},
    {kUInt16, {kDLUInt, 16, 1}},
    {kUInt32, {kDLUInt, 32, 1}},
    {kUInt64, {kDLUInt, 64, 1}},
    {kChar, {kDLInt, 8, 1}},
    {kShort, {kDLInt, 16, 1}},
    {kInt, {kDLInt, 32, 1}},
    {kLong, {kDLInt, 64, 1}},
    {kHalf, {kDLFloat, 16, 1}},
    {kFloat, {kDLFloat, 32, 1}},
    {kDouble, {kDLFloat, 64, 1}},
    {kBFloat16, {kDLBfloat, 16, 1}},
    {kComplexHalf, {kDLComplex, 32, 1}},
    {kComplexFloat, {kDLComplex, 64, 1}},
    {kComplexDouble, {kDLComplex, 128, 1}},
    {kBool, {kDLBool, 8, 1}},
    {kFloat8_e5m2, {kDLFloat8_e5m2, 8, 1}},
    {kFloat8_e5m2fnuz, {kDLFloat8_e5m2fnuz, 8, 1}},
    {kFloat8_e4m3fn, {kDLFloat8_e4m3fn, 8, 1}},
    {kFloat8_e4m3fnuz, {kDLFloat8_e4m3fnuz, 8, 1}},
    {kFloat8_e8m0fnu, {kDLFloat8_e8m0fnu, 8, 1}},
    {kFloat4_e2m1fn_x2, {kDLFloat4_e2m1fn, 4, 2}},
};

// As messages say it; null for what PyTorch has no dtype for.
const char* name_of(uint8_t code) {
  switch (code) {
    case kDLInt:
      return "kInt";
    case kDLUInt:
      return "kUInt";
    case kDLFloat:
    case kDLBfloat:
    case kDLComplex:
      return "kFloat";
    case kDLBool:
      return "kDLBool";
    case kDLFloat8_e5m2:
      return "kDLFloat8_e5m2";
    case kDLFloat8_e5m2fnuz:
      return "kDLFloat8_e5m2fnuz";
    case kDLFloat8_e4m3fn:
      return "kDLFloat8_e4m3fn";
    case kDLFloat8_e4m3fnuz:
      return "kDLFloat8_e4m3fnuz";
    case kDLFloat8_e8m0fnu:
      return "kDLFloat8_e8m0fnu";
    case kDLFloat4_e2m1fn:
      return "kDLFloat4_e2m1fn";
    default:
      return nullptr;
  }
}

struct DevicePair {
  DeviceType ours;
  DLDeviceType theirs;
};

constexpr DevicePair kDevices[] = {
    {DeviceType::CPU, kDLCPU},
    {DeviceType::CUDA, kDLCUDA},
    {DeviceType::OPENCL, kDLOpenCL},
    {DeviceType::HIP, kDLROCM},
    {DeviceType::XPU, kDLOneAPI},
    {DeviceType::MAIA, kDLMAIA},
    {DeviceType::PrivateUse1, kDLExtDev},
    {DeviceType::MPS, kDLMetal},
};

void fill(const Tensor& src, DLTensor& out) {
  out.data = src.data_ptr();
  out.device = torchDeviceToDLDevice(src.device());
  out.ndim = static_cast<int32_t>(src.dim());
  out.dtype = getDLDataType(src);
  out.shape = const_cast<int64_t*>(src.sizes().data());
  out.strides = const_cast<int64_t*>(src.strides().data());
  out.byte_offset = 0;
}

// The tensor beside the structure that points into it.
template <class Managed>
struct Export {
  Tensor tensor;
  Managed managed{};
};

template <class Managed>
Managed* export_tensor(const Tensor& src) {
  auto exported = std::make_unique<Export<Managed>>();
  exported->tensor = src;
  Managed& managed = exported->managed;
  fill(exported->tensor, managed.dl_tensor);
  if constexpr (std::is_same_v<Managed, DLManagedTensorVersioned>) {
    managed.version = {DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION};
  }
  managed.manager_ctx = exported.get();
  managed.deleter = [](Managed* self) { delete static_cast<Export<Managed>*>(self->manager_ctx); };
  return &exported.release()->managed;
}

template <class Managed>
Tensor import_tensor(Managed* src, std::function<void(void*)> deleter) {
  const DLTensor& tensor = src->dl_tensor;
  TORCH_CHECK_BUFFER(tensor.ndim >= 0 && (tensor.shape != nullptr || tensor.ndim == 0),
                     "DLPack tensor without a shape");
  const auto index = static_cast<c10::DeviceIndex>(tensor.device.device_id);
  const Device device = dlDeviceToTorchDevice(tensor.device.device_type, index, tensor.data);
  const TensorOptions options = at::device(device).dtype(toScalarType(tensor.dtype));
  TORCH_CHECK_VALUE(tensor.byte_offset == 0, "Expected zero byte_offset");
  const IntArrayRef sizes(tensor.shape, static_cast<size_t>(tensor.ndim));
  for (const int64_t size : sizes) TORCH_CHECK_BUFFER(size >= 0, "DLPack tensor of a negative size, ", sizes);
  if (!deleter) {
    deleter = [src](void*) {
      if (src->deleter != nullptr) src->deleter(src);
    };
  }
  TensorMaker maker = for_blob(tensor.data, sizes);
  maker.deleter(std::move(deleter)).options(options).target_device(device);
  if (tensor.strides != nullptr) {
    const IntArrayRef strides(tensor.strides, sizes.size());
    for (const int64_t stride : strides)
      TORCH_CHECK_BUFFER(stride >= 0, "DLPack tensor of a negative stride, ", strides);
    maker.strides(strides);
  }
  return maker.make_tensor();
}

}  // namespace

DLDataType getDLDataType(const Tensor& t) {
  const ScalarType type = t.scalar_type();
  for (const DtypePair& pair : kDtypes) {
    if (pair.ours == type) return pair.theirs;
  }
  TORCH_CHECK_BUFFER(!isQIntType(type), "QUInt/QInt types are not supported by dlpack");
  TORCH_CHECK_BUFFER(!isBitsType(type), "Bit types are not supported by dlpack");
  TORCH_CHECK_BUFFER(false, toString(type), " is not supported by dlpack");
}

ScalarType toScalarType(const DLDataType& dtype) {
  const bool packed = dtype.code == kDLFloat4_e2m1fn;
  TORCH_CHECK_BUFFER(packed || dtype.lanes == 1, "ATen does not support lanes != 1 for dtype code",
                     std::to_string(dtype.code));
  const char* name = name_of(dtype.code);
  TORCH_CHECK_BUFFER(name != nullptr, "Unsupported code ", std::to_string(dtype.code));
  bool known_bits = false;
  for (const auto& [ours, theirs] : kDtypes) {
    if (theirs.code != dtype.code || theirs.bits != dtype.bits) continue;
    if (theirs.lanes == dtype.lanes) return ours;
    known_bits = true;
  }
  TORCH_CHECK_BUFFER(!known_bits, "Unsupported ", name, " lanes ", std::to_string(dtype.lanes));
  TORCH_CHECK_BUFFER(false, "Unsupported ", name, " bits ", std::to_string(dtype.bits));
}

DLDevice torchDeviceToDLDevice(Device device) {
  for (const auto& [ours, theirs] : kDevices) {
    if (ours != device.type()) continue;
    if (ours == DeviceType::XPU) return {theirs, at::detail::getXPUHooks().getGlobalIdxFromDevice(device)};
    const bool numbered = ours == DeviceType::CUDA || ours == DeviceType::PrivateUse1;
    return {theirs, numbered ? static_cast<int32_t>(static_cast<unsigned char>(device.index())) : 0};
  }
  TORCH_CHECK_BUFFER(false, "Cannot pack tensors on ", device.str());
}

Device dlDeviceToTorchDevice(DLDeviceType type, c10::DeviceIndex index, void* data) {
  if (type == kDLOneAPI) return at::detail::getXPUHooks().getDeviceFromPtr(data);
  for (const auto& [ours, theirs] : kDevices) {
    if (theirs == type) return ours == DeviceType::CPU ? Device(ours) : Device(ours, index);
  }
  TORCH_CHECK_BUFFER(false, "Unsupported device_type: ", std::to_string(static_cast<int32_t>(type)));
}

DLManagedTensor* toDLPack(const Tensor& src) { return export_tensor<DLManagedTensor>(src); }
DLManagedTensorVersioned* toDLPackVersioned(const Tensor& src) { return export_tensor<DLManagedTensorVersioned>(src); }
void toDLPackNonOwning(const Tensor& src, DLTensor* out) { fill(src, *out); }

Tensor fromDLPack(DLManagedTensor* src, std::function<void(void*)> deleter) {
  return import_tensor(src, std::move(deleter));
}
Tensor fromDLPackVersioned(DLManagedTensorVersioned* src, std::function<void(void*)> deleter) {
  return import_tensor(src, std::move(deleter));
}

Tensor maybeCopyTensor(const Tensor& data, std::optional<DLDevice> optional_dl_device, std::optional<bool> copy) {
  if (optional_dl_device.has_value()) {
    const Device device = dlDeviceToTorchDevice(optional_dl_device->device_type,
                                                static_cast<c10::DeviceIndex>(optional_dl_device->device_id));
    if (device != data.device()) {
      TORCH_CHECK_VALUE(copy.value_or(true), "cannot move (i.e. copy=False) tensor from ", data.device(), " to ",
                        device, " without copying.");
      return data.to(device);
    }
  }
  return copy.value_or(false) ? data.clone() : data;
}

}  // namespace at
