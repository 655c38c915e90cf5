#include "kernels/cpu/convert.h"

#include <algorithm>
#include <cstring>

#include "backend/error.h"
#include "kernels/common/number.h"
#include "kernels/cpu/levels.h"

namespace flambeau::cpu {
namespace {

using Convert = void (*)(void*, const void*, int64_t);
constexpr int kTypes = static_cast<int>(DType::undefined);

template <class D, class S>
inline void convert_body(void* dst, const void* src, int64_t n) {
  auto* to = static_cast<D*>(dst);
  auto* from = static_cast<const S*>(src);
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) to[i] = convert_to<D>(from[i]);
}
FLB_LEVELS(convert_loop, (class D, class S), (D, S), (void* dst, const void* src, int64_t n), convert_body<D, S>(dst, src, n))

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
  FLB_CHECK_AS(not_implemented, entry, "not implemented: conversion between element types ", static_cast<int>(from), " and ",
               static_cast<int>(to));
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
    case 1: return gather_as<uint8_t>(dst, src, stride, count);
    case 2: return gather_as<uint16_t>(dst, src, stride, count);
    case 4: return gather_as<uint32_t>(dst, src, stride, count);
    case 8: return gather_as<uint64_t>(dst, src, stride, count);
    default: return gather_as<Complex<double>>(dst, src, stride, count);
  }
}

void scatter(void* dst, int64_t stride, const void* src, int64_t count, size_t size) {
  switch (size) {
    case 1: return scatter_as<uint8_t>(dst, stride, src, count);
    case 2: return scatter_as<uint16_t>(dst, stride, src, count);
    case 4: return scatter_as<uint32_t>(dst, stride, src, count);
    case 8: return scatter_as<uint64_t>(dst, stride, src, count);
    default: return scatter_as<Complex<double>>(dst, stride, src, count);
  }
}

}  // namespace flambeau::cpu
