#include "backend/pointwise.h"

#include "backend/direct.h"

#include "backend/iteration.h"
#include "backend/number.h"
#include "kernels/common/threads.h"
#include "kernels/cpu/convert.h"

namespace flambeau {
namespace {

constexpr int64_t kGrain = 32768;
constexpr int64_t kChunk = 512;     // elements handled at once when an operand needs a buffer
constexpr int64_t kShortRow = 256;  // rows below this length are gathered across their ends
constexpr int64_t kFew = 64;        // numbers are repeated up to this many times
constexpr size_t kLargestItem = 16;

bool is_array(const Call& call, int position) { return call.args[position].kind == ArgKind::tensor; }

/// Operands of one type, and numbers that do not change it: the usual case. Undefined if it is not that simple.
DType uniform_dtype(const PointwiseDef& def, const Call& call) {
  DType t = DType::undefined;
  bool real_number = false;
  for (int i = 0; i < def.num_inputs; ++i) {
    const Arg& arg = call.args[def.positions[i]];
    if (arg.kind == ArgKind::tensor) {
      if (arg.tensor->wrapped_number || (t != DType::undefined && arg.tensor->dtype() != t)) return DType::undefined;
      t = arg.tensor->dtype();
    } else if (arg.scalar.is_complex()) {
      return DType::undefined;
    } else {
      real_number = true;
    }
  }
  return is_floating(t) || (!real_number && def.common == Common::promoted) ? t : DType::undefined;
}

DType common_dtype(const PointwiseDef& def, const Call& call) {
  if (def.common == Common::boolean) return DType::boolean;
  if (const DType t = uniform_dtype(def, call); t != DType::undefined) return t;
  Promotion promotion;
  const cpu::Loops& loops = def.loops[0];
  for (int i = 0; i < def.num_inputs; ++i) {
    const Arg& arg = call.args[def.positions[i]];
    if (loops.types[i + 1] == DType::boolean) continue;  // a condition
    if (arg.kind == ArgKind::tensor)
      promotion.add(*arg.tensor);
    else if (arg.kind == ArgKind::scalar)
      promotion.add(arg.scalar);
    if (def.common == Common::first) {
      if (arg.kind == ArgKind::tensor) return arg.tensor->dtype();
    }
  }
  const DType t = promotion.result();
  return def.common == Common::floating && is_integral(t, true) ? default_dtype.load(std::memory_order_relaxed) : t;
}

[[noreturn, gnu::cold]] void unsupported(const PointwiseDef& def, DType t) {
  fail(ErrorKind::not_implemented, "\"", def.name, "\" not implemented for '", scalar_type_name(t), "'");
}

[[gnu::noinline]] const cpu::Loops& search_loops(const PointwiseDef& def, DType common) {
  if (!(def.supported >> static_cast<int>(common) & 1)) unsupported(def, common);
  const auto computes = [](const cpu::Loops& l, int count, DType t) {
    for (int i = 1; i <= count; ++i) {
      if (l.types[i] != DType::boolean || t == DType::boolean) return l.types[i] == t;
    }
    return false;
  };
  for (const DType t : {common, cpu::wide_type(common), DType::int64}) {
    for (int i = 0; i < def.num_loops; ++i) {
      if (computes(def.loops[i], def.num_inputs, t)) return def.loops[i];
    }
    if (!is_integral(common, true)) break;
  }
  if (const DType wide = cpu::wide_type(common); wide != common) {
    for (int i = 0; i < def.num_loops; ++i) {
      if (computes(def.loops[i], def.num_inputs, wide)) return def.loops[i];
    }
  }
  unsupported(def, common);
}

/// The loop's own type for an operand of type `common` is common itself, or the type it is computed in.
const cpu::Loops& find_loops(const PointwiseDef& def, DType common) {
  const bool first = def.loops[0].types[1] == common && common != DType::boolean;
  return first && def.supported >> static_cast<int>(common) & 1 ? def.loops[0] : search_loops(def, common);
}

/// The result type: bool for predicates, real for |complex|, complex for polar coordinates, else the common type.
DType result_dtype(const cpu::Loops& loops, DType common) {
  if (loops.types[0] == DType::boolean || loops.types[0] == common) return loops.types[0];
  if (is_complex(loops.types[0]) && !is_complex(common)) return to_complex(common);
  return is_complex(common) && !is_complex(loops.types[0]) ? to_real(common) : common;
}

bool same_shape(const View& a, const View& b) {
  if (a.dim_ != b.dim_) return false;
  if (a.sizes_ == b.sizes_) return true;
  for (int d = 0; d < a.dim_; ++d) {  // shapes are short: cheaper than memcmp
    if (a.sizes_[d] != b.sizes_[d]) return false;
  }
  return true;
}

/// A scalar operand as one element of the loop's type.
Number number_of(const Scalar& s, DType loop, DType common, bool keep) {
  return keep || common == loop ? number_as(s, loop) : converted(number_as(s, common), common, loop);
}

/// Whether an integer loses bits on the way to the common type, in which the loop does not compute.
bool is_narrowed(DType from, DType common, DType loop) {
  return is_integral(from) && is_integral(common) && itemsize(from) > itemsize(common) &&
         itemsize(loop) > itemsize(common);
}

struct Plan {
  const PointwiseDef& def;
  const Call& call;
  const cpu::Loops& loops;
  cpu::Loop loop;
  int operands;                          ///< output and inputs
  DType types[cpu::kMaxOperands];        ///< in memory
  Number numbers[cpu::kMaxOperands];     ///< values of scalar operands
  const View* views[cpu::kMaxOperands];  ///< null for a scalar
};

/// One thread's share of a walk.
class Piece {
 public:
  Piece(const Plan& plan, const Walk& walk) : plan_(plan), walk_(walk) {
    short_rows_ = walk.sizes[0] < kShortRow && walk.dim() > 1;
    direct_all_ = true;
    for (int i = 0; i < plan.operands; ++i) {
      size_[i] = static_cast<int64_t>(itemsize(plan.types[i]));
      const bool native = plan.types[i] == plan.loops.types[i] && plan.views[i];
      constant_[i] = i > 0 && (!plan.views[i] || walk.constant(i));
      dense_[i] = !constant_[i] && walk.dense(i, size_[i]);
      row_dense_[i] = !constant_[i] && (dense_[i] || (!short_rows_ && walk.operands[i].strides[0] == size_[i]));
      direct_[i] = native && row_dense_[i];
      direct_all_ &= direct_[i] && dense_[i];
      if (constant_[i]) fill_constant(i);
    }
  }

