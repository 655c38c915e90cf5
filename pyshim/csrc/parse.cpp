#include "pyshim/csrc/parse.h"

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

const char* kind_name(const Param& p) {
  switch (p.kind) {
    case Kind::tensor:
      return "Tensor";
    case Kind::number:
      return "Number";
    case Kind::integer:
      return "int";
    case Kind::real:
      return "float";
    case Kind::boolean:
      return "bool";
    case Kind::generator:
      return "torch.Generator";
    case Kind::layout:
      return "torch.layout";
    case Kind::memory_format:
      return "torch.memory_format";
    case Kind::dtype:
      return "torch.dtype";
    case Kind::device:
      return "torch.device";
    case Kind::stream:
      return "torch.Stream";
    case Kind::qscheme:
      return "torch.qscheme";
    case Kind::string:
      return "str";
    case Kind::storage:
      return "torch.Storage";
    case Kind::tensors:
    case Kind::optional_tensors:
      return "tuple of Tensors";
    case Kind::integers:
      return "tuple of ints";
    case Kind::reals:
      return "tuple of floats";
    case Kind::booleans:
      return "tuple of bools";
    case Kind::numbers:
      return "tuple of Scalars";
  }
  return "object";
}

bool is_zero_dim(PyObject* o) {
  if (!is_tensor(o)) return false;
  const at::Tensor& t = tensor_of(o);
  return t.dim() == 0 && !t.requires_grad();
}

bool is_sequence(PyObject* o) { return PyTuple_Check(o) || PyList_Check(o); }

