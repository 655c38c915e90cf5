#include <c10/core/StorageImpl.h>

#include <array>
#include <atomic>

namespace c10 {

void throwNullDataPtrError() {
  TORCH_CHECK(
      false,
      "Cannot access data pointer of Tensor (e.g. FakeTensor, FunctionalTensor). If you're using "
      "torch.compile/export/fx, it is likely that we are erroneously tracing into a custom kernel. To fix this, "
      "please wrap the custom kernel into an opaque custom op. Please see the following for details: "
      "https://pytorch.org/tutorials/advanced/custom_ops_landing_page.html");
}

void warnDeprecatedDataPtr() {
  TORCH_CHECK(
      false,
      "Accessing the data pointer of FakeTensor is deprecated and will error in PyTorch 2.5. This is almost "
      "definitely a bug in your code and will cause undefined behavior with subsystems like torch.compile. "
      "Please wrap calls to tensor.data_ptr() in an opaque custom op; If all else fails, you can guard accesses "
      "to tensor.data_ptr() on isinstance(tensor, FakeTensor).")
}

void StorageImpl::incref_pyobject() const noexcept { pyobj_slot_.incref(); }
void StorageImpl::decref_pyobject() const noexcept { pyobj_slot_.decref(); }
bool StorageImpl::try_incref_pyobject() const noexcept { return pyobj_slot_.try_incref(); }

void StorageImpl::throw_data_ptr_access_error() const {
  if (extra_meta_ && extra_meta_->custom_data_ptr_error_msg_) {
    TORCH_CHECK(false, *extra_meta_->custom_data_ptr_error_msg_);
  }
  TORCH_CHECK(false, "Cannot access data pointer of Storage that is invalid.");
}

namespace {
constinit std::array<std::atomic<StorageImplCreateHelper>, at::COMPILE_TIME_MAX_DEVICE_TYPES> creators{};
}

void SetStorageImplCreate(DeviceType t, StorageImplCreateHelper fptr) {
  // The kinds of device that come from outside.
  TORCH_CHECK(t == DeviceType::PrivateUse1, "It is only allowed to set the storageImpl create method for PrivateUse1. ",
              "If you have related storageImpl requirements, please expand the allowlist");
  auto& creator = creators[static_cast<size_t>(t)];
  StorageImplCreateHelper none = nullptr;
  TORCH_CHECK(creator.compare_exchange_strong(none, fptr), "The StorageImplCreate function pointer for ", t,
              " has been registered.");
}

StorageImplCreateHelper GetStorageImplCreate(DeviceType t) { return creators[static_cast<size_t>(t)].load(); }

c10::intrusive_ptr<c10::StorageImpl> make_storage_impl(c10::StorageImpl::use_byte_size_t use_byte_size,
                                                       c10::SymInt size_bytes, c10::DataPtr data_ptr,
                                                       c10::Allocator* allocator, bool resizable,
                                                       std::optional<at::Device> device_opt) {
  const auto create = device_opt ? GetStorageImplCreate(device_opt->type()) : nullptr;
  if (create != nullptr) {
    return create(use_byte_size, std::move(size_bytes), std::move(data_ptr), allocator, resizable);
  }
  if (data_ptr != nullptr) {
    return c10::make_intrusive<c10::StorageImpl>(use_byte_size, std::move(size_bytes), std::move(data_ptr), allocator,
                                                 resizable);
  }
  return c10::make_intrusive<c10::StorageImpl>(use_byte_size, size_bytes, allocator, resizable);
}

}  // namespace c10
