#include "pyshim/csrc/tensor_new.h"

#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/tensor.h>
#include <c10/core/DefaultDtype.h>
#include <c10/util/SmallVector.h>

#include "pyshim/csrc/numpy.h"
#include "pyshim/csrc/operators.h"
#include "pyshim/csrc/overrides.h"
#include "pyshim/csrc/storage.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

constexpr int kMaxDims = 128;

bool is_nested(PyObject* o) {
  return PyList_Check(o) || PyTuple_Check(o) || (PySequence_Check(o) && !PyUnicode_Check(o) && !PyBytes_Check(o));
}

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
    current = checked(PySequence_GetItem(current, 0));
  }
  return sizes;
}

at::ScalarType dtype_of_number(PyObject* o) {
  if (PyFloat_Check(o)) return c10::get_default_dtype_as_scalartype();
  if (PyBool_Check(o)) return at::kBool;
  if (PyLong_Check(o)) return at::kLong;
  if (PyComplex_Check(o))
    return c10::get_default_complex_dtype() == caffe2::TypeMeta::Make<c10::complex<double>>() ? at::kComplexDouble
                                                                                              : at::kComplexFloat;
  switch (numpy_scalar_kind(o)) {
    case 0:
      break;
    default:
      return tensor_from_array_like(o).scalar_type();
  }
  if (PyUnicode_Check(o) || PyBytes_Check(o))
    raise(PyExc_ValueError, std::string("too many dimensions '") + short_type_name(o) + "'");
  raise(PyExc_TypeError, std::string("new(): invalid data type '") + short_type_name(o) + "'");
}

/// The dtype that holds all values of nested data.
at::ScalarType infer_dtype(PyObject* data) {
  if (is_tensor(data)) return tensor_of(data).scalar_type();
  if (!is_nested(data)) {
    return dtype_of_number(data);
  }
  if (is_numpy_array(data)) return tensor_from_numpy(data, false).scalar_type();
  Object items = items_of(data);
  Py_ssize_t count = PySequence_Fast_GET_SIZE(items.get());
  if (count == 0) return c10::get_default_dtype_as_scalartype();
  std::optional<at::ScalarType> all;
  PyTypeObject* last = nullptr;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* item = PySequence_Fast_GET_ITEM(items.get(), i);
    // Runs of numbers of one Python type are the rule.
    if (Py_TYPE(item) == last) continue;
    bool number = PyFloat_CheckExact(item) || PyLong_CheckExact(item) || PyBool_Check(item);
    last = number ? Py_TYPE(item) : nullptr;
    if (item == data) raise(PyExc_TypeError, "new(): self-referential lists are incompatible");
    at::ScalarType dtype = infer_dtype(item);
    all = all ? c10::promoteTypes(*all, dtype) : dtype;
    if (*all == at::kComplexDouble) return *all;
  }
  return *all;
}

std::string dtype_name(at::ScalarType dtype) {
  Object object(from_dtype(dtype));
  return reinterpret_cast<THPDtype*>(object.get())->name;
}

