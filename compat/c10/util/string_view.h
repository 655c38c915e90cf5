// Mirrors <c10/util/string_view.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>

#include <cstddef>
#include <functional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace c10 {

// std::string_view under the type that older interfaces, and the spelling of type names, still use.
template <class CharT>
class basic_string_view final {
  using std_view = ::std::basic_string_view<CharT>;

 public:
  using value_type = CharT;
  using pointer = CharT*;
  using const_pointer = const CharT*;
  using reference = CharT&;
  using const_reference = const CharT&;
  using const_iterator = const CharT*;
  using iterator = const_iterator;
  using const_reverse_iterator = std::reverse_iterator<const_iterator>;
  using reverse_iterator = const_reverse_iterator;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  static constexpr size_type npos = size_type(-1);

  constexpr basic_string_view() noexcept : begin_(nullptr) {}
  explicit constexpr basic_string_view(const_pointer str, size_type count) : begin_(str), size_(count) {}
  constexpr basic_string_view(const_pointer str) : basic_string_view(std_view(str)) {}
  basic_string_view(const ::std::basic_string<CharT>& str) : basic_string_view(str.data(), str.size()) {}
  constexpr basic_string_view(const std_view& str) : basic_string_view(str.data(), str.size()) {}
  constexpr basic_string_view(const basic_string_view&) noexcept = default;
  constexpr basic_string_view& operator=(const basic_string_view& rhs) noexcept = default;
  constexpr operator ::std::basic_string_view<CharT>() const { return std_(); }
  explicit operator ::std::basic_string<CharT>() const { return ::std::basic_string<CharT>(data(), size()); }

  constexpr const_iterator begin() const noexcept { return begin_; }
  constexpr const_iterator cbegin() const noexcept { return begin_; }
  constexpr const_iterator end() const noexcept { return begin_ + size_; }
  constexpr const_iterator cend() const noexcept { return begin_ + size_; }
  constexpr const_reverse_iterator rbegin() const noexcept { return const_reverse_iterator(end()); }
  constexpr const_reverse_iterator crbegin() const noexcept { return rbegin(); }
  constexpr const_reverse_iterator rend() const noexcept { return const_reverse_iterator(begin()); }
  constexpr const_reverse_iterator crend() const noexcept { return rend(); }
  friend constexpr const_iterator begin(basic_string_view sv) noexcept { return sv.begin(); }
  friend constexpr const_iterator end(basic_string_view sv) noexcept { return sv.end(); }

