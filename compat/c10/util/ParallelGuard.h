// Mirrors <c10/util/ParallelGuard.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>

namespace c10 {

// Marks the code of a parallel region, so that what runs there does not start another.
class C10_API ParallelGuard {
 public:
  static bool is_enabled();
  ParallelGuard(bool state);
  ~ParallelGuard();

 private:
  bool previous_state_;
};

}  // namespace c10
