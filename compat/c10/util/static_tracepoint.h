// Mirrors <c10/util/static_tracepoint.h> of PyTorch 2.13.
#pragma once

// Without probes: the build has no use for them.
#define TORCH_HAVE_SDT 0
#define TORCH_SDT(name, ...) \
  do {                       \
  } while (0)
#define TORCH_SDT_WITH_SEMAPHORE(name, ...) \
  do {                                      \
  } while (0)
#define TORCH_SDT_IS_ENABLED(name) (false)
#define TORCH_SDT_DEFINE_SEMAPHORE(name)
#define TORCH_SDT_DECLARE_SEMAPHORE(name)
