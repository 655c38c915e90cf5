// Writing and selecting whole slices at the places of a vector of indices.

#include "backend/index.h"
#include "backend/ops/scatter.h"
#include "backend/overlap.h"

namespace flambeau::ops {
namespace {

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
  check_fits(alpha, source);
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
  if (call.args[3].kind == ArgKind::scalar) {
    FLB_CHECK(is_complex(self.dtype()) || !call.scalar(3).is_complex(),
              "index_fill_(): Converting complex Scalar to non-complex type is not supported");
    check_fits(call.scalar(3), self);
  }
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

}  // namespace

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

namespace {

void run_index_select(const Call& call) {
  const View &self = call.in(0), &index = call.in(2), &out = call.out();
  const int64_t dim = wrap_dim(call.integer(1), self.dim());
  const Places places(index);
  const std::span<const int64_t> at(places.data(), static_cast<size_t>(index.numel()));
  if (self.dim() == 0 || dim == 0) return select_rows(out, self, dim, at);
  for (int64_t i : at) checked_row(i, size_at(self, dim));
  index_read(out, self, OneIndex(index, dim).list());
}

}  // namespace

FLB_OP_FLAGS(index_add, infer_index_write, run_index_add, kInPlaceSafe | kAlone);
FLB_OP_FLAGS(index_copy, infer_index_write, run_index_copy, kInPlaceSafe | kAlone);
FLB_OP_FLAGS(index_reduce, infer_index_write, run_index_reduce, kInPlaceSafe | kAlone);
FLB_OP_FLAGS(index_fill_int_Scalar, infer_index_fill, run_index_fill, kInPlaceSafe | kAlone | kMayOverlap);
FLB_OP_FLAGS(index_fill_int_Tensor, infer_index_fill, run_index_fill, kInPlaceSafe | kAlone | kMayOverlap);
FLB_OP_FLAGS(index_select, infer_index_select, run_index_select, kAlone | kLooksFirst);

}  // namespace flambeau::ops
