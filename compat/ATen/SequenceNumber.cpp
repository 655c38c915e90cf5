#include <ATen/SequenceNumber.h>

namespace at::sequence_number {
namespace {
constinit thread_local uint64_t next = 0;
}
uint64_t peek() { return next; }
uint64_t get_and_increment() { return next++; }
}  // namespace at::sequence_number
