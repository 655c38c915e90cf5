// Boxed kernels for the operator table.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>

namespace flambeau {

/// For the Autograd key of a built-in operator without a derivative: backward through its result raises.
void autograd_not_implemented(c10::OperatorKernel*, const c10::OperatorHandle& op, c10::DispatchKeySet keys,
                              std::vector<c10::IValue>* stack);

}  // namespace flambeau
