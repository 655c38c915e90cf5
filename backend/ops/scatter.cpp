// Reading and writing along one dimension at the places that an index tensor of the same rank names.

#include "backend/ops/scatter.h"
#include "backend/overlap.h"

namespace flambeau::ops {
namespace {

// gather(self, dim, index, sparse_grad)
Specs infer_gather(const Call& call) {
  const View &self = call.in(0), &index = call.in(2);
  const int64_t dim = wrap_dim(call.integer(1), self.dim());
  if (index.numel() != 0) {
    check_index_dtype(index, "gather");
    check_ranks(self, index, "Index tensor must have the same number of dimensions as input tensor");
    for (int64_t d = 0; d < self.dim(); ++d) {
      FLB_CHECK(d == dim || size_at(index, d) <= size_at(self, d), "Size does not match at dimension ", d,
                " expected index ", shape_text(index.sizes()), " to be no larger than self ", shape_text(self.sizes()),
                " apart from dimension ", dim);
    }
  }
  return {spec_of(self.dtype(), self.device(), index.sizes())};
}
void run_gather(const Call& call) {
  const View &self = call.in(0), &index = call.in(2), &out = call.out();
  if (index.numel() == 0) return;
  const int64_t dim = wrap_dim(call.integer(1), self.dim()), limit = size_at(self, dim);
  const Places places(index);
  const IndexedLines lines(index, dim);
  const int64_t from_step = stride_in_bytes(self, dim), to_step = stride_in_bytes(out, dim);
  with_item(itemsize(self.dtype()), [&]<class T>(T) {
    parallel_for(0, lines.count, std::max<int64_t>(1, 32768 / lines.length), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const char* from = self.ptr<char>() + lines.offset(self, i);
        char* to = out.ptr<char>() + lines.offset(out, i);
        const int64_t* p = places.data() + lines.first(i);
        for (int64_t j = 0; j < lines.length; ++j) {
          const int64_t at = checked(p[j * lines.index_stride], limit, dim);
          *reinterpret_cast<T*>(to + j * to_step) = *reinterpret_cast<const T*>(from + at * from_step);
        }
      }
    });
  });
}

/// Combines x with y in the type they are computed in.
template <Combine how, class T>
T combined(T x, T y) {
  if constexpr (how == Combine::assign)
    return y;
  else if constexpr (how == Combine::multiply)
    return x * y;
  else if constexpr (how == Combine::minimum && !is_complex_v<T>)
    return math::min_nan(x, y);
  else if constexpr (how == Combine::maximum && !is_complex_v<T>)
    return math::max_nan(x, y);
  else
    return x + y;
}

template <Combine how, class S>
void run_scatter_as(const Scatter& s) {
  using W = std::conditional_t<std::is_same_v<S, Half> || std::is_same_v<S, BFloat16>, float,
                               std::conditional_t<std::is_same_v<S, ComplexHalf>, Complex<float>, S>>;
  constexpr bool kHalf = !std::is_same_v<W, S>;
  const Places places(s.index);
  const IndexedLines lines(s.index, s.dim);
  const int64_t limit = size_at(s.out, s.dim), out_step = stride_in_bytes(s.out, s.dim),
                src_step = s.src ? stride_in_bytes(*s.src, s.dim) : 0;
  const S number = convert_to<S>(scalar_as<Complex<double>>(s.value));
  parallel_for(0, lines.count, std::max<int64_t>(1, 32768 / lines.length), [&](int64_t begin, int64_t end) {
    const bool counting = how == Combine::mean || !s.include_self;
    // Half floats accumulate in float, and means count: both need a line beside the output.
    Scratch<int64_t> counts(counting ? limit : 0);
    Scratch<W> wide(kHalf ? limit : 0);
    for (int64_t i = begin; i < end; ++i) {
      char* to = s.out.ptr<char>() + lines.offset(s.out, i);
      const char* from = s.src ? s.src->ptr<char>() + lines.offset(*s.src, i) : reinterpret_cast<const char*>(&number);
      const int64_t* p = places.data() + lines.first(i);
      if (counting) std::fill_n(counts.data(), limit, s.include_self ? 1 : 0);
      if constexpr (kHalf) {
        for (int64_t j = 0; j < limit; ++j) wide[j] = convert_to<W>(*reinterpret_cast<const S*>(to + j * out_step));
      }
      for (int64_t j = 0; j < lines.length; ++j) {
        const int64_t at = checked(p[j * lines.index_stride], limit, s.dim);
        const W y = convert_to<W>(*reinterpret_cast<const S*>(from + j * src_step));
        const bool replaces = counting && counts[at]++ == 0;
        if constexpr (kHalf) {
          wide[at] = replaces ? y : combined<how>(wide[at], y);
        } else {
          auto& x = *reinterpret_cast<S*>(to + at * out_step);
          if constexpr (std::is_same_v<S, bool>) {
            x = replaces || how == Combine::assign                    ? y
                : how == Combine::multiply || how == Combine::minimum ? x & y
                                                                      : x | y;
          } else {
            x = replaces ? y : static_cast<S>(combined<how>(x, y));
          }
        }
      }
      for (int64_t j = 0; j < limit && (kHalf || how == Combine::mean); ++j) {
        auto& x = *reinterpret_cast<S*>(to + j * out_step);
        W v;
        if constexpr (kHalf)
          v = wide[j];
        else
          v = x;
        if constexpr (how == Combine::mean) {
          const int64_t n = std::max<int64_t>(counts[j], 1);
          if constexpr (std::is_integral_v<W>) {
            // Rounded down.
            const auto total = static_cast<int64_t>(v);
            v = static_cast<W>(total / n - (total % n != 0 && total < 0 ? 1 : 0));
          } else {
            v = v / W(static_cast<real_t<W>>(n));
          }
        }
        x = convert_to<S>(v);
      }
    }
  });
}