  void run(int64_t begin, int64_t end) {
    if (direct_all_) return call_direct(begin, end);
    position_ = begin;
    locate(begin);
    while (position_ < end) {
      int64_t count = std::min(kChunk, end - position_);
      if (!short_rows_) count = std::min(count, walk_.sizes[0] - at_[0]);
      step(count);
      advance(count);
    }
  }

 private:
  void call_direct(int64_t begin, int64_t end) {
    char* data[cpu::kMaxOperands];
    for (int i = 0; i < plan_.operands; ++i) data[i] = walk_.operands[i].data + begin * size_[i];
    plan_.loop(plan_.call, data, end - begin);
  }

  void fill_constant(int i) {
    const DType loop = plan_.loops.types[i];
    Number value = plan_.numbers[i];
    if (plan_.views[i]) cpu::convert(value.bytes, loop, walk_.operands[i].data, plan_.types[i], 1);
    cpu::gather(buffer_[i], value.bytes, 0, std::min(kChunk, walk_.numel), itemsize(loop));
  }

  void step(int64_t count) {
    char* data[cpu::kMaxOperands];
    for (int i = 0; i < plan_.operands; ++i) data[i] = direct_[i] ? address(i) : buffer_[i];
    for (int i = 1; i < plan_.operands; ++i) {
      if (!direct_[i] && !constant_[i]) load(i, count);
    }
    plan_.loop(plan_.call, data, count);
    if (!direct_[0]) store(count);
  }

  char* address(int i) const {
    return dense_[i] ? walk_.operands[i].data + position_ * size_[i] : walk_.operands[i].data + offset_[i];
  }

  void load(int i, int64_t count) {
    const DType loop = plan_.loops.types[i];
    if (!short_rows_ && walk_.operands[i].strides[0] == 0) return repeat(i, count);
    if (row_dense_[i]) return cpu::convert(buffer_[i], loop, address(i), plan_.types[i], count);
    char* dense = plan_.types[i] == loop ? buffer_[i] : stage_;
    cpu::gather(dense, from_here(i), at_, count, static_cast<size_t>(size_[i]));
    if (dense == stage_) cpu::convert(buffer_[i], loop, stage_, plan_.types[i], count);
  }

