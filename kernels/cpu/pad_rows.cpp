#include "kernels/cpu/pad_rows.h"

#include "kernels/cpu/simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/pad_rows.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
// After highway.h, which it needs.
#include "kernels/cpu/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace flambeau::cpu::HWY_NAMESPACE {

template <class T>
void pad(const T* from, int64_t step, int64_t rows, T* to, int64_t left, int64_t count, int64_t width) {
  const Tag<T> d;
  constexpr int64_t lanes = kLanes<T>;
  for (int64_t r = 0; r < rows; ++r, from += step, to += width) {
    int64_t i = 0;
#if HWY_MEM_OPS_MIGHT_FAULT
    for (; i < left; ++i) to[i] = 0;
#else
    // One masked load for the vector in which the zeros end.
    for (; i < left; i += lanes) {
      const auto mask = hn::AndNot(hn::FirstN(d, static_cast<size_t>(left - i)),
                                   hn::FirstN(d, static_cast<size_t>(HWY_MIN(lanes, left + count - i))));
      store_some<T>(hn::MaskedLoad(mask, d, from + i - left), to + i, width - i);
    }
#endif
    for (; i + lanes <= left + count; i += lanes) hn::StoreU(hn::LoadU(d, from + i - left), d, to + i);
    for (; i < width; i += lanes)
      store_some<T>(i < left + count ? load_some(from + i - left, left + count - i) : hn::Zero(d), to + i, width - i);
  }
}

template <class T>
static constexpr PadKernel<T> kTable = {pad<T>};
FLB_TABLES(PadKernel, kTable)

}  // namespace flambeau::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace flambeau::cpu {

FLB_CHOOSE_TABLE(PadKernel, pad_kernel)

}  // namespace flambeau::cpu
#endif
