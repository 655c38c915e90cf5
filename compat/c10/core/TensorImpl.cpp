#include <c10/core/TensorImpl.h>
#include <torch/csrc/autograd/autograd_hooks.h>

#include <c10/core/InferenceMode.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <c10/core/impl/PyInterpreter.h>
#include <c10/core/impl/TorchDispatchModeTLS.h>

#include <atomic>

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
constinit std::atomic<AutogradMetaFactory*> meta_factory = nullptr;
}

void SetAutogradMetaFactory(AutogradMetaFactory* factory) { meta_factory.store(factory, std::memory_order_release); }

AutogradMetaFactory* GetAutogradMetaFactory() {
  // Asked for at first use: nothing registers itself when the library is loaded.
  AutogradMetaFactory* known = meta_factory.load(std::memory_order_acquire);
  if (!known && meta_factory.compare_exchange_strong(known, flambeau::autograd_meta_factory())) known = meta_factory;
  return known;
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

bool TensorImpl::has_storage() const { return storage_; }

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

}  // namespace c10
