#include <c10/util/StringUtil.h>

#include <cerrno>
#include <cstdlib>
#include <cwchar>

namespace c10 {
namespace detail {

std::string StripBasename(const std::string& full_path) {
  const size_t slash = full_path.find_last_of("/\\");
  return slash == std::string::npos ? full_path : full_path.substr(slash + 1);
}

std::string ExcludeFileExtension(const std::string& full_path) {
  return full_path.substr(0, full_path.find_last_of('.'));
}

namespace {

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  const int tail = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  constexpr unsigned char lead[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(lead[tail] | (c >> (6 * tail)));
  for (int i = tail - 1; i >= 0; --i) out += static_cast<char>(0x80 | ((c >> (6 * i)) & 0x3F));
}

}  // namespace

std::ostream& _str(std::ostream& ss, const wchar_t* wCStr) { return _str(ss, std::wstring(wCStr)); }
std::ostream& _str(std::ostream& ss, const wchar_t& wChar) { return _str(ss, std::wstring(1, wChar)); }
std::ostream& _str(std::ostream& ss, const std::wstring& wString) {
  std::string text;
  for (const wchar_t c : wString) append_utf8(text, static_cast<char32_t>(c));
  return ss << text;
}

}  // namespace detail

std::ostream& operator<<(std::ostream& out, const SourceLocation& loc) {
  return out << loc.function << " at " << loc.file << ":" << loc.line;
}

size_t ReplaceAll(std::string& s, std::string_view from, std::string_view to) {
  if (from.empty()) return 0;
  std::string result;
  size_t count = 0, begin = 0;
  for (size_t at = s.find(from); at != std::string::npos; at = s.find(from, begin)) {
    result.append(s, begin, at - begin).append(to);
    begin = at + from.size();
    ++count;
  }
  if (count > 0) s = result.append(s, begin);
  return count;
}

namespace {

template <class T, class Parse>
std::optional<T> parse_all(const char* symbol, Parse parse) {
  char* end = nullptr;
  errno = 0;
  const T value = parse(symbol, &end);
  if (errno != 0 || end == symbol || *end != '\0') return std::nullopt;
  return value;
}

}  // namespace

template <>
std::optional<int64_t> tryToNumber<int64_t>(const char* symbol) {
  return parse_all<int64_t>(symbol, [](const char* s, char** end) { return std::strtoll(s, end, 0); });
}
template <>
std::optional<int64_t> tryToNumber<int64_t>(const std::string& symbol) {
  return tryToNumber<int64_t>(symbol.c_str());
}
template <>
std::optional<double> tryToNumber<double>(const char* symbol) {
  return parse_all<double>(symbol, [](const char* s, char** end) { return std::strtod(s, end); });
}
template <>
std::optional<double> tryToNumber<double>(const std::string& symbol) {
  return tryToNumber<double>(symbol.c_str());
}

std::vector<std::string_view> split(std::string_view target, char delimiter) {
  std::vector<std::string_view> atoms;
  for (size_t at = target.find(delimiter); at != std::string_view::npos; at = target.find(delimiter)) {
    atoms.push_back(target.substr(0, at));
    target.remove_prefix(at + 1);
  }
  if (!target.empty()) atoms.push_back(target);
  return atoms;
}

}  // namespace c10
