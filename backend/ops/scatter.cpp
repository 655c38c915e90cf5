// Reading and writing along one dimension at the places that an index tensor names.

#include <cstring>

#include "backend/copy.h"
#include "backend/index.h"
#include "backend/lines.h"
#include "backend/promotion.h"
#include "kernels/common/math.h"

namespace flambeau::ops {
namespace {

enum class Combine { assign, add, multiply, minimum, maximum, mean };

/// The index as int64, row-major.
class Places {
 public:
  explicit Places(const View& index) : data_(index.numel()) {
    copy(contiguous_view(data_.data(), DType::int64, index.sizes(), strides_), index);
  }
  const int64_t* data() const { return data_.data(); }

 private:
  Scratch<int64_t> data_;
  Dims strides_;
};

void check_index_dtype(const View& index, const char* name) {
  FLB_CHECK(index.dtype() == DType::int64 || index.dtype() == DType::int32, name,
            "(): Expected dtype int32/int64 for index");
}

/// A 0-dim view as one of one dimension of size 1.
int64_t size_at(const View& v, int64_t d) { return v.dim() ? v.size(static_cast<int>(d)) : 1; }
int64_t at_least_1(int64_t dim) { return dim > 0 ? dim : 1; }

void check_ranks(const View& self, const View& other, const char* message) {
  FLB_CHECK(at_least_1(self.dim()) == at_least_1(other.dim()), message);
}

/// `index` fits into `self`, apart from dimension `dim`, and into `src` everywhere.
void check_shapes(const View& self, int64_t dim, const View& index, const View* src) {
  bool fits = at_least_1(self.dim()) == at_least_1(index.dim()),
       fits_src = !src || at_least_1(src->dim()) == at_least_1(index.dim());
  for (int64_t d = 0; fits && d < at_least_1(self.dim()); ++d) {
    fits = fits && (d == dim || size_at(index, d) <= size_at(self, d));
    fits_src = fits_src && (!src || size_at(index, d) <= size_at(*src, d));
  }
  if (src) {
    FLB_CHECK(fits && fits_src, "Expected index ", shape_text(index.sizes()), " to be no larger than self ",
              shape_text(self.sizes()), " apart from dimension ", dim, " and to be no larger size than src ",
              shape_text(src->sizes()));
  } else {
    FLB_CHECK(fits, "Expected index ", shape_text(index.sizes()), " to be no larger than self ",
              shape_text(self.sizes()), " apart from dimension ", dim);
  }
}

/// For each line of `index` along `dim`: f(line of a, stride of a, line of b, stride of b, indices, count, first
/// element of index). Lines of a and b are those at the same coordinates; indices lie densely when the index is
/// row-major and dim is the last one.
struct IndexedLines {
  int64_t dim, count = 1, length, index_stride;
  Dims sizes;
  IndexedLines(const View& index, int64_t d)
      : dim(d), length(size_at(index, d)), sizes(index.sizes().begin(), index.sizes().end()) {
    index_stride = 1;
    for (int64_t i = 0; i < static_cast<int64_t>(sizes.size()); ++i) {
      if (i != dim) count *= sizes[static_cast<size_t>(i)];
      if (i > dim) index_stride *= sizes[static_cast<size_t>(i)];
    }
  }
  /// Offsets of line `i` in bytes, and in elements of a row-major index.
  int64_t offset(const View& v, int64_t i) const {
    int64_t offset = 0;
    for (int64_t d = static_cast<int64_t>(sizes.size()) - 1; d >= 0; --d) {
      if (d == dim) continue;
      offset += i % sizes[static_cast<size_t>(d)] * v.stride(static_cast<int>(d));
      i /= sizes[static_cast<size_t>(d)];
    }
    return offset * static_cast<int64_t>(itemsize(v.dtype()));
  }
  int64_t first(int64_t i) const { return i / index_stride * index_stride * length + i % index_stride; }
};

int64_t checked(int64_t at, int64_t limit, int64_t dim) {
  FLB_CHECK(at >= 0 && at < limit, "index ", at, " is out of bounds for dimension ", dim, " with size ", limit);
  return at;
}
int64_t stride_in_bytes(const View& v, int64_t dim) {
  return v.dim() ? v.stride(static_cast<int>(dim)) * static_cast<int64_t>(itemsize(v.dtype())) : 0;
}

template <class F>
void with_item(size_t size, const F& f) {
  switch (size) {
    case 1:
      return f(uint8_t());
    case 2:
      return f(uint16_t());
    case 4:
      return f(uint32_t());
    case 8:
      return f(uint64_t());
    default:
      return f(Complex<double>());
  }
}

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

/// What a scatter does: `out`, which already holds self, gets src's elements (or a number) at the index's places.
struct Scatter {
  const View& out;
  int64_t dim;
  const View& index;
  const View* src;  ///< null: `value` everywhere
  Scalar value = {};
  bool include_self = true;
};

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
    FLB_SCATTER(uint8_t, uint8)
    FLB_SCATTER(int8_t, int8)
    FLB_SCATTER(int16_t, int16)
    FLB_SCATTER(int32_t, int32) FLB_SCATTER(int64_t, int64) FLB_SCATTER(Half, float16) FLB_SCATTER(BFloat16, bfloat16)
        FLB_SCATTER(float, float32) FLB_SCATTER(double, float64) FLB_SCATTER(Complex<float>, complex64)
            FLB_SCATTER(Complex<double>, complex128) FLB_SCATTER(bool, boolean)
#undef FLB_SCATTER
                default
        : fail(ErrorKind::not_implemented, "\"scatter\" not implemented for '", scalar_type_name(s.out.dtype()), "'");
  }
}

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

