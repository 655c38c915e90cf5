// The C shim's functions on tensors.
#include <ATen/Functions.h>
#include <ATen/core/Formatting.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/inductor/aoti_torch/c/shim.h>
#include <torch/csrc/inductor/aoti_torch/shim_values.h>
#include <torch/csrc/stable/c/shim.h>

#include <iostream>

namespace shim = flambeau::shim;
using shim::guarded;
using shim::put;
using shim::tensor;

#define DTYPE(name, type) \
  int32_t aoti_torch_dtype_##name() { return static_cast<int32_t>(c10::ScalarType::type); }
DTYPE(float8_e5m2, Float8_e5m2)
DTYPE(float8_e4m3fn, Float8_e4m3fn)
DTYPE(float8_e5m2fnuz, Float8_e5m2fnuz)
DTYPE(float8_e4m3fnuz, Float8_e4m3fnuz)
DTYPE(float8_e8m0fnu, Float8_e8m0fnu)
DTYPE(float4_e2m1fn_x2, Float4_e2m1fn_x2)
DTYPE(bfloat16, BFloat16)
DTYPE(float16, Half)
DTYPE(float32, Float)
DTYPE(float64, Double)
DTYPE(uint8, Byte)
DTYPE(uint16, UInt16)
DTYPE(uint32, UInt32)
DTYPE(uint64, UInt64)
DTYPE(int8, Char)
DTYPE(int16, Short)
DTYPE(int32, Int)
DTYPE(int64, Long)
DTYPE(bool, Bool)
DTYPE(complex32, ComplexHalf)
DTYPE(complex64, ComplexFloat)
DTYPE(complex128, ComplexDouble)
#undef DTYPE

int32_t torch_dtype_float8_e8m0fnu() { return aoti_torch_dtype_float8_e8m0fnu(); }
int32_t torch_dtype_float4_e2m1fn_x2() { return aoti_torch_dtype_float4_e2m1fn_x2(); }
size_t aoti_torch_dtype_element_size(int32_t dtype) { return c10::elementSize(static_cast<c10::ScalarType>(dtype)); }

#define DEVICE(name, type) \
  int32_t aoti_torch_device_type_##name() { return static_cast<int32_t>(c10::DeviceType::type); }
DEVICE(cpu, CPU)
DEVICE(cuda, CUDA)
DEVICE(meta, Meta)
DEVICE(xpu, XPU)
DEVICE(mps, MPS)
DEVICE(privateuse1, PrivateUse1)
#undef DEVICE

#define LAYOUT(name, type) \
  int32_t aoti_torch_layout_##name() { return static_cast<int32_t>(c10::Layout::type); }
LAYOUT(strided, Strided)
LAYOUT(sparse_coo, Sparse)
LAYOUT(sparse_csr, SparseCsr)
LAYOUT(sparse_csc, SparseCsc)
LAYOUT(sparse_bsr, SparseBsr)
LAYOUT(sparse_bsc, SparseBsc)
LAYOUT(_mkldnn, Mkldnn)
LAYOUT(jagged, Jagged)
#undef LAYOUT

#define FORMAT(name, type) \
  int32_t aoti_torch_memory_format_##name() { return static_cast<int32_t>(c10::MemoryFormat::type); }
FORMAT(contiguous_format, Contiguous)
FORMAT(channels_last, ChannelsLast)
FORMAT(channels_last_3d, ChannelsLast3d)
FORMAT(preserve_format, Preserve)
#undef FORMAT

#define ITEM(name, type)                                                 \
  AOTITorchError aoti_torch_item_##name(AtenTensorHandle t, type* ret) { \
    return guarded([&] { *ret = tensor(t).item().to<type>(); });         \
  }
ITEM(float16, c10::Half)
ITEM(bfloat16, c10::BFloat16)
ITEM(float32, float)
ITEM(float64, double)
ITEM(uint8, uint8_t)
ITEM(uint16, uint16_t)
ITEM(uint32, uint32_t)
ITEM(uint64, uint64_t)
ITEM(int8, int8_t)
ITEM(int16, int16_t)
ITEM(int32, int32_t)
ITEM(int64, int64_t)
ITEM(bool, bool)
ITEM(complex64, c10::complex<float>)
#undef ITEM

