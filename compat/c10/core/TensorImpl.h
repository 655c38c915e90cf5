// Mirrors <c10/core/TensorImpl.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Allocator.h>
#include <c10/core/Device.h>
#include <c10/core/DeviceType.h>
#include <c10/core/DispatchKey.h>
#include <c10/core/DispatchKeySet.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/Layout.h>
#include <c10/core/MemoryFormat.h>
#include <c10/core/SafePyObject.h>
#include <c10/core/ScalarType.h>
#include <c10/core/ScalarTypeToTypeMeta.h>
#include <c10/core/Storage.h>
#include <c10/core/SymBool.h>
#include <c10/core/SymInt.h>
#include <c10/core/SymIntArrayRef.h>
#include <c10/core/SymbolicShapeMeta.h>
#include <c10/core/WrapDimMinimal.h>
#include <c10/core/impl/PyObjectSlot.h>
#include <c10/core/impl/SizesAndStrides.h>
#include <c10/macros/Macros.h>
#include <c10/util/ArrayRef.h>
#include <c10/util/DimVector.h>
#include <c10/util/Exception.h>
#include <c10/util/Flags.h>
#include <c10/util/accumulate.h>
#include <c10/util/intrusive_ptr.h>
#include <c10/util/irange.h>
#include <c10/util/light_std.h>
#include <c10/util/safe_numerics.h>
#include <c10/util/typeid.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

C10_DECLARE_bool(caffe2_keep_on_shrink);
C10_DECLARE_int64(caffe2_max_keep_on_shrink_memory);

namespace at {
class Tensor;
class TensorBase;
}  // namespace at

namespace c10 {

FLB_ON_USE inline std::vector<int64_t> ToVectorint64_t(const ArrayRef<int>& src) {
  return std::vector<int64_t>(src.begin(), src.end());
}
FLB_ON_USE inline int64_t size_from_dim_(int k, IntArrayRef dims) {
  int64_t r = 1;
  for (const auto i : c10::irange(k, dims.size())) r *= dims[i];
  return r;
}
FLB_ON_USE inline int64_t size_to_dim_(int k, IntArrayRef dims) {
  TORCH_CHECK(k >= 0 && static_cast<size_t>(k) <= dims.size());
  int64_t r = 1;
  for (const auto i : c10::irange(k)) r *= dims[i];
  return r;
}
/// The product of the dimensions strictly between k and l.
FLB_ON_USE inline int64_t size_between_dim_(int k, int l, IntArrayRef dims) {
  TORCH_CHECK(static_cast<unsigned>(l) < dims.size() && static_cast<unsigned>(k) < dims.size());
  int64_t r = 1;
  for (int i = std::min(k, l) + 1; i < std::max(k, l); ++i) r *= dims[i];
  return r;
}
FLB_ON_USE inline int canonical_axis_index_(int axis_index, int ndims) {
  TORCH_CHECK(axis_index >= -ndims);
  TORCH_CHECK(axis_index < ndims);
  return axis_index < 0 ? axis_index + ndims : axis_index;
}

using PlacementDtor = void (*)(void*, size_t);

// Destroys the elements of an array, then frees it.
struct C10_API PlacementDeleteContext {
  DataPtr data_ptr_;
  PlacementDtor placement_dtor_;
  size_t size_;

  FLB_ON_USE PlacementDeleteContext(DataPtr&& data_ptr, PlacementDtor placement_dtor, size_t size)
      : data_ptr_(std::move(data_ptr)), placement_dtor_(placement_dtor), size_(size) {}
  PlacementDeleteContext(PlacementDeleteContext&&) noexcept = delete;
  PlacementDeleteContext(const PlacementDeleteContext&) = delete;
  PlacementDeleteContext& operator=(const PlacementDeleteContext&) = delete;
  PlacementDeleteContext& operator=(PlacementDeleteContext&&) = delete;
  static DataPtr makeDataPtr(DataPtr&& data_ptr, PlacementDtor placement_dtor, size_t size, Device device);
  ~PlacementDeleteContext() { placement_dtor_(data_ptr_.get(), size_); }
};

// A tensor's part in automatic differentiation, which lives in a library above.
struct C10_API AutogradMetaInterface {
  virtual void set_requires_grad(bool requires_grad, at::TensorImpl* self_impl) = 0;
  virtual bool requires_grad() const = 0;
  virtual at::Tensor& mutable_grad() = 0;
  virtual const at::Tensor& grad() const = 0;
  virtual const at::Tensor& fw_grad(uint64_t level, const at::TensorBase& self) const = 0;
  virtual void set_fw_grad(const at::TensorBase& new_grad, const at::TensorBase& self, uint64_t level,
                           bool is_inplace_op) = 0;
  virtual ~AutogradMetaInterface();
};

namespace impl {

struct C10_API AutogradMetaFactory {
  virtual ~AutogradMetaFactory() = default;
  virtual std::unique_ptr<AutogradMetaInterface> make() const = 0;
  virtual const at::Tensor& undefined_tensor() const = 0;
};
C10_API void SetAutogradMetaFactory(AutogradMetaFactory* factory);
C10_API AutogradMetaFactory* GetAutogradMetaFactory();
struct C10_API AutogradMetaFactoryRegisterer {
  explicit AutogradMetaFactoryRegisterer(AutogradMetaFactory* factory) { SetAutogradMetaFactory(factory); }
};

}  // namespace impl

// What an out-of-tree backend keeps with a tensor.
struct C10_API BackendMeta : intrusive_ptr_target {
  ~BackendMeta() override = default;
  virtual intrusive_ptr<BackendMeta> clone(const intrusive_ptr<BackendMeta>& ptr) const { return ptr; }
};

struct C10_API FakeTensorMode {
  std::shared_ptr<c10::SafePyObject> shape_env_;
  std::shared_ptr<c10::SafePyObject> fake_tensor_converter_;

  FLB_ON_USE FakeTensorMode(std::shared_ptr<c10::SafePyObject> shape_env, std::shared_ptr<c10::SafePyObject> converter)
      : shape_env_(std::move(shape_env)), fake_tensor_converter_(std::move(converter)) {}
};

// What few tensors have.
struct C10_API ExtraMeta {
  std::unique_ptr<c10::SymbolicShapeMeta> symbolic_shape_meta_ = nullptr;
  intrusive_ptr<c10::BackendMeta> backend_meta_ = nullptr;
  std::optional<std::string> custom_data_ptr_error_msg_ = std::nullopt;
  std::optional<std::string> custom_storage_error_msg_ = std::nullopt;
  std::optional<c10::Device> fake_device_ = std::nullopt;
  std::shared_ptr<FakeTensorMode> fake_tensor_mode_ = nullptr;

