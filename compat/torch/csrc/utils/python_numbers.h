// Mirrors <torch/csrc/utils/python_numbers.h> of PyTorch 2.13: Python's numbers as C++'s and back. What Python refuses
// becomes python_error, what does not fit a ValueError.
#pragma once

#include <c10/core/Device.h>
#include <c10/util/complex.h>
#include <torch/csrc/Exceptions.h>
#include <torch/csrc/python_headers.h>
#include <torch/csrc/utils/object_ptr.h>

#include <cstdint>
#include <limits>

// Up to here every integer is a double of its own.
const int64_t DOUBLE_INT_MAX = 9007199254740992;

inline PyObject* THPUtils_packDeviceIndex(c10::DeviceIndex value) { return PyLong_FromLong(value); }
inline PyObject* THPUtils_packInt32(int32_t value) { return PyLong_FromLong(value); }
inline PyObject* THPUtils_packInt64(int64_t value) { return PyLong_FromLongLong(value); }
inline PyObject* THPUtils_packUInt32(uint32_t value) { return PyLong_FromUnsignedLong(value); }
inline PyObject* THPUtils_packUInt64(uint64_t value) { return PyLong_FromUnsignedLongLong(value); }
inline PyObject* THPUtils_packDoubleAsInt(double value) { return PyLong_FromDouble(value); }

inline bool THPUtils_checkLongExact(PyObject* obj) { return PyLong_CheckExact(obj); }
inline bool THPUtils_checkLong(PyObject* obj) { return PyLong_Check(obj) && !PyBool_Check(obj); }
inline bool THPUtils_checkBool(PyObject* obj) { return PyBool_Check(obj); }
inline bool THPUtils_checkDouble(PyObject* obj) { return PyFloat_Check(obj) || PyLong_Check(obj); }
bool THPUtils_checkIndex(PyObject* obj);

namespace flambeau {
// -1 is how Python's conversions report an error, and a number too.
template <class T>
T checked_number(T value) {
  if (value == static_cast<T>(-1) && PyErr_Occurred()) throw python_error();
  return value;
}

template <class T>
T narrow_number(int64_t value) {
  TORCH_CHECK_VALUE(value >= std::numeric_limits<T>::min() && value <= std::numeric_limits<T>::max(),
                    "Overflow when unpacking long");
  return static_cast<T>(value);
}
}  // namespace flambeau

inline int64_t THPUtils_unpackLong(PyObject* obj) {
  int overflow = 0;
  const int64_t value = flambeau::checked_number(PyLong_AsLongLongAndOverflow(obj, &overflow));
  TORCH_CHECK_VALUE(overflow == 0, "Overflow when unpacking long long");
  return value;
}
inline int32_t THPUtils_unpackInt(PyObject* obj) { return flambeau::narrow_number<int32_t>(THPUtils_unpackLong(obj)); }
inline uint32_t THPUtils_unpackUInt32(PyObject* obj) {
  const unsigned long value = flambeau::checked_number(PyLong_AsUnsignedLong(obj));
  TORCH_CHECK_VALUE(value <= std::numeric_limits<uint32_t>::max(), "Overflow when unpacking long long");
  return static_cast<uint32_t>(value);
}
inline uint64_t THPUtils_unpackUInt64(PyObject* obj) {
  return flambeau::checked_number(PyLong_AsUnsignedLongLong(obj));
}

/// Whatever has __index__.
inline int64_t THPUtils_unpackIndex(PyObject* obj) {
  if (THPUtils_checkLong(obj)) return THPUtils_unpackLong(obj);
  THPObjectPtr index(PyNumber_Index(obj));
  if (!index) throw python_error();
  return THPUtils_unpackLong(index.get());
}

inline bool THPUtils_unpackBool(PyObject* obj) {
  TORCH_CHECK(PyBool_Check(obj), "couldn't convert python object to boolean");
  return obj == Py_True;
}
inline double THPUtils_unpackDouble(PyObject* obj) {
  return PyFloat_Check(obj) ? PyFloat_AS_DOUBLE(obj) : flambeau::checked_number(PyFloat_AsDouble(obj));
}
inline c10::complex<double> THPUtils_unpackComplexDouble(PyObject* obj) {
  const Py_complex value = PyComplex_AsCComplex(obj);
  flambeau::checked_number(value.real);
  return {value.real, value.imag};
}

/// Any number: whether it is not zero.
inline bool THPUtils_unpackNumberAsBool(PyObject* obj) {
  if (PyFloat_Check(obj)) return PyFloat_AS_DOUBLE(obj) != 0;
  if (PyComplex_Check(obj)) return PyComplex_RealAsDouble(obj) != 0 || PyComplex_ImagAsDouble(obj) != 0;
  int overflow = 0;
  return flambeau::checked_number(PyLong_AsLongLongAndOverflow(obj, &overflow)) != 0;
}

inline c10::DeviceIndex THPUtils_unpackDeviceIndex(PyObject* obj) {
  int overflow = 0;
  const long value = flambeau::checked_number(PyLong_AsLongAndOverflow(obj, &overflow));
  using Limits = std::numeric_limits<c10::DeviceIndex>;
  TORCH_CHECK(overflow == 0 && value >= Limits::min() && value <= Limits::max(), "Overflow when unpacking DeviceIndex");
  return static_cast<c10::DeviceIndex>(value);
}

/// From the whole range of int64_t and uint64_t.
template <typename T>
inline T THPUtils_unpackInteger(PyObject* obj) {
  int overflow = 0;
  const int64_t value = flambeau::checked_number(PyLong_AsLongLongAndOverflow(obj, &overflow));
  return overflow == 0 ? static_cast<T>(value) : static_cast<T>(THPUtils_unpackUInt64(obj));
}
