// Mirrors <c10/core/StorageImpl.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Allocator.h>
#include <c10/core/Device.h>
#include <c10/core/DeviceType.h>
#include <c10/core/StorageMaterializer.h>
#include <c10/core/SymInt.h>
#include <c10/core/impl/PyObjectSlot.h>
#include <c10/macros/Export.h>
#include <c10/util/Exception.h>
#include <c10/util/UniqueVoidPtr.h>
#include <c10/util/intrusive_ptr.h>

#include <cstddef>
#include <utility>

namespace c10 {

[[noreturn]] C10_API void throwNullDataPtrError();
C10_API void warnDeprecatedDataPtr();

struct C10_API StorageExtraMeta {
  std::optional<std::string> custom_data_ptr_error_msg_ = std::nullopt;
};

namespace impl::cow {
C10_API void materialize_cow(StorageImpl* storage);
}

// The bytes that tensors share. One flag stands for all that must be checked before a write.
struct C10_API StorageImpl : public c10::intrusive_ptr_target {
 public:
  struct use_byte_size_t {};

  FLB_ON_USE StorageImpl(use_byte_size_t, SymInt size_bytes, at::DataPtr data_ptr, at::Allocator* allocator,
                         bool resizable)
      : data_ptr_(std::move(data_ptr)),
        size_bytes_(std::move(size_bytes)),
        size_bytes_is_heap_allocated_(size_bytes_.is_heap_allocated()),
        resizable_(resizable),
        received_cuda_(false),
        allocator_(allocator) {
    if (resizable) TORCH_INTERNAL_ASSERT(allocator_, "For resizable storage, allocator must be provided");
    refresh_has_data_ptr_check();
  }
  FLB_ON_USE StorageImpl(use_byte_size_t, const SymInt& size_bytes, at::Allocator* allocator, bool resizable)
      : StorageImpl(use_byte_size_t(), size_bytes,
                    allocator->allocate(
                        size_bytes.is_heap_allocated() ? 0 : static_cast<size_t>(size_bytes.as_int_unchecked())),
                    allocator, resizable) {}
  StorageImpl& operator=(StorageImpl&& other) = delete;
  StorageImpl& operator=(const StorageImpl&) = delete;
  StorageImpl() = delete;
  StorageImpl(StorageImpl&& other) = delete;
  StorageImpl(const StorageImpl&) = delete;
  ~StorageImpl() override = default;

  FLB_ON_USE void reset() {
    data_ptr_.clear();
    size_bytes_ = 0;
    size_bytes_is_heap_allocated_ = false;
  }
  void release_resources() override { data_ptr_.clear(); }
  void incref_pyobject() const noexcept final;
  void decref_pyobject() const noexcept final;
  bool try_incref_pyobject() const noexcept final;

  FLB_ON_USE size_t nbytes() const {
    TORCH_CHECK(!size_bytes_is_heap_allocated_);
    return static_cast<size_t>(size_bytes_.as_int_unchecked());
  }
  SymInt sym_nbytes() const { return size_bytes_; }
  void set_nbytes(size_t size_bytes) {
    size_bytes_ = static_cast<int64_t>(size_bytes);
    size_bytes_is_heap_allocated_ = false;
  }
  FLB_ON_USE void unsafe_set_nbytes(size_t size_bytes) {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(!size_bytes_is_heap_allocated_);
    size_bytes_.unsafe_set_data(size_bytes);
  }
  void set_nbytes(c10::SymInt size_bytes) { size_bytes_ = std::move(size_bytes); }
  bool resizable() const { return resizable_; }