  ExtraMeta() = default;
  ~ExtraMeta() = default;
  ExtraMeta(const ExtraMeta& other)
      : custom_data_ptr_error_msg_(other.custom_data_ptr_error_msg_),
        custom_storage_error_msg_(other.custom_storage_error_msg_),
        fake_device_(other.fake_device_),
        fake_tensor_mode_(other.fake_tensor_mode_) {
    if (other.symbolic_shape_meta_) {
      symbolic_shape_meta_ = std::make_unique<c10::SymbolicShapeMeta>(*other.symbolic_shape_meta_);
    }
    if (other.backend_meta_) backend_meta_ = other.backend_meta_->clone(other.backend_meta_);
  }
  ExtraMeta& operator=(const ExtraMeta& other) = delete;
  ExtraMeta(ExtraMeta&& other) = delete;
  ExtraMeta& operator=(ExtraMeta&& other) = delete;
  FLB_ON_USE ExtraMeta(std::unique_ptr<c10::SymbolicShapeMeta> symbolic_shape_meta,
                       intrusive_ptr<c10::BackendMeta> backend_meta,
                       std::optional<std::string> custom_data_ptr_error_msg = std::nullopt,
                       std::optional<std::string> custom_storage_access_error_msg = std::nullopt)
      : symbolic_shape_meta_(std::move(symbolic_shape_meta)),
        backend_meta_(std::move(backend_meta)),
        custom_data_ptr_error_msg_(std::move(custom_data_ptr_error_msg)),
        custom_storage_error_msg_(std::move(custom_storage_access_error_msg)) {}
  FLB_ON_USE std::unique_ptr<ExtraMeta> clone() const { return std::make_unique<ExtraMeta>(*this); }
};

// Counts the writes to data, shared by all views of it; saved tensors compare it. Inference tensors have none.
struct C10_API VariableVersion {
 private:
  struct VersionCounter : intrusive_ptr_target {
    VersionCounter(uint32_t version) : version_(version) {}
    std::atomic<uint32_t> version_;
  };
  c10::intrusive_ptr<VersionCounter> version_counter_;

 public:
  enum Disabled { DISABLED };

  FLB_ON_USE bool unique() const { return version_counter_ ? 1 == version_counter_.use_count() : true; }
  FLB_ON_USE VariableVersion(uint32_t version) : version_counter_(c10::make_intrusive<VersionCounter>(version)) {}
  VariableVersion(Disabled = DISABLED) {}
  bool enabled() const { return version_counter_; }
  FLB_ON_USE void bump() {
    TORCH_CHECK(version_counter_ || InferenceMode::is_enabled(),
                "Inplace update to inference tensor outside InferenceMode is not allowed."
                "You can make a clone to get a normal tensor before doing inplace update."
                "See https://github.com/pytorch/rfcs/pull/17 for more details.");
    if (version_counter_) ++version_counter_->version_;
  }
  FLB_ON_USE void set_version(int64_t i) {
    TORCH_CHECK(version_counter_,
                "Tried to call torch.autograd._unsafe_set_version() on a tensor "
                "that does not have a version counter. Was it created in inference mode?");
    TORCH_CHECK(i >= 0, "Cannot set a version_counter to a value below 0: ", i);
    version_counter_->version_ = static_cast<uint32_t>(i);
  }
  FLB_ON_USE uint32_t current_version() const {
    TORCH_CHECK(version_counter_, "Inference tensors do not track version counter.");
    return version_counter_->version_;
  }
};

struct C10_API TensorImpl;

#ifdef C10_DISABLE_TENSORIMPL_EXTENSIBILITY
#define TENSORIMPL_MAYBE_VIRTUAL
#else
#define TENSORIMPL_MAYBE_VIRTUAL virtual
#endif

// A tensor: a storage and how to see it. Sizes, strides and device are read directly unless a subclass or Python has
// asked, by a policy, to be asked instead.
struct C10_API TensorImpl : public c10::intrusive_ptr_target {
  TensorImpl() = delete;
  ~TensorImpl() override;
  enum ImplType { VIEW };

  /// 1-dim and empty.
  TensorImpl(Storage&& storage, DispatchKeySet, const caffe2::TypeMeta data_type);
  /// A view: the key set is taken as it is.
  TensorImpl(ImplType, Storage&& storage, DispatchKeySet, const caffe2::TypeMeta data_type);
  /// Without storage.
  TensorImpl(DispatchKeySet, const caffe2::TypeMeta data_type, std::optional<c10::Device> device_opt);
  FLB_ON_USE TensorImpl(Storage&& storage, DispatchKey dispatch_key, const caffe2::TypeMeta data_type)
      : TensorImpl(std::move(storage), DispatchKeySet(dispatch_key), data_type) {}
  FLB_ON_USE TensorImpl(DispatchKey dispatch_key, const caffe2::TypeMeta data_type,
                        std::optional<c10::Device> device_opt)
      : TensorImpl(DispatchKeySet(dispatch_key), data_type, device_opt) {}

 private:
  TensorImpl(Storage&& storage, DispatchKeySet, const caffe2::TypeMeta data_type, std::optional<c10::Device>);

 public:
  TensorImpl(const TensorImpl&) = delete;
  TensorImpl& operator=(const TensorImpl&) = delete;
  TensorImpl(TensorImpl&&) = delete;
  TensorImpl& operator=(TensorImpl&&) = delete;

  void release_resources() override;
  DispatchKeySet key_set() const { return key_set_; }

 private:
  [[noreturn]] void throw_cannot_call_with_symbolic(const char* meth) const;

