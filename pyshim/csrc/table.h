// Layout of the tables that codegen/python.py writes: every function and method of the operators, with its signatures.
#pragma once

#include <cstdint>

#include "pyshim/csrc/python.h"

namespace flambeau::python {

enum class Kind : uint8_t {
  tensor,
  number,
  integer,
  real,
  boolean,
  generator,
  layout,
  memory_format,
  dtype,
  device,
  stream,
  qscheme,
  string,
  storage,
  tensors,
  optional_tensors,
  integers,
  reals,
  booleans,
  numbers,
};  // clang-format skip

enum ParamFlags : uint8_t {
  kOptional = 1,  ///< has a default
  kNone = 2,      ///< None stands for absent
  kKeyword = 4,   ///< by keyword only
  kAbsent = 8,    ///< the default is "nothing given"
  kReal = 16,     ///< `value` holds the bits of a double
};

/// Names and texts are offsets into kText.
struct Param {
  uint32_t name;
  uint32_t shown;  ///< the default as messages show it
  int64_t value;   ///< the default: a number, an offset into kText or kLists
  Kind kind;
  uint8_t flags;
  uint8_t size;  ///< N of int[N]: one int stands for N; of out=: how many tensors
};

/// A call of one operator: `type` numbers its C++ type, `sources` says in kSources which parameter each argument is.
struct Form {
  uint16_t op;
  uint16_t type;
  uint32_t sources;
};
constexpr uint8_t kFixedOne = 255;  ///< a source: the number 1
constexpr uint8_t kOutItem = 128;   ///< a source: 128 + i is item i of out=

enum SignatureFlags : uint8_t { kFactory = 1, kHidden = 2 };

struct Signature {
  uint32_t params;
  uint32_t fields;  ///< names of a named tuple's fields, separated by blanks
  Form form;
  Form out;
  uint8_t count;    ///< of parameters
  uint8_t self_at;  ///< which parameter is self in a method
  uint8_t outs;     ///< how many tensors out= has
  uint8_t flags;
};

enum class Space : uint8_t { nn, linalg, fft, special, sparse, nested, torch, tensor };
enum FunctionFlags : uint8_t { kNumbersAsTensors = 1 };

struct Function {
  uint32_t name;
  uint16_t first;  ///< signature
  uint8_t count;
  Space space;
  uint8_t flags;
};

extern const char kText[];
extern const Param kParams[];
extern const Signature kSignatures[];
extern const Function kFunctions[];
extern const int kFunctionCount;
extern const uint8_t kSources[];
extern const int64_t kLists[];

/// Everything a thunk needs: where the arguments are, and how to call what comes back.
struct Site {
  PyObject* const* slots;
  const Param* params;
  const uint8_t* sources;
  const Function* function;
  const Signature* signature;
};
using Thunk = PyObject* (*)(void* target, const Site& site);
Thunk thunk_at(int type);

}  // namespace flambeau::python

extern "C" {
extern char flb_entries[];
extern char flb_jumps[];
}

namespace flambeau::python {
constexpr int kEntrySize = 16;
constexpr int kJumpSize = 8;
inline PyCFunction entry_at(int function) { return reinterpret_cast<PyCFunction>(flb_entries + kEntrySize * function); }
inline void* jump_at(int op) { return flb_jumps + kJumpSize * op; }
}  // namespace flambeau::python
