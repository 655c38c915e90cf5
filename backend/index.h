// Reading and writing at tensors of indices, one for each leading dimension (undefined ones stand for all of it).
#pragma once

#include "backend/call.h"

namespace flambeau {

/// out = self[indices]; out has the indexed shape.
void index_read(const View& out, const View& self, std::span<const View> indices);
/// out[indices] = values, or += in the order of the indices; values broadcast to the indexed shape.
void index_write(const View& out, std::span<const View> indices, const View& values, bool accumulate);

}  // namespace flambeau