 public:
  FLB_ON_USE IntArrayRef sizes() const {
    if (C10_UNLIKELY(matches_policy(SizesStridesPolicy::CustomSizes))) return sizes_custom();
    return sizes_and_strides_.sizes_arrayref();
  }
  FLB_ON_USE SymIntArrayRef sym_sizes() const {
    if (C10_UNLIKELY(matches_policy(SizesStridesPolicy::CustomSizes))) return sym_sizes_custom();
    return c10::fromIntArrayRefKnownNonNegative(sizes_and_strides_.sizes_arrayref());
  }
  IntArrayRef sizes_default() const {
    if (C10_UNLIKELY(has_symbolic_sizes_strides_)) throw_cannot_call_with_symbolic("sizes");
    return sizes_and_strides_.sizes_arrayref();
  }
  FLB_ON_USE SymIntArrayRef sym_sizes_default() const {
    if (has_symbolic_sizes_strides_) return symbolic_shape_meta().sizes_;
    return c10::fromIntArrayRefKnownNonNegative(sizes_default());
  }
  template <typename T>
  ArrayRef<T> generic_sizes() {
    static_assert(std::is_same_v<T, int64_t> || std::is_same_v<T, c10::SymInt>);
    if constexpr (std::is_same_v<T, int64_t>) {
      return sizes();
    } else {
      return sym_sizes();
    }
  }
  template <typename T>
  ArrayRef<T> generic_strides() {
    static_assert(std::is_same_v<T, int64_t> || std::is_same_v<T, c10::SymInt>);
    if constexpr (std::is_same_v<T, int64_t>) {
      return strides();
    } else {
      return sym_strides();
    }
  }
  template <typename T>
  T generic_storage_offset() {
    static_assert(std::is_same_v<T, int64_t> || std::is_same_v<T, c10::SymInt>);
    if constexpr (std::is_same_v<T, int64_t>) {
      return storage_offset();
    } else {
      return sym_storage_offset();
    }
  }
  FLB_ON_USE int64_t numel() const {
    if (C10_UNLIKELY(matches_policy(SizesStridesPolicy::CustomSizes))) return numel_custom();
    return numel_;
  }
  FLB_ON_USE c10::SymInt sym_numel() const {
    if (C10_UNLIKELY(matches_policy(SizesStridesPolicy::CustomSizes))) return sym_numel_custom();
    return c10::SymInt(SymInt::UNCHECKED, numel_);
  }
  int64_t numel_default() const {
    if (C10_UNLIKELY(has_symbolic_sizes_strides_)) throw_cannot_call_with_symbolic("numel");
    return numel_;
  }
  FLB_ON_USE c10::SymInt sym_numel_default() const {
    if (has_symbolic_sizes_strides_) return symbolic_shape_meta().numel();
    return c10::SymInt(SymInt::UNCHECKED, numel_);
  }
  FLB_ON_USE int64_t dim() const {
    if (C10_UNLIKELY(matches_policy(SizesStridesPolicy::CustomSizes))) return dim_custom();
    return static_cast<int64_t>(sizes_and_strides_.size());
  }
  int64_t dim_default() const {
    if (has_symbolic_sizes_strides_) return static_cast<int64_t>(symbolic_shape_meta().sizes_.size());
    return static_cast<int64_t>(sizes_and_strides_.size());
  }
  FLB_ON_USE int64_t storage_offset() const {
    if (C10_UNLIKELY(matches_policy(SizesStridesPolicy::CustomSizes))) return storage_offset_custom();
    return storage_offset_;
  }
  FLB_ON_USE c10::SymInt sym_storage_offset() const {
    if (C10_UNLIKELY(matches_policy(SizesStridesPolicy::CustomSizes))) return sym_storage_offset_custom();
    return c10::SymInt(SymInt::UNCHECKED, storage_offset_);
  }
  int64_t storage_offset_default() const {
    if (C10_UNLIKELY(has_symbolic_sizes_strides_)) throw_cannot_call_with_symbolic("storage_offset");
    return storage_offset_;
  }
  FLB_ON_USE c10::SymInt sym_storage_offset_default() const {
    if (has_symbolic_sizes_strides_) return symbolic_shape_meta().storage_offset_;
    return c10::SymInt(SymInt::UNCHECKED, storage_offset_);
  }
  FLB_ON_USE IntArrayRef strides() const {
    if (C10_UNLIKELY(matches_policy(SizesStridesPolicy::CustomStrides))) return strides_custom();
    return sizes_and_strides_.strides_arrayref();
  }
  FLB_ON_USE c10::SymIntArrayRef sym_strides() const {
    if (C10_UNLIKELY(matches_policy(SizesStridesPolicy::CustomStrides))) return sym_strides_custom();
    return c10::fromIntArrayRefKnownNonNegative(strides_default());
  }
  IntArrayRef strides_default() const {
    if (C10_UNLIKELY(has_symbolic_sizes_strides_)) throw_cannot_call_with_symbolic("strides");
    return sizes_and_strides_.strides_arrayref();
  }
  FLB_ON_USE c10::SymIntArrayRef sym_strides_default() const {
    if (has_symbolic_sizes_strides_) return symbolic_shape_meta().strides_;
    return c10::fromIntArrayRefKnownNonNegative(strides_default());
  }
  FLB_ON_USE c10::SymBool sym_is_contiguous(at::MemoryFormat memory_format = at::MemoryFormat::Contiguous) const {
    if (C10_UNLIKELY(matches_policy(SizesStridesPolicy::CustomStrides))) return sym_is_contiguous_custom(memory_format);
    return sym_is_contiguous_default(memory_format);
  }
  template <typename T>
  T is_contiguous_default_impl(at::MemoryFormat memory_format) const {
    if (!has_symbolic_sizes_strides_) {
      if (memory_format == at::MemoryFormat::ChannelsLast) return is_channels_last_contiguous_;
      if (memory_format == at::MemoryFormat::ChannelsLast3d) return is_channels_last_3d_contiguous_;
      return is_contiguous_;
    }
    const auto& symbolic = symbolic_shape_meta().is_contiguous(memory_format);
    if constexpr (std::is_same_v<T, bool>) {
      return symbolic.guard_bool(__FILE__, __LINE__);
    } else {
      return symbolic;
    }
  }
  FLB_ON_USE bool is_contiguous_default(at::MemoryFormat memory_format) const {
    return is_contiguous_default_impl<bool>(memory_format);
  }
  FLB_ON_USE c10::SymBool sym_is_contiguous_default(at::MemoryFormat memory_format) const {
    return is_contiguous_default_impl<c10::SymBool>(memory_format);
  }
  FLB_ON_USE bool is_contiguous(at::MemoryFormat memory_format = at::MemoryFormat::Contiguous) const {
    if (C10_UNLIKELY(matches_policy(SizesStridesPolicy::CustomStrides))) return is_contiguous_custom(memory_format);
    return is_contiguous_default(memory_format);
  }
  FLB_ON_USE bool is_strides_like_default(at::MemoryFormat memory_format) const {
    if (memory_format == at::MemoryFormat::ChannelsLast) {
      return has_symbolic_sizes_strides_ ? symbolic_shape_meta().is_channels_last().guard_bool(__FILE__, __LINE__)
                                         : is_channels_last_;
    }
    if (memory_format == at::MemoryFormat::ChannelsLast3d) {
      return has_symbolic_sizes_strides_ ? symbolic_shape_meta().is_channels_last_3d().guard_bool(__FILE__, __LINE__)
                                         : is_channels_last_3d_;
    }
    return false;
  }
  FLB_ON_USE SymBool sym_is_non_overlapping_and_dense_default() const {
    if (has_symbolic_sizes_strides_) return symbolic_shape_meta().is_non_overlapping_and_dense();
    return is_non_overlapping_and_dense_;
  }
  FLB_ON_USE bool is_non_overlapping_and_dense_default() const {
    if (!has_symbolic_sizes_strides_) return is_non_overlapping_and_dense_;
    return sym_is_non_overlapping_and_dense_default().guard_bool(__FILE__, __LINE__);
  }
  FLB_ON_USE int64_t size(int64_t d) const {
    if (C10_UNLIKELY(matches_policy(SizesStridesPolicy::CustomSizes))) return size_custom(d);
    d = maybe_wrap_dim(d, dim(), /*wrap_scalar=*/false);
    return sizes_and_strides_.size_at_unchecked(static_cast<size_t>(d));
  }
  FLB_ON_USE c10::SymInt sym_size(int64_t d) const {
    if (C10_UNLIKELY(matches_policy(SizesStridesPolicy::CustomSizes))) return sym_size_custom(d);
    d = maybe_wrap_dim(d, dim(), /*wrap_scalar=*/false);
    return this->sym_sizes()[static_cast<size_t>(d)];
  }
  FLB_ON_USE int64_t stride(int64_t d) const {
    d = maybe_wrap_dim(d, dim(), /*wrap_scalar=*/false);
    if (C10_UNLIKELY(matches_policy(SizesStridesPolicy::CustomStrides)))
      return strides_custom()[static_cast<size_t>(d)];
    return sizes_and_strides_.stride_at_unchecked(static_cast<size_t>(d));
  }

  // Each includes those before it.
  enum class SizesStridesPolicy : uint8_t { Default = 0, CustomStrides = 1, CustomSizes = 2 };

 protected:
  inline bool matches_policy(SizesStridesPolicy policy) const {
    return sizes_strides_policy_ >= static_cast<uint8_t>(policy);
  }
  inline bool matches_custom(SizesStridesPolicy policy) const {
    return custom_sizes_strides_ >= static_cast<uint8_t>(policy);
  }
  FLB_ON_USE inline bool matches_python_custom(SizesStridesPolicy policy) const {
    const bool r = python_custom_sizes_strides_ >= static_cast<uint8_t>(policy);
    if (r) TORCH_INTERNAL_ASSERT(is_python_dispatch())
    return r;
  }

