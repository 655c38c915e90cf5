// Mirrors <c10/core/GeneratorImpl.h> of PyTorch 2.13.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/DispatchKeySet.h>
#include <c10/core/TensorImpl.h>
#include <c10/macros/Export.h>
#include <c10/util/intrusive_ptr.h>
#include <c10/util/python_stub.h>

#include <cstdint>
#include <mutex>

namespace c10 {

constexpr uint64_t default_rng_seed_val = 67280421310721;

// A source of random numbers. Whoever draws from it holds its mutex.
struct C10_API GeneratorImpl : public c10::intrusive_ptr_target {
  GeneratorImpl(Device device_in, DispatchKeySet key_set);
  GeneratorImpl(const GeneratorImpl& other) = delete;
  GeneratorImpl(GeneratorImpl&& other) = delete;
  GeneratorImpl& operator=(const GeneratorImpl& other) = delete;
  GeneratorImpl& operator=(GeneratorImpl&& other) = delete;
  ~GeneratorImpl() override = default;
  c10::intrusive_ptr<GeneratorImpl> clone() const;

  virtual void set_current_seed(uint64_t seed) = 0;
  virtual void set_offset(uint64_t offset) = 0;
  virtual uint64_t get_offset() const = 0;
  virtual uint64_t current_seed() const = 0;
  virtual uint64_t seed() = 0;
  virtual void set_state(const c10::TensorImpl& new_state) = 0;
  virtual c10::intrusive_ptr<c10::TensorImpl> get_state() const = 0;
  virtual void graphsafe_set_state(const c10::intrusive_ptr<c10::GeneratorImpl>& new_state);
  virtual c10::intrusive_ptr<c10::GeneratorImpl> graphsafe_get_state() const;
  Device device() const;

  std::mutex mutex_;

  DispatchKeySet key_set() const { return key_set_; }
  inline void set_pyobj(PyObject* pyobj) noexcept { pyobj_ = pyobj; }
  inline PyObject* pyobj() const noexcept { return pyobj_; }

 protected:
  Device device_;
  DispatchKeySet key_set_;
  PyObject* pyobj_ = nullptr;

  virtual GeneratorImpl* clone_impl() const = 0;
};

namespace detail {
C10_API uint64_t getNonDeterministicRandom(bool is_cuda = false);
}

}  // namespace c10
