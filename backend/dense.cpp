#include "backend/dense.h"

#include <cstring>
#include <numeric>

#include "backend/promotion.h"
#include "kernels/common/threads.h"
#include "kernels/cpu/convert.h"

namespace flambeau {
namespace {

/// Strided runs through a small buffer that holds them in the target's type.
void copy_run(char* to, int64_t to_step, DType to_type, const char* from, int64_t from_step, DType from_type,
              int64_t count) {
  const int64_t to_size = static_cast<int64_t>(itemsize(to_type)),
                from_size = static_cast<int64_t>(itemsize(from_type));
  if (to_type == from_type && to_step == to_size) {
    if (from_step == from_size) {
      std::memcpy(to, from, static_cast<size_t>(count * to_size));
    } else {
      cpu::gather(to, from, from_step, count, static_cast<size_t>(from_size));
    }
    return;
  }
  if (to_step == to_size && from_step == from_size) return cpu::convert(to, to_type, from, from_type, count);
  constexpr int64_t kRun = 256;
  alignas(kAlignment) char in[kRun * 16], out[kRun * 16];
  for (int64_t i = 0; i < count; i += kRun) {
    const int64_t n = std::min(kRun, count - i);
    cpu::gather(in, from + i * from_step, from_step, n, static_cast<size_t>(from_size));
    if (to_type != from_type) cpu::convert(out, to_type, in, from_type, n);
    cpu::scatter(to + i * to_step, to_step, to_type == from_type ? in : out, n, static_cast<size_t>(to_size));
  }
}

}  // namespace

void copy_elements(const View& to, const View& from) {
  if (to.numel() == 0) return;
  const View* const views[] = {&to, &from};
  const Walk walk(to.sizes(), views);
  const Operand &target = walk.operands[0], &source = walk.operands[1];
  if (walk.dim() == 0)
    return copy_run(target.data, static_cast<int64_t>(itemsize(to.dtype())), to.dtype(), source.data,
                    static_cast<int64_t>(itemsize(from.dtype())), from.dtype(), 1);
  const int64_t inner = walk.sizes[0], runs = walk.numel / inner;
  const auto body = [&](int64_t begin, int64_t end, int64_t first, int64_t count) {
    for (int64_t run = begin; run < end; ++run) {
      int64_t rest = run, to_at = first * target.strides[0], from_at = first * source.strides[0];
      for (int d = 1; d < walk.dim(); ++d) {
        const int64_t i = rest % walk.sizes[d];
        rest /= walk.sizes[d];
        to_at += i * target.strides[d], from_at += i * source.strides[d];
      }
      copy_run(target.data + to_at, target.strides[0], to.dtype(), source.data + from_at, source.strides[0],
               from.dtype(), count);
    }
  };
  constexpr int64_t kGrain = 32768;
  if (runs == 1)
    parallel_for(0, inner, kGrain, [&](int64_t begin, int64_t end) { body(0, 1, begin, end - begin); });
  else
    parallel_for(0, runs, std::max<int64_t>(1, kGrain / inner),
                 [&](int64_t begin, int64_t end) { body(begin, end, 0, inner); });
}

View OwnedView::view() const {
  View v;
  v.data_ = data, v.sizes_ = sizes.data(), v.strides_ = strides.data(), v.dim_ = static_cast<int32_t>(sizes.size()),
  v.dtype_ = dtype;
  v.numel_ = std::accumulate(sizes.begin(), sizes.end(), int64_t{1}, std::multiplies<>());
  return v;
}

OwnedView permuted(const View& v, std::span<const int> order) {
  OwnedView out{{}, {}, v.data(), v.dtype()};
  for (const int d : order) out.sizes.push_back(v.size(d)), out.strides.push_back(v.stride(d));
  return out;
}

Dims channels_last_strides(std::span<const int64_t> sizes) {
  Dims strides(sizes.size(), 1);
  int64_t step = sizes.size() > 1 ? sizes[1] : 1;
  for (size_t d = sizes.size(); d-- > 2;) strides[d] = step, step *= sizes[d];
  if (!sizes.empty()) strides[0] = step;
  return strides;
}

bool is_channels_last(const View& v) {
  if (v.dim() != 4 && v.dim() != 5) return false;
  int64_t least = 0;
  if (v.stride(1) == 0) return false;
  // The order to meet is C, W, H, (D,) N; a batch of one and a tie with the row-major order decide for row-major.
  for (int i = 0; i < v.dim(); ++i) {
    const int d = i == 0 ? 1 : i == v.dim() - 1 ? 0 : v.dim() - i;
    if (v.size(d) == 0 || v.stride(d) < least) return false;
    if (d == 0 && least == v.stride(1)) return false;
    least = v.stride(d);
    if (v.size(d) > 1) least *= v.size(d);
  }
  return true;
}

bool has_layout(const View& v, Layout layout) {
  if (layout == Layout::any) return true;
  if (layout == Layout::row_major) return v.is_contiguous();
  const Dims wanted = channels_last_strides(v.sizes());
  for (int d = 0; d < v.dim(); ++d)
    if (v.size(d) != 1 && v.stride(d) != wanted[d]) return v.numel() == 0;
  return true;
}

void not_implemented_for(const char* name, DType t) {
  fail(ErrorKind::not_implemented, '"', name, "\" not implemented for '", scalar_type_name(t), "'");
}

Spec spec_like(const View& v, std::span<const int64_t> sizes, bool channels_last) {
  Spec spec{.dtype = v.dtype(), .device = v.device(), .sizes = Dims(sizes.begin(), sizes.end()), .strides = {}};
  if (channels_last) spec.strides = channels_last_strides(sizes);
  return spec;
}

}  // namespace flambeau
