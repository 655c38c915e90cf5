#include <ATen/EmptyTensor.h>

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/DefaultDtype.h>
#include <c10/core/StorageImpl.h>
#include <c10/util/safe_numerics.h>

namespace at::detail {

namespace {

// Tensors on the meta device have a size but no memory.
struct MetaAllocator final : c10::Allocator {
  static void nothing(void*) {}
  c10::DataPtr allocate(size_t) override { return {nullptr, nullptr, &nothing, c10::Device(c10::DeviceType::Meta)}; }
  c10::DeleterFnPtr raw_deleter() const override { return &nothing; }
  void copy_data(void*, const void*, size_t) const override {}
};

c10::Allocator* meta_allocator() {
  static MetaAllocator* const allocator = new MetaAllocator;
  return allocator;
}

constexpr c10::DispatchKeySet kCpuKeys(c10::DispatchKey::CPU);
constexpr c10::DispatchKeySet kMetaKeys(c10::DispatchKey::Meta);

[[noreturn, gnu::cold]] void overflow(IntArrayRef sizes) {
  TORCH_CHECK(false, "Storage size calculation overflowed with sizes=", sizes);
}

TensorBase make(size_t bytes, c10::Allocator* allocator, c10::DispatchKeySet keys, ScalarType type) {
  auto storage = c10::make_intrusive<c10::StorageImpl>(c10::StorageImpl::use_byte_size_t(), bytes,
                                                       allocator->allocate(bytes), allocator, /*resizable=*/true);
  return make_tensor_base<TensorImpl>(c10::Storage(std::move(storage)), keys, scalarTypeToTypeMeta(type));
}

/// Reaches the fields of a TensorImpl that nobody else knows yet.
struct Fresh : TensorImpl {
  static void set_contiguous(TensorImpl& impl, IntArrayRef sizes, int64_t numel) {
    auto& geometry = impl.*(&Fresh::sizes_and_strides_);
    geometry.resize(sizes.size());
    int64_t* const to_sizes = geometry.sizes_data();
    int64_t* const to_strides = geometry.strides_data();
    int64_t stride = 1;
    for (size_t i = sizes.size(); i-- > 0;) {
      to_sizes[i] = sizes[i];
      to_strides[i] = stride;
      stride *= sizes[i];
    }
    impl.*(&Fresh::numel_) = numel;
  }
};

/// The number of elements of a shape that needs no care: few dimensions, not empty, not huge. Else 0.
int64_t plain_numel(IntArrayRef sizes) {
  // With four dimensions on, a tensor may be channels-last.
  if (sizes.size() > 3) return 0;
  int64_t numel = 1;
  for (const int64_t size : sizes) {
    if (size <= 0 || size >= int64_t{1} << 19) return 0;
    numel *= size;
  }
  return numel;
}

/// What TensorImpl's constructor makes of a backend's key.
c10::DispatchKeySet all_keys(c10::DispatchKeySet backend) {
  // Nearly every tensor is one on the CPU.
  static const auto of_cpu = kCpuKeys | c10::getAutocastRelatedKeySetFromBackend(c10::BackendComponent::CPUBit) |
                             c10::getAutogradRelatedKeySetFromBackend(c10::BackendComponent::CPUBit);
  const bool inference = c10::InferenceMode::is_enabled();
  if (backend == kCpuKeys && !inference) return of_cpu;
  const auto component = backend.highestBackendKey();
  backend = backend | c10::getAutocastRelatedKeySetFromBackend(component);
  return inference ? backend - c10::autograd_dispatch_keyset_with_ADInplaceOrView
                   : backend | c10::getAutogradRelatedKeySetFromBackend(component);
}

TensorBase make_plain(IntArrayRef sizes, int64_t numel, c10::Allocator* allocator, c10::DispatchKeySet keys,
                      ScalarType type) {
  const size_t bytes = static_cast<size_t>(numel) * c10::elementSize(type);
  auto storage =
      c10::make_intrusive<c10::StorageImpl>(c10::StorageImpl::use_byte_size_t(), bytes, allocator, /*resizable=*/true);
  auto impl = c10::make_intrusive<TensorImpl>(TensorImpl::VIEW, c10::Storage(std::move(storage)), all_keys(keys),
                                              scalarTypeToTypeMeta(type));
  Fresh::set_contiguous(*impl, sizes, numel);
  return TensorBase(std::move(impl));
}

bool is_initial(IntArrayRef size) { return size.size() == 1 && size[0] == 0; }

[[gnu::noinline]] TensorBase make_any(IntArrayRef size, c10::Allocator* allocator, c10::DispatchKeySet keys,
                                      ScalarType type, std::optional<c10::MemoryFormat> memory_format) {
  check_size_nonnegative(size);
  const size_t bytes = computeStorageNbytesContiguous(size, c10::elementSize(type));
  TensorBase tensor = make(bytes, allocator, keys, type);
  if (!is_initial(size)) tensor.unsafeGetTensorImpl()->generic_set_sizes_contiguous(size);
  if (memory_format && *memory_format != MemoryFormat::Contiguous)
    tensor.unsafeGetTensorImpl()->empty_tensor_restride(*memory_format);
  return tensor;
}

/// The most frequent of all: what is not plain goes elsewhere, so that this needs few registers.
inline TensorBase make_empty(IntArrayRef size, c10::Allocator* allocator, c10::DispatchKeySet keys, ScalarType type,
                             std::optional<c10::MemoryFormat> memory_format) {
  if (!memory_format || *memory_format == MemoryFormat::Contiguous) [[likely]] {
    if (const int64_t numel = plain_numel(size)) return make_plain(size, numel, allocator, keys, type);
  }
  return make_any(size, allocator, keys, type, memory_format);
}

[[noreturn, gnu::cold, gnu::noinline]] void refuse_pinned(const char* name) {
  TORCH_CHECK_NOT_IMPLEMENTED(false, "not implemented: pinned memory (", name, ")");
}

void check_layout(std::optional<Layout> layout, std::optional<bool> pin_memory, const char* name) {
  TORCH_CHECK(layout.value_or(kStrided) == kStrided, name, ": only dense tensors are supported here, got layout ",
              *layout);
  if (pin_memory.value_or(false)) refuse_pinned(name);
}

ScalarType type_or_default(std::optional<ScalarType> type) {
  return type ? *type : typeMetaToScalarType(c10::get_default_dtype());
}

}  // namespace

size_t computeStorageNbytesContiguous(IntArrayRef sizes, size_t itemsize, size_t storage_offset) {
  uint64_t count = 1, bytes = 0;
  bool overflowed = c10::safe_multiplies_u64(sizes, &count);
  overflowed |= __builtin_add_overflow(count, static_cast<uint64_t>(storage_offset), &bytes);
  overflowed |= __builtin_mul_overflow(bytes, static_cast<uint64_t>(itemsize), &bytes);
  if (overflowed || bytes > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) overflow(sizes);
  return bytes;
}

size_t computeStorageNbytes(IntArrayRef sizes, IntArrayRef strides, size_t itemsize, size_t storage_offset) {
  TORCH_CHECK(sizes.size() == strides.size(), "dimensionality of sizes (", sizes.size(),
              ") must match dimensionality of strides (", strides.size(), ")");
  uint64_t last = storage_offset + 1, bytes = 0;
  bool overflowed = false;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == 0) return 0;
    uint64_t reach = 0;
    overflowed |=
        __builtin_mul_overflow(static_cast<uint64_t>(strides[i]), static_cast<uint64_t>(sizes[i] - 1), &reach);
    overflowed |= __builtin_add_overflow(last, reach, &last);
  }
  overflowed |= __builtin_mul_overflow(last, static_cast<uint64_t>(itemsize), &bytes);
  TORCH_CHECK(!overflowed && bytes <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max()),
              "Storage size calculation overflowed with sizes=", sizes, " and strides=", strides);
  return bytes;
}

