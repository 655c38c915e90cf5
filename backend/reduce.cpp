#include "backend/reduce.h"

#include <bit>

#include "backend/promotion.h"
#include "kernels/common/memory.h"
#include "kernels/common/threads.h"
#include "kernels/cpu/convert.h"

namespace flambeau {
namespace {

constexpr int64_t kGrain = 32768;
constexpr int64_t kTile = 512;     // outputs reduced side by side, and elements converted at once
constexpr int64_t kRow = 4096;     // elements folded into one accumulator before partial results are merged
constexpr int64_t kShortRow = 32;  // a dense reduced dimension shorter than this is walked as a column

/// The walk's dimensions, those that are kept and those that are reduced, each fastest first; byte strides of the
/// input.
struct Layout {
  Dims kept, kept_in, kept_out[2];
  Dims reduced, reduced_in;
  int64_t outputs = 1, count = 1;
};

int64_t offset_of(int64_t index, const Dims& sizes, const Dims& strides) {
  int64_t offset = 0;
  for (size_t d = 0; d < sizes.size(); ++d) {
    offset += index % sizes[d] * strides[d];
    index /= sizes[d];
  }
  return offset;
}

/// Adds a dimension, merged with the last where strides allow.
void push(Dims& sizes, Dims& strides, int64_t size, int64_t stride, std::span<Dims> others = {},
          std::span<const int64_t> other_strides = {}) {
  if (size == 1) return;
  bool merges = !sizes.empty() && strides.back() * sizes.back() == stride;
  for (size_t i = 0; i < others.size(); ++i) merges = merges && others[i].back() * sizes.back() == other_strides[i];
  if (merges) {
    sizes.back() *= size;
    return;
  }
  sizes.push_back(size), strides.push_back(stride);
  for (size_t i = 0; i < others.size(); ++i) others[i].push_back(other_strides[i]);
}

/// `ordered` keeps the reduced dimensions in row-major order, for results that are indices.
Layout make_layout(const View& in, DimMask mask, std::span<const View> outputs, bool ordered) {
  Layout l;
  absl::InlinedVector<int, 6> order(in.dim());
  for (int d = 0; d < in.dim(); ++d) order[d] = in.dim() - 1 - d;
  const auto by_stride = [&](int a, int b) { return in.stride(a) < in.stride(b); };
  if (!ordered) std::stable_sort(order.begin(), order.end(), by_stride);
  const auto size = static_cast<int64_t>(itemsize(in.dtype()));
  for (int d : order) {
    if (mask >> d & 1) {
      push(l.reduced, l.reduced_in, in.size(d), in.stride(d) * size);
      l.count *= in.size(d);
      continue;
    }
    l.outputs *= in.size(d);
    int64_t strides[2] = {};
    for (size_t i = 0; i < outputs.size(); ++i) {
      const bool keepdim = outputs[i].dim() == in.dim();
      const int at = keepdim ? d : d - std::popcount(mask & ((DimMask{1} << d) - 1));
      strides[i] = outputs[i].stride(at) * static_cast<int64_t>(itemsize(outputs[i].dtype()));
    }
    push(l.kept, l.kept_in, in.size(d), in.stride(d) * size, std::span(l.kept_out, outputs.size()),
         std::span(strides, outputs.size()));
  }
  if (l.reduced.empty()) l.reduced.push_back(1), l.reduced_in.push_back(0);
  if (l.kept.empty()) {
    l.kept.push_back(1), l.kept_in.push_back(0);
    for (size_t i = 0; i < outputs.size(); ++i) l.kept_out[i].push_back(0);
  }
  return l;
}

struct Buffers {
  alignas(64) char dense[kTile * 16], converted[kTile * 16];
};

class Reducer {
 public:
  Reducer(const cpu::ReduceLoops& loops, const cpu::Reduction& reduction, const View& in, const Layout& layout,
          std::span<const View> outputs)
      : loops_(loops), reduction_(reduction), in_(in), layout_(layout), outputs_(outputs), level_(cpu::level()) {
    size_ = static_cast<int64_t>(itemsize(in.dtype()));
    const bool dense_row = layout.reduced_in[0] == size_;
    columns_ = layout.kept[0] > 1 &&
               (layout.kept_in[0] == size_ || (layout.reduced[0] < kShortRow && layout.kept[0] >= kShortRow) ||
                (!dense_row && layout.kept[0] >= layout.reduced[0]));
    if (columns_ && layout.kept[0] < 4 && layout.reduced[0] >= kShortRow) columns_ = false;
  }

