// The one form in which every operator is called: its arguments in schema order, then its outputs.
#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "backend/view.h"
#include "kernels/common/dtype.h"
#include "kernels/common/error.h"

namespace flambeau {

class Generator;  // backend/random.h

/// A number as Python has it: bool, int, float or complex. `large` is an int from 2^63 on.
struct Scalar {
  enum class Kind : uint8_t { boolean, integer, large, real, complex };
  Kind kind = Kind::integer;
  union {
    int64_t i = 0;
    uint64_t u;
    double d;
    double c[2];
  };

  static Scalar of(bool v) {
    Scalar s;
    s.kind = Kind::boolean;
    s.i = v;
    return s;
  }
  static Scalar of(int64_t v) {
    Scalar s;
    s.i = v;
    return s;
  }
  static Scalar of(uint64_t v) {
    Scalar s;
    s.kind = v >> 63 ? Kind::large : Kind::integer;
    s.u = v;
    return s;
  }
  static Scalar of(double v) {
    Scalar s;
    s.kind = Kind::real;
    s.d = v;
    return s;
  }
  static Scalar of(std::complex<double> v) {
    Scalar s;
    s.kind = Kind::complex, s.c[0] = v.real(), s.c[1] = v.imag();
    return s;
  }
  bool is_complex() const { return kind == Kind::complex; }
  bool is_real() const { return kind == Kind::real; }
  bool is_integral() const { return kind <= Kind::large; }
  double as_double() const {
    return kind == Kind::complex ? c[0]
           : kind == Kind::real  ? d
           : kind == Kind::large ? static_cast<double>(u)
                                 : static_cast<double>(i);
  }
  int64_t as_int() const { return kind >= Kind::real ? static_cast<int64_t>(as_double()) : i; }
  bool as_bool() const { return kind == Kind::complex ? c[0] != 0 || c[1] != 0 : kind == Kind::real ? d != 0 : i != 0; }
  std::complex<double> as_complex() const { return {as_double(), kind == Kind::complex ? c[1] : 0.0}; }
};

enum class ArgKind : uint8_t {
  none,
  tensor,
  tensors,
  integer,
  real,
  boolean,
  scalar,
  integers,
  reals,
  booleans,
  scalars,
  string,
  generator
};

/// One argument. An optional that is absent, and an undefined tensor, have kind `none`. dtype, layout, device type and
/// memory format arrive as integers with PyTorch's numbers; a Device as its type.
struct Arg {
  ArgKind kind = ArgKind::none;
  union {
    const View* tensor;
    int64_t integer;
    double real;
    Scalar scalar;
    Generator* generator;
    struct {
      const void* items;
      int64_t count;
    } list;  // View[] (absent ones undefined), int64_t[], double[], bool[], Scalar[], char[]
  };
  Arg() : integer(0) {}
};

using Dims = absl::InlinedVector<int64_t, 6>;

/// What an output will be. Empty `strides` means row-major. `alias` >= 0: no new memory, a view of the tensor argument
/// at that schema position, beginning `offset` elements after its first.
struct Spec {
  DType dtype = DType::undefined;
  Device device;
  Dims sizes;
  Dims strides;
  int64_t offset = 0;
  int alias = -1;
  bool undefined = false;  ///< the operator returns no tensor here
};
using Specs = absl::InlinedVector<Spec, 1>;

struct OpDef;

/// A call record. Positions are those of the schema. Nothing is owned: views, lists and outputs live in the caller's
/// frame.
struct Call {
  const OpDef* op = nullptr;
  const Arg* args = nullptr;
  int32_t num_args = 0;
  int32_t num_outputs = 0;
  View* outputs = nullptr;

  bool has(int position) const { return args[position].kind != ArgKind::none; }
  const View& in(int position) const { return *args[position].tensor; }
  std::span<const View> list(int position) const { return span<View>(position); }
  int64_t integer(int position) const { return args[position].integer; }
  int64_t integer_or(int position, int64_t absent) const { return has(position) ? args[position].integer : absent; }
  bool boolean(int position) const { return args[position].integer != 0; }
  double real(int position) const { return args[position].real; }
  const Scalar& scalar(int position) const { return args[position].scalar; }
  std::span<const int64_t> integers(int position) const { return span<int64_t>(position); }
  std::span<const double> reals(int position) const { return span<double>(position); }
  std::span<const bool> booleans(int position) const { return span<bool>(position); }
  std::string_view string(int position) const {
    return {static_cast<const char*>(args[position].list.items), static_cast<size_t>(args[position].list.count)};
  }
  /// Null where none was given: the kernel then takes the device's default generator.
  Generator* generator(int position) const { return has(position) ? args[position].generator : nullptr; }
  const View& out(int index = 0) const { return outputs[index]; }

 private:
  template <class T>
  std::span<const T> span(int position) const {
    if (!has(position)) return {};
    return {static_cast<const T*>(args[position].list.items), static_cast<size_t>(args[position].list.count)};
  }
};

}  // namespace flambeau