template <class T>
void store_as(char* at, PyObject* o) {
  if constexpr (std::is_same_v<T, bool>) {
    *reinterpret_cast<bool*>(at) = to_bool(o);
  } else if constexpr (std::is_integral_v<T>) {
    if (PyFloat_CheckExact(o)) {
      *reinterpret_cast<T*>(at) = static_cast<T>(static_cast<int64_t>(PyFloat_AS_DOUBLE(o)));
    } else {
      int64_t value;
      if constexpr (std::is_same_v<T, uint64_t>) {
        value = static_cast<int64_t>(to_scalar(o).to<uint64_t>());
      } else {
        value = is_number(o) || is_tensor(o) ? to_scalar(o).toLong() : to_int64(o);
      }
      // Out of range is an error, not a wrapped value; uint8 takes what PyTorch takes.
      if constexpr (sizeof(T) < 8) {
        if (value < static_cast<int64_t>(std::numeric_limits<T>::lowest()) ||
            value > static_cast<int64_t>(std::numeric_limits<T>::max())) {
          if (!std::is_unsigned_v<T> || value < -static_cast<int64_t>(std::numeric_limits<T>::max()) ||
              value > static_cast<int64_t>(std::numeric_limits<T>::max())) {
            raise(PyExc_RuntimeError, std::string("value cannot be converted to type ") +
                                          dtype_name(c10::CppTypeToScalarType<T>::value) + " without overflow");
          }
        }
      }
      *reinterpret_cast<T*>(at) = static_cast<T>(value);
    }
  } else if constexpr (c10::is_complex<T>::value) {
    auto c = to_scalar(o).toComplexDouble();
    using Part = std::remove_cvref_t<decltype(T().real())>;
    *reinterpret_cast<T*>(at) = T(static_cast<Part>(c.real()), static_cast<Part>(c.imag()));
  } else {
    *reinterpret_cast<T*>(at) = static_cast<T>(to_double(o));
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
  Py_ssize_t count = PySequence_Fast_GET_SIZE(items.get());
  if (count != sizes[dim]) {
    raise(PyExc_ValueError, "expected sequence of length " + std::to_string(sizes[dim]) + " at dim " +
                                std::to_string(dim) + " (got " + std::to_string(count) + ")");
  }
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* item = PySequence_Fast_GET_ITEM(items.get(), i);
    if (dim + 1 < sizes.size() && !is_nested(item)) {
      raise(PyExc_TypeError, std::string("expected a sequence at dim ") + std::to_string(dim + 1) + ", but got " +
                                 short_type_name(item));
    }
    store_all(data + i * strides[dim] * item_size, item_size, store, sizes, strides, dim + 1, item);
  }
}

/// The memory behind an object that says where it is: a tensor, an array, something with __cuda_array_interface__
/// excepted.
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

struct Options {
  PyObject *dtype = nullptr, *device = nullptr, *pin_memory = nullptr, *requires_grad = nullptr;

  std::optional<at::ScalarType> scalar_type() const {
    return dtype && dtype != Py_None ? std::optional(to_dtype(dtype)) : std::nullopt;
  }
  std::optional<at::Device> place() const {
    return device && device != Py_None ? std::optional(to_device(device)) : std::nullopt;
  }
  bool grad() const { return requires_grad && to_bool(requires_grad); }
};

at::Tensor leaf(at::Tensor t, bool requires_grad) {
  if (requires_grad) t.set_requires_grad(true);
  return t;
}

PyObject* torch_tensor(PyObject*, PyObject* const* items, Py_ssize_t count, PyObject* names) {
  return guarded([&]() -> PyObject* {
    Args args{items, count, names};
    PyObject* data = count > 0 ? items[0] : nullptr;
    Options o;
    if (count > 1)
      raise(PyExc_TypeError, "tensor() takes 1 positional argument but " + std::to_string(count) + " were given");
    for (Py_ssize_t i = 0; i < args.named(); ++i) {
      std::string_view name = text_of(PyTuple_GET_ITEM(names, i));
      PyObject* value = items[count + i];
      if (name == "data" && !data)
        data = value;
      else if (name == "dtype")
        o.dtype = value;
      else if (name == "device")
        o.device = value;
      else if (name == "pin_memory")
        o.pin_memory = value;
      else if (name == "requires_grad")
        o.requires_grad = value;
      else
        raise(PyExc_TypeError, "tensor() got an unexpected keyword argument '" + std::string(name) + "'");
    }
    if (!data) raise(PyExc_TypeError, "tensor() missing 1 required positional arguments: \"data\"");
    if (torch_function_mode_active()) {
      if (PyObject* result = torch_function({}, nullptr, "tensor", args, Space::torch)) return result;
    }
    if (is_tensor(data)) {
      checked(
          PyErr_WarnEx(PyExc_UserWarning,
                       "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
                       "sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor).",
                       1));
    }
    return wrap(leaf(tensor_from_data(data, o.scalar_type(), o.place()), o.grad()));
  });
}

PyObject* as_tensor(PyObject*, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    static const char* names[] = {"data", "dtype", "device", nullptr};
    PyObject* data;
    Options o;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|OO:as_tensor", const_cast<char**>(names), &data, &o.dtype,
                                     &o.device))
      raise();
    if (std::optional<at::Tensor> t = view_of(data)) {
      at::TensorOptions to = t->options();
      if (auto dtype = o.scalar_type()) to = to.dtype(*dtype);
      if (auto device = o.place()) to = to.device(*device);
      return wrap(t->to(to));
    }
    return wrap(tensor_from_data(data, o.scalar_type(), o.place()));
  });
}

