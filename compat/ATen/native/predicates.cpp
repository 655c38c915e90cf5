// Questions about a tensor that need no kernel.
#include <ATen/Functions.h>
#include <ATen/MemoryOverlap.h>
#include <ATen/NativeFunctions.h>
#include <ATen/native/composite.h>
#include <ATen/native/driver.h>

#include <initializer_list>

namespace at::native {
namespace {

/// Operands weigh by kind: tensors with dimensions before 0-dim ones before numbers; a lighter one counts only where
/// its category (boolean, integer, floating, complex) is higher.
enum Weight { number, zero_dim, dimensioned };
struct Operand {
  ScalarType type;
  Weight weight;
};

Operand of(const Tensor& t) {
  const Weight weight = t.dim() > 0 ? dimensioned : t.unsafeGetTensorImpl()->is_wrapped_number() ? number : zero_dim;
  ScalarType type = t.scalar_type();
  if (weight == number && isComplexType(type)) type = c10::toComplexType(c10::get_default_dtype_as_scalartype());
  if (weight == number && isFloatingType(type)) type = c10::get_default_dtype_as_scalartype();
  return {type, weight};
}

Operand of(const Scalar& s) {
  const ScalarType floating = c10::get_default_dtype_as_scalartype();
  return {s.isComplex() ? c10::toComplexType(floating) : s.isFloatingPoint() ? floating : s.type(), number};
}

int category(ScalarType t) { return isComplexType(t) ? 3 : isFloatingType(t) ? 2 : t == kBool ? 0 : 1; }

ScalarType promoted(std::initializer_list<Operand> operands) {
  ScalarType result = ScalarType::Undefined;
  for (const Weight weight : {dimensioned, zero_dim, number}) {
    ScalarType level = ScalarType::Undefined;
    for (const Operand& operand : operands) {
      if (operand.weight == weight)
        level = level == ScalarType::Undefined ? operand.type : c10::promoteTypes(level, operand.type);
    }
    if (level == ScalarType::Undefined) continue;
    if (result == ScalarType::Undefined) {
      result = level;
    } else if (category(level) > category(result)) {
      result = c10::promoteTypes(result, level);
    }
  }
  return result;
}

}  // namespace

// ---- predicates that write booleans alone ----

#define FLB_BOOLEAN_OUT(name)                                                                \
  Tensor& name##_out(const Tensor& self, Tensor& out) {                                      \
    TORCH_CHECK(out.scalar_type() == kBool, #name " does not support non-boolean outputs."); \
    at::assert_no_partial_overlap(out, self);                                                \
    flambeau::store_result("aten::" #name, out, at::name(self), /*elementwise=*/true);       \
    return out;                                                                              \
  }
FLB_EXPLICIT(isposinf_out)
FLB_BOOLEAN_OUT(isposinf)
FLB_EXPLICIT(isneginf_out)
FLB_BOOLEAN_OUT(isneginf)
FLB_EXPLICIT(signbit_out)
FLB_BOOLEAN_OUT(signbit)
#undef FLB_BOOLEAN_OUT

FLB_COMPOSITE(is_neg)
bool is_neg(const Tensor& self) { return self.unsafeGetTensorImpl()->key_set().has(DispatchKey::Negative); }

FLB_COMPOSITE(is_conj)
bool is_conj(const Tensor& self) { return self.unsafeGetTensorImpl()->key_set().has(DispatchKey::Conjugate); }

FLB_COMPOSITE(_is_zerotensor)
bool _is_zerotensor(const Tensor& self) { return self._is_zerotensor(); }

FLB_COMPOSITE(is_inference)
bool is_inference(const Tensor& self) { return self.unsafeGetTensorImpl()->is_inference(); }

FLB_COMPOSITE(is_distributed)
bool is_distributed(const Tensor&) { return false; }

FLB_COMPOSITE(promote_types)
ScalarType promote_types(ScalarType type1, ScalarType type2) { return c10::promoteTypes(type1, type2); }

FLB_COMPOSITE(can_cast)
bool can_cast(ScalarType from_, ScalarType to) { return c10::canCast(from_, to); }

FLB_COMPOSITE(result_type_Tensor)
ScalarType result_type_Tensor(const Tensor& tensor, const Tensor& other) { return promoted({of(tensor), of(other)}); }

FLB_COMPOSITE(result_type_Scalar)
ScalarType result_type_Scalar(const Tensor& tensor, const Scalar& other) { return promoted({of(tensor), of(other)}); }

FLB_COMPOSITE(result_type_Scalar_Tensor)
ScalarType result_type_Scalar_Tensor(const Scalar& scalar, const Tensor& tensor) {
  return promoted({of(scalar), of(tensor)});
}

FLB_COMPOSITE(result_type_Scalar_Scalar)
ScalarType result_type_Scalar_Scalar(const Scalar& scalar1, const Scalar& scalar2) {
  return promoted({of(scalar1), of(scalar2)});
}

}  // namespace at::native
