// Mirrors <c10/core/ScalarTypeToTypeMeta.h> of PyTorch 2.13.
#pragma once

#include <c10/core/ScalarType.h>
#include <c10/util/Optional.h>
#include <c10/util/typeid.h>

namespace c10 {

inline caffe2::TypeMeta scalarTypeToTypeMeta(ScalarType scalar_type) {
  return caffe2::TypeMeta::fromScalarType(scalar_type);
}
inline ScalarType typeMetaToScalarType(caffe2::TypeMeta dtype) { return dtype.toScalarType(); }
FLB_ON_USE inline std::optional<at::ScalarType> optTypeMetaToScalarType(std::optional<caffe2::TypeMeta> type_meta) {
  if (!type_meta.has_value()) return std::nullopt;
  return type_meta->toScalarType();
}
inline bool operator==(ScalarType t, caffe2::TypeMeta m) { return m.isScalarType(t); }
inline bool operator==(caffe2::TypeMeta m, ScalarType t) { return t == m; }
inline bool operator!=(ScalarType t, caffe2::TypeMeta m) { return !(t == m); }
inline bool operator!=(caffe2::TypeMeta m, ScalarType t) { return !(t == m); }

}  // namespace c10
