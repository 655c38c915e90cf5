#include "pyshim/csrc/python.h"

#include <c10/util/Exception.h>

#include <cstring>
#include <map>
#include <new>

#include "pyshim/csrc/errors.h"

namespace flambeau::python {

void raise(PyObject* type, const std::string& message) {
  PyErr_SetString(type, message.c_str());
  throw python_error();
}

Object attr_or_null(PyObject* object, const char* name) {
  PyObject* found = PyObject_GetAttrString(object, name);
  if (!found) {
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) raise();
    PyErr_Clear();
  }
  return Object(found);
}

const char* short_type_name(PyObject* object) {
  const char* name = Py_TYPE(object)->tp_name;
  const char* dot = std::strrchr(name, '.');
  return dot ? dot + 1 : name;
}

static std::string& package() {
  static std::string name = "flambeau";
  return name;
}
const char* package_name() { return package().c_str(); }
void set_package_name(const std::string& name) { package() = name; }

PyObject* package_attr(const char* module, const char* name) {
  // Never freed: the objects outlive the interpreter's modules.
  static auto* known = new std::map<std::pair<std::string, std::string>, PyObject*>();
  auto [at, fresh] = known->try_emplace({module, name});
  if (fresh || !at->second) {
    std::string path = package();
    if (*module) path += std::string(".") + module;
    at->second = attr(import(path.c_str()), name).release();
  }
  return at->second;
}

void add_functions(PyObject* module, PyMethodDef* table) { checked(PyModule_AddFunctions(module, table)); }

void add_object(PyObject* module, const char* name, PyObject* owned) {
  Object object = checked(owned);
  checked(PyModule_AddObjectRef(module, name, object));
}

}  // namespace flambeau::python
