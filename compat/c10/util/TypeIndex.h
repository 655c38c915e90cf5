// Mirrors <c10/util/TypeIndex.h> of PyTorch 2.13.
#pragma once

#include <c10/util/ConstexprCrc.h>
#include <c10/util/IdWrapper.h>
#include <c10/util/string_view.h>

#include <cstdint>
#include <ostream>
#include <string>
#include <type_traits>

#define C10_TYPENAME_SUPPORTS_CONSTEXPR 1
#define C10_TYPENAME_CONSTEXPR constexpr

namespace c10::util {

struct type_index final : IdWrapper<type_index, uint64_t> {
  constexpr explicit type_index(uint64_t checksum) : IdWrapper(checksum) {}
  friend constexpr bool operator<(type_index lhs, type_index rhs) noexcept {
    return lhs.underlyingId() < rhs.underlyingId();
  }
  friend std::ostream& operator<<(std::ostream& stream, type_index typeId) { return stream << typeId.underlyingId(); }
};

namespace detail {

template <typename T>
inline constexpr c10::c10_string_view fully_qualified_type_name_impl() {
  constexpr std::string_view signature = __PRETTY_FUNCTION__;
  constexpr size_t begin = signature.find("[with T = ") + 10;
  return signature.substr(begin, signature.find("; c10::c10_string_view", begin) - begin);
}

// The number is a checksum of this function's full signature, so its name, place and result type belong to the ABI.
template <typename T>
inline constexpr uint64_t type_index_impl() {
  return crc64(__PRETTY_FUNCTION__, sizeof(__PRETTY_FUNCTION__)).checksum();
}

}  // namespace detail

template <typename T>
inline constexpr type_index get_type_index() {
  return type_index{std::integral_constant<uint64_t, detail::type_index_impl<std::decay_t<T>>()>::value};
}

// Compilers spell std::string differently; one number for all.
template <>
inline constexpr type_index get_type_index<std::string>() {
  return type_index{4193213214807308375ULL};
}

template <typename T>
inline constexpr std::string_view get_fully_qualified_type_name() noexcept {
  return static_cast<std::string_view>(detail::fully_qualified_type_name_impl<T>());
}

}  // namespace c10::util
C10_DEFINE_HASH_FOR_IDWRAPPER(c10::util::type_index)
