// Undefined tensors where an operator's schema wants a tensor (Tensor, not Tensor?).
#pragma once

#include <string_view>

namespace flambeau {

/// Raises PyTorch's error for the argument at `position` of the built-in operator.
[[noreturn, gnu::cold]] void refuse_undefined(std::string_view name, std::string_view overload, int position);

}  // namespace flambeau
