#include "pyshim/csrc/thunk.h"

#include <structseq.h>

#include <cstring>
#include <unordered_map>

#include "pyshim/csrc/operators.h"
#include "pyshim/csrc/overrides.h"
#include "pyshim/csrc/return_types.h"

namespace flambeau::python {

namespace {

PyObject* item(PyObject* sequence, Py_ssize_t i) {
  return PyTuple_Check(sequence) ? PyTuple_GET_ITEM(sequence, i) : PyList_GET_ITEM(sequence, i);
}

[[noreturn]] void bad_item(const Param& p, Py_ssize_t position, PyObject* o, const char* expected) {
  raise(PyExc_TypeError, std::string("argument '") + (kText + p.name) + "' failed to unpack the object at pos " +
                             std::to_string(position + 1) + " with error \"type must be " + expected + ",but got " +
                             short_type_name(o) + "\"");
}

}  // namespace

void tensors_of(PyObject* sequence, const Param&, bool optional, c10::SmallVectorImpl<at::Tensor>& into) {
  Py_ssize_t count = PySequence_Fast_GET_SIZE(sequence);
  into.reserve(static_cast<size_t>(count));
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* o = item(sequence, i);
    if (is_tensor(o)) {
      into.push_back(tensor_of(o));
    } else if (optional && o == Py_None) {
      into.emplace_back();
    } else {
      raise(PyExc_TypeError,
            "expected Tensor as element " + std::to_string(i) + " in argument 0, but got " + short_type_name(o));
    }
  }
}

void integers_of(PyObject* o, const Param& p, c10::SmallVectorImpl<int64_t>& into) {
  if (!o) {
    const int64_t* row = kLists + p.value;
    into.append(row + 1, row + 1 + row[0]);
    return;
  }
  if (!PyTuple_Check(o) && !PyList_Check(o)) {
    into.append(p.size, to_int64(o));
    return;
  }
  Py_ssize_t count = PySequence_Fast_GET_SIZE(o);
  into.reserve(static_cast<size_t>(count));
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* each = item(o, i);
    if (!PyLong_CheckExact(each) && !is_index(each) && !PyBool_Check(each)) {
      if (!PyIndex_Check(each) || is_tensor(each)) bad_item(p, i, each, "tuple of ints");
    }
    into.push_back(to_int64(each));
  }
}

void reals_of(PyObject* o, const Param& p, c10::SmallVectorImpl<double>& into) {
  if (!o) {
    const int64_t* row = kLists + p.value;
    for (int64_t i = 1; i <= row[0]; ++i) into.push_back(std::bit_cast<double>(row[i]));
    return;
  }
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(o); ++i) {
    PyObject* each = item(o, i);
    if (!is_real(each)) bad_item(p, i, each, "tuple of floats");
    into.push_back(to_double(each));
  }
}

PyObject* wrap_result(std::vector<at::Tensor> tensors) {
  Object tuple = checked(PyTuple_New(static_cast<Py_ssize_t>(tensors.size())));
  for (size_t i = 0; i < tensors.size(); ++i) PyTuple_SET_ITEM(tuple.get(), i, wrap(std::move(tensors[i])));
  return tuple.release();
}

PyObject* wrap_tuple(const Site& site, PyObject** items, int count) {
  PyObject* tuple;
  if (site.signature->fields) {
    std::string name = kText + site.function->name;
    if (site.signature->outs && site.sources == kSources + site.signature->out.sources) name += "_out";
    tuple = PyStructSequence_New(return_type(name.c_str(), kText + site.signature->fields));
    for (int i = 0; i < count; ++i) PyStructSequence_SET_ITEM(tuple, i, items[i]);
  } else {
    tuple = PyTuple_New(count);
    for (int i = 0; i < count; ++i) PyTuple_SET_ITEM(tuple, i, items[i]);
  }
  return tuple;
}

// ---- Named tuples
// ----------------------------------------------------------------------------------------------------------

