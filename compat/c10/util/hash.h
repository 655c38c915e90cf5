// Mirrors <c10/util/hash.h> of PyTorch 2.13: hashes of tuples, lists and enums, combined as inlined code of both sides
// must agree.
#pragma once

#include <c10/util/ArrayRef.h>
#include <c10/util/Exception.h>
#include <c10/util/complex.h>

#include <cstddef>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace c10 {

inline size_t hash_combine(size_t seed, size_t value) {
  return seed ^ (value + 0x9e3779b9 + (seed << 6U) + (seed >> 2U));
}

/// A 64-bit mixer. Wang, "Integer hash function", 2007.
constexpr uint64_t twang_mix64(uint64_t key) noexcept {
  key = ~key + (key << 21);
  key ^= key >> 24;
  key += (key << 3) + (key << 8);
  key ^= key >> 14;
  key += (key << 2) + (key << 4);
  key ^= key >> 28;
  key += key << 31;
  return key;
}

template <typename T>
struct hash;

namespace _hash_detail {

template <typename T>
size_t simple_get_hash(const T& o) {
  return c10::hash<T>()(o);
}

template <typename T>
concept has_own_hash = requires(const T& o) {
  T::hash(o);
};

}  // namespace _hash_detail

/// std::hash, T::hash(o), or the hash of an enum's number.
template <typename T>
struct hash {
  size_t operator()(const T& o) const {
    if constexpr (std::is_enum_v<T>) {
      return std::hash<std::underlying_type_t<T>>()(static_cast<std::underlying_type_t<T>>(o));
    } else if constexpr (_hash_detail::has_own_hash<T>) {
      return T::hash(o);
    } else {
      return std::hash<T>()(o);
    }
  }
};

template <typename... Types>
struct hash<std::tuple<Types...>> {
  size_t operator()(const std::tuple<Types...>& t) const { return of<sizeof...(Types) - 1>(t); }

 private:
  // From the last element to the first, each combined with what stands before it.
  template <size_t index>
  static size_t of(const std::tuple<Types...>& t) {
    const size_t own = _hash_detail::simple_get_hash(std::get<index>(t));
    if constexpr (index == 0) {
      return own;
    } else {
      return hash_combine(own, of<index - 1>(t));
    }
  }
};

template <typename T1, typename T2>
struct hash<std::pair<T1, T2>> {
  size_t operator()(const std::pair<T1, T2>& pair) const {
    return hash<std::tuple<T1, T2>>()(std::tuple<T1, T2>(pair.first, pair.second));
  }
};

template <typename T>
struct hash<c10::ArrayRef<T>> {
  size_t operator()(c10::ArrayRef<T> v) const {
    size_t seed = 0;
    for (const auto& item : v) seed = hash_combine(seed, _hash_detail::simple_get_hash(item));
    return seed;
  }
};

template <typename T>
struct hash<std::vector<T>> {
  size_t operator()(const std::vector<T>& v) const { return hash<c10::ArrayRef<T>>()(v); }
};

template <typename T>
struct hash<const T> : hash<T> {};
template <typename T>
struct hash<T&> : hash<T> {};

template <typename... Types>
size_t get_hash(const Types&... args) {
  return c10::hash<std::tuple<const Types&...>>()(std::tie(args...));
}

template <typename T>
struct hash<c10::complex<T>> {
  size_t operator()(const c10::complex<T>& c) const { return get_hash(c.real(), c.imag()); }
};

}  // namespace c10
