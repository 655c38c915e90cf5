#include "pyshim/csrc/numpy.h"

#include <ATen/ops/from_blob.h>
#include <c10/core/GradMode.h>

#include <cstring>

#include "pyshim/csrc/overrides.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

// What numpy promises not to change: the head of its array and descriptor objects, type numbers, slots of its API
// table.
struct Descr {
  PyObject_HEAD PyTypeObject* type;
  char kind, code, byteorder, former_flags;
  int type_num;
};
struct Array {
  PyObject_HEAD char* data;
  int dims;
  intptr_t* sizes;
  intptr_t* strides;  // in bytes
  PyObject* base;
  Descr* descr;
  int flags;
};
constexpr int kWriteable = 0x400;
constexpr int kArrayType = 2, kNew = 93, kSetBase = 282;  // slots of the API table
using NewArray = PyObject* (*)(PyTypeObject*, int, const intptr_t*, int, const intptr_t*, void*, int, int, PyObject*);
using SetBase = int (*)(PyObject*, PyObject*);

struct TypePair {
  int type_num;
  at::ScalarType dtype;
};
constexpr TypePair kTypes[] = {
    {0, at::kBool},    {1, at::kChar},  {2, at::kByte},          {3, at::kShort},
    {4, at::kUInt16},  {5, at::kInt},   {6, at::kUInt32},        {7, at::kLong},
    {8, at::kUInt64},  {9, at::kLong},  {10, at::kUInt64},       {11, at::kFloat},
    {12, at::kDouble}, {23, at::kHalf}, {14, at::kComplexFloat}, {15, at::kComplexDouble},
};

void** api() {
  // Guarded by the interpreter's lock, not by a static's: the import gives it up, and a second thread would wait for
  // the first with it in hand.
  static void** table = nullptr;
  if (table) return table;
  PyObject* module = PyImport_ImportModule("numpy._core._multiarray_umath");
  if (!module) {
    PyErr_Clear();
    module = PyImport_ImportModule("numpy.core._multiarray_umath");
  }
  if (!module) {
    PyErr_Clear();
    raise(PyExc_RuntimeError, "Numpy is not available");
  }
  Object capsule = attr(Object(module), "_ARRAY_API");
  table = static_cast<void**>(PyCapsule_GetPointer(capsule, nullptr));
  if (!table) raise();
  return table;
}

int numpy_type_of(at::ScalarType dtype) {
  for (const TypePair& pair : kTypes) {
    if (pair.dtype == dtype) return pair.type_num;
  }
  raise(PyExc_TypeError, std::string("Got unsupported ScalarType ") + c10::toString(dtype));
}

at::ScalarType dtype_of(PyObject* array) {
  Descr* descr = reinterpret_cast<Array*>(array)->descr;
  for (const TypePair& pair : kTypes) {
    if (pair.type_num == descr->type_num) return pair.dtype;
  }
  std::string name = descr->type->tp_name;
  if (descr->type_num == 17) name = "numpy.object_";
  if (descr->type_num == 19) name = "numpy.str_";
  raise(PyExc_TypeError, "can't convert np.ndarray of type " + name +
                             ". The only supported types are: float64, float32, float16, complex64, complex128, int64, "
                             "int32, int16, int8, uint64, "
                             "uint32, uint16, uint8, and bool.");
}

PyObject* method_numpy(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    static const char* names[] = {"force", nullptr};
    int force = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$p:numpy", const_cast<char**>(names), &force)) raise();
    if (PyObject* o = overridden(self, "numpy", {})) return o;
    at::Tensor t = tensor_of(self);
    if (force) t = t.detach().cpu().resolve_conj().resolve_neg();
    return numpy_from_tensor(t, self);
  });
}

PyObject* from_numpy(PyObject*, PyObject* array) {
  return guarded([&] { return wrap(tensor_from_numpy(array)); });
}

}  // namespace

bool is_numpy_array(PyObject* object) {
  // Numpy's type has this name; only then is it worth finding its API.
  for (PyTypeObject* type = Py_TYPE(object); type; type = type->tp_base) {
    if (!std::strcmp(type->tp_name, "numpy.ndarray")) return type == api()[kArrayType];
  }
  return false;
}

