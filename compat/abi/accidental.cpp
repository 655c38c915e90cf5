// Foreign functions that PyTorch's libraries export by accident and that wheels rely on: abi/accidental.tsv.
#include <cstddef>
#include <cstring>
#include <ios>
#include <string>

/// libstdc++ 13's replacement for a static initialiser in each file that includes <iostream>; 12's does it by ios_base::Init.
extern "C" void ios_base_library_init() __asm__("_ZSt21ios_base_library_initv");
extern "C" void ios_base_library_init() { static std::ios_base::Init init; }

namespace {

/// Moves the tail of a replacement that overlaps the string itself. `hole` is where `removed` characters make room for `added`
/// ones from `source`, `tail` characters follow; the capacity suffices.
void replace_overlapping(char* hole, size_t removed, const char* source, size_t added, size_t tail) {
  const std::string copy(source, added);
  if (tail && removed != added) std::memmove(hole + added, hole + removed, tail);
  std::memcpy(hole, copy.data(), added);
}

}  // namespace

/// libstdc++ 13's out-of-line part of basic_string::_M_replace for a source inside the string.
extern "C" void string_replace_cold(std::string* self, char* hole, size_t removed, const char* source, size_t added, size_t tail)
    __asm__("_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE15_M_replace_coldEPcmPKcmm");
extern "C" void string_replace_cold(std::string*, char* hole, size_t removed, const char* source, size_t added, size_t tail) {
  replace_overlapping(hole, removed, source, added, tail);
}