  // What a subclass with such a policy overrides.
  virtual bool is_strides_like_custom(at::MemoryFormat memory_format) const;
  virtual c10::SymBool sym_is_non_overlapping_and_dense_custom() const;
  FLB_ON_USE bool is_non_overlapping_and_dense_custom() const {
    return sym_is_non_overlapping_and_dense_custom().guard_bool(__FILE__, __LINE__);
  }
  virtual c10::SymBool sym_is_contiguous_custom(at::MemoryFormat memory_format) const;
  FLB_ON_USE bool is_contiguous_custom(at::MemoryFormat memory_format) const {
    return sym_is_contiguous_custom(memory_format).guard_bool(__FILE__, __LINE__);
  }
  virtual int64_t size_custom(int64_t d) const {
    d = maybe_wrap_dim(d, dim(), /*wrap_scalar=*/false);
    return sizes_custom()[static_cast<size_t>(d)];
  }
  virtual c10::SymInt sym_size_custom(int64_t d) const {
    d = maybe_wrap_dim(d, dim(), /*wrap_scalar=*/false);
    return sym_sizes_custom()[static_cast<size_t>(d)];
  }
  virtual IntArrayRef sizes_custom() const;
  virtual IntArrayRef strides_custom() const;
  virtual int64_t numel_custom() const;
  virtual int64_t storage_offset_custom() const;
  virtual int64_t dim_custom() const;
  virtual Device device_custom() const;
  virtual Layout layout_custom() const;
  virtual c10::SymIntArrayRef sym_sizes_custom() const;
  virtual c10::SymIntArrayRef sym_strides_custom() const;
  virtual c10::SymInt sym_numel_custom() const;
  virtual c10::SymInt sym_storage_offset_custom() const;

 public:
#ifdef C10_DISABLE_TENSORIMPL_EXTENSIBILITY
  bool has_storage() const { return storage_; }
#else
  virtual bool has_storage() const;
#endif
  TENSORIMPL_MAYBE_VIRTUAL const Storage& storage() const {
    if (C10_UNLIKELY(storage_access_should_throw_)) throw_storage_access_error();
    return storage_;
  }
  inline const Storage& unsafe_storage() const { return storage_; }
  bool unique_version() const { return version_counter_.unique(); }

 protected:
  virtual Layout layout_impl() const {
    TORCH_CHECK(false, "layout_impl is only implemented for TensorImpl subclasses.");
  }

 public:
  bool is_sparse() const { return key_set_.has_all(c10::sparse_ks); }
  bool is_sparse_csr() const { return layout() == kSparseCsr; }
  bool is_sparse_compressed() const { return key_set_.has_all(c10::sparse_csr_ks); }
  bool is_quantized() const {
    constexpr auto quantized_ks = DispatchKeySet(DispatchKey::Quantized);
    return key_set_.has_all(quantized_ks);
  }
  bool is_fake() const { return key_set_.has(DispatchKey::Fake); }
  FLB_ON_USE bool is_mkldnn() const { return key_set_.has_all(c10::mkldnn_ks); }
  bool is_nested() const { return key_set_.has(DispatchKey::NestedTensor); }
#define FLAMBEAU_IS_DEVICE(name, type_)                              \
  bool name() const {                                                \
    if (C10_UNLIKELY(device_policy_)) return device_custom().name(); \
    return device_opt_.has_value() && device_opt_->type() == type_;  \
  }
  FLAMBEAU_IS_DEVICE(is_meta, kMeta)
  FLAMBEAU_IS_DEVICE(is_cpu, kCPU)
  FLAMBEAU_IS_DEVICE(is_cuda, kCUDA)
  FLAMBEAU_IS_DEVICE(is_xpu, kXPU)
  FLAMBEAU_IS_DEVICE(is_ipu, kIPU)
  FLAMBEAU_IS_DEVICE(is_xla, kXLA)
  FLAMBEAU_IS_DEVICE(is_mtia, kMTIA)
  FLAMBEAU_IS_DEVICE(is_hpu, kHPU)
  FLAMBEAU_IS_DEVICE(is_lazy, kLazy)
  FLAMBEAU_IS_DEVICE(is_hip, kHIP)
  FLAMBEAU_IS_DEVICE(is_ve, kVE)
  FLAMBEAU_IS_DEVICE(is_privateuseone, kPrivateUse1)
  FLAMBEAU_IS_DEVICE(is_vulkan, kVulkan)
  FLAMBEAU_IS_DEVICE(is_metal, kMetal)
  FLAMBEAU_IS_DEVICE(is_mps, kMPS)
  FLAMBEAU_IS_DEVICE(is_maia, kMAIA)
#undef FLAMBEAU_IS_DEVICE
  void remove_autograd_key() { key_set_ = key_set_ - autograd_dispatch_keyset; }
  FLB_ON_USE bool is_inference() {
    const bool no_ADInplaceOrView = !key_set_.has_any(c10::inplace_or_view_ks);
    const bool no_Autograd = !key_set_.has_any(c10::autograd_dispatch_keyset);
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(no_ADInplaceOrView == no_Autograd,
                                     "ADInplaceOrView and Autograd keys must be on/off at the same time.");
    return no_ADInplaceOrView && no_Autograd;
  }
  DeviceIndex get_device() const { return device().index(); }
  Device device() const {
    if (C10_UNLIKELY(device_policy_)) return device_custom();
    return device_default();
  }

 protected:
  FLB_ON_USE c10::Device device_default() const {
    TORCH_CHECK(device_opt_.has_value(), "tensor does not have a device");
    return *device_opt_;
  }

 public:
  FLB_ON_USE Layout layout() const {
    if (C10_UNLIKELY(layout_policy_)) return layout_custom();
    constexpr auto not_strided = c10::sparse_ks | c10::sparse_csr_ks | c10::mkldnn_ks;
    if (!key_set_.has_any(not_strided)) return kStrided;
    if (is_sparse()) return kSparse;
    if (is_sparse_compressed()) return layout_impl();
    return kMkldnn;
  }
  /// Stands for a Python number, which yields to tensors in type promotion.
  bool is_wrapped_number() const { return is_wrapped_number_; }
  FLB_ON_USE void set_wrapped_number(bool value) {
    TORCH_INTERNAL_ASSERT(dim() == 0);
    is_wrapped_number_ = value;
  }
  FLB_ON_USE inline bool support_as_strided() const {
    return !is_nested() && !key_set_.has(DispatchKey::Functionalize) && device().supports_as_strided();
  }

  void set_requires_grad(bool requires_grad);
  bool requires_grad() const;
  at::Tensor& mutable_grad();
  const at::Tensor& grad() const;
  inline bool is_conj() const {
    constexpr auto conjugate_ks = DispatchKeySet(DispatchKey::Conjugate);
    return key_set_.has_all(conjugate_ks);
  }
  void set_fake_device(c10::Device fake_device);
  void set_and_normalize_fake_device(c10::Device fake_device);
  FLB_ON_USE void set_fake_tensor_mode(std::shared_ptr<FakeTensorMode> mode) {
    get_extra_meta().fake_tensor_mode_ = std::move(mode);
  }
  FLB_ON_USE std::shared_ptr<FakeTensorMode> fake_tensor_mode() const {
    return extra_meta_ ? extra_meta_->fake_tensor_mode_ : nullptr;
  }
  FLB_ON_USE void _set_conj(bool value) {
    if (value) {
      key_set_ = key_set_.add(DispatchKey::Conjugate);
      TORCH_INTERNAL_ASSERT(isComplexType(typeMetaToScalarType(dtype())));
    } else {
      key_set_ = key_set_.remove(DispatchKey::Conjugate);
    }
  }
  void _change_backend_component_keys(c10::Device device);
  inline bool _is_zerotensor() const {
    constexpr auto zerotensor_ks = DispatchKeySet(DispatchKey::ZeroTensor);
    return key_set_.has_all(zerotensor_ks);
  }
  FLB_ON_USE void _set_zero(bool value) {
    if (value) {
      TORCH_INTERNAL_ASSERT(false,
                            "Please call `torch._efficientzerotensor` if you want to create a tensor with no storage.");
    }
    key_set_ = key_set_.remove(DispatchKey::ZeroTensor);
  }
  inline bool is_neg() const {
    constexpr auto negative_ks = DispatchKeySet(DispatchKey::Negative);
    return key_set_.has_all(negative_ks);
  }
  FLB_ON_USE void _set_neg(bool value) {
    key_set_ = value ? key_set_.add(DispatchKey::Negative) : key_set_.remove(DispatchKey::Negative);
  }
  const at::Tensor& _fw_grad(uint64_t level, const at::TensorBase& self) const;
  void _set_fw_grad(const at::TensorBase& new_grad, const at::TensorBase& self, uint64_t level, bool is_inplace_op);

