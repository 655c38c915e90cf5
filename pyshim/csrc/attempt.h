// One signature tried on one call's arguments.
#pragma once

#include <cstring>

#include "pyshim/csrc/parse.h"

namespace flambeau::python {

inline bool is_sequence(PyObject* o) { return PyTuple_Check(o) || PyList_Check(o); }

inline PyObject* item(PyObject* sequence, Py_ssize_t i) {
  return PyTuple_Check(sequence) ? PyTuple_GET_ITEM(sequence, i) : PyList_GET_ITEM(sequence, i);
}

/// Numpy's names for some parameters.
inline bool is_other_name(const char* param, const char* given) {
  constexpr const char* kNames[][2] = {{"dim", "axis"}, {"keepdim", "keepdims"}, {"input", "x"},
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
  bool fit_plainly(PyObject** slots, Overloads& overloads) const;
  bool fit(PyObject** slots, Overloads& overloads, Object& varargs, bool loud) const;
  [[noreturn, gnu::cold]] void too_many() const;
  [[noreturn, gnu::cold]] void missing(PyObject** slots) const;
  [[noreturn, gnu::cold]] void bad_keyword(int given_positional) const;
  [[noreturn, gnu::cold]] void wrong_type(const Param& p, PyObject* o, bool by_name, int position,
                                          Py_ssize_t failed) const;
};

/// Raises the TypeError for a call that no signature of the function takes.
[[noreturn, gnu::cold]] void none_fits(const Function& function, PyObject* self, Args args);

}  // namespace flambeau::python
