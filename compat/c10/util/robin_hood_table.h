// The hash table behind ska::flat_hash_map and ska_ordered::order_preserving_flat_hash_map: Robin Hood hashing with
// linear probing (Celis, 1986), the layout of PyTorch 2.13's, since inlined code of both sides walks and changes one
// and the same table.
//
// Slots lie in an array of `num_slots + max_lookups`; each holds its distance from where its hash would have it, -1 if
// it is empty. The last one ends every search. The ordered form links its slots in a list around a sentinel, in
// insertion order.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/light_std.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace flambeau::hashing {

inline constexpr int8_t kMinLookups = 4;

/// The number of binary digits of n, which is not 0.
inline int bit_width(uint64_t n) { return 64 - __builtin_clzll(n); }
/// The smallest power of two that is not below n.
inline uint64_t bit_ceil(uint64_t n) { return n <= 1 ? 1 : uint64_t{1} << bit_width(n - 1); }

/// Multiplies by 2^64 / golden ratio and keeps the upper bits (Knuth, volume 3, section 6.4).
struct FibonacciPolicy {
  uint64_t index_for_hash(uint64_t hash, uint64_t) const { return (11400714819323198485ULL * hash) >> shift; }
  FLB_ON_USE int8_t next_size_over(uint64_t& size) const {
    size = std::max<uint64_t>(2, bit_ceil(size));
    return static_cast<int8_t>(65 - bit_width(size));
  }
  void commit(int8_t next) { shift = next; }
  int8_t shift = 63;
};

struct PowerOfTwoPolicy {
  uint64_t index_for_hash(uint64_t hash, uint64_t num_slots_minus_one) const { return hash & num_slots_minus_one; }
  int8_t next_size_over(uint64_t& size) const {
    size = bit_ceil(size);
    return 0;
  }
  void commit(int8_t) {}
};

template <class T, class = void>
struct PolicyOf {
  using type = FibonacciPolicy;
};
template <class T>
struct PolicyOf<T, std::void_t<typename T::hash_policy>> {
  using type = typename T::hash_policy;
};

template <class T>
struct PlainSlot {
  PlainSlot() {}
  ~PlainSlot() {}
  int8_t distance = -1;
  union {
    T value;
  };
};

template <class T>
struct LinkedSlot {
  LinkedSlot() {}
  ~LinkedSlot() {}
  LinkedSlot* prev = nullptr;
  LinkedSlot* next = nullptr;
  int8_t distance = -1;
  union {
    T value;
  };
};

/// The list around the sentinel, or nothing.
template <class Slot, bool ordered>
struct Order {};
template <class Slot>
struct Order<Slot, true> {
  std::unique_ptr<Slot> owner = std::make_unique<Slot>();
  Slot* sentinel = owner.get();
  Order() { clear(); }
  void clear() { sentinel->next = sentinel->prev = sentinel; }
  void append(Slot* slot) {
    slot->prev = sentinel->prev;
    slot->next = sentinel;
    sentinel->prev->next = slot;
    sentinel->prev = slot;
  }
  static void remove(Slot* slot) {
    slot->prev->next = slot->next;
    slot->next->prev = slot->prev;
  }
  /// `to` takes the place of `from`.
  static void move(Slot* from, Slot* to) {
    to->prev = from->prev;
    to->next = from->next;
    to->prev->next = to;
    to->next->prev = to;
  }
};

template <class Key, class Value>
struct MapTraits {
  using value_type = std::pair<Key, Value>;
  template <class Pair>
  static const auto& key(const Pair& pair) {
    return pair.first;
  }
};
template <class Key>
struct SetTraits {
  using value_type = Key;
  static const Key& key(const Key& value) { return value; }
};

template <class Traits, class Key, class Hash, class Equal, class Alloc, bool ordered>
class Table : private Hash, private Equal {
 public:
  using value_type = typename Traits::value_type;
  using size_type = uint64_t;
  using difference_type = std::ptrdiff_t;
  using hasher = Hash;
  using key_equal = Equal;
  using reference = value_type&;
  using const_reference = const value_type&;
  using pointer = value_type*;
  using const_pointer = const value_type*;

