#include "kernels/cpu/convert.h"

#include <algorithm>
#include <cstring>

#include "absl/container/inlined_vector.h"
#include "kernels/common/error.h"
#include "kernels/common/number.h"
#include "kernels/cpu/levels.h"

namespace flambeau::cpu {
namespace {

using Convert = void (*)(void*, const void*, int64_t);
constexpr int kTypes = static_cast<int>(DType::undefined);

template <class D, class S>
inline void convert_body(void* dst, const void* src, int64_t n) {
  auto* to = static_cast<D*>(dst);
  // Memory that nobody has written may hold any byte, also where it is taken for bool.
  using Stored = std::conditional_t<std::is_same_v<S, bool>, uint8_t, S>;
  auto* from = static_cast<const Stored*>(src);
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) to[i] = convert_to<D>(static_cast<S>(from[i]));
}
FLB_LEVELS(convert_loop, (class D, class S), (D, S), (void* dst, const void* src, int64_t n),
           convert_body<D, S>(dst, src, n))

// Only narrow -> wide, wide -> wide and wide -> narrow exist; other pairs go through the wide type of the source.
struct Table {
  const Convert* entry[kTypes][kTypes];
};
template <class S, class D>
constexpr void set(Table& t) {
  t.entry[static_cast<int>(dtype_of<S>)][static_cast<int>(dtype_of<D>)] = convert_loop<D, S>;
}
template <class T>
constexpr void set_all(Table& t) {
  set<T, float>(t), set<T, double>(t), set<T, int64_t>(t), set<T, uint64_t>(t);
  set<T, Complex<float>>(t), set<T, Complex<double>>(t), set<T, bool>(t);
  set<float, T>(t), set<double, T>(t), set<int64_t, T>(t), set<uint64_t, T>(t);
  set<Complex<float>, T>(t), set<Complex<double>, T>(t);
}
constexpr Table make_table() {
  Table t = {};
#define FLB_SET(type, name) set_all<type>(t);
  FLB_ELEMENT_TYPES(FLB_SET)
#undef FLB_SET
  return t;
}
constexpr Table table = make_table();

const Convert* find(DType from, DType to) {
  const Convert* entry = table.entry[static_cast<int>(from)][static_cast<int>(to)];
  FLB_CHECK_AS(not_implemented, entry, "not implemented: conversion between element types ", static_cast<int>(from),
               " and ", static_cast<int>(to));
  return entry;
}

template <class T>
void gather_as(void* dst, const void* src, int64_t stride, int64_t n) {
  auto* to = static_cast<T*>(dst);
  auto* from = static_cast<const char*>(src);
  if (stride == 0) {
    std::fill_n(to, n, *reinterpret_cast<const T*>(from));
  } else {
    for (int64_t i = 0; i < n; ++i) to[i] = *reinterpret_cast<const T*>(from + i * stride);
  }
}
template <class T>
void scatter_as(void* dst, int64_t stride, const void* src, int64_t n) {
  auto* to = static_cast<char*>(dst);
  auto* from = static_cast<const T*>(src);
  for (int64_t i = 0; i < n; ++i) *reinterpret_cast<T*>(to + i * stride) = from[i];
}

/// Steps over the elements of a strided array, row by row.
class RowWalk {
 public:
  RowWalk(const Strided& array, std::span<const int64_t> at)
      : array_(array), at_(at.begin(), at.end()), p_(array.data) {}
  char* row() const { return p_; }
  int64_t left() const { return array_.sizes[0] - at_[0]; }
  void advance(int64_t n) {
    at_[0] += n;
    p_ += n * array_.strides[0];
    for (size_t d = 0; d + 1 < at_.size() && at_[d] == array_.sizes[d]; ++d) {
      p_ += array_.strides[d + 1] - at_[d] * array_.strides[d];
      at_[d] = 0;
      ++at_[d + 1];
    }
  }

