// Mirrors <ATen/core/operator_name.h> of PyTorch 2.13: "namespace::name" and overload.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/Exception.h>
#include <c10/util/light_std.h>

#include <cstring>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace c10 {

struct OperatorName final {
  std::string name;
  std::string overload_name;

  FLB_ON_USE OperatorName(std::string name, std::string overload_name)
      : name(std::move(name)), overload_name(std::move(overload_name)) {}

  FLB_ON_USE std::optional<std::string_view> getNamespace() const {
    const auto pos = name.find("::");
    if (pos == std::string::npos) return std::nullopt;
    return std::string_view(name.data(), pos);
  }
  /// Whether there was none.
  FLB_ON_USE bool setNamespaceIfNotSet(const char* ns) {
    if (getNamespace()) return false;
    name = ns + ("::" + name);
    return true;
  }
};

struct OperatorNameView final {
  std::string_view name;
  std::string_view overload_name;
  constexpr OperatorNameView(std::string_view name, std::string_view overload_name)
      : name(name), overload_name(overload_name) {}
  /// Splits "ns::name.overload".
  constexpr static OperatorNameView parse(std::string_view full_name) {
    const auto i = full_name.find('.');
    if (i == std::string_view::npos) return OperatorNameView(full_name, std::string_view());
    return OperatorNameView(full_name.substr(0, i), full_name.substr(i + 1));
  }
};

FLB_ON_USE inline bool operator==(const OperatorName& a, const OperatorName& b) {
  return a.name == b.name && a.overload_name == b.overload_name;
}
inline bool operator!=(const OperatorName& a, const OperatorName& b) { return !operator==(a, b); }

TORCH_API std::string toString(const OperatorName& opName);
TORCH_API std::ostream& operator<<(std::ostream&, const OperatorName&);

}  // namespace c10

template <>
struct std::hash<::c10::OperatorName> {
  size_t operator()(const ::c10::OperatorName& x) const noexcept {
    return std::hash<std::string>()(x.name) ^ (~std::hash<std::string>()(x.overload_name));
  }
};
