// Elements as Python numbers: tolist, and a Python function for each element.
#include <cstring>

#include "pyshim/csrc/overrides.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/tensor_members.h"
#include "pyshim/csrc/tensor_data.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

using at::Tensor;

PyObject* element(const char* data, at::ScalarType dtype) {
  switch (dtype) {
    case at::kFloat:
      return PyFloat_FromDouble(*reinterpret_cast<const float*>(data));
    case at::kDouble:
      return PyFloat_FromDouble(*reinterpret_cast<const double*>(data));
    case at::kHalf:
      return PyFloat_FromDouble(static_cast<float>(*reinterpret_cast<const at::Half*>(data)));
    case at::kBFloat16:
      return PyFloat_FromDouble(static_cast<float>(*reinterpret_cast<const at::BFloat16*>(data)));
    case at::kLong:
      return PyLong_FromLongLong(*reinterpret_cast<const int64_t*>(data));
    case at::kInt:
      return PyLong_FromLong(*reinterpret_cast<const int32_t*>(data));
    case at::kShort:
      return PyLong_FromLong(*reinterpret_cast<const int16_t*>(data));
    case at::kChar:
      return PyLong_FromLong(*reinterpret_cast<const int8_t*>(data));
    case at::kByte:
      return PyLong_FromLong(*reinterpret_cast<const uint8_t*>(data));
    case at::kUInt16:
      return PyLong_FromLong(*reinterpret_cast<const uint16_t*>(data));
    case at::kUInt32:
      return PyLong_FromUnsignedLong(*reinterpret_cast<const uint32_t*>(data));
    case at::kUInt64:
      return PyLong_FromUnsignedLongLong(*reinterpret_cast<const uint64_t*>(data));
    case at::kBool:
      return from_bool(*reinterpret_cast<const bool*>(data));
    case at::kFloat8_e5m2:
      return PyFloat_FromDouble(static_cast<float>(*reinterpret_cast<const at::Float8_e5m2*>(data)));
    case at::kFloat8_e4m3fn:
      return PyFloat_FromDouble(static_cast<float>(*reinterpret_cast<const at::Float8_e4m3fn*>(data)));
    case at::kComplexFloat: {
      auto c = *reinterpret_cast<const c10::complex<float>*>(data);
      return PyComplex_FromDoubles(c.real(), c.imag());
    }
    case at::kComplexDouble: {
      auto c = *reinterpret_cast<const c10::complex<double>*>(data);
      return PyComplex_FromDoubles(c.real(), c.imag());
    }
    default:
      TORCH_CHECK_NOT_IMPLEMENTED(false, "not implemented: tolist of dtype ", dtype);
  }
}

Object list_of(const char* data, const Tensor& t, int64_t dim) {
  if (dim == t.dim()) return checked(element(data, t.scalar_type()));
  Object list = checked(PyList_New(t.size(dim)));
  int64_t step = t.stride(dim) * static_cast<int64_t>(t.element_size());
  for (int64_t i = 0; i < t.size(dim); ++i, data += step) {
    PyList_SET_ITEM(list.get(), i, list_of(data, t, dim + 1).release());
  }
  return list;
}

PyObject* method_tolist(PyObject* self, PyObject*) {
  return guarded([&]() -> PyObject* {
    if (PyObject* o = overridden(self, "tolist", {})) return o;
    Tensor t = tensor_of(self).resolve_conj().resolve_neg();
    if (!t.is_cpu()) t = t.to(at::kCPU);
    return list_of(t.numel() ? static_cast<const char*>(t.const_data_ptr()) : nullptr, t, 0).release();
  });
}

/// apply_(f), map_(other, f), map2_(x, y, f): a Python function for each element.
void visit(int64_t dim, Tensor& t, std::vector<Tensor>& others, int64_t offset, std::vector<int64_t> at,
           PyObject* function) {
  if (dim < t.dim()) {
    for (int64_t i = 0; i < t.size(dim); ++i) {
      std::vector<int64_t> next = at;
      for (size_t k = 0; k < others.size(); ++k) next[k] += others[k].stride(dim) * i;
      visit(dim + 1, t, others, offset + t.stride(dim) * i, next, function);
    }
    return;
  }
  auto item = static_cast<int64_t>(t.element_size());
  char* place = static_cast<char*>(t.data_ptr()) + offset * item;
  PyObject* operands[3] = {};
  size_t count = 0;
  operands[count++] = element(place, t.scalar_type());
  for (size_t k = 0; k < others.size(); ++k) {
    operands[count++] = element(static_cast<const char*>(others[k].const_data_ptr()) + at[k] * item, t.scalar_type());
  }
  Object result(PyObject_Vectorcall(function, operands, count, nullptr));
  for (size_t k = 0; k < count; ++k) Py_DECREF(operands[k]);
  if (!result) raise();
  Tensor cell = tensor_from_data(result, t.scalar_type(), std::nullopt);
  std::memcpy(place, cell.const_data_ptr(), item);
}
PyObject* apply_all(PyObject* self, PyObject* args) {
  return guarded([&] {
    Tensor t = tensor_of(self);
    TORCH_CHECK(!t.requires_grad(),
                "Can't call apply_() on Variable that requires grad. Use var.detach().apply_() instead.");
    if (!t.is_cpu()) raise(PyExc_TypeError, "apply_ is only implemented on CPU tensors");
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    if (count < 1) raise(PyExc_TypeError, "apply_() takes a function");
    std::vector<Tensor> others;
    for (Py_ssize_t i = 0; i + 1 < count; ++i) {
      PyObject* other = PyTuple_GET_ITEM(args, i);
      if (!is_tensor(other))
        raise(PyExc_TypeError, std::string("map_() takes tensors and a function, not ") + short_type_name(other));
      others.push_back(tensor_of(other).expand_as(t));
    }
    visit(0, t, others, 0, std::vector<int64_t>(others.size()), PyTuple_GET_ITEM(args, count - 1));
    return Py_NewRef(self);
  });
}

}  // namespace

PyMethodDef value_methods[] = {
    {"tolist", &method_tolist, METH_NOARGS, nullptr},
    {"apply_", &apply_all, METH_VARARGS, nullptr},
    {"map_", &apply_all, METH_VARARGS, nullptr},
    {"map2_", &apply_all, METH_VARARGS, nullptr},
    {},
};

}  // namespace flambeau::python
