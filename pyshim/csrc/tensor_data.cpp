#include "pyshim/csrc/tensor_data.h"

#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/ops/empty.h>
#include <c10/core/DefaultDtype.h>
#include <c10/util/SmallVector.h>

#include <cmath>
#include <limits>

#include "pyshim/csrc/numpy.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

bool is_nested(PyObject* o) {
  return PyList_Check(o) || PyTuple_Check(o) || (PySequence_Check(o) && !PyUnicode_Check(o) && !PyBytes_Check(o));
}

namespace {

constexpr int kMaxDims = 128;

/// Items of a list or tuple without copying; of other sequences through a list.
Object items_of(PyObject* o) { return checked(PySequence_Fast(o, "not a sequence")); }

c10::SmallVector<int64_t, 8> shape_of(PyObject* data) {
  c10::SmallVector<int64_t, 8> sizes;
  Object current = Object::borrow(data);
  while (is_nested(current)) {
    if (is_tensor(current)) {
      for (int64_t s : tensor_of(current).sizes()) sizes.push_back(s);
      break;
    }
    Py_ssize_t length = PySequence_Length(current);
    if (length < 0) raise();
    sizes.push_back(length);
    if (sizes.size() > kMaxDims)
      raise(PyExc_ValueError, std::string("too many dimensions '") + short_type_name(current) + "'");
    if (length == 0) break;
    Object first(PySequence_GetItem(current, 0));
    if (!first) {
      if (!PyErr_ExceptionMatches(PyExc_Exception)) raise();
      PyErr_Clear();
      raise(PyExc_ValueError,
            std::string("could not determine the shape of object type '") + short_type_name(current) + "'");
    }
    current = std::move(first);
  }
  if (PyUnicode_Check(current))
    raise(PyExc_ValueError, std::string("too many dimensions '") + short_type_name(current) + "'");
  return sizes;
}

at::ScalarType dtype_of_number(PyObject* o) {
  if (PyFloat_CheckExact(o)) return c10::get_default_dtype_as_scalartype();
  // A scalar of numpy, which may be a Python float as well, keeps its own dtype.
  if (numpy_scalar_kind(o)) return tensor_from_array_like(o).scalar_type();
  if (PyFloat_Check(o)) return c10::get_default_dtype_as_scalartype();
  if (PyBool_Check(o)) return at::kBool;
  if (PyLong_Check(o)) return at::kLong;
  if (PyComplex_Check(o))
    return c10::get_default_complex_dtype() == caffe2::TypeMeta::Make<c10::complex<double>>() ? at::kComplexDouble
                                                                                              : at::kComplexFloat;
  if (PyUnicode_Check(o) || PyBytes_Check(o))
    raise(PyExc_TypeError, std::string("new(): invalid data type '") + short_type_name(o) + "'");
  raise(PyExc_RuntimeError, std::string("Could not infer dtype of ") + short_type_name(o));
}

/// The dtype that holds all values of nested data.
at::ScalarType infer_dtype(PyObject* data, int depth = 0) {
  if (is_tensor(data)) return tensor_of(data).scalar_type();
  if (!is_nested(data)) {
    return dtype_of_number(data);
  }
  if (is_numpy_array(data)) return tensor_from_numpy(data, false).scalar_type();
  // Only first items have been counted yet; others may be deeper, or a list that contains itself.
  if (depth > kMaxDims) raise(PyExc_ValueError, std::string("too many dimensions '") + short_type_name(data) + "'");
  Object items = items_of(data);
  if (PySequence_Fast_GET_SIZE(items.get()) == 0) return c10::get_default_dtype_as_scalartype();
  std::optional<at::ScalarType> all;
  PyTypeObject* last = nullptr;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(items.get()); ++i) {
    Object held = Object::borrow(PySequence_Fast_GET_ITEM(items.get(), i));
    PyObject* item = held;
    // Runs of numbers of one Python type are the rule.
    if (Py_TYPE(item) == last) continue;
    bool number = PyFloat_CheckExact(item) || PyLong_CheckExact(item) || PyBool_Check(item);
    last = number ? Py_TYPE(item) : nullptr;
    if (item == data) raise(PyExc_TypeError, "new(): self-referential lists are incompatible");
    at::ScalarType dtype = infer_dtype(item, depth + 1);
    all = all ? c10::promoteTypes(*all, dtype) : dtype;
    if (*all == at::kComplexDouble) return *all;
  }
  return *all;
}

