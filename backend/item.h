// Moving elements by their size alone.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/common/number.h"

namespace flambeau {

/// Calls f with a value of a type that is `size` bytes wide: 1, 2, 4, 8 or 16.
template <class F>
void with_item(size_t size, const F& f) {
  switch (size) {
    case 1:
      return f(uint8_t());
    case 2:
      return f(uint16_t());
    case 4:
      return f(uint32_t());
    case 8:
      return f(uint64_t());
    default:
      return f(Complex<double>());
  }
}

}  // namespace flambeau