SymInt computeStorageNbytesContiguous(SymIntArrayRef sizes, const SymInt& itemsize, const SymInt& storage_offset) {
  SymInt count = 1;
  for (const auto& size : sizes) count *= size;
  return itemsize * (storage_offset + count);
}

SymInt computeStorageNbytes(SymIntArrayRef sizes, SymIntArrayRef strides, const SymInt& itemsize,
                            const SymInt& storage_offset) {
  SymInt last = 1;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (TORCH_GUARD_OR_FALSE(sizes[i].sym_eq(0))) return 0;
    last += strides[i] * (sizes[i] - 1);
  }
  return itemsize * (storage_offset + last);
}

TensorBase empty_generic(IntArrayRef size, c10::Allocator* allocator, c10::DispatchKeySet ks, ScalarType scalar_type,
                         std::optional<c10::MemoryFormat> memory_format_opt) {
  return make_empty(size, allocator, ks, scalar_type, memory_format_opt);
}

TensorBase empty_strided_generic(IntArrayRef size, IntArrayRef stride, c10::Allocator* allocator,
                                 c10::DispatchKeySet ks, ScalarType scalar_type) {
  check_size_nonnegative(size);
  const size_t bytes = computeStorageNbytes(size, stride, c10::elementSize(scalar_type));
  TensorBase tensor = make(bytes, allocator, ks, scalar_type);
  tensor.unsafeGetTensorImpl()->set_sizes_and_strides(size, stride);
  return tensor;
}

