#include "pyshim/csrc/attempt.h"

#include <algorithm>
#include <cstring>

#include <torch/csrc/Device.h>
#include <torch/csrc/Dtype.h>
#include <torch/csrc/Generator.h>
#include <torch/csrc/Layout.h>
#include <torch/csrc/MemoryFormat.h>
#include <torch/csrc/QScheme.h>
#include <torch/csrc/Storage.h>
#include <torch/csrc/Stream.h>

#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/thunk.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

void Overloads::add(PyObject* object) {
  PyTypeObject* type = Py_TYPE(object);
  auto at = items_.end();
  for (auto it = items_.begin(); it != items_.end(); ++it) {
    if (Py_TYPE(*it) == type) return;
    if (at == items_.end() && PyType_IsSubtype(type, Py_TYPE(*it))) at = it;
  }
  items_.insert(at, object);
}

namespace {

bool is_zero_dim(PyObject* o) {
  if (!is_tensor(o)) return false;
  const at::Tensor& t = tensor_of(o);
  return t.dim() == 0 && !t.requires_grad();
}

bool accept_tensor(PyObject* o, bool numbers, Overloads& overloads) {
  if (is_exact_tensor(o)) return true;
  if (is_tensor(o)) {
    if (has_torch_function(o)) overloads.add(o);
    return true;
  }
  if (numbers && is_number(o)) return true;
  if (!PyLong_CheckExact(o) && !PyFloat_CheckExact(o) && o != Py_None && !PyUnicode_CheckExact(o) &&
      has_torch_function(o)) {
    overloads.add(o);
    return true;
  }
  return false;
}

bool accept_integers(PyObject* o, int size) {
  if (!is_sequence(o)) return size > 0 && is_index(o);
  Py_ssize_t count = PySequence_Fast_GET_SIZE(o);
  return count == 0 || is_index(item(o, 0));
}

/// Whether the object can be this parameter. Subclass tensors are noted in `overloads`. `failed`: position of the
/// offending item.
bool accepts(const Param& p, PyObject* o, bool numbers, Overloads& overloads, Py_ssize_t& failed) {
  switch (p.kind) {
    case Kind::tensor:
      return accept_tensor(o, numbers, overloads);
    case Kind::number:
    case Kind::real:
      return (p.kind == Kind::number ? is_number(o) : is_real(o)) || is_zero_dim(o);
    case Kind::integer:
      return is_index(o);
    case Kind::boolean:
      return is_bool(o);
    case Kind::generator:
      return THPGenerator_Check(o) == 1;
    case Kind::layout:
      return THPLayout_Check(o);
    case Kind::memory_format:
      return THPMemoryFormat_Check(o);
    case Kind::dtype:
      return THPDtype_Check(o) || THPPythonScalarType_Check(o);
    case Kind::device:
      return THPDevice_Check(o) || PyUnicode_Check(o) || is_integer(o);
    case Kind::stream:
      return THPStream_Check(o);
    case Kind::qscheme:
      return THPQScheme_Check(o);
    case Kind::string:
      return PyUnicode_Check(o);
    case Kind::storage:
      return THPStorage_Check(o);
    case Kind::tensors:
    case Kind::optional_tensors: {
      if (!is_sequence(o)) return false;
      for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(o); ++i) {
        PyObject* each = item(o, i);
        if (!is_exact_tensor(each) && !accept_tensor(each, false, overloads) && !(p.size == 0 && each == Py_None)) {
          failed = i;
          return p.size == 0;  // the conversion names the item
        }
      }
      return p.size == 0 || PySequence_Fast_GET_SIZE(o) == p.size;
    }
    case Kind::integers:
      return accept_integers(o, p.size);
    case Kind::reals:
      return is_sequence(o) && (PySequence_Fast_GET_SIZE(o) == 0 || is_real(item(o, 0)));
    case Kind::booleans:
      return is_sequence(o);
    case Kind::numbers:
      if (!is_sequence(o)) return false;
      for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(o); ++i) {
        if (!is_number(item(o, i))) return false;
      }
      return true;
  }
  return false;
}

}  // namespace

/// Puts keyword arguments in their slots; false when one has no place.
bool Attempt::keywords(PyObject** slots) const {
  bool all = true;
  for (Py_ssize_t k = 0; k < args.named(); ++k) {
    const char* given = PyUnicode_AsUTF8(PyTuple_GET_ITEM(args.names, k));
    int at = -1;
    for (int other = 0; other < 2 && at < 0; ++other) {
      for (int i = 0; i < signature.count && at < 0; ++i) {
        const char* param = kText + params()[i].name;
        if (i != skipped() && (other ? is_other_name(param, given) : !std::strcmp(param, given))) at = i;
      }
    }
    if (at < 0 || slots[at]) {
      all = false;
    } else {
      slots[at] = args.items[args.count + k];
    }
  }
  return all;
}