 private:
  using Slot = std::conditional_t<ordered, LinkedSlot<value_type>, PlainSlot<value_type>>;
  using Slots = typename std::allocator_traits<Alloc>::template rebind_alloc<Slot>;

 public:
  using allocator_type = Slots;

  template <class V>
  struct templated_iterator {
    using iterator_category = std::forward_iterator_tag;
    using value_type = V;
    using difference_type = std::ptrdiff_t;
    using pointer = V*;
    using reference = V&;

    templated_iterator() = default;
    templated_iterator(Slot* slot) : current(slot) {}
    operator templated_iterator<const V>() const { return {current}; }
    V& operator*() const { return current->value; }
    V* operator->() const { return std::addressof(current->value); }
    templated_iterator& operator++() {
      if constexpr (ordered) {
        current = current->next;
      } else {
        do ++current;
        while (current->distance < 0);
      }
      return *this;
    }
    templated_iterator operator++(int) {
      templated_iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const templated_iterator& a, const templated_iterator& b) { return a.current == b.current; }
    friend bool operator!=(const templated_iterator& a, const templated_iterator& b) { return a.current != b.current; }

    Slot* current = nullptr;
  };
  using iterator = templated_iterator<value_type>;
  using const_iterator = templated_iterator<const value_type>;

  Table() = default;
  explicit Table(size_type buckets, const Hash& hash = Hash(), const Equal& equal = Equal(), const Alloc& = Alloc())
      : Hash(hash), Equal(equal) {
    rehash(buckets);
  }
  template <class It, class = typename std::iterator_traits<It>::iterator_category>
  Table(It first, It last, size_type buckets = 0, const Hash& hash = Hash(), const Equal& equal = Equal())
      : Table(buckets, hash, equal) {
    insert(first, last);
  }
  Table(std::initializer_list<value_type> items, size_type buckets = 0, const Hash& hash = Hash(),
        const Equal& equal = Equal())
      : Table(buckets ? buckets : items.size(), hash, equal) {
    insert(items.begin(), items.end());
  }
  Table(const Table& other) : Hash(other), Equal(other), max_load_(other.max_load_) {
    reserve(other.size());
    insert(other.begin(), other.end());
  }
  Table(Table&& other) noexcept : Hash(std::move(other)), Equal(std::move(other)) { swap_contents(other); }
  Table& operator=(const Table& other) {
    if (this != &other) {
      Table copy(other);
      swap(copy);
    }
    return *this;
  }
  Table& operator=(Table&& other) noexcept {
    if (this != &other) {
      clear();
      swap(other);
    }
    return *this;
  }
  ~Table() {
    clear();
    Slots().deallocate(slots_, num_slots_minus_one_ + max_lookups_ + 1);
  }

  iterator begin() {
    if constexpr (ordered) {
      return order_.sentinel->next;
    } else {
      Slot* slot = slots_;
      while (slot->distance < 0) ++slot;
      return slot;
    }
  }
  iterator end() {
    if constexpr (ordered) {
      return order_.sentinel;
    } else {
      return slots_ + (num_slots_minus_one_ + max_lookups_);
    }
  }
  const_iterator begin() const { return const_cast<Table*>(this)->begin(); }
  const_iterator end() const { return const_cast<Table*>(this)->end(); }
  const_iterator cbegin() const { return begin(); }
  const_iterator cend() const { return end(); }

  iterator find(const Key& key) {
    Slot* slot = home(key);
    for (int8_t distance = 0; slot->distance >= distance; ++distance, ++slot) {
      if (equals(key, Traits::key(slot->value))) return slot;
    }
    return end();
  }
  const_iterator find(const Key& key) const { return const_cast<Table*>(this)->find(key); }
  uint64_t count(const Key& key) const { return find(key) == end() ? 0 : 1; }
  bool contains(const Key& key) const { return count(key) != 0; }

  /// Adds value_type(first, rest...) unless its key is there.
  template <class First, class... Rest>
  std::pair<iterator, bool> emplace(First&& first, Rest&&... rest) {
    if constexpr (sizeof...(Rest) == 0) {
      return add(Traits::key(first), std::forward<First>(first));
    } else {
      return add(first, std::forward<First>(first), std::forward<Rest>(rest)...);
    }
  }
  std::pair<iterator, bool> insert(const value_type& value) { return emplace(value); }
  std::pair<iterator, bool> insert(value_type&& value) { return emplace(std::move(value)); }
  iterator insert(const_iterator, const value_type& value) { return emplace(value).first; }
  template <class It>
  void insert(It first, It last) {
    for (; first != last; ++first) emplace(*first);
  }
  void insert(std::initializer_list<value_type> items) { insert(items.begin(), items.end()); }