  template <typename T>
  const T* data_dtype_initialized() const {
    return data_dtype_initialized_impl<const T>([this] { return static_cast<const T*>(storage_.data()); });
  }
  template <typename T>
  T* mutable_data_dtype_initialized() {
    return data_dtype_initialized_impl<T>([this] { return static_cast<T*>(storage_.mutable_data()); });
  }

 private:
  template <typename T, typename Func>
  T* data_dtype_initialized_impl(const Func& get_data) const {
    TORCH_CHECK(data_type_.Match<std::remove_const_t<T>>(), "Tensor type mismatch, caller expects elements to be ",
                caffe2::TypeMeta::TypeName<std::remove_const_t<T>>(), ", while tensor contains ", data_type_.name(),
                ". ");
    return data_ptr_impl_impl<T>(get_data);
  }

 public:
  template <typename T>
  inline const T* data_ptr_impl() const {
    return data_ptr_impl_impl<const T>([this] { return static_cast<const T*>(storage_.data()); });
  }
  template <typename T>
  inline T* mutable_data_ptr_impl() {
    return data_ptr_impl_impl<T>([this] { return static_cast<T*>(storage_.mutable_data()); });
  }

 private:
  template <typename T, typename Func>
  __ubsan_ignore_pointer_overflow__ T* data_ptr_impl_impl(const Func& get_data) const {
    if (C10_UNLIKELY(!has_storage())) throw_data_ptr_access_error();
    TORCH_CHECK(storage_initialized(),
                "The tensor has a non-zero number of elements, but its data is not allocated yet.\n"
                "If you're using torch.compile/export/fx, it is likely that we are erroneously "
                "tracing into a custom kernel. To fix this, please wrap the custom kernel into "
                "an opaque custom op. Please see the following for details: "
                "https://pytorch.org/tutorials/advanced/custom_ops_landing_page.html\n"
                "If you're using Caffe2, Caffe2 uses a lazy allocation, so you will need to call "
                "mutable_data() or raw_mutable_data() to actually allocate memory.");
    return get_data() + storage_offset_;
  }

 public:
  FLB_ON_USE inline const void* data() const {
    return data_impl<const void>([this] { return static_cast<const char*>(storage_.data()); });
  }
  FLB_ON_USE inline void* mutable_data() {
    return data_impl<void>([this] { return static_cast<char*>(storage_.mutable_data()); });
  }

 private:
  template <typename Void, typename Func>
  Void* data_impl(const Func& get_data) const {
    if (C10_UNLIKELY(!has_storage())) throw_data_ptr_access_error();
    TORCH_CHECK(dtype_initialized(),
                "Cannot access data pointer of Tensor that doesn't have initialized dtype "
                "(e.g., caffe2::Tensor x(CPU), prior to calling mutable_data<T>() on x)");
    auto* data = get_data();
    static_assert(sizeof(*data) == 1);
    if (is_empty()) return nullptr;
    return data + data_type_.itemsize() * static_cast<size_t>(storage_offset_);
  }

 public:
  const caffe2::TypeMeta dtype() const { return data_type_; }
  FLB_ON_USE size_t itemsize() const {
    TORCH_CHECK(dtype_initialized(),
                "Cannot report itemsize of Tensor that doesn't have initialized dtype "
                "(e.g., caffe2::Tensor x(CPU), prior to calling mutable_data<T>() on x)");
    return data_type_.itemsize();
  }
  void set_backend_meta(intrusive_ptr<c10::BackendMeta> backend_meta) {
    get_extra_meta().backend_meta_ = std::move(backend_meta);
  }
  FLB_ON_USE c10::BackendMeta* get_backend_meta() { return extra_meta_ ? extra_meta_->backend_meta_.get() : nullptr; }
  FLB_ON_USE intrusive_ptr<c10::BackendMeta> get_backend_meta_intrusive_ptr() const {
    if (!extra_meta_) return nullptr;
    return extra_meta_->backend_meta_;
  }
  FLB_ON_USE void release_storage_and_set_meta_custom_data_ptr_error_msg_(std::optional<std::string> s) {
    storage_ = {};
    set_storage_access_should_throw();
    get_extra_meta().custom_data_ptr_error_msg_ = s;
    get_extra_meta().custom_storage_error_msg_ = std::move(s);
  }

 protected:
  virtual const char* tensorimpl_type_name() const { return "TensorImpl"; }

 private:
  [[noreturn]] void throw_storage_access_error() const;
  [[noreturn]] void throw_data_ptr_access_error() const;
  FLB_ON_USE ExtraMeta& get_extra_meta() {
    if (!extra_meta_) extra_meta_ = std::make_unique<ExtraMeta>();
    return *extra_meta_;
  }
  FLB_ON_USE c10::SymbolicShapeMeta& symbolic_shape_meta() {
    TORCH_INTERNAL_ASSERT(extra_meta_ && extra_meta_->symbolic_shape_meta_);
    return *extra_meta_->symbolic_shape_meta_;
  }
  FLB_ON_USE const c10::SymbolicShapeMeta& symbolic_shape_meta() const {
    TORCH_INTERNAL_ASSERT(extra_meta_ && extra_meta_->symbolic_shape_meta_);
    return *extra_meta_->symbolic_shape_meta_;
  }

