#include <ATen/native/unwritten.h>

#include <ATen/Context.h>
#include <ATen/Functions.h>
#include <ATen/core/LegacyTypeDispatch.h>

#include <limits>

namespace flambeau {

bool fills_unwritten() {
  const auto& context = at::globalContext();
  return context.deterministicAlgorithms() && context.deterministicFillUninitializedMemory();
}

void fill_unwritten(const at::Tensor& t) {
  at::AutoDispatchBelowADInplaceOrView unversioned;
  if (t.is_floating_point() || t.is_complex()) {
    t.fill_(std::numeric_limits<double>::quiet_NaN());
    return;
  }
  const bool is_bool = t.scalar_type() == at::kBool, is_signed = !is_bool && c10::isSignedType(t.scalar_type());
  const auto unused = 64 - 8 * t.element_size() + (is_signed ? 1 : 0);
  const uint64_t largest = is_bool ? 1 : ~uint64_t{0} >> unused;
  t.fill_(largest >> 63 ? at::Scalar(largest) : at::Scalar(static_cast<int64_t>(largest)));
}

}  // namespace flambeau
