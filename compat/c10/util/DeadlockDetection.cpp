#include <c10/util/DeadlockDetection.h>
#include <c10/util/env.h>

namespace c10::impl {

namespace {
constinit PythonGILHooks* gil_hooks = nullptr;

bool disabled() { return c10::utils::has_env("TORCH_DISABLE_DEADLOCK_DETECTION"); }
}  // namespace

bool check_python_gil() { return gil_hooks != nullptr && gil_hooks->check_python_gil(); }

void SetPythonGILHooks(PythonGILHooks* factory) {
  if (disabled()) return;
  TORCH_INTERNAL_ASSERT(!factory || !gil_hooks);
  gil_hooks = factory;
}

}  // namespace c10::impl
