// Vectors of T as wide as the target allows, and their partial loads and stores. Included once per target, like
// Highway's own *-inl.h.
#if defined(FLB_LANES_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef FLB_LANES_INL_H
#undef FLB_LANES_INL_H
#else
#define FLB_LANES_INL_H
#endif

#include <algorithm>
#include <cstdint>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace flambeau::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using Tag = hn::ScalableTag<T>;
template <class T>
using V = hn::Vec<Tag<T>>;
template <class T>
constexpr int64_t kLanes = HWY_MAX_BYTES / sizeof(T);

/// The first `count` elements, zeros behind them.
template <class T>
HWY_INLINE V<T> load_some(const T* x, int64_t count) {
  const Tag<T> d;
  if (count >= kLanes<T>) return hn::LoadU(d, x);
#if HWY_MEM_OPS_MIGHT_FAULT
  HWY_ALIGN T some[kLanes<T>] = {};
  std::copy_n(x, count, some);
  return hn::Load(d, some);
#else
  return hn::MaskedLoad(hn::FirstN(d, static_cast<size_t>(count)), d, x);
#endif
}

template <class T>
HWY_INLINE void store_some(V<T> v, T* y, int64_t count) {
  const Tag<T> d;
  if (count >= kLanes<T>) return hn::StoreU(v, d, y);
#if HWY_MEM_OPS_MIGHT_FAULT
  HWY_ALIGN T some[kLanes<T>];
  hn::Store(v, d, some);
  std::copy_n(some, count, y);
#else
  hn::BlendedStore(v, hn::FirstN(d, static_cast<size_t>(count)), d, y);
#endif
}

}  // namespace flambeau::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
