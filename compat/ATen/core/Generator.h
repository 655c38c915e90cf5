// Mirrors <ATen/core/Generator.h> of PyTorch 2.13: a counted handle of a source of random numbers.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/DispatchKeySet.h>
#include <c10/core/GeneratorImpl.h>
#include <c10/util/Exception.h>
#include <c10/util/intrusive_ptr.h>
#include <c10/util/light_std.h>

#include <cstdint>
#include <mutex>
#include <utility>

namespace at {

class Tensor;

/// Hold mutex() while drawing from it.
struct TORCH_API Generator {
  Generator() = default;
  FLB_ON_USE explicit Generator(c10::intrusive_ptr<c10::GeneratorImpl> gen_impl) : impl_(std::move(gen_impl)) {
    TORCH_CHECK(impl_.get(), "GeneratorImpl with nullptr is not supported");
  }
  FLB_ON_USE bool operator==(const Generator& rhs) const { return this->impl_ == rhs.impl_; }
  bool operator!=(const Generator& rhs) const { return !((*this) == rhs); }
  FLB_ON_USE bool defined() const { return static_cast<bool>(impl_); }
  c10::GeneratorImpl* unsafeGetGeneratorImpl() const { return impl_.get(); }
  FLB_ON_USE c10::GeneratorImpl* unsafeReleaseGeneratorImpl() { return impl_.release(); }
  const c10::intrusive_ptr<c10::GeneratorImpl>& getIntrusivePtr() const { return impl_; }

  void set_current_seed(uint64_t seed) { impl_->set_current_seed(seed); }
  /// Position in the stream, where the generator has one (CUDA).
  void set_offset(uint64_t offset) { impl_->set_offset(offset); }
  uint64_t get_offset() const { return impl_->get_offset(); }
  uint64_t current_seed() const { return impl_->current_seed(); }
  /// Seeds from the system's randomness and returns the seed.
  uint64_t seed() { return impl_->seed(); }
  // Not inline: needs Tensor complete.
  void set_state(const at::Tensor& new_state);
  at::Tensor get_state() const;
  void graphsafe_set_state(const Generator& new_state);
  Generator graphsafe_get_state() const;
  std::mutex& mutex() { return impl_->mutex_; }
  DispatchKeySet key_set() const { return impl_->key_set(); }
  Device device() const { return impl_->device(); }
  inline void set_pyobj(PyObject* pyobj) const noexcept { impl_->set_pyobj(pyobj); }
  inline PyObject* pyobj() const noexcept { return impl_->pyobj(); }
  template <typename T>
  T* get() const {
    return static_cast<T*>(impl_.get());
  }
  FLB_ON_USE Generator clone() const { return Generator(impl_->clone()); }

 private:
  c10::intrusive_ptr<c10::GeneratorImpl> impl_;
};

template <class Impl, class... Args>
Generator make_generator(Args&&... args) {
  return Generator(c10::make_intrusive<Impl>(std::forward<Args>(args)...));
}

template <typename T>
inline T* check_generator(std::optional<Generator> gen) {
  TORCH_CHECK(gen.has_value(), "Expected Generator but received nullopt");
  TORCH_CHECK(gen->defined(), "Generator with undefined implementation is not allowed");
  TORCH_CHECK(T::device_type() == gen->device().type(), "Expected a '", T::device_type(),
              "' device type for generator but found '", gen->device().type(), "'");
  return gen->get<T>();
}
template <typename T>
inline T* get_generator_or_default(const std::optional<Generator>& gen, const Generator& default_gen) {
  return gen.has_value() && gen->defined() ? check_generator<T>(gen) : check_generator<T>(default_gen);
}

namespace detail {
FLB_ON_USE inline void check_rng_state(const c10::TensorImpl& new_state) {
  TORCH_CHECK_TYPE(new_state.layout() == kStrided && new_state.device().type() == kCPU && new_state.dtype() == kByte,
                   "RNG state must be a torch.ByteTensor");
  TORCH_CHECK(new_state.is_contiguous(), "RNG state must be contiguous");
}
}  // namespace detail

}  // namespace at