TensorBase empty_generic_symint(SymIntArrayRef size, c10::Allocator* allocator, c10::DispatchKeySet ks,
                                ScalarType scalar_type, std::optional<c10::MemoryFormat> memory_format_opt) {
  return empty_generic(C10_AS_INTARRAYREF_SLOW(size), allocator, ks, scalar_type, memory_format_opt);
}

TensorBase empty_strided_symint_generic(SymIntArrayRef size, SymIntArrayRef stride, c10::Allocator* allocator,
                                        c10::DispatchKeySet ks, ScalarType scalar_type) {
  return empty_strided_generic(C10_AS_INTARRAYREF_SLOW(size), C10_AS_INTARRAYREF_SLOW(stride), allocator, ks,
                               scalar_type);
}

TensorBase empty_cpu(IntArrayRef size, ScalarType dtype, bool pin_memory,
                     std::optional<c10::MemoryFormat> memory_format_opt) {
  if (pin_memory) refuse_pinned("empty");
  return make_empty(size, c10::GetCPUAllocator(), kCpuKeys, dtype, memory_format_opt);
}

TensorBase empty_cpu(IntArrayRef size, std::optional<ScalarType> dtype_opt, std::optional<Layout> layout_opt,
                     std::optional<Device>, std::optional<bool> pin_memory_opt,
                     std::optional<c10::MemoryFormat> memory_format_opt) {
  check_layout(layout_opt, pin_memory_opt, "empty");
  return empty_cpu(size, type_or_default(dtype_opt), false, memory_format_opt);
}

TensorBase empty_cpu(IntArrayRef size, const TensorOptions& options) {
  return empty_cpu(size, optTypeMetaToScalarType(options.dtype_opt()), options.layout_opt(), options.device_opt(),
                   options.pinned_memory_opt(), options.memory_format_opt());
}

TensorBase empty_strided_cpu(IntArrayRef size, IntArrayRef stride, ScalarType dtype, bool pin_memory) {
  if (pin_memory) refuse_pinned("empty_strided");
  return empty_strided_generic(size, stride, c10::GetCPUAllocator(), kCpuKeys, dtype);
}

