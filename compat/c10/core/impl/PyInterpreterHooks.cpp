#include <c10/core/impl/PyInterpreterHooks.h>

namespace c10::impl {

C10_DEFINE_REGISTRY(PyInterpreterHooksRegistry, PyInterpreterHooksInterface)

const PyInterpreterHooksInterface& getPyInterpreterHooks() {
  static const PyInterpreterHooksInterface* hooks = [] {
    auto registered = PyInterpreterHooksRegistry()->Create("PyInterpreterHooks");
    return registered ? registered.release() : new PyInterpreterHooksInterface();
  }();
  return *hooks;
}

PyInterpreter* getGlobalPyInterpreter() {
  // Asked again until Python has been loaded.
  static constinit std::atomic<PyInterpreter*> found = nullptr;
  if (auto* interpreter = found.load(std::memory_order_acquire)) return interpreter;
  if (!PyInterpreterHooksRegistry()->Has("PyInterpreterHooks")) return PyInterpreterHooksInterface().getPyInterpreter();
  auto* interpreter = getPyInterpreterHooks().getPyInterpreter();
  found.store(interpreter, std::memory_order_release);
  return interpreter;
}

}  // namespace c10::impl
