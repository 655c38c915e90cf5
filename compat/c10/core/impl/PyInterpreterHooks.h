// Mirrors <c10/core/impl/PyInterpreterHooks.h> of PyTorch 2.13.
#pragma once

#include <c10/core/impl/PyInterpreter.h>
#include <c10/macros/Export.h>
#include <c10/util/Registry.h>
#include <c10/util/light_std.h>

namespace c10::impl {

// The Python library registers the way to its interpreter here when it is loaded.
struct C10_API PyInterpreterHooksInterface {
  virtual ~PyInterpreterHooksInterface() = default;
  virtual PyInterpreter* getPyInterpreter() const {
    TORCH_CHECK(false, "PyTorch was compiled without Python support. Cannot access Python interpreter from C++.");
  }
};
struct C10_API PyInterpreterHooksArgs {};

C10_DECLARE_REGISTRY(PyInterpreterHooksRegistry, PyInterpreterHooksInterface);
#define REGISTER_PYTHON_HOOKS(clsname) C10_REGISTER_CLASS(PyInterpreterHooksRegistry, clsname, clsname)

C10_API const PyInterpreterHooksInterface& getPyInterpreterHooks();
/// An error where there is none.
C10_API PyInterpreter* getGlobalPyInterpreter();

}  // namespace c10::impl
