// Mirrors <c10/util/StringUtil.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/light_std.h>
#include <c10/util/string_utils.h>

#include <cstddef>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace c10 {
namespace detail {

C10_API std::string StripBasename(const std::string& full_path);
C10_API std::string ExcludeFileExtension(const std::string& full_path);

// What str() of nothing gives: converts to either kind of string without making one.
struct CompileTimeEmptyString {
  operator const std::string&() const {
    static const std::string empty_string_literal;
    return empty_string_literal;
  }
  operator const char*() const { return ""; }
};

template <class T, class = std::ostream&>
struct Streamable : std::false_type {};
template <class T>
struct Streamable<T, decltype(std::declval<std::ostream&>() << T{})> : std::true_type {};

template <typename T>
inline std::ostream& _str(std::ostream& ss, const T& t) {
  if constexpr (std::is_enum_v<T> && !Streamable<T>::value) {
    return _str(ss, static_cast<typename std::underlying_type<T>::type>(t));
  } else {
    ss << t;
    return ss;
  }
}
template <typename T>
inline std::ostream& _str(std::ostream& ss, const std::optional<T>& t) {
  if (t.has_value()) return _str(ss, t.value());
  ss << "std::nullopt";
  return ss;
}
C10_API std::ostream& _str(std::ostream& ss, const wchar_t* wCStr);
C10_API std::ostream& _str(std::ostream& ss, const wchar_t& wChar);
C10_API std::ostream& _str(std::ostream& ss, const std::wstring& wString);
template <>
inline std::ostream& _str<CompileTimeEmptyString>(std::ostream& ss, const CompileTimeEmptyString&) {
  return ss;
}

}  // namespace detail

/// The arguments, streamed one after another.
template <typename... Args>
std::string str(const Args&... args) {
  std::ostringstream ss;
  (detail::_str(ss, args), ...);
  return ss.str();
}
// What is a string already is not streamed.
inline std::string str(const std::string& text) { return text; }
inline const char* str(const char* text) { return text; }
inline detail::CompileTimeEmptyString str() { return {}; }

template <class Container>
inline std::string Join(const std::string& delimiter, const Container& v) {
  std::stringstream s;
  const char* separator = "";
  for (const auto& item : v) {
    s << separator << item;
    separator = delimiter.c_str();
  }
  return std::move(s).str();
}

size_t C10_API ReplaceAll(std::string& s, std::string_view from, std::string_view to);

struct C10_API SourceLocation {
  const char* function;
  const char* file;
  uint32_t line;

  static constexpr SourceLocation current(const char* file = __builtin_FILE(),
                                          const char* function = __builtin_FUNCTION(),
                                          const std::uint_least32_t line = __builtin_LINE()) noexcept {
    return {.function = function, .file = file, .line = line};
  }
};
std::ostream& operator<<(std::ostream& out, const SourceLocation& loc);

inline bool isPrint(char s) { return s > 0x1f && s < 0x7f; }

// `str` between quotes, escaped as in a C string literal.
FLB_ON_USE inline void printQuotedString(std::ostream& stmt, const std::string_view str) {
  constexpr std::string_view special = "\\'\"\a\b\f\n\r\t\v", letters = "\\'\"abfnrtv";
  stmt << '"';
  for (const char c : str) {
    if (const auto at = special.find(c); at != std::string_view::npos) {
      stmt << '\\' << letters[at];
    } else if (isPrint(c)) {
      stmt << c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      stmt << '\\' << static_cast<char>('0' + byte / 64) << static_cast<char>('0' + byte / 8 % 8)
           << static_cast<char>('0' + byte % 8);
    }
  }
  stmt << '"';
}

template <typename T>
std::optional<T> tryToNumber(const char* symbol) = delete;
template <typename T>
std::optional<T> tryToNumber(const std::string& symbol) = delete;
template <>
C10_API std::optional<int64_t> tryToNumber<int64_t>(const char* symbol);
template <>
C10_API std::optional<int64_t> tryToNumber<int64_t>(const std::string& symbol);
template <>
C10_API std::optional<double> tryToNumber<double>(const char* symbol);
template <>
C10_API std::optional<double> tryToNumber<double>(const std::string& symbol);

C10_API std::vector<std::string_view> split(std::string_view target, char delimiter);

}  // namespace c10