void checked_row(int64_t at, int64_t limit) {
  FLB_CHECK_AS(index, at >= 0 && at < limit, "index out of range in self");
}

/// A vector of indices for dimension `dim` alone, as a list of indices.
class OneIndex {
 public:
  OneIndex(const View& index, int64_t dim) : sizes_{index.numel()}, strides_{index.dim() ? index.stride(0) : 1} {
    views_.resize(static_cast<size_t>(dim) + 1);
    View& v = views_.back();
    v = index;
    v.sizes_ = sizes_, v.strides_ = strides_, v.dim_ = 1;
  }
  OneIndex(const OneIndex&) = delete;
  OneIndex& operator=(const OneIndex&) = delete;
  std::span<const View> list() const { return views_; }

 private:
  int64_t sizes_[1], strides_[1];
  absl::InlinedVector<View, 4> views_;
};

// index_add(self, dim, index, source, *, alpha), index_copy, index_reduce(self, dim, index, source, reduce, *,
// include_self): as a scatter whose index is stretched over the source.
Specs infer_index_write(const Call& call) {
  const View &self = call.in(0), &index = call.in(2), &source = call.in(3);
  const int64_t dim = wrap_dim(call.integer(1), self.dim());
  const char* name = call.op->name;
  FLB_CHECK_AS(index, index.dim() <= 1, name, "(): Index is supposed to be a vector, but got dim: ", index.dim(),
               " with type: ", scalar_type_name(index.dtype()), " and size: ", shape_text(index.sizes()));
  FLB_CHECK(index.dtype() == DType::int64 || index.dtype() == DType::int32, name,
            "(): Expected dtype int32/int64 for index but got: ", scalar_type_name(index.dtype()));
  FLB_CHECK(self.dtype() == source.dtype(), name,
            "(): self and source expected to have the same dtype, but got (self) ", scalar_type_name(self.dtype()),
            " and (source) ", scalar_type_name(source.dtype()));
  FLB_CHECK(index.numel() == size_at(source, dim), name, "(): Number of indices (", index.numel(),
            ") should be equal to source.size(dim): (", size_at(source, dim), "), for dim: ", dim);
  bool fits = at_least_1(self.dim()) == at_least_1(source.dim());
  for (int64_t d = 0; fits && d < self.dim(); ++d) fits = d == dim || size_at(self, d) == size_at(source, d);
  FLB_CHECK(fits,
            "source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = ",
            shape_text(self.sizes()), " source.shape = ", shape_text(source.sizes()));
  return {spec_of(self.dtype(), self.device(), self.sizes())};
}