 private:
  const Strided& array_;
  absl::InlinedVector<int64_t, 6> at_;
  char* p_;
};

// Rows are mostly too short for vectors, whose set-up would cost more than the row.
#define FLB_SHORT_LOOPS __attribute__((optimize("no-tree-vectorize", "no-tree-loop-distribute-patterns")))

constexpr int64_t kLongRow = 16;

template <class T>
FLB_SHORT_LOOPS void gather_rows(void* dst, const Strided& from, std::span<const int64_t> at, int64_t count) {
  auto* to = static_cast<T*>(dst);
  const int64_t stride = from.strides[0];
  RowWalk walk(from, at);
  while (count > 0) {
    const int64_t n = std::min(count, walk.left());
    const char* p = walk.row();
    if (n >= kLongRow && stride == sizeof(T)) {
      std::memcpy(static_cast<void*>(to), p, static_cast<size_t>(n) * sizeof(T));
    } else {
      for (int64_t i = 0; i < n; ++i) to[i] = *reinterpret_cast<const T*>(p + i * stride);
    }
    to += n, count -= n;
    walk.advance(n);
  }
}
template <class T>
FLB_SHORT_LOOPS void scatter_rows(const Strided& to, std::span<const int64_t> at, const void* src, int64_t count) {
  const auto* from = static_cast<const T*>(src);
  const int64_t stride = to.strides[0];
  RowWalk walk(to, at);
  while (count > 0) {
    const int64_t n = std::min(count, walk.left());
    char* p = walk.row();
    if (n >= kLongRow && stride == sizeof(T)) {
      std::memcpy(p, static_cast<const void*>(from), static_cast<size_t>(n) * sizeof(T));
    } else {
      for (int64_t i = 0; i < n; ++i) *reinterpret_cast<T*>(p + i * stride) = from[i];
    }
    from += n, count -= n;
    walk.advance(n);
  }
}

}  // namespace

void convert(void* dst, DType to, const void* src, DType from, int64_t count) {
  if (from == to) {
    std::memcpy(dst, src, static_cast<size_t>(count) * itemsize(to));
    return;
  }
  const DType middle = wide_type(from);
  if (table.entry[static_cast<int>(from)][static_cast<int>(to)] || middle == from) {
    return find(from, to)[level()](dst, src, count);
  }
  constexpr int64_t kBlock = 512;
  alignas(64) char block[kBlock * 16];
  const Convert load = find(from, middle)[level()], store = find(middle, to)[level()];
  for (int64_t i = 0; i < count; i += kBlock) {
    const int64_t n = std::min(kBlock, count - i);
    load(block, static_cast<const char*>(src) + i * static_cast<int64_t>(itemsize(from)), n);
    store(static_cast<char*>(dst) + i * static_cast<int64_t>(itemsize(to)), block, n);
  }
}

void gather(void* dst, const void* src, int64_t stride, int64_t count, size_t size) {
  switch (size) {
    case 1:
      return gather_as<uint8_t>(dst, src, stride, count);
    case 2:
      return gather_as<uint16_t>(dst, src, stride, count);
    case 4:
      return gather_as<uint32_t>(dst, src, stride, count);
    case 8:
      return gather_as<uint64_t>(dst, src, stride, count);
    default:
      return gather_as<Complex<double>>(dst, src, stride, count);
  }
}

void gather(void* dst, const Strided& from, std::span<const int64_t> at, int64_t count, size_t size) {
  switch (size) {
    case 1:
      return gather_rows<uint8_t>(dst, from, at, count);
    case 2:
      return gather_rows<uint16_t>(dst, from, at, count);
    case 4:
      return gather_rows<uint32_t>(dst, from, at, count);
    case 8:
      return gather_rows<uint64_t>(dst, from, at, count);
    default:
      return gather_rows<Complex<double>>(dst, from, at, count);
  }
}

void scatter(const Strided& to, std::span<const int64_t> at, const void* src, int64_t count, size_t size) {
  switch (size) {
    case 1:
      return scatter_rows<uint8_t>(to, at, src, count);
    case 2:
      return scatter_rows<uint16_t>(to, at, src, count);
    case 4:
      return scatter_rows<uint32_t>(to, at, src, count);
    case 8:
      return scatter_rows<uint64_t>(to, at, src, count);
    default:
      return scatter_rows<Complex<double>>(to, at, src, count);
  }
}

void scatter(void* dst, int64_t stride, const void* src, int64_t count, size_t size) {
  switch (size) {
    case 1:
      return scatter_as<uint8_t>(dst, stride, src, count);
    case 2:
      return scatter_as<uint16_t>(dst, stride, src, count);
    case 4:
      return scatter_as<uint32_t>(dst, stride, src, count);
    case 8:
      return scatter_as<uint64_t>(dst, stride, src, count);
    default:
      return scatter_as<Complex<double>>(dst, stride, src, count);
  }
}

}  // namespace flambeau::cpu
