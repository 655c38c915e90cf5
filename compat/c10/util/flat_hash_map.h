// Mirrors <c10/util/flat_hash_map.h> of PyTorch 2.13.
#pragma once

#include <c10/util/robin_hood_table.h>

namespace ska {

using fibonacci_hash_policy = flambeau::hashing::FibonacciPolicy;
using power_of_two_hash_policy = flambeau::hashing::PowerOfTwoPolicy;

template <typename K, typename V, typename H = std::hash<K>, typename E = std::equal_to<K>,
          typename A = std::allocator<std::pair<K, V>>>
class flat_hash_map : public flambeau::hashing::Map<K, V, H, E, A, false> {
 public:
  using flambeau::hashing::Map<K, V, H, E, A, false>::Map;
};

template <typename T, typename H = std::hash<T>, typename E = std::equal_to<T>, typename A = std::allocator<T>>
class flat_hash_set : public flambeau::hashing::Table<flambeau::hashing::SetTraits<T>, T, H, E, A, false> {
 public:
  using key_type = T;
  using flambeau::hashing::Table<flambeau::hashing::SetTraits<T>, T, H, E, A, false>::Table;
};

template <typename T>
struct power_of_two_std_hash : std::hash<T> {
  using hash_policy = power_of_two_hash_policy;
};

}  // namespace ska