  iterator erase(const_iterator at) {
    Slot* slot = at.current;
    Slot* following = slot;
    if constexpr (ordered) {
      following = slot->next;
      order_.remove(slot);
    }
    destroy(slot);
    --num_elements_;
    // What was pushed away from its home comes one slot nearer.
    for (Slot* from = slot + 1; from->distance > 0; ++slot, ++from) {
      if (ordered && from == following) following = slot;
      relocate(from, slot, static_cast<int8_t>(from->distance - 1));
    }
    if constexpr (ordered) return following;
    iterator next = at.current;
    if (at.current->distance < 0) ++next;
    return next;
  }
  iterator erase(const_iterator first, const_iterator last) {
    std::ptrdiff_t left = std::distance(first, last);
    iterator at = first.current;
    for (; left > 0; --left) at = erase(at);
    return at;
  }
  uint64_t erase(const Key& key) {
    const iterator found = find(key);
    if (found == end()) return 0;
    erase(const_iterator(found));
    return 1;
  }
  void clear() {
    for (Slot *slot = slots_, *last = slots_ + (num_slots_minus_one_ + max_lookups_); slot != last; ++slot) {
      if (slot->distance >= 0) destroy(slot);
    }
    if constexpr (ordered) order_.clear();
    num_elements_ = 0;
  }

  void rehash(uint64_t buckets) {
    buckets = std::max(buckets, static_cast<uint64_t>(std::ceil(static_cast<double>(num_elements_) / max_load_)));
    if (buckets == 0) return;
    const int8_t index = policy_.next_size_over(buckets);
    if (buckets == bucket_count()) return;
    Table fresh{Sized{buckets, index}, *this};
    for (auto& value : *this) fresh.emplace(std::move(value));
    swap_contents(fresh);
  }
  void reserve(uint64_t elements) {
    const auto buckets =
        static_cast<uint64_t>(std::ceil(static_cast<double>(elements) / std::min(0.5, static_cast<double>(max_load_))));
    if (buckets > bucket_count()) rehash(buckets);
  }
  void shrink_to_fit() {}
  void swap(Table& other) noexcept {
    swap_contents(other);
    std::swap(static_cast<Hash&>(*this), static_cast<Hash&>(other));
    std::swap(static_cast<Equal&>(*this), static_cast<Equal&>(other));
  }

  uint64_t size() const { return num_elements_; }
  bool empty() const { return num_elements_ == 0; }
  uint64_t bucket_count() const { return num_slots_minus_one_ ? num_slots_minus_one_ + 1 : 0; }
  float load_factor() const {
    return bucket_count() ? static_cast<float>(num_elements_) / static_cast<float>(bucket_count()) : 0;
  }
  float max_load_factor() const { return max_load_; }
  void max_load_factor(float value) { max_load_ = value; }

 protected:
  static Slot* made(uint64_t count) {
    Slot* slots = Slots().allocate(count);
    for (uint64_t i = 0; i + 1 < count; ++i) slots[i].distance = -1;
    slots[count - 1].distance = 0;
    return slots;
  }

 private:
  struct Sized {
    uint64_t buckets;
    int8_t index;
  };
  Table(Sized sized, const Table& like) : Hash(like), Equal(like), max_load_(like.max_load_) {
    Slots().deallocate(slots_, kMinLookups);
    max_lookups_ = std::max<int8_t>(kMinLookups, static_cast<int8_t>(bit_width(sized.buckets) - 1));
    slots_ = made(sized.buckets + static_cast<uint64_t>(max_lookups_));
    num_slots_minus_one_ = sized.buckets - 1;
    policy_.commit(sized.index);
  }

  Slot* home(const Key& key) const {
    return slots_ +
           policy_.index_for_hash(static_cast<uint64_t>(static_cast<const Hash&>(*this)(key)), num_slots_minus_one_);
  }
  template <class A, class B>
  bool equals(const A& a, const B& b) const {
    return static_cast<const Equal&>(*this)(a, b);
  }

