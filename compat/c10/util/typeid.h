// Mirrors <c10/util/typeid.h> of PyTorch 2.13.
#pragma once

#include <c10/core/ScalarType.h>
#include <c10/macros/Macros.h>
#include <c10/util/Exception.h>
#include <c10/util/Half.h>
#include <c10/util/IdWrapper.h>
#include <c10/util/TypeIndex.h>
#include <c10/util/TypeTraits.h>
#include <c10/util/irange.h>
#include <c10/util/light_std.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <ostream>
#include <string>
#include <type_traits>
#include <vector>

namespace c10::guts {
template <>
struct is_fundamental<at::Half> : std::true_type {};
}  // namespace c10::guts

namespace caffe2 {

class C10_API TypeIdentifier final : public at::IdWrapper<TypeIdentifier, c10::util::type_index> {
 public:
  friend std::ostream& operator<<(std::ostream& stream, TypeIdentifier typeId);
  friend constexpr bool operator<(TypeIdentifier lhs, TypeIdentifier rhs);

  template <typename T>
  static constexpr TypeIdentifier Get() noexcept {
    return TypeIdentifier(c10::util::get_type_index<T>());
  }
  static constexpr TypeIdentifier uninitialized() { return TypeIdentifier(c10::util::type_index{0}); }

 private:
  constexpr explicit TypeIdentifier(c10::util::type_index id) : IdWrapper(id) {}
};

inline constexpr bool operator<(TypeIdentifier lhs, TypeIdentifier rhs) {
  return lhs.underlyingId() < rhs.underlyingId();
}
inline std::ostream& operator<<(std::ostream& stream, caffe2::TypeIdentifier typeId) {
  return stream << typeId.underlyingId();
}

}  // namespace caffe2

namespace at {
using DataType = caffe2::TypeIdentifier;
}
C10_DEFINE_HASH_FOR_IDWRAPPER(caffe2::TypeIdentifier)

namespace caffe2 {
namespace detail {

// What is known of an element type at run time. Null functions mean that bytes will do.
struct TypeMetaData final {
  using New = void*();
  using PlacementNew = void(void*, size_t);
  using Copy = void(const void*, void*, size_t);
  using PlacementDelete = void(void*, size_t);
  using Delete = void(void*);

  constexpr TypeMetaData() noexcept
      : itemsize_(0),
        new_(nullptr),
        placementNew_(nullptr),
        copy_(nullptr),
        placementDelete_(nullptr),
        delete_(nullptr),
        id_(TypeIdentifier::uninitialized()),
        name_("nullptr (uninitialized)") {}
  constexpr TypeMetaData(size_t itemsize, New* newFn, PlacementNew* placementNew, Copy* copy,
                         PlacementDelete* placementDelete, Delete* deleteFn, TypeIdentifier id,
                         std::string_view name) noexcept
      : itemsize_(itemsize),
        new_(newFn),
        placementNew_(placementNew),
        copy_(copy),
        placementDelete_(placementDelete),
        delete_(deleteFn),
        id_(id),
        name_(name) {}

