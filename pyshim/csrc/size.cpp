// torch.Size: a tuple of ints; and torch.finfo, torch.iinfo.
#include <c10/core/DefaultDtype.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

PyObject* size_new(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    Object self = checked(PyTuple_Type.tp_new(type, args, kwargs));
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self.get()); ++i) {
      PyObject* item = PyTuple_GET_ITEM(self.get(), i);
      if (PyLong_Check(item)) continue;
      PyObject* number = PyIndex_Check(item) ? PyNumber_Index(item) : nullptr;
      if (!number) {
        PyErr_Clear();
        raise(PyExc_TypeError, std::string("torch.Size() takes an iterable of 'int' (item ") + std::to_string(i) +
                                   " is '" + short_type_name(item) + "')");
      }
      PyTuple_SET_ITEM(self.get(), i, number);
      Py_DECREF(item);
    }
    return self.release();
  });
}

PyObject* size_repr(PyObject* self) {
  std::string out = "torch.Size([";
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self); ++i) {
    if (i) out += ", ";
    Object item(PyObject_Repr(PyTuple_GET_ITEM(self, i)));
    if (!item) return nullptr;
    out += PyUnicode_AsUTF8(item);
  }
  return PyUnicode_FromString((out + "])").c_str());
}

PyObject* as_size(PyObject* tuple) {
  if (!tuple || !PyTuple_Check(tuple)) return tuple;
  Object owned(tuple);
  Object args(PyTuple_Pack(1, tuple));
  return args ? PyTuple_Type.tp_new(&THPSizeType, args, nullptr) : nullptr;
}

bool all_ints(PyObject* tuple) {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); ++i) {
    if (!PyLong_Check(PyTuple_GET_ITEM(tuple, i))) return false;
  }
  return true;
}

PyObject* size_concat(PyObject* a, PyObject* b) {
  if (!PyTuple_Check(a) || !PyTuple_Check(b)) {
    PyErr_Format(PyExc_TypeError, "can only concatenate tuple (not %s) to torch.Size", short_type_name(b));
    return nullptr;
  }
  PyObject* sum = PyTuple_Type.tp_as_sequence->sq_concat(a, b);
  return sum && all_ints(sum) ? as_size(sum) : sum;
}
PyObject* size_add(PyObject* a, PyObject* b) {
  if (!PyTuple_Check(a) || !PyTuple_Check(b)) Py_RETURN_NOTIMPLEMENTED;
  return size_concat(a, b);
}
PyObject* size_repeat(PyObject* self, Py_ssize_t n) { return as_size(PyTuple_Type.tp_as_sequence->sq_repeat(self, n)); }
PyObject* size_subscript(PyObject* self, PyObject* key) {
  PyObject* found = PyTuple_Type.tp_as_mapping->mp_subscript(self, key);
  return PySlice_Check(key) ? as_size(found) : found;
}

PyObject* size_numel(PyObject* self, PyObject*) {
  return guarded([&] {
    int64_t product = 1;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self); ++i) product *= to_int64(PyTuple_GET_ITEM(self, i));
    return PyLong_FromLongLong(product);
  });
}
PyObject* size_reduce(PyObject* self, PyObject*) {
  Object plain(PySequence_Tuple(self));
  if (plain.get() == self || Py_TYPE(plain.get()) != &PyTuple_Type)
    plain = Object(PyTuple_GetSlice(self, 0, PyTuple_GET_SIZE(self)));
  return Py_BuildValue("(O(O))", reinterpret_cast<PyObject*>(&THPSizeType), plain.get());
}

PyMethodDef size_methods[] = {
    {"numel", &size_numel, METH_NOARGS, "Number of elements a tensor of this size has."},
    {"__reduce__", &size_reduce, METH_NOARGS, nullptr},
    {},
};
PySequenceMethods size_sequence = {};
PyMappingMethods size_mapping = {};
PyNumberMethods size_number = {};

}  // namespace

