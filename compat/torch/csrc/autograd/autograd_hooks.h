// Autograd as the rooms below it reach it, unless a program has set its own. No registration runs at start-up.
#pragma once

namespace at::impl {
struct VariableHooksInterface;
}
namespace c10::impl {
struct AutogradMetaFactory;
}

namespace flambeau {

at::impl::VariableHooksInterface* variable_hooks();
c10::impl::AutogradMetaFactory* autograd_meta_factory();

}  // namespace flambeau
