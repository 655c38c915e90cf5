#include <ATen/native/lazy_bits.h>

#include <ATen/Functions.h>
#include <ATen/core/List.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace flambeau {

namespace {

using c10::DispatchKey;
using c10::DispatchKeySet;
using c10::IValue;

struct Bit {
  DispatchKey key;
  bool (*is_set)(const at::Tensor&);
};
constexpr Bit kConjugate{DispatchKey::Conjugate, [](const at::Tensor& t) { return t.is_conj(); }};
constexpr Bit kNegative{DispatchKey::Negative, [](const at::Tensor& t) { return t.is_neg(); }};

// Operators that read values with the bits in mind, or read none. Sorted.
constexpr std::array<std::string_view, 22> kAware = {"aten::_conj_physical", "aten::_local_scalar_dense",
                                                     "aten::_neg_view",      "aten::_to_copy",
                                                     "aten::clone",          "aten::conj_physical",
                                                     "aten::copy_",          "aten::empty_like",
                                                     "aten::full_like",      "aten::is_set_to",
                                                     "aten::new_empty",      "aten::new_empty_strided",
                                                     "aten::new_full",       "aten::new_ones",
                                                     "aten::new_zeros",      "aten::ones_like",
                                                     "aten::rand_like",      "aten::randn_like",
                                                     "aten::resolve_conj",   "aten::resolve_neg",
                                                     "aten::set_",           "aten::zeros_like"};

bool passes_bit_on(const c10::FunctionSchema& schema) {
  if (std::binary_search(kAware.begin(), kAware.end(), std::string_view(schema.name()))) return true;
  return std::any_of(schema.returns().begin(), schema.returns().end(),
                     [](const c10::Argument& r) { return r.alias_info() && !r.alias_info()->isWrite(); });
}

bool affected(const IValue& value, const Bit& bit) {
  return value.isTensor() && value.toTensor().defined() && bit.is_set(value.toTensor());
}

/// The list with resolved elements.
IValue resolved_list(const IValue& value, const Bit& bit) {
  if (value.isTensorList()) {
    c10::List<at::Tensor> items;
    for (const at::Tensor& t : value.toTensorVector()) items.push_back(t.defined() && bit.is_set(t) ? t.clone() : t);
    return items;
  }
  c10::List<std::optional<at::Tensor>> items;
  for (const IValue& item : value.toListRef()) {
    items.push_back(item.isNone()
                        ? std::nullopt
                        : std::optional<at::Tensor>(affected(item, bit) ? item.toTensor().clone() : item.toTensor()));
  }
  return items;
}

bool has_affected_item(const IValue& value, const Bit& bit) {
  if (!value.isList()) return false;
  const auto items = value.toListRef();
  return std::any_of(items.begin(), items.end(), [&](const IValue& item) { return affected(item, bit); });
}

void fallback(const Bit& bit, const c10::OperatorHandle& op, DispatchKeySet keys, c10::Stack* stack) {
  const auto below = keys & DispatchKeySet(DispatchKeySet::FULL_AFTER, bit.key);
  const auto& schema = op.schema();
  if (passes_bit_on(schema)) return op.redispatchBoxed(below, stack);

  struct Written {
    at::Tensor original, resolved;
  };
  std::vector<Written> written;
  const size_t count = schema.arguments().size(), first = stack->size() - count;
  for (size_t i = 0; i < count; ++i) {
    IValue& value = (*stack)[first + i];
    const auto* alias = schema.arguments()[i].alias_info();
    if (affected(value, bit)) {
      const at::Tensor original = value.toTensor();
      const at::Tensor resolved = original.clone();
      if (alias && alias->isWrite()) written.push_back({original, resolved});
      value = resolved;
    } else if (has_affected_item(value, bit)) {
      TORCH_CHECK_NOT_IMPLEMENTED(!alias || !alias->isWrite(), "not implemented: ", schema.operator_name(),
                                  " on a list of lazily conjugated or negated tensors");
      value = resolved_list(value, bit);
    }
  }
  op.redispatchBoxed(below, stack);
  for (const auto& [original, resolved] : written) {
    original.copy_(resolved);
    for (size_t i = stack->size() - schema.returns().size(); i < stack->size(); ++i) {
      IValue& result = (*stack)[i];
      if (result.isTensor() && result.toTensor().is_same(resolved)) result = original;
    }
  }
}

}  // namespace

void conjugate_fallback(const c10::OperatorHandle& op, DispatchKeySet keys, c10::Stack* stack) {
  fallback(kConjugate, op, keys, stack);
}
void negative_fallback(const c10::OperatorHandle& op, DispatchKeySet keys, c10::Stack* stack) {
  fallback(kNegative, op, keys, stack);
}

}  // namespace flambeau
