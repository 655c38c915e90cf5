#include <ATen/core/dispatch/DispatchKeyExtractor.h>

#include <sstream>

namespace c10 {

void DispatchKeyExtractor::setOperatorHasFallthroughForKey(DispatchKey k, bool has_fallthrough) {
  const auto set = [&](DispatchKeySet& keys) { keys = has_fallthrough ? keys.remove(k) : keys.add(k); };
  set(nonFallthroughKeys_);
  if (!isPerBackendFunctionalityKey(toFunctionalityKey(k))) {
    for (auto& keys : nonFallthroughKeysPerBackend_) set(keys);
    return;
  }
  const auto backend = static_cast<int>(toBackendComponent(k)) - 1;
  TORCH_INTERNAL_ASSERT(backend >= 0 && static_cast<size_t>(backend) < nonFallthroughKeysPerBackend_.size());
  set(nonFallthroughKeysPerBackend_[static_cast<size_t>(backend)]);
  requiresBitsetPerBackend_ =
      std::any_of(nonFallthroughKeysPerBackend_.begin(), nonFallthroughKeysPerBackend_.end(),
                  [&](DispatchKeySet keys) { return keys != nonFallthroughKeysPerBackend_[0]; });
}

std::string DispatchKeyExtractor::dumpState() const {
  std::ostringstream out;
  for (const auto i : c10::irange(c10::utils::bitset::NUM_BITS())) {
    out << (dispatch_arg_indices_reverse_.get(i) ? '1' : '0');
  }
  out << ' ' << nonFallthroughKeys_ << '\n';
  return out.str();
}

void DispatchKeyExtractor::checkInvariants(const FunctionSchema& schema) const {
  TORCH_INTERNAL_ASSERT(makeBitsetForDispatchArgs(schema) == dispatch_arg_indices_reverse_);
}

}  // namespace c10
