// Operators that only move elements: joining, shifting, mirroring, repeating, padding.

#include <array>
#include <cstring>

#include "backend/copy.h"
#include "backend/op.h"
#include "backend/overlap.h"
#include "backend/promotion.h"
#include "backend/shape.h"
#include "kernels/common/memory.h"

namespace flambeau::ops {
namespace {

/// A part of `v`: `size` elements along `dim`, from `start` on. Keeps its own sizes.
struct Slice {
  Dims sizes, strides;
  View view;
  Slice(const View& v, int64_t dim, int64_t start, int64_t size) : Slice(v) {
    view.data_ =
        view.ptr<char>() + start * strides[static_cast<size_t>(dim)] * static_cast<int64_t>(itemsize(v.dtype()));
    resize(dim, size);
  }
  explicit Slice(const View& v)
      : sizes(v.sizes().begin(), v.sizes().end()), strides(v.strides().begin(), v.strides().end()), view(v) {
    view.sizes_ = sizes.data(), view.strides_ = strides.data();
  }
  Slice(const Slice&) = delete;
  Slice& operator=(const Slice&) = delete;

  void narrow(int64_t dim, int64_t start, int64_t size) {
    view.data_ =
        view.ptr<char>() + start * strides[static_cast<size_t>(dim)] * static_cast<int64_t>(itemsize(view.dtype()));
    resize(dim, size);
  }
  void mirror(int64_t dim) {
    const auto d = static_cast<size_t>(dim);
    view.data_ = view.ptr<char>() + (sizes[d] - 1) * strides[d] * static_cast<int64_t>(itemsize(view.dtype()));
    strides[d] = -strides[d];
  }
  void remove(int64_t dim) {
    sizes.erase(sizes.begin() + dim), strides.erase(strides.begin() + dim);
    --view.dim_;
    view.sizes_ = sizes.data(), view.strides_ = strides.data();
  }