  const at::DataPtr& data_ptr() const {
    if (C10_UNLIKELY(throw_on_immutable_data_ptr_)) throw_data_ptr_access_error();
    return data_ptr_;
  }
  at::DataPtr& mutable_data_ptr() {
    if (C10_UNLIKELY(has_mutable_data_ptr_check_)) before_write();
    return data_ptr_;
  }
  at::DataPtr& _mutable_data_ptr_no_checks() { return data_ptr_; }
  /// Returns the old one.
  at::DataPtr set_data_ptr(at::DataPtr&& data_ptr) {
    maybe_materialize();
    return set_data_ptr_no_materialize(std::move(data_ptr));
  }
  void set_data_ptr_noswap(at::DataPtr&& data_ptr) {
    data_ptr_ = std::move(data_ptr);
    refresh_has_data_ptr_check();
  }
  FLB_ON_USE void swap_data_ptr(StorageImpl& other) {
    maybe_materialize();
    other.maybe_materialize();
    std::swap(data_ptr_, other.data_ptr_);
    std::swap(size_bytes_, other.size_bytes_);
    std::swap(size_bytes_is_heap_allocated_, other.size_bytes_is_heap_allocated_);
    std::swap(resizable_, other.resizable_);
    std::swap(allocator_, other.allocator_);
    std::swap(throw_on_immutable_data_ptr_, other.throw_on_immutable_data_ptr_);
    std::swap(throw_on_mutable_data_ptr_, other.throw_on_mutable_data_ptr_);
    std::swap(warn_deprecated_on_mutable_data_ptr_, other.warn_deprecated_on_mutable_data_ptr_);
    refresh_has_data_ptr_check();
    other.refresh_has_data_ptr_check();
  }
  const void* data() const {
    if (C10_UNLIKELY(throw_on_immutable_data_ptr_)) throw_data_ptr_access_error();
    return data_ptr_.get();
  }
  void* mutable_data() {
    if (C10_UNLIKELY(has_mutable_data_ptr_check_)) before_write();
    return data_ptr_.mutable_get();
  }

  at::DeviceType device_type() const { return data_ptr_.device().type(); }
  at::Allocator* allocator() { return allocator_; }
  const at::Allocator* allocator() const { return allocator_; }
  void set_allocator(at::Allocator* allocator) { allocator_ = allocator; }
  Device device() const { return data_ptr_.device(); }
  FLB_ON_USE void set_resizable(bool resizable) {
    if (resizable) AT_ASSERT(allocator_);
    resizable_ = resizable;
  }

  FLB_ON_USE void UniqueStorageShareExternalPointer(void* src, size_t size_bytes, DeleterFnPtr d = nullptr) {
    UniqueStorageShareExternalPointer(at::DataPtr(src, src, d, data_ptr_.device()), size_bytes);
  }
  FLB_ON_USE void UniqueStorageShareExternalPointer(at::DataPtr&& data_ptr, size_t size_bytes) {
    data_ptr_ = std::move(data_ptr);
    size_bytes_ = static_cast<int64_t>(size_bytes);
    size_bytes_is_heap_allocated_ = false;
    allocator_ = nullptr;
    resizable_ = false;
  }
  void set_received_cuda(bool received_cuda) { received_cuda_ = received_cuda; }
  bool received_cuda() { return received_cuda_; }
  impl::PyObjectSlot* pyobj_slot() { return &pyobj_slot_; }
  const impl::PyObjectSlot* pyobj_slot() const { return &pyobj_slot_; }