void init_size(PyObject* module) {
  // The rest is tuple's own, by inheritance.
  size_sequence.sq_concat = &size_concat;
  size_sequence.sq_repeat = &size_repeat;
  size_mapping.mp_subscript = &size_subscript;
  size_number.nb_add = &size_add;
  THPSizeType.tp_base = &PyTuple_Type;
  THPSizeType.tp_new = &size_new;
  THPSizeType.tp_repr = &size_repr;
  THPSizeType.tp_as_sequence = &size_sequence;
  THPSizeType.tp_as_mapping = &size_mapping;
  THPSizeType.tp_as_number = &size_number;
  THPSizeType.tp_methods = size_methods;
  THPSizeType.tp_flags |= Py_TPFLAGS_BASETYPE;
  THPSize_init(module);
}

// ---- finfo and iinfo
// -----------------------------------------------------------------------------------------------------

namespace {

at::ScalarType type_of(PyObject* self) { return reinterpret_cast<THPDTypeInfo*>(self)->type; }

struct FloatFacts {
  double eps, max, min, tiny, resolution;
};

template <class T>
FloatFacts facts_of() {
  using L = std::numeric_limits<T>;
  return {double(L::epsilon()), double(L::max()), double(L::lowest()), double(L::min()),
          std::pow(10.0, -int(L::digits10))};
}

FloatFacts float_facts(PyObject* self) {
  switch (type_of(self)) {
    case at::kHalf:
      return facts_of<at::Half>();
    case at::kBFloat16:
      return facts_of<at::BFloat16>();
    case at::kDouble:
      return facts_of<double>();
    case at::kFloat8_e5m2:
      return facts_of<at::Float8_e5m2>();
    case at::kFloat8_e4m3fn:
      return facts_of<at::Float8_e4m3fn>();
    case at::kFloat8_e5m2fnuz:
      return facts_of<at::Float8_e5m2fnuz>();
    case at::kFloat8_e4m3fnuz:
      return facts_of<at::Float8_e4m3fnuz>();
    default:
      return facts_of<float>();
  }
}

template <double FloatFacts::*field>
PyObject* float_fact(PyObject* self, void*) {
  return PyFloat_FromDouble(float_facts(self).*field);
}
int64_t bits_of(PyObject* self) { return static_cast<int64_t>(c10::elementSize(type_of(self)) * 8); }
PyObject* info_bits(PyObject* self, void*) { return PyLong_FromLongLong(bits_of(self)); }
PyObject* info_dtype(PyObject* self, void*) {
  return PyUnicode_FromString(reinterpret_cast<THPDtype*>(Object(from_dtype(type_of(self))).get())->name);
}

PyObject* int_max(PyObject* self, void*) {
  int64_t bits = bits_of(self) - (at::isSignedType(type_of(self)) ? 1 : 0);
  return PyLong_FromUnsignedLongLong(bits == 64 ? ~0ULL : (1ULL << bits) - 1);
}
PyObject* int_min(PyObject* self, void*) {
  return PyLong_FromLongLong(
      at::isSignedType(type_of(self)) ? std::numeric_limits<int64_t>::min() >> (64 - bits_of(self)) : 0);
}

PyObject* make_info(PyTypeObject* type, at::ScalarType dtype) {
  PyObject* self = checked(type->tp_alloc(type, 0)).release();
  reinterpret_cast<THPDTypeInfo*>(self)->type = dtype;
  return self;
}
PyObject* finfo_new(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    static const char* names[] = {"type", nullptr};
    PyObject* given = nullptr;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:finfo", const_cast<char**>(names), &given)) raise();
    at::ScalarType dtype = given ? to_dtype(given) : c10::get_default_dtype_as_scalartype();
    if (!at::isFloatingType(dtype) && !at::isComplexType(dtype)) {
      raise(PyExc_TypeError,
            "torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'");
    }
    return make_info(type, c10::toRealValueType(dtype));
  });
}
PyObject* iinfo_new(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    static const char* names[] = {"type", nullptr};
    PyObject* given = nullptr;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:iinfo", const_cast<char**>(names), &given)) raise();
    at::ScalarType dtype = to_dtype(given);
    if (dtype == at::kBool) raise(PyExc_TypeError, "torch.bool is not supported by torch.iinfo");
    if (!at::isIntegralType(dtype, false) && !at::isQIntType(dtype)) {
      raise(PyExc_TypeError, "torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'");
    }
    return make_info(type, dtype);
  });
}
PyObject* info_compare(PyObject* a, PyObject* b, int op) {
  if (Py_TYPE(a) != Py_TYPE(b) || (op != Py_EQ && op != Py_NE)) Py_RETURN_NOTIMPLEMENTED;
  return from_bool((type_of(a) == type_of(b)) == (op == Py_EQ));
}
Py_hash_t info_hash(PyObject* self) { return static_cast<Py_hash_t>(type_of(self)) + 1; }
PyObject* finfo_repr(PyObject* self) {
  FloatFacts f = float_facts(self);
  std::ostringstream out;
  out << "finfo(resolution=" << f.resolution << ", min=" << f.min << ", max=" << f.max << ", eps=" << f.eps
      << ", smallest_normal=" << f.tiny << ", tiny=" << f.tiny
      << ", dtype=" << PyUnicode_AsUTF8(Object(info_dtype(self, nullptr))) << ")";
  return PyUnicode_FromString(out.str().c_str());
}
PyObject* iinfo_repr(PyObject* self) {
  return PyUnicode_FromFormat("iinfo(min=%S, max=%S, dtype=%S)", Object(int_min(self, nullptr)).get(),
                              Object(int_max(self, nullptr)).get(), Object(info_dtype(self, nullptr)).get());
}