void run_index_write(const Call& call, const View& source, Combine how, bool include_self) {
  const View &self = call.in(0), &index = call.in(2), &out = call.out();
  if (out.data() != self.data()) copy(out, self);
  const int64_t dim = wrap_dim(call.integer(1), self.dim());
  if (self.dim() > 0 && include_self && (how == Combine::add || how == Combine::assign)) {
    const Places places(index);
    for (int64_t i = 0; i < index.numel(); ++i) checked_row(places.data()[i], size_at(self, dim));
    const OneIndex indices(index, dim);
    return index_write(out, indices.list(), source, how == Combine::add);
  }
  Dims strides(source.sizes().size(), 0);
  if (!strides.empty()) strides[static_cast<size_t>(dim)] = index.dim() ? index.stride(0) : 0;
  View stretched = index;
  stretched.sizes_ = source.sizes_, stretched.strides_ = strides.data(), stretched.dim_ = source.dim_,
  stretched.numel_ = source.numel_;
  run_scatter({out, dim, stretched, &source, {}, include_self}, how);
}
void run_index_copy(const Call& call) { run_index_write(call, call.in(3), Combine::assign, true); }
void run_index_add(const Call& call) {
  const View& source = call.in(3);
  const Scalar one = Scalar::of(int64_t{1}), alpha = call.has(4) ? call.scalar(4) : one;
  if (alpha.as_complex() == 1.0 || source.numel() == 0) return run_index_write(call, source, Combine::add, true);
  Scratch<char> scaled(source.numel() * static_cast<int64_t>(itemsize(source.dtype())));
  Dims strides;
  const View dense = contiguous_view(scaled.data(), source.dtype(), source.sizes(), strides);
  with_wide_type(source.dtype(), [&]<class T>(T) {
    Scratch<T> wide(source.numel());
    Dims wide_strides;
    const View w = contiguous_view(wide.data(), dtype_of<T>, source.sizes(), wide_strides);
    copy(w, source);
    const T factor = scalar_as<T>(alpha);
    for (int64_t i = 0; i < source.numel(); ++i) wide[i] = wide[i] * factor;
    copy(dense, w);
  });
  run_index_write(call, dense, Combine::add, true);
}
void run_index_reduce(const Call& call) {
  const std::string_view name = call.string(4);
  const bool include_self = call.num_args < 6 || !call.has(5) || call.boolean(5);
  run_index_write(call, call.in(3), combine_of(name, true), include_self);
}

// index_fill.int_Scalar(self, dim, index, value) and .int_Tensor
Specs infer_index_fill(const Call& call) {
  const View &self = call.in(0), &index = call.in(2);
  wrap_dim(call.integer(1), self.dim());
  FLB_CHECK_AS(index, index.dtype() == DType::int64 || index.dtype() == DType::int32,
               "index_fill_(): Expected dtype int64 for index.");
  FLB_CHECK(index.dim() <= 1, "Index has to be a vector/scalar");
  FLB_CHECK(call.args[3].kind != ArgKind::tensor || call.in(3).dim() == 0,
            "index_fill_ only supports a 0-dimensional value tensor, but got tensor with ",
            call.args[3].kind == ArgKind::tensor ? call.in(3).dim() : 0, " dimension(s).");
  return {spec_like(self, self.dtype())};
}
void run_index_fill(const Call& call) {
  const View &self = call.in(0), &index = call.in(2), &out = call.out();
  if (out.data() != self.data()) copy(out, self);
  if (out.numel() == 0) return;
  const int64_t dim = wrap_dim(call.integer(1), self.dim()), limit = size_at(self, dim);
  const Places places(index);
  Dims sizes(out.sizes().begin(), out.sizes().end());
  if (!sizes.empty()) sizes[static_cast<size_t>(dim)] = 1;
  View part = out;
  part.sizes_ = sizes.data(), part.numel_ = out.numel() / limit;
  for (int64_t i = 0; i < index.numel(); ++i) {
    const int64_t at = places.data()[i];
    FLB_CHECK_AS(index, at >= -limit && at < limit, "index ", at, " is out of bounds for dimension ", dim,
                 " with size ", limit);
    part.data_ = out.ptr<char>() + (at < 0 ? at + limit : at) * stride_in_bytes(out, dim);
    if (call.args[3].kind == ArgKind::tensor)
      copy(part, call.in(3));
    else
      fill(part, call.scalar(3));
  }
}