 public:
  inline bool is_empty() const { return numel() == 0; }
  void set_sizes_and_strides(c10::SymIntArrayRef sizes, c10::SymIntArrayRef strides,
                             std::optional<c10::SymInt> storage_offset = std::nullopt);
  void generic_set_sizes_contiguous(c10::SymIntArrayRef sizes);
  FLB_ON_USE void generic_set_sizes_contiguous(c10::IntArrayRef sizes) { set_sizes_contiguous(sizes); }
  virtual void set_size(int64_t dim, int64_t new_size) {
    TORCH_CHECK(allow_tensor_metadata_change(), "set_size ", err_msg_tensor_metadata_change_not_allowed);
    TORCH_CHECK(!matches_policy(SizesStridesPolicy::CustomSizes),
                "set_size() called on tensor with dynamic shapes or customized size behavior")
    sizes_and_strides_.size_at(static_cast<size_t>(dim)) = new_size;
    refresh_numel();
    refresh_contiguous();
  }
  virtual void set_stride(int64_t dim, int64_t new_stride) {
    TORCH_CHECK(allow_tensor_metadata_change(), "set_stride ", err_msg_tensor_metadata_change_not_allowed);
    TORCH_CHECK(!has_symbolic_sizes_strides_, "set_stride() called on tensor with symbolic shape")
    sizes_and_strides_.stride_at_unchecked(static_cast<size_t>(dim)) = new_stride;
    refresh_contiguous();
  }
  virtual void set_storage_offset(int64_t storage_offset) {
    TORCH_CHECK(allow_tensor_metadata_change(), "set_storage_offset ", err_msg_tensor_metadata_change_not_allowed);
    TORCH_CHECK(!has_symbolic_sizes_strides_, "set_storage_offset() called on tensor with symbolic shape")
    storage_offset_ = storage_offset;
  }
  FLB_ON_USE void set_sizes_contiguous(IntArrayRef new_size) {
    TORCH_CHECK(allow_tensor_metadata_change(), "set_sizes_contiguous ", err_msg_tensor_metadata_change_not_allowed);
    TORCH_CHECK(!matches_policy(SizesStridesPolicy::CustomStrides),
                "tried to directly modify sizes for customized tensor");
    sizes_and_strides_.set_sizes(new_size);
    refresh_numel();
    empty_tensor_restride(MemoryFormat::Contiguous);
  }
  C10_ALWAYS_INLINE const impl::SizesAndStrides& sizes_and_strides() { return sizes_and_strides_; }
  /// A negative stride is replaced by the contiguous one.
  FLB_ON_USE void set_sizes_and_strides(IntArrayRef new_size, IntArrayRef new_stride,
                                        std::optional<int64_t> storage_offset = std::nullopt) {
    TORCH_CHECK(allow_tensor_metadata_change(), "set_sizes_and_strides ", err_msg_tensor_metadata_change_not_allowed);
    TORCH_CHECK(!has_symbolic_sizes_strides_, "set_sizes_and_strides() called on tensor with symbolic shape")
    TORCH_CHECK(new_size.size() == new_stride.size(), "dimensionality of sizes (", new_size.size(),
                ") must match dimensionality of strides (", new_stride.size(), ")");
    sizes_and_strides_.set_sizes(new_size);
    bool overflowed = false;
    for (size_t dim = new_size.size(); dim-- > 0;) {
      int64_t& stride = sizes_and_strides_.stride_at_unchecked(dim);
      if (new_stride[dim] >= 0) {
        stride = new_stride[dim];
      } else if (dim == new_size.size() - 1) {
        stride = 1;
      } else {
        overflowed |= c10::mul_overflows(sizes_and_strides_.stride_at_unchecked(dim + 1),
                                         std::max<int64_t>(sizes_and_strides_.size_at_unchecked(dim + 1), 1), &stride);
      }
    }
    TORCH_CHECK(!overflowed, "Stride calculation overflowed");
    refresh_numel();
    refresh_contiguous();
    if (storage_offset.has_value()) storage_offset_ = *storage_offset;
  }
  void set_allow_tensor_metadata_change(bool value [[maybe_unused]]) { allow_tensor_metadata_change_ = true; }
  bool allow_tensor_metadata_change() const { return allow_tensor_metadata_change_; }
  void set_autograd_meta(std::unique_ptr<c10::AutogradMetaInterface> autograd_meta);
  c10::AutogradMetaInterface* autograd_meta() const;
  FLB_ON_USE void set_python_dispatch(bool k) {
    key_set_ = k ? key_set_.add(c10::python_ks) : key_set_ - c10::python_ks;
  }
  bool is_python_dispatch() const { return key_set_.has_all(c10::python_ks); }

  /// Whether data of a tensor with that key set may be put into this one (x.data = y).
  FLB_ON_USE inline bool has_compatible_shallow_copy_type(DispatchKeySet from) {
    constexpr auto dense_backends = DispatchKeySet(
        {BackendComponent::CPUBit, BackendComponent::CUDABit, BackendComponent::MPSBit, BackendComponent::HIPBit,
         BackendComponent::XPUBit, BackendComponent::HPUBit, BackendComponent::MTIABit});
    constexpr auto sparse_backends =
        DispatchKeySet({BackendComponent::CPUBit, BackendComponent::CUDABit, BackendComponent::MPSBit,
                        BackendComponent::HIPBit, BackendComponent::XPUBit});
    constexpr auto dense_k = DispatchKeySet(DispatchKey::Dense);
    const auto is_dense = [&](DispatchKeySet ts) { return ts.has_any(dense_k) && ts.has_any(dense_backends); };
    const auto is_sparse = [&](DispatchKeySet ts) { return ts.has_any(sparse_ks) && ts.has_any(sparse_backends); };
    return key_set_ == from || (is_dense(key_set_) && is_dense(from)) || (is_sparse(key_set_) && is_sparse(from)) ||
           (key_set_.has_any(sparse_csr_ks) && from.has_any(sparse_csr_ks));
  }

 private:
  template <typename VariableVersion>
  c10::intrusive_ptr<TensorImpl> shallow_copy_and_detach_core(VariableVersion&& version_counter,
                                                              bool allow_tensor_metadata_change) const;

 public:
  virtual c10::intrusive_ptr<TensorImpl> shallow_copy_and_detach(const c10::VariableVersion& version_counter,
                                                                 bool allow_tensor_metadata_change) const;
  virtual c10::intrusive_ptr<TensorImpl> shallow_copy_and_detach(c10::VariableVersion&& version_counter,
                                                                 bool allow_tensor_metadata_change) const;
  virtual void shallow_copy_from(const c10::intrusive_ptr<TensorImpl>& impl) {
    copy_tensor_metadata(impl.get(), this, version_counter(), allow_tensor_metadata_change());
  }
  FLB_ON_USE void set_version_counter(const c10::VariableVersion& version_counter) {
    TORCH_CHECK(!(is_inference() && version_counter.enabled()), "Cannot set version_counter for inference tensor");
    version_counter_ = version_counter;
  }
  FLB_ON_USE void set_version_counter(c10::VariableVersion&& version_counter) {
    TORCH_CHECK(!(is_inference() && version_counter.enabled()), "Cannot set version_counter for inference tensor");
    version_counter_ = std::move(version_counter);
  }
  const c10::VariableVersion& version_counter() const noexcept { return version_counter_; }
  void bump_version() { version_counter_.bump(); }
  impl::PyObjectSlot* pyobj_slot() { return &pyobj_slot_; }
  const impl::PyObjectSlot* pyobj_slot() const { return &pyobj_slot_; }
  void incref_pyobject() const noexcept final;
  void decref_pyobject() const noexcept final;
  bool try_incref_pyobject() const noexcept final;

 private:
  std::optional<c10::Device> device_opt() const { return device_opt_; }

 public:
  FLB_ON_USE DeviceType device_type() const {
    TORCH_CHECK(device_opt_.has_value(), "device_type cannot be run on undefined Tensor");
    return (*device_opt_).type();
  }

