#include <c10/core/GeneratorImpl.h>

#include <random>

namespace c10 {

GeneratorImpl::GeneratorImpl(Device device_in, DispatchKeySet key_set) : device_(device_in), key_set_(key_set) {}

c10::intrusive_ptr<GeneratorImpl> GeneratorImpl::clone() const {
  return c10::intrusive_ptr<GeneratorImpl>::reclaim(clone_impl());
}

void GeneratorImpl::graphsafe_set_state(const c10::intrusive_ptr<c10::GeneratorImpl>& /*new_state*/) {
  TORCH_CHECK_NOT_IMPLEMENTED(false, "graphsafe_set_state is not supported in this Generator");
}

c10::intrusive_ptr<c10::GeneratorImpl> GeneratorImpl::graphsafe_get_state() const {
  TORCH_CHECK_NOT_IMPLEMENTED(false, "graphsafe_get_state is not supported in this Generator");
}

Device GeneratorImpl::device() const { return device_; }

namespace detail {

uint64_t getNonDeterministicRandom(bool /*is_cuda*/) {
  std::random_device random;
  // 53 bits, so that the seed survives a trip through a double.
  return ((static_cast<uint64_t>(random()) << 32) + random()) & 0x1FFFFFFFFFFFFF;
}

}  // namespace detail

}  // namespace c10