  FLB_ON_USE StorageExtraMeta& get_extra_meta() {
    if (!extra_meta_) extra_meta_ = std::make_unique<StorageExtraMeta>();
    return *extra_meta_;
  }
  [[noreturn]] void throw_data_ptr_access_error() const;
  FLB_ON_USE void release_data_and_set_meta_custom_data_ptr_error_msg_(std::optional<std::string> s) {
    throw_on_immutable_data_ptr_ = true;
    get_extra_meta().custom_data_ptr_error_msg_ = std::move(s);
    refresh_has_data_ptr_check();
  }
  FLB_ON_USE void clear_data_ptr_access_error_msg_() {
    throw_on_immutable_data_ptr_ = false;
    if (extra_meta_) extra_meta_->custom_data_ptr_error_msg_ = std::nullopt;
    refresh_has_data_ptr_check();
  }
  void set_throw_on_mutable_data_ptr() {
    throw_on_mutable_data_ptr_ = true;
    refresh_has_data_ptr_check();
  }
  void set_warn_deprecated_on_mutable_data_ptr() {
    warn_deprecated_on_mutable_data_ptr_ = true;
    refresh_has_data_ptr_check();
  }
  FLB_ON_USE void set_materializer(MaterializeFn fn) {
    TORCH_INTERNAL_ASSERT(materialize_fn_ == nullptr,
                          "Cannot set materializer: a materializer is already active on this storage.");
    materialize_fn_ = fn;
    refresh_has_data_ptr_check();
  }
  void clear_materializer() {
    materialize_fn_ = nullptr;
    refresh_has_data_ptr_check();
  }
  bool has_materializer() const { return materialize_fn_ != nullptr; }

 protected:
  friend void c10::impl::cow::materialize_cow(StorageImpl*);
  FLB_ON_USE at::DataPtr set_data_ptr_no_materialize(at::DataPtr&& data_ptr) {
    at::DataPtr old_data_ptr(std::move(data_ptr_));
    data_ptr_ = std::move(data_ptr);
    refresh_has_data_ptr_check();
    return old_data_ptr;
  }

 private:
  FLB_ON_USE void refresh_has_data_ptr_check() {
    has_mutable_data_ptr_check_ = materialize_fn_ != nullptr || throw_on_mutable_data_ptr_ ||
                                  warn_deprecated_on_mutable_data_ptr_ || throw_on_immutable_data_ptr_;
  }
  FLB_ON_USE void before_write() {
    if (throw_on_immutable_data_ptr_) throw_data_ptr_access_error();
    if (throw_on_mutable_data_ptr_) throwNullDataPtrError();
    if (warn_deprecated_on_mutable_data_ptr_) warnDeprecatedDataPtr();
    maybe_materialize();
  }
  void maybe_materialize() {
    if (!materialize_fn_) return;
    materialize_fn_(this);
    clear_materializer();
  }

  DataPtr data_ptr_;
  SymInt size_bytes_;
  bool size_bytes_is_heap_allocated_;
  bool resizable_;
  bool received_cuda_;
  bool has_mutable_data_ptr_check_ = false;
  bool throw_on_mutable_data_ptr_ = false;
  bool throw_on_immutable_data_ptr_ = false;
  bool warn_deprecated_on_mutable_data_ptr_ = false;
  MaterializeFn materialize_fn_ = nullptr;
  Allocator* allocator_;
  impl::PyObjectSlot pyobj_slot_;
  std::unique_ptr<StorageExtraMeta> extra_meta_ = nullptr;
};

/// How a device makes its storages, where they need a class of their own.
using StorageImplCreateHelper = intrusive_ptr<StorageImpl> (*)(StorageImpl::use_byte_size_t, SymInt size_bytes,
                                                               DataPtr data_ptr, Allocator* allocator, bool resizable);
C10_API void SetStorageImplCreate(DeviceType t, StorageImplCreateHelper fptr);
C10_API StorageImplCreateHelper GetStorageImplCreate(DeviceType t);
C10_API c10::intrusive_ptr<c10::StorageImpl> make_storage_impl(c10::StorageImpl::use_byte_size_t use_byte_size,
                                                               c10::SymInt size_bytes, c10::DataPtr data_ptr,
                                                               c10::Allocator* allocator, bool resizable,
                                                               std::optional<at::Device> device_opt);

namespace detail {
template <class T>
struct TargetTraits<T, std::enable_if_t<std::is_base_of_v<c10::StorageImpl, std::remove_cv_t<T>>>> {
  static constexpr bool can_have_pyobject = true;
};
}  // namespace detail

}  // namespace c10
