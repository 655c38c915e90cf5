#include <c10/util/typeid.h>

#include <algorithm>

namespace caffe2 {
namespace {

template <class T>
constexpr detail::TypeMetaData describe() {
  return {sizeof(T),
          detail::_PickNew<T>(),
          detail::_PickPlacementNew<T>(),
          detail::_PickCopy<T>(),
          detail::_PickPlacementDelete<T>(),
          detail::_PickDelete<T>(),
          TypeIdentifier::Get<T>(),
          c10::util::get_fully_qualified_type_name<T>()};
}

// The types that CAFFE_DECLARE_KNOWN_TYPE promises, in table order after the scalar types.
#define FLAMBEAU_KNOWN_TYPES(_)                                                              \
  _(std::string, std_string)                                                                 \
  _(char, char)                                                                              \
  _(std::unique_ptr<std::mutex>, std_unique_ptr_std_mutex)                                   \
  _(std::unique_ptr<std::atomic<bool>>, std_unique_ptr_std_atomic_bool)                      \
  _(std::vector<int32_t>, std_vector_int32_t)                                                \
  _(std::vector<int64_t>, std_vector_int64_t)                                                \
  _(std::vector<unsigned long>, std_vector_unsigned_long)                                    \
  _(bool*, bool_ptr)                                                                         \
  _(char*, char_ptr)                                                                         \
  _(int*, int_ptr)                                                                           \
  _(detail::_guard_long_unique<long>, detail_guard_long_unique_long)                         \
  _(detail::_guard_long_unique<std::vector<long>>, detail_guard_long_unique_std_vector_long) \
  _(float*, float_ptr)                                                                       \
  _(at::Half*, at_Half)

#define FLAMBEAU_KNOWN_INDEX(T, ident) ident##_index,
enum KnownIndex : uint16_t {
  before_known_types = NumScalarTypes - 1,
  FLAMBEAU_KNOWN_TYPES(FLAMBEAU_KNOWN_INDEX) number_of_types
};

#define FLAMBEAU_SCALAR_ENTRY(T, name) describe<T>(),
#define FLAMBEAU_KNOWN_ENTRY(T, ident) describe<T>(),
constinit detail::TypeMetaData table[MaxTypeIndex + 1] = {
    AT_FORALL_SCALAR_TYPES_WITH_COMPLEX_AND_QINTS(FLAMBEAU_SCALAR_ENTRY) detail::TypeMetaData(),
    FLAMBEAU_KNOWN_TYPES(FLAMBEAU_KNOWN_ENTRY)};

constinit std::mutex table_lock;

}  // namespace

namespace detail {

#define FLAMBEAU_KNOWN_CONSTANT(T, ident) \
  C10_EXPORT extern constinit const uint16_t ident##_metadata_index = ident##_index;
FLAMBEAU_KNOWN_TYPES(FLAMBEAU_KNOWN_CONSTANT)

void _ThrowRuntimeTypeLogicError(const std::string& msg) { TORCH_CHECK(false, msg); }

}  // namespace detail

#define FLAMBEAU_KNOWN_INSTANCE(T, ident) template uint16_t TypeMeta::addTypeMetaData<T>();
FLAMBEAU_KNOWN_TYPES(FLAMBEAU_KNOWN_INSTANCE)
template uint16_t TypeMeta::addTypeMetaData<uint16_t>();

constinit uint16_t TypeMeta::nextTypeIndex = number_of_types;

std::mutex& TypeMeta::getTypeMetaDatasLock() { return table_lock; }
detail::TypeMetaData* TypeMeta::typeMetaDatas() { return table; }

uint16_t TypeMeta::existingMetaDataIndexForType(TypeIdentifier identifier) {
  for (uint16_t i = 0; i < nextTypeIndex; ++i) {
    if (table[i].id_ == identifier) return i;
  }
  return MaxTypeIndex;
}

void TypeMeta::error_unsupported_typemeta(caffe2::TypeMeta dtype) {
  TORCH_CHECK(false, "Unsupported TypeMeta in ATen: ", dtype, " (please report this error)");
}

}  // namespace caffe2
