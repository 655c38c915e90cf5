#include <c10/core/ConstantSymNodeImpl.h>

namespace c10 {

// The other side decides, as it alone knows what may be asked of it.
#define FLAMBEAU_MIRRORED(name, mirrored)                                              \
  template <typename T>                                                                \
  c10::SymNode ConstantSymNodeImpl<T>::name(const c10::SymNode& other) {               \
    TORCH_CHECK(other->is_nested_int(), "Expected " #name " to be with a nested int"); \
    return other->mirrored(c10::intrusive_ptr<SymNodeImpl>::reclaim_copy(this));       \
  }
FLAMBEAU_MIRRORED(eq, eq)
FLAMBEAU_MIRRORED(ne, ne)
FLAMBEAU_MIRRORED(ge, le)
FLAMBEAU_MIRRORED(le, ge)
FLAMBEAU_MIRRORED(lt, gt)
FLAMBEAU_MIRRORED(gt, lt)
FLAMBEAU_MIRRORED(mul, mul)
#undef FLAMBEAU_MIRRORED

template <typename T>
c10::SymNode ConstantSymNodeImpl<T>::sym_and(const c10::SymNode& other) {
  TORCH_CHECK(is_bool_(), "sym_and is only for booleans");
  return bool_() ? other : c10::intrusive_ptr<SymNodeImpl>::reclaim_copy(this);
}

template <typename T>
c10::SymNode ConstantSymNodeImpl<T>::sym_or(const c10::SymNode& other) {
  TORCH_CHECK(is_bool_(), "sym_or is only for booleans");
  return bool_() ? c10::intrusive_ptr<SymNodeImpl>::reclaim_copy(this) : other;
}

template class ConstantSymNodeImpl<bool>;
template class ConstantSymNodeImpl<int64_t>;

}  // namespace c10
