// Every form of index becomes selects, slices and unsqueezes (views) and, where tensors take part, one index or
// index_put_.
#include "pyshim/csrc/indexing.h"

#include <ATen/ops/alias_ops.h>
#include <ATen/ops/copy_ops.h>
#include <ATen/ops/empty_ops.h>
#include <ATen/ops/fill_ops.h>
#include <ATen/ops/index_ops.h>
#include <ATen/ops/index_put_ops.h>
#include <ATen/ops/nonzero_ops.h>
#include <ATen/ops/select_ops.h>
#include <ATen/ops/slice_ops.h>
#include <ATen/ops/to_ops.h>
#include <ATen/ops/unsqueeze_ops.h>
#include <ATen/ops/view_ops.h>

#include <ATen/core/List.h>
#include <ATen/ops/zeros_ops.h>

#include "pyshim/csrc/overrides.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/tensor_data.h"
#include "pyshim/csrc/tensor_new.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

using at::Tensor;

Tensor select(const Tensor& t, int64_t dim, int64_t index, int64_t shown_dim) {
  if (t.dim() == 0) {
    TORCH_CHECK_INDEX(false,
                      "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to "
                      "convert a 0-dim tensor to a number");
  }
  int64_t size = t.size(dim);
  if (index < -size || index >= size) {
    TORCH_CHECK_INDEX(false, "index ", index, " is out of bounds for dimension ", shown_dim, " with size ", size);
  }
  return at::_ops::select_int::call(t, dim, index);
}

/// A bound of a slice: an int, a tensor of one, or anything with __index__. Clamped to int64 like Python's own slices.
int64_t bound(PyObject* object, int64_t absent) {
  if (object == Py_None) return absent;
  Py_ssize_t value;
  if (!_PyEval_SliceIndex(object, &value)) raise();
  return value;
}

Tensor slice(const Tensor& t, int64_t dim, PyObject* object) {
  auto* s = reinterpret_cast<PySliceObject*>(object);
  int64_t step = bound(s->step, 1);
  TORCH_CHECK_VALUE(step != 0, "slice step cannot be zero");
  TORCH_CHECK_VALUE(step > 0, "step must be greater than zero");
  int64_t start = bound(s->start, 0), stop = bound(s->stop, INT64_MAX);
  if (start == 0 && step == 1 && stop >= t.size(dim)) return t;
  return at::_ops::slice_Tensor::call(t, dim, start, stop, step);
}

bool is_integer_like(PyObject* o) { return PyLong_CheckExact(o) || (is_integer(o) && !PyBool_Check(o)); }

/// Whether a sequence used as an index stands for a tuple of indices: it then holds slices, tensors, sequences, None or
/// Ellipsis.
bool holds_indices(PyObject* sequence) {
  Py_ssize_t count = PySequence_Size(sequence);
  if (count < 0) {
    PyErr_Clear();
    return false;
  }
  if (count >= 32) return false;  // numpy's limit of dimensions
  for (Py_ssize_t i = 0; i < count; ++i) {
    Object item(PySequence_GetItem(sequence, i));
    if (!item) {
      PyErr_Clear();
      return false;
    }
    PyObject* o = item;
    if (is_tensor(o) || PySlice_Check(o) || o == Py_Ellipsis || o == Py_None || PySequence_Check(o)) return true;
  }
  return false;
}

Object as_tuple(PyObject* index) {
  if (PyTuple_Check(index)) return Object::borrow(index);
  if (!is_tensor(index) && PyList_Check(index) && holds_indices(index)) return checked(PySequence_Tuple(index));
  return checked(PyTuple_Pack(1, index));
}

bool is_mask(const Tensor& t) { return t.scalar_type() == at::kBool || t.scalar_type() == at::kByte; }

/// Dimensions of the source that the index consumes.
int64_t consumed(PyObject* tuple) {
  int64_t count = 0;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); ++i) {
    PyObject* o = PyTuple_GET_ITEM(tuple, i);
    if (is_tensor(o)) {
      const Tensor& t = tensor_of(o);
      count += is_mask(t) ? t.dim() : 1;
    } else if (o != Py_None && o != Py_Ellipsis && o != Py_True && o != Py_False) {
      ++count;
    }
  }
  return count;
}

