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
    if (!value) raise(PyExc_AttributeError, "cannot delete the real or imaginary part of a tensor");
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

// ---- Others

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
        {"size", c_function(&method_size), kFast, nullptr},
    {"stride", c_function(&method_stride), kFast, nullptr},
    {"is_contiguous", c_function(&method_is_contiguous), kFast, nullptr},
    {"contiguous", c_function(&method_contiguous), kFast, nullptr},
    {"requires_grad_", c_function(&requires_grad), kOld, nullptr},
    {"__complex__", &complex_value, METH_NOARGS, nullptr},
};

}  // namespace

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

void install_members(PyTypeObject& type) {
  // One table of each kind, for ever: the type refers to it.
  auto* all_methods = new std::vector<PyMethodDef>(std::begin(methods), std::end(methods));
  for (PyMethodDef* table :
       {conversion_methods, value_methods, subclass_methods, tensor_new_methods, numpy_methods, autograd_methods}) {
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
