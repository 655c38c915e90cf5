// Mirrors <ATen/TensorIteratorInternal.h> of PyTorch 2.13: the loop over a range of an iterator's elements.
#pragma once

#include <ATen/native/TensorIterator.h>
#include <c10/util/SmallBuffer.h>
#include <c10/util/irange.h>

namespace at {

/// Multi-dimensional position of a running element number.
struct DimCounter {
  DimCounter(IntArrayRef shape, Range range);

  void increment(const std::array<int64_t, 2>& step);
  bool is_done() const;
  std::array<int64_t, 2> max_2d_step() const;

  IntArrayRef shape;
  Range range;
  c10::SmallBuffer<int64_t, 4> values;
  int64_t offset;
};

namespace internal {

inline void get_data_ptrs(char** ptrs, ArrayRef<char*> base, IntArrayRef strides, IntArrayRef counter) {
  const auto ntensors = base.size();
  std::copy(base.begin(), base.end(), ptrs);
  for (const auto dim : c10::irange(counter.size())) {
    for (const auto arg : c10::irange(ntensors)) ptrs[arg] += counter[dim] * strides[dim * ntensors + arg];
  }
}

inline void serial_for_each(IntArrayRef shape, IntArrayRef strides, char** base_ptrs, size_t ntensors,
                            TensorIteratorBase::loop2d_t loop, Range range) {
  c10::SmallBuffer<char*, 4> ptrs(ntensors);
  if (shape.size() <= 1) {
    get_data_ptrs(ptrs.data(), {base_ptrs, ntensors}, strides, {range.begin});
    loop(ptrs.data(), strides.data(), range.size(), 1);
    return;
  }
  DimCounter counter(shape, range);
  while (!counter.is_done()) {
    get_data_ptrs(ptrs.data(), {base_ptrs, ntensors}, strides, counter.values);
    const auto step = counter.max_2d_step();
    loop(ptrs.data(), strides.data(), step[0], step[1]);
    counter.increment(step);
  }
}

}  // namespace internal

}  // namespace at
