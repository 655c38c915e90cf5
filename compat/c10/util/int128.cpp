#include <c10/util/Logging.h>
#include <c10/util/int128.h>

#include <algorithm>
#include <ostream>
#include <string>

namespace c10 {

constinit const uint128_pod kuint128max = {~uint64_t{0}, ~uint64_t{0}};

void uint128::DivModImpl(uint128 dividend, uint128 divisor, uint128* quotient_ret, uint128* remainder_ret) {
  if (divisor == uint64_t{0}) {
    LOG(FATAL) << "Division or mod by zero: dividend.hi=" << dividend.hi_ << ", lo=" << dividend.lo_;
  }
  quotient_ret->set(dividend.wide() / divisor.wide());
  remainder_ret->set(dividend.wide() % divisor.wide());
}

uint128& uint128::operator/=(const uint128& b) {
  uint128 remainder;
  DivModImpl(*this, b, this, &remainder);
  return *this;
}

uint128& uint128::operator%=(const uint128& b) {
  uint128 quotient;
  DivModImpl(*this, b, &quotient, this);
  return *this;
}

std::ostream& operator<<(std::ostream& o, const uint128& b) {
  const auto flags = o.flags();
  const uint64_t base = (flags & std::ios::hex) ? 16 : (flags & std::ios::oct) ? 8 : 10;
  const char* digits = (flags & std::ios::uppercase) ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string text;
  for (uint128 rest = b; text.empty() || !!rest; rest /= base) text += digits[Uint128Low64(rest % base)];
  if ((flags & std::ios::showbase) && base != 10) text += base == 16 ? "x0" : "0";
  const auto width = static_cast<size_t>(std::max<std::streamsize>(o.width(0), 0));
  const std::string fill(width > text.size() ? width - text.size() : 0, o.fill());
  std::reverse(text.begin(), text.end());
  return o << ((flags & std::ios::adjustfield) == std::ios::left ? text + fill : fill + text);
}

}  // namespace c10