std::string dtype_name(at::ScalarType dtype) {
  Object object(from_dtype(dtype));
  return reinterpret_cast<THPDtype*>(object.get())->name;
}

[[noreturn]] void overflow(at::ScalarType to) {
  raise(PyExc_RuntimeError, "value cannot be converted to type " + dtype_name(to) + " without overflow");
}

/// Towards zero; a number that the type cannot hold is an error.
template <class T>
T integer_of_real(double value) {
  constexpr auto highest = static_cast<double>(std::numeric_limits<T>::max());
  if (!(value >= static_cast<double>(std::numeric_limits<T>::lowest()) && value <= highest))
    overflow(c10::CppTypeToScalarType<T>::value);
  // As a double the highest int64 is 2^63, one too many: PyTorch lets it wrap.
  if (sizeof(T) == 8 && value == highest) return std::numeric_limits<T>::lowest();
  return static_cast<T>(value);
}

/// Out of range is an error, not a wrapped value; a negative one may wrap where the type is unsigned, as in PyTorch.
template <class T>
T integer_of(PyObject* o) {
  const int64_t value = to_int64(o);
  const auto highest = static_cast<int64_t>(std::numeric_limits<T>::max());
  const int64_t lowest = std::is_unsigned_v<T> ? -highest : static_cast<int64_t>(std::numeric_limits<T>::lowest());
  if (value < lowest || value > highest) overflow(c10::CppTypeToScalarType<T>::value);
  return static_cast<T>(value);
}

uint64_t unsigned_of(PyObject* o) {
  const unsigned long long value = PyLong_AsUnsignedLongLong(o);
  if (PyErr_Occurred()) raise();
  return value;
}

c10::complex<double> complex_of(PyObject* o) {
  if (is_tensor(o)) return to_scalar(o).toComplexDouble();
  const Py_complex value = PyComplex_AsCComplex(o);
  if (PyErr_Occurred()) raise();
  return {value.real, value.imag};
}

template <class T>
void store_as(char* at, PyObject* o) {
  T& place = *reinterpret_cast<T*>(at);
  if constexpr (std::is_same_v<T, bool>) {
    place = PyFloat_Check(o) || PyLong_Check(o) || PyComplex_Check(o) || is_bool(o) ? to_bool(o) : to_int64(o) != 0;
  } else if constexpr (std::is_same_v<T, uint64_t>) {
    place = unsigned_of(o);
  } else if constexpr (std::is_integral_v<T>) {
    place = PyFloat_Check(o) ? integer_of_real<T>(PyFloat_AS_DOUBLE(o)) : integer_of<T>(o);
  } else if constexpr (c10::is_complex<T>::value) {
    using Part = std::remove_cvref_t<decltype(T().real())>;
    const c10::complex<double> value = complex_of(o);
    place = T(static_cast<Part>(value.real()), static_cast<Part>(value.imag()));
  } else {
    place = static_cast<T>(to_double(o));
  }
}

