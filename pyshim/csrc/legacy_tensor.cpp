// Tensor(...) and tensor.new(...), whose one argument may be many things.
#include <ATen/ops/empty.h>
#include <torch/csrc/DynamicTypes.h>

#include "pyshim/csrc/parse.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/tensor_data.h"
#include "pyshim/csrc/tensor_new.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

[[noreturn]] void no_such_form(PyObject* args, PyObject* kwargs) {
  std::vector<PyObject*> items;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); ++i) items.push_back(PyTuple_GET_ITEM(args, i));
  const auto count = static_cast<Py_ssize_t>(items.size());
  Object names = checked(PyList_New(0));
  PyObject *name, *value;
  for (Py_ssize_t at = 0; kwargs && PyDict_Next(kwargs, &at, &name, &value);) {
    checked(PyList_Append(names, name));
    items.push_back(value);
  }
  Object keywords = checked(PyList_AsTuple(names));
  raise(PyExc_TypeError, "new() received an invalid combination of arguments - got " +
                             describe_arguments(nullptr, {items.data(), count, keywords}) +
                             ", but expected one of:\n * (*, torch.device device = None)\n * (torch.Storage storage)\n"
                             " * (Tensor other)\n * (tuple of ints size, *, torch.device device = None)\n"
                             " * (object data, *, torch.device device = None)\n");
}

/// What the call is about: the one argument that stands for all, or the sizes.
struct Given {
  PyObject* one = nullptr;    ///< by position or as storage=, other=, size=, data=
  PyObject* sizes = nullptr;  ///< a tuple, where sizes are given
  bool has_device = false;
};

Given given_in(PyObject* args, PyObject* kwargs, const at::TensorOptions& options) {
  Given given;
  if (PyTuple_GET_SIZE(args) == 1) given.one = PyTuple_GET_ITEM(args, 0);
  if (PyTuple_GET_SIZE(args) > 1) given.sizes = args;
  PyObject *key, *value;
  for (Py_ssize_t at = 0; kwargs && PyDict_Next(kwargs, &at, &key, &value);) {
    const std::string_view name = text_of(key);
    if (name == "device") {
      given.has_device = value != Py_None;
      if (!given.has_device) continue;
      const at::Device device = to_device(value);
      TORCH_CHECK(device.type() == options.device().type(),
                  "legacy constructor expects device type: ", c10::DeviceTypeName(options.device().type(), true),
                  " but device type: ", c10::DeviceTypeName(device.type(), true), " was passed");
      continue;
    }
    const bool fits = name == "data" || (name == "size" && PyTuple_Check(value)) ||
                      (name == "other" && is_tensor(value)) || (name == "storage" && torch::isStorage(value));
    if (!fits || given.one || given.sizes) no_such_form(args, kwargs);
    (name == "size" ? given.sizes : given.one) = value;
  }
  return given;
}

at::Tensor of_sizes(PyObject* sizes, const at::TensorOptions& options) {
  std::vector<int64_t> result;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(sizes); ++i) {
    PyObject* size = PyTuple_GET_ITEM(sizes, i);
    if (!is_index(size)) {
      raise(PyExc_TypeError, "new(): argument 'size' failed to unpack the object at pos " + std::to_string(i + 1) +
                                 " with error \"type must be tuple of ints,but got " + short_type_name(size) + "\"");
    }
    result.push_back(to_int64(size));
  }
  return at::empty(result, options);
}

at::Tensor of_tensor(const at::Tensor& other, const Given& given, const at::TensorOptions& options, bool any_type) {
  TORCH_CHECK(!given.has_device,
              "Legacy tensor constructor of the form torch.Tensor(tensor, device=device) is not supported.  Use "
              "torch.tensor(...) or torch.as_tensor(...) instead.");
  if (!any_type && other.dtype() != options.dtype())
    raise(PyExc_TypeError, c10::str("expected ", options, " (got ", other.options(), ")"));
  return other.alias().detach();
}

at::Tensor of_storage(PyObject* object, const at::TensorOptions& options) {
  const auto [storage, dtype, typed] = torch::createStorageGetType(object);
  TORCH_CHECK(!typed || dtype == options.dtype().toScalarType(), "Expected a Storage of type ",
              options.dtype().toScalarType(), " or an UntypedStorage, but got type ", dtype,
              " for argument 1 'storage'");
  return at::empty({0}, options).set_(storage);
}

}  // namespace

at::Tensor legacy_tensor(PyObject* args, PyObject* kwargs, const at::TensorOptions& options, bool any_type) {
  const Given given = given_in(args, kwargs, options);
  PyObject* one = given.one;
  if (!one) {
    if (!given.sizes) return at::empty({0}, options);
    if (given.sizes == args && !is_index(PyTuple_GET_ITEM(args, 0))) no_such_form(args, kwargs);
    return of_sizes(given.sizes, options);
  }
  if (is_tensor(one)) return of_tensor(tensor_of(one), given, options, any_type);
  if (torch::isStorage(one)) return of_storage(one, options);
  if (THPSize_Check(one)) return of_sizes(one, options);
  if (is_index(one) && PyTuple_GET_SIZE(args) == 1) return of_sizes(args, options);
  if (!is_nested(one) && !PyUnicode_Check(one) && !PyBytes_Check(one))
    raise(PyExc_TypeError, std::string("new(): data must be a sequence (got ") + short_type_name(one) + ")");
  return tensor_from_data(one, options.dtype().toScalarType(), options.device());
}

}  // namespace flambeau::python
