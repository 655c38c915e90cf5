#include <ATen/core/VariableHooksInterface.h>

#include <ATen/core/Range.h>
#include <torch/csrc/autograd/autograd_hooks.h>

#include <ostream>

namespace at {

namespace impl {

static constinit VariableHooksInterface* hooks = nullptr;

void SetVariableHooks(VariableHooksInterface* h) { hooks = h; }

bool HasVariableHooks() {
  // Asked for at first use: nothing registers itself when the library is loaded.
  if (!hooks) hooks = flambeau::variable_hooks();
  return hooks != nullptr;
}
VariableHooksInterface* GetVariableHooks() {
  TORCH_CHECK(HasVariableHooks(), "Support for autograd has not been loaded; have you linked against libtorch.so?");
  return hooks;
}

}  // namespace impl

std::ostream& operator<<(std::ostream& out, const Range& range) {
  return out << "Range[" << range.begin << ", " << range.end << ']';
}

}  // namespace at
