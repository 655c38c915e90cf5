// Tensors of a subclass: _make_subclass, _make_wrapper_subclass, as_subclass.
#include <ATen/EmptyTensor.h>

#include "pyshim/csrc/overrides.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/tensor_members.h"
#include "pyshim/csrc/thunk.h"
#include "pyshim/csrc/types.h"

namespace flambeau::python {

namespace {

using at::Tensor;

PyTypeObject* subclass_argument(PyObject* cls) {
  if (!PyType_Check(cls)) raise(PyExc_TypeError, std::string("cls must be a type (got ") + short_type_name(cls) + ")");
  auto* type = reinterpret_cast<PyTypeObject*>(cls);
  if (!PyType_IsSubtype(type, &TensorBaseType)) {
    raise(PyExc_TypeError,
          "Creating a Tensor subclass from a class that does not inherit from Tensor is not possible. Make sure your "
          "class inherits from Tensor.");
  }
  return type;
}

/// Which questions about itself the subclass answers by __torch_dispatch__.
struct Asked {
  PyObject* policy = nullptr;
  int device = 0, layout = 0;

  void set(at::TensorImpl& impl) const {
    using Policy = at::TensorImpl::SizesStridesPolicy;
    if (policy && policy != Py_None) {
      const std::string_view name = text_of(policy);
      if (name != "sizes" && name != "strides") {
        raise(PyExc_RuntimeError, "Unknown sizes_strides_policy: " + std::string(name));
      }
      impl.set_python_custom_sizes_strides(name == "sizes" ? Policy::CustomSizes : Policy::CustomStrides);
    }
    if (device) impl.set_python_custom_device(true);
    if (layout) impl.set_python_custom_layout(true);
  }
};

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
    PyObject *cls, *data, *backend = nullptr;
    int grad = 0;
    Asked asked;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|p$OppO:_make_subclass", const_cast<char**>(names), &cls, &data,
                                     &grad, &asked.policy, &asked.device, &asked.layout, &backend)) {
      raise();
    }
    PyTypeObject* type = subclass_argument(cls);
    if (!is_tensor(data)) {
      raise(PyExc_TypeError,
            std::string("_make_subclass(): argument 'data' (position 2) must be Tensor, not ") + short_type_name(data));
    }
    Tensor source = tensor_of(data).detach();
    source.unsafeGetTensorImpl()->set_allow_tensor_metadata_change(true);
    source.set_requires_grad(grad);
    asked.set(*source.unsafeGetTensorImpl());
    if (backend && backend != Py_None) source.unsafeGetTensorImpl()->_change_backend_component_keys(to_device(backend));
    return wrap_as(std::move(source), type);
  });
}

c10::SmallVector<int64_t, 6> ints_of(PyObject* sequence) {
  static constexpr Param list{0, 0, 0, Kind::integers, 0, 0};
  c10::SmallVector<int64_t, 6> values;
  Object items = checked(PySequence_Tuple(sequence));
  integers_of(items, list, values);
  return values;
}

/// A storage of the right size without memory: whoever reads it is wrong, as the subclass holds its values elsewhere.
Tensor without_memory(c10::IntArrayRef size, PyObject* strides, int64_t offset, at::ScalarType dtype, at::Device device,
                      PyObject* storage_size) {
  TORCH_CHECK_NOT_IMPLEMENTED(device.is_cpu() || device.is_meta(),
                              "not implemented: _make_wrapper_subclass for device ", device);
  Tensor t = at::detail::empty_meta(size, dtype);
  at::TensorImpl& like = *t.unsafeGetTensorImpl();
  if (strides != Py_None) like.set_sizes_and_strides(size, ints_of(strides));
  const size_t bytes = storage_size == Py_None ? at::detail::computeStorageNbytes(t.sizes(), t.strides(), t.itemsize(),
                                                                                  static_cast<size_t>(offset))
                                               : static_cast<size_t>(to_int64(storage_size));
  c10::Storage storage(c10::Storage::use_byte_size_t(), bytes, c10::DataPtr(nullptr, device),
                       c10::GetAllocator(at::kMeta), /*resizable=*/true);
  const auto key = device.is_meta() ? c10::DispatchKey::Meta : c10::DispatchKey::CPU;
  Tensor made = at::detail::make_tensor<at::TensorImpl>(std::move(storage), c10::DispatchKeySet(key), t.dtype());
  made.unsafeGetTensorImpl()->set_sizes_and_strides(t.sizes(), t.strides(), offset);
  return made;
}

PyObject* make_wrapper_subclass(PyObject*, PyObject* args, PyObject* kwargs) {
  return guarded([&] {
    static const char* names[] = {"cls",
                                  "size",
                                  "strides",
                                  "storage_offset",
                                  "memory_format",
                                  "dtype",
                                  "layout",
                                  "device",
                                  "pin_memory",
                                  "requires_grad",
                                  "dispatch_sizes_strides_policy",
                                  "dispatch_device",
                                  "dispatch_layout",
                                  "_extra_dispatch_keys",
                                  "storage_size",
                                  nullptr};
    PyObject *cls, *size, *strides = Py_None, *offset = Py_None, *format = Py_None, *dtype = Py_None;
    PyObject *layout = Py_None, *device = Py_None, *extra_keys = Py_None, *storage_size = Py_None;
    int pinned = 0, grad = 0;
    Asked asked;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|$OOOOOOppOppOO:_make_wrapper_subclass",
                                     const_cast<char**>(names), &cls, &size, &strides, &offset, &format, &dtype,
                                     &layout, &device, &pinned, &grad, &asked.policy, &asked.device, &asked.layout,
                                     &extra_keys, &storage_size)) {
      raise();
    }
    PyTypeObject* type = subclass_argument(cls);
    if (!has_torch_dispatch(type))
      raise(PyExc_TypeError, std::string(type->tp_name) + " must define __torch_dispatch__");
    TORCH_CHECK_NOT_IMPLEMENTED(!pinned, "not implemented: _make_wrapper_subclass with pin_memory=True");
    TORCH_CHECK_NOT_IMPLEMENTED(extra_keys == Py_None,
                                "not implemented: _make_wrapper_subclass with _extra_dispatch_keys");
    TORCH_CHECK_NOT_IMPLEMENTED(layout == Py_None || to_layout(layout) == at::kStrided,
                                "not implemented: _make_wrapper_subclass with a layout other than torch.strided");
    if (format != Py_None) to_memory_format(format);  // in PyTorch, too, the layout is that of `strides` alone
    Tensor t = without_memory(ints_of(size), strides, offset == Py_None ? 0 : to_int64(offset),
                              dtype == Py_None ? c10::typeMetaToScalarType(c10::get_default_dtype()) : to_dtype(dtype),
                              device == Py_None ? at::Device(at::kCPU) : to_device(device), storage_size);
    t.set_requires_grad(grad);
    asked.set(*t.unsafeGetTensorImpl());
    return wrap_as(std::move(t), type);
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

constexpr int kOld = METH_VARARGS | METH_KEYWORDS;

}  // namespace

PyMethodDef subclass_methods[] = {
    {"_make_subclass", c_function(&make_subclass), kOld | METH_STATIC, nullptr},
    {"_make_wrapper_subclass", c_function(&make_wrapper_subclass), kOld | METH_STATIC, nullptr},
    {"as_subclass", c_function(&as_subclass), kOld, nullptr},
    {},
};

}  // namespace flambeau::python
