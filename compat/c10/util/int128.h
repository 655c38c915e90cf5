// Mirrors <c10/util/int128.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>

#include <cstdint>
#include <iosfwd>

namespace c10 {

struct uint128_pod;
class uint128;
inline uint128& operator<<=(uint128& self, int amount);

class C10_API uint128 {
 public:
  uint128() : lo_(0), hi_(0) {}
  uint128(uint64_t top, uint64_t bottom) : lo_(bottom), hi_(top) {}
  uint128(int bottom) : lo_(static_cast<uint64_t>(bottom)), hi_(bottom < 0 ? ~uint64_t{0} : 0) {}
  uint128(uint32_t bottom) : lo_(bottom), hi_(0) {}
  uint128(uint64_t bottom) : lo_(bottom), hi_(0) {}
  uint128(const uint128_pod& val);

  void Initialize(uint64_t top, uint64_t bottom) {
    hi_ = top;
    lo_ = bottom;
  }
  uint128& operator+=(const uint128& b) { return set(wide() + b.wide()); }
  uint128& operator-=(const uint128& b) { return set(wide() - b.wide()); }
  uint128& operator*=(const uint128& b) { return set(wide() * b.wide()); }
  uint128& operator/=(const uint128& b);
  uint128& operator%=(const uint128& b);
  uint128 operator++(int) {
    uint128 tmp(*this);
    *this += 1;
    return tmp;
  }
  uint128 operator--(int) {
    uint128 tmp(*this);
    *this -= 1;
    return tmp;
  }
  friend uint128& operator<<=(uint128&, int);
  uint128& operator>>=(int amount) { return set(amount < 128 ? wide() >> amount : 0); }
  uint128& operator&=(const uint128& b) { return set(wide() & b.wide()); }
  uint128& operator|=(const uint128& b) { return set(wide() | b.wide()); }
  uint128& operator^=(const uint128& b) { return set(wide() ^ b.wide()); }
  uint128& operator++() { return *this += 1; }
  uint128& operator--() { return *this -= 1; }
  friend uint64_t Uint128Low64(const uint128& v) { return v.lo_; }
  friend uint64_t Uint128High64(const uint128& v) { return v.hi_; }
  C10_API friend std::ostream& operator<<(std::ostream& o, const uint128& b);

 private:
  __extension__ typedef unsigned __int128 Wide;
  Wide wide() const { return static_cast<Wide>(hi_) << 64 | lo_; }
  uint128& set(Wide value) {
    lo_ = static_cast<uint64_t>(value);
    hi_ = static_cast<uint64_t>(value >> 64);
    return *this;
  }
  static void DivModImpl(uint128 dividend, uint128 divisor, uint128* quotient_ret, uint128* remainder_ret);

  uint64_t lo_;
  uint64_t hi_;

  // Not converted from.
  uint128(uint8_t);
  uint128(uint16_t);
  uint128(float v);
  uint128(double v);
};

// The same without constructors, for constants.
struct uint128_pod {
  uint64_t hi;
  uint64_t lo;
};

inline uint128::uint128(const uint128_pod& val) : lo_(val.lo), hi_(val.hi) {}

C10_API extern const uint128_pod kuint128max;
C10_API extern std::ostream& operator<<(std::ostream& o, const uint128& b);

uint64_t Uint128Low64(const uint128& v);
uint64_t Uint128High64(const uint128& v);

inline bool operator==(const uint128& lhs, const uint128& rhs) {
  return Uint128Low64(lhs) == Uint128Low64(rhs) && Uint128High64(lhs) == Uint128High64(rhs);
}
inline bool operator!=(const uint128& lhs, const uint128& rhs) { return !(lhs == rhs); }
#define FLAMBEAU_COMPARE(op)                                                                    \
  inline bool operator op(const uint128& lhs, const uint128& rhs) {                             \
    return Uint128High64(lhs) == Uint128High64(rhs) ? Uint128Low64(lhs) op Uint128Low64(rhs)    \
                                                    : Uint128High64(lhs) op Uint128High64(rhs); \
  }
FLAMBEAU_COMPARE(<)
FLAMBEAU_COMPARE(>)
FLAMBEAU_COMPARE(>=)
FLAMBEAU_COMPARE(<=)
#undef FLAMBEAU_COMPARE

inline uint128 operator~(const uint128& val) { return uint128(~Uint128High64(val), ~Uint128Low64(val)); }
inline bool operator!(const uint128& val) { return !Uint128High64(val) && !Uint128Low64(val); }
inline uint128& operator<<=(uint128& self, int amount) { return self.set(amount < 128 ? self.wide() << amount : 0); }
inline uint128 operator<<(const uint128& val, int amount) {
  uint128 result(val);
  return result <<= amount;
}
inline uint128 operator>>(const uint128& val, int amount) { return uint128(val) >>= amount; }
inline uint128 operator+(const uint128& lhs, const uint128& rhs) { return uint128(lhs) += rhs; }
inline uint128 operator-(const uint128& lhs, const uint128& rhs) { return uint128(lhs) -= rhs; }
inline uint128 operator*(const uint128& lhs, const uint128& rhs) { return uint128(lhs) *= rhs; }
inline uint128 operator/(const uint128& lhs, const uint128& rhs) { return uint128(lhs) /= rhs; }
inline uint128 operator%(const uint128& lhs, const uint128& rhs) { return uint128(lhs) %= rhs; }
inline uint128 operator&(const uint128& lhs, const uint128& rhs) { return uint128(lhs) &= rhs; }
inline uint128 operator|(const uint128& lhs, const uint128& rhs) { return uint128(lhs) |= rhs; }
inline uint128 operator^(const uint128& lhs, const uint128& rhs) { return uint128(lhs) ^= rhs; }
inline uint128 operator-(const uint128& val) { return uint128(uint64_t{0}) - val; }

}  // namespace c10