at::Tensor from_buffer(PyObject* buffer, at::ScalarType dtype, int64_t count, int64_t offset) {
  Py_buffer view;
  if (PyObject_GetBuffer(buffer, &view, PyBUF_WRITABLE) < 0) {
    PyErr_Clear();
    checked(PyObject_GetBuffer(buffer, &view, PyBUF_SIMPLE));
    TORCH_WARN_ONCE(
        "The given buffer is not writable, and PyTorch does not support non-writable tensors. This means you can write "
        "to the underlying "
        "(supposedly non-writable) buffer using the tensor. You may want to copy the buffer to protect its data or "
        "make it writable before "
        "converting it to a tensor. This type of warning will be suppressed for the rest of this program.");
  }
  Object keeper = Object::borrow(view.obj);
  char* data = static_cast<char*>(view.buf);
  int64_t length = view.len;
  PyBuffer_Release(&view);
  auto item = static_cast<int64_t>(c10::elementSize(dtype));
  TORCH_CHECK_VALUE(length > 0 && count != 0, "both buffer length (", length, ") and count (", count,
                    ") must not be 0");
  TORCH_CHECK_VALUE(offset >= 0 && offset < length, "offset (", offset,
                    " bytes) must be non-negative and no greater than buffer length (", length, " bytes) minus 1");
  TORCH_CHECK_VALUE(count > 0 || (length - offset) % item == 0, "buffer length (", length - offset,
                    " bytes) after offset (", offset, " bytes) must be a multiple of element size (", item, ")");
  int64_t elements = count < 0 ? (length - offset) / item : count;
  TORCH_CHECK_VALUE(elements <= (length - offset) / item, "requested buffer length (", elements, " * ", item,
                    " bytes) after offset (", offset, " bytes) must not be greater than actual buffer length (", length,
                    " bytes)");
  PyObject* held = keeper.release();
  auto release = [held](void*) {
    GilAcquire gil;
    Py_DECREF(held);
  };
  return at::from_blob(data + offset, {elements}, release, at::TensorOptions(dtype));
}

PyObject* frombuffer(PyObject*, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    static const char* names[] = {"buffer", "dtype", "count", "offset", "requires_grad", nullptr};
    PyObject *buffer, *dtype = nullptr;
    Py_ssize_t count = -1, offset = 0;
    int grad = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|$Onnp:frombuffer", const_cast<char**>(names), &buffer, &dtype,
                                     &count, &offset, &grad))
      raise();
    if (!dtype) raise(PyExc_TypeError, "frombuffer() missing 1 required keyword-only argument: \"dtype\"");
    return wrap(leaf(from_buffer(buffer, to_dtype(dtype), count, offset), grad));
  });
}

PyObject* asarray(PyObject*, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    static const char* names[] = {"obj", "dtype", "device", "copy", "requires_grad", nullptr};
    PyObject *data, *copy = Py_None;
    Options o;
    int grad = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|$OOOp:asarray", const_cast<char**>(names), &data, &o.dtype,
                                     &o.device, &copy, &grad))
      raise();
    bool forced = copy != Py_None && to_bool(copy), forbidden = copy != Py_None && !forced;
    std::optional<at::Tensor> source = view_of(data);
    if (!source && THPStorage_Check(data)) {
      source = at::empty({0}, o.scalar_type().value_or(c10::get_default_dtype_as_scalartype()));
      source->set_(THPStorage_Unpack(data));
    }
    if (!source && PyObject_CheckBuffer(data))
      source = from_buffer(data, o.scalar_type().value_or(c10::get_default_dtype_as_scalartype()), -1, 0);
    if (!source) {
      TORCH_CHECK_VALUE(!forbidden, "can't alias arbitrary sequence into a tensor.");
      return wrap(leaf(tensor_from_data(data, o.scalar_type(), o.place()), grad));
    }
    at::TensorOptions to = source->options();
    if (auto dtype = o.scalar_type()) to = to.dtype(*dtype);
    if (auto device = o.place()) to = to.device(*device);
    at::Tensor result = source->to(to, /*non_blocking=*/false, forced);
    TORCH_CHECK_VALUE(!forbidden || result.data_ptr() == source->data_ptr(), "can't alias tensor with dtype '",
                      source->dtype(), "' into dtype '", to.dtype(), "'.");
    if (source->requires_grad() && !grad) result = result.detach();
    return wrap(leaf(result, grad));
  });
}

