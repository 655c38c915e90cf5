// Elements by their flat index, and rows of an embedding.

#include "backend/ops/scatter.h"
#include "backend/overlap.h"

namespace flambeau::ops {
namespace {

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
            "CPU", scalar_type_name(indices.dtype()), "Type instead (while checking arguments for embedding)");
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

FLB_OP_FLAGS(take, infer_take, run_take, kAlone | kLooksFirst);
FLB_OP_FLAGS(put, infer_put, run_put, kInPlaceSafe | kAlone);
FLB_OP(embedding, infer_embedding, run_embedding);
FLB_OP(embedding_dense_backward, infer_embedding_backward, run_embedding_backward);

}  // namespace flambeau::ops
