// Mirrors <ATen/core/blob.h> of PyTorch 2.13: a typed box around any object.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/intrusive_ptr.h>
#include <c10/util/typeid.h>

#include <ostream>
#include <type_traits>

namespace caffe2 {

class Tensor;

class TORCH_API Blob final : public c10::intrusive_ptr_target {
 public:
  Blob() noexcept = default;
  ~Blob() override { Reset(); }
  Blob(Blob&& other) noexcept : Blob() { swap(other); }
  Blob& operator=(Blob&& other) noexcept {
    Blob(std::move(other)).swap(*this);
    return *this;
  }

  template <class T>
  bool IsType() const noexcept {
    return meta_.Match<T>();
  }
  const TypeMeta meta() const noexcept { return meta_; }
  std::string_view TypeName() const noexcept { return meta_.name(); }

  template <class T>
  const T& Get() const {
    TORCH_INTERNAL_ASSERT(IsType<T>(), "wrong type for the Blob instance. Blob contains ", meta_.name(),
                          " while caller expects ", TypeMeta::TypeName<T>());
    return *static_cast<const T*>(pointer_);
  }
  const void* GetRaw() const noexcept { return pointer_; }
  void* GetRaw() noexcept { return pointer_; }

  template <class T>
  T* GetMutable() {
    static_assert(std::is_default_constructible_v<T>, "GetMutable needs a default-constructible type");
    return IsType<T>() ? static_cast<T*>(pointer_) : Reset<T>(new T());
  }
  template <class T>
  T* GetMutableOrNull() {
    return IsType<T>() ? static_cast<T*>(pointer_) : nullptr;
  }

  /// Takes ownership of `allocated`.
  template <class T>
  T* Reset(T* allocated) {
    assign(allocated, TypeMeta::Make<T>(), true);
    return allocated;
  }
  template <class T>
  std::remove_const_t<T>* ShareExternal(std::remove_const_t<T>* allocated) {
    return static_cast<T*>(ShareExternal(static_cast<void*>(allocated), TypeMeta::Make<std::remove_const_t<T>>()));
  }
  void* ShareExternal(void* allocated, const TypeMeta meta) {
    assign(allocated, meta, false);
    return allocated;
  }
  void Reset() { assign(nullptr, TypeMeta(), false); }

  FLB_ON_USE void swap(Blob& rhs) noexcept {
    std::swap(meta_, rhs.meta_);
    std::swap(pointer_, rhs.pointer_);
    std::swap(has_ownership_, rhs.has_ownership_);
  }

 private:
  FLB_ON_USE void assign(void* pointer, TypeMeta meta, bool own) {
    if (has_ownership_ && pointer_ != nullptr) (*meta_.deleteFn())(pointer_);
    pointer_ = pointer, meta_ = meta, has_ownership_ = own;
  }

  TypeMeta meta_;
  void* pointer_{nullptr};
  bool has_ownership_{false};

  C10_DISABLE_COPY_AND_ASSIGN(Blob);
};

inline void swap(Blob& a, Blob& b) noexcept { a.swap(b); }
FLB_ON_USE inline std::ostream& operator<<(std::ostream& out, const Blob& v) {
  return out << "Blob[" << v.TypeName() << ']';
}

}  // namespace caffe2