  static void destroy(Slot* slot) {
    slot->value.~value_type();
    slot->distance = -1;
  }
  void relocate(Slot* from, Slot* to, int8_t distance) {
    ::new (static_cast<void*>(std::addressof(to->value))) value_type(std::move(from->value));
    to->distance = distance;
    if constexpr (ordered) order_.move(from, to);
    destroy(from);
  }

  template <class K, class... Args>
  std::pair<iterator, bool> add(const K& key, Args&&... args) {
    int8_t distance = 0;
    Slot* slot = home(key);
    for (; slot->distance >= distance; ++distance, ++slot) {
      if (equals(key, Traits::key(slot->value))) return {slot, false};
    }
    const bool full = num_slots_minus_one_ == 0 || static_cast<double>(num_elements_ + 1) >
                                                       static_cast<double>(num_slots_minus_one_ + 1) * max_load_;
    if (full || distance == max_lookups_ || !make_room(slot)) {
      value_type value(std::forward<Args>(args)...);  // the arguments may lie in this very table
      rehash(std::max<uint64_t>(4, 2 * bucket_count()));
      return add(Traits::key(value), std::move(value));
    }
    ::new (static_cast<void*>(std::addressof(slot->value))) value_type(std::forward<Args>(args)...);
    slot->distance = distance;
    if constexpr (ordered) order_.append(slot);
    ++num_elements_;
    return {slot, true};
  }

  /// Empties `slot` by moving the run that begins there one slot on; false if one of it would come too far from home.
  bool make_room(Slot* slot) {
    Slot* const last = slots_ + (num_slots_minus_one_ + max_lookups_);
    Slot* end = slot;
    for (; end != last && end->distance >= 0; ++end) {
      if (end->distance + 1 >= max_lookups_) return false;
    }
    if (end == last) return false;
    for (; end != slot; --end) relocate(end - 1, end, static_cast<int8_t>((end - 1)->distance + 1));
    return true;
  }

  void swap_contents(Table& other) noexcept {
    std::swap(slots_, other.slots_);
    std::swap(num_slots_minus_one_, other.num_slots_minus_one_);
    std::swap(policy_, other.policy_);
    std::swap(max_lookups_, other.max_lookups_);
    std::swap(max_load_, other.max_load_);
    std::swap(num_elements_, other.num_elements_);
    std::swap(order_, other.order_);
  }

  Slot* slots_ = made(kMinLookups);
  uint64_t num_slots_minus_one_ = 0;
  typename PolicyOf<Hash>::type policy_;
  int8_t max_lookups_ = kMinLookups - 1;
  float max_load_ = 0.5F;
  uint64_t num_elements_ = 0;
  [[no_unique_address]] Order<Slot, ordered> order_;
};

/// A map's own members, above the table.
template <class K, class V, class H, class E, class A, bool ordered>
class Map : public Table<MapTraits<K, V>, K, H, E, A, ordered> {
  using Base = Table<MapTraits<K, V>, K, H, E, A, ordered>;

 public:
  using key_type = K;
  using mapped_type = V;
  using Base::Base;

  V& operator[](const K& key) {
    const auto found = this->find(key);
    return found != this->end() ? found->second : this->emplace(key, V()).first->second;
  }
  V& at(const K& key) {
    const auto found = this->find(key);
    if (found == this->end()) throw std::out_of_range("Argument passed to at() was not in the map.");
    return found->second;
  }
  const V& at(const K& key) const { return const_cast<Map*>(this)->at(key); }
  template <class M>
  std::pair<typename Base::iterator, bool> insert_or_assign(const K& key, M&& value) {
    auto result = this->emplace(key, std::forward<M>(value));
    if (!result.second) result.first->second = std::forward<M>(value);
    return result;
  }
  friend bool operator==(const Map& a, const Map& b) {
    if (a.size() != b.size()) return false;
    for (const auto& item : a) {
      const auto found = b.find(item.first);
      if (found == b.end() || !(found->second == item.second)) return false;
    }
    return true;
  }
  friend bool operator!=(const Map& a, const Map& b) { return !(a == b); }
};

}  // namespace flambeau::hashing