  size_t itemsize_;
  New* new_;
  PlacementNew* placementNew_;
  Copy* copy_;
  PlacementDelete* placementDelete_;
  Delete* delete_;
  TypeIdentifier id_;
  std::string_view name_;
};

[[noreturn]] C10_API void _ThrowRuntimeTypeLogicError(const std::string& msg);

template <typename T>
constexpr bool is_plain = c10::guts::is_fundamental<T>::value || std::is_pointer_v<T>;

template <typename T>
inline void _PlacementNew(void* ptr, size_t n) {
  T* items = static_cast<T*>(ptr);
  for (size_t i = 0; i < n; ++i) new (items + i) T;
}
template <typename T>
inline void _PlacementNewNotDefault(void*, size_t) {
  _ThrowRuntimeTypeLogicError("Type " + std::string(c10::util::get_fully_qualified_type_name<T>()) +
                              " is not default-constructible.");
}
template <typename T>
inline constexpr TypeMetaData::PlacementNew* _PickPlacementNew() {
  if constexpr (!std::is_default_constructible_v<T>) {
    return &_PlacementNewNotDefault<T>;
  } else if constexpr (is_plain<T>) {
    return nullptr;
  } else {
    return &_PlacementNew<T>;
  }
}

template <typename T>
inline void* _New() {
  return new T;
}
template <typename T>
inline void* _NewNotDefault() {
  _ThrowRuntimeTypeLogicError("Type " + std::string(c10::util::get_fully_qualified_type_name<T>()) +
                              " is not default-constructible.");
}
template <typename T>
inline constexpr TypeMetaData::New* _PickNew() {
  if constexpr (std::is_default_constructible_v<T>) {
    return &_New<T>;
  } else {
    return &_NewNotDefault<T>;
  }
}

template <typename T>
inline void _Copy(const void* src, void* dst, size_t n) {
  const T* from = static_cast<const T*>(src);
  T* to = static_cast<T*>(dst);
  for (size_t i = 0; i < n; ++i) to[i] = from[i];
}
template <typename T>
inline void _CopyNotAllowed(const void*, void*, size_t) {
  _ThrowRuntimeTypeLogicError("Type " + std::string(c10::util::get_fully_qualified_type_name<T>()) +
                              " does not allow assignment.");
}
template <typename T>
inline constexpr TypeMetaData::Copy* _PickCopy() {
  if constexpr (!std::is_copy_assignable_v<T>) {
    return &_CopyNotAllowed<T>;
  } else if constexpr (is_plain<T>) {
    return nullptr;
  } else {
    return &_Copy<T>;
  }
}

template <typename T>
inline void _PlacementDelete(void* ptr, size_t n) {
  T* items = static_cast<T*>(ptr);
  for (size_t i = 0; i < n; ++i) items[i].~T();
}
template <typename T>
inline constexpr TypeMetaData::PlacementDelete* _PickPlacementDelete() {
  if constexpr (is_plain<T>) {
    return nullptr;
  } else {
    return &_PlacementDelete<T>;
  }
}

template <typename T>
inline void _Delete(void* ptr) {
  delete static_cast<T*>(ptr);
}
template <class T>
inline constexpr TypeMetaData::Delete* _PickDelete() noexcept {
  return &_Delete<T>;
}

class _Uninitialized final {};

}  // namespace detail

#define FLAMBEAU_ITEM_SIZE(T, name) sizeof(T),
static constexpr std::array<uint8_t, NumScalarTypes> scalarTypeItemSizes = {
    AT_FORALL_SCALAR_TYPES_WITH_COMPLEX_AND_QINTS(FLAMBEAU_ITEM_SIZE) 0,
};
#undef FLAMBEAU_ITEM_SIZE

// An element type: an index into one table. Those of ScalarType have its numbers, others are added as they appear.
class C10_API TypeMeta final {
 public:
  using New = detail::TypeMetaData::New;
  using PlacementNew = detail::TypeMetaData::PlacementNew;
  using Copy = detail::TypeMetaData::Copy;
  using PlacementDelete = detail::TypeMetaData::PlacementDelete;
  using Delete = detail::TypeMetaData::Delete;

  TypeMeta() noexcept;
  ~TypeMeta() = default;
  TypeMeta(const TypeMeta& src) noexcept = default;
  TypeMeta& operator=(const TypeMeta& src) noexcept = default;
  TypeMeta& operator=(TypeMeta&& src) noexcept = default;
  TypeMeta(TypeMeta&& rhs) noexcept = default;
  inline TypeMeta& operator=(ScalarType scalar_type) noexcept {
    index_ = static_cast<uint16_t>(scalar_type);
    return *this;
  }

 private:
  explicit TypeMeta(const uint16_t index) noexcept : index_(index) {}

