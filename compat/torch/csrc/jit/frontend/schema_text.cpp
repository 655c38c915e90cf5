#include <torch/csrc/jit/frontend/schema_text.h>

#include <charconv>
#include <cstdlib>
#include <stdexcept>

namespace flambeau {

void SchemaText::fail(const std::string& what) const {
  const size_t at = std::min(pos_, text_.size());
  const size_t end = at < text_.size() ? at + 1 : at;
  std::string found = at < text_.size() ? std::string(text_.substr(at, end - at)) : "eof";
  if (at < text_.size() && is_start(text_[at])) {
    size_t stop = at;
    while (stop < text_.size() && is_part(text_[stop])) ++stop;
    found = std::string(text_.substr(at, stop - at));
  }
  throw std::runtime_error(c10::str(what, " but found '", found, "' here:\n", text_, "\n", std::string(at, ' '),
                                    std::string(std::max<size_t>(found.size(), 1), '~'), " <--- HERE\n"));
}

c10::IValue SchemaText::parse_number(const c10::Type& type) {
  const bool negative = take("-");
  peek();
  const std::string rest(text_.substr(pos_, 64));
  char* end = nullptr;
  const double real = std::strtod(rest.c_str(), &end);
  const size_t length = static_cast<size_t>(end - rest.c_str());
  if (length == 0) fail("expected a number");
  const std::string digits = rest.substr(0, length);
  pos_ += length;
  if (pos_ < text_.size() && text_[pos_] == 'j') {
    ++pos_;
    return c10::complex<double>(0, negative ? -real : real);
  }
  const bool integral = digits.find_first_not_of("0123456789") == std::string::npos;
  if (type.kind() == c10::TypeKind::ComplexType) return c10::complex<double>(negative ? -real : real, 0);
  if (!integral || type.kind() == c10::TypeKind::FloatType) return negative ? -real : real;
  int64_t value = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc()) fail("integer out of range");
  (void)stop;
  return negative ? -value : value;
}

std::string SchemaText::parse_string() {
  const char quote = peek();
  if (quote != '"' && quote != '\'') fail("expected a string");
  std::string result;
  for (++pos_; pos_ < text_.size() && text_[pos_] != quote; ++pos_) {
    if (text_[pos_] == '\\' && pos_ + 1 < text_.size()) {
      const char escaped = text_[++pos_];
      constexpr std::string_view kNames = "abfnrtv", kValues = "\a\b\f\n\r\t\v";
      const auto which = kNames.find(escaped);
      result += which == std::string_view::npos ? escaped : kValues[which];
    } else {
      result += text_[pos_];
    }
  }
  expect(std::string_view(&quote, 1));
  return result;
}

}  // namespace flambeau
