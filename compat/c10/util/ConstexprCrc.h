// Mirrors <c10/util/ConstexprCrc.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/IdWrapper.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace c10::util {
namespace detail {

// CRC-64 with the Jones polynomial, reflected, one byte at a time.
constexpr std::array<uint64_t, 256> make_crc64_table() {
  std::array<uint64_t, 256> table{};
  for (uint64_t byte = 0; byte < table.size(); ++byte) {
    uint64_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x95ac9329ac4bc9b5u : 0);
    table[byte] = crc;
  }
  return table;
}
inline constexpr auto crc64_table = make_crc64_table();

inline constexpr uint64_t crc64impl(uint64_t accumulator, const char* data, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    accumulator = crc64_table[(accumulator ^ static_cast<unsigned char>(data[i])) & 0xFF] ^ (accumulator >> 8);
  }
  return accumulator;
}

}  // namespace detail

struct crc64_t final : IdWrapper<crc64_t, uint64_t> {
  constexpr crc64_t(uint64_t checksum) : IdWrapper(checksum) {}
  constexpr uint64_t checksum() const { return this->underlyingId(); }
};

inline constexpr crc64_t crc64(const char* str, size_t size) { return crc64_t{detail::crc64impl(0, str, size)}; }
inline constexpr crc64_t crc64(std::string_view str) { return crc64(str.data(), str.size()); }

}  // namespace c10::util
C10_DEFINE_HASH_FOR_IDWRAPPER(c10::util::crc64_t)
