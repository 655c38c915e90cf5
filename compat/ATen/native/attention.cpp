// Scaled dot-product attention. Vaswani et al., arXiv:1706.03762, equation 1.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/native/composite.h>

#include <cmath>
#include <limits>

namespace at::native {
namespace {

double scale_of(const Tensor& query, std::optional<double> scale) {
  return scale.value_or(1.0 / std::sqrt(static_cast<double>(query.size(-1))));
}

/// A boolean mask as one to be added: 0 where attention is allowed, -inf elsewhere.
std::optional<Tensor> additive(const std::optional<Tensor>& mask, const Tensor& query) {
  if (!mask || !mask->defined()) return std::nullopt;
  if (mask->scalar_type() != kBool) return mask;
  const Tensor zero = at::zeros({}, query.options()),
               away = at::full({}, -std::numeric_limits<double>::infinity(), query.options());
  return at::where(*mask, zero, away);
}

/// Heads of key and value shared by groups of query heads.
Tensor shared_heads(const Tensor& t, const Tensor& query) {
  const int64_t heads = query.size(-3), own = t.size(-3);
  TORCH_CHECK(own > 0 && heads % own == 0, "Number of heads in key and value must divide the number of heads in query");
  return own == heads ? t : t.repeat_interleave(heads / own, -3);
}

void check_inputs(const Tensor& query, const Tensor& key, const Tensor& value) {
  TORCH_CHECK(query.dtype() == key.dtype() && query.dtype() == value.dtype(),
              "Expected query, key, and value to have the same dtype, but got query.dtype: ", query.dtype(),
              " key.dtype: ", key.dtype(), " and value.dtype: ", value.dtype(), " instead.");
  TORCH_CHECK(query.dim() >= 2 && key.dim() >= 2 && value.dim() >= 2,
              "Expected query, key, and value to all be  at least 2 dimensional, but got query.dim: ", query.dim(),
              " key.dim: ", key.dim(), " and value.dim: ", value.dim(), " instead.");
}

}  // namespace

FLB_COMPOSITE(_scaled_dot_product_attention_math)
std::tuple<Tensor, Tensor> _scaled_dot_product_attention_math(const Tensor& query, const Tensor& key,
                                                              const Tensor& value,
                                                              const std::optional<Tensor>& attn_mask, double dropout_p,
                                                              bool is_causal, const std::optional<Tensor>& dropout_mask,
                                                              std::optional<double> scale, bool enable_gqa) {
  std::optional<Tensor> mask = additive(attn_mask, query);
  if (is_causal) {
    TORCH_CHECK(!mask, "_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True");
    const Tensor allowed = at::ones({query.size(-2), key.size(-2)}, query.options().dtype(kBool)).tril();
    mask = additive(allowed, query);
  }
  const Tensor k = enable_gqa ? shared_heads(key, query) : key, v = enable_gqa ? shared_heads(value, query) : value;
  // The root of the scale on both sides keeps the product in range.
  const double root = std::sqrt(std::abs(scale_of(query, scale)));
  const double sign = scale_of(query, scale) < 0 ? -1 : 1;
  Tensor weights = at::matmul(query * (root * sign), k.transpose(-2, -1) * root);
  if (mask) weights = weights + *mask;
  weights = at::_safe_softmax(weights, -1);
  if (dropout_p > 0 && dropout_mask && dropout_mask->defined()) {
    return {at::matmul(weights.masked_fill(dropout_mask->logical_not(), 0.0), v * (1 / (1 - dropout_p))), weights};
  }
  if (dropout_p > 0) weights = at::dropout(weights, dropout_p, true);
  return {at::matmul(weights, v), weights};
}

FLB_COMPOSITE(scaled_dot_product_attention)
Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                                    const std::optional<Tensor>& attn_mask, double dropout_p, bool is_causal,
                                    std::optional<double> scale, bool enable_gqa) {
  check_inputs(query, key, value);
  return std::get<0>(at::_scaled_dot_product_attention_math(query, key, value, attn_mask, dropout_p, is_causal,
                                                            std::nullopt, scale, enable_gqa));
}

}  // namespace at::native