/// The usual call: positional arguments of the expected types, nothing by name. False decides nothing.
bool Attempt::fit_plainly(PyObject** slots, Overloads& overloads) const {
  const int skip = skipped();
  const bool numbers = function.flags & kNumbersAsTensors;
  Py_ssize_t next = 0, failed = -1;
  const Param* p = params();
  for (int i = 0; i < signature.count; ++i, ++p) {
    if (i == skip) {
      slots[i] = self;
    } else if (next == args.count || p->flags & kKeyword) {
      if (!(p->flags & kOptional)) return false;
      slots[i] = nullptr;
    } else {
      PyObject* o = args.items[next++];
      const bool absent = o == Py_None && p->flags & kNone;
      if (!absent && !(p->kind == Kind::tensor && is_exact_tensor(o))) {
        // A list of integers may be spread over the arguments, or one of them.
        if (p->kind == Kind::integers && !is_sequence(o)) return false;
        if (!accepts(*p, o, numbers, overloads, failed)) return false;
      }
      slots[i] = absent ? nullptr : o;
    }
  }
  return next == args.count;
}

bool Attempt::fit(PyObject** slots, Overloads& overloads, Object& varargs, bool loud) const {
  if (!args.names && fit_plainly(slots, overloads)) [[likely]]
    return true;
  std::fill_n(slots, signature.count, nullptr);
  const int limit = positional();
  const Param* first = params() + (skipped() == 0 ? 1 : 0);
  const bool takes_varargs = limit == 1 && first->kind == Kind::integers;
  if (args.count > limit && !takes_varargs) {
    if (loud) too_many();
    return false;
  }
  PyObject* by_name[kMaxParams];
  std::fill_n(by_name, signature.count, nullptr);
  const bool known = args.named() == 0 || keywords(by_name);
  if (!known && !loud) return false;
  Py_ssize_t next = 0;
  for (int i = 0; i < signature.count; ++i) {
    if (i == skipped()) {
      slots[i] = self;
      continue;
    }
    const Param& p = params()[i];
    const bool from_position = next < args.count && !(p.flags & kKeyword);
    if (from_position && by_name[i]) {
      if (loud) bad_keyword(static_cast<int>(args.count));
      return false;
    }
    PyObject* o = from_position ? args.items[next] : by_name[i];
    Py_ssize_t failed = -1;
    if (!o) {
      if (!(p.flags & kOptional)) {
        if (loud) missing(by_name);
        return false;
      }
    } else if (o == Py_None && (p.flags & kNone)) {
      o = nullptr;
    } else if (takes_varargs && from_position && next == 0 && is_index(o) && (args.count > 1 || p.size == 0)) {
      varargs = checked(PyTuple_New(args.count));
      for (Py_ssize_t k = 0; k < args.count; ++k) PyTuple_SET_ITEM(varargs.get(), k, Py_NewRef(args.items[k]));
      o = varargs;
      next = args.count - 1;
    } else if ((from_position && args.count > limit) ||
               !accepts(p, o, function.flags & kNumbersAsTensors, overloads, failed)) {
      if (!loud) return false;
      if (from_position && args.count > limit && accepts(p, o, false, overloads, failed)) too_many();
      wrong_type(p, o, !from_position, static_cast<int>(next), failed);
    }
    slots[i] = o;
    next += from_position;
  }
  if (!known) bad_keyword(static_cast<int>(args.count));
  return true;
}

static const Signature* match(const Function& function, PyObject* self, Args args, PyObject** slots,
                              Overloads& overloads, Object& varargs) {
  const Signature* signatures = kSignatures + function.first;
  if (function.count == 1) {
    Attempt{function, *signatures, self, args}.fit(slots, overloads, varargs, /*loud=*/true);
    return signatures;
  }
  for (int i = 0; i < function.count; ++i) {
    if (Attempt{function, signatures[i], self, args}.fit(slots, overloads, varargs, /*loud=*/false))
      return signatures + i;
    overloads.clear();
  }
  none_fits(function, self, args);
}

static PyObject* run(const Function& function, const Signature& signature, PyObject** slots) {
  const Form* form = &signature.form;
  if (signature.outs) {
    int out_at = signature.count - (signature.flags & kFactory ? 6 : 1);
    if (slots[out_at]) form = &signature.out;
  }
  Site site{slots, kParams + signature.params, kSources + form->sources, &function, &signature};
  Object result = checked(thunk_at(form->type)(jump_at(form->op), site));
  if (signature.flags & kFactory && slots[signature.count - 1] == Py_True) tensor_of(result).set_requires_grad(true);
  return result.release();
}

PyObject* call_function(const Function& function, PyObject* self, Args args) {
  PyObject* slots[kMaxParams];
  Overloads overloads;
  Object varargs;
  if (self && !is_exact_tensor(self) && has_torch_function(self)) overloads.add(self);
  const Signature* signature = match(function, self, args, slots, overloads, varargs);
  if (self && !is_exact_tensor(self) && overloads.empty() && has_torch_function(self)) overloads.add(self);
  if (!overloads.empty() || torch_function_mode_active()) [[unlikely]] {
    if (PyObject* result = torch_function(overloads, self, kText + function.name, args, function.space)) return result;
  }
  return run(function, *signature, slots);
}

}  // namespace flambeau::python

using namespace flambeau::python;

extern "C" {
__attribute__((visibility("hidden"))) PyObject* flb_call_function(PyObject*, PyObject* const* args, Py_ssize_t count,
                                                                  PyObject* names, int index) {
  return guarded([&] { return call_function(kFunctions[index], nullptr, {args, count, names}); });
}
__attribute__((visibility("hidden"))) PyObject* flb_call_method(PyObject* self, PyObject* const* args, Py_ssize_t count,
                                                                PyObject* names, int index) {
  return guarded([&] { return call_function(kFunctions[index], self, {args, count, names}); });
}
}