#define SCALAR(name, type, scalar_type)                                                                  \
  AOTITorchError aoti_torch_scalar_to_tensor_##name(type value, AtenTensorHandle* ret) {                 \
    return guarded([&] { put(ret, at::scalar_tensor(at::Scalar(value), at::dtype(at::scalar_type))); }); \
  }
SCALAR(float32, float, kFloat)
SCALAR(float64, double, kDouble)
SCALAR(uint8, uint8_t, kByte)
SCALAR(uint16, uint16_t, kUInt16)
SCALAR(uint32, uint32_t, kUInt32)
SCALAR(uint64, uint64_t, kUInt64)
SCALAR(int8, int8_t, kChar)
SCALAR(int16, int16_t, kShort)
SCALAR(int32, int32_t, kInt)
SCALAR(int64, int64_t, kLong)
SCALAR(bool, bool, kBool)
SCALAR(complex64, c10::complex<float>, kComplexFloat)
SCALAR(complex128, c10::complex<double>, kComplexDouble)
#undef SCALAR

bool aoti_torch_grad_mode_is_enabled() { return c10::GradMode::is_enabled(); }
void aoti_torch_grad_mode_set_enabled(bool enabled) { c10::GradMode::set_enabled(enabled); }

// One expression on the tensor, stored where the caller says.
#define GETTER(name, type, expression)                                  \
  AOTITorchError aoti_torch_get_##name(AtenTensorHandle t, type* ret) { \
    return guarded([&] {                                                \
      at::Tensor& self = tensor(t);                                     \
      *ret = expression;                                                \
    });                                                                 \
  }
GETTER(storage_size, int64_t, static_cast<int64_t>(self.storage().nbytes()))
GETTER(dim, int64_t, self.dim())
GETTER(numel, int64_t, self.numel())
GETTER(sizes, int64_t*, const_cast<int64_t*>(self.sizes().data()))
GETTER(strides, int64_t*, const_cast<int64_t*>(self.strides().data()))
GETTER(dtype, int32_t, static_cast<int32_t>(self.scalar_type()))
GETTER(device_type, int32_t, static_cast<int32_t>(self.device().type()))
GETTER(device_index, int32_t, self.device().index())
GETTER(layout, int32_t, static_cast<int32_t>(self.layout()))
GETTER(storage_offset, int64_t, self.storage_offset())
GETTER(data_ptr, void*, self.data_ptr())
GETTER(storage_numel, int64_t, static_cast<int64_t>(self.storage().nbytes() / self.itemsize()))
#undef GETTER

AOTITorchError aoti_torch_get_size(AtenTensorHandle t, int64_t d, int64_t* ret) {
  return guarded([&] { *ret = tensor(t).size(d); });
}
AOTITorchError aoti_torch_get_stride(AtenTensorHandle t, int64_t d, int64_t* ret) {
  return guarded([&] { *ret = tensor(t).stride(d); });
}
AOTITorchError torch_get_mutable_data_ptr(AtenTensorHandle t, void** ret) {
  return guarded([&] { *ret = tensor(t).mutable_data_ptr(); });
}
AOTITorchError torch_get_const_data_ptr(AtenTensorHandle t, const void** ret) {
  return guarded([&] { *ret = tensor(t).const_data_ptr(); });
}
AOTITorchError torch_set_requires_grad(AtenTensorHandle t, bool value) {
  return guarded([&] { tensor(t).set_requires_grad(value); });
}
AOTITorchError aoti_torch_is_contiguous(AtenTensorHandle t, bool* ret) {
  return guarded([&] { *ret = tensor(t).is_contiguous(); });
}
AOTITorchError aoti_torch_is_defined(AtenTensorHandle t, bool* ret) {
  return guarded([&] { *ret = tensor(t).defined(); });
}

