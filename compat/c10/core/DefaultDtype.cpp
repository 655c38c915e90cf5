#include <c10/core/DefaultDtype.h>
#include <c10/core/ScalarTypeToTypeMeta.h>

namespace c10 {

namespace {
constinit ScalarType default_dtype = ScalarType::Float;
}

void set_default_dtype(caffe2::TypeMeta dtype) { default_dtype = typeMetaToScalarType(dtype); }
const caffe2::TypeMeta get_default_dtype() { return scalarTypeToTypeMeta(default_dtype); }
ScalarType get_default_dtype_as_scalartype() { return default_dtype; }

const caffe2::TypeMeta get_default_complex_dtype() {
  switch (default_dtype) {
    case ScalarType::Half:
      return scalarTypeToTypeMeta(ScalarType::ComplexHalf);
    case ScalarType::Double:
      return scalarTypeToTypeMeta(ScalarType::ComplexDouble);
    default:
      return scalarTypeToTypeMeta(ScalarType::ComplexFloat);
  }
}

}  // namespace c10