template <Combine how>
void run_scatter(const Scatter& s) {
  if (s.index.numel() == 0) return;
  switch (s.out.dtype()) {
#define FLB_SCATTER(type, name) \
  case DType::name:             \
    return run_scatter_as<how, type>(s);
    // clang-format off
    FLB_SCATTER(uint8_t, uint8)
    FLB_SCATTER(int8_t, int8)
    FLB_SCATTER(int16_t, int16)
    FLB_SCATTER(int32_t, int32)
    FLB_SCATTER(int64_t, int64)
    FLB_SCATTER(Half, float16)
    FLB_SCATTER(BFloat16, bfloat16)
    FLB_SCATTER(float, float32)
    FLB_SCATTER(double, float64)
    FLB_SCATTER(Complex<float>, complex64)
    FLB_SCATTER(Complex<double>, complex128)
    FLB_SCATTER(bool, boolean)
    // clang-format on
#undef FLB_SCATTER
    default:
      fail(ErrorKind::not_implemented, "\"scatter\" not implemented for '", scalar_type_name(s.out.dtype()), "'");
  }
}

}  // namespace

void run_scatter(const Scatter& s, Combine how) {
  switch (how) {
    case Combine::assign:
      return run_scatter<Combine::assign>(s);
    case Combine::add:
      return run_scatter<Combine::add>(s);
    case Combine::multiply:
      return run_scatter<Combine::multiply>(s);
    case Combine::minimum:
      return run_scatter<Combine::minimum>(s);
    case Combine::maximum:
      return run_scatter<Combine::maximum>(s);
    case Combine::mean:
      return run_scatter<Combine::mean>(s);
  }
}

/// "add" and "multiply" of scatter's reduce=, and the names that scatter_reduce has for the rest.
Combine combine_of(std::string_view name, bool two) {
  if (!two) {
    if (name == "add") return Combine::add;
    if (name == "multiply") return Combine::multiply;
    fail(ErrorKind::runtime, "reduce argument must be either add or multiply.");
  }
  constexpr std::pair<std::string_view, Combine> kNames[] = {{"sum", Combine::add},
                                                             {"prod", Combine::multiply},
                                                             {"mean", Combine::mean},
                                                             {"amax", Combine::maximum},
                                                             {"amin", Combine::minimum}};
  for (const auto& [known, how] : kNames) {
    if (name == known) return how;
  }
  fail(ErrorKind::runtime, "reduce argument must be either sum, prod, mean, amax or amin, got ", name);
}

namespace {

// scatter.src(self, dim, index, src), .value(self, dim, index, value), .reduce and .value_reduce(..., reduce)
Specs infer_scatter(const Call& call) {
  const View &self = call.in(0), &index = call.in(2);
  const int64_t dim = wrap_dim(call.integer(1), self.dim());
  const View* src = call.args[3].kind == ArgKind::tensor ? &call.in(3) : nullptr;
  if (index.numel() != 0) {
    check_index_dtype(index, "scatter");
    check_ranks(self, index, "Index tensor must have the same number of dimensions as self tensor");
    if (src) check_ranks(*src, index, "Index tensor must have the same number of dimensions as src tensor");
    check_shapes(self, dim, index, src);
  }
  FLB_CHECK(!src || src->dtype() == self.dtype(), "scatter(): Expected self.dtype to be equal to src.dtype");
  if (!src) check_fits(call.scalar(3), self);
  return {spec_of(self.dtype(), self.device(), self.sizes())};
}

Scatter prepare(const Call& call) {
  const View &self = call.in(0), &out = call.out();
  if (out.data() != self.data()) copy(out, self);
  const View* src = call.args[3].kind == ArgKind::tensor ? &call.in(3) : nullptr;
  return {out, wrap_dim(call.integer(1), self.dim()), call.in(2), src, src ? Scalar{} : call.scalar(3)};
}
void run_scatter_plain(const Call& call) { run_scatter<Combine::assign>(prepare(call)); }
void run_scatter_add(const Call& call) { run_scatter<Combine::add>(prepare(call)); }
void run_scatter_named(const Call& call) { run_scatter(prepare(call), combine_of(call.string(4), false)); }
// scatter_reduce.two(self, dim, index, src, reduce, *, include_self)
void run_scatter_reduce(const Call& call) {
  Scatter s = prepare(call);
  s.include_self = call.num_args < 6 || !call.has(5) || call.boolean(5);
  run_scatter(s, combine_of(call.string(4), true));
}

}  // namespace

FLB_OP_FLAGS(gather, infer_gather, run_gather, kAlone);
FLB_OP_FLAGS(scatter_src, infer_scatter, run_scatter_plain, kInPlaceSafe | kAlone | kLooksFirst);
FLB_OP_FLAGS(scatter_value, infer_scatter, run_scatter_plain, kInPlaceSafe | kAlone | kLooksFirst);
FLB_OP_FLAGS(scatter_reduce, infer_scatter, run_scatter_named, kInPlaceSafe | kAlone | kLooksFirst);
FLB_OP_FLAGS(scatter_value_reduce, infer_scatter, run_scatter_named, kInPlaceSafe | kAlone | kLooksFirst);
FLB_OP_FLAGS(scatter_add, infer_scatter, run_scatter_add, kInPlaceSafe | kAlone | kLooksFirst);
FLB_OP_FLAGS(scatter_reduce_two, infer_scatter, run_scatter_reduce, kInPlaceSafe | kAlone | kLooksFirst);

}  // namespace flambeau::ops