AOTITorchError aoti_torch_delete_tensor_object(AtenTensorHandle t) {
  return guarded([&] { delete &tensor(t); });
}
AOTITorchError aoti_torch_new_tensor_handle(AtenTensorHandle t, AtenTensorHandle* ret) {
  return guarded([&] { put(ret, tensor(t)); });
}
AOTITorchError aoti_torch_new_uninitialized_tensor(AtenTensorHandle* ret) {
  return guarded([&] { put(ret, at::Tensor()); });
}

namespace {

/// A tensor of that geometry on self's storage; the offset counts elements of dtype.
at::Tensor alias(const at::Tensor& self, c10::ScalarType dtype, at::IntArrayRef sizes, at::IntArrayRef strides,
                 int64_t offset) {
  auto impl = c10::make_intrusive<at::TensorImpl>(c10::TensorImpl::VIEW, c10::Storage(self.storage()), self.key_set(),
                                                  c10::scalarTypeToTypeMeta(dtype));
  impl->set_sizes_and_strides(sizes, strides, offset);
  return at::Tensor(std::move(impl));
}

at::IntArrayRef ref(const int64_t* items, int64_t count) { return {items, static_cast<size_t>(count)}; }

at::TensorOptions options(int32_t dtype, int32_t device_type, int32_t device_index) {
  return at::dtype(static_cast<c10::ScalarType>(dtype)).device(shim::device(device_type, device_index));
}

at::Tensor blob(void* data, int64_t ndim, const int64_t* sizes, const int64_t* strides, int64_t offset,
                const at::TensorOptions& opts, std::function<void(void*)> deleter) {
  if (data == nullptr) return at::empty_strided(ref(sizes, ndim), ref(strides, ndim), opts);
  at::TensorMaker maker = at::for_blob(data, ref(sizes, ndim));
  maker.strides(ref(strides, ndim)).storage_offset(offset).options(opts);
  if (deleter) maker.deleter(std::move(deleter));
  return maker.make_tensor();
}

}  // namespace

AOTITorchError aoti_torch__alloc_from_pool(AtenTensorHandle self, int64_t offset_bytes, int32_t dtype, int64_t ndim,
                                           const int64_t* sizes, const int64_t* strides, AtenTensorHandle* ret) {
  return guarded([&] {
    const auto type = static_cast<c10::ScalarType>(dtype);
    const int64_t offset = offset_bytes / static_cast<int64_t>(c10::elementSize(type));
    put(ret, alias(tensor(self), type, ref(sizes, ndim), ref(strides, ndim), offset));
  });
}

AOTITorchError aoti_torch__reinterpret_tensor(AtenTensorHandle self, int64_t ndim, const int64_t* sizes,
                                              const int64_t* strides, int64_t storage_offset, AtenTensorHandle* ret) {
  return guarded([&] {
    const at::Tensor& t = tensor(self);
    put(ret, alias(t, t.scalar_type(), ref(sizes, ndim), ref(strides, ndim), t.storage_offset() + storage_offset));
  });
}

AOTITorchError aoti_torch_empty_strided(int64_t ndim, const int64_t* sizes, const int64_t* strides, int32_t dtype,
                                        int32_t device_type, int32_t device_index, AtenTensorHandle* ret) {
  return guarded([&] {
    put(ret, at::empty_strided(ref(sizes, ndim), ref(strides, ndim), options(dtype, device_type, device_index)));
  });
}

AOTITorchError aoti_torch_empty_strided_pinned(int64_t ndim, const int64_t* sizes, const int64_t* strides,
                                               int32_t dtype, int32_t device_type, int32_t device_index,
                                               AtenTensorHandle* ret) {
  return guarded([&] {
    const auto opts = options(dtype, device_type, device_index).pinned_memory(true);
    put(ret, at::empty_strided(ref(sizes, ndim), ref(strides, ndim), opts));
  });
}

AOTITorchError aoti_torch_as_strided(AtenTensorHandle self, const int64_t* sizes, const int64_t* strides,
                                     AtenTensorHandle* ret) {
  return guarded([&] {
    const at::Tensor& t = tensor(self);
    put(ret, at::as_strided(t, ref(sizes, t.dim()), ref(strides, t.dim())));
  });
}

