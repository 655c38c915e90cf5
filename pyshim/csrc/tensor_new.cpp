#include "pyshim/csrc/tensor_new.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/tensor.h>
#include <c10/core/DefaultDtype.h>

#include <cmath>
#include <limits>

#include "pyshim/csrc/numpy.h"
#include "pyshim/csrc/operators.h"
#include "pyshim/csrc/overrides.h"
#include "pyshim/csrc/storage.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/tensor_data.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

struct Options {
  PyObject *dtype = nullptr, *device = nullptr, *pin_memory = nullptr, *requires_grad = nullptr;

  std::optional<at::ScalarType> scalar_type() const {
    return dtype && dtype != Py_None ? std::optional(to_dtype(dtype)) : std::nullopt;
  }
  std::optional<at::Device> place() const {
    return device && device != Py_None ? std::optional(to_device(device)) : std::nullopt;
  }
  bool grad(const char* function) const {
    if (!requires_grad) return false;
    if (!PyBool_Check(requires_grad)) {
      raise(PyExc_TypeError,
            std::string(function) + "(): argument 'requires_grad' must be bool, not " + short_type_name(requires_grad));
    }
    return requires_grad == Py_True;
  }
};

/// There is no pinned memory: asking for it is an error, as it is in PyTorch without an accelerator.
void refuse_pinned(PyObject* pin_memory) {
  TORCH_CHECK(
      !pin_memory || !to_bool(pin_memory),
      "pin_memory=True requires a CUDA or other accelerator backend; no pinned memory allocator is available on "
      "this system.");
}

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
      if (name == "data") {
        if (data) raise(PyExc_TypeError, "tensor() got multiple values for argument 'data'");
        data = value;
      } else if (name == "dtype")
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
    refuse_pinned(o.pin_memory);
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
    return wrap(leaf(tensor_from_data(data, o.scalar_type(), o.place()), o.grad("tensor")));
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
  TORCH_CHECK_VALUE(PyObject_CheckBuffer(buffer), "object does not implement Python buffer protocol.");
  Py_buffer view;
  if (PyObject_GetBuffer(buffer, &view, PyBUF_WRITABLE) < 0) {
    PyErr_Clear();
    if (PyObject_GetBuffer(buffer, &view, PyBUF_SIMPLE) < 0) {
      PyErr_Clear();
      TORCH_CHECK(false, "could not retrieve buffer from object");
    }
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
             o.grad("new_tensor")));
  });
}

PyObject* method_new(PyObject* self, PyObject* args, PyObject* kwargs) {
  return guarded([&] { return wrap(legacy_tensor(args, kwargs, tensor_of(self).options())); });
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

/// range(start, end, step=1, *, out=None, dtype=None, layout=strided, device=None, requires_grad=False): unlike arange
/// it reaches its end.
at::Tensor inclusive_range(const at::Scalar& start, const at::Scalar& end, const at::Scalar& step,
                           at::ScalarType dtype) {
  const double from = start.toDouble(), to = end.toDouble(), by = step.toDouble();
  TORCH_CHECK(by != 0, "step must be nonzero");
  TORCH_CHECK(std::isfinite(from) && std::isfinite(to), "unsupported range: ", from, " -> ", to);
  TORCH_CHECK(by > 0 ? to >= from : to <= from, "upper bound and lower bound inconsistent with step sign");
  TORCH_CHECK_NOT_IMPLEMENTED(dtype != at::kBool && !c10::isComplexType(dtype), "\"range_cpu\" not implemented for '",
                              dtype, "'");
  const double count = (to - from) / by + 1;
  TORCH_CHECK(count < static_cast<double>(std::numeric_limits<int64_t>::max()), "invalid size, possible overflow?");
  const at::Tensor places = at::arange(static_cast<int64_t>(count), at::TensorOptions(at::kDouble));
  return places.mul_(step).add_(start).to(dtype);
}

PyObject* range(PyObject*, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    checked(PyErr_WarnEx(PyExc_UserWarning,
                         "torch.range is deprecated and will be removed in a future release because its behavior is "
                         "inconsistent with Python's range builtin. Instead, use torch.arange, which produces values "
                         "in [start, end).",
                         1));
    static const char* names[] = {"start", "end", "step", "out", "dtype", "layout", "device", "requires_grad", nullptr};
    PyObject *start, *end, *step = nullptr, *out = Py_None, *layout = nullptr;
    Options o;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|O$OOOOO:range", const_cast<char**>(names), &start, &end, &step,
                                     &out, &o.dtype, &layout, &o.device, &o.requires_grad))
      raise();
    for (PyObject* number : {start, end, step}) {
      if (number && !is_number(number) && !is_tensor(number))
        raise(PyExc_TypeError, std::string("range(): expected a Number, not ") + short_type_name(number));
    }
    TORCH_CHECK_NOT_IMPLEMENTED(!layout || layout == Py_None || to_layout(layout) == at::kStrided,
                                "not implemented: torch.range with a layout other than strided");
    const auto wanted = o.scalar_type();
    const auto by = step ? to_scalar(step) : at::Scalar(1);
    if (out == Py_None) {
      at::Tensor result = inclusive_range(to_scalar(start), to_scalar(end), by,
                                          wanted.value_or(c10::get_default_dtype_as_scalartype()));
      if (const auto place = o.place()) result = result.to(*place);
      return wrap(leaf(std::move(result), o.grad("range")));
    }
    if (!is_tensor(out)) raise(PyExc_TypeError, "range(): argument 'out' must be Tensor");
    const at::Tensor& target = tensor_of(out);
    TORCH_CHECK(!wanted || *wanted == target.scalar_type(), "dtype ", wanted.value_or(at::kFloat),
                " does not match dtype of out parameter (", target.scalar_type(), ")");
    const at::Tensor values = inclusive_range(to_scalar(start), to_scalar(end), by, target.scalar_type());
    target.resize_(values.sizes()).copy_(values);
    return Py_NewRef(out);
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
