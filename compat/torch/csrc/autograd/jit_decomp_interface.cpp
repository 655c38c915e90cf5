#include <torch/csrc/autograd/jit_decomp_interface.h>

#include <atomic>

namespace torch::autograd::impl {

namespace {
constinit std::atomic<JitDecompInterface*> decompositions{nullptr};
}

void setJitDecompImpl(JitDecompInterface* impl) { decompositions = impl; }
JitDecompInterface* getJitDecompImpl() { return decompositions; }

}  // namespace torch::autograd::impl