AOTITorchError aoti_torch_create_tensor_from_blob(void* data, int64_t ndim, const int64_t* sizes,
                                                  const int64_t* strides, int64_t storage_offset, int32_t dtype,
                                                  int32_t device_type, int32_t device_index, AtenTensorHandle* ret) {
  return guarded([&] {
    put(ret, blob(data, ndim, sizes, strides, storage_offset, options(dtype, device_type, device_index), {}));
  });
}

AOTITorchError torch_from_blob(void* data, int64_t ndim, const int64_t* sizes, const int64_t* strides,
                               int64_t storage_offset, int32_t dtype, int32_t device_type, int32_t device_index,
                               AtenTensorHandle* ret, int32_t layout, const uint8_t*, int64_t,
                               void (*deleter)(void* data, void* ctx), void* ctx) {
  return guarded([&] {
    TORCH_CHECK_NOT_IMPLEMENTED(static_cast<c10::Layout>(layout) == c10::kStrided,
                                "not implemented: torch_from_blob of layout ", static_cast<c10::Layout>(layout));
    std::function<void(void*)> release;
    if (deleter) release = [=](void* memory) { deleter(memory, ctx); };
    put(ret, blob(data, ndim, sizes, strides, storage_offset, options(dtype, device_type, device_index),
                  std::move(release)));
  });
}

AOTITorchError aoti_torch_create_tensor_from_blob_v2(void* data, int64_t ndim, const int64_t* sizes,
                                                     const int64_t* strides, int64_t storage_offset, int32_t dtype,
                                                     int32_t device_type, int32_t device_index, AtenTensorHandle* ret,
                                                     int32_t layout, const uint8_t* metadata, int64_t size) {
  return torch_from_blob(data, ndim, sizes, strides, storage_offset, dtype, device_type, device_index, ret, layout,
                         metadata, size, nullptr, nullptr);
}

AOTITorchError aoti_torch_tensor_copy_(AtenTensorHandle src, AtenTensorHandle dst) {
  return guarded([&] { tensor(dst).copy_(tensor(src)); });
}
AOTITorchError aoti_torch_assign_tensors(AtenTensorHandle src, AtenTensorHandle dst) {
  return guarded([&] { tensor(dst) = tensor(src); });
}
AOTITorchError aoti_torch_assign_tensors_out(AtenTensorHandle src, AtenTensorHandle* ret) {
  return guarded([&] { put(ret, at::alias(tensor(src))); });
}
AOTITorchError aoti_torch_clone(AtenTensorHandle self, AtenTensorHandle* ret) {
  return guarded([&] { put(ret, tensor(self).clone()); });
}
AOTITorchError aoti_torch_clone_preserve_strides(AtenTensorHandle self, AtenTensorHandle* ret) {
  return guarded([&] {
    const at::Tensor& t = tensor(self);
    put(ret, at::empty_strided(t.sizes(), t.strides(), t.options()).copy_(t));
  });
}
AOTITorchError aoti_torch_copy_(AtenTensorHandle self, AtenTensorHandle src, int32_t non_blocking) {
  return guarded([&] { tensor(self).copy_(tensor(src), non_blocking != 0); });
}
AOTITorchError aoti_torch_zero_(AtenTensorHandle self) {
  return guarded([&] { tensor(self).zero_(); });
}
AOTITorchError aoti_torch__mm_plus_mm_out(AtenTensorHandle out, AtenTensorHandle a, AtenTensorHandle b,
                                          AtenTensorHandle c, AtenTensorHandle d) {
  return guarded([&] {
    at::mm_out(tensor(out), tensor(a), tensor(b));
    tensor(out).addmm_(tensor(c), tensor(d));
  });
}
AOTITorchError aoti_torch_scatter_out(AtenTensorHandle out, AtenTensorHandle self, int64_t dim, AtenTensorHandle index,
                                      AtenTensorHandle src) {
  return guarded([&] { at::scatter_out(tensor(out), tensor(self), dim, tensor(index), tensor(src)); });
}
AOTITorchError aoti_torch_scatter_reduce_out(AtenTensorHandle out, AtenTensorHandle self, int64_t dim,
                                             AtenTensorHandle index, AtenTensorHandle src, const char* reduce,
                                             int32_t include_self) {
  return guarded([&] {
    at::scatter_reduce_out(tensor(out), tensor(self), dim, tensor(index), tensor(src), reduce, include_self != 0);
  });
}
AOTITorchError aoti_torch_index_put_out(AtenTensorHandle out, AtenTensorHandle self, const AtenTensorHandle* indices,
                                        const uint32_t num_indices, const AtenTensorHandle values, bool accumulate) {
  return guarded([&] {
    c10::List<std::optional<at::Tensor>> list;
    for (uint32_t i = 0; i < num_indices; ++i)
      list.push_back(indices[i] ? std::optional(tensor(indices[i])) : std::nullopt);
    at::index_put_out(tensor(out), tensor(self), list, tensor(values), accumulate);
  });
}

