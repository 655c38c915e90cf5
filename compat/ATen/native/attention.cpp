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

/// Whether the kernel that never holds all weights can do it: four dimensions, equal batches, heads and widths.
bool suits_one_pass(const Tensor& query, const Tensor& key, const Tensor& value, const std::optional<Tensor>& mask) {
  if (!query.is_cpu() || !isFloatingType(query.scalar_type()) || query.numel() == 0 || key.numel() == 0) return false;
  for (const Tensor* t : {&query, &key, &value}) {
    if (t->dim() != 4 || t->stride(-1) != 1 || t->size(-1) != query.size(-1)) return false;
    if (t->size(0) != query.size(0) || t->size(1) != query.size(1)) return false;
  }
  if (!mask || !mask->defined()) return true;
  return !mask->requires_grad() && (mask->dim() == 2 || mask->dim() == 4);
}

}  // namespace

FLB_COMPOSITE(_scaled_dot_product_attention_math)
std::tuple<Tensor, Tensor> _scaled_dot_product_attention_math(const Tensor& query, const Tensor& key,
                                                              const Tensor& value,
                                                              const std::optional<Tensor>& attn_mask, double dropout_p,
                                                              bool is_causal, const std::optional<Tensor>& dropout_mask,
                                                              std::optional<double> scale, bool enable_gqa) {
  // Half precision computes in float.
  const ScalarType type = query.scalar_type();
  const bool half = type == kHalf || type == kBFloat16;
  const auto wide = [&](const Tensor& t) { return half ? t.to(kFloat) : t; };
  const Tensor q = wide(query), k = wide(enable_gqa ? shared_heads(key, query) : key),
               v = wide(enable_gqa ? shared_heads(value, query) : value);
  std::optional<Tensor> mask = additive(attn_mask, q);
  if (is_causal) {
    TORCH_CHECK(!mask, "_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True");
    const Tensor allowed = at::ones({q.size(-2), k.size(-2)}, q.options().dtype(kBool)).tril();
    mask = additive(allowed, q);
  }
  // The root of the scale on both sides keeps the product in range.
  const double root = std::sqrt(std::abs(scale_of(query, scale)));
  const double sign = scale_of(query, scale) < 0 ? -1 : 1;
  Tensor weights = at::matmul(q * (root * sign), k.transpose(-2, -1) * root);
  if (mask) weights = weights + *mask;
  weights = at::_safe_softmax(weights, -1);
  Tensor kept = weights;
  if (dropout_p > 0 && dropout_mask && dropout_mask->defined())
    kept = weights.masked_fill(dropout_mask->logical_not(), 0.0) * (1 / (1 - dropout_p));
  else if (dropout_p > 0)
    kept = weights = at::dropout(weights, dropout_p, true);
  return {at::matmul(kept, v).to(type), weights.to(type)};
}

FLB_COMPOSITE(scaled_dot_product_attention)
Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                                    const std::optional<Tensor>& attn_mask, double dropout_p, bool is_causal,
                                    std::optional<double> scale, bool enable_gqa) {
  check_inputs(query, key, value);
  if (dropout_p == 0 && !enable_gqa && suits_one_pass(query, key, value, attn_mask))
    return std::get<0>(at::_scaled_dot_product_flash_attention_for_cpu(query, key, value, dropout_p, is_causal,
                                                                       additive(attn_mask, query), scale));
  return std::get<0>(at::_scaled_dot_product_attention_math(query, key, value, attn_mask, dropout_p, is_causal,
                                                            std::nullopt, scale, enable_gqa));
}

}  // namespace at::native