 public:
  TypeIdentifier id() const noexcept { return data().id_; }
  inline bool isScalarType() const noexcept { return index_ < NumScalarTypes; }
  inline bool isScalarType(ScalarType scalar_type) const noexcept {
    return index_ == static_cast<uint16_t>(scalar_type);
  }
  FLB_ON_USE inline size_t itemsize() const noexcept {
    return C10_LIKELY(isScalarType()) ? scalarTypeItemSizes[index_] : data().itemsize_;
  }
  New* newFn() const noexcept { return data().new_; }
  PlacementNew* placementNew() const noexcept { return data().placementNew_; }
  Copy* copy() const noexcept { return data().copy_; }
  PlacementDelete* placementDelete() const noexcept { return data().placementDelete_; }
  Delete* deleteFn() const noexcept { return data().delete_; }
  std::string_view name() const noexcept { return data().name_; }
  friend bool operator==(const TypeMeta& lhs, const TypeMeta& rhs) noexcept;

  template <typename T>
  bool Match() const noexcept {
    return *this == Make<T>();
  }
  template <class T>
  static constexpr TypeIdentifier Id() noexcept {
    return TypeIdentifier::Get<T>();
  }
  template <class T>
  static std::string_view TypeName() noexcept {
    return c10::util::get_fully_qualified_type_name<T>();
  }
  template <class T>
  static constexpr size_t ItemSize() noexcept {
    return sizeof(T);
  }
  template <typename T>
  static TypeMeta Make() {
    return TypeMeta(_typeMetaData<T>());
  }
  FLB_ON_USE static inline caffe2::TypeMeta fromScalarType(ScalarType scalar_type) {
    const auto index = static_cast<uint16_t>(scalar_type);
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(index < NumScalarTypes, "Unrecognized Scalartype ", scalar_type,
                                     " (please report this error)");
    return TypeMeta(index);
  }
  inline ScalarType toScalarType() const {
    if (C10_LIKELY(isScalarType())) return static_cast<ScalarType>(index_);
    error_unsupported_typemeta(*this);
  }

 private:
  [[noreturn]] static void error_unsupported_typemeta(caffe2::TypeMeta dtype);
#define MaxTypeIndex UINT8_MAX
  static std::mutex& getTypeMetaDatasLock();
  static uint16_t nextTypeIndex;
  static detail::TypeMetaData* typeMetaDatas();
  static uint16_t existingMetaDataIndexForType(TypeIdentifier identifier);

 public:
  template <class T>
  C10_EXPORT static uint16_t addTypeMetaData() {
    const auto identifier = TypeIdentifier::Get<T>();
    std::lock_guard<std::mutex> lock(getTypeMetaDatasLock());
    const uint16_t existing_index = existingMetaDataIndexForType(identifier);
    if (existing_index != MaxTypeIndex) return existing_index;
    const uint16_t index = nextTypeIndex++;
    TORCH_CHECK(index <= MaxTypeIndex, "Maximum number of CAFFE_KNOWN_TYPE declarations has been exceeded. ",
                "Please report this issue.");
    typeMetaDatas()[index] = detail::TypeMetaData{sizeof(T),
                                                  detail::_PickNew<T>(),
                                                  detail::_PickPlacementNew<T>(),
                                                  detail::_PickCopy<T>(),
                                                  detail::_PickPlacementDelete<T>(),
                                                  detail::_PickDelete<T>(),
                                                  identifier,
                                                  c10::util::get_fully_qualified_type_name<T>()};
    return index;
  }

 private:
  template <class T>
  C10_API static uint16_t _typeMetaData() noexcept;

  uint16_t index_;

