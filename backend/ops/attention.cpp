// Scaled dot product attention, softmax(scale Q K^T + mask) V, a block of queries at a time.
// Dao et al., arXiv:2205.14135; here a block's scores are whole rows, so its softmax needs no rescaling.

#include <cmath>
#include <limits>

#include "backend/dense.h"
#include "backend/op.h"
#include "backend/promotion.h"
#include "kernels/common/threads.h"
#include "kernels/cpu/gemm.h"
#include "kernels/cpu/rows.h"

namespace flambeau::ops {
namespace {

constexpr int64_t kQueries = 64;  ///< per block

struct Shape {
  int64_t batch, heads, key_heads, queries, keys, width;
  double scale;
  bool causal;
};

void check(const View& q, const View& k, const View& v, double dropout) {
  const char* name = "scaled_dot_product_attention_flash_attention: ";
  FLB_CHECK(is_floating(q.dtype()) && !is_float8(q.dtype()), name,
            "Expected data type in FP32, FP64, BF16, FP16, but got ", scalar_type_name(q.dtype()), " instead.");
  FLB_CHECK(q.dim() == 4 && k.dim() == 4 && v.dim() == 4, name, "Accept only 4 dims inputs shape of {B, H, T, K}");
  FLB_CHECK(dropout == 0, name, "Currently do not support dropout > 0");
  FLB_CHECK(q.size(3) == v.size(3) && k.size(3) == v.size(3), name, "Q/K/V should have the same head size");
  FLB_CHECK(k.dtype() == q.dtype() && v.dtype() == q.dtype() && k.size(0) == q.size(0) && v.size(0) == q.size(0) &&
                k.size(1) == v.size(1) && k.size(2) == v.size(2) &&
                (k.size(1) == q.size(1) || (k.size(1) > 0 && q.size(1) % k.size(1) == 0)),
            name, "Q/K/V should have the same dtype, batch size and number of heads, got ", shape_text(q.sizes()), ", ",
            shape_text(k.sizes()), " and ", shape_text(v.sizes()));
}

Shape shape_of(const View& q, const View& k, const Call& call, int scale, bool causal) {
  return {q.size(0),
          q.size(1),
          k.size(1),
          q.size(2),
          k.size(2),
          q.size(3),
          call.has(scale) ? call.real(scale) : 1 / std::sqrt(static_cast<double>(q.size(3))),
          causal};
}

/// A mask added to the scores, expanded to [batch, heads, queries, keys].
template <class T>
class Mask {
 public:
  Mask(const Call& call, int position, const Shape& s) {
    if (!call.has(position)) return;
    const View& view = call.in(position);
    const int64_t full[] = {s.batch, s.heads, s.queries, s.keys};
    boolean_ = view.dtype() == DType::boolean;
    values_.emplace(view, Layout::any);
    FLB_CHECK(view.dim() <= 4, "the attention mask has too many dimensions: ", view.dim());
    for (int d = 0; d < view.dim(); ++d) {
      const int at = 4 - view.dim() + d;
      FLB_CHECK(view.size(d) == full[at] || view.size(d) == 1, "the attention mask's shape ", shape_text(view.sizes()),
                " does not expand to ", shape_text(full));
      step_[at] = view.size(d) == 1 ? 0 : values_->stride(d);
    }
  }
  void add(T* row, int64_t b, int64_t h, int64_t q, int64_t keys) const {
    if (!values_) return;
    const T* from = values_->data() + b * step_[0] + h * step_[1] + q * step_[2];
    for (int64_t k = 0; k < keys; ++k) {
      const T m = from[k * step_[3]];
      row[k] = boolean_ ? (m != 0 ? row[k] : -std::numeric_limits<T>::infinity()) : row[k] + m;
    }
  }