  // The rest of Caffe2's tensor, which allocates when it is first written.
  void Extend(int64_t num, float growthPct);
  void ReserveSpace(int64_t outer_dim);
  template <typename... Ts>
  void Resize(Ts... dim_source) {
    if (SetDims(dim_source...)) HandleResize();
  }
  template <typename T>
  void Resize(const std::vector<T>& dim_source) {
    Resize(ArrayRef<T>(dim_source));
  }
  void Reshape(const std::vector<int64_t>& dims);
  void FreeMemory();
  void ShareData(const TensorImpl& src);
  void ShareExternalPointer(DataPtr&& data_ptr, const caffe2::TypeMeta data_type, size_t size_bytes);
  FLB_ON_USE inline void* raw_mutable_data(const caffe2::TypeMeta& meta) {
    if (data_type_ == meta && storage_initialized()) {
      return static_cast<char*>(storage_.mutable_data()) + static_cast<size_t>(storage_offset_) * meta.itemsize();
    }
    const bool had_special_dtor = data_type_.placementDelete() != nullptr;
    const auto count = static_cast<size_t>(numel_);
    storage_offset_ = 0;
    data_type_ = meta;
    const size_t bytes = count * data_type_.itemsize();
    if (count == 0 || (meta.placementNew() == nullptr && !had_special_dtor && storage_.nbytes() >= bytes)) {
      return storage_.mutable_data();
    }
    Allocator* allocator = storage_.allocator();
    if (allocator == nullptr) allocator = GetAllocator(storage_.device_type());
    auto data_ptr = allocator->allocate(bytes);
    if (meta.placementNew()) {
      storage_.set_data_ptr_noswap(PlacementDeleteContext::makeDataPtr(
          std::move(data_ptr), data_type_.placementDelete(), count, storage_.device()));
      data_type_.placementNew()(storage_.mutable_data(), count);
    } else {
      storage_.set_data_ptr_noswap(std::move(data_ptr));
    }
    storage_.set_nbytes(bytes);
    device_opt_ = storage_.device();
    return storage_.mutable_data();
  }
  template <typename T>
  inline T* mutable_data() {
    if (storage_initialized() && data_type_.Match<T>()) {
      return static_cast<T*>(storage_.mutable_data()) + storage_offset_;
    }
    static_assert(std::is_default_constructible_v<T>, "Tensor can't hold non-default-constructable types");
    return static_cast<T*>(raw_mutable_data(caffe2::TypeMeta::Make<T>()));
  }
  FLB_ON_USE bool storage_initialized() const {
    TORCH_CHECK(has_storage(), "cannot call storage_initialized on tensor that does not have storage");
    return storage_.data() || numel_ == 0;
  }
  bool dtype_initialized() const noexcept { return data_type_ != caffe2::TypeMeta(); }
  FLB_ON_USE void set_storage_keep_dtype(at::Storage storage) {
    TORCH_CHECK(allow_tensor_metadata_change(), "set_storage ", err_msg_tensor_metadata_change_not_allowed);
    storage_ = std::move(storage);
    device_opt_ = storage_.device();
  }
  FLB_ON_USE void set_storage_and_dtype(at::Storage storage, const caffe2::TypeMeta data_type) {
    set_storage_keep_dtype(std::move(storage));
    data_type_ = data_type;
  }
  void empty_tensor_restride_symint(MemoryFormat memory_format);
  /// Strides from sizes.
  FLB_ON_USE void empty_tensor_restride(MemoryFormat memory_format) {
    if (has_symbolic_sizes_strides_) {
      empty_tensor_restride_symint(memory_format);
      return;
    }
    switch (memory_format) {
      case MemoryFormat::Contiguous: {
        const auto dims = static_cast<size_t>(dim());
        sizes_and_strides_.resize(dims);
        bool overflowed = false;
        int64_t stride = 1;
        for (size_t i = dims; i-- > 0;) {
          sizes_and_strides_.stride_at_unchecked(i) = stride;
          // The outermost size is in no stride.
          if (i > 0) {
            overflowed |=
                c10::mul_overflows(stride, std::max<int64_t>(sizes_and_strides_.size_at_unchecked(i), 1), &stride);
          }
        }
        TORCH_CHECK(!overflowed, "Stride calculation overflowed");
        break;
      }
      case MemoryFormat::ChannelsLast:
        TORCH_CHECK(dim() == 4, "required rank 4 tensor to use channels_last format");
        set_sizes_and_strides(sizes(), get_channels_last_strides_2d(sizes()));
        break;
      case MemoryFormat::ChannelsLast3d:
        TORCH_CHECK(dim() == 5, "required rank 5 tensor to use channels_last_3d format");
        set_sizes_and_strides(sizes(), get_channels_last_strides_3d(sizes()));
        break;
      case MemoryFormat::Preserve:
        TORCH_CHECK(false, "unsupported memory format ", memory_format);
      case MemoryFormat::NumOptions:
        TORCH_INTERNAL_ASSERT(false, "invalid memory format ", memory_format);
    }
    refresh_contiguous();
  }
  FLB_ON_USE bool is_strides_like(at::MemoryFormat memory_format) const {
    if (C10_UNLIKELY(matches_policy(SizesStridesPolicy::CustomStrides))) return is_strides_like_custom(memory_format);
    return is_strides_like_default(memory_format);
  }
  bool is_strides_like_channels_last() const { return is_strides_like(at::MemoryFormat::ChannelsLast); }
  bool is_strides_like_channels_last_3d() const { return is_strides_like(at::MemoryFormat::ChannelsLast3d); }
  FLB_ON_USE bool is_non_overlapping_and_dense_or_false() const {
    return sym_is_non_overlapping_and_dense().guard_or_false(__FILE__, __LINE__);
  }
  bool is_non_overlapping_and_dense() const {
    if (C10_UNLIKELY(matches_policy(SizesStridesPolicy::CustomStrides))) return is_non_overlapping_and_dense_custom();
    return is_non_overlapping_and_dense_default();
  }
  FLB_ON_USE SymBool sym_is_non_overlapping_and_dense() const {
    if (C10_UNLIKELY(matches_policy(SizesStridesPolicy::CustomStrides)))
      return sym_is_non_overlapping_and_dense_custom();
    return sym_is_non_overlapping_and_dense_default();
  }
  bool has_symbolic_sizes_strides() const { return has_symbolic_sizes_strides_; }

 private:
  void HandleResize();
  /// Whether the number of elements changed.
  template <typename T, typename = typename std::enable_if_t<std::is_integral_v<T>>>
  bool SetDimsTemplate(ArrayRef<T> src) {
    TORCH_CHECK(!has_symbolic_sizes_strides_, "SetDims() called on tensor with symbolic shape")
    const auto old_numel = numel_;
    sizes_and_strides_.resize(src.size());
    numel_ = 1;
    for (const auto i : c10::irange(src.size())) {
      numel_ *= static_cast<int64_t>(src[i]);
      sizes_and_strides_.size_at_unchecked(i) = static_cast<int64_t>(src[i]);
    }
    empty_tensor_restride(MemoryFormat::Contiguous);
    return numel_ != old_numel;
  }
  FLB_ON_USE bool SetDims(ArrayRef<int64_t> s) { return SetDimsTemplate(s); }
  FLB_ON_USE bool SetDims(ArrayRef<int> s) { return SetDimsTemplate(s); }
  FLB_ON_USE bool SetDims(ArrayRef<size_t> s) { return SetDimsTemplate(s); }
  bool SetDims() { return SetDims(IntArrayRef{}); }
  bool SetDims(const int64_t d0) { return SetDims(IntArrayRef{d0}); }
  FLB_ON_USE bool SetDims(const int64_t d0, const int64_t d1) { return SetDims(IntArrayRef{d0, d1}); }
  FLB_ON_USE bool SetDims(const int64_t d0, const int64_t d1, const int64_t d2) {
    return SetDims(IntArrayRef{d0, d1, d2});
  }
  FLB_ON_USE bool SetDims(const int64_t d0, const int64_t d1, const int64_t d2, const int64_t d3) {
    return SetDims(IntArrayRef{d0, d1, d2, d3});
  }