  void run() const {
    const int64_t numel = layout_.outputs * layout_.count;
    const int64_t threads = omp_in_parallel() ? 1 : omp_get_max_threads();
    if (layout_.outputs < threads * (columns_ ? 64 : 1) && numel >= 2 * kGrain && threads > 1)
      return split_elements(threads);
    parallel_for(0, layout_.outputs, std::max<int64_t>(1, kGrain / std::max<int64_t>(layout_.count, 1)),
                 [&](int64_t begin, int64_t end) { reduce_outputs(begin, end, 0, layout_.count, nullptr); });
  }

 private:
  /// Few outputs: threads take shares of the reduced elements, whose partial results are merged in order.
  void split_elements(int64_t threads) const {
    const int64_t shares = std::min(threads, layout_.count);
    const int64_t bytes = layout_.outputs * loops_.accumulator_size;
    Scratch<char> partial(shares * bytes);
    parallel_for(0, shares, 1, [&](int64_t begin, int64_t end) {
      for (int64_t s = begin; s < end; ++s) {
        reduce_outputs(0, layout_.outputs, layout_.count * s / shares, layout_.count * (s + 1) / shares,
                       partial.data() + s * bytes);
      }
    });
    for (int64_t s = 1; s < shares; ++s)
      loops_.merge[level_](reduction_, partial.data(), partial.data() + s * bytes, layout_.outputs);
    for (int64_t i = 0; i < layout_.outputs; i += kTile) {
      emit(i, std::min(kTile, layout_.outputs - i), partial.data() + i * loops_.accumulator_size);
    }
  }

  /// Reduces elements [first, last) for each output in [begin, end), into `partial` or, if that is null, into the
  /// outputs.
  void reduce_outputs(int64_t begin, int64_t end, int64_t first, int64_t last, char* partial) const {
    Scratch<char> accumulators(kTile * kLevels * loops_.accumulator_size);
    Buffers buffers;
    for (int64_t i = begin; i < end;) {
      const int64_t in_row = layout_.kept[0] - i % layout_.kept[0];
      const int64_t count = std::min({kTile, end - i, columns_ ? in_row : kTile});
      if (columns_) {
        reduce_columns(i, count, first, last, accumulators.data(), buffers);
      } else {
        for (int64_t j = 0; j < count; ++j)
          reduce_row(i + j, first, last, accumulators.data() + j * kLevels * loops_.accumulator_size, buffers);
        for (int64_t j = 1; j < count; ++j) {
          std::memcpy(accumulators.data() + j * loops_.accumulator_size,
                      accumulators.data() + j * kLevels * loops_.accumulator_size,
                      static_cast<size_t>(loops_.accumulator_size));
        }
      }
      if (partial) {
        std::memcpy(partial + i * loops_.accumulator_size, accumulators.data(),
                    static_cast<size_t>(count * loops_.accumulator_size));
      } else {
        emit(i, count, accumulators.data());
      }
      i += count;
    }
  }

  // Partial results are merged as the carries of a counter in base 64: like a tree, so that the error of a sum grows
  // with the logarithm of its length.
  static constexpr int kLevels = 4;
  static constexpr int64_t kDigit = 64;

