// Attributes and hand-written methods of tensors: what no operator's schema describes.
#include "pyshim/csrc/tensor_members.h"

#include <ATen/ops/contiguous_ops.h>
#include <ATen/ops/imag_ops.h>
#include <ATen/ops/mH_ops.h>
#include <ATen/ops/mT_ops.h>
#include <ATen/ops/matrix_H_ops.h>
#include <ATen/ops/numpy_T_ops.h>
#include <ATen/ops/real_ops.h>
#include <ATen/ops/requires_grad_ops.h>
#include <torch/csrc/autograd/variable.h>

#include <cstring>

#include "pyshim/csrc/autograd.h"
#include "pyshim/csrc/numpy.h"
#include "pyshim/csrc/overrides.h"
#include "pyshim/csrc/parse.h"
#include "pyshim/csrc/storage.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/tensor_new.h"
#include "pyshim/csrc/thunk.h"
#include "pyshim/csrc/types.h"

namespace flambeau::python {

namespace {

using at::Tensor;

struct Getter {
  const char* name;
  PyObject* (*get)(const Tensor&);
};
template <const Getter& g>
PyObject* property(PyObject* self, void*) {
  return guarded([&]() -> PyObject* {
    if (PyObject* o = overridden_property(self, g.name)) return o;
    return g.get(tensor_of(self));
  });
}

// X-macro: one line for each read-only attribute.
#define FLB_GETTERS(X)                                                                             \
  X(shape, from_sizes(t.sizes()))                                                                  \
  X(dtype, from_dtype(t.scalar_type()))                                                            \
  X(device, from_device(t.device()))                                                               \
  X(layout, from_layout(t.layout()))                                                               \
  X(ndim, PyLong_FromLongLong(t.dim()))                                                            \
  X(itemsize, PyLong_FromLongLong(static_cast<long long>(t.itemsize())))                           \
  X(nbytes, PyLong_FromLongLong(t.numel() * static_cast<long long>(t.itemsize())))                 \
  X(is_cuda, from_bool(t.is_cuda()))                                                               \
  X(is_cpu, from_bool(t.is_cpu()))                                                                 \
  X(is_xpu, from_bool(t.is_xpu()))                                                                 \
  X(is_xla, from_bool(t.is_xla()))                                                                 \
  X(is_ipu, from_bool(t.is_ipu()))                                                                 \
  X(is_mtia, from_bool(t.is_mtia()))                                                               \
  X(is_mps, from_bool(t.is_mps()))                                                                 \
  X(is_maia, from_bool(t.is_maia()))                                                               \
  X(is_vulkan, from_bool(t.is_vulkan()))                                                           \
  X(is_meta, from_bool(t.is_meta()))                                                               \
  X(is_sparse, from_bool(t.is_sparse()))                                                           \
  X(is_sparse_csr, from_bool(t.is_sparse_csr()))                                                   \
  X(is_mkldnn, from_bool(t.is_mkldnn()))                                                           \
  X(is_quantized, from_bool(t.is_quantized()))                                                     \
  X(is_nested, from_bool(t.is_nested()))                                                           \
  X(T, wrap(at::_ops::numpy_T::call(t)))                                                           \
  X(H, wrap(at::_ops::matrix_H::call(t)))                                                          \
  X(mT, wrap(at::_ops::mT::call(t)))                                                               \
  X(mH, wrap(at::_ops::mH::call(t)))                                                               \
  X(_version, PyLong_FromLongLong(t._version()))                                                   \
  X(_base, wrap(t.is_view() ? Tensor(t._base()) : Tensor()))                                       \
  X(_cdata, PyLong_FromVoidPtr(t.unsafeGetTensorImpl()))                                           \
  X(name, t.name().empty() ? Py_NewRef(Py_None) : text(t.name()).release())                        \
  X(_has_symbolic_sizes_strides, from_bool(t.unsafeGetTensorImpl()->has_symbolic_sizes_strides())) \
  X(_python_dispatch, from_bool(t.unsafeGetTensorImpl()->is_python_dispatch()))
#define FLB_DEFINE(name, value) constexpr Getter k_##name{#name, [](const Tensor& t) -> PyObject* { return value; }};
FLB_GETTERS(FLB_DEFINE)
#undef FLB_DEFINE

PyObject* get_data(PyObject* self, void*) {
  return guarded([&]() -> PyObject* {
    if (PyObject* o = overridden_property(self, "data")) return o;
    return wrap(tensor_of(self).variable_data());
  });
}
int set_data(PyObject* self, PyObject* value, void*) {
  return guarded_status([&] {
    if (!value) raise(PyExc_RuntimeError, "Deleting tensor data is not allowed. Delete tensor instead!");
    if (PyObject* o = overridden_property(self, "data", value)) return Py_DECREF(o);
    if (!is_tensor(value)) {
      raise(PyExc_TypeError, std::string("Variable data has to be a tensor, but got ") + short_type_name(value));
    }
    tensor_of(self).set_data(tensor_of(value));
  });
}

/// real and imag are views, so they can be assigned through.
template <Tensor (*part)(const Tensor&)>
PyObject* get_part(PyObject* self, void*) {
  return guarded([&] { return wrap(part(tensor_of(self))); });
}
template <Tensor (*part)(const Tensor&)>
int set_part(PyObject* self, PyObject* value, void*) {
  return guarded_status([&] {
    Tensor view = part(tensor_of(self));
    view.copy_(is_tensor(value) ? tensor_of(value) : to_tensor_of_number(value));
  });
}
Tensor real_part(const Tensor& t) { return at::_ops::real::call(t); }
Tensor imag_part(const Tensor& t) { return at::_ops::imag::call(t); }

PyGetSetDef properties[] = {
    {"__dict__", &PyObject_GenericGetDict, &PyObject_GenericSetDict, nullptr, nullptr},
#define FLB_ENTRY(name, value) {#name, &property<k_##name>, nullptr, nullptr, nullptr},
    FLB_GETTERS(FLB_ENTRY)
#undef FLB_ENTRY
        {"data", &get_data, &set_data, nullptr, nullptr},
    {"real", &get_part<real_part>, &set_part<real_part>, nullptr, nullptr},
    {"imag", &get_part<imag_part>, &set_part<imag_part>, nullptr, nullptr},
};

// ---- Methods without arguments
// -------------------------------------------------------------------------------------------

template <const Getter& g>
PyObject* method(PyObject* self, PyObject*) {
  return guarded([&]() -> PyObject* {
    if (PyObject* o = overridden(self, g.name, {})) return o;
    return g.get(tensor_of(self));
  });
}
PyObject* item_value(const Tensor& t) {
  at::Scalar value;
  {
    GilRelease gil(is_big(t));
    value = t.item();
  }
  return from_scalar(value);
}
#define FLB_METHODS(X)                                                           \
  X(item, item_value(t))                                                         \
  X(dim, PyLong_FromLongLong(t.dim()))                                           \
  X(ndimension, PyLong_FromLongLong(t.dim()))                                    \
  X(numel, PyLong_FromLongLong(t.numel()))                                       \
  X(nelement, PyLong_FromLongLong(t.numel()))                                    \
  X(element_size, PyLong_FromLongLong(static_cast<long long>(t.element_size()))) \
  X(storage_offset, PyLong_FromLongLong(t.storage_offset()))                     \
  X(data_ptr, PyLong_FromVoidPtr(t.data_ptr()))                                  \
  X(const_data_ptr, PyLong_FromVoidPtr(const_cast<void*>(t.const_data_ptr())))   \
  X(untyped_storage, THPStorage_Wrap(t.storage()))                               \
  X(is_floating_point, from_bool(t.is_floating_point()))                         \
  X(is_complex, from_bool(t.is_complex()))                                       \
  X(is_signed, from_bool(t.is_signed()))                                         \
  X(is_conj, from_bool(t.is_conj()))                                             \
  X(is_neg, from_bool(t.is_neg()))                                               \
  X(is_inference, from_bool(t.is_inference()))                                   \
  X(retain_grad, (t.retain_grad(), Py_NewRef(Py_None)))                          \
  X(has_names, (static_cast<void>(t), from_bool(false)))                         \
  X(_is_view, from_bool(t.is_view()))                                            \
  X(_use_count, PyLong_FromSize_t(t.use_count()))
#define FLB_DEFINE(name, value) constexpr Getter m_##name{#name, [](const Tensor& t) -> PyObject* { return value; }};
FLB_METHODS(FLB_DEFINE)
#undef FLB_DEFINE

// ---- Conversion
// ----------------------------------------------------------------------------------------------------------

Tensor converted(const Tensor& t, std::optional<at::Device> device, std::optional<at::ScalarType> dtype,
                 bool non_blocking, bool copy, std::optional<at::MemoryFormat> format) {
  if (device && device->is_cuda()) raise(PyExc_AssertionError, "Torch not compiled with CUDA enabled");
  GilRelease gil(is_big(t));
  at::TensorOptions options;
  if (device) options = options.device(*device);
  if (dtype) options = options.dtype(*dtype);
  return t.to(options, non_blocking, copy, format);
}

/// The only argument there may be, None counting as none: by name, or as one of `positional` first ones.
PyObject* only_argument(const char* name, const char* param, Args args, Py_ssize_t positional) {
  if (args.count > positional) {
    raise(PyExc_TypeError, std::string(name) + "() takes " + (positional ? "from 0 to 1" : "0") +
                               " positional arguments but " + std::to_string(args.count) +
                               (args.count == 1 ? " was given" : " were given"));
  }
  PyObject* found = args.count ? args.items[0] : nullptr;
  for (Py_ssize_t k = 0; k < args.named(); ++k) {
    std::string_view given = text_of(PyTuple_GET_ITEM(args.names, k));
    if (given != param)
      raise(PyExc_TypeError, std::string(name) + "() got an unexpected keyword argument '" + std::string(given) + "'");
    if (found) raise(PyExc_TypeError, std::string(name) + "() got multiple values for argument '" + param + "'");
    found = args.items[args.count + k];
  }
  return found == Py_None ? nullptr : found;
}

struct Cast {
  const char* name;
  at::ScalarType dtype;
};
template <const Cast& c>
PyObject* cast(PyObject* self, PyObject* const* items, Py_ssize_t count, PyObject* names) {
  return guarded([&]() -> PyObject* {
    if (PyObject* o = overridden(self, c.name, {items, count, names})) return o;
    std::optional<at::MemoryFormat> format;
    if (PyObject* given = only_argument(c.name, "memory_format", {items, count, names}, 0))
      format = to_memory_format(given);
    return wrap(converted(tensor_of(self), std::nullopt, c.dtype, false, false, format));
  });
}
#define FLB_CASTS(X)                                                                                             \
  X(float, at::kFloat)                                                                                           \
  X(double, at::kDouble) X(half, at::kHalf) X(bfloat16, at::kBFloat16) X(int, at::kInt) X(long, at::kLong)       \
      X(short, at::kShort) X(char, at::kChar) X(byte, at::kByte) X(bool, at::kBool) X(cfloat, at::kComplexFloat) \
          X(cdouble, at::kComplexDouble)
#define FLB_DEFINE(name, dtype) constexpr Cast c_##name{#name, dtype};
FLB_CASTS(FLB_DEFINE)
#undef FLB_DEFINE

struct ToArguments {
  std::optional<at::Device> device;
  std::optional<at::ScalarType> dtype;
  bool non_blocking = false, copy = false;
  std::optional<at::MemoryFormat> format;
};

[[noreturn]] void bad_to(Args args) {
  raise(PyExc_TypeError, "to() received an invalid combination of arguments - got " +
                             describe_arguments(nullptr, args) +
                             ", but expected one of:\n"
                             " * (torch.device device = None, torch.dtype dtype = None, bool non_blocking = False, "
                             "bool copy = False, *, torch.memory_format "
                             "memory_format = None)\n"
                             " * (torch.dtype dtype, bool non_blocking = False, bool copy = False, *, "
                             "torch.memory_format memory_format = None)\n"
                             " * (Tensor tensor, bool non_blocking = False, bool copy = False, *, torch.memory_format "
                             "memory_format = None)\n");
}

/// A device by name, also one that is not there: what asks for it may never be used.
at::Device named_device(PyObject* o) {
  if (THPDevice_Check(o)) return reinterpret_cast<THPDevice*>(o)->device;
  if (PyUnicode_Check(o)) return at::Device(std::string(text_of(o)));
  return at::Device(at::kCUDA, static_cast<at::DeviceIndex>(to_int64(o)));
}

/// to(device=None, dtype=None, non_blocking=False, copy=False), to(dtype, ...), to(other, ...).
ToArguments parse_to(Args args) {
  ToArguments to;
  Py_ssize_t next = 0;
  auto set_other = [&](PyObject* o) {
    to.device = tensor_of(o).device();
    to.dtype = tensor_of(o).scalar_type();
  };
  if (args.count > 0) {
    PyObject* first = args.items[0];
    next = 1;
    if (is_tensor(first)) {
      set_other(first);
    } else if (THPDtype_Check(first) || THPPythonScalarType_Check(first)) {
      to.dtype = to_dtype(first);
    } else if (first == Py_None || THPDevice_Check(first) || PyUnicode_Check(first) || is_integer(first)) {
      if (first != Py_None) to.device = named_device(first);
      if (args.count > 1 && !is_bool(args.items[1])) {
        PyObject* second = args.items[1];
        if (second != Py_None && !THPDtype_Check(second) && !THPPythonScalarType_Check(second)) bad_to(args);
        if (second != Py_None) to.dtype = to_dtype(second);
        next = 2;
      }
    } else {
      bad_to(args);
    }
  }
  bool* flags[] = {&to.non_blocking, &to.copy};
  for (int i = 0; next < args.count; ++next, ++i) {
    if (i > 1 || !is_bool(args.items[next])) bad_to(args);
    *flags[i] = to_bool(args.items[next]);
  }
  for (Py_ssize_t k = 0; k < args.named(); ++k) {
    std::string_view name = text_of(PyTuple_GET_ITEM(args.names, k));
    PyObject* value = args.items[args.count + k];
    if (name == "non_blocking" || name == "copy") {
      if (!is_bool(value)) bad_to(args);
      (name == "copy" ? to.copy : to.non_blocking) = to_bool(value);
      continue;
    }
    if (value == Py_None) continue;
    if (name == "dtype" && (THPDtype_Check(value) || THPPythonScalarType_Check(value)))
      to.dtype = to_dtype(value);
    else if (name == "device")
      to.device = named_device(value);
    else if (name == "memory_format" && THPMemoryFormat_Check(value))
      to.format = to_memory_format(value);
    else if ((name == "other" || name == "tensor") && is_tensor(value))
      set_other(value);
    else
      bad_to(args);
  }
  return to;
}

PyObject* method_to(PyObject* self, PyObject* const* items, Py_ssize_t count, PyObject* names) {
  return guarded([&]() -> PyObject* {
    Args args{items, count, names};
    if (PyObject* o = overridden(self, "to", args)) return o;
    ToArguments to = parse_to(args);
    if (!to.device && !to.dtype && !to.copy && !to.format) return Py_NewRef(self);
    return wrap(converted(tensor_of(self), to.device, to.dtype, to.non_blocking, to.copy, to.format));
  });
}

/// `_C._nn._parse_to`: the same rules for nn.Module.to.
PyObject* parse_to_function(PyObject*, PyObject* const* items, Py_ssize_t count, PyObject* names) {
  return guarded([&] {
    ToArguments to = parse_to({items, count, names});
    Object device(to.device ? from_device(*to.device) : Py_NewRef(Py_None));
    Object dtype(to.dtype ? from_dtype(*to.dtype) : Py_NewRef(Py_None));
    Object format(to.format ? from_memory_format(*to.format) : Py_NewRef(Py_None));
    return Py_BuildValue("(OOOO)", device.get(), dtype.get(), to.non_blocking ? Py_True : Py_False, format.get());
  });
}

struct Place {
  const char* name;
  at::DeviceType type;
};
constexpr Place kCpu{"cpu", at::kCPU}, kCuda{"cuda", at::kCUDA}, kXpu{"xpu", at::kXPU}, kIpu{"ipu", at::kIPU},
    kMtia{"mtia", at::kMTIA};
template <const Place& p>
PyObject* method_place(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    if (PyObject* o = overridden(self, p.name, {})) return o;
    static const char* with_device[] = {"device", "non_blocking", "memory_format", nullptr};
    PyObject *device = Py_None, *format = Py_None;
    int non_blocking = 0;
    if constexpr (p.type == at::kCPU) {
      if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$O:cpu", const_cast<char**>(with_device + 2), &format)) raise();
    } else {
      if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|OpO", const_cast<char**>(with_device), &device, &non_blocking,
                                       &format))
        raise();
      if (p.type == at::kCUDA) raise(PyExc_AssertionError, "Torch not compiled with CUDA enabled");
    }
    at::Device to = device == Py_None ? at::Device(p.type) : to_device(device);
    std::optional<at::MemoryFormat> memory_format;
    if (format != Py_None) memory_format = to_memory_format(format);
    return wrap(converted(tensor_of(self), to, std::nullopt, non_blocking, false, memory_format));
  });
}

