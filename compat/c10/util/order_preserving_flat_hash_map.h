// Mirrors <c10/util/order_preserving_flat_hash_map.h> of PyTorch 2.13: iterates in the order of insertion.
#pragma once

#include <c10/util/robin_hood_table.h>

namespace ska_ordered {

template <typename K, typename V, typename H = std::hash<K>, typename E = std::equal_to<K>,
          typename A = std::allocator<std::pair<K, V>>>
class order_preserving_flat_hash_map : public flambeau::hashing::Map<K, V, H, E, A, true> {
 public:
  using flambeau::hashing::Map<K, V, H, E, A, true>::Map;
};

template <typename T, typename H = std::hash<T>, typename E = std::equal_to<T>, typename A = std::allocator<T>>
class flat_hash_set : public flambeau::hashing::Table<flambeau::hashing::SetTraits<T>, T, H, E, A, true> {
 public:
  using key_type = T;
  using flambeau::hashing::Table<flambeau::hashing::SetTraits<T>, T, H, E, A, true>::Table;
};

}  // namespace ska_ordered
