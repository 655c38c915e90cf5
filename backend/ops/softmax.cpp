// Softmax and its logarithm along one dimension, with gradients. Rows are in kernels/cpu/rows.h.

#include <limits>

#include "backend/dense.h"
#include "backend/op.h"
#include "kernels/common/threads.h"
#include "kernels/cpu/rows.h"

namespace flambeau::ops {
namespace {

int64_t wrapped(int64_t dim, int dims) {
  const int64_t count = std::max(dims, 1);
  FLB_CHECK_AS(index, dim >= -count && dim < count, "Dimension out of range (expected to be in range of [", -count,
               ", ", count - 1, "], but got ", dim, ")");
  return dim < 0 ? dim + count : dim;
}

template <bool log>
Specs infer_softmax(const Call& call) {
  const View& x = call.in(0);
  wrapped(call.integer(1), x.dim());
  FLB_CHECK(!call.boolean(2), log ? "log_softmax" : "softmax",
            " with half to float conversion is not supported on CPU");
  return {spec_like(x, x.sizes())};
}

/// The array as [outer][length][inner] around the dimension.
struct Split {
  int64_t outer = 1, length = 1, inner = 1;

  Split(const View& v, int64_t dim) {
    for (int d = 0; d < v.dim(); ++d) (d < dim ? outer : d == dim ? length : inner) *= v.size(d);
  }
  /// Calls row(offset) or columns(offset, width) for every slice.
  template <class Row, class Columns>
  void walk(const Row& row, const Columns& columns) const {
    constexpr int64_t kGrain = 16384, kWidth = 256;
    if (inner == 1)
      return parallel_for(0, outer, std::max<int64_t>(1, kGrain / std::max<int64_t>(1, length)),
                          [&](int64_t begin, int64_t end) {
                            for (int64_t i = begin; i < end; ++i) row(i * length);
                          });
    const int64_t pieces = (inner + kWidth - 1) / kWidth;
    parallel_for(0, outer * pieces, std::max<int64_t>(1, kGrain / (length * std::min(inner, kWidth))),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i) {
                     const int64_t column = i % pieces * kWidth;
                     columns(i / pieces * length * inner + column, std::min(kWidth, inner - column));
                   }
                 });
  }
};

template <bool log>
void run_softmax(const Call& call) {
  const View& x = call.in(0);
  const Split split(x, wrapped(call.integer(1), x.dim()));
  const char* name = split.inner == 1 ? (log ? "log_softmax_lastdim_kernel_impl" : "softmax_lastdim_kernel_impl")
                                      : (log ? "log_softmax_kernel_impl" : "softmax_kernel_impl");
  for_floating(x.dtype(), name, [&]<class T>() {
    const cpu::RowKernels<T>& rows = cpu::row_kernels<T>();
    const Typed<T> in(x);
    const TypedOut<T> out(call.out());
    if (out.numel() == 0) return;
    split.walk([&](int64_t at) { rows.softmax(in.data() + at, out.data() + at, split.length, log); },
               [&](int64_t at, int64_t width) {
                 rows.softmax_columns(in.data() + at, out.data() + at, split.length, split.inner, width, log);
               });
    out.store();
  });
}

// grad_output, output, dim, input_dtype
Specs infer_backward(const Call& call) {
  const View& grad = call.in(0);
  wrapped(call.integer(2), grad.dim());
  FLB_CHECK(std::ranges::equal(grad.sizes(), call.in(1).sizes()),
            "grad_output and output must have the same shape, but got ", shape_text(grad.sizes()), " and ",
            shape_text(call.in(1).sizes()));
  Spec spec = spec_like(grad, grad.sizes());
  spec.dtype = static_cast<DType>(call.integer(3));
  return {spec};
}

template <bool log>
void run_backward(const Call& call) {
  const Split split(call.in(0), wrapped(call.integer(2), call.in(0).dim()));
  for_floating(call.in(0).dtype(), "softmax_backward", [&]<class T>() {
    const cpu::RowKernels<T>& rows = cpu::row_kernels<T>();
    const Typed<T> grad(call.in(0)), y(call.in(1));
    const TypedOut<T> out(call.out());
    if (out.numel() == 0) return;
    split.walk(
        [&](int64_t at) { rows.softmax_backward(grad.data() + at, y.data() + at, out.data() + at, split.length, log); },
        [&](int64_t at, int64_t width) {
          rows.softmax_columns_backward(grad.data() + at, y.data() + at, out.data() + at, split.length, split.inner,
                                        width, log);
        });
    out.store();
  });
}

// self, dim, dtype: a row of nothing but -inf gives zeros, not NaN.
Specs infer_safe(const Call& call) {
  const View& x = call.in(0);
  wrapped(call.integer(1), x.dim());
  Spec spec = spec_like(x, x.sizes());
  spec.dtype = static_cast<DType>(call.integer_or(2, static_cast<int64_t>(x.dtype())));
  return {spec};
}

void run_safe(const Call& call) {
  const Split split(call.in(0), wrapped(call.integer(1), call.in(0).dim()));
  for_floating(call.out().dtype(), "softmax_kernel_impl", [&]<class T>() {
    const cpu::RowKernels<T>& rows = cpu::row_kernels<T>();
    const Typed<T> in(call.in(0));
    const TypedOut<T> out(call.out());
    if (out.numel() == 0) return;
    const auto clear = [&](int64_t at) {
      for (int64_t i = 0; i < split.length; ++i)
        if (in[at + i * split.inner] != -std::numeric_limits<T>::infinity()) return;
      for (int64_t i = 0; i < split.length; ++i) out[at + i * split.inner] = T(0);
    };
    split.walk([&](int64_t at) { rows.softmax(in.data() + at, out.data() + at, split.length, false), clear(at); },
               [&](int64_t at, int64_t width) {
                 rows.softmax_columns(in.data() + at, out.data() + at, split.length, split.inner, width, false);
                 for (int64_t c = at; c < at + width; ++c) clear(c);
               });
    out.store();
  });
}

}  // namespace

FLB_OP(_safe_softmax, infer_safe, run_safe);
FLB_OP_FLAGS(_softmax, infer_softmax<false>, run_softmax<false>, kInPlaceSafe);
FLB_OP_FLAGS(_log_softmax, infer_softmax<true>, run_softmax<true>, kInPlaceSafe);
FLB_OP(_softmax_backward_data, infer_backward, run_backward<false>);
FLB_OP(_log_softmax_backward_data, infer_backward, run_backward<true>);

}  // namespace flambeau::ops