TensorBase empty_strided_cpu(IntArrayRef size, IntArrayRef stride, std::optional<ScalarType> dtype_opt,
                             std::optional<Layout> layout_opt, std::optional<Device>,
                             std::optional<bool> pin_memory_opt) {
  check_layout(layout_opt, pin_memory_opt, "empty_strided");
  return empty_strided_cpu(size, stride, type_or_default(dtype_opt));
}

TensorBase empty_strided_cpu(IntArrayRef size, IntArrayRef stride, const TensorOptions& options) {
  return empty_strided_cpu(size, stride, optTypeMetaToScalarType(options.dtype_opt()), options.layout_opt(),
                           options.device_opt(), options.pinned_memory_opt());
}

TensorBase empty_meta(IntArrayRef size, ScalarType dtype, std::optional<c10::MemoryFormat> memory_format_opt) {
  return empty_generic(size, meta_allocator(), kMetaKeys, dtype, memory_format_opt);
}

TensorBase empty_meta(IntArrayRef size, std::optional<ScalarType> dtype_opt, std::optional<Layout> layout_opt,
                      std::optional<Device>, std::optional<bool> pin_memory_opt,
                      std::optional<c10::MemoryFormat> memory_format_opt) {
  check_layout(layout_opt, pin_memory_opt, "empty");
  return empty_meta(size, type_or_default(dtype_opt), memory_format_opt);
}

TensorBase empty_symint_meta(SymIntArrayRef size, std::optional<ScalarType> dtype_opt, std::optional<Layout> layout_opt,
                             std::optional<Device> device_opt, std::optional<bool> pin_memory_opt,
                             std::optional<c10::MemoryFormat> memory_format_opt) {
  return empty_meta(C10_AS_INTARRAYREF_SLOW(size), dtype_opt, layout_opt, device_opt, pin_memory_opt,
                    memory_format_opt);
}

TensorBase empty_meta(IntArrayRef size, const TensorOptions& options) {
  return empty_meta(size, optTypeMetaToScalarType(options.dtype_opt()), options.layout_opt(), options.device_opt(),
                    options.pinned_memory_opt(), options.memory_format_opt());
}

TensorBase empty_strided_meta(IntArrayRef size, IntArrayRef stride, ScalarType dtype) {
  return empty_strided_generic(size, stride, meta_allocator(), kMetaKeys, dtype);
}

TensorBase empty_strided_meta(IntArrayRef size, IntArrayRef stride, std::optional<ScalarType> dtype_opt,
                              std::optional<Layout> layout_opt, std::optional<Device>,
                              std::optional<bool> pin_memory_opt) {
  check_layout(layout_opt, pin_memory_opt, "empty_strided");
  return empty_strided_meta(size, stride, type_or_default(dtype_opt));
}

TensorBase empty_strided_meta(IntArrayRef size, IntArrayRef stride, const TensorOptions& options) {
  return empty_strided_meta(size, stride, optTypeMetaToScalarType(options.dtype_opt()), options.layout_opt(),
                            options.device_opt(), options.pinned_memory_opt());
}

TensorBase empty_strided_symint_meta(SymIntArrayRef size, SymIntArrayRef stride, ScalarType dtype) {
  return empty_strided_meta(C10_AS_INTARRAYREF_SLOW(size), C10_AS_INTARRAYREF_SLOW(stride), dtype);
}

TensorBase empty_strided_symint_meta(SymIntArrayRef size, SymIntArrayRef stride, std::optional<ScalarType> dtype_opt,
                                     std::optional<Layout> layout_opt, std::optional<Device> device_opt) {
  return empty_strided_meta(C10_AS_INTARRAYREF_SLOW(size), C10_AS_INTARRAYREF_SLOW(stride), dtype_opt, layout_opt,
                            device_opt, std::nullopt);
}

TensorBase empty_strided_symint_meta(SymIntArrayRef size, SymIntArrayRef stride, const TensorOptions& options) {
  return empty_strided_meta(C10_AS_INTARRAYREF_SLOW(size), C10_AS_INTARRAYREF_SLOW(stride), options);
}

}  // namespace at::detail