  inline const detail::TypeMetaData& data() const { return typeMetaDatas()[index_]; }
};

#define FLAMBEAU_SCALAR_META(T, name)                        \
  template <>                                                \
  constexpr uint16_t TypeMeta::_typeMetaData<T>() noexcept { \
    return static_cast<uint16_t>(ScalarType::name);          \
  }
AT_FORALL_SCALAR_TYPES_WITH_COMPLEX_AND_QINTS(FLAMBEAU_SCALAR_META)
FLAMBEAU_SCALAR_META(detail::_Uninitialized, Undefined)
#undef FLAMBEAU_SCALAR_META

inline TypeMeta::TypeMeta() noexcept : index_(_typeMetaData<detail::_Uninitialized>()) {}
inline bool operator==(const TypeMeta& lhs, const TypeMeta& rhs) noexcept { return lhs.index_ == rhs.index_; }
inline bool operator!=(const TypeMeta& lhs, const TypeMeta& rhs) noexcept { return !operator==(lhs, rhs); }
inline std::ostream& operator<<(std::ostream& stream, caffe2::TypeMeta typeMeta) { return stream << typeMeta.name(); }

// CAFFE_KNOWN_TYPE(T) in one source file, inside namespace caffe2, makes TypeMeta::Make<T>() work.
#define EXPORT_IF_NOT_GCC
#define CAFFE_KNOWN_TYPE(T)                                          \
  template uint16_t TypeMeta::addTypeMetaData<T>();                  \
  template <>                                                        \
  EXPORT_IF_NOT_GCC uint16_t TypeMeta::_typeMetaData<T>() noexcept { \
    static const uint16_t index = addTypeMetaData<T>();              \
    return index;                                                    \
  }
#define CAFFE_DEFINE_KNOWN_TYPE(T, ident)                                                   \
  template uint16_t TypeMeta::addTypeMetaData<T>();                                         \
  namespace detail {                                                                        \
  EXPORT_IF_NOT_GCC const uint16_t ident##_metadata_index = TypeMeta::addTypeMetaData<T>(); \
  }
#define CAFFE_DECLARE_KNOWN_TYPE(T, ident)                                             \
  extern template uint16_t TypeMeta::addTypeMetaData<T>();                             \
  namespace detail {                                                                   \
  extern C10_API const uint16_t ident##_metadata_index;                                \
  }                                                                                    \
  template <>                                                                          \
  EXPORT_IF_NOT_GCC C10_ALWAYS_INLINE uint16_t TypeMeta::_typeMetaData<T>() noexcept { \
    return detail::ident##_metadata_index;                                             \
  }
#define CAFFE_KNOWN_TYPE_NOEXPORT(T)                    \
  template <>                                           \
  uint16_t TypeMeta::_typeMetaData<T>() noexcept {      \
    static const uint16_t index = addTypeMetaData<T>(); \
    return index;                                       \
  }

namespace detail {
template <class T>
class _guard_long_unique_dummy final {};
// long is int64_t here, so it needs a stand-in where a type of its own is expected.
template <class T>
using _guard_long_unique =
    std::conditional_t<std::is_same_v<long, int32_t> || std::is_same_v<long, int64_t>, _guard_long_unique_dummy<T>, T>;
}  // namespace detail

CAFFE_DECLARE_KNOWN_TYPE(std::string, std_string)
CAFFE_DECLARE_KNOWN_TYPE(char, char)
CAFFE_DECLARE_KNOWN_TYPE(std::unique_ptr<std::mutex>, std_unique_ptr_std_mutex)
CAFFE_DECLARE_KNOWN_TYPE(std::unique_ptr<std::atomic<bool>>, std_unique_ptr_std_atomic_bool)
CAFFE_DECLARE_KNOWN_TYPE(std::vector<int32_t>, std_vector_int32_t)
CAFFE_DECLARE_KNOWN_TYPE(std::vector<int64_t>, std_vector_int64_t)
CAFFE_DECLARE_KNOWN_TYPE(std::vector<unsigned long>, std_vector_unsigned_long)
CAFFE_DECLARE_KNOWN_TYPE(bool*, bool_ptr)
CAFFE_DECLARE_KNOWN_TYPE(char*, char_ptr)
CAFFE_DECLARE_KNOWN_TYPE(int*, int_ptr)
CAFFE_DECLARE_KNOWN_TYPE(detail::_guard_long_unique<long>, detail_guard_long_unique_long)
CAFFE_DECLARE_KNOWN_TYPE(detail::_guard_long_unique<std::vector<long>>, detail_guard_long_unique_std_vector_long)
CAFFE_DECLARE_KNOWN_TYPE(float*, float_ptr)
CAFFE_DECLARE_KNOWN_TYPE(at::Half*, at_Half)

}  // namespace caffe2