PyObject* item(PyObject* sequence, Py_ssize_t i) {
  return PyTuple_Check(sequence) ? PyTuple_GET_ITEM(sequence, i) : PyList_GET_ITEM(sequence, i);
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

/// Numpy's names for some parameters.
bool is_other_name(const char* param, const char* given) {
  static constexpr const char* kNames[][2] = {{"dim", "axis"}, {"keepdim", "keepdims"}, {"input", "x"},
                                              {"other", "x2"}, {"input", "a"},          {"input", "x1"}};
  for (auto& pair : kNames) {
    if (!std::strcmp(param, pair[0]) && !std::strcmp(given, pair[1])) return true;
  }
  return false;
}

struct Attempt {
  const Function& function;
  const Signature& signature;
  PyObject* self;
  Args args;

  const Param* params() const { return kParams + signature.params; }
  const char* name() const { return kText + function.name; }
  int skipped() const { return self ? signature.self_at : 255; }
  int positional() const {
    int count = 0;
    for (int i = 0; i < signature.count; ++i) count += i != skipped() && !(params()[i].flags & kKeyword);
    return count;
  }
  int required() const {
    int count = 0;
    for (int i = 0; i < signature.count; ++i) count += i != skipped() && !(params()[i].flags & kOptional);
    return count;
  }
  int maximum() const { return signature.count - (self ? 1 : 0); }

  bool keywords(PyObject** slots) const;
  bool fit(PyObject** slots, Overloads& overloads, Object& varargs, bool loud) const;
  [[noreturn, gnu::cold]] void too_many() const;
  [[noreturn, gnu::cold]] void missing(PyObject** slots) const;
  [[noreturn, gnu::cold]] void bad_keyword(int given_positional) const;
  [[noreturn, gnu::cold]] void wrong_type(const Param& p, PyObject* o, bool by_name, int position,
                                          Py_ssize_t failed) const;
};

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

bool Attempt::fit(PyObject** slots, Overloads& overloads, Object& varargs, bool loud) const {
  std::fill_n(slots, signature.count, nullptr);
  const int limit = positional();
  const Param* first = params() + (skipped() == 0 ? 1 : 0);
  const bool takes_varargs = limit == 1 && first->kind == Kind::integers;
  if (args.count > limit && !takes_varargs) {
    if (loud) too_many();
    return false;
  }
  PyObject* by_name[kMaxParams] = {};
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

void Attempt::too_many() const {
  if (self && maximum() == 0) {
    if (args.named()) raise(PyExc_TypeError, std::string("TensorBase.") + name() + "() takes no keyword arguments");
    raise(PyExc_TypeError,
          std::string("TensorBase.") + name() + "() takes no arguments (" + std::to_string(args.count) + " given)");
  }
  int limit = positional(), required_count = 0;
  for (int i = 0; i < signature.count; ++i) {
    required_count += i != skipped() && !(params()[i].flags & (kKeyword | kOptional));
  }
  std::string text = std::string(name()) + "() takes ";
  if (required_count != limit) {
    text += "from " + std::to_string(required_count) + " to " + std::to_string(limit) + " positional arguments";
  } else {
    text += std::to_string(limit) + " positional argument" + (limit == 1 ? "" : "s");
  }
  raise(PyExc_TypeError,
        text + " but " + std::to_string(args.count) + (args.count == 1 ? " was given" : " were given"));
}

void Attempt::missing(PyObject** by_name) const {
  std::string names;
  int count = 0;
  Py_ssize_t position = 0;
  for (int i = 0; i < signature.count; ++i) {
    if (i == skipped()) continue;
    const Param& p = params()[i];
    bool given = (position < args.count && !(p.flags & kKeyword)) || by_name[i];
    ++position;
    if (given || (p.flags & (kOptional | kKeyword))) continue;
    names += std::string(count++ ? ", \"" : "\"") + (kText + p.name) + "\"";
  }
  raise(PyExc_TypeError, std::string(name()) + "() missing " + std::to_string(count) + " required positional argument" +
                             (count == 1 ? ": " : "s: ") + names);
}

void Attempt::bad_keyword(int given_positional) const {
  if (self && maximum() == 0)
    raise(PyExc_TypeError, std::string("TensorBase.") + name() + "() takes no keyword arguments");
  for (Py_ssize_t k = 0; k < args.named(); ++k) {
    const char* given = PyUnicode_AsUTF8(PyTuple_GET_ITEM(args.names, k));
    int position = 0;
    bool known = false;
    for (int i = 0; i < signature.count; ++i) {
      if (i == skipped()) continue;
      if (!std::strcmp(kText + params()[i].name, given)) {
        if (position < given_positional) {
          raise(PyExc_TypeError, std::string(name()) + "() got multiple values for argument '" + given + "'");
        }
        known = true;
      }
      known |= is_other_name(kText + params()[i].name, given);
      ++position;
    }
    if (!known) raise(PyExc_TypeError, std::string(name()) + "() got an unexpected keyword argument '" + given + "'");
  }
  raise(PyExc_TypeError, std::string("invalid keyword arguments of ") + name() + "()");
}

void Attempt::wrong_type(const Param& p, PyObject* o, bool by_name, int position, Py_ssize_t failed) const {
  std::string text = std::string(name()) + "(): argument '" + (kText + p.name) + "'";
  if (!by_name) text += " (position " + std::to_string(position + 1) + ")";
  text += std::string(" must be ") + kind_name(p) + ", ";
  if (failed >= 0) {
    text += "but found element of type " + std::string(short_type_name(item(o, failed))) + " at pos " +
            std::to_string(failed);
  } else {
    text += std::string("not ") + short_type_name(o);
  }
  raise(PyExc_TypeError, text);
}

std::string describe(const Attempt& a) {
  std::string text = "(";
  bool starred = false, first = true;
  for (int i = 0; i < a.signature.count; ++i) {
    if (i == a.skipped()) continue;
    const Param& p = a.params()[i];
    if (!first) text += ", ";
    first = false;
    if ((p.flags & kKeyword) && !starred) {
      text += "*, ";
      starred = true;
    }
    text += kind_name(p);
    text += std::string(" ") + (kText + p.name);
    if (p.flags & kOptional) text += std::string(" = ") + (kText + p.shown);
  }
  return text + ")";
}

/// A type as messages show it, with the types of a sequence's items.
std::string describe_type(PyObject* o) {
  std::string out = short_type_name(o);
  if (!is_sequence(o)) return out;
  const bool tuple = PyTuple_Check(o);
  out += tuple ? " of (" : " of [";
  for (Py_ssize_t k = 0; k < PySequence_Fast_GET_SIZE(o); ++k)
    out += (k ? ", " : "") + std::string(short_type_name(item(o, k)));
  if (tuple && PySequence_Fast_GET_SIZE(o) == 1) out += ",";
  return out + (tuple ? ")" : "]");
}

/// The parameters of a method or function as messages list them; `*` is one of them, named nothing.
std::vector<const Param*> listed(const Attempt& a) {
  static constexpr Param star{};
  std::vector<const Param*> all;
  bool starred = false;
  for (int i = 0; i < a.signature.count; ++i) {
    if (i == a.skipped()) continue;
    if ((a.params()[i].flags & kKeyword) && !starred) {
      all.push_back(&star);
      starred = true;
    }
    all.push_back(a.params() + i);
  }
  return all;
}

std::string unknown_keywords(const Attempt& a) {
  auto all = listed(a);
  size_t first = all.size() > size_t(a.args.named()) ? all.size() - size_t(a.args.named()) : 0;
  std::string names;
  for (Py_ssize_t k = 0; k < a.args.named(); ++k) {
    const char* given = PyUnicode_AsUTF8(PyTuple_GET_ITEM(a.args.names, k));
    auto is_it = [&](const Param* p) { return p->name && !std::strcmp(kText + p->name, given); };
    if (std::none_of(all.begin() + static_cast<ptrdiff_t>(first), all.end(), is_it))
      names += (names.empty() ? "" : ", ") + std::string(given);
  }
  return names;
}

/// Whether messages take the object to be of the parameter's type: they go by the type's name alone.
bool same_type_name(const Param& p, PyObject* o) {
  if (!p.name) return false;
  if (o == Py_None && (p.flags & kNone)) return true;
  const std::string type = short_type_name(o), wanted = kind_name(p);
  return type == wanted || (wanted == "float" && type == "int");
}

bool same_count(const Attempt& a) { return size_t(a.args.count + a.args.named()) == listed(a).size(); }

/// The arguments' types, marked where they are not the parameters' own.
std::string marked_arguments(const Attempt& a) {
  auto all = listed(a);
  std::string types;
  for (size_t i = 0; i < all.size(); ++i) {
    const char* name = i < size_t(a.args.count) ? nullptr : kText + all[i]->name;
    PyObject* o = name ? nullptr : a.args.items[i];
    for (Py_ssize_t k = 0; name && k < a.args.named(); ++k) {
      if (!std::strcmp(PyUnicode_AsUTF8(PyTuple_GET_ITEM(a.args.names, k)), name)) o = a.args.items[a.args.count + k];
    }
    if (!o) continue;
    std::string shown = (name ? std::string(name) + "=" : "") + describe_type(o);
    types += (i ? ", " : "") + (same_type_name(*all[i], o) ? shown : "!" + shown + "!");
  }
  return "(" + types + ")";
}

/// Why a signature with as many parameters as there are arguments was not taken.
std::string why_not(const Attempt& a) {
  if (!same_count(a)) return "";
  std::string unknown = unknown_keywords(a);
  if (!unknown.empty()) return "      didn't match because some of the keywords were incorrect: " + unknown + "\n";
  return "      didn't match because some of the arguments have invalid types: " + marked_arguments(a) + "\n";
}

[[noreturn, gnu::cold, gnu::noinline]] void none_fits(const Function& f, PyObject* self, Args args) {
  std::vector<Attempt> plausible, visible;
  const Py_ssize_t given = args.count + args.named();
  for (int i = 0; i < f.count; ++i) {
    Attempt a{f, kSignatures[f.first + i], self, args};
    if (!(a.signature.flags & kHidden)) visible.push_back(a);
    if (given >= a.required() && given <= a.maximum() && !(a.signature.flags & kHidden)) plausible.push_back(a);
  }
  if (plausible.size() == 1) {
    PyObject* slots[kMaxParams];
    Overloads overloads;
    Object varargs;
    plausible[0].fit(slots, overloads, varargs, /*loud=*/true);
  }
  std::string text = std::string(kText + f.name) + "() received an invalid combination of arguments - ";
  if (visible.size() == 1) {
    std::string unknown = unknown_keywords(visible[0]);
    if (!unknown.empty()) raise(PyExc_TypeError, text + "got unrecognized keyword arguments: " + unknown);
    std::string got = same_count(visible[0]) ? marked_arguments(visible[0]) : describe_arguments(nullptr, args);
    raise(PyExc_TypeError, text + "got " + got + ", but expected " + describe(visible[0]));
  }
  text += "got " + describe_arguments(nullptr, args) + ", but expected one of:\n";
  for (auto& a : visible) text += " * " + describe(a) + "\n" + why_not(a);
  raise(PyExc_TypeError, text);
}

}  // namespace

std::string describe_arguments(PyObject*, Args args) {
  std::string out = "(";
  for (Py_ssize_t i = 0; i < args.count + args.named(); ++i) {
    if (i) out += ", ";
    if (i >= args.count) out += std::string(PyUnicode_AsUTF8(PyTuple_GET_ITEM(args.names, i - args.count))) + "=";
    out += describe_type(args.items[i]);
  }
  return out + ")";
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