PyGetSetDef finfo_properties[] = {
    {"bits", &info_bits, nullptr, nullptr, nullptr},
    {"eps", &float_fact<&FloatFacts::eps>, nullptr, nullptr, nullptr},
    {"max", &float_fact<&FloatFacts::max>, nullptr, nullptr, nullptr},
    {"min", &float_fact<&FloatFacts::min>, nullptr, nullptr, nullptr},
    {"tiny", &float_fact<&FloatFacts::tiny>, nullptr, nullptr, nullptr},
    {"smallest_normal", &float_fact<&FloatFacts::tiny>, nullptr, nullptr, nullptr},
    {"resolution", &float_fact<&FloatFacts::resolution>, nullptr, nullptr, nullptr},
    {"dtype", &info_dtype, nullptr, nullptr, nullptr},
    {},
};
PyGetSetDef iinfo_properties[] = {
    {"bits", &info_bits, nullptr, nullptr, nullptr},
    {"max", &int_max, nullptr, nullptr, nullptr},
    {"min", &int_min, nullptr, nullptr, nullptr},
    {"dtype", &info_dtype, nullptr, nullptr, nullptr},
    {},
};

void ready(PyObject* module, PyTypeObject& type, const char* name, newfunc make, reprfunc show,
           PyGetSetDef* properties) {
  type.tp_new = make;
  type.tp_repr = show;
  type.tp_richcompare = &info_compare;
  type.tp_hash = &info_hash;
  type.tp_getset = properties;
  checked(PyType_Ready(&type));
  checked(PyModule_AddObjectRef(module, name, reinterpret_cast<PyObject*>(&type)));
}

}  // namespace

void init_type_info(PyObject* module) { THPDTypeInfo_init(module); }

}  // namespace flambeau::python

using namespace flambeau::python;

constinit PyTypeObject THPSizeType = plain_type("torch.Size", 0);
constinit PyTypeObject THPFInfoType = plain_type("torch.finfo", sizeof(THPFInfo));
constinit PyTypeObject THPIInfoType = plain_type("torch.iinfo", sizeof(THPIInfo));

void THPSize_init(PyObject* module) {
  checked(PyType_Ready(&THPSizeType));
  checked(PyModule_AddObjectRef(module, "Size", reinterpret_cast<PyObject*>(&THPSizeType)));
}
void THPDTypeInfo_init(PyObject* module) {
  ready(module, THPFInfoType, "finfo", &finfo_new, &finfo_repr, finfo_properties);
  ready(module, THPIInfoType, "iinfo", &iinfo_new, &iinfo_repr, iinfo_properties);
}

PyObject* THPSize_NewFromSizes(int64_t dim, const int64_t* sizes) {
  Object self = checked(THPSizeType.tp_alloc(&THPSizeType, dim));
  for (int64_t i = 0; i < dim; ++i) PyTuple_SET_ITEM(self.get(), i, PyLong_FromLongLong(sizes[i]));
  return self.release();
}
PyObject* THPSize_New(const at::Tensor& t) { return THPSize_NewFromSizes(t.dim(), t.sizes().data()); }
PyObject* THPSize_NewFromSymSizes(const at::Tensor& t) { return THPSize_New(t); }
