// What an operator makes of outputs that share memory with themselves or with its operands: further flags of an OpDef.
// Without any, an output that has several elements in one place is refused and operands are not looked at; kPointwise
// without kMayOverlap implies kApart and kLooksFirst.
#pragma once

#include <cstdint>

namespace flambeau {

inline constexpr uint32_t kMayOverlap = 1 << 8;   ///< several elements of an output may be one place
inline constexpr uint32_t kFirstApart = 1 << 9;   ///< refuses to overlap the first operand partly, unless it broadcasts
inline constexpr uint32_t kApart = 1 << 10;       ///< refuses to overlap any operand partly
inline constexpr uint32_t kAlone = 1 << 11;       ///< or wholly, but for the first operand of a kInPlaceSafe operator
inline constexpr uint32_t kLooksFirst = 1 << 12;  ///< looks at an output before that is resized

}  // namespace flambeau
