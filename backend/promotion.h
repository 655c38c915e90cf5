// Which element type an operator computes in: PyTorch's type promotion.
#pragma once

#include <atomic>

#include "backend/call.h"
#include "kernels/common/number.h"

namespace flambeau {

/// The type that Python floats become; set by torch.set_default_dtype.
inline constinit std::atomic<DType> default_dtype{DType::float32};

/// The complex type of a floating one's width, and back.
constexpr DType to_complex(DType t) {
  switch (t) {
    case DType::float16:
      return DType::complex32;
    case DType::float64:
      return DType::complex128;
    default:
      return is_complex(t) ? t : DType::complex64;
  }
}
constexpr DType to_real(DType t) {
  switch (t) {
    case DType::complex32:
      return DType::float16;
    case DType::complex64:
      return DType::float32;
    case DType::complex128:
      return DType::float64;
    default:
      return t;
  }
}

/// The smallest type that holds both. Undefined is neutral.
DType promote(DType a, DType b);

/// The type of a number, and of the bytes of its value, which begin at `s.i`.
inline DType scalar_dtype(const Scalar& s) {
  constexpr DType kTypes[] = {DType::boolean, DType::int64, DType::uint64, DType::float64, DType::complex128};
  return kTypes[static_cast<int>(s.kind)];
}

/// Collects operands; arrays outrank 0-dim tensors, which outrank numbers, unless the lower one is of a higher kind.
class Promotion {
 public:
  void add(const View& v) {
    if (!v.defined()) return;
    if (v.wrapped_number)
      add_number(v.dtype());
    else if (v.dim() == 0)
      zero_dim_ = promote(zero_dim_, v.dtype());
    else
      dim_ = promote(dim_, v.dtype());
  }
  void add(const Scalar& s) { add_number(scalar_dtype(s)); }
  DType result() const;

 private:
  void add_number(DType t);
  DType dim_ = DType::undefined, zero_dim_ = DType::undefined, number_ = DType::undefined;
};

/// PyTorch's name of a type in its messages: Float, Long, Bool.
const char* scalar_type_name(DType t);
/// The name of the C++ type, as other messages have it: float, long int, bool.
const char* dtype_name(DType t);
/// Whether PyTorch lets a result of type `from` be stored in an array of type `to`.
inline bool can_cast(DType from, DType to) {
  if (is_complex(from) && !is_complex(to)) return false;
  if (is_floating(from) && is_integral(to, true)) return false;
  return from == DType::boolean || to != DType::boolean;
}

/// Throws unless s is in the range of the type. A negative integer may wrap into an unsigned type.
void check_fits(const Scalar& s, DType t);
/// The same for what becomes an element of the tensor; one without memory takes anything.
inline void check_fits(const Scalar& s, const View& into) {
  if (into.device().type != DeviceType::meta) check_fits(s, into.dtype());
}

/// The largest finite number of the type.
double highest_of(DType t);

/// s as a value of C++ type T, if it fits; for integers, which are computed in a wider T, the caller has checked that.
template <class T>
T scalar_as(const Scalar& s) {
  if constexpr (!std::is_integral_v<T>) check_fits(s, dtype_of<T>);
  if constexpr (std::is_same_v<T, bool>)
    return s.as_bool();
  else if constexpr (std::is_integral_v<T>)
    return static_cast<T>(s.as_int());
  else if constexpr (std::is_floating_point_v<T>)
    return static_cast<T>(s.as_double());
  else
    return T(std::complex<decltype(T::re)>(s.as_complex()));
}

}  // namespace flambeau