PyObject* new_tensor(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    static const char* names[] = {"data", "dtype", "device", "requires_grad", nullptr};
    PyObject* data;
    Options o;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|OOO:new_tensor", const_cast<char**>(names), &data, &o.dtype,
                                     &o.device, &o.requires_grad))
      raise();
    const at::Tensor& like = tensor_of(self);
    if (is_tensor(data)) {
      checked(PyErr_WarnEx(
          PyExc_UserWarning,
          "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
          "sourceTensor.detach().clone().requires_grad_(True), rather than tensor.new_tensor(sourceTensor).",
          1));
    }
    return wrap(
        leaf(tensor_from_data(data, o.scalar_type().value_or(like.scalar_type()), o.place().value_or(like.device())),
             o.grad()));
  });
}

at::Tensor legacy(PyObject* args, PyObject* kwargs, at::TensorOptions options) {
  Py_ssize_t count = PyTuple_GET_SIZE(args);
  PyObject* device = kwargs ? PyDict_GetItemString(kwargs, "device") : nullptr;
  if (device && device != Py_None) options = options.device(to_device(device));
  if (count == 0) {
    PyObject* size = kwargs ? PyDict_GetItemString(kwargs, "size") : nullptr;
    if (!size) return at::empty({0}, options);
    args = size;
    count = PyTuple_GET_SIZE(args);
  }
  PyObject* first = PyTuple_GET_ITEM(args, 0);
  if (count == 1) {
    if (THPStorage_Check(first)) {
      const at::Storage& s = THPStorage_Unpack(first);
      at::Tensor t = at::empty({0}, options);
      return t.set_(s);
    }
    if (is_tensor(first)) {
      const at::Tensor& other = tensor_of(first);
      if (other.scalar_type() != options.dtype().toScalarType()) {
        raise(PyExc_TypeError, std::string("expected ") + c10::toString(options.dtype().toScalarType()) + " (got " +
                                   c10::toString(other.scalar_type()) + ")");
      }
      return other.alias().detach();
    }
    bool size = THPSize_Check(first);
    if (!size && (is_nested(first) || !is_index(first))) {
      return tensor_from_data(first, options.dtype().toScalarType(), options.device());
    }
    if (size) {
      args = first;
      count = PyTuple_GET_SIZE(args);
    }
  }
  std::vector<int64_t> sizes;
  for (Py_ssize_t i = 0; i < count; ++i) sizes.push_back(to_int64(PyTuple_GET_ITEM(args, i)));
  return at::empty(sizes, options);
}

PyObject* method_new(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&] { return wrap(legacy(args, kwargs, tensor_of(self).options())); });
}

/// A function of one tensor that is a method under the same name.
template <const char* name>
PyObject* as_method(PyObject*, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    static const char* names[] = {"input", nullptr};
    PyObject* self;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O", const_cast<char**>(names), &self)) raise();
    if (!is_tensor(self) && !has_torch_function(self)) {
      raise(PyExc_TypeError,
            std::string(name) + "(): argument 'input' (position 1) must be Tensor, not " + short_type_name(self));
    }
    return call(attr(self, name)).release();
  });
}
constexpr char kNumel[] = "numel", kGetDevice[] = "get_device";

PyObject* wrap_list(const std::vector<at::Tensor>& tensors) {
  Object tuple = checked(PyTuple_New(static_cast<Py_ssize_t>(tensors.size())));
  for (size_t i = 0; i < tensors.size(); ++i) PyTuple_SET_ITEM(tuple.get(), i, wrap(tensors[i]));
  return tuple.release();
}

/// nonzero(input, *, as_tuple=False, out=None), which no schema describes whole: the operator, or as a tuple one tensor
/// for each dimension.
PyObject* nonzero(PyObject*, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    static const char* names[] = {"input", "as_tuple", "out", nullptr};
    PyObject *self, *out = Py_None;
    int as_tuple = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|$pO:nonzero", const_cast<char**>(names), &self, &as_tuple, &out))
      raise();
    TORCH_CHECK(!as_tuple || out == Py_None, "nonzero does not support the out kwarg when as_tuple is True");
    PyObject* operands[] = {self, out};
    Object out_name = text("out");
    Object keyword = checked(PyTuple_Pack(1, out_name.get()));
    const Function& function = find_function(Space::torch, "nonzero");
    if (!as_tuple) return call_function(function, nullptr, {operands, 1, out == Py_None ? nullptr : keyword.get()});
    // One index tensor for each dimension; a single number counts as a list of one.
    Object row = is_tensor(self) && tensor_of(self).dim() == 0 ? Object(wrap(tensor_of(self).unsqueeze(0)))
                                                               : Object::borrow(self);
    operands[0] = row;
    Object places = checked(call_function(function, nullptr, {operands, 1, nullptr}));
    return wrap_list(tensor_of(places).unbind(1));
  });
}

