// The module _C, put together.
#include <c10/macros/Export.h>

#include "pyshim/csrc/autograd.h"
#include "pyshim/csrc/dispatch.h"
#include "pyshim/csrc/errors.h"
#include "pyshim/csrc/globals.h"
#include "pyshim/csrc/interpreter.h"
#include "pyshim/csrc/misc.h"
#include "pyshim/csrc/module_call.h"
#include "pyshim/csrc/operators.h"
#include "pyshim/csrc/overrides.h"
#include "pyshim/csrc/return_types.h"
#include "pyshim/csrc/storage.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/tensor_new.h"
#include "pyshim/csrc/types.h"

namespace flambeau::python {

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_C", nullptr, -1, nullptr, nullptr, nullptr, nullptr, nullptr};

extern PyMethodDef parse_to_definition;

static PyObject* make_module() {
  Object module = checked(PyModule_Create(&definition));
  init_interpreter();
  init_errors(module);
  init_types(module);
  init_device(module);
  init_size(module);
  init_type_info(module);
  init_stream(module);
  init_storage(module);
  init_overrides(module);
  init_tensor(module);
  init_functions(module);
  init_tensor_new(module);
  init_return_types(module);
  init_generator(module);
  init_nodes(module);
  init_function(module);
  init_engine(module);
  init_modes(module);
  init_globals(module);
  init_misc(module);
  init_module_call(module);
  init_dispatch(module);
  init_dispatch_keys(module);
  Object nn = attr(module, "_nn");
  add_object(nn, "_parse_to", PyCFunction_New(&parse_to_definition, nullptr));
  return module.release();
}

}  // namespace flambeau::python

extern "C" C10_EXPORT PyObject* flambeau_init_python() {
  return flambeau::python::guarded(&flambeau::python::make_module);
}
