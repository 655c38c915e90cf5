#include "pyshim/csrc/values.h"

#include <ATen/EmptyTensor.h>
#include <c10/core/DeviceType.h>
#include <torch/csrc/Generator.h>
#include <torch/csrc/Layout.h>
#include <torch/csrc/MemoryFormat.h>
#include <torch/csrc/Size.h>
#include <torch/csrc/Storage.h>
#include <torch/csrc/Stream.h>

#include <cstring>

#include "pyshim/csrc/tensor.h"

namespace flambeau::python {

char numpy_scalar_kind(PyObject* object) {
  const char* name = Py_TYPE(object)->tp_name;
  if (std::strncmp(name, "numpy.", 6) != 0) return 0;
  name += 6;
  auto starts = [&](const char* prefix) { return std::strncmp(name, prefix, std::strlen(prefix)) == 0; };
  if (starts("bool")) return 'b';
  if (starts("int") || starts("uint") || starts("long") || starts("ulong") || starts("short") || starts("byte") ||
      starts("ubyte")) {
    return starts("longdouble") ? 'f' : 'i';
  }
  if (starts("float") || starts("half") || starts("double")) return 'f';
  if (starts("complex") || starts("clongdouble") || starts("cdouble")) return 'c';
  return 0;
}

bool is_integer(PyObject* object) {
  if (PyLong_CheckExact(object)) return true;
  return (PyLong_Check(object) && !PyBool_Check(object)) || numpy_scalar_kind(object) == 'i';
}

static bool is_zero_dim_integer(PyObject* object) {
  if (!is_tensor(object)) return false;
  const at::Tensor& t = tensor_of(object);
  return t.dim() == 0 && !t.requires_grad() && at::isIntegralType(t.scalar_type(), /*includeBool=*/false);
}

bool is_index(PyObject* object) { return is_integer(object) || is_zero_dim_integer(object); }

bool is_real(PyObject* object) {
  if (PyFloat_Check(object) || PyLong_Check(object)) return true;
  char kind = numpy_scalar_kind(object);
  return kind == 'f' || kind == 'i';
}

bool is_number(PyObject* object) {
  return PyFloat_Check(object) || PyLong_Check(object) || PyComplex_Check(object) || numpy_scalar_kind(object);
}

bool is_bool(PyObject* object) { return PyBool_Check(object) || numpy_scalar_kind(object) == 'b'; }

int64_t to_int64_slow(PyObject* object) {
  if (PyFloat_Check(object)) raise(PyExc_TypeError, "'float' object cannot be interpreted as an integer");
  Object index = checked(PyNumber_Index(object));
  int overflow;
  long long value = PyLong_AsLongLongAndOverflow(index, &overflow);
  if (overflow) raise(PyExc_ValueError, "Overflow when unpacking long long");
  if (value == -1 && PyErr_Occurred()) raise();
  return value;
}

double to_double(PyObject* object) {
  if (PyFloat_Check(object)) return PyFloat_AS_DOUBLE(object);
  if (is_tensor(object)) return tensor_of(object).item().toDouble();
  double value = PyFloat_AsDouble(object);
  if (value == -1.0 && PyErr_Occurred()) raise();
  return value;
}

bool to_bool(PyObject* object) {
  if (object == Py_True) return true;
  if (object == Py_False) return false;
  return checked(PyObject_IsTrue(object)) != 0;
}

static at::Scalar scalar_of_int(PyObject* object) {
  int overflow;
  long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
  if (!overflow) return at::Scalar(static_cast<int64_t>(value));
  const unsigned long long large = PyLong_AsUnsignedLongLong(object);
  if (PyErr_Occurred()) raise();
  return at::Scalar(static_cast<uint64_t>(large));
}

at::Scalar to_scalar(PyObject* object) {
  if (PyFloat_Check(object)) return at::Scalar(PyFloat_AS_DOUBLE(object));
  if (PyBool_Check(object)) return at::Scalar(object == Py_True);
  if (PyLong_Check(object)) return scalar_of_int(object);
  if (PyComplex_Check(object)) {
    Py_complex c = PyComplex_AsCComplex(object);
    return at::Scalar(c10::complex<double>(c.real, c.imag));
  }
  if (is_tensor(object)) return tensor_of(object).item();
  switch (numpy_scalar_kind(object)) {
    case 'b':
      return at::Scalar(to_bool(object));
    case 'i':
      return scalar_of_int(checked(PyNumber_Index(object)));
    case 'c': {
      Py_complex c = PyComplex_AsCComplex(object);
      if (PyErr_Occurred()) raise();
      return at::Scalar(c10::complex<double>(c.real, c.imag));
    }
    default:
      return at::Scalar(to_double(object));
  }
}

at::ScalarType dtype_of_python_type(PyObject* type) {
  if (type == reinterpret_cast<PyObject*>(&PyFloat_Type)) return at::kDouble;
  if (type == reinterpret_cast<PyObject*>(&PyBool_Type)) return at::kBool;
  if (type == reinterpret_cast<PyObject*>(&PyLong_Type)) return at::kLong;
  return at::kComplexDouble;
}

at::ScalarType to_dtype(PyObject* object) {
  if (THPDtype_Check(object)) return reinterpret_cast<THPDtype*>(object)->scalar_type;
  if (THPPythonScalarType_Check(object)) return dtype_of_python_type(object);
  raise(PyExc_TypeError, std::string("expected a torch.dtype, but got ") + type_name(object));
}

at::Device to_device(PyObject* object) {
  at::Device device = at::kCUDA;  // what a bare index is about
  if (THPDevice_Check(object)) {
    device = reinterpret_cast<THPDevice*>(object)->device;
  } else if (PyUnicode_Check(object)) {
    device = at::Device(std::string(text_of(object)));
  } else {
    TORCH_CHECK(to_int64(object) >= 0, "Device index must not be negative");
  }
  if (device.is_cuda()) raise(PyExc_AssertionError, "Torch not compiled with CUDA enabled");
  return device;
}

at::Layout to_layout(PyObject* object) {
  if (!THPLayout_Check(object))
    raise(PyExc_TypeError, std::string("expected a torch.layout, but got ") + type_name(object));
  return reinterpret_cast<THPLayout*>(object)->layout;
}

at::MemoryFormat to_memory_format(PyObject* object) {
  if (!THPMemoryFormat_Check(object)) {
    raise(PyExc_TypeError, std::string("memory_format must be a torch.memory_format, but got ") + type_name(object));
  }
  return reinterpret_cast<THPMemoryFormat*>(object)->memory_format;
}

at::Generator to_generator(PyObject* object) { return THPGenerator_Unwrap(object); }

at::Storage to_storage(PyObject* object) {
  if (THPStorage_Check(object)) return THPStorage_Unpack(object);
  Object untyped = attr(object, "_untyped_storage");
  return THPStorage_Unpack(untyped.get());
}

at::Stream to_stream(PyObject* object) {
  if (!THPStream_Check(object))
    raise(PyExc_TypeError, std::string("expected a torch.Stream, but got ") + type_name(object));
  auto* s = reinterpret_cast<THPStream*>(object);
  return at::Stream::unpack3(s->stream_id, static_cast<at::DeviceIndex>(s->device_index),
                             static_cast<at::DeviceType>(s->device_type));
}

at::Tensor to_tensor_of_number(PyObject* number) {
  const at::Scalar value = to_scalar(number);
  at::Tensor t = at::detail::empty_cpu({}, value.type());
  void* place = t.mutable_data_ptr();
  switch (value.type()) {
    case at::kDouble:
      *static_cast<double*>(place) = value.toDouble();
      break;
    case at::kLong:
      *static_cast<int64_t*>(place) = value.toLong();
      break;
    case at::kBool:
      *static_cast<bool*>(place) = value.toBool();
      break;
    case at::kUInt64:
      *static_cast<uint64_t*>(place) = value.toUInt64();
      break;
    default:
      *static_cast<c10::complex<double>*>(place) = value.toComplexDouble();
  }
  t.unsafeGetTensorImpl()->set_wrapped_number(true);
  return t;
}

PyObject* from_scalar(const at::Scalar& value) {
  if (value.isFloatingPoint()) return PyFloat_FromDouble(value.toDouble());
  if (value.isBoolean()) return from_bool(value.toBool());
  if (value.isComplex()) {
    auto c = value.toComplexDouble();
    return PyComplex_FromDoubles(c.real(), c.imag());
  }
  if (value.isUnsigned()) return PyLong_FromUnsignedLongLong(value.toUInt64());
  return PyLong_FromLongLong(value.toLong());
}

PyObject* from_device(const at::Device& device) { return THPDevice_New(device); }
PyObject* from_sizes(c10::IntArrayRef sizes) {
  return THPSize_NewFromSizes(static_cast<int64_t>(sizes.size()), sizes.data());
}

PyObject* from_ints(c10::IntArrayRef values) {
  Object result = checked(PyTuple_New(static_cast<Py_ssize_t>(values.size())));
  for (size_t i = 0; i < values.size(); ++i) PyTuple_SET_ITEM(result.get(), i, PyLong_FromLongLong(values[i]));
  return result.release();
}

}  // namespace flambeau::python
