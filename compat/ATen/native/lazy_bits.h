// Tensors whose values are to be conjugated or negated when they are read: what every operator does with them by
// default.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>

namespace flambeau {

/// Backend fallbacks of the keys Conjugate and Negative: views and copies pass the bit on, all others see resolved
/// values.
void conjugate_fallback(const c10::OperatorHandle& op, c10::DispatchKeySet keys, c10::Stack* stack);
void negative_fallback(const c10::OperatorHandle& op, c10::DispatchKeySet keys, c10::Stack* stack);

}  // namespace flambeau
