#include "kernels/cpu/sort.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "kernels/common/error.h"
#include "kernels/common/number.h"

namespace flambeau::cpu {
namespace {

constexpr uint64_t kSign = uint64_t{1} << 63;

template <class T>
uint64_t key_of(T x) {
  if constexpr (std::is_integral_v<T>) {
    if constexpr (std::is_signed_v<T>)
      return static_cast<uint64_t>(static_cast<int64_t>(x)) ^ kSign;
    else
      return static_cast<uint64_t>(x);
  } else {
    const double v = static_cast<double>(x);
    if (v != v) return ~uint64_t{0};
    const uint64_t bits = std::bit_cast<uint64_t>(v == 0 ? 0.0 : v);
    return bits & kSign ? ~bits : bits | kSign;
  }
}

template <class T>
void make_keys_of(Ranked* ranked, const void* values, int64_t count, bool descending) {
  const auto* x = static_cast<const T*>(values);
  const uint64_t flip = descending ? ~uint64_t{0} : 0;
  for (int64_t i = 0; i < count; ++i) ranked[i] = {key_of<T>(x[i]) ^ flip, i};
}

/// Least significant byte first; bytes in which all keys agree are skipped.
void radix_sort(Ranked* ranked, Ranked* spare, int64_t count) {
  constexpr int kBytes = 8, kValues = 256;
  int64_t histogram[kBytes][kValues] = {};
  for (int64_t i = 0; i < count; ++i) {
    for (int b = 0; b < kBytes; ++b) ++histogram[b][ranked[i].key >> (8 * b) & 0xff];
  }
  Ranked *from = ranked, *to = spare;
  for (int b = 0; b < kBytes; ++b) {
    int64_t* places = histogram[b];
    if (places[from[0].key >> (8 * b) & 0xff] == count) continue;
    int64_t next = 0;
    for (int v = 0; v < kValues; ++v) next += std::exchange(places[v], next);
    for (int64_t i = 0; i < count; ++i) to[places[from[i].key >> (8 * b) & 0xff]++] = from[i];
    std::swap(from, to);
  }
  if (from != ranked) std::memcpy(ranked, from, static_cast<size_t>(count) * sizeof(Ranked));
}

}  // namespace

void make_keys(Ranked* ranked, const void* values, DType dtype, int64_t count, bool descending) {
  switch (dtype) {
#define FLB_KEYS(type, name) \
  case DType::name:          \
    return make_keys_of<type>(ranked, values, count, descending);
    FLB_KEYS(uint8_t, uint8)
    FLB_KEYS(int8_t, int8)
    FLB_KEYS(int16_t, int16) FLB_KEYS(int32_t, int32) FLB_KEYS(int64_t, int64) FLB_KEYS(Half, float16)
        FLB_KEYS(BFloat16, bfloat16) FLB_KEYS(float, float32) FLB_KEYS(double, float64) FLB_KEYS(bool, boolean)
            FLB_KEYS(uint16_t, uint16) FLB_KEYS(uint32_t, uint32) FLB_KEYS(uint64_t, uint64)
#undef FLB_KEYS
                default : fail(ErrorKind::not_implemented, "\"sort_stable\" not implemented for this element type");
  }
}

void sort_ranked(Ranked* ranked, Ranked* spare, int64_t count) {
  constexpr int64_t kRadix = 512;
  if (count >= kRadix) return radix_sort(ranked, spare, count);
  std::sort(ranked, ranked + count,
            [](const Ranked& a, const Ranked& b) { return a.key != b.key ? a.key < b.key : a.index < b.index; });
}

}  // namespace flambeau::cpu