/// "torch.FloatTensor" for a dtype on the CPU.
constexpr struct {
  at::ScalarType dtype;
  const char* name;
} kTypeNames[] = {{at::kFloat, "FloatTensor"},
                  {at::kDouble, "DoubleTensor"},
                  {at::kHalf, "HalfTensor"},
                  {at::kBFloat16, "BFloat16Tensor"},
                  {at::kInt, "IntTensor"},
                  {at::kLong, "LongTensor"},
                  {at::kShort, "ShortTensor"},
                  {at::kChar, "CharTensor"},
                  {at::kByte, "ByteTensor"},
                  {at::kBool, "BoolTensor"},
                  {at::kComplexFloat, "ComplexFloatTensor"},
                  {at::kComplexDouble, "ComplexDoubleTensor"}};

PyObject* method_type(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    if (PyObject* o = overridden(self, "type", {})) return o;
    static const char* names[] = {"dtype", "non_blocking", "memory_format", nullptr};
    PyObject *dtype = Py_None, *format = Py_None;
    int non_blocking = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|OpO:type", const_cast<char**>(names), &dtype, &non_blocking,
                                     &format))
      raise();
    const Tensor& t = tensor_of(self);
    if (dtype == Py_None) return text(type_string(t)).release();
    if (THPDtype_Check(dtype) || THPPythonScalarType_Check(dtype)) {
      return wrap(converted(t, std::nullopt, to_dtype(dtype), non_blocking, false, std::nullopt));
    }
    if (!PyUnicode_Check(dtype) && !PyType_Check(dtype))
      raise(PyExc_TypeError, "dtype must be a type, str, or dtype object");
    Object shown = PyUnicode_Check(dtype) ? Object::borrow(dtype) : attr(dtype, "__name__");
    std::string_view wanted = text_of(shown);
    for (auto& row : kTypeNames) {
      if (wanted == row.name || wanted == std::string("torch.") + row.name) {
        return wrap(converted(t, at::Device(at::kCPU), row.dtype, non_blocking, false, std::nullopt));
      }
    }
    raise(PyExc_ValueError, "invalid type: '" + std::string(wanted) + "'");
  });
}

