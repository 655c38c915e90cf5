// The text of a schema, read from left to right: words and signs, numbers and strings.
#pragma once

#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type_base.h>

#include <cctype>
#include <string>
#include <string_view>

namespace flambeau {

class SchemaText {
 protected:
  explicit SchemaText(std::string_view text) : text_(text) {}

  /// Bounds how deep types and lists nest, and with it the stack.
  struct Nested {
    int& depth;
    explicit Nested(SchemaText& parser) : depth(parser.depth_) {
      if (++depth > kDeepest) parser.fail("nested too deeply");
    }
    ~Nested() { --depth; }
  };
  static constexpr int kDeepest = 200, kLongestList = 1 << 16;

  char peek() {
    while (pos_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[pos_]))) ++pos_;
    return pos_ < text_.size() ? text_[pos_] : '\0';
  }
  bool take(std::string_view token) {
    peek();
    if (text_.substr(pos_, token.size()) != token) return false;
    pos_ += token.size();
    return true;
  }
  void expect(std::string_view token) {
    if (!take(token)) fail("expected '" + std::string(token) + "'");
  }
  void expect_end() {
    if (peek() != '\0') fail("expected end of text");
  }
  static bool is_start(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }
  static bool is_part(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

  std::string_view identifier() {
    if (!is_start(peek())) fail("expected an identifier");
    const size_t begin = pos_;
    while (pos_ < text_.size() && is_part(text_[pos_])) ++pos_;
    return text_.substr(begin, pos_ - begin);
  }

  bool take_word_ahead(std::string_view word) {
    peek();
    return text_.substr(pos_, word.size()) == word &&
           (pos_ + word.size() == text_.size() || !is_part(text_[pos_ + word.size()]));
  }
  bool take_word(std::string_view word) {
    if (!take_word_ahead(word)) return false;
    pos_ += word.size();
    return true;
  }

  /// Of that type, if it says which: an int, a float, or a complex number with j.
  c10::IValue parse_number(const c10::Type& type);
  std::string parse_string();

  /// Throws std::runtime_error, which shows the place.
  [[noreturn]] void fail(const std::string& what) const;

  std::string_view text_;
  size_t pos_ = 0;

 private:
  int depth_ = 0;
};

}  // namespace flambeau
