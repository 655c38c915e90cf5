#include <c10/core/impl/alloc_cpu.h>
#include <c10/util/Exception.h>
#include <c10/util/Flags.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "kernels/common/error.h"
#include "kernels/common/memory.h"

C10_DECLARE_bool(caffe2_cpu_allocator_do_zero_fill);
C10_DECLARE_bool(caffe2_cpu_allocator_do_junk_fill);

namespace c10 {

namespace {
// Shows up as NaN in floating-point numbers and far out of range in whole ones.
void fill_with_junk(void* data, size_t bytes) {
  constexpr uint32_t kJunk = 0x7fedbeef;
  for (size_t at = 0; at < bytes; at += sizeof(kJunk)) {
    memcpy(static_cast<char*>(data) + at, &kJunk, std::min(sizeof(kJunk), bytes - at));
  }
}

[[gnu::cold, gnu::noinline]] void fill(void* data, size_t bytes) {
  TORCH_CHECK(!(FLAGS_caffe2_cpu_allocator_do_zero_fill && FLAGS_caffe2_cpu_allocator_do_junk_fill),
              "Cannot request both zero-fill and junk-fill at the same time");
  if (FLAGS_caffe2_cpu_allocator_do_junk_fill) return fill_with_junk(data, bytes);
  memset(data, 0, bytes);
}

[[noreturn, gnu::cold, gnu::noinline]] void refuse_negative(size_t bytes) {
  TORCH_CHECK(false, "alloc_cpu() seems to have been called with negative number: ", bytes);
}

[[noreturn, gnu::cold, gnu::noinline]] void out_of_memory(size_t bytes) {
  TORCH_CHECK(false, "DefaultCPUAllocator: can't allocate memory: you tried to allocate ", bytes,
              " bytes. Error code 12 (Cannot allocate memory)");
}
}  // namespace

size_t c10_compute_alignment(size_t /*nbytes*/) { return flambeau::kAlignment; }

void* alloc_cpu(size_t nbytes) {
  if (nbytes == 0) return nullptr;
  if (nbytes > static_cast<size_t>(std::numeric_limits<int64_t>::max())) refuse_negative(nbytes);
  void* data = nullptr;
  try {
    data = flambeau::allocate(nbytes);
  } catch (const flambeau::Error&) {
    out_of_memory(nbytes);
  }
  if (C10_UNLIKELY(FLAGS_caffe2_cpu_allocator_do_zero_fill || FLAGS_caffe2_cpu_allocator_do_junk_fill))
    fill(data, nbytes);
  return data;
}

void free_cpu(void* data) { flambeau::deallocate(data); }

}  // namespace c10
