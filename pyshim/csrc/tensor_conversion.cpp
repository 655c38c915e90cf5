// Tensors of another dtype, device or layout: to, type, float, cpu and their kin.
#include "pyshim/csrc/overrides.h"
#include "pyshim/csrc/parse.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/tensor_members.h"
#include "pyshim/csrc/tensor_new.h"
#include "pyshim/csrc/thunk.h"
#include "pyshim/csrc/types.h"

namespace flambeau::python {

namespace {

using at::Tensor;

Tensor converted(const Tensor& t, std::optional<at::Device> device, std::optional<at::ScalarType> dtype,
                 bool non_blocking, bool copy, std::optional<at::MemoryFormat> format) {
  if (device && device->is_cuda()) raise(PyExc_AssertionError, "Torch not compiled with CUDA enabled");
  GilRelease gil(is_big(t));
  at::TensorOptions options;
  if (device) options = options.device(*device);
  if (dtype) options = options.dtype(*dtype);
  return t.to(options, non_blocking, copy, format);
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
#define FLB_CASTS(X)                                                                                     \
  X(float, at::kFloat)                                                                                   \
  X(double, at::kDouble)                                                                                 \
  X(half, at::kHalf)                                                                                     \
  X(bfloat16, at::kBFloat16) X(int, at::kInt) X(long, at::kLong) X(short, at::kShort) X(char, at::kChar) \
      X(byte, at::kByte) X(bool, at::kBool) X(cfloat, at::kComplexFloat) X(cdouble, at::kComplexDouble)
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
    std::string wanted;
    if (PyUnicode_Check(dtype)) {
      wanted = text_of(dtype);
    } else {
      wanted = std::string(text_of(attr(dtype, "__module__"))) + "." + std::string(text_of(attr(dtype, "__name__")));
    }
    for (auto& row : kTypeNames) {
      if (wanted == row.name || wanted == std::string("torch.") + row.name) {
        return wrap(converted(t, at::Device(at::kCPU), row.dtype, non_blocking, false, std::nullopt));
      }
    }
    raise(PyExc_ValueError, "invalid type: '" + wanted + "'");
  });
}

constexpr int kFast = METH_FASTCALL | METH_KEYWORDS, kOld = METH_VARARGS | METH_KEYWORDS;

}  // namespace

PyMethodDef conversion_methods[] = {
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
    {},
};

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

}  // namespace flambeau::python
