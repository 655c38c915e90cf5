// Mirrors <c10/util/Bitset.h> of PyTorch 2.13.
#pragma once

#include <cstddef>

namespace c10::utils {

// 64 bits in a register.
struct bitset final {
 private:
  using bitset_type = long long int;

 public:
  static constexpr size_t NUM_BITS() { return 8 * sizeof(bitset_type); }

  constexpr bitset() noexcept = default;
  constexpr bitset(const bitset&) noexcept = default;
  constexpr bitset(bitset&&) noexcept = default;
  bitset& operator=(const bitset&) noexcept = default;
  bitset& operator=(bitset&&) noexcept = default;
  ~bitset() = default;

  constexpr void set(size_t index) noexcept { bitset_ |= 1LL << index; }
  constexpr void unset(size_t index) noexcept { bitset_ &= ~(1LL << index); }
  constexpr bool get(size_t index) const noexcept { return bitset_ & (1LL << index); }
  constexpr bool is_entirely_unset() const noexcept { return 0 == bitset_; }
  template <class Func>
  void for_each_set_bit(Func&& func) const {
    bitset rest = *this;
    while (!rest.is_entirely_unset()) {
      const auto index = static_cast<size_t>(__builtin_ctzll(static_cast<unsigned long long>(rest.bitset_)));
      func(index);
      rest.unset(index);
    }
  }

 private:
  friend bool operator==(bitset lhs, bitset rhs) noexcept { return lhs.bitset_ == rhs.bitset_; }

  bitset_type bitset_{0};
};

inline bool operator!=(bitset lhs, bitset rhs) noexcept { return !(lhs == rhs); }

}  // namespace c10::utils
