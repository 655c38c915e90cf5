// Mirrors <ATen/core/interned_strings.h> of PyTorch 2.13: symbols whose number is known at compile time, as aten::add.
#pragma once

#include <ATen/core/interned_strings_list.h>  // generated
#include <ATen/core/symbol.h>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace c10 {

enum class _keys : unique_t {
#define DEFINE_KEY(ns, s) ns##_##s,
  FORALL_NS_SYMBOLS(DEFINE_KEY)
#undef DEFINE_KEY
      num_symbols
};

#define DEFINE_SYMBOL(ns, s)                                  \
  namespace ns {                                              \
  constexpr Symbol s(static_cast<unique_t>(_keys::ns##_##s)); \
  }
FORALL_NS_SYMBOLS(DEFINE_SYMBOL)
#undef DEFINE_SYMBOL

}  // namespace c10
