// Mirrors <c10/util/hash.h> of PyTorch 2.13.
#pragma once

#include <c10/util/ArrayRef.h>
#include <c10/util/Exception.h>
#include <c10/util/complex.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace c10 {

inline size_t hash_combine(size_t seed, size_t value) {
  return seed ^ (value + 0x9e3779b9 + (seed << 6u) + (seed >> 2u));
}

// FIPS 180-4.
struct sha1 {
  typedef unsigned int(digest_type)[5];

  sha1(const std::string& s = "") {
    if (s.empty()) return;
    reset();
    process_bytes(s.data(), s.size());
  }
  void reset() {
    constexpr unsigned int initial[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    std::memcpy(h_, initial, sizeof(h_));
    block_byte_index_ = 0;
    bit_count_low = 0;
    bit_count_high = 0;
  }
  FLB_ON_USE std::string str() {
    constexpr char digits[] = "0123456789abcdef";
    unsigned int digest[5];
    get_digest(digest);
    std::string text;
    for (const unsigned int word : digest) {
      for (int shift = 28; shift >= 0; shift -= 4) text += digits[(word >> shift) & 15];
    }
    return text;
  }

 private:
  static unsigned int left_rotate(unsigned int x, std::size_t n) { return (x << n) ^ (x >> (32 - n)); }

  FLB_ON_USE void process_block_impl() {
    unsigned int w[80];
    for (std::size_t i = 0; i < 16; ++i) {
      const unsigned char* b = block_ + i * 4;
      w[i] = static_cast<unsigned int>(b[0]) << 24 | static_cast<unsigned int>(b[1]) << 16 |
             static_cast<unsigned int>(b[2]) << 8 | b[3];
    }
    for (std::size_t i = 16; i < 80; ++i) w[i] = left_rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    unsigned int a = h_[0], b = h_[1], c = h_[2], d = h_[3], e = h_[4];
    for (std::size_t i = 0; i < 80; ++i) {
      const unsigned int f = i < 20 ? (b & c) | (~b & d) : i >= 40 && i < 60 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
      constexpr unsigned int k[4] = {0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6};
      const unsigned int next = left_rotate(a, 5) + f + e + k[i / 20] + w[i];
      e = d;
      d = c;
      c = left_rotate(b, 30);
      b = a;
      a = next;
    }
    h_[0] += a;
    h_[1] += b;
    h_[2] += c;
    h_[3] += d;
    h_[4] += e;
  }
  FLB_ON_USE void process_byte_impl(unsigned char byte) {
    block_[block_byte_index_++] = byte;
    if (block_byte_index_ == 64) {
      block_byte_index_ = 0;
      process_block_impl();
    }
  }
  FLB_ON_USE void process_byte(unsigned char byte) {
    process_byte_impl(byte);
    if (bit_count_low < 0xFFFFFFF8) {
      bit_count_low += 8;
      return;
    }
    bit_count_low = 0;
    TORCH_CHECK(bit_count_high <= 0xFFFFFFFE, "sha1 too many bytes");
    ++bit_count_high;
  }
  FLB_ON_USE void process_bytes(void const* buffer, std::size_t byte_count) {
    const auto* bytes = static_cast<unsigned char const*>(buffer);
    for (std::size_t i = 0; i < byte_count; ++i) process_byte(bytes[i]);
  }
  FLB_ON_USE void get_digest(digest_type& digest) {
    // A one bit, zeros up to eight bytes before the block's end, and the length in bits.
    process_byte_impl(0x80);
    while (block_byte_index_ != 56) process_byte_impl(0);
    for (const std::size_t word : {bit_count_high, bit_count_low}) {
      for (int shift = 24; shift >= 0; shift -= 8)
        process_byte_impl(static_cast<unsigned char>((word >> shift) & 0xFF));
    }
    std::memcpy(digest, h_, sizeof(h_));
  }

  unsigned int h_[5]{};
  unsigned char block_[64]{};
  std::size_t block_byte_index_{};
  std::size_t bit_count_low{};
  std::size_t bit_count_high{};
};

constexpr uint64_t twang_mix64(uint64_t key) noexcept {
  key = (~key) + (key << 21);
  key = key ^ (key >> 24);
  key = key + (key << 3) + (key << 8);
  key = key ^ (key >> 14);
  key = key + (key << 2) + (key << 4);
  key = key ^ (key >> 28);
  return key + (key << 31);
}

namespace _hash_detail {

template <typename T>
size_t simple_get_hash(const T& o);

template <typename T, typename V>
using type_if_not_enum = std::enable_if_t<!std::is_enum_v<T>, V>;

template <typename T>
auto dispatch_hash(const T& o) -> decltype(std::hash<T>()(o), type_if_not_enum<T, size_t>()) {
  return std::hash<T>()(o);
}
template <typename T>
std::enable_if_t<std::is_enum_v<T>, size_t> dispatch_hash(const T& o) {
  using R = std::underlying_type_t<T>;
  return std::hash<R>()(static_cast<R>(o));
}
template <typename T>
auto dispatch_hash(const T& o) -> decltype(T::hash(o), size_t()) {
  return T::hash(o);
}

}  // namespace _hash_detail

template <typename T>
struct hash {
  size_t operator()(const T& o) const { return _hash_detail::dispatch_hash(o); }
};

template <typename... Types>
struct hash<std::tuple<Types...>> {
  // From the last element inwards.
  template <size_t idx, typename... Ts>
  struct tuple_hash {
    size_t operator()(const std::tuple<Ts...>& t) const {
      const size_t own = _hash_detail::simple_get_hash(std::get<idx>(t));
      if constexpr (idx == 0) {
        return own;
      } else {
        return hash_combine(own, tuple_hash<idx - 1, Ts...>()(t));
      }
    }
  };
  size_t operator()(const std::tuple<Types...>& t) const { return tuple_hash<sizeof...(Types) - 1, Types...>()(t); }
};

template <typename T1, typename T2>
struct hash<std::pair<T1, T2>> {
  size_t operator()(const std::pair<T1, T2>& pair) const {
    return _hash_detail::simple_get_hash(std::make_tuple(pair.first, pair.second));
  }
};

template <typename T>
struct hash<c10::ArrayRef<T>> {
  size_t operator()(c10::ArrayRef<T> v) const {
    size_t seed = 0;
    for (const auto& elem : v) seed = hash_combine(seed, _hash_detail::simple_get_hash(elem));
    return seed;
  }
};

template <typename T>
struct hash<std::vector<T>> {
  size_t operator()(const std::vector<T>& v) const { return hash<c10::ArrayRef<T>>()(v); }
};

namespace _hash_detail {
template <typename T>
size_t simple_get_hash(const T& o) {
  return c10::hash<T>()(o);
}
}  // namespace _hash_detail

template <typename... Types>
size_t get_hash(const Types&... args) {
  return c10::hash<decltype(std::tie(args...))>()(std::tie(args...));
}

template <typename T>
struct hash<c10::complex<T>> {
  size_t operator()(const c10::complex<T>& c) const { return get_hash(c.real(), c.imag()); }
};

}  // namespace c10