  constexpr const_reference operator[](size_type pos) const { return begin_[pos]; }
  constexpr const_reference at(size_type pos) const {
    if (pos >= size_) out_of_range("string_view::operator[] or string_view::at() out of range. Index: ", pos);
    return begin_[pos];
  }
  constexpr const_reference front() const { return *begin_; }
  constexpr const_reference back() const { return begin_[size_ - 1]; }
  constexpr const_pointer data() const noexcept { return begin_; }
  constexpr size_type size() const noexcept { return size_; }
  constexpr size_type length() const noexcept { return size_; }
  constexpr size_type max_size() const noexcept { return size_type(-1) / 2; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
  constexpr void remove_prefix(size_type n) {
    if (n > size_) out_of_range("basic_string_view::remove_prefix: out of range. PrefixLength: ", n);
    begin_ += n;
    size_ -= n;
  }
  constexpr void remove_suffix(size_type n) {
    if (n > size_) out_of_range("basic_string_view::remove_suffix: out of range. SuffixLength: ", n);
    size_ -= n;
  }
  constexpr void swap(basic_string_view& sv) noexcept { std::swap(*this, sv); }
  size_type copy(pointer dest, size_type count, size_type pos = 0) const {
    if (pos > size_) out_of_range("basic_string_view::copy: out of range. Index: ", pos);
    return std_().copy(dest, count, pos);
  }
  constexpr basic_string_view substr(size_type pos = 0, size_type count = npos) const {
    if (pos > size_) out_of_range("basic_string_view::substr parameter out of bounds. Index: ", pos);
    return std_().substr(pos, count);
  }

  constexpr int compare(basic_string_view rhs) const noexcept {
    const int order = std_().compare(rhs.std_());
    return (order > 0) - (order < 0);
  }
  constexpr int compare(size_type pos1, size_type count1, basic_string_view v) const {
    return substr(pos1, count1).compare(v);
  }
  constexpr int compare(size_type pos1, size_type count1, basic_string_view v, size_type pos2, size_type count2) const {
    return substr(pos1, count1).compare(v.substr(pos2, count2));
  }
  constexpr int compare(const_pointer s) const { return compare(basic_string_view(s)); }
  constexpr int compare(size_type pos1, size_type count1, const_pointer s) const {
    return substr(pos1, count1).compare(basic_string_view(s));
  }
  constexpr int compare(size_type pos1, size_type count1, const_pointer s, size_type count2) const {
    return substr(pos1, count1).compare(basic_string_view(s, count2));
  }
  friend constexpr bool operator==(basic_string_view lhs, basic_string_view rhs) noexcept {
    return lhs.std_() == rhs.std_();
  }
  friend constexpr bool operator!=(basic_string_view lhs, basic_string_view rhs) noexcept {
    return lhs.std_() != rhs.std_();
  }
  friend constexpr bool operator<(basic_string_view lhs, basic_string_view rhs) noexcept {
    return lhs.std_() < rhs.std_();
  }
  friend constexpr bool operator>=(basic_string_view lhs, basic_string_view rhs) noexcept {
    return lhs.std_() >= rhs.std_();
  }
  friend constexpr bool operator>(basic_string_view lhs, basic_string_view rhs) noexcept {
    return lhs.std_() > rhs.std_();
  }
  friend constexpr bool operator<=(basic_string_view lhs, basic_string_view rhs) noexcept {
    return lhs.std_() <= rhs.std_();
  }

  constexpr bool starts_with(basic_string_view prefix) const noexcept { return std_().starts_with(prefix.std_()); }
  constexpr bool starts_with(CharT prefix) const noexcept { return std_().starts_with(prefix); }
  constexpr bool starts_with(const_pointer prefix) const { return std_().starts_with(prefix); }
  constexpr bool ends_with(basic_string_view suffix) const noexcept { return std_().ends_with(suffix.std_()); }
  constexpr bool ends_with(CharT suffix) const noexcept { return std_().ends_with(suffix); }
  constexpr bool ends_with(const_pointer suffix) const { return std_().ends_with(suffix); }

#define FLAMBEAU_VIEW_SEARCH(name, start)                                                                   \
  constexpr size_type name(basic_string_view v, size_type pos = start) const noexcept {                     \
    return std_().name(v.std_(), pos);                                                                      \
  }                                                                                                         \
  constexpr size_type name(CharT ch, size_type pos = start) const noexcept { return std_().name(ch, pos); } \
  constexpr size_type name(const_pointer s, size_type pos, size_type count) const {                         \
    return std_().name(s, pos, count);                                                                      \
  }                                                                                                         \
  constexpr size_type name(const_pointer s, size_type pos = start) const { return std_().name(s, pos); }
  FLAMBEAU_VIEW_SEARCH(find, 0)
  FLAMBEAU_VIEW_SEARCH(rfind, npos)
  FLAMBEAU_VIEW_SEARCH(find_first_of, 0)
  FLAMBEAU_VIEW_SEARCH(find_last_of, npos)
  FLAMBEAU_VIEW_SEARCH(find_first_not_of, 0)
  FLAMBEAU_VIEW_SEARCH(find_last_not_of, npos)
#undef FLAMBEAU_VIEW_SEARCH

 private:
  constexpr std_view std_() const noexcept { return std_view(begin_, size_); }
  [[noreturn]] void out_of_range(const char* what, size_type value) const {
    throw std::out_of_range(what + std::to_string(value) + ", size: " + std::to_string(size_));
  }

  const_pointer begin_;
  size_type size_{};
};

template <class CharT>
inline std::basic_ostream<CharT>& operator<<(std::basic_ostream<CharT>& stream, basic_string_view<CharT> sv) {
  return stream << ::std::basic_string_view<CharT>(sv.data(), sv.size());
}
template <class CharT>
constexpr inline void swap(basic_string_view<CharT>& lhs, basic_string_view<CharT>& rhs) noexcept {
  lhs.swap(rhs);
}

using string_view = std::string_view;
using c10_string_view = basic_string_view<char>;

constexpr bool starts_with(const std::string_view s, const std::string_view prefix) noexcept {
  return s.substr(0, prefix.size()) == prefix;
}
constexpr bool starts_with(const std::string_view s, const char prefix) noexcept {
  return !s.empty() && s.front() == prefix;
}
constexpr bool ends_with(const std::string_view s, const std::string_view suffix) noexcept {
  return s.size() >= suffix.size() && s.substr(s.size() - suffix.size()) == suffix;
}
constexpr bool ends_with(const std::string_view s, const char prefix) noexcept {
  return !s.empty() && s.back() == prefix;
}

}  // namespace c10

template <class CharT>
struct std::hash<::c10::basic_string_view<CharT>> {
  size_t operator()(::c10::basic_string_view<CharT> x) const {
    return ::std::hash<::std::basic_string_view<CharT>>{}({x.data(), x.size()});
  }
};
