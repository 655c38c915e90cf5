// Mirrors <ATen/core/op_registration/op_allowlist.h> of PyTorch 2.13. Selective builds do not exist here: everything is
// in.
#pragma once

#include <c10/core/DispatchKey.h>
#include <c10/macros/Macros.h>

#include <limits>
#include <string_view>

namespace c10::impl {

constexpr bool is_build_feature_available(const char*) { return true; }
[[noreturn]] void build_feature_required_feature_not_available(const char* feature);
#define BUILD_FEATURE_REQUIRED(NAME)
#define BUILD_FEATURE_AVAILABLE(NAME) ::c10::impl::is_build_feature_available(NAME)

/// Whether `item` is in the semicolon-separated list.
constexpr bool allowlist_contains(std::string_view allowlist, std::string_view item) {
  while (true) {
    const size_t end = allowlist.find(';');
    if (allowlist.substr(0, end) == item) return true;
    if (end == std::string_view::npos) return false;
    allowlist.remove_prefix(end + 1);
  }
}
constexpr bool op_allowlist_check(std::string_view) { return true; }
constexpr bool schema_allowlist_check(std::string_view) { return true; }
constexpr bool custom_class_allowlist_check(std::string_view) { return true; }
constexpr bool op_allowlist_contains_name_in_schema(std::string_view allowlist, std::string_view schema) {
  return allowlist_contains(allowlist, schema.substr(0, schema.find('(')));
}

}  // namespace c10::impl
