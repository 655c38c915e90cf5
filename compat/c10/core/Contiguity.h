// Mirrors <c10/core/Contiguity.h> of PyTorch 2.13.
#pragma once

#include <c10/core/SymBool.h>
#include <c10/core/SymInt.h>
#include <c10/util/ArrayRef.h>
#include <c10/util/SmallVector.h>
#include <c10/util/irange.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>

namespace c10 {

namespace flambeau_detail {

/// Whether walking the dimensions in that order, innermost first, finds each stride to be what lies inside it.
template <typename T>
bool dense_in_order(ArrayRef<T> sizes, ArrayRef<T> strides, std::initializer_list<int> order) {
  T expected = 1;
  for (const int d : order) {
    const auto& size = sizes[static_cast<size_t>(d)];
    if (size == 1) continue;
    if (strides[static_cast<size_t>(d)] != expected) return false;
    expected *= size;
  }
  return true;
}

inline SymBool dense_in_order_sym(ArrayRef<SymInt> sizes, ArrayRef<SymInt> strides, std::initializer_list<int> order) {
  const auto known = [&] {
    SymInt expected = 1;
    for (const int d : order) {
      const auto& size = sizes[static_cast<size_t>(d)];
      if (TORCH_GUARD_OR_FALSE(sym_eq(size, 1))) continue;
      if (TORCH_GUARD_OR_TRUE(sym_ne(strides[static_cast<size_t>(d)], expected))) return false;
      expected *= size;
    }
    return true;
  };
  if (known()) return SymBool(true);
  SymInt expected = 1;
  SymBool all = true;
  for (const int d : order) {
    const auto& size = sizes[static_cast<size_t>(d)];
    all = all.sym_and(size.sym_eq(1).sym_or(sym_eq(strides[static_cast<size_t>(d)], expected)));
    expected *= size;
  }
  return all;
}

}  // namespace flambeau_detail

template <typename T>
bool _compute_contiguous(ArrayRef<T> sizes, ArrayRef<T> strides, T numel) {
  if (numel == 0) return true;
  T expected = 1;
  for (size_t d = sizes.size(); d-- > 0;) {
    const auto& size = sizes[d];
    if (size == 1) continue;
    if (strides[d] != expected) return false;
    expected *= size;
  }
  return true;
}

inline static c10::SymBool _compute_contiguous_sym(ArrayRef<c10::SymInt> sizes, ArrayRef<c10::SymInt> strides,
                                                   const c10::SymInt& numel) {
  const auto known = [&] {
    if (TORCH_GUARD_OR_FALSE(sym_eq(numel, 0))) return true;
    c10::SymInt expected = 1;
    c10::SymInt expected_max = 1;
    for (size_t d = sizes.size(); d-- > 0;) {
      if (TORCH_GUARD_OR_FALSE(sym_eq(sizes[d], 1))) continue;
      if (TORCH_GUARD_OR_TRUE(sym_ne(strides[d], expected)) && TORCH_GUARD_OR_TRUE(sym_ne(strides[d], expected_max))) {
        return false;
      }
      expected_max *= sizes[d].max(1);
      expected *= sizes[d];
    }
    return true;
  };
  if (known()) return c10::SymBool(true);
  c10::SymBool all = true;
  c10::SymInt expected = 1;
  for (size_t d = sizes.size(); d-- > 0;) {
    all = all.sym_and(sizes[d].sym_eq(1).sym_or(sym_eq(strides[d], expected)));
    expected = expected * sizes[d];
  }
  return all.sym_or(sym_eq(numel, 0));
}

template <typename T>
bool _compute_channels_last_contiguous_2d(ArrayRef<T> sizes, ArrayRef<T> strides) {
  return sizes.size() == 4 && flambeau_detail::dense_in_order(sizes, strides, {1, 3, 2, 0});
}
inline static c10::SymBool _compute_channels_last_contiguous_2d_sym(ArrayRef<c10::SymInt> sizes,
                                                                    ArrayRef<c10::SymInt> strides) {
  if (sizes.size() != 4) return c10::SymBool(false);
  return flambeau_detail::dense_in_order_sym(sizes, strides, {1, 3, 2, 0});
}
template <typename T>
bool _compute_channels_last_contiguous_3d(ArrayRef<T> sizes, ArrayRef<T> strides) {
  return sizes.size() == 5 && flambeau_detail::dense_in_order(sizes, strides, {1, 4, 3, 2, 0});
}
inline static c10::SymBool _compute_channels_last_contiguous_3d_sym(ArrayRef<c10::SymInt> sizes,
                                                                    ArrayRef<c10::SymInt> strides) {
  if (sizes.size() != 5) return c10::SymBool(false);
  return flambeau_detail::dense_in_order_sym(sizes, strides, {1, 4, 3, 2, 0});
}

template <typename T>
bool _compute_non_overlapping_and_dense(ArrayRef<T> sizes, ArrayRef<T> strides) {
  const auto dim = sizes.size();
  if (dim == 1) return sizes[0] < 2 || strides[0] == 1;
  // By rising stride; those of size 0 and 1 last, as their strides say nothing.
  SmallVector<int64_t, 5> perm(dim);
  for (const auto i : c10::irange(dim)) perm[i] = static_cast<int64_t>(i);
  std::sort(perm.begin(), perm.end(), [&](int64_t a, int64_t b) {
    if (sizes[static_cast<size_t>(a)] < 2) return false;
    if (sizes[static_cast<size_t>(b)] < 2) return true;
    return strides[static_cast<size_t>(a)] < strides[static_cast<size_t>(b)];
  });
  T expected = 1;
  for (const auto i : c10::irange(dim)) {
    const auto d = static_cast<size_t>(perm[i]);
    if (sizes[d] < 2) return true;
    if (strides[d] != expected) return false;
    expected *= sizes[d];
  }
  return true;
}

}  // namespace c10
