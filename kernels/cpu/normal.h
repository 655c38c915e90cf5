#pragma once

#include <cstdint>

namespace flambeau::cpu {

/// Turns blocks of 16 uniform numbers into normal ones by Box and Muller's transform: entry j of a block is the radius
/// and entry j + 8 the angle of results j and j + 8.
void normal_blocks(float* data, int64_t blocks, float mean, float deviation);
void normal_blocks(double* data, int64_t blocks, double mean, double deviation);

}  // namespace flambeau::cpu