// index_select(self, dim, index)
Specs infer_index_select(const Call& call) {
  const View &self = call.in(0), &index = call.in(2);
  const int64_t dim = wrap_dim(call.integer(1), self.dim());
  FLB_CHECK_AS(index, index.dim() <= 1, "index_select(): Index is supposed to be a vector");
  FLB_CHECK(index.dtype() == DType::int64 || index.dtype() == DType::int32,
            "index_select(): Expected dtype int32 or int64 for index");
  FLB_CHECK(self.dim() > 0 || index.numel() == 1, "index_select(): Index to scalar can have only 1 value, got ",
            index.numel(), " value(s)");
  Spec spec = spec_of(self.dtype(), self.device(), self.sizes());
  if (self.dim()) spec.sizes[static_cast<size_t>(dim)] = index.numel();
  return {spec};
}

/// Rows of `from` along dimension `dim`, in the order of `places`, into `to`.
void select_rows(const View& to, const View& from, int64_t dim, std::span<const int64_t> places) {
  const int64_t limit = size_at(from, dim);
  for (int64_t at : places) FLB_CHECK_AS(index, at >= 0 && at < limit, "index out of range in self");
  if (to.numel() == 0) return;
  Dims sizes(to.sizes().begin(), to.sizes().end());
  if (!sizes.empty()) sizes[static_cast<size_t>(dim)] = 1;
  View target = to, source = from;
  target.sizes_ = source.sizes_ = sizes.data();
  target.numel_ = source.numel_ = to.numel() / static_cast<int64_t>(places.size());
  const bool dense = target.is_contiguous() && source.is_contiguous();
  const size_t bytes = static_cast<size_t>(target.numel_) * itemsize(to.dtype());
  const int64_t to_step = stride_in_bytes(to, dim), from_step = stride_in_bytes(from, dim);
  parallel_for(0, static_cast<int64_t>(places.size()), std::max<int64_t>(1, 32768 / target.numel_),
               [&](int64_t begin, int64_t end) {
                 for (int64_t i = begin; i < end; ++i) {
                   View t = target, s = source;
                   t.data_ = to.ptr<char>() + i * to_step;
                   s.data_ = from.ptr<char>() + places[static_cast<size_t>(i)] * from_step;
                   if (dense)
                     std::memcpy(t.data_, s.data_, bytes);
                   else
                     copy(t, s);
                 }
               });
}
void run_index_select(const Call& call) {
  const View &self = call.in(0), &index = call.in(2), &out = call.out();
  const int64_t dim = wrap_dim(call.integer(1), self.dim());
  const Places places(index);
  const std::span<const int64_t> at(places.data(), static_cast<size_t>(index.numel()));
  if (self.dim() == 0 || dim == 0) return select_rows(out, self, dim, at);
  for (int64_t i : at) checked_row(i, size_at(self, dim));
  index_read(out, self, OneIndex(index, dim).list());
}