AOTITorchError aoti_torch_check_inf_and_nan(const char* tensor_name, AtenTensorHandle t) {
  return guarded([&] {
    const bool inf = at::isinf(tensor(t)).any().item<bool>(), nan = at::isnan(tensor(t)).any().item<bool>();
    TORCH_CHECK(!inf && !nan, "found ", inf ? "inf" : "nan", " in tensor ", tensor_name);
  });
}

void aoti_torch_print_tensor_handle(AtenTensorHandle self, const char* msg) {
  std::cout << "[  " << (msg ? msg : "") << "  ]:\n" << tensor(self) << '\n';
}

// ---- deprecated: older extensions call them

AOTITorchError aoti_torch_addmm_out(AtenTensorHandle out, AtenTensorHandle self, AtenTensorHandle mat1,
                                    AtenTensorHandle mat2, float beta, float alpha) {
  return guarded([&] { at::addmm_out(tensor(out), tensor(self), tensor(mat1), tensor(mat2), beta, alpha); });
}
AOTITorchError aoti_torch_bmm_out(AtenTensorHandle out, AtenTensorHandle self, AtenTensorHandle mat2) {
  return guarded([&] { at::bmm_out(tensor(out), tensor(self), tensor(mat2)); });
}
AOTITorchError aoti_torch_mm_out(AtenTensorHandle out, AtenTensorHandle self, AtenTensorHandle mat2) {
  return guarded([&] { at::mm_out(tensor(out), tensor(self), tensor(mat2)); });
}
AOTITorchError aoti_torch_nonzero(AtenTensorHandle self, AtenTensorHandle* out) {
  return guarded([&] { put(out, at::nonzero(tensor(self))); });
}
AOTITorchError aoti_torch_view_as_real(AtenTensorHandle self, AtenTensorHandle* ret) {
  return guarded([&] { put(ret, at::view_as_real(tensor(self))); });
}
AOTITorchError aoti_torch_view_dtype(AtenTensorHandle self, int32_t dtype, AtenTensorHandle* ret) {
  return guarded([&] { put(ret, tensor(self).view(static_cast<c10::ScalarType>(dtype))); });
}
AOTITorchError aoti_torch_repeat_interleave_Tensor(AtenTensorHandle repeats, int64_t* output_size,
                                                   AtenTensorHandle* out) {
  return guarded([&] { put(out, at::repeat_interleave(tensor(repeats), shim::optional<int64_t>(output_size))); });
}
AOTITorchError aoti_torch_convolution(AtenTensorHandle input, AtenTensorHandle weight, AtenTensorHandle bias,
                                      const int64_t* stride, int64_t stride_size, const int64_t* padding,
                                      int64_t padding_size, const int64_t* dilation, int64_t dilation_size,
                                      int transposed, const int64_t* output_padding, int64_t output_padding_size,
                                      int64_t groups, AtenTensorHandle* ret) {
  return guarded([&] {
    const auto bias_tensor = bias ? std::optional(tensor(bias)) : std::nullopt;
    put(ret, at::convolution(tensor(input), tensor(weight), bias_tensor, ref(stride, stride_size),
                             ref(padding, padding_size), ref(dilation, dilation_size), transposed != 0,
                             ref(output_padding, output_padding_size), groups));
  });
}
