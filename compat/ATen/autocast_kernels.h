// The kernels of the autocast key.
#pragma once

namespace at::autocast {

/// Registers them; called when autocast is first switched on, since libraries have no initialisers.
void register_cpu_kernels();

}  // namespace at::autocast