[[noreturn]] void invalid(PyObject* o) {
  raise(PyExc_IndexError,
        std::string(
            "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices (got ") +
            short_type_name(o) + ")");
}

/// The index taken apart: a view of the source, and the tensors that are left for index, one for each dimension.
struct Taken {
  Tensor view;
  std::vector<Tensor> tensors;

  void put(int64_t dim, Tensor index) {
    if (static_cast<int64_t>(tensors.size()) <= dim) tensors.resize(dim + 1);
    tensors[dim] = std::move(index);
  }
};

/// True takes the only element of a new dimension, False none.
Tensor flag(const Tensor& self, bool value) {
  return value ? at::_ops::zeros::call({1}, at::kLong, {}, self.device(), {})
               : at::_ops::empty_memory_format::call({0}, at::kLong, {}, self.device(), {}, {});
}

Taken take_apart(const Tensor& self, PyObject* tuple) {
  int64_t needed = consumed(tuple);
  TORCH_CHECK_INDEX(needed <= self.dim(), "too many indices for tensor of dimension ", self.dim());
  Taken taken{self, {}};
  int64_t dim = 0, shown = 0;
  int64_t folded = 0;  // a mask over k dimensions is one entry of the list, but k of the view
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); ++i, ++shown) {
    PyObject* o = PyTuple_GET_ITEM(tuple, i);
    if (is_integer_like(o)) {
      taken.view = select(taken.view, dim, to_int64(o), shown);
    } else if (PySlice_Check(o)) {
      taken.view = slice(taken.view, dim++, o);
    } else if (o == Py_Ellipsis) {
      dim += self.dim() - needed;
    } else if (o == Py_None) {
      taken.view = at::_ops::unsqueeze::call(taken.view, dim++);
    } else if (PyBool_Check(o)) {
      taken.view = at::_ops::unsqueeze::call(taken.view, dim);
      taken.put(dim++ - folded, flag(self, o == Py_True));
    } else if (is_tensor(o)) {
      const Tensor& t = tensor_of(o);
      if (t.dim() > 0 || !at::isIntegralType(t.scalar_type(), /*includeBool=*/true)) {
        taken.put(dim - folded, t);
        dim += is_mask(t) ? t.dim() : 1;
        folded += is_mask(t) ? t.dim() - 1 : 0;
      } else if (is_mask(t)) {
        taken.view = at::_ops::unsqueeze::call(taken.view, dim);
        taken.put(dim++ - folded, flag(self, t.item().toBool()));
      } else {
        taken.view = select(taken.view, dim, t.item<int64_t>(), shown);
      }
    } else if (PySequence_Check(o)) {
      taken.put(dim++ - folded, tensor_from_data(o, std::nullopt, std::nullopt, /*index=*/true));
    } else if (PyIndex_Check(o)) {
      taken.view = select(taken.view, dim, to_int64(o), shown);
    } else {
      invalid(o);
    }
  }
  return taken;
}

c10::List<std::optional<Tensor>> index_list(const Taken& taken) {
  c10::List<std::optional<Tensor>> list;
  list.reserve(taken.tensors.size());
  const at::Device device = taken.view.device();
  for (const Tensor& t : taken.tensors) {
    if (!t.defined()) {
      list.push_back(std::nullopt);
      continue;
    }
    Tensor index = t.device() != device && !device.is_cpu() ? t.to(device) : t;
    if (index.scalar_type() == at::kByte) {
      TORCH_WARN("indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool instead.");
    }
    list.push_back(index);
  }
  return list;
}

