#include <c10/core/DefaultDtype.h>
#include <c10/core/ScalarTypeToTypeMeta.h>

#include "backend/promotion.h"

// The engine keeps it, since type promotion depends on it.

namespace c10 {

void set_default_dtype(caffe2::TypeMeta dtype) {
  flambeau::default_dtype.store(static_cast<flambeau::DType>(typeMetaToScalarType(dtype)), std::memory_order_relaxed);
}
const caffe2::TypeMeta get_default_dtype() { return scalarTypeToTypeMeta(get_default_dtype_as_scalartype()); }
ScalarType get_default_dtype_as_scalartype() {
  return static_cast<ScalarType>(flambeau::default_dtype.load(std::memory_order_relaxed));
}

const caffe2::TypeMeta get_default_complex_dtype() {
  switch (get_default_dtype_as_scalartype()) {
    case ScalarType::Half:
      return scalarTypeToTypeMeta(ScalarType::ComplexHalf);
    case ScalarType::Double:
      return scalarTypeToTypeMeta(ScalarType::ComplexDouble);
    default:
      return scalarTypeToTypeMeta(ScalarType::ComplexFloat);
  }
}

}  // namespace c10
