#include <torch/csrc/utils/pybind.h>

#include <c10/core/SymBool.h>
#include <c10/core/SymFloat.h>
#include <c10/core/SymInt.h>
#include <c10/core/SymNodeImpl.h>
#include <torch/csrc/autograd/python_variable_object.h>

// Symbolic numbers do not exist in Python here: each is a plain int, float or bool.
namespace pybind11::detail {

namespace {

c10::Scalar scalar_of(PyObject* o) {
  if (PyBool_Check(o)) return o == Py_True;
  if (PyLong_Check(o)) return static_cast<int64_t>(PyLong_AsLongLong(o));
  if (PyComplex_Check(o)) return c10::complex<double>(PyComplex_RealAsDouble(o), PyComplex_ImagAsDouble(o));
  return PyFloat_AsDouble(o);
}

template <class Item>
bool load_integers(PyObject* source, std::vector<Item>& items) {
  if (!PyTuple_Check(source) && !PyList_Check(source)) return false;
  Py_ssize_t count = PySequence_Fast_GET_SIZE(source);
  items.clear();
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* item = PySequence_Fast_GET_ITEM(source, i);
    if (!PyIndex_Check(item)) return false;
    PyObject* index = PyNumber_Index(item);
    if (!index) throw python_error();
    items.emplace_back(static_cast<int64_t>(PyLong_AsLongLong(index)));
    Py_DECREF(index);
  }
  return true;
}

}  // namespace

bool type_caster<at::Tensor>::load(handle src, bool) {
  if (!THPVariable_Check(src.ptr())) return false;
  value = THPVariable_Unpack(src.ptr());
  return true;
}
handle type_caster<at::Tensor>::cast(const at::Tensor& src, return_value_policy, handle) {
  return handle(THPVariable_Wrap(src));
}

bool type_caster<at::IntArrayRef>::load(handle src, bool) {
  if (!load_integers(src.ptr(), v_value)) return false;
  value = v_value;
  return true;
}
handle type_caster<at::IntArrayRef>::cast(at::IntArrayRef src, return_value_policy, handle) {
  tuple result(src.size());
  for (size_t i = 0; i < src.size(); ++i) PyTuple_SET_ITEM(result.ptr(), i, PyLong_FromLongLong(src[i]));
  return result.release();
}

bool type_caster<at::SymIntArrayRef>::load(handle src, bool) {
  if (!load_integers(src.ptr(), v_value)) return false;
  value = v_value;
  return true;
}
handle type_caster<at::SymIntArrayRef>::cast(at::SymIntArrayRef src, return_value_policy, handle) {
  list result(src.size());
  for (size_t i = 0; i < src.size(); ++i)
    PyList_SET_ITEM(result.ptr(), i, PyLong_FromLongLong(src[i].guard_int(__FILE__, __LINE__)));
  return result.release();
}

bool type_caster<at::ArrayRef<c10::SymNode>>::load(handle, bool) { return false; }
handle type_caster<at::ArrayRef<c10::SymNode>>::cast(at::ArrayRef<c10::SymNode>, return_value_policy, handle) {
  TORCH_CHECK_NOT_IMPLEMENTED(false, "not implemented: pybind11::detail::type_caster<ArrayRef<SymNode>>::cast");
}

bool type_caster<c10::Scalar>::load(handle src, bool) {
  PyObject* o = src.ptr();
  if (THPVariable_Check(o)) {
    const at::Tensor& t = THPVariable_Unpack(o);
    if (t.dim() != 0) return false;
    value = t.item();
    return true;
  }
  if (!PyFloat_Check(o) && !PyLong_Check(o) && !PyComplex_Check(o)) return false;
  value = scalar_of(o);
  return true;
}
handle type_caster<c10::Scalar>::cast(const c10::Scalar& s, return_value_policy, handle) {
  if (s.isFloatingPoint()) return PyFloat_FromDouble(s.toDouble());
  if (s.isBoolean()) return Py_NewRef(s.toBool() ? Py_True : Py_False);
  if (s.isComplex()) return PyComplex_FromDoubles(s.toComplexDouble().real(), s.toComplexDouble().imag());
  return PyLong_FromLongLong(s.toLong());
}

bool type_caster<c10::SymInt>::load(handle src, bool) {
  if (!PyIndex_Check(src.ptr())) return false;
  object index = reinterpret_steal<object>(PyNumber_Index(src.ptr()));
  if (!index) throw python_error();
  value = c10::SymInt(PyLong_AsLongLong(index.ptr()));
  return true;
}
handle type_caster<c10::SymInt>::cast(const c10::SymInt& s, return_value_policy, handle) {
  return PyLong_FromLongLong(s.guard_int(__FILE__, __LINE__));
}

bool type_caster<c10::SymFloat>::load(handle src, bool) {
  if (!PyFloat_Check(src.ptr()) && !PyLong_Check(src.ptr())) return false;
  value = c10::SymFloat(PyFloat_AsDouble(src.ptr()));
  return true;
}
handle type_caster<c10::SymFloat>::cast(const c10::SymFloat& s, return_value_policy, handle) {
  return PyFloat_FromDouble(s.guard_float(__FILE__, __LINE__));
}

bool type_caster<c10::SymBool>::load(handle src, bool) {
  if (!PyBool_Check(src.ptr())) return false;
  value = c10::SymBool(src.ptr() == Py_True);
  return true;
}
handle type_caster<c10::SymBool>::cast(const c10::SymBool& s, return_value_policy, handle) {
  return Py_NewRef(s.guard_bool(__FILE__, __LINE__) ? Py_True : Py_False);
}

}  // namespace pybind11::detail