/// range(start=0, end, step=1): unlike arange it reaches its end.
PyObject* range(PyObject*, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    checked(PyErr_WarnEx(PyExc_UserWarning,
                         "torch.range is deprecated and will be removed in a future release because its behavior is "
                         "inconsistent with Python's range "
                         "builtin. Instead, use torch.arange, which produces values in [start, end).",
                         1));
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    if (count < 1 || count > 3)
      raise(PyExc_TypeError,
            "range() takes from 1 to 3 positional arguments but " + std::to_string(count) + " were given");
    double start = count > 1 ? to_double(PyTuple_GET_ITEM(args, 0)) : 0,
           end = to_double(PyTuple_GET_ITEM(args, count > 1 ? 1 : 0));
    at::Scalar step = count > 2 ? to_scalar(PyTuple_GET_ITEM(args, 2)) : at::Scalar(1);
    PyObject* dtype = kwargs ? PyDict_GetItemString(kwargs, "dtype") : nullptr;
    at::TensorOptions options(dtype && dtype != Py_None ? to_dtype(dtype) : c10::get_default_dtype_as_scalartype());
    int64_t steps = static_cast<int64_t>((end - start) / step.toDouble());
    at::Tensor result = at::arange(steps + 1, options.dtype(at::kDouble)).mul(step).add(start).to(options);
    return wrap(std::move(result));
  });
}

PyMethodDef functions[] = {
    {"numel", c_function(&as_method<kNumel>), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"get_device", c_function(&as_method<kGetDevice>), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"nonzero", c_function(&nonzero), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"range", c_function(&range), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"tensor", c_function(&torch_tensor), METH_FASTCALL | METH_KEYWORDS, nullptr},
    {"as_tensor", c_function(&as_tensor), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"asarray", c_function(&asarray), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"frombuffer", c_function(&frombuffer), METH_VARARGS | METH_KEYWORDS, nullptr},
    {},
};

}  // namespace

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

at::Tensor legacy_constructor(PyObject* args, PyObject* kwargs) {
  return legacy(args, kwargs, at::TensorOptions(c10::get_default_dtype_as_scalartype()).device(at::kCPU));
}

/// As a method: the function with self in front.
static PyObject* method_nonzero(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    if (PyTuple_GET_SIZE(args))
      raise(PyExc_TypeError,
            "nonzero() takes 0 positional arguments but " + std::to_string(PyTuple_GET_SIZE(args)) + " were given");
    return nonzero(nullptr, checked(PyTuple_Pack(1, self)), kwargs);
  });
}

PyMethodDef tensor_new_methods[] = {
    {"nonzero", c_function(&method_nonzero), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"new_tensor", c_function(&new_tensor), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"new", c_function(&method_new), METH_VARARGS | METH_KEYWORDS, nullptr},
    {},
};

void init_tensor_new(PyObject* module) {
  Object holder = attr(module, "_VariableFunctionsClass");
  PyObject* dict = reinterpret_cast<PyTypeObject*>(holder.get())->tp_dict;
  for (PyMethodDef* table : {functions, numpy_functions}) {
    for (; table->ml_name; ++table) {
      Object function = checked(PyCFunction_NewEx(table, holder, nullptr));
      checked(PyDict_SetItemString(dict, table->ml_name, function));
    }
  }
  // Products of sparse and dense matrices of old.
  for (const char* name : {"spmm", "dsmm", "hsmm", "saddmm"}) {
    checked(PyDict_SetItemString(dict, name,
                                 PyDict_GetItemString(dict, name[0] == 's' && name[1] == 'a' ? "addmm" : "mm")));
  }
  PyType_Modified(reinterpret_cast<PyTypeObject*>(holder.get()));
}

}  // namespace flambeau::python