namespace {

PyObject* repr_fields(PyObject* self) {
  return guarded([&] {
    PyTypeObject* type = Py_TYPE(self);
    std::string out = std::string(type->tp_name) + "(";
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self); ++i) {
      Object shown = checked(PyObject_Repr(PyTuple_GET_ITEM(self, i)));
      out += std::string(i ? ",\n" : "\n") + type->tp_members[i].name + "=" + std::string(text_of(shown));
    }
    return text(out + ")").release();
  });
}

/// Pickles as its type with a plain tuple.
PyObject* reduce_fields(PyObject* self, PyObject*) {
  return guarded([&] {
    Object plain = checked(PyTuple_GetSlice(self, 0, PyTuple_GET_SIZE(self)));
    return Py_BuildValue("(O(O))", reinterpret_cast<PyObject*>(Py_TYPE(self)), plain.get());
  });
}
PyMethodDef reduce_definition = {"__reduce__", &reduce_fields, METH_NOARGS, nullptr};

}  // namespace

PyTypeObject* return_type(const char* name, const char* fields) {
  // Made at first use; there is one for each set of fields of a function, and it lives for ever.
  static auto* types = new std::unordered_map<std::string, PyTypeObject*>();
  PyTypeObject*& type = (*types)[std::string(name) + " " + fields];
  if (type) return type;
  auto* rows = new std::vector<PyStructSequence_Field>();
  auto* names = new std::string(fields);
  for (char* at = names->data(); at && *at;) {
    char* blank = std::strchr(at, ' ');
    if (blank) *blank++ = 0;
    rows->push_back({at, ""});
    at = blank;
  }
  int count = static_cast<int>(rows->size());
  rows->push_back({nullptr, nullptr});
  auto* full = new std::string(std::string("torch.return_types.") + name);
  PyStructSequence_Desc description = {full->c_str(), nullptr, rows->data(), count};
  type = PyStructSequence_NewType(&description);
  if (!type) raise();
  type->tp_repr = &repr_fields;
  Object reduce = checked(PyDescr_NewMethod(type, &reduce_definition));
  checked(PyDict_SetItemString(type->tp_dict, "__reduce__", reduce));
  Object module = text("torch.return_types");
  checked(PyDict_SetItemString(type->tp_dict, "__module__", module));
  PyType_Modified(type);
  return type;
}

namespace {

/// Attributes of `_C._return_types` appear when first asked for.
PyObject* find_return_type(PyObject*, PyObject* wanted) {
  return guarded([&]() -> PyObject* {
    std::string name(text_of(wanted));
    const std::string full = name;
    if (name.ends_with("_out")) name.resize(name.size() - 4);
    for (int i = 0; i < kFunctionCount; ++i) {
      if (kText + kFunctions[i].name != name) continue;
      for (int s = 0; s < kFunctions[i].count; ++s) {
        const Signature& signature = kSignatures[kFunctions[i].first + s];
        if (signature.fields)
          return Py_NewRef(reinterpret_cast<PyObject*>(return_type(full.c_str(), kText + signature.fields)));
      }
    }
    PyErr_Format(PyExc_AttributeError, "module 'torch.return_types' has no attribute '%s'", name.c_str());
    return nullptr;
  });
}
PyObject* all_return_types(PyObject*, PyObject*) {
  return guarded([&] {
    Object set = checked(PySet_New(nullptr));
    for (int i = 0; i < kFunctionCount; ++i) {
      for (int s = 0; s < kFunctions[i].count; ++s) {
        if (kSignatures[kFunctions[i].first + s].fields) checked(PySet_Add(set, text(kText + kFunctions[i].name)));
      }
    }
    return PySequence_List(set);
  });
}
PyMethodDef lookup[] = {
    {"__getattr__", &find_return_type, METH_O, nullptr}, {"__dir__", &all_return_types, METH_NOARGS, nullptr}, {}};

}  // namespace

void init_return_types(PyObject* module) {
  Object types = checked(PyModule_New("torch._C._return_types"));
  add_functions(types, lookup);
  add_object(module, "_return_types", types.release());
}

}  // namespace flambeau::python