  /// `levels` holds kLevels groups of `width` accumulators, the first for new elements. After `done` steps, `digit` of
  /// which fill the first group, full groups move up.
  void carry(char* levels, int64_t width, int64_t done, int64_t digit = kDigit) const {
    const int64_t bytes = width * loops_.accumulator_size;
    for (int l = 0; l + 1 < kLevels && done % digit == 0; ++l, done /= digit, digit = kDigit) {
      loops_.merge[level_](reduction_, levels + (l + 1) * bytes, levels + l * bytes, width);
      loops_.start(reduction_, levels + l * bytes, width);
    }
  }
  void finish(char* levels, int64_t width) const {
    const int64_t bytes = width * loops_.accumulator_size;
    for (int l = kLevels - 1; l > 0; --l)
      loops_.merge[level_](reduction_, levels + (l - 1) * bytes, levels + l * bytes, width);
  }

  void reduce_row(int64_t output, int64_t first, int64_t last, char* levels, Buffers& buffers) const {
    loops_.start(reduction_, levels, kLevels);
    const char* base = in_.ptr<const char>() + offset_of(output, layout_.kept, layout_.kept_in);
    int64_t blocks = 0, filled = 0;
    for (int64_t i = first; i < last;) {
      const int64_t row_left = layout_.reduced[0] - i % layout_.reduced[0];
      const int64_t limit = needs_buffer(layout_.reduced_in[0]) ? kTile : kRow;
      const int64_t count = std::min({limit, last - i, row_left});
      const char* x =
          fetch(base + offset_of(i, layout_.reduced, layout_.reduced_in), layout_.reduced_in[0], count, buffers);
      loops_.row[level_](reduction_, levels, x, count, i);
      i += count;
      filled += count;
      if (filled < kRow) continue;
      filled = 0;
      carry(levels, 1, ++blocks, 1);
    }
    if (blocks) finish(levels, 1);
  }

  void reduce_columns(int64_t output, int64_t width, int64_t first, int64_t last, char* levels,
                      Buffers& buffers) const {
    const int64_t groups = last - first >= kDigit ? kLevels : 1;
    loops_.start(reduction_, levels, width * groups);
    const char* base = in_.ptr<const char>() + offset_of(output, layout_.kept, layout_.kept_in);
    Dims at(layout_.reduced.size());
    int64_t rest = first;
    for (size_t d = 0; d < at.size() && first < last; ++d) {
      at[d] = rest % layout_.reduced[d];
      rest /= layout_.reduced[d];
      base += at[d] * layout_.reduced_in[d];
    }
    for (int64_t i = first; i < last; ++i) {
      loops_.column[level_](reduction_, levels, fetch(base, layout_.kept_in[0], width, buffers), width, i);
      if (groups > 1 && (i + 1 - first) % kDigit == 0) carry(levels, width, i + 1 - first);
      base += layout_.reduced_in[0];
      ++at[0];
      for (size_t d = 0; d + 1 < at.size() && at[d] == layout_.reduced[d]; ++d) {
        base += layout_.reduced_in[d + 1] - at[d] * layout_.reduced_in[d];
        at[d] = 0;
        ++at[d + 1];
      }
    }
    if (groups > 1) finish(levels, width);
  }

  bool needs_buffer(int64_t stride) const { return stride != size_ || in_.dtype() != loops_.input; }

  /// `count` elements as a dense array of the loops' type. Rows that need no conversion are used where they lie.
  const char* fetch(const char* from, int64_t stride, int64_t count, Buffers& buffers) const {
    if (!needs_buffer(stride)) return from;
    if (stride != size_) {
      cpu::gather(buffers.dense, from, stride, count, static_cast<size_t>(size_));
      from = buffers.dense;
    }
    if (in_.dtype() == loops_.input) return from;
    cpu::convert(buffers.converted, loops_.input, from, in_.dtype(), count);
    return buffers.converted;
  }

