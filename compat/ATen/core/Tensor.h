// Mirrors <ATen/core/Tensor.h> of PyTorch 2.13: Tensor, and references to tensors that do not own.
#pragma once

#include <ATen/core/TensorBody.h>
#include <c10/util/Exception.h>

namespace at {

/// A tensor or nothing, borrowed: must not outlive what it was made from.
class TORCH_API OptionalTensorRef {
 public:
  OptionalTensorRef() = default;
  ~OptionalTensorRef() { ref_.unsafeReleaseTensorImpl(); }
  OptionalTensorRef(const TensorBase& src) : ref_(Tensor::unsafe_borrow_t{}, src) {}
  OptionalTensorRef(const OptionalTensorRef& rhs) : ref_(Tensor::unsafe_borrow_t{}, rhs.ref_) {}
  OptionalTensorRef(OptionalTensorRef&& rhs) = default;
  OptionalTensorRef& operator=(OptionalTensorRef rhs) {
    std::swap(ref_, rhs.ref_);
    return *this;
  }

  bool has_value() const { return ref_.defined(); }
  const Tensor& getTensorRef() const& { return ref_; }
  const Tensor& operator*() const& { return ref_; }
  const Tensor* operator->() const& { return &ref_; }
  operator bool() const { return ref_.defined(); }

 private:
  Tensor ref_;
};

/// A TensorBase seen as a Tensor without touching its reference count.
class TORCH_API TensorRef {
 public:
  ~TensorRef() { ref_.unsafeReleaseTensorImpl(); }
  TensorRef(const TensorBase& src) : ref_(Tensor::unsafe_borrow_t{}, src) {}
  TensorRef(TensorRef&& other) = default;
  TensorRef(const TensorRef&) = default;
  TensorRef& operator=(const TensorRef&) = default;
  TensorRef& operator=(TensorRef&&) = default;
  const Tensor& operator*() const& { return ref_; }

 private:
  Tensor ref_;
};

template <typename T>
auto Tensor::register_hook(T&& hook) const -> Tensor::hook_return_void_t<T> {
  return _register_hook([fn = std::forward<T>(hook)](const TensorBase& grad_base) {
    TensorRef grad(grad_base);
    fn(*grad);
    return Tensor();
  });
}

template <typename T>
auto Tensor::register_hook(T&& hook) const -> Tensor::hook_return_var_t<T> {
  return _register_hook([fn = std::forward<T>(hook)](const TensorBase& grad_base) {
    TensorRef grad(grad_base);
    Tensor ret = fn(*grad);
    return TensorBase(std::move(ret));
  });
}

}  // namespace at
