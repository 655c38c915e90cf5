// Why no signature takes the arguments, in PyTorch's words.
#include <algorithm>
#include <cstring>

#include "pyshim/csrc/attempt.h"

namespace flambeau::python {

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

}  // namespace

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

namespace {

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

}  // namespace

void none_fits(const Function& f, PyObject* self, Args args) {
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

std::string describe_arguments(PyObject*, Args args) {
  std::string out = "(";
  for (Py_ssize_t i = 0; i < args.count + args.named(); ++i) {
    if (i) out += ", ";
    if (i >= args.count) out += std::string(PyUnicode_AsUTF8(PyTuple_GET_ITEM(args.names, i - args.count))) + "=";
    out += describe_type(args.items[i]);
  }
  if (args.count == 0 && args.named() > 0) out += ", ";  // as PyTorch prints keywords alone
  return out + ")";
}

}  // namespace flambeau::python
