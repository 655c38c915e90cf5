#include <c10/core/TensorImpl.h>
#include <torch/csrc/autograd/autograd_hooks.h>

#include <c10/core/Contiguity.h>
#include <c10/core/CopyBytes.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/SymIntArrayRef.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <c10/core/impl/PyInterpreter.h>
#include <c10/core/impl/TorchDispatchModeTLS.h>
#include <c10/util/irange.h>

namespace c10 {

DataPtr PlacementDeleteContext::makeDataPtr(DataPtr&& data_ptr, PlacementDtor placement_dtor, size_t size,
                                            Device device) {
  void* data = data_ptr.get();
  return {data, new PlacementDeleteContext(std::move(data_ptr), placement_dtor, size),
          [](void* context) { delete static_cast<PlacementDeleteContext*>(context); }, device};
}

AutogradMetaInterface::~AutogradMetaInterface() = default;

namespace impl {

namespace {
constinit AutogradMetaFactory* meta_factory = nullptr;
}

void SetAutogradMetaFactory(AutogradMetaFactory* factory) { meta_factory = factory; }

AutogradMetaFactory* GetAutogradMetaFactory() {
  // Asked for at first use: nothing registers itself when the library is loaded.
  if (!meta_factory) meta_factory = flambeau::autograd_meta_factory();
  return meta_factory;
}

}  // namespace impl

const char* const TensorImpl::err_msg_tensor_metadata_change_not_allowed =
    "is not allowed on a Tensor created from .data or .detach().\n"
    "If your intent is to change the metadata of a Tensor (such as sizes / strides / storage / storage_offset)\n"
    "without autograd tracking the change, remove the .data / .detach() call and wrap the change in a `with "
    "torch.no_grad():` block.\n"
    "For example, change:\n"
    "    x.data.set_(y)\n"
    "to:\n"
    "    with torch.no_grad():\n"
    "        x.set_(y)";

TensorImpl::TensorImpl(Storage&& storage, DispatchKeySet key_set, const caffe2::TypeMeta data_type)
    // The storage is read before it is moved from, as it is the first argument that is evaluated by reference.
    : TensorImpl(std::move(storage), key_set, data_type, storage.device()) {}

TensorImpl::TensorImpl(DispatchKeySet key_set, const caffe2::TypeMeta data_type, std::optional<c10::Device> device_opt)
    : TensorImpl({}, key_set, data_type, device_opt) {}

TensorImpl::TensorImpl(ImplType /*type*/, Storage&& storage, DispatchKeySet key_set, const caffe2::TypeMeta data_type)
    : storage_(std::move(storage)),
      numel_(0),
      data_type_(data_type),
      device_opt_(storage_.device()),
      key_set_(key_set - c10::python_ks) {
  init_bitfields();
  if (!is_inference()) version_counter_ = VariableVersion(/*version=*/0);
}

TensorImpl::TensorImpl(Storage&& storage, DispatchKeySet key_set, const caffe2::TypeMeta data_type,
                       std::optional<c10::Device> device_opt)
    : storage_(std::move(storage)), numel_(0), data_type_(data_type), device_opt_(device_opt) {
  init_bitfields();
  if (!key_set.empty()) TORCH_INTERNAL_ASSERT(data_type == ScalarType::Undefined || device_opt_.has_value());
  // Python's keys are added when its object is.
  const auto backend = key_set.highestBackendKey();
  key_set = (key_set | getAutocastRelatedKeySetFromBackend(backend)) - c10::python_ks;
  if (c10::InferenceMode::is_enabled()) {
    key_set_ = key_set - c10::autograd_dispatch_keyset_with_ADInplaceOrView;
  } else {
    key_set_ = key_set | getAutogradRelatedKeySetFromBackend(backend);
  }
  if (!is_inference()) version_counter_ = VariableVersion(/*version=*/0);
}

TensorImpl::~TensorImpl() = default;

void TensorImpl::release_resources() {
  autograd_meta_.reset();
  if (storage_) storage_ = {};
}

void TensorImpl::incref_pyobject() const noexcept { pyobj_slot_.incref(); }
void TensorImpl::decref_pyobject() const noexcept { pyobj_slot_.decref(); }
bool TensorImpl::try_incref_pyobject() const noexcept { return pyobj_slot_.try_incref(); }

void TensorImpl::_change_backend_component_keys(c10::Device device) {
  const auto new_backend = toBackendComponent(device.type());
  const auto old_backend = key_set_.highestBackendKey();
  const auto key_set = (key_set_ - c10::getAutocastRelatedKeySetFromBackend(old_backend)) |
                       c10::getAutocastRelatedKeySetFromBackend(new_backend);
  key_set_ = key_set.remove_backend(old_backend) | DispatchKeySet(new_backend);
}

void TensorImpl::set_fake_device(c10::Device fake_device) {
  TORCH_CHECK(!fake_device.is_meta(), "FakeTensor does not support meta device");
  get_extra_meta().fake_device_ = fake_device;
  key_set_ = key_set_.add(DispatchKey::Fake);
  set_custom_device(true);
  _change_backend_component_keys(fake_device);
}

void TensorImpl::set_and_normalize_fake_device(c10::Device fake_device) {
  if (!fake_device.has_index() && !fake_device.is_cpu()) {
    const auto current = impl::hasDeviceGuardImpl(fake_device.type())
                             ? impl::getDeviceGuardImpl(fake_device.type())->getDevice()
                             : fake_device;
    fake_device = Device(current.type(), current.has_index() ? current.index() : static_cast<DeviceIndex>(0));
  }
  set_fake_device(fake_device);
}

// Autograd's part.

void TensorImpl::set_requires_grad(bool requires_grad) {
  TORCH_CHECK(!(requires_grad && is_inference() && !c10::InferenceMode::is_enabled()),
              "Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.");
  if (!requires_grad && !autograd_meta_) return;
  if (!autograd_meta_) autograd_meta_ = impl::GetAutogradMetaFactory()->make();
  autograd_meta_->set_requires_grad(requires_grad, this);
}

bool TensorImpl::requires_grad() const { return autograd_meta_ && autograd_meta_->requires_grad(); }

at::Tensor& TensorImpl::mutable_grad() {
  if (!autograd_meta_) autograd_meta_ = impl::GetAutogradMetaFactory()->make();
  return autograd_meta_->mutable_grad();
}

const at::Tensor& TensorImpl::grad() const {
  return autograd_meta_ ? autograd_meta_->grad() : impl::GetAutogradMetaFactory()->undefined_tensor();
}

const at::Tensor& TensorImpl::_fw_grad(uint64_t level, const at::TensorBase& self) const {
  return autograd_meta_ ? autograd_meta_->fw_grad(level, self) : impl::GetAutogradMetaFactory()->undefined_tensor();
}

void TensorImpl::_set_fw_grad(const at::TensorBase& new_grad, const at::TensorBase& self, uint64_t level,
                              bool is_inplace_op) {
  if (!autograd_meta_) autograd_meta_ = impl::GetAutogradMetaFactory()->make();
  autograd_meta_->set_fw_grad(new_grad, self, level, is_inplace_op);
}

void TensorImpl::set_autograd_meta(std::unique_ptr<c10::AutogradMetaInterface> autograd_meta) {
  autograd_meta_ = std::move(autograd_meta);
}

c10::AutogradMetaInterface* TensorImpl::autograd_meta() const { return autograd_meta_.get(); }

// Shapes.

bool TensorImpl::compute_contiguous() const {
  return !is_sparse() && _compute_contiguous<int64_t>(sizes_and_strides_.sizes_arrayref(),
                                                      sizes_and_strides_.strides_arrayref(), numel_);
}
bool TensorImpl::compute_channels_last_contiguous_2d() const {
  return !is_sparse() && _compute_channels_last_contiguous_2d<int64_t>(sizes_and_strides_.sizes_arrayref(),
                                                                       sizes_and_strides_.strides_arrayref());
}
bool TensorImpl::compute_channels_last_contiguous_3d() const {
  return !is_sparse() && _compute_channels_last_contiguous_3d<int64_t>(sizes_and_strides_.sizes_arrayref(),
                                                                       sizes_and_strides_.strides_arrayref());
}
bool TensorImpl::compute_strides_like_channels_last_2d() const {
  return !is_sparse() && is_channels_last_strides_2d<int64_t>(sizes_and_strides_.sizes_arrayref(),
                                                              sizes_and_strides_.strides_arrayref());
}
bool TensorImpl::compute_strides_like_channels_last_3d() const {
  return !is_sparse() && is_channels_last_strides_3d<int64_t>(sizes_and_strides_.sizes_arrayref(),
                                                              sizes_and_strides_.strides_arrayref());
}
bool TensorImpl::compute_non_overlapping_and_dense() const {
  return !is_sparse() && _compute_non_overlapping_and_dense<int64_t>(sizes_and_strides_.sizes_arrayref(),
                                                                     sizes_and_strides_.strides_arrayref());
}

void TensorImpl::throw_cannot_call_with_symbolic(const char* meth) const {
  TORCH_CHECK_ALWAYS_SHOW_CPP_STACKTRACE(false, "Cannot call ", meth, "() on tensor with symbolic sizes/strides");
}

void TensorImpl::throw_storage_access_error() const {
  if (extra_meta_ && extra_meta_->custom_storage_error_msg_)
    TORCH_CHECK(false, *extra_meta_->custom_storage_error_msg_);
  TORCH_CHECK_NOT_IMPLEMENTED(false, "Cannot access storage of ", tensorimpl_type_name());
}

void TensorImpl::throw_data_ptr_access_error() const {
  if (extra_meta_ && extra_meta_->custom_data_ptr_error_msg_) {
    TORCH_CHECK(false, *extra_meta_->custom_data_ptr_error_msg_);
  }
  TORCH_CHECK(false, "Cannot access data pointer of Tensor that doesn't have storage");
}

// Each asks Python where the object's class overrides it; Python also knows the numbers behind symbols.
#define FLAMBEAU_CUSTOM(type, name, policy, method, arguments, otherwise)  \
  type TensorImpl::name const {                                            \
    if (C10_UNLIKELY(matches_python_custom(SizesStridesPolicy::policy))) { \
      return (*c10::impl::getGlobalPyInterpreter())->method arguments;     \
    }                                                                      \
    return otherwise;                                                      \
  }
FLAMBEAU_CUSTOM(c10::SymIntArrayRef, sym_sizes_custom(), CustomSizes, sym_sizes, (this), sym_sizes_default())
FLAMBEAU_CUSTOM(int64_t, numel_custom(), CustomSizes, numel, (this), numel_default())
FLAMBEAU_CUSTOM(c10::SymInt, sym_numel_custom(), CustomSizes, sym_numel, (this), sym_numel_default())
FLAMBEAU_CUSTOM(int64_t, dim_custom(), CustomSizes, dim, (this), dim_default())
FLAMBEAU_CUSTOM(int64_t, storage_offset_custom(), CustomSizes, sym_storage_offset, (this).guard_int(__FILE__, __LINE__),
                storage_offset_default())
FLAMBEAU_CUSTOM(c10::SymInt, sym_storage_offset_custom(), CustomSizes, sym_storage_offset, (this),
                sym_storage_offset_default())
FLAMBEAU_CUSTOM(c10::SymIntArrayRef, sym_strides_custom(), CustomStrides, sym_strides, (this), sym_strides_default())
FLAMBEAU_CUSTOM(c10::SymBool, sym_is_contiguous_custom(at::MemoryFormat memory_format), CustomStrides,
                sym_is_contiguous, (this, memory_format), sym_is_contiguous_default(memory_format))
FLAMBEAU_CUSTOM(bool, is_strides_like_custom(at::MemoryFormat memory_format), CustomStrides, is_strides_like,
                (this, memory_format), is_strides_like_default(memory_format))
FLAMBEAU_CUSTOM(c10::SymBool, sym_is_non_overlapping_and_dense_custom(), CustomStrides, is_non_overlapping_and_dense,
                (this), sym_is_non_overlapping_and_dense_default())
#undef FLAMBEAU_CUSTOM

IntArrayRef TensorImpl::sizes_custom() const {
  if (C10_UNLIKELY(matches_python_custom(SizesStridesPolicy::CustomSizes) || has_symbolic_sizes_strides_)) {
    return (*c10::impl::getGlobalPyInterpreter())->sizes(this);
  }
  return sizes_default();
}

IntArrayRef TensorImpl::strides_custom() const {
  if (C10_UNLIKELY(matches_python_custom(SizesStridesPolicy::CustomStrides) || has_symbolic_sizes_strides_)) {
    return (*c10::impl::getGlobalPyInterpreter())->strides(this);
  }
  return strides_default();
}

Device TensorImpl::device_custom() const {
  if (C10_UNLIKELY(python_custom_device_)) return (*c10::impl::getGlobalPyInterpreter())->device(this);
  if (extra_meta_ && extra_meta_->fake_device_ && !impl::tls_is_dispatch_key_excluded(DispatchKey::Fake)) {
    return *extra_meta_->fake_device_;
  }
  return device_default();
}

Layout TensorImpl::layout_custom() const {
  if (C10_UNLIKELY(python_custom_layout_)) return (*c10::impl::getGlobalPyInterpreter())->layout(this);
  TORCH_CHECK(false, "Tensors of type ", tensorimpl_type_name(), " do not have layout");
}

bool TensorImpl::has_storage() const { return storage_; }

namespace {

void clone_into(c10::SymIntArrayRef source, SymDimVector& target) {
  target.clear();
  target.reserve(source.size());
  for (const auto& s : source) target.emplace_back(s.clone());
}

}  // namespace

void TensorImpl::set_sizes_and_strides(c10::SymIntArrayRef sizes, c10::SymIntArrayRef strides,
                                       std::optional<c10::SymInt> storage_offset) {
  const auto int_sizes = asIntArrayRefSlowOpt(sizes);
  const auto int_strides = asIntArrayRefSlowOpt(strides);
  if (int_sizes && int_strides && (!storage_offset || !storage_offset->is_heap_allocated()) &&
      !has_symbolic_sizes_strides_) {
    set_sizes_and_strides(*int_sizes, *int_strides);
    if (storage_offset) set_storage_offset(storage_offset->as_int_unchecked());
    return;
  }
  TORCH_CHECK(allow_tensor_metadata_change(), "set_sizes_and_strides ", err_msg_tensor_metadata_change_not_allowed);
  has_symbolic_sizes_strides_ = true;
  refresh_sizes_strides_policy();
  auto& extra = get_extra_meta();
  if (!extra.symbolic_shape_meta_) {
    extra.symbolic_shape_meta_ = std::make_unique<c10::SymbolicShapeMeta>();
    if (!storage_offset) symbolic_shape_meta().storage_offset_ = storage_offset_;
  }
  auto& symbolic = symbolic_shape_meta();
  clone_into(sizes, symbolic.sizes_);
  clone_into(strides, symbolic.strides_);
  if (storage_offset) symbolic.storage_offset_ = storage_offset->clone();
  refresh_numel();
  refresh_contiguous();
}

void TensorImpl::generic_set_sizes_contiguous(c10::SymIntArrayRef sizes) {
  if (const auto int_sizes = asIntArrayRefSlowOpt(sizes)) {
    set_sizes_contiguous(*int_sizes);
    return;
  }
  TORCH_CHECK(allow_tensor_metadata_change(), "generic_set_sizes_contiguous ",
              err_msg_tensor_metadata_change_not_allowed);
  has_symbolic_sizes_strides_ = true;
  refresh_sizes_strides_policy();
  auto& extra = get_extra_meta();
  if (!extra.symbolic_shape_meta_) {
    extra.symbolic_shape_meta_ = std::make_unique<c10::SymbolicShapeMeta>();
    symbolic_shape_meta().storage_offset_ = storage_offset_;
  }
  clone_into(sizes, symbolic_shape_meta().sizes_);
  refresh_numel();
  empty_tensor_restride_symint(MemoryFormat::Contiguous);
}

void TensorImpl::empty_tensor_restride_symint(MemoryFormat memory_format) {
  TORCH_INTERNAL_ASSERT(has_symbolic_sizes_strides_);
  auto& symbolic = symbolic_shape_meta();
  switch (memory_format) {
    case MemoryFormat::Contiguous: {
      const auto dims = symbolic.sizes_.size();
      symbolic.strides_.resize(dims);
      SymInt stride = 1;
      for (size_t i = dims; i-- > 0;) {
        symbolic.strides_[i] = stride;
        stride = stride * symbolic.sizes_[i].max(1);
      }
      break;
    }
    case MemoryFormat::ChannelsLast:
      TORCH_CHECK(dim() == 4, "required rank 4 tensor to use channels_last format");
      clone_into(get_channels_last_strides_2d(sym_sizes()), symbolic.strides_);
      break;
    case MemoryFormat::ChannelsLast3d:
      TORCH_CHECK(dim() == 5, "required rank 5 tensor to use channels_last_3d format");
      clone_into(get_channels_last_strides_3d(sym_sizes()), symbolic.strides_);
      break;
    case MemoryFormat::Preserve:
      TORCH_CHECK(false, "unsupported memory format ", memory_format);
    case MemoryFormat::NumOptions:
      TORCH_INTERNAL_ASSERT(false, "invalid memory format ", memory_format);
  }
  refresh_contiguous();
  if (memory_format == MemoryFormat::Contiguous) {
    symbolic.assume_contiguous();
    symbolic.assume_non_overlapping_and_dense();
  }
}

// Copies.

template <typename VariableVersion>
c10::intrusive_ptr<TensorImpl> TensorImpl::shallow_copy_and_detach_core(VariableVersion&& version_counter,
                                                                        bool allow_tensor_metadata_change) const {
  c10::intrusive_ptr<TensorImpl> from_python;
  const auto modes = c10::impl::TorchDispatchModeTLS::stack_len();
  if (C10_UNLIKELY(modes > 0 || key_set_.has(DispatchKey::Python)) &&
      !c10::impl::tls_is_dispatch_key_excluded(DispatchKey::Python)) {
    from_python = modes > 0 ? c10::impl::TorchDispatchModeTLS::get_stack_at(modes - 1)->pyinterpreter()->detach(this)
                            : (*c10::impl::getGlobalPyInterpreter())->detach(this);
  }
  if (from_python) {
    if (!from_python->is_inference()) {
      from_python->set_version_counter(std::forward<VariableVersion>(version_counter));
      from_python->set_allow_tensor_metadata_change(allow_tensor_metadata_change);
    }
    return from_python;
  }
  auto copy = c10::make_intrusive<TensorImpl>(key_set_, data_type_, device_opt_);
  copy_tensor_metadata(this, copy.get(), std::forward<VariableVersion>(version_counter), allow_tensor_metadata_change);
  return copy;
}

c10::intrusive_ptr<TensorImpl> TensorImpl::shallow_copy_and_detach(const c10::VariableVersion& version_counter,
                                                                   bool allow_tensor_metadata_change) const {
  return shallow_copy_and_detach_core(version_counter, allow_tensor_metadata_change);
}

c10::intrusive_ptr<TensorImpl> TensorImpl::shallow_copy_and_detach(c10::VariableVersion&& version_counter,
                                                                   bool allow_tensor_metadata_change) const {
  return shallow_copy_and_detach_core(std::move(version_counter), allow_tensor_metadata_change);
}

void TensorImpl::copy_generic_tensor_metadata(const TensorImpl* src_impl, TensorImpl* dest_impl) {
  dest_impl->sizes_and_strides_ = src_impl->sizes_and_strides_;
  dest_impl->has_symbolic_sizes_strides_ = src_impl->has_symbolic_sizes_strides_;
  dest_impl->storage_offset_ = src_impl->storage_offset_;
  dest_impl->data_type_ = src_impl->data_type_;
  dest_impl->device_opt_ = src_impl->device_opt_;
  dest_impl->is_contiguous_ = src_impl->is_contiguous_;
  dest_impl->is_channels_last_contiguous_ = src_impl->is_channels_last_contiguous_;
  dest_impl->is_channels_last_3d_contiguous_ = src_impl->is_channels_last_3d_contiguous_;
  dest_impl->is_channels_last_ = src_impl->is_channels_last_;
  dest_impl->is_channels_last_3d_ = src_impl->is_channels_last_3d_;
  dest_impl->is_non_overlapping_and_dense_ = src_impl->is_non_overlapping_and_dense_;
  dest_impl->is_wrapped_number_ = src_impl->is_wrapped_number_;
  dest_impl->reserved_ = src_impl->reserved_;
  dest_impl->numel_ = src_impl->numel_;
  if (src_impl->extra_meta_ != nullptr) dest_impl->extra_meta_ = src_impl->extra_meta_->clone();
  // Not Python's policies, as its object is not copied; the subclass's are set by its constructor.
  dest_impl->refresh_sizes_strides_policy();
  dest_impl->refresh_layout_policy();
  dest_impl->refresh_device_policy();
}

void TensorImpl::copy_tensor_metadata_except_version_counter(const TensorImpl* src_impl, TensorImpl* dest_impl,
                                                             bool allow_tensor_metadata_change) {
  copy_generic_tensor_metadata(src_impl, dest_impl);
  dest_impl->storage_ = src_impl->storage_;
  dest_impl->storage_access_should_throw_ = src_impl->storage_access_should_throw_;
  dest_impl->key_set_ = (src_impl->key_set_ - c10::python_ks) | (dest_impl->key_set_ & c10::python_ks);
  if (dest_impl->extra_meta_ && dest_impl->extra_meta_->fake_device_) dest_impl->set_custom_device(true);
  dest_impl->set_allow_tensor_metadata_change(allow_tensor_metadata_change);
}

void TensorImpl::copy_tensor_metadata(const TensorImpl* src_impl, TensorImpl* dest_impl,
                                      const c10::VariableVersion& version_counter, bool allow_tensor_metadata_change) {
  copy_tensor_metadata_except_version_counter(src_impl, dest_impl, allow_tensor_metadata_change);
  if (!dest_impl->is_inference()) dest_impl->set_version_counter(version_counter);
}

void TensorImpl::copy_tensor_metadata(const TensorImpl* src_impl, TensorImpl* dest_impl,
                                      c10::VariableVersion&& version_counter, bool allow_tensor_metadata_change) {
  copy_tensor_metadata_except_version_counter(src_impl, dest_impl, allow_tensor_metadata_change);
  if (!dest_impl->is_inference()) dest_impl->set_version_counter(std::move(version_counter));
}

// Caffe2's part.

void TensorImpl::Extend(int64_t num, float growthPct) {
  TORCH_CHECK(sizes_and_strides_.size() >= 1u);
  TORCH_CHECK(num >= 0, "`num` must be non-negative for Extend");
  TORCH_CHECK(is_contiguous_, "Right now Extend is only supported for contiguous Tensor.");
  TORCH_CHECK(!has_symbolic_sizes_strides_, "Extend() called on tensor with symbolic shape");
  using Dims = SmallVector<int64_t, 5>;
  const auto current = sizes_and_strides_.sizes_arrayref();
  Dims wanted(current.begin(), current.end());
  wanted[0] += num;
  if (!storage_.data()) {
    Resize(wanted);
    return;
  }
  const auto wanted_numel = c10::multiply_integers(wanted.begin(), wanted.end());
  if (static_cast<size_t>(wanted_numel) * data_type_.itemsize() <= storage_.nbytes()) {
    sizes_and_strides_.set_sizes(wanted);
    numel_ = wanted_numel;
    return;
  }
  Dims capacity(current.begin(), current.end());
  capacity[0] =
      std::max(wanted[0], static_cast<int64_t>(std::ceil(static_cast<float>(current[0]) * (1 + growthPct / 100))));
  const auto old_data = std::move(storage_.mutable_data_ptr());
  const auto old_numel = numel_;
  Resize(capacity);
  auto* new_data = raw_mutable_data(data_type_);
  if (data_type_.copy()) {
    TORCH_CHECK(device_type() == DeviceType::CPU, "non-POD types work only on CPU");
    data_type_.copy()(old_data.get(), new_data, static_cast<size_t>(old_numel));
  } else {
    CopyBytes(static_cast<size_t>(old_numel) * itemsize(), old_data.get(), device(), new_data, device(),
              /*async=*/true);
  }
  reserved_ = true;
  sizes_and_strides_.set_sizes(wanted);
  numel_ = wanted_numel;
}

void TensorImpl::ReserveSpace(int64_t outer_dim) {
  TORCH_CHECK(is_contiguous_, "Right now ReserveSpace is only supported for contiguous Tensor.");
  TORCH_CHECK(!has_symbolic_sizes_strides_, "ReserveSpace() called on tensor with symbolic shape");
  TORCH_CHECK(storage_.unique(), "Can't call ReserveSpace on shared storage.");
  const auto current = sizes_and_strides_.sizes_arrayref();
  SmallVector<int64_t, 5> capacity(current.begin(), current.end());
  const SmallVector<int64_t, 5> old(current.begin(), current.end());
  capacity[0] = outer_dim;
  const auto numel = c10::multiply_integers(capacity.begin(), capacity.end());
  if (static_cast<size_t>(numel) * data_type_.itemsize() <= storage_.nbytes()) return;
  storage_.mutable_data_ptr().clear();
  const auto old_numel = numel_;
  Resize(capacity);
  raw_mutable_data(data_type_);
  sizes_and_strides_.set_sizes(old);
  numel_ = old_numel;
  reserved_ = true;
}

void TensorImpl::Reshape(const std::vector<int64_t>& dims) {
  TORCH_CHECK(is_contiguous_, "Right now Reshape is only supported for contiguous Tensor.");
  TORCH_CHECK(!has_symbolic_sizes_strides_, "Reshape() called on tensor with symbolic shape");
  int64_t wanted_numel = 1;
  for (const auto d : dims) {
    TORCH_CHECK(d >= 0);
    wanted_numel *= d;
  }
  TORCH_CHECK(
      wanted_numel == numel_,
      "New size and old size are not equal. You cannot use Reshape, but should use Resize. The old caffe2 mixes "
      "Reshape and Resize but this behavior has been changed. If you find this error, most likely you will need "
      "to change corresponding code from Reshape to Resize.");
  sizes_and_strides_.set_sizes(dims);
  empty_tensor_restride(MemoryFormat::Contiguous);
}

void TensorImpl::FreeMemory() {
  if (storage_.use_count() != 1 || !storage_.resizable() || !storage_.allocator()) {
    storage_ = Storage::create_legacy(storage_.device());
  } else {
    storage_.reset_legacy();
  }
  storage_offset_ = 0;
}

void TensorImpl::ShareData(const TensorImpl& src) {
  TORCH_CHECK(src.numel_ == numel_, "Size mismatch - did you call reshape before sharing the data?");
  TORCH_CHECK(src.storage_initialized(), "Source tensor has no content and has size > 0");
  storage_ = src.storage();
  data_type_ = src.dtype();
  device_opt_ = src.device_opt();
  storage_offset_ = src.storage_offset();
}

void TensorImpl::ShareExternalPointer(DataPtr&& data_ptr, const caffe2::TypeMeta data_type, size_t size_bytes) {
  TORCH_CHECK(data_type != ScalarType::Undefined,
              "To share with a raw external pointer you need to pass in an initialized data_type(TypeMeta).");
  TORCH_CHECK(!has_symbolic_sizes_strides_, "ShareExternalPointer() called on tensor with symbolic shape");
  if (!size_bytes) size_bytes = static_cast<size_t>(numel_) * data_type.itemsize();
  if (storage_.unique()) {
    storage_.UniqueStorageShareExternalPointer(std::move(data_ptr), size_bytes);
  } else {
    storage_ = Storage(Storage::use_byte_size_t(), size_bytes, std::move(data_ptr), /*allocator=*/nullptr,
                       /*resizable=*/false);
  }
  data_type_ = data_type;
  device_opt_ = storage_.device();
  storage_offset_ = 0;
}

void TensorImpl::HandleResize() {
  const size_t needed = static_cast<size_t>(storage_offset_ + numel_) * data_type_.itemsize();
  bool reset = storage_.nbytes() < needed;
  if (!reserved_) {
    reset = reset || !FLAGS_caffe2_keep_on_shrink ||
            storage_.nbytes() - needed > static_cast<size_t>(FLAGS_caffe2_max_keep_on_shrink_memory);
  }
  if (reset && storage_initialized()) FreeMemory();
}

}  // namespace c10