  int64_t compute_numel() const { return safe_compute_numel(); }
  FLB_ON_USE int64_t safe_compute_numel() const {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(!has_symbolic_sizes_strides_);
    uint64_t n = 1;
    const bool overflows = c10::safe_multiplies_u64(sizes_and_strides_.sizes_arrayref(), &n);
    TORCH_CHECK(!overflows && n <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max()),
                "numel: integer multiplication overflow");
    return static_cast<int64_t>(n);
  }
  bool compute_contiguous() const;
  bool compute_channels_last_contiguous_2d() const;
  bool compute_channels_last_contiguous_3d() const;
  bool compute_strides_like_channels_last_2d() const;
  bool compute_strides_like_channels_last_3d() const;
  bool compute_non_overlapping_and_dense() const;

 protected:
  void refresh_numel() {
    if (has_symbolic_sizes_strides_) {
      symbolic_shape_meta().refresh_numel();
    } else {
      numel_ = compute_numel();
    }
  }
  void safe_refresh_numel() { refresh_numel(); }

 private:
  FLB_ON_USE void _refresh_contiguous() {
    const auto dims = dim();
    is_contiguous_ = compute_contiguous();
    is_channels_last_contiguous_ = (dims == 4 || dims == 5) && compute_channels_last_contiguous_2d();
    is_channels_last_3d_contiguous_ =
        dims == 5 && !is_channels_last_contiguous_ && compute_channels_last_contiguous_3d();
    is_channels_last_ =
        (dims == 4 || (dims == 5 && !is_channels_last_3d_contiguous_)) && compute_strides_like_channels_last_2d();
    is_channels_last_3d_ = dims == 5 && !is_channels_last_ && compute_strides_like_channels_last_3d();
    is_non_overlapping_and_dense_ = is_contiguous_ || is_channels_last_contiguous_ || is_channels_last_3d_contiguous_ ||
                                    compute_non_overlapping_and_dense();
  }

 protected:
  void refresh_contiguous() {
    if (has_symbolic_sizes_strides_) {
      symbolic_shape_meta().refresh_contiguous();
    } else {
      _refresh_contiguous();
    }
  }
  static void copy_tensor_metadata(const TensorImpl* src_impl, TensorImpl* dest_impl,
                                   const c10::VariableVersion& version_counter, bool allow_tensor_metadata_change);
  static void copy_tensor_metadata(const TensorImpl* src_impl, TensorImpl* dest_impl,
                                   c10::VariableVersion&& version_counter, bool allow_tensor_metadata_change);

 private:
  static void copy_tensor_metadata_except_version_counter(const TensorImpl* src_impl, TensorImpl* dest_impl,
                                                          bool allow_tensor_metadata_change);

 protected:
  static const char* const err_msg_tensor_metadata_change_not_allowed;
  static void copy_generic_tensor_metadata(const TensorImpl* src_impl, TensorImpl* dest_impl);

 public:
  void set_storage_access_should_throw() { storage_access_should_throw_ = true; }
  void set_custom_sizes_strides(SizesStridesPolicy policy) {
    custom_sizes_strides_ = static_cast<uint8_t>(policy) & 3;
    refresh_sizes_strides_policy();
  }
  void set_python_custom_sizes_strides(SizesStridesPolicy policy) {
    python_custom_sizes_strides_ = static_cast<uint8_t>(policy) & 3;
    refresh_sizes_strides_policy();
  }
  void set_custom_device(bool custom_device) {
    custom_device_ = custom_device;
    refresh_device_policy();
  }
  void set_custom_layout(bool custom_layout) {
    custom_layout_ = custom_layout;
    refresh_layout_policy();
  }
  void set_python_custom_device(bool custom_device) {
    python_custom_device_ = custom_device;
    refresh_device_policy();
  }
  void set_python_custom_layout(bool custom_layout) {
    python_custom_layout_ = custom_layout;
    refresh_layout_policy();
  }

 protected:
  FLB_ON_USE void refresh_sizes_strides_policy() {
    if (has_symbolic_sizes_strides_) {
      sizes_strides_policy_ = static_cast<uint8_t>(SizesStridesPolicy::CustomSizes) & 3;
    } else {
      sizes_strides_policy_ = std::max<uint8_t>(custom_sizes_strides_, python_custom_sizes_strides_) & 3;
    }
  }
  FLB_ON_USE void refresh_device_policy() { device_policy_ = custom_device_ || python_custom_device_; }
  FLB_ON_USE void refresh_layout_policy() { layout_policy_ = custom_layout_ || python_custom_layout_; }

  Storage storage_;

 private:
  // Null while nothing differs from its defaults.
  std::unique_ptr<c10::AutogradMetaInterface> autograd_meta_ = nullptr;

 protected:
  std::unique_ptr<c10::ExtraMeta> extra_meta_ = nullptr;
  c10::VariableVersion version_counter_;
  impl::PyObjectSlot pyobj_slot_;
  c10::impl::SizesAndStrides sizes_and_strides_;
  int64_t storage_offset_ = 0;
  int64_t numel_ = 1;
  caffe2::TypeMeta data_type_;
  // Absent only in an undefined tensor.
  std::optional<c10::Device> device_opt_;

  FLB_ON_USE inline void init_bitfields() {
    is_contiguous_ = true;
    is_channels_last_ = false;
    is_channels_last_contiguous_ = false;
    is_channels_last_3d_ = false;
    is_channels_last_3d_contiguous_ = false;
    is_non_overlapping_and_dense_ = true;
    is_wrapped_number_ = false;
    allow_tensor_metadata_change_ = true;
    reserved_ = false;
    sizes_strides_policy_ = 0;
    custom_sizes_strides_ = 0;
    python_custom_sizes_strides_ = 0;
    python_custom_device_ = false;
    python_custom_layout_ = false;
    custom_device_ = false;
    custom_layout_ = false;
    device_policy_ = false;
    layout_policy_ = false;
    storage_access_should_throw_ = false;
    has_symbolic_sizes_strides_ = false;
  }

  bool is_contiguous_ : 1;
  bool storage_access_should_throw_ : 1;
  bool is_channels_last_ : 1;
  bool is_channels_last_contiguous_ : 1;
  bool is_channels_last_3d_ : 1;
  bool is_channels_last_3d_contiguous_ : 1;
  bool is_non_overlapping_and_dense_ : 1;
  bool is_wrapped_number_ : 1;
  bool allow_tensor_metadata_change_ : 1;
  bool reserved_ : 1;
  uint8_t sizes_strides_policy_ : 2;
  bool has_symbolic_sizes_strides_ : 1;
  uint8_t custom_sizes_strides_ : 2;
  bool device_policy_ : 1;
  bool layout_policy_ : 1;
  bool custom_device_ : 1;
  bool custom_layout_ : 1;
  uint8_t python_custom_sizes_strides_ : 2;
  bool python_custom_device_ : 1;
  bool python_custom_layout_ : 1;
  DispatchKeySet key_set_;
};

namespace detail {
template <class T>
struct TargetTraits<T, std::enable_if_t<std::is_base_of_v<c10::TensorImpl, std::remove_cv_t<T>>>> {
  static constexpr bool can_have_pyobject = true;
};
}  // namespace detail

static_assert(sizeof(TensorImpl) == 176 || sizeof(void*) != 8, "inlined code of users depends on this layout");

}  // namespace c10