// ---- Shape questions
// -----------------------------------------------------------------------------------------------------

PyObject* dimension(PyObject* self, const char* name, Args args, c10::IntArrayRef values, bool as_size) {
  if (PyObject* o = overridden(self, name, args)) return o;
  PyObject* dim = only_argument(name, "dim", args, 1);
  if (!dim) return as_size ? from_sizes(values) : from_ints(values);
  if (!is_index(dim)) {
    raise(PyExc_TypeError,
          std::string(name) + "(): argument 'dim' (position 1) must be int, not " + short_type_name(dim));
  }
  int64_t at = to_int64(dim), count = static_cast<int64_t>(values.size());
  if (at < -std::max<int64_t>(count, 1) || at >= std::max<int64_t>(count, 1)) {
    int64_t limit = std::max<int64_t>(count, 1);
    raise(PyExc_IndexError, "Dimension out of range (expected to be in range of [" + std::to_string(-limit) + ", " +
                                std::to_string(limit - 1) + "], but got " + std::to_string(at) + ")");
  }
  if (count == 0)
    raise(PyExc_IndexError, "Dimension specified as " + std::to_string(at) + " but tensor has no dimensions");
  return PyLong_FromLongLong(values[at < 0 ? at + count : at]);
}
PyObject* method_size(PyObject* self, PyObject* const* items, Py_ssize_t count, PyObject* names) {
  return guarded([&] { return dimension(self, "size", {items, count, names}, tensor_of(self).sizes(), true); });
}
PyObject* method_stride(PyObject* self, PyObject* const* items, Py_ssize_t count, PyObject* names) {
  return guarded([&] { return dimension(self, "stride", {items, count, names}, tensor_of(self).strides(), false); });
}

