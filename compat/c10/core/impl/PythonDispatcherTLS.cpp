#include <c10/core/DispatchKey.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <c10/core/impl/PythonDispatcherTLS.h>

namespace c10::impl {

namespace {
constinit thread_local PyInterpreter* current = nullptr;
}

void PythonDispatcherTLS::set_state(PyInterpreter* state) {
  if (state == nullptr) {
    reset_state();
    return;
  }
  current = state;
  tls_set_dispatch_key_included(DispatchKey::PythonDispatcher, true);
}

PyInterpreter* PythonDispatcherTLS::get_state() { return current; }

void PythonDispatcherTLS::reset_state() {
  current = nullptr;
  tls_set_dispatch_key_included(DispatchKey::PythonDispatcher, false);
}

}  // namespace c10::impl