// take(self, index) and put(self, index, source, accumulate): self as if flattened.
Specs infer_take(const Call& call) {
  const View &self = call.in(0), &index = call.in(1);
  FLB_CHECK(index.dtype() == DType::int64, "take(): Expected a long tensor for index, but got ",
            scalar_type_name(index.dtype()));
  FLB_CHECK_AS(index, self.numel() != 0 || index.numel() == 0, "take(): tried to take from an empty tensor");
  return {spec_of(self.dtype(), self.device(), index.sizes())};
}
int64_t flat(int64_t at, int64_t n) {
  FLB_CHECK_AS(index, at >= -n && at < n, "out of range: tried to access index ", at, " on a tensor of ", n,
               " elements.");
  return at < 0 ? at + n : at;
}
void run_take(const Call& call) {
  const View &self = call.in(0), &index = call.in(1), &out = call.out();
  const Places places(index);
  const auto size = static_cast<int64_t>(itemsize(self.dtype()));
  Scratch<char> from(self.numel() * size), to(index.numel() * size);
  Dims strides;
  copy(contiguous_view(from.data(), self.dtype(), self.sizes(), strides), self);
  with_item(static_cast<size_t>(size), [&]<class T>(T) {
    for (int64_t i = 0; i < index.numel(); ++i) {
      reinterpret_cast<T*>(to.data())[i] =
          reinterpret_cast<const T*>(from.data())[flat(places.data()[i], self.numel())];
    }
  });
  copy(out, contiguous_view(to.data(), self.dtype(), index.sizes(), strides));
}
Specs infer_put(const Call& call) {
  const View &self = call.in(0), &index = call.in(1), &source = call.in(2);
  FLB_CHECK(index.dtype() == DType::int64, "put_(): Expected a long tensor for index, but got ",
            scalar_type_name(index.dtype()));
  FLB_CHECK(self.dtype() == source.dtype(),
            "put_(): self and source expected to have the same dtype, but got self.dtype = ",
            scalar_type_name(self.dtype()), " and source.dtype = ", scalar_type_name(source.dtype()));
  FLB_CHECK(index.numel() == source.numel(),
            "put_(): Expected source and index to have the same number of elements, but got source.numel() = ",
            source.numel(), ", index.numel() = ", index.numel());
  return {spec_like(self, self.dtype())};
}
void run_put(const Call& call) {
  const View &self = call.in(0), &index = call.in(1), &source = call.in(2), &out = call.out();
  const Places places(index);
  const auto size = static_cast<int64_t>(itemsize(self.dtype()));
  const int64_t n = self.numel(), flat_sizes[] = {n}, source_sizes[] = {source.numel()};
  Scratch<char> to(n * size), from(source.numel() * size);
  Scratch<int64_t> wrapped(index.numel());
  for (int64_t i = 0; i < index.numel(); ++i) wrapped[i] = flat(places.data()[i], n);
  Dims strides, flat_strides, source_strides;
  const View shaped = contiguous_view(to.data(), self.dtype(), self.sizes(), strides);
  copy(shaped, self);
  copy(contiguous_view(from.data(), self.dtype(), source.sizes(), source_strides), source);
  const View target = contiguous_view(to.data(), self.dtype(), flat_sizes, flat_strides);
  const View values = contiguous_view(from.data(), self.dtype(), source_sizes, source_strides);
  const View where = contiguous_view(wrapped.data(), DType::int64, source_sizes, source_strides);
  run_scatter({target, 0, where, &values}, call.boolean(3) ? Combine::add : Combine::assign);
  copy(out, shaped);
}

// embedding(weight, indices, padding_idx, scale_grad_by_freq, sparse)
Specs infer_embedding(const Call& call) {
  const View &weight = call.in(0), &indices = call.in(1);
  FLB_CHECK(weight.dim() == 2, "'weight' must be 2-D");
  FLB_CHECK(indices.dtype() == DType::int64 || indices.dtype() == DType::int32,
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got ",
            scalar_type_name(indices.dtype()), " instead (while checking arguments for embedding)");
  Spec spec = spec_of(weight.dtype(), weight.device(), indices.sizes());
  spec.sizes.push_back(weight.size(1));
  return {spec};
}
void run_embedding(const Call& call) {
  const View &weight = call.in(0), &indices = call.in(1), &out = call.out();
  const Places places(indices);
  const int64_t n = indices.numel(), sizes[] = {n, weight.size(1)};
  const std::span<const int64_t> at(places.data(), static_cast<size_t>(n));
  Dims strides;
  if (out.is_contiguous()) return select_rows(contiguous_view(out.data(), out.dtype(), sizes, strides), weight, 0, at);
  Scratch<char> rows(out.numel() * static_cast<int64_t>(itemsize(out.dtype())));
  select_rows(contiguous_view(rows.data(), out.dtype(), sizes, strides), weight, 0, at);
  copy(out, contiguous_view(rows.data(), out.dtype(), out.sizes(), strides));
}