at::MemoryFormat format_argument(const char* name, Args args) {
  PyObject* given = only_argument(name, "memory_format", args, 1);
  return given ? to_memory_format(given) : at::MemoryFormat::Contiguous;
}
PyObject* method_is_contiguous(PyObject* self, PyObject* const* items, Py_ssize_t count, PyObject* names) {
  return guarded([&]() -> PyObject* {
    Args args{items, count, names};
    if (PyObject* o = overridden(self, "is_contiguous", args)) return o;
    return from_bool(tensor_of(self).is_contiguous(format_argument("is_contiguous", args)));
  });
}
PyObject* method_contiguous(PyObject* self, PyObject* const* items, Py_ssize_t count, PyObject* names) {
  return guarded([&]() -> PyObject* {
    Args args{items, count, names};
    if (PyObject* o = overridden(self, "contiguous", args)) return o;
    at::MemoryFormat format = format_argument("contiguous", args);
    const Tensor& t = tensor_of(self);
    if (t.is_contiguous(format)) return Py_NewRef(self);
    auto compute = [&] {
      GilRelease gil(is_big(t));
      return at::_ops::contiguous::call(t, format);
    };
    return wrap(compute());
  });
}

// ---- Values
// --------------------------------------------------------------------------------------------------------------

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

// ---- Subclasses
// ----------------------------------------------------------------------------------------------------------

