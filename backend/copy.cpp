#include "backend/copy.h"

#include <algorithm>
#include <cstring>

#include "backend/iteration.h"
#include "backend/number.h"
#include "kernels/common/memory.h"
#include "kernels/common/threads.h"
#include "kernels/cpu/convert.h"
#include "kernels/cpu/transpose.h"

namespace flambeau {
namespace {

constexpr int64_t kGrain = 32768;

/// Calls f(to, to_stride, from, from_stride, count) for rows of elements [begin, end) of a walk of two operands.
template <class F>
void for_each_row(const Walk& walk, int64_t begin, int64_t end, const F& f) {
  const Operand &to = walk.operands[0], &from = walk.operands[1];
  Dims at(walk.sizes.size());
  char *p = to.data, *q = from.data;
  int64_t rest = begin;
  for (int d = 0; d < walk.dim(); ++d) {
    at[d] = rest % walk.sizes[d];
    rest /= walk.sizes[d];
    p += at[d] * to.strides[d];
    q += at[d] * from.strides[d];
  }
  for (int64_t i = begin; i < end;) {
    const int64_t n = std::min(end - i, walk.sizes[0] - at[0]);
    f(p, to.strides[0], q, from.strides[0], n);
    i += n, at[0] += n;
    p += n * to.strides[0];
    q += n * from.strides[0];
    for (int d = 0; d + 1 < walk.dim() && at[d] == walk.sizes[d]; ++d) {
      p += to.strides[d + 1] - at[d] * to.strides[d];
      q += from.strides[d + 1] - at[d] * from.strides[d];
      at[d] = 0;
      ++at[d + 1];
    }
  }
}

void copy_row(char* to, int64_t to_stride, DType to_type, const char* from, int64_t from_stride, DType from_type,
              int64_t count) {
  const auto to_size = static_cast<int64_t>(itemsize(to_type)), from_size = static_cast<int64_t>(itemsize(from_type));
  const bool dense_to = to_stride == to_size || count == 1, dense_from = from_stride == from_size || count == 1;
  if (dense_to && dense_from) return cpu::convert(to, to_type, from, from_type, count);
  if (dense_to && to_type == from_type) return cpu::gather(to, from, from_stride, count, itemsize(to_type));
  if (dense_from && to_type == from_type) return cpu::scatter(to, to_stride, from, count, itemsize(to_type));
  constexpr int64_t kBlock = 256;
  alignas(64) char in[kBlock * 16], out[kBlock * 16];
  for (int64_t i = 0; i < count; i += kBlock) {
    const int64_t n = std::min(kBlock, count - i);
    cpu::gather(in, from + i * from_stride, from_stride, n, itemsize(from_type));
    cpu::convert(out, to_type, in, from_type, n);
    cpu::scatter(to + i * to_stride, to_stride, out, n, itemsize(to_type));
  }
}

/// The dimension along which the source is dense while the target is dense along dimension 0, or -1.
int transposed_dim(const Walk& walk, int64_t size) {
  if (walk.dim() < 2 || walk.operands[0].strides[0] != size || walk.operands[1].strides[0] == size) return -1;
  for (int d = 1; d < walk.dim(); ++d) {
    if (walk.operands[1].strides[d] == size && walk.sizes[0] >= 8 && walk.sizes[d] >= 8) return d;
  }
  return -1;
}

void copy_transposed(const Walk& walk, int dim, size_t size) {
  const Operand &to = walk.operands[0], &from = walk.operands[1];
  Dims outer_sizes, outer_to, outer_from;
  int64_t outer = 1;
  for (int d = 1; d < walk.dim(); ++d) {
    if (d == dim) continue;
    outer_sizes.push_back(walk.sizes[d]), outer_to.push_back(to.strides[d]), outer_from.push_back(from.strides[d]);
    outer *= walk.sizes[d];
  }
  constexpr int64_t kPanel = 64;
  const int64_t panels = (walk.sizes[dim] + kPanel - 1) / kPanel,
                panel_numel = walk.sizes[0] * std::min(kPanel, walk.sizes[dim]);
  parallel_for(0, outer * panels, std::max<int64_t>(1, kGrain / panel_numel), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t first = i % panels * kPanel, rows = std::min(kPanel, walk.sizes[dim] - first);
      char *p = to.data + first * to.strides[dim], *q = from.data + first * static_cast<int64_t>(size);
      for (int64_t rest = i / panels, d = 0; d < static_cast<int64_t>(outer_sizes.size()); ++d) {
        p += rest % outer_sizes[d] * outer_to[d];
        q += rest % outer_sizes[d] * outer_from[d];
        rest /= outer_sizes[d];
      }
      cpu::transpose(p, to.strides[dim], q, from.strides[0], rows, walk.sizes[0], size);
    }
  });
}

}  // namespace

void copy(const View& to, const View& from) {
  if (to.numel() == 0) return;
  const View* views[] = {&to, &from};
  const Walk walk(to.sizes(), views);
  const auto to_size = static_cast<int64_t>(itemsize(to.dtype()));
  if (to.dtype() == from.dtype()) {
    if (const int d = transposed_dim(walk, to_size); d > 0) return copy_transposed(walk, d, itemsize(to.dtype()));
  }
  parallel_for(0, walk.numel, kGrain, [&](int64_t begin, int64_t end) {
    for_each_row(walk, begin, end, [&](char* p, int64_t p_stride, const char* q, int64_t q_stride, int64_t n) {
      copy_row(p, p_stride, to.dtype(), q, q_stride, from.dtype(), n);
    });
  });
}

void fill(const View& to, const Scalar& value) {
  Number item = number_as(value, to.dtype());
  if (to.data_ && to.numel() <= kGrain && to.is_contiguous())
    return cpu::gather(to.data_, item.bytes, 0, to.numel(), itemsize(to.dtype()));
  View number;
  number.data_ = item.bytes;
  number.numel_ = 1;
  number.dtype_ = to.dtype();
  copy(to, number);
}

View contiguous_view(void* data, DType dtype, std::span<const int64_t> sizes, Dims& strides) {
  strides = contiguous_strides(sizes);
  View v;
  v.data_ = data;
  v.dtype_ = dtype;
  v.sizes_ = sizes.data();
  v.strides_ = strides.data();
  v.dim_ = static_cast<int32_t>(sizes.size());
  v.numel_ = 1;
  for (int64_t s : sizes) v.numel_ *= s;
  return v;
}

}  // namespace flambeau