 private:
  std::optional<Typed<T>> values_;
  int64_t step_[4] = {};
  bool boolean_ = false;
};

/// One head of an array [batch, heads, rows, width].
template <class T, class Array>
cpu::Matrix<const T> head(const Array& x, int64_t b, int64_t h, int64_t row) {
  return {x.data() + b * x.stride(0) + h * x.stride(1) + row * x.stride(2), {x.stride(2)}, {x.stride(3)}};
}
template <class T>
cpu::Matrix<T> head_out(const TypedOut<T>& x, int64_t b, int64_t h, int64_t row) {
  return {x.data() + b * x.stride(0) + h * x.stride(1) + row * x.stride(2), {x.stride(2)}, {x.stride(3)}};
}
template <class T>
cpu::Matrix<const T> reading(const cpu::Matrix<T>& m) {
  return {m.data, m.row, m.col};
}
template <class T>
cpu::Matrix<T> dense(T* data, int64_t cols) {
  return {data, {cols}, {1}};
}

/// scale Q K^T + mask for the queries [first, first + count).
template <class T>
void scores(const Shape& s, const Typed<T>& q, const Typed<T>& k, const Mask<T>& mask, int64_t b, int64_t h,
            int64_t first, int64_t count, T* to) {
  cpu::gemm<T>({.m = count,
                .n = s.keys,
                .k = s.width,
                .a = head<T>(q, b, h, first),
                .b = head<T>(k, b, h * s.key_heads / s.heads, 0).transposed(),
                .c = dense(to, s.keys),
                .d = {},
                .alpha = static_cast<T>(s.scale)});
  for (int64_t i = 0; i < count; ++i) {
    mask.add(to + i * s.keys, b, h, first + i, s.keys);
    if (s.causal)
      std::fill(to + i * s.keys + std::min(s.keys, first + i + 1), to + (i + 1) * s.keys,
                -std::numeric_limits<T>::infinity());
  }
}

// query, key, value, dropout_p, is_causal, attn_mask, scale -> output, logsumexp [batch, heads, queries]
Specs infer(const Call& call) {
  const View& q = call.in(0);
  check(q, call.in(1), call.in(2), call.real(3));
  const View* const like[] = {&q};
  Spec out = spec_like(q, q.sizes());
  out.strides = output_strides(q.sizes(), like);
  Spec sums = spec_like(q, {q.size(0), q.size(1), q.size(2)});
  sums.strides = {q.size(1) * q.size(2), 1, q.size(1)};
  sums.dtype = q.dtype() == DType::float64 ? DType::float64 : DType::float32;
  return {out, sums};
}

template <class T>
void forward(const Call& call) {
  const Shape s = shape_of(call.in(0), call.in(1), call, 6, call.boolean(4));
  const Typed<T> q(call.in(0), Layout::any), k(call.in(1), Layout::any), v(call.in(2), Layout::any);
  const Mask<T> mask(call, 5, s);
  const TypedOut<T> out(call.out(0), Layout::any), sums(call.out(1), Layout::any);
  const cpu::RowKernels<T>& rows = cpu::row_kernels<T>();
  const int64_t blocks = (s.queries + kQueries - 1) / kQueries;
  parallel_for(0, s.batch * s.heads * blocks, 1, [&](int64_t begin, int64_t end) {
    Scratch<T> score(kQueries * std::max<int64_t>(1, s.keys)), weight(kQueries * std::max<int64_t>(1, s.keys));
    for (int64_t task = begin; task < end; ++task) {
      const int64_t first = task % blocks * kQueries, count = std::min(kQueries, s.queries - first);
      const int64_t h = task / blocks % s.heads, b = task / blocks / s.heads;
      scores(s, q, k, mask, b, h, first, count, score.data());
      for (int64_t i = 0; i < count; ++i) {
        const T* row = score.data() + i * s.keys;
        T* to = weight.data() + i * s.keys;
        const T* most = std::max_element(row, row + s.keys);
        const bool nothing = s.keys == 0 || *most == -std::numeric_limits<T>::infinity();
        T& sum = sums.data()[b * sums.stride(0) + h * sums.stride(1) + (first + i) * sums.stride(2)];
        if (nothing) {
          std::fill_n(to, s.keys, T(0));
          sum = T(0);
          continue;
        }
        rows.softmax(row, to, s.keys, false);
        sum = *most - std::log(to[most - row]);
      }
      cpu::gemm<T>({.m = count,
                    .n = s.width,
                    .k = s.keys,
                    .a = reading(dense(weight.data(), s.keys)),
                    .b = head<T>(v, b, h * s.key_heads / s.heads, 0),
                    .c = head_out(out, b, h, first),
                    .d = {}});
    }
  });
  out.store();
  sums.store();
}
void run(const Call& call) {
  for_floating(call.in(0).dtype(), "flash_attention", [&]<class T>() { forward<T>(call); });
}

// grad_out, query, key, value, out, logsumexp, dropout_p, is_causal, attn_mask, scale
Specs infer_backward(const Call& call) {
  const View &grad = call.in(0), &q = call.in(1), &k = call.in(2), &v = call.in(3);
  check(q, k, v, call.real(6));
  FLB_CHECK(std::ranges::equal(grad.sizes(), q.sizes()) && std::ranges::equal(call.in(4).sizes(), q.sizes()) &&
                k.size(1) == q.size(1),
            "scaled_dot_product_attention_flash_attention: unexpected shapes in the gradient");
  Specs specs;
  for (const View* x : {&q, &k, &v}) {
    Spec spec = spec_like(*x, x->sizes());
    const int64_t heads = x->size(1), length = x->size(2), width = x->size(3);
    spec.strides = {length * heads * width, width, heads * width, 1};
    specs.push_back(spec);
  }
  return specs;
}

template <class T>
void backward(const Call& call) {
  const Shape s = shape_of(call.in(1), call.in(2), call, 9, call.boolean(7));
  const Typed<T> grad(call.in(0), Layout::any), q(call.in(1), Layout::any), k(call.in(2), Layout::any),
      v(call.in(3), Layout::any), out(call.in(4), Layout::any), sums(call.in(5), Layout::any);
  const Mask<T> mask(call, 8, s);
  const TypedOut<T> to_q(call.out(0), Layout::any), to_k(call.out(1), Layout::any), to_v(call.out(2), Layout::any);
  const T scale = static_cast<T>(s.scale);
  parallel_for(0, s.batch * s.heads, 1, [&](int64_t begin, int64_t end) {
    Scratch<T> score(kQueries * std::max<int64_t>(1, s.keys)), by_weight(kQueries * std::max<int64_t>(1, s.keys));
    for (int64_t task = begin; task < end; ++task) {
      const int64_t b = task / s.heads, h = task % s.heads;
      for (int64_t first = 0; first < std::max<int64_t>(1, s.queries); first += kQueries) {
        const int64_t count = std::max<int64_t>(0, std::min(kQueries, s.queries - first));
        const T beta = first ? T(1) : T(0);
        scores(s, q, k, mask, b, h, first, count, score.data());
        for (int64_t i = 0; i < count; ++i) {
          const T sum = sums.data()[b * sums.stride(0) + h * sums.stride(1) + (first + i) * sums.stride(2)];
          for (int64_t j = 0; j < s.keys; ++j) score[i * s.keys + j] = std::exp(score[i * s.keys + j] - sum);
        }
        const auto weights = reading(dense(score.data(), s.keys)), by = reading(dense(by_weight.data(), s.keys));
        const auto g = head<T>(grad, b, h, first);
        const auto add = [&](const TypedOut<T>& to, const cpu::Matrix<const T>& left,
                             const cpu::Matrix<const T>& right) {
          const auto target = head_out(to, b, h, 0);
          cpu::gemm<T>({.m = s.keys,
                        .n = s.width,
                        .k = count,
                        .a = left,
                        .b = right,
                        .c = target,
                        .d = reading(target),
                        .beta = beta});
        };
        add(to_v, weights.transposed(), g);
        cpu::gemm<T>({.m = count,
                      .n = s.keys,
                      .k = s.width,
                      .a = g,
                      .b = head<T>(v, b, h, 0).transposed(),
                      .c = dense(by_weight.data(), s.keys),
                      .d = {}});
        for (int64_t i = 0; i < count; ++i) {
          const auto o = head<T>(out, b, h, first);
          T dot = 0;
          for (int64_t w = 0; w < s.width; ++w) dot += g.data[g.row(i) + g.col(w)] * o.data[o.row(i) + o.col(w)];
          for (int64_t j = 0; j < s.keys; ++j)
            by_weight[i * s.keys + j] = score[i * s.keys + j] * (by_weight[i * s.keys + j] - dot) * scale;
        }
        if (count)
          cpu::gemm<T>({.m = count,
                        .n = s.width,
                        .k = s.keys,
                        .a = by,
                        .b = head<T>(k, b, h, 0),
                        .c = head_out(to_q, b, h, first),
                        .d = {}});
        add(to_k, by.transposed(), head<T>(q, b, h, first));
      }
    }
  });
  to_q.store();
  to_k.store();
  to_v.store();
}
void run_backward(const Call& call) {
  for_floating(call.in(0).dtype(), "flash_attention_backward", [&]<class T>() { backward<T>(call); });
}

}  // namespace

FLB_OP(_scaled_dot_product_flash_attention_for_cpu, infer, run);
FLB_OP(_scaled_dot_product_flash_attention_for_cpu_backward, infer_backward, run_backward);

}  // namespace flambeau::ops