PyTypeObject* subclass_argument(PyObject* cls) {
  if (!PyType_Check(cls)) raise(PyExc_TypeError, std::string("cls must be a type (got ") + short_type_name(cls) + ")");
  return reinterpret_cast<PyTypeObject*>(cls);
}

PyObject* make_subclass(PyObject*, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    static const char* names[] = {"cls",
                                  "data",
                                  "require_grad",
                                  "dispatch_sizes_strides_policy",
                                  "dispatch_device",
                                  "dispatch_layout",
                                  "device_for_backend_keys",
                                  nullptr};
    PyObject *cls, *data, *policy = nullptr, *backend = nullptr;
    int grad = 0, device = 0, layout = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|p$OppO:_make_subclass", const_cast<char**>(names), &cls, &data,
                                     &grad, &policy, &device, &layout, &backend)) {
      raise();
    }
    PyTypeObject* type = subclass_argument(cls);
    Tensor source = tensor_of(data).detach();
    source.unsafeGetTensorImpl()->set_allow_tensor_metadata_change(true);
    source.set_requires_grad(grad);
    return wrap_as(std::move(source), type);
  });
}

PyObject* as_subclass(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    static const char* names[] = {"cls", nullptr};
    PyObject* cls;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:as_subclass", const_cast<char**>(names), &cls)) raise();
    return wrap_as(tensor_of(self).alias(), subclass_argument(cls));
  });
}