using Store = void (*)(char*, PyObject*);
Store store_for(at::ScalarType dtype) {
  switch (dtype) {
    case at::kByte:
      return &store_as<uint8_t>;
    case at::kChar:
      return &store_as<int8_t>;
    case at::kShort:
      return &store_as<int16_t>;
    case at::kInt:
      return &store_as<int32_t>;
    case at::kLong:
      return &store_as<int64_t>;
    case at::kUInt16:
      return &store_as<uint16_t>;
    case at::kUInt32:
      return &store_as<uint32_t>;
    case at::kUInt64:
      return &store_as<uint64_t>;
    case at::kHalf:
      return &store_as<at::Half>;
    case at::kBFloat16:
      return &store_as<at::BFloat16>;
    case at::kFloat:
      return &store_as<float>;
    case at::kDouble:
      return &store_as<double>;
    case at::kBool:
      return &store_as<bool>;
    case at::kComplexFloat:
      return &store_as<c10::complex<float>>;
    case at::kComplexDouble:
      return &store_as<c10::complex<double>>;
    case at::kComplexHalf:
      return &store_as<c10::complex<at::Half>>;
    case at::kFloat8_e5m2:
      return &store_as<at::Float8_e5m2>;
    case at::kFloat8_e4m3fn:
      return &store_as<at::Float8_e4m3fn>;
    case at::kFloat8_e5m2fnuz:
      return &store_as<at::Float8_e5m2fnuz>;
    case at::kFloat8_e4m3fnuz:
      return &store_as<at::Float8_e4m3fnuz>;
    default:
      TORCH_CHECK_NOT_IMPLEMENTED(false, "not implemented: torch.tensor of dtype ", dtype);
  }
}

void store_all(char* data, size_t item_size, Store store, c10::IntArrayRef sizes, c10::IntArrayRef strides, size_t dim,
               PyObject* source) {
  if (dim == sizes.size()) {
    if (is_tensor(source) && tensor_of(source).numel() != 1) {
      raise(PyExc_ValueError, "only one element tensors can be converted to Python scalars");
    }
    return store(data, source);
  }
  Object items = items_of(source);
  auto check = [&] {
    Py_ssize_t count = PySequence_Fast_GET_SIZE(items.get());
    if (count != sizes[dim]) {
      raise(PyExc_ValueError, "expected sequence of length " + std::to_string(sizes[dim]) + " at dim " +
                                  std::to_string(dim) + " (got " + std::to_string(count) + ")");
    }
  };
  check();
  for (Py_ssize_t i = 0; i < sizes[dim]; ++i) {
    check();  // an item's conversion may have changed the list
    Object item = Object::borrow(PySequence_Fast_GET_ITEM(items.get(), i));
    if (dim + 1 < sizes.size() && !is_nested(item)) raise(PyExc_TypeError, "not a sequence");
    store_all(data + i * strides[dim] * item_size, item_size, store, sizes, strides, dim + 1, item);
  }
}

}  // namespace

std::optional<at::Tensor> view_of(PyObject* data) {
  if (is_tensor(data)) return tensor_of(data);
  if (is_numpy_array(data)) return tensor_from_numpy(data, /*warn=*/false);
  if (!PyList_CheckExact(data) && !PyTuple_CheckExact(data) && !is_number(data)) {
    Object interface = attr_or_null(data, "__array_interface__");
    if (interface) return tensor_from_array_like(data);
    Object array = attr_or_null(data, "__array__");
    if (array && !PySequence_Check(data)) return tensor_from_array_like(data);
  }
  return std::nullopt;
}

at::Tensor tensor_from_data(PyObject* data, std::optional<at::ScalarType> dtype, std::optional<at::Device> device,
                            bool index) {
  if (PyUnicode_Check(data) || PyBytes_Check(data))
    raise(PyExc_TypeError, std::string("new(): invalid data type '") + short_type_name(data) + "'");
  // Everything below makes leaves without history.
  at::AutoDispatchBelowADInplaceOrView below;
  auto place = [&](at::Tensor t) { return device && *device != t.device() ? t.to(*device) : t; };
  if (std::optional<at::Tensor> source = view_of(data)) {
    at::Tensor copy = source->to(source->options().dtype(dtype.value_or(source->scalar_type())), false, /*copy=*/true);
    return place(copy);
  }
  auto sizes = shape_of(data);
  at::ScalarType type;
  if (dtype) {
    type = *dtype;
  } else {
    type = infer_dtype(data);
    bool empty = !sizes.empty() && sizes.back() == 0;
    if (index && empty) type = at::kLong;
  }
  at::Tensor result = at::empty(sizes, at::TensorOptions(type));
  if (result.numel() > 0 || sizes.empty()) {
    store_all(static_cast<char*>(result.data_ptr()), c10::elementSize(type), store_for(type), result.sizes(),
              result.strides(), 0, data);
  }
  return place(std::move(result));
}

}  // namespace flambeau::python