at::Tensor tensor_from_numpy(PyObject* object, bool warn) {
  if (!is_numpy_array(object)) {
    raise(PyExc_TypeError, std::string("expected np.ndarray (got ") + short_type_name(object) + ")");
  }
  auto* array = reinterpret_cast<Array*>(object);
  if (warn && !(array->flags & kWriteable)) {
    TORCH_WARN_ONCE(
        "The given NumPy array is not writable, and PyTorch does not support non-writable tensors. This means writing "
        "to this tensor "
        "will result in undefined behavior. You may want to copy the array to protect its data or make it writable "
        "before converting "
        "it to a tensor. This type of warning will be suppressed for the rest of this program.");
  }
  if (array->descr->byteorder == '>') {
    raise(PyExc_ValueError,
          "given numpy array has byte order different from the native byte order. Conversion between byte orders is "
          "currently not supported.");
  }
  at::ScalarType dtype = dtype_of(object);
  auto item = static_cast<intptr_t>(c10::elementSize(dtype));
  std::vector<int64_t> sizes(array->sizes, array->sizes + array->dims), strides(array->dims);
  for (int i = 0; i < array->dims; ++i) {
    if (array->strides[i] % item) {
      raise(PyExc_ValueError,
            "given numpy array strides not a multiple of the element byte size. Copy the numpy array to reallocate the "
            "memory.");
    }
    strides[i] = array->strides[i] / item;
    if (strides[i] < 0) {
      raise(PyExc_ValueError,
            "At least one stride in the given numpy array is negative, and tensors with negative strides are not "
            "currently supported. (You can "
            "probably work around this by making a copy of your array  with array.copy().) ");
    }
  }
  Py_INCREF(object);
  auto release = [object](void*) {
    GilAcquire gil;
    Py_DECREF(object);
  };
  return at::from_blob(array->data, sizes, strides, release, at::TensorOptions(dtype));
}

PyObject* numpy_from_tensor(const at::Tensor& t, PyObject* owner) {
  if (t.layout() != at::kStrided) {
    raise(PyExc_TypeError, std::string("can't convert ") + c10::str(t.layout()) +
                               " layout tensor to numpy. Use Tensor.to_dense() first.");
  }
  if (!t.is_cpu()) {
    raise(PyExc_TypeError,
          "can't convert " + t.device().str() +
              " device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first.");
  }
  TORCH_CHECK(!(c10::GradMode::is_enabled() && t.requires_grad()),
              "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.");
  TORCH_CHECK(!t.is_conj(),
              "Can't call numpy() on Tensor that has conjugate bit set. Use tensor.resolve_conj().numpy() instead.");
  TORCH_CHECK(!t.is_neg(),
              "Can't call numpy() on Tensor that has negative bit set. Use tensor.resolve_neg().numpy() instead.");
  int type = numpy_type_of(t.scalar_type());
  std::vector<intptr_t> sizes(t.sizes().begin(), t.sizes().end()), strides;
  for (int64_t stride : t.strides()) strides.push_back(stride * static_cast<intptr_t>(t.element_size()));
  auto* make = reinterpret_cast<NewArray>(api()[kNew]);
  auto* array_type = static_cast<PyTypeObject*>(api()[kArrayType]);
  bool empty = t.numel() == 0 && !t.data_ptr();
  Object array =
      checked(make(array_type, static_cast<int>(t.dim()), sizes.data(), type, empty ? nullptr : strides.data(),
                   empty ? nullptr : t.data_ptr(), 0, kWriteable, nullptr));
  if (empty) return array.release();
  // The array keeps the memory alive through a tensor object, and resizing that memory is forbidden from now on.
  Object base = is_tensor(owner) && tensor_of(owner).is_same(t) ? Object::borrow(owner) : Object(wrap(t));
  checked(reinterpret_cast<SetBase>(api()[kSetBase])(array, base.release()));
  t.storage().unsafeGetStorageImpl()->set_resizable(false);
  return array.release();
}

at::Tensor tensor_from_array_like(PyObject* object) {
  Object numpy = import("numpy");
  return tensor_from_numpy(call(attr(numpy, "asarray"), object), /*warn=*/false);
}

PyMethodDef numpy_methods[] = {
    {"numpy", c_function(&method_numpy), METH_VARARGS | METH_KEYWORDS, nullptr},
    {},
};
PyMethodDef numpy_functions[] = {
    {"from_numpy", &from_numpy, METH_O, nullptr},
    {},
};

}  // namespace flambeau::python