  /// One element for a whole row: its buffer serves until the row ends.
  void repeat(int i, int64_t count) {
    char* from = walk_.operands[i].data + offset_[i];
    if (repeated_[i] == from && repeated_count_[i] >= count) return;
    const DType loop = plan_.loops.types[i];
    Number value;
    cpu::convert(value.bytes, loop, from, plan_.types[i], 1);
    cpu::gather(buffer_[i], value.bytes, 0, count, itemsize(loop));
    repeated_[i] = from;
    repeated_count_[i] = count;
  }

  void store(int64_t count) {
    const DType loop = plan_.loops.types[0];
    if (row_dense_[0]) return cpu::convert(address(0), plan_.types[0], buffer_[0], loop, count);
    const char* dense = buffer_[0];
    if (plan_.types[0] != loop) {
      cpu::convert(stage_, plan_.types[0], buffer_[0], loop, count);
      dense = stage_;
    }
    cpu::scatter(from_here(0), at_, dense, count, static_cast<size_t>(size_[0]));
  }

  cpu::Strided from_here(int i) const {
    return {walk_.operands[i].data + offset_[i], walk_.sizes, walk_.operands[i].strides};
  }

  void locate(int64_t position) {
    at_.resize(walk_.sizes.size());
    std::fill_n(offset_, plan_.operands, 0);
    for (int d = 0; d < walk_.dim(); ++d) {
      at_[d] = position % walk_.sizes[d];
      position /= walk_.sizes[d];
      for (int i = 0; i < plan_.operands; ++i) offset_[i] += at_[d] * walk_.operands[i].strides[d];
    }
  }

  void advance(int64_t count) {
    position_ += count;
    if (short_rows_ && position_ < walk_.numel) return locate(position_);
    at_[0] += count;
    for (int i = 0; i < plan_.operands; ++i) offset_[i] += count * walk_.operands[i].strides[0];
    for (int d = 0; d + 1 < walk_.dim() && at_[d] == walk_.sizes[d]; ++d) {
      for (int i = 0; i < plan_.operands; ++i) {
        offset_[i] += walk_.operands[i].strides[d + 1] - at_[d] * walk_.operands[i].strides[d];
      }
      at_[d] = 0;
      ++at_[d + 1];
    }
  }