PyObject* requires_grad(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    if (PyObject* o = overridden(self, "requires_grad_", {})) return o;
    static const char* names[] = {"requires_grad", nullptr};
    int on = 1;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|p:requires_grad_", const_cast<char**>(names), &on)) raise();
    at::ScalarType dtype = tensor_of(self).scalar_type();
    TORCH_CHECK(!on || at::isFloatingType(dtype) || at::isComplexType(dtype),
                "only Tensors of floating point dtype can require gradients");
    if (PyObject_SetAttrString(self, "requires_grad", on ? Py_True : Py_False) < 0) raise();
    return Py_NewRef(self);
  });
}

PyObject* complex_value(PyObject* self, PyObject*) {
  return guarded([&] {
    auto c = tensor_of(self).item().toComplexDouble();
    return PyComplex_FromDoubles(c.real(), c.imag());
  });
}

constexpr int kFast = METH_FASTCALL | METH_KEYWORDS, kOld = METH_VARARGS | METH_KEYWORDS;
PyMethodDef methods[] = {
#define FLB_ENTRY(name, value) {#name, &method<m_##name>, METH_NOARGS, nullptr},
    FLB_METHODS(FLB_ENTRY)
#undef FLB_ENTRY
#define FLB_ENTRY(name, dtype) {#name, c_function(&cast<c_##name>), kFast, nullptr},
        FLB_CASTS(FLB_ENTRY)
#undef FLB_ENTRY
            {"to", c_function(&method_to), kFast, nullptr},
    {"cpu", c_function(&method_place<kCpu>), kOld, nullptr},
    {"cuda", c_function(&method_place<kCuda>), kOld, nullptr},
    {"xpu", c_function(&method_place<kXpu>), kOld, nullptr},
    {"ipu", c_function(&method_place<kIpu>), kOld, nullptr},
    {"mtia", c_function(&method_place<kMtia>), kOld, nullptr},
    {"type", c_function(&method_type), kOld, nullptr},
    {"size", c_function(&method_size), kFast, nullptr},
    {"stride", c_function(&method_stride), kFast, nullptr},
    {"is_contiguous", c_function(&method_is_contiguous), kFast, nullptr},
    {"contiguous", c_function(&method_contiguous), kFast, nullptr},
    {"tolist", &method_tolist, METH_NOARGS, nullptr},
    {"apply_", &apply_all, METH_VARARGS, nullptr},
    {"map_", &apply_all, METH_VARARGS, nullptr},
    {"map2_", &apply_all, METH_VARARGS, nullptr},
    {"_make_subclass", c_function(&make_subclass), kOld | METH_STATIC, nullptr},
    {"as_subclass", c_function(&as_subclass), kOld, nullptr},
    {"requires_grad_", c_function(&requires_grad), kOld, nullptr},
    {"__complex__", &complex_value, METH_NOARGS, nullptr},
};

}  // namespace