Tensor get(const Tensor& self, PyObject* index) {
  if (index == Py_Ellipsis) return at::_ops::alias::call(self);
  if (PyLong_CheckExact(index)) return select(self, 0, to_int64(index), 0);
  if (PySlice_Check(index)) {
    if (self.dim() == 0) TORCH_CHECK_INDEX(false, "slice() cannot be applied to a 0-dim tensor.");
    Tensor view = slice(self, 0, index);
    return view.is_same(self) ? at::_ops::alias::call(self) : view;
  }
  if (index == Py_None) return at::_ops::unsqueeze::call(self, 0);
  Object tuple = as_tuple(index);
  Taken taken = take_apart(self, tuple);
  if (taken.tensors.empty()) return taken.view.is_same(self) ? at::_ops::alias::call(self) : taken.view;
  return at::_ops::index_Tensor::call(taken.view, index_list(taken));
}

Tensor value_of(const Tensor& self, PyObject* value) {
  if (is_tensor(value)) return tensor_of(value);
  if (is_number(value)) {
    const at::Scalar scalar = is_integer(value) ? at::Scalar(to_int64(value)) : to_scalar(value);
    Tensor t = at::_ops::empty_memory_format::call({}, self.scalar_type(), {}, at::Device(at::kCPU), {}, {});
    at::_ops::fill__Scalar::call(t, scalar);
    return t;
  }
  raise(PyExc_TypeError, std::string("can't assign a ") + type_name(value) + " to a " + type_string(self));
}

/// Copies as PyTorch's assignment does: leading ones of the value may go.
void copy_to(const Tensor& view, const Tensor& value) {
  if (value.sizes() == view.sizes() || value.dim() == 0) {
    if (value.dim() == 0 && value.device().is_cpu() && !value.requires_grad()) {
      at::_ops::fill__Tensor::call(const_cast<Tensor&>(view), value);
    } else {
      at::_ops::copy_::call(const_cast<Tensor&>(view), value, false);
    }
    return;
  }
  auto sizes = value.sizes();
  size_t lead = 0;
  while (lead < sizes.size() && sizes[lead] == 1) ++lead;
  Tensor trimmed = lead ? value.view(sizes.slice(lead)) : value;
  at::_ops::copy_::call(const_cast<Tensor&>(view), trimmed.expand(view.sizes()), false);
}

void set(const Tensor& self, PyObject* index, PyObject* given) {
  Tensor value = value_of(self, given);
  if (index == Py_False) return;
  if (index == Py_Ellipsis) return copy_to(self, value);
  if (index == Py_None || index == Py_True) return copy_to(at::_ops::unsqueeze::call(self, 0), value);
  if (PyLong_CheckExact(index)) return copy_to(select(self, 0, to_int64(index), 0), value);
  if (PySlice_Check(index)) {
    if (self.dim() == 0) TORCH_CHECK_INDEX(false, "slice() cannot be applied to a 0-dim tensor.");
    return copy_to(slice(self, 0, index), value);
  }
  Object tuple = as_tuple(index);
  Taken taken = take_apart(self, tuple);
  if (taken.tensors.empty()) return copy_to(taken.view, value);
  auto sizes = value.sizes();
  size_t lead = 0;
  while (lead + 1 < sizes.size() && sizes[lead] == 1 && value.dim() > taken.view.dim()) ++lead;
  if (value.device() != taken.view.device() && value.dim() == 0) value = value.to(taken.view.device());
  at::_ops::index_put_::call(const_cast<Tensor&>(taken.view), index_list(taken),
                             lead ? value.view(sizes.slice(lead)) : value, false);
}

}  // namespace

PyObject* get_item(PyObject* self, PyObject* index) {
  return guarded([&]() -> PyObject* {
    if (PyObject* o = overridden(self, "__getitem__", {&index, 1, nullptr})) return o;
    return wrap(get(tensor_of(self), index));
  });
}

int set_item(PyObject* self, PyObject* index, PyObject* value) {
  return guarded_status([&] {
    if (!value) raise(PyExc_TypeError, "Tensor does not support deleting items");
    PyObject* pair[] = {index, value};
    if (PyObject* o = overridden(self, "__setitem__", {pair, 2, nullptr})) {
      Py_DECREF(o);
      return;
    }
    set(tensor_of(self), index, value);
  });
}

}  // namespace flambeau::python
