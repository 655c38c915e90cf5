// Mirrors <c10/util/FbcodeMaps.h> of PyTorch 2.13.
#pragma once

#include <unordered_map>
#include <unordered_set>

namespace c10 {

template <typename Key, typename Value>
using FastMap = std::unordered_map<Key, Value>;
template <typename Key>
using FastSet = std::unordered_set<Key>;

}  // namespace c10