std::string type_string(const at::Tensor& t) {
  std::string name = "torch.";
  if (!t.is_cpu()) name += c10::DeviceTypeName(t.device().type(), /*lower_case=*/true) + ".";
  if (t.is_sparse()) name += "sparse.";
  for (auto& row : kTypeNames) {
    if (row.dtype == t.scalar_type()) return name + row.name;
  }
  return name + c10::toString(t.scalar_type()) + "Tensor";
}

PyMethodDef parse_to_definition = {"_parse_to", c_function(&parse_to_function), kFast, nullptr};

void install_members(PyTypeObject& type) {
  // One table of each kind, for ever: the type refers to it.
  auto* all_methods = new std::vector<PyMethodDef>(std::begin(methods), std::end(methods));
  for (PyMethodDef* table : {tensor_new_methods, numpy_methods, autograd_methods}) {
    for (; table->ml_name; ++table) all_methods->push_back(*table);
  }
  all_methods->push_back({});
  type.tp_methods = all_methods->data();
  auto* all_properties = new std::vector<PyGetSetDef>(std::begin(properties), std::end(properties));
  for (PyGetSetDef* row = autograd_properties; row->name; ++row) all_properties->push_back(*row);
  all_properties->push_back({});
  type.tp_getset = all_properties->data();
}

}  // namespace flambeau::python