  const Plan& plan_;
  const Walk& walk_;
  bool short_rows_, direct_all_;
  bool direct_[cpu::kMaxOperands], dense_[cpu::kMaxOperands], row_dense_[cpu::kMaxOperands],
      constant_[cpu::kMaxOperands];
  int64_t size_[cpu::kMaxOperands], offset_[cpu::kMaxOperands];
  int64_t position_ = 0;
  const char* repeated_[cpu::kMaxOperands] = {};
  int64_t repeated_count_[cpu::kMaxOperands];
  Dims at_;
  alignas(64) char buffer_[cpu::kMaxOperands][kChunk * kLargestItem];
  alignas(64) char stage_[kChunk * kLargestItem];
};

[[gnu::noinline]] void run_strided(const Plan& plan) {
  const Walk walk(plan.views[0]->sizes(), std::span(plan.views, static_cast<size_t>(plan.operands)));
  parallel_for(0, walk.numel, kGrain, [&](int64_t begin, int64_t end) { Piece(plan, walk).run(begin, end); });
}

bool same_strides(const View& a, const View& b) {
  for (int d = 0; d < a.dim_; ++d) {
    if (a.strides_[d] != b.strides_[d]) return false;
  }
  return true;
}

bool is_few(const View& v) { return v.numel() != 0 && v.numel() <= kGrain; }
bool is_dense(const View& v) { return v.device().type == DeviceType::cpu && v.is_contiguous(); }

/// One element in every place of `like`: a 0-dim operand, or one that expand() made.
bool is_repeated(const View& v, const View& like) {
  if (v.device().type != DeviceType::cpu || (v.dim_ != 0 && !same_shape(v, like))) return false;
  for (int d = 0; d < v.dim_; ++d) {
    if (v.sizes_[d] != 1 && v.strides_[d] != 0) return false;
  }
  return true;
}

/// The first operand, if all are few dense elements of one type, shape and layout: there is nothing more to find out.
const View* uniform_operand(const PointwiseDef& def, const Call& call) {
  const View* like = nullptr;
  for (int i = 0; i < def.num_inputs; ++i) {
    const Arg& arg = call.args[def.positions[i]];
    if (arg.kind != ArgKind::tensor || arg.tensor->wrapped_number) return nullptr;
    const View& v = *arg.tensor;
    if (!like) {
      if (!is_few(v) || !is_dense(v)) return nullptr;
      like = &v;
    } else if (v.dtype() != like->dtype() || v.device().type != DeviceType::cpu || !same_shape(v, *like) ||
               !same_strides(v, *like)) {
      return nullptr;
    }
  }
  return like;
}

/// The operand whose shape the output has, if it is dense and small: the first of the most dimensions, or a later one
/// where that is expanded.
const View* shape_giver(const PointwiseDef& def, const Call& call) {
  const View* like = nullptr;
  bool dense = false;
  for (int i = 0; i < def.num_inputs; ++i) {
    const Arg& arg = call.args[def.positions[i]];
    if (arg.kind != ArgKind::tensor || arg.tensor->wrapped_number) continue;
    if (like && (arg.tensor->dim_ < like->dim_ || (dense && arg.tensor->dim_ == like->dim_))) continue;
    like = arg.tensor;
    dense = is_dense(*like);
  }
  return dense && is_few(*like) ? like : nullptr;
}

constexpr unsigned kNever = ~0u;

/// Where the operands are. Numbers on the CPU go with operands of any device, of which there is one.
Device common_device(std::span<const View* const> arrays) {
  const auto places = [](const View* v) { return v->device().type != DeviceType::cpu || v->dim() != 0; };
  const auto first = std::find_if(arrays.begin(), arrays.end(), places);
  return (first == arrays.end() ? arrays[0] : *first)->device();
}

/// Which operands are one element repeated, as bits; kNever: the operands are not that simple.
unsigned repeated_operands(const PointwiseDef& def, const Call& call, const View& like) {
  unsigned repeated = 0;
  bool numbers = false;
  for (int i = 0; i < def.num_inputs; ++i) {
    const Arg& arg = call.args[def.positions[i]];
    if (arg.kind == ArgKind::tensor && !arg.tensor->wrapped_number) {
      const View& v = *arg.tensor;
      if (&v == &like) continue;
      if (v.dtype() != like.dtype()) return kNever;
      if (same_shape(v, like) && is_dense(v)) continue;
      if (!is_repeated(v, like)) return kNever;
    } else {
      const bool complex = arg.kind == ArgKind::tensor ? is_complex(arg.tensor->dtype()) : arg.scalar.is_complex();
      if ((arg.kind != ArgKind::tensor && arg.kind != ArgKind::scalar) || complex) return kNever;
      numbers = true;
    }
    repeated |= 1u << i;
  }
  // Numbers leave floating types as they are.
  if (numbers && (!is_floating(like.dtype()) || (def.common == Common::first && repeated & 1))) return kNever;
  return repeated && like.numel() > kFew ? kNever : repeated;
}

/// shape_giver where all operands fit it, some as one element repeated.
[[gnu::noinline]] const View* varied_operand(const PointwiseDef& def, const Call& call, unsigned& repeated) {
  const View* const like = shape_giver(def, call);
  if (!like) return nullptr;
  repeated = repeated_operands(def, call, *like);
  return repeated == kNever ? nullptr : like;
}

}  // namespace

/// Numbers that are no operands fit an integral type too; in others the functor looks at them.
static void check_attributes(const PointwiseDef& def, const Call& call, DType common) {
  const auto operands = std::span(def.positions).first(static_cast<size_t>(def.num_inputs));
  for (int i = 0; i < call.num_args; ++i) {
    if (call.args[i].kind == ArgKind::scalar && std::find(operands.begin(), operands.end(), i) == operands.end())
      check_fits(call.scalar(i), common);
  }
}

Direct find_direct(const PointwiseDef& def, const Call& call) {
  if (def.common == Common::boolean) return {};
  unsigned repeated = 0;
  const View* like = uniform_operand(def, call);
  if (!like) like = varied_operand(def, call, repeated);
  if (!like) return {};
  const DType t = like->dtype();
  if (def.common == Common::floating && is_integral(t, true)) return {};
  if (def.check) def.check(call, t);
  const cpu::Loops& loops = find_loops(def, t);
  if (def.num_inputs < call.num_args && is_integral(t)) check_attributes(def, call, t);
  for (int i = 1; i <= def.num_inputs; ++i) {
    if (loops.types[i] != t) return {};
  }
  const DType result = result_dtype(loops, t);
  if (loops.types[0] != result) return {};
  return {loops.levels[cpu::level()], like, repeated, result};
}

/// One element in every place, in `copies` of its own; few are.
static void repeat_element(const Arg& arg, DType t, bool keep, char* copies, int64_t count) {
  Number n;
  if (arg.kind == ArgKind::tensor) {
    cpu::convert(n.bytes, t, arg.tensor->data(), arg.tensor->dtype(), 1);
  } else {
    n = number_of(arg.scalar, t, t, keep);
  }
  cpu::gather(copies, n.bytes, 0, count, itemsize(t));
}

[[gnu::noinline]] static void run_repeating(const Direct& direct, const PointwiseDef& def, const Call& call,
                                            char** data) {
  alignas(64) char copies[cpu::kMaxOperands - 1][kFew * kLargestItem];
  for (int i = 0; i < def.num_inputs; ++i) {
    if (!(direct.repeated >> i & 1)) continue;
    repeat_element(call.args[def.positions[i]], direct.like->dtype(), def.keep_scalars, copies[i],
                   direct.like->numel());
    data[i + 1] = copies[i];
  }
  direct.loop(call, data, direct.like->numel());
}

void run_direct(const Direct& direct, const PointwiseDef& def, const Call& call) {
  char* data[cpu::kMaxOperands];
  data[0] = call.out().ptr<char>();
  for (int i = 0; i < def.num_inputs; ++i) {
    if (!(direct.repeated >> i & 1)) data[i + 1] = call.in(def.positions[i]).ptr<char>();
  }
  if (direct.repeated) return run_repeating(direct, def, call, data);
  direct.loop(call, data, direct.like->numel());
}

Specs infer_pointwise(const PointwiseDef& def, const Call& call) {
  const DType common = common_dtype(def, call);
  if (def.check) def.check(call, common);
  const cpu::Loops& loops = find_loops(def, common);
  if (def.num_inputs < call.num_args && is_integral(common)) check_attributes(def, call, common);
  const View* arrays[cpu::kMaxOperands];
  int count = 0;
  bool plain = true;
  for (int i = 0; i < def.num_inputs; ++i) {
    if (!is_array(call, def.positions[i])) continue;
    arrays[count] = &call.in(def.positions[i]);
    plain &= (count == 0 || same_shape(*arrays[0], *arrays[count])) && arrays[count]->is_contiguous() &&
             arrays[count]->device().type == arrays[0]->device().type;
    ++count;
  }
  Specs specs(1);
  Spec& out = specs[0];
  out.dtype = result_dtype(loops, common);
  if (count == 0) return specs;
  out.device = arrays[0]->device();
  out.sizes.assign(arrays[0]->sizes_, arrays[0]->sizes_ + arrays[0]->dim_);
  if (plain) return specs;
  out.device = common_device(std::span(arrays, static_cast<size_t>(count)));
  for (int i = 1; i < count; ++i) {
    out.sizes = broadcast(out.sizes, arrays[i]->sizes());
  }
  out.strides = output_strides(out.sizes, std::span(arrays, static_cast<size_t>(count)));
  return specs;
}

void run_pointwise(const PointwiseDef& def, const Call& call) {
  const View& out = call.out();
  if (out.numel() == 0) return;
  const DType common = common_dtype(def, call);
  const cpu::Loops& loops = find_loops(def, common);
  Plan plan{def, call, loops, loops.levels[cpu::level()], def.num_inputs + 1, {}, {}, {}};
  plan.views[0] = &out;
  plan.types[0] = out.dtype();
  bool plain = out.dtype() == loops.types[0] && out.is_contiguous();
  for (int i = 1; i < plan.operands; ++i) {
    const int position = def.positions[i - 1];
    if (is_array(call, position)) {
      const View& in = call.in(position);
      if (in.dim() == 0 && is_narrowed(in.dtype(), common, loops.types[i])) {
        Number n;
        cpu::convert(n.bytes, common, in.data(), in.dtype(), 1);
        plan.views[i] = nullptr;
        plan.types[i] = loops.types[i];
        plan.numbers[i] = converted(n, common, loops.types[i]);
        plain = false;
        continue;
      }
      plan.views[i] = &in;
      plan.types[i] = in.dtype();
      plain = plain && in.dtype() == loops.types[i] && same_shape(in, out) && in.is_contiguous();
    } else {
      plan.views[i] = nullptr;
      plan.types[i] = loops.types[i];
      plan.numbers[i] = number_of(call.scalar(position), loops.types[i], common, def.keep_scalars);
      plain = false;
    }
  }
  if (!plain) return run_strided(plan);
  parallel_for(0, out.numel(), kGrain, [&](int64_t begin, int64_t end) {
    char* data[cpu::kMaxOperands];
    for (int i = 0; i < plan.operands; ++i) {
      data[i] = plan.views[i]->ptr<char>() + begin * static_cast<int64_t>(itemsize(plan.types[i]));
    }
    plan.loop(call, data, end - begin);
  });
}

}  // namespace flambeau