// embedding_dense_backward(grad_output, indices, num_weights, padding_idx, scale_grad_by_freq)
Specs infer_embedding_backward(const Call& call) {
  const View &grad = call.in(0), &indices = call.in(1);
  FLB_CHECK_AS(index, grad.dim() > 0, "Dimension out of range (expected to be in range of [-1, 0], but got -1)");
  FLB_CHECK(grad.numel() == indices.numel() * grad.size(-1), "grad_output of shape ", shape_text(grad.sizes()),
            " does not fit indices of shape ", shape_text(indices.sizes()));
  const int64_t sizes[] = {call.integer(2), grad.size(-1)};
  return {spec_of(grad.dtype(), grad.device(), sizes)};
}
void run_embedding_backward(const Call& call) {
  const View &grad = call.in(0), &indices = call.in(1), &out = call.out();
  const int64_t n = indices.numel(), rows = out.size(0), width = out.size(1), padding = call.integer(3);
  const Places places(indices);
  Scratch<int64_t> uses(rows);
  std::fill_n(uses.data(), rows, 0);
  for (int64_t i = 0; i < n; ++i) {
    const int64_t at = places.data()[i];
    FLB_CHECK_AS(index, at >= 0 && at < rows, "index out of range in self");
    ++uses[at];
  }
  with_wide_type(out.dtype(), [&]<class T>(T) {
    // In place where the types allow; else in arrays of the type that sums are computed in.
    const bool direct_out = out.dtype() == dtype_of<T> && out.is_contiguous(),
               direct_grad = grad.dtype() == dtype_of<T> && grad.is_contiguous();
    Scratch<T> sums(direct_out ? 0 : rows * width), dense(direct_grad ? 0 : n * width);
    T* to = direct_out ? out.ptr<T>() : sums.data();
    std::fill_n(to, rows * width, T(0));
    Dims strides;
    if (!direct_grad) copy(contiguous_view(dense.data(), dtype_of<T>, grad.sizes(), strides), grad);
    const T* from = direct_grad ? grad.ptr<T>() : dense.data();
    parallel_for(0, width, std::max<int64_t>(16, 32768 / std::max<int64_t>(n, 1)), [&](int64_t begin, int64_t end) {
      for (int64_t i = 0; i < n; ++i) {
        const int64_t at = places.data()[i];
        if (at == padding) continue;
        const T scale = call.boolean(4) ? T(1) / T(static_cast<real_t<T>>(uses[at])) : T(1);
        for (int64_t j = begin; j < end; ++j) to[at * width + j] = to[at * width + j] + from[i * width + j] * scale;
      }
    });
    if (!direct_out) copy(out, contiguous_view(to, dtype_of<T>, out.sizes(), strides));
  });
}

}  // namespace

FLB_OP(gather, infer_gather, run_gather);
FLB_OP_FLAGS(scatter_src, infer_scatter, run_scatter_plain, kInPlaceSafe);
FLB_OP_FLAGS(scatter_value, infer_scatter, run_scatter_plain, kInPlaceSafe);
FLB_OP_FLAGS(scatter_reduce, infer_scatter, run_scatter_named, kInPlaceSafe);
FLB_OP_FLAGS(scatter_value_reduce, infer_scatter, run_scatter_named, kInPlaceSafe);
FLB_OP_FLAGS(scatter_add, infer_scatter, run_scatter_add, kInPlaceSafe);
FLB_OP_FLAGS(scatter_reduce_two, infer_scatter, run_scatter_reduce, kInPlaceSafe);
FLB_OP_FLAGS(index_add, infer_index_write, run_index_add, kInPlaceSafe);
FLB_OP_FLAGS(index_copy, infer_index_write, run_index_copy, kInPlaceSafe);
FLB_OP_FLAGS(index_reduce, infer_index_write, run_index_reduce, kInPlaceSafe);
FLB_OP_FLAGS(index_fill_int_Scalar, infer_index_fill, run_index_fill, kInPlaceSafe);
FLB_OP_FLAGS(index_fill_int_Tensor, infer_index_fill, run_index_fill, kInPlaceSafe);
FLB_OP(index_select, infer_index_select, run_index_select);
FLB_OP(take, infer_take, run_take);
FLB_OP_FLAGS(put, infer_put, run_put, kInPlaceSafe);
FLB_OP(embedding, infer_embedding, run_embedding);
FLB_OP(embedding_dense_backward, infer_embedding_backward, run_embedding_backward);

}  // namespace flambeau::ops