  void emit(int64_t output, int64_t count, const char* accumulators) const {
    alignas(64) char out[2][kTile * 16];
    alignas(64) char stored[kTile * 16];
    loops_.result[level_](reduction_, accumulators, out[0], out[1], count);
    for (size_t o = 0; o < outputs_.size(); ++o) {
      const View& view = outputs_[o];
      const int64_t size = static_cast<int64_t>(itemsize(view.dtype()));
      cpu::convert(stored, view.dtype(), out[o], loops_.outputs[o], count);
      for (int64_t i = 0; i < count;) {
        const int64_t at = (output + i) % layout_.kept[0], n = std::min(count - i, layout_.kept[0] - at);
        char* to = view.ptr<char>() + offset_of(output + i, layout_.kept, layout_.kept_out[o]);
        cpu::scatter(to, layout_.kept_out[o][0], stored + i * size, n, static_cast<size_t>(size));
        i += n;
      }
    }
  }

  const cpu::ReduceLoops& loops_;
  const cpu::Reduction& reduction_;
  const View& in_;
  const Layout& layout_;
  std::span<const View> outputs_;
  const cpu::Level level_;
  int64_t size_;
  bool columns_;
};

/// All of a short dense array, in the very types of the loops: no walk, no buffers. False: it is not that simple.
bool reduce_directly(const cpu::ReduceLoops& loops, const Call& call, const View& in, DimMask mask,
                     std::span<const View> outputs) {
  alignas(64) char accumulator[64];
  if (in.numel() == 0 || in.numel() >= kRow || in.dtype() != loops.input || mask != all_dims(in.dim()) ||
      loops.accumulator_size > static_cast<int64_t>(sizeof accumulator) || !in.is_contiguous())
    return false;
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].dtype() != loops.outputs[i]) return false;
  }
  const cpu::Reduction reduction{call, in.numel()};
  const cpu::Level level = cpu::level();
  loops.start(reduction, accumulator, 1);
  loops.row[level](reduction, accumulator, in.ptr<const char>(), in.numel(), 0);
  loops.result[level](reduction, accumulator, outputs[0].ptr<char>(), outputs.back().ptr<char>(), 1);
  return true;
}

}  // namespace

DimMask dim_mask(std::span<const int64_t> dims, int64_t dim) {
  FLB_CHECK(dim <= 64, "only tensors with up to 64 dims are supported");
  if (dims.empty()) return all_dims(dim);
  DimMask mask = 0;
  for (int64_t d : dims) {
    const DimMask bit = DimMask{1} << wrap_dim(d, dim);
    FLB_CHECK(!(mask & bit), "dim ", wrap_dim(d, dim), " appears multiple times in the list of dims");
    mask |= bit;
  }
  return dim == 0 ? 0 : mask;
}

Dims reduced_sizes(const View& in, DimMask mask, bool keepdim) {
  Dims sizes;
  for (int d = 0; d < in.dim(); ++d) {
    if (!(mask >> d & 1))
      sizes.push_back(in.size(d));
    else if (keepdim)
      sizes.push_back(1);
  }
  return sizes;
}

int64_t reduced_count(const View& in, DimMask mask) {
  int64_t count = 1;
  for (int d = 0; d < in.dim(); ++d) count *= mask >> d & 1 ? in.size(d) : 1;
  return count;
}

void reduce(const cpu::ReduceLoops& loops, const Call& call, const View& in, DimMask mask,
            std::span<const View> outputs) {
  if (outputs[0].numel() == 0 || reduce_directly(loops, call, in, mask, outputs)) return;
  const Layout layout = make_layout(in, mask, outputs, loops.ordered);
  const cpu::Reduction reduction{call, layout.count};
  Reducer(loops, reduction, in, layout, outputs).run();
}

const cpu::ReduceLoops& find_reduce_loops(std::span<const cpu::ReduceLoops> table, DType t, const char* name) {
  for (const DType wanted : {t, cpu::wide_type(t)}) {
    for (const cpu::ReduceLoops& loops : table) {
      if (loops.input == wanted) return loops;
    }
  }
  fail(ErrorKind::not_implemented, "\"", name, "\" not implemented for '", scalar_type_name(t), "'");
}

}  // namespace flambeau