 private:
  void resize(int64_t dim, int64_t size) {
    sizes[static_cast<size_t>(dim)] = size;
    view.numel_ = 1;
    for (int64_t s : sizes) view.numel_ *= s;
  }
};

/// PyTorch lets 1-d empty tensors join anything.
bool skipped(const View& v) { return v.dim() == 1 && v.size(0) == 0; }

// cat(tensors, dim)
Specs infer_cat(const Call& call) {
  const auto tensors = call.list(0);
  FLB_CHECK_AS(value, !tensors.empty(), "torch.cat(): expected a non-empty list of Tensors");
  FLB_CHECK(tensors[0].defined(), "tensor does not have a device");
  Promotion promotion;
  const View* first = nullptr;
  for (size_t i = 0; i < tensors.size(); ++i) {
    FLB_CHECK(tensors[i].dim() > 0, "zero-dimensional tensor (at position ", i, ") cannot be concatenated");
    promotion.add(tensors[i]);
    if (!first && !skipped(tensors[i])) first = &tensors[i];
  }
  const DType t = promotion.result();
  if (!first) return {spec_of(t, tensors[0].device(), tensors[0].sizes())};
  const int64_t dim = wrap_dim(call.integer(1), first->dim());
  Spec spec = spec_of(t, first->device(), first->sizes());
  int64_t total = 0;
  bool same_order = true;
  const Spec order = spec_like(*first, t);
  for (size_t i = 0; i < tensors.size(); ++i) {
    const View& v = tensors[i];
    if (skipped(v)) continue;
    FLB_CHECK(v.dim() == first->dim(), "Tensors must have same number of dimensions: got ", first->dim(), " and ",
              v.dim());
    for (int d = 0; d < v.dim(); ++d) {
      FLB_CHECK(d == dim || v.size(d) == first->size(d), "Sizes of tensors must match except in dimension ", dim,
                ". Expected size ", first->size(d), " but got size ", v.size(d), " for tensor number ", i,
                " in the list.");
    }
    total += v.size(static_cast<int>(dim));
    same_order = same_order && (spec_like(v, t).strides.empty() == order.strides.empty());
  }
  spec.sizes[static_cast<size_t>(dim)] = total;
  // Channels-last stays channels-last; every other order becomes row-major.
  if (same_order && !order.strides.empty() && first->dim() >= 4 && first->stride(1) == 1) {
    Dims strides(spec.sizes.size());
    int64_t step = spec.sizes[1];
    strides[1] = 1;
    for (int d = first->dim() - 1; d >= 2; --d)
      strides[static_cast<size_t>(d)] = step, step *= spec.sizes[static_cast<size_t>(d)];
    strides[0] = step;
    spec.strides = strides;
  }
  return {spec};
}

void run_cat(const Call& call) {
  const View& out = call.out();
  int64_t start = 0;
  for (const View& v : call.list(0)) {
    if (skipped(v)) continue;
    const int64_t dim = wrap_dim(call.integer(1), v.dim()), n = v.size(static_cast<int>(dim));
    copy(Slice(out, dim, start, n).view, v);
    start += n;
  }
}

// stack(tensors, dim)
Specs infer_stack(const Call& call) {
  const auto tensors = call.list(0);
  FLB_CHECK(!tensors.empty(), "stack expects a non-empty TensorList");
  const View& first = tensors[0];
  Promotion promotion;
  for (size_t i = 0; i < tensors.size(); ++i) {
    promotion.add(tensors[i]);
    FLB_CHECK(
        std::equal(first.sizes().begin(), first.sizes().end(), tensors[i].sizes().begin(), tensors[i].sizes().end()),
        "stack expects each tensor to be equal size, but got ", shape_text(first.sizes()), " at entry 0 and ",
        shape_text(tensors[i].sizes()), " at entry ", i);
  }
  const int64_t dim = wrap_dim(call.integer(1), first.dim() + 1);
  Spec spec = spec_of(promotion.result(), first.device(), first.sizes());
  spec.sizes.insert(spec.sizes.begin() + dim, static_cast<int64_t>(tensors.size()));
  return {spec};
}
void run_stack(const Call& call) {
  const View& out = call.out();
  const int64_t dim = wrap_dim(call.integer(1), out.dim());
  int64_t at = 0;
  for (const View& v : call.list(0)) {
    Slice slot(out, dim, at++, 1);
    slot.remove(dim);
    copy(slot.view, v);
  }
}

// flip(self, dims)
Specs infer_flip(const Call& call) {
  const View& self = call.in(0);
  uint64_t seen = 0;
  for (int64_t d : call.integers(1)) {
    const uint64_t bit = uint64_t{1} << wrap_dim(d, self.dim());
    FLB_CHECK(!(seen & bit), "dim ", wrap_dim(d, self.dim()), " appears multiple times in the list of dims");
    seen |= bit;
  }
  return {spec_like(self, self.dtype())};
}
void run_flip(const Call& call) {
  Slice target(call.out());
  if (target.view.numel() == 0) return;
  for (int64_t d : call.integers(1)) {
    if (call.in(0).dim()) target.mirror(wrap_dim(d, call.in(0).dim()));
  }
  copy(target.view, call.in(0));
}

// roll(self, shifts, dims)
bool dims_missing(const Call& call) { return call.integers(2).empty(); }
Specs infer_roll(const Call& call) {
  const View& self = call.in(0);
  FLB_CHECK(!call.integers(1).empty(), "`shifts` required");
  const size_t dims = call.integers(2).size();
  FLB_CHECK(dims == call.integers(1).size() || (dims == 0 && call.integers(1).size() == 1),
            "shifts and dimensions must align. shifts: ", call.integers(1).size(), ", dims:", dims);
  for (int64_t d : call.integers(2)) wrap_dim(d, self.dim());
  const bool channels_last = self.dim() == 4 && self.stride(1) == 1 && !dims_missing(call);
  return {channels_last ? spec_like(self, self.dtype()) : spec_of(self.dtype(), self.device(), self.sizes())};
}

/// Copies every block of elements that stay together: two along each rolled dimension.
void roll_into(Slice& to, Slice& from, std::span<const int64_t> shifts, std::span<const int64_t> dims) {
  if (dims.empty()) return copy(to.view, from.view);
  const int64_t d = wrap_dim(dims[0], from.view.dim()), n = from.view.size(static_cast<int>(d));
  const int64_t shift = ((shifts[0] % n) + n) % n;
  for (const auto& [start, target, count] :
       {std::array{int64_t{0}, shift, n - shift}, std::array{n - shift, int64_t{0}, shift}}) {
    if (count == 0) continue;
    Slice a(to.view), b(from.view);
    a.narrow(d, target, count), b.narrow(d, start, count);
    roll_into(a, b, shifts.subspan(1), dims.subspan(1));
  }
}
void run_roll(const Call& call) {
  const View &self = call.in(0), &out = call.out();
  if (out.numel() == 0) return;
  if (self.dim() == 0) return copy(out, self);
  if (!call.integers(2).empty()) {
    Slice to(out), from(self);
    return roll_into(to, from, call.integers(1), call.integers(2));
  }
  // Without dims: as if flattened.
  const int64_t n = self.numel(), sizes[] = {n}, dims[] = {0};
  Scratch<char> dense(2 * n * static_cast<int64_t>(itemsize(self.dtype())));
  char* second = dense.data() + n * static_cast<int64_t>(itemsize(self.dtype()));
  Dims strides, flat_strides;
  copy(contiguous_view(dense.data(), self.dtype(), self.sizes(), strides), self);
  const View flat = contiguous_view(dense.data(), self.dtype(), sizes, flat_strides),
             rolled = contiguous_view(second, self.dtype(), sizes, flat_strides);
  Slice to(rolled), from(flat);
  roll_into(to, from, call.integers(1), dims);
  copy(out, contiguous_view(second, self.dtype(), self.sizes(), strides));
}

// constant_pad_nd(self, pad, value): pairs (before, after) from the last dimension on; negative ones cut off.
Specs infer_constant_pad(const Call& call) {
  const View& self = call.in(0);
  const auto pad = call.integers(1);
  FLB_CHECK(pad.size() % 2 == 0, "Length of pad must be even but instead it equals ", pad.size());
  FLB_CHECK(static_cast<int64_t>(pad.size()) <= 2 * self.dim(),
            "Length of pad should be no more than twice the number of dimensions of the input. Pad length is ",
            pad.size(), "while the input has ", self.dim(), "dimensions.");
  Spec spec = spec_like(self, self.dtype());
  const bool reordered = !spec.strides.empty();
  for (size_t i = 0; i < pad.size() / 2; ++i) {
    const size_t d = spec.sizes.size() - 1 - i;
    const int64_t before = spec.sizes[d];
    const bool fits = !__builtin_add_overflow(before, pad[2 * i], &spec.sizes[d]) &&
                      !__builtin_add_overflow(spec.sizes[d], pad[2 * i + 1], &spec.sizes[d]);
    FLB_CHECK(fits && spec.sizes[d] >= 0, "The input size ", before, ", plus negative padding ", pad[2 * i], " and ",
              pad[2 * i + 1], " resulted in a negative output size, which is invalid. Check dimension ", d,
              " of your input.");
  }
  check_fits(call.scalar(2), self);
  spec.strides.clear();
  if (reordered && self.dim() == 4 && self.stride(1) == 1) {
    const int64_t c = spec.sizes[1], h = spec.sizes[2], w = spec.sizes[3];
    spec.strides = {c * h * w, 1, c * w, c};
  }
  return {spec};
}
void run_constant_pad(const Call& call) {
  const View &self = call.in(0), &out = call.out();
  if (out.numel() == 0) return;
  const auto pad = call.integers(1);
  fill(out, call.scalar(2));
  Slice to(out), from(self);
  for (size_t i = 0; i < pad.size() / 2; ++i) {
    const int64_t d = self.dim() - 1 - static_cast<int64_t>(i), before = pad[2 * i], after = pad[2 * i + 1];
    const int64_t skip = std::max<int64_t>(0, -before),
                  kept = self.size(static_cast<int>(d)) - skip - std::max<int64_t>(0, -after);
    if (kept <= 0) return;
    from.narrow(d, skip, kept);
    to.narrow(d, std::max<int64_t>(0, before), kept);
  }
  copy(to.view, from.view);
}

// tril(self, diagonal) and triu.
Specs infer_triangle(const Call& call) {
  const View& self = call.in(0);
  FLB_CHECK(self.dim() >= 2, call.op->name, ": input tensor must have at least 2 dimensions");
  return {spec_of(self.dtype(), self.device(), self.sizes())};
}
template <bool kUpper>
void run_triangle(const Call& call) {
  const View &self = call.in(0), &out = call.out();
  if (out.numel() == 0) return;
  const int64_t rows = self.size(-2), columns = self.size(-1);
  const int64_t diagonal = std::clamp(call.integer(1), -rows, columns);
  const bool in_place = out.data() == self.data();
  for (int64_t r = 0; r < rows; ++r) {
    // Row r keeps columns [0, r + diagonal] below, or [r + diagonal, columns) above.
    const int64_t edge = std::clamp<int64_t>(r + diagonal + (kUpper ? 0 : 1), 0, columns);
    const int64_t keep_from = kUpper ? edge : 0, keep = kUpper ? columns - edge : edge;
    const int64_t zero_from = kUpper ? 0 : edge;
    Slice to(out, out.dim() - 2, r, 1), from(self, self.dim() - 2, r, 1), zeros(out, out.dim() - 2, r, 1);
    to.narrow(out.dim() - 1, keep_from, keep), from.narrow(out.dim() - 1, keep_from, keep);
    zeros.narrow(out.dim() - 1, zero_from, columns - keep);
    if (!in_place) copy(to.view, from.view);
    fill(zeros.view, Scalar::of(int64_t{0}));
  }
}

// repeat_interleave.Tensor(repeats, *, output_size?): i, repeats[i] times.
int64_t total_of(const View& repeats) {
  FLB_CHECK(repeats.dim() == 1, "repeat_interleave only accept 1D vector as repeat");
  FLB_CHECK(repeats.dtype() == DType::int64 || repeats.dtype() == DType::int32, "repeats has to be Long or Int tensor");
  FLB_CHECK_AS(not_implemented, repeats.data() || repeats.numel() == 0,
               "not implemented: aten::repeat_interleave.Tensor on a meta tensor");
  int64_t total = 0;
  for (int64_t i = 0; i < repeats.numel(); ++i) {
    const int64_t at = i * repeats.stride(0);
    const int64_t n = repeats.dtype() == DType::int64 ? repeats.ptr<int64_t>()[at] : repeats.ptr<int32_t>()[at];
    FLB_CHECK(n >= 0, "repeats can not be negative");
    total += n;
  }
  return total;
}
Specs infer_repeat_interleave(const Call& call) {
  const View& repeats = call.in(0);
  const int64_t total = call.has(1) ? call.integer(1) : total_of(repeats);
  return {spec_of(repeats.dtype(), repeats.device(), {&total, 1})};
}
void run_repeat_interleave(const Call& call) {
  const View &repeats = call.in(0), &out = call.out();
  FLB_CHECK(total_of(repeats) == out.numel(), "allocated size does not match required size");
  const auto expand = [&]<class T>(T) {
    for (int64_t i = 0, at = 0; i < repeats.numel(); ++i) {
      for (T n = repeats.ptr<T>()[i * repeats.stride(0)]; n > 0; --n)
        out.ptr<T>()[at++ * out.stride(0)] = static_cast<T>(i);
    }
  };
  if (repeats.dtype() == DType::int64)
    expand(int64_t());
  else
    expand(int32_t());
}

}  // namespace

FLB_OP_FLAGS(cat, infer_cat, run_cat, kApart);
FLB_OP_FLAGS(stack, infer_stack, run_stack, kApart);
FLB_OP(flip, infer_flip, run_flip);
FLB_OP(roll, infer_roll, run_roll);
FLB_OP(constant_pad_nd, infer_constant_pad, run_constant_pad);
FLB_OP_FLAGS(tril, infer_triangle, run_triangle<false>, kInPlaceSafe | kMayOverlap);
FLB_OP_FLAGS(triu, infer_triangle, run_triangle<true>, kInPlaceSafe | kMayOverlap);
FLB_OP(repeat_interleave_Tensor, infer_repeat_interleave, run_repeat_interleave);

}  // namespace flambeau::ops
