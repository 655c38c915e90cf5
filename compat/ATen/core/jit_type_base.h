// Mirrors <ATen/core/jit_type_base.h> of PyTorch 2.13: the base of all types that a value on the stack can have.
#pragma once

#include <ATen/core/qualified_name.h>
#include <ATen/core/type_ptr.h>
#include <c10/core/SymBool.h>
#include <c10/core/SymFloat.h>
#include <c10/core/SymInt.h>
#include <c10/core/SymIntArrayRef.h>
#include <c10/macros/Macros.h>
#include <c10/util/ArrayRef.h>
#include <c10/util/Exception.h>
#include <c10/util/light_std.h>

#include <functional>
#include <iosfwd>
#include <string>
#include <utility>

namespace c10 {

#define C10_FORALL_TYPES(_) \
  _(AnyType)                \
  _(EnumType)               \
  _(AnyEnumType)            \
  _(TensorType)             \
  _(StorageType)            \
  _(TupleType)              \
  _(ListType)               \
  _(DictType)               \
  _(NumberType)             \
  _(FloatType)              \
  _(ComplexType)            \
  _(FutureType)             \
  _(AwaitType)              \
  _(RRefType)               \
  _(IntType)                \
  _(NoneType)               \
  _(StringType)             \
  _(GeneratorType)          \
  _(QuantizerType)          \
  _(BoolType)               \
  _(OptionalType)           \
  _(VarType)                \
  _(DeviceObjType)          \
  _(StreamObjType)          \
  _(FunctionType)           \
  _(ClassType)              \
  _(PyObjectType)           \
  _(CapsuleType)            \
  _(InterfaceType)          \
  _(QSchemeType)            \
  _(ScalarTypeType)         \
  _(LayoutType)             \
  _(MemoryFormatType)       \
  _(AnyListType)            \
  _(AnyTupleType)           \
  _(AnyClassType)           \
  _(SymIntType)             \
  _(SymFloatType)           \
  _(SymBoolType)            \
  _(UnionType)              \
  _(DynamicType)

enum class TypeKind {
#define DEFINE_TYPE(T) T,
  C10_FORALL_TYPES(DEFINE_TYPE)
#undef DEFINE_TYPE
};

TORCH_API const char* typeKindToString(TypeKind kind);

struct Type;
struct SharedType;
using TypePrinter = std::function<std::optional<std::string>(const Type&)>;

namespace detail {
template <typename T>
struct IsSingletonType : public std::integral_constant<bool, false> {};
}  // namespace detail

#define TORCH_DECLARE_SINGLETON(Type)                                          \
  struct Type;                                                                 \
  namespace detail {                                                           \
  template <>                                                                  \
  struct IsSingletonType<Type> : public std::integral_constant<bool, true> {}; \
  }
TORCH_DECLARE_SINGLETON(AnyType)
TORCH_DECLARE_SINGLETON(AnyEnumType)
TORCH_DECLARE_SINGLETON(NumberType)
TORCH_DECLARE_SINGLETON(FloatType)
TORCH_DECLARE_SINGLETON(ComplexType)
TORCH_DECLARE_SINGLETON(IntType)
TORCH_DECLARE_SINGLETON(BoolType)
TORCH_DECLARE_SINGLETON(StringType)
TORCH_DECLARE_SINGLETON(StorageType)
TORCH_DECLARE_SINGLETON(NoneType)
TORCH_DECLARE_SINGLETON(GeneratorType)
TORCH_DECLARE_SINGLETON(QuantizerType)
TORCH_DECLARE_SINGLETON(QSchemeType)
TORCH_DECLARE_SINGLETON(DeviceObjType)
TORCH_DECLARE_SINGLETON(StreamObjType)
TORCH_DECLARE_SINGLETON(CapsuleType)
TORCH_DECLARE_SINGLETON(PyObjectType)
TORCH_DECLARE_SINGLETON(ScalarTypeType)
TORCH_DECLARE_SINGLETON(LayoutType)
TORCH_DECLARE_SINGLETON(MemoryFormatType)
TORCH_DECLARE_SINGLETON(AnyListType)
TORCH_DECLARE_SINGLETON(AnyTupleType)
TORCH_DECLARE_SINGLETON(AnyClassType)

namespace detail {
template <typename T, typename Enable = void>
struct CastReturnType {
  using type = std::shared_ptr<T>;
};
template <typename T>
struct CastReturnType<T, std::enable_if_t<IsSingletonType<T>::value>> {
  using type = SingletonTypePtr<T>;
};
template <typename T, typename Enable = void>
struct CastConstReturnType {
  using type = std::shared_ptr<const T>;
};
template <typename T>
struct CastConstReturnType<T, std::enable_if_t<IsSingletonType<T>::value>> {
  using type = SingletonTypePtr<const T>;
};
template <typename T>
struct as_shared_type {
  using type = SharedType*;
};
template <typename T>
struct as_shared_type<const T*> {
  using type = const SharedType*;
};
}  // namespace detail

struct TORCH_API Type {
  friend TORCH_API bool operator==(const Type& lhs, const Type& rhs);

 private:
  TypeKind kind_;

 protected:
  Type(TypeKind kind) : kind_(kind) {}
  Type(const Type&) = default;
  Type& operator=(const Type&) = default;
  Type(Type&&) noexcept = default;
  Type& operator=(Type&&) noexcept = default;

  virtual std::string annotation_str_impl(const TypePrinter& /*printer*/) const { return str(); }
  virtual bool equals(const Type& rhs) const = 0;
  /// False where rhs must decide equality (DynamicType).
  virtual bool symmetric() const { return true; }

 public:
  /// Shares ownership of a type, or points at one that lives for ever.
  template <typename T>
  class SingletonOrSharedTypePtr {
   public:
    using element_type = typename std::shared_ptr<T>::element_type;

    SingletonOrSharedTypePtr() = default;
    SingletonOrSharedTypePtr(std::shared_ptr<T> x) : repr_(std::move(x)) {}
    template <typename U, std::enable_if_t<std::is_convertible_v<U*, T*>, bool> = true>
    SingletonOrSharedTypePtr(std::shared_ptr<U> x) : repr_(std::move(x)) {}
    SingletonOrSharedTypePtr(std::nullptr_t) : repr_(nullptr) {}
    SingletonOrSharedTypePtr(SingletonTypePtr<T> p) : repr_(makeSingletonSharedPtr(p.get())) {}
    template <typename U, std::enable_if_t<std::is_convertible_v<U*, T*>, bool> = true>
    SingletonOrSharedTypePtr(SingletonTypePtr<U> p) : repr_(makeSingletonSharedPtr(static_cast<T*>(p.get()))) {}
    template <typename U = T, std::enable_if_t<std::is_base_of_v<SharedType, U>, bool> = true>
    SingletonOrSharedTypePtr(T* p)
        : SingletonOrSharedTypePtr(static_cast<typename detail::as_shared_type<U>::type>(p)->shared_from_this()) {}
    template <typename U = T, std::enable_if_t<std::is_same_v<Type, U>, bool> = true>
    SingletonOrSharedTypePtr(T* p) {
      if (auto* shared = dynamic_cast<typename detail::as_shared_type<U>::type>(p)) {
        repr_ = shared->shared_from_this();
      } else {
        repr_ = makeSingletonSharedPtr(p);
      }
    }
    template <typename U = T,
              std::enable_if_t<!std::is_same_v<Type, U> && !std::is_base_of_v<SharedType, U>, bool> = true>
    SingletonOrSharedTypePtr(T* p) : repr_(makeSingletonSharedPtr(p)) {
      TORCH_INTERNAL_ASSERT_DEBUG_ONLY(dynamic_cast<typename detail::as_shared_type<U>::type>(p) == nullptr);
    }

    SingletonOrSharedTypePtr(const SingletonOrSharedTypePtr&) = default;
    SingletonOrSharedTypePtr(SingletonOrSharedTypePtr&&) noexcept = default;
    SingletonOrSharedTypePtr& operator=(const SingletonOrSharedTypePtr&) = default;
    SingletonOrSharedTypePtr& operator=(SingletonOrSharedTypePtr&&) noexcept = default;
    ~SingletonOrSharedTypePtr() = default;

    T* get() const { return repr_.get(); }
    operator bool() const { return repr_ != nullptr; }
    bool operator==(std::nullptr_t) const { return repr_ == nullptr; }
    bool operator!=(std::nullptr_t) const { return repr_ != nullptr; }
    template <typename U = T, std::enable_if_t<!std::is_same_v<std::remove_const_t<U>, void>, bool> = true>
    U& operator*() const {
      return *get();
    }
    T* operator->() const { return get(); }

   private:
    // Aliases an empty owner: no control block, no counting.
    static std::shared_ptr<T> makeSingletonSharedPtr(T* ptr) { return std::shared_ptr<T>(std::shared_ptr<T>(), ptr); }

    std::shared_ptr<T> repr_;
  };

  using TypePtr = SingletonOrSharedTypePtr<Type>;
  using Ptr = TypePtr;
  using ElementType = Type;

  /// Whether a value of this type may stand where rhs is expected; says why not, if asked.
  virtual bool isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const;
  virtual bool is_module() const;
  bool isSubtypeOf(const Type& rhs) const { return isSubtypeOfExt(rhs, nullptr); }

#define FLB_SUBTYPE_OVERLOADS(Pointer)                                                                          \
  template <typename T>                                                                                         \
  std::enable_if_t<std::is_base_of_v<Type, T>, bool> isSubtypeOf(Pointer rhs) const {                           \
    return isSubtypeOf(*rhs);                                                                                   \
  }                                                                                                             \
  template <typename T>                                                                                         \
  std::enable_if_t<std::is_base_of_v<Type, T>, bool> isSubtypeOfExt(Pointer rhs, std::ostream* why_not) const { \
    return isSubtypeOfExt(*rhs, why_not);                                                                       \
  }
  FLB_SUBTYPE_OVERLOADS(const std::shared_ptr<T>&)
  FLB_SUBTYPE_OVERLOADS(const SingletonOrSharedTypePtr<T>&)
  FLB_SUBTYPE_OVERLOADS(SingletonTypePtr<T>)
#undef FLB_SUBTYPE_OVERLOADS

  /// As schemas write it: "Tensor?", "int[]".
  virtual std::string str() const = 0;
  /// As Python annotations write it: "Optional[Tensor]", "List[int]". `printer` may rename types.
  FLB_ON_USE std::string annotation_str(const TypePrinter& printer) const {
    if (printer) {
      if (auto renamed = printer(*this)) return *renamed;
    }
    return annotation_str_impl(printer);
  }
  FLB_ON_USE std::string annotation_str() const { return annotation_str(nullptr); }
  /// For error messages.
  virtual std::string repr_str() const { return annotation_str(); }

  TypeKind kind() const { return kind_; }
  virtual bool isUnionType() const { return false; }
  virtual bool requires_grad() const {
    for (const auto& contained : containedTypes()) {
      if (contained->requires_grad()) return true;
    }
    return false;
  }

  /// A pointer to this as T, or null if it is of another kind.
  template <typename T, std::enable_if_t<!detail::IsSingletonType<T>::value, bool> = true>
  typename detail::CastReturnType<T>::type cast() {
    if (T::Kind != kind()) return nullptr;
    return std::static_pointer_cast<T>(static_cast<T*>(this)->shared_from_this());
  }
  template <typename T, std::enable_if_t<detail::IsSingletonType<T>::value, bool> = true>
  typename detail::CastReturnType<T>::type cast() {
    if (T::Kind != kind()) return nullptr;
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(this == T::get().get());
    return typename detail::CastReturnType<T>::type(static_cast<T*>(this));
  }
  template <typename T, std::enable_if_t<!detail::IsSingletonType<T>::value, bool> = true>
  typename detail::CastConstReturnType<T>::type cast() const {
    if (T::Kind != kind()) return nullptr;
    return std::static_pointer_cast<const T>(static_cast<const T*>(this)->shared_from_this());
  }
  template <typename T, std::enable_if_t<detail::IsSingletonType<T>::value, bool> = true>
  typename detail::CastConstReturnType<T>::type cast() const {
    if (T::Kind != kind()) return nullptr;
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(this == T::get().get());
    return typename detail::CastConstReturnType<T>::type(static_cast<const T*>(this));
  }
  template <typename T>
  T* castRaw() {
    return T::Kind == kind() ? static_cast<T*>(this) : nullptr;
  }
  template <typename T>
  const T* castRaw() const {
    return T::Kind == kind() ? static_cast<const T*>(this) : nullptr;
  }
  template <typename T>
  auto expect() {
    auto r = cast<T>();
    AT_ASSERT(r);
    return r;
  }
  template <typename T>
  auto expect() const {
    auto r = cast<const T>();
    AT_ASSERT(r);
    return r;
  }
  template <typename T>
  T& expectRef() {
    auto* r = castRaw<T>();
    AT_ASSERT(r);
    return *r;
  }
  template <typename T>
  const T& expectRef() const {
    auto* r = castRaw<const T>();
    AT_ASSERT(r);
    return *r;
  }

  virtual ~Type() = default;
  virtual bool hasFreeVariables() const { return false; }
  virtual at::ArrayRef<TypePtr> containedTypes() const { return {}; }
  virtual TypePtr containedType(size_t i) const { return containedTypes().at(i); }
  virtual size_t containedTypeSize() const { return containedTypes().size(); }
  /// This type with its contained types exchanged; itself if they are the same.
  FLB_ON_USE TypePtr withContained(std::vector<TypePtr> contained_types);
  virtual TypePtr createWithContained(std::vector<TypePtr> /*contained_types*/) const {
    TORCH_CHECK(false, "type with contained types did not overload createWithContained: ", str());
  }
};

template <typename T>
using SingletonOrSharedTypePtr = Type::SingletonOrSharedTypePtr<T>;

#define FLB_COMPARE_TYPE_POINTERS(A, B)                                            \
  template <typename T, typename U>                                                \
  bool operator==(const A<T>& x, const B<U>& y) {                                  \
    return static_cast<const void*>(x.get()) == static_cast<const void*>(y.get()); \
  }                                                                                \
  template <typename T, typename U>                                                \
  bool operator!=(const A<T>& x, const B<U>& y) {                                  \
    return !(x == y);                                                              \
  }
FLB_COMPARE_TYPE_POINTERS(SingletonOrSharedTypePtr, SingletonOrSharedTypePtr)
FLB_COMPARE_TYPE_POINTERS(SingletonOrSharedTypePtr, std::shared_ptr)
FLB_COMPARE_TYPE_POINTERS(std::shared_ptr, SingletonOrSharedTypePtr)
FLB_COMPARE_TYPE_POINTERS(SingletonOrSharedTypePtr, SingletonTypePtr)
FLB_COMPARE_TYPE_POINTERS(SingletonTypePtr, SingletonOrSharedTypePtr)
#undef FLB_COMPARE_TYPE_POINTERS

using TypePtr = SingletonOrSharedTypePtr<Type>;
using ConstTypePtr = SingletonOrSharedTypePtr<const Type>;

template <typename T>
struct MaybeOwnedTraits<SingletonOrSharedTypePtr<T>> : public MaybeOwnedTraitsGenericImpl<SingletonOrSharedTypePtr<T>> {
};

struct TORCH_API SharedType : public Type, public std::enable_shared_from_this<SharedType> {
  using Type::Type;
};

template <typename FlbOnUse>
TypePtr Type::withContained(std::vector<TypePtr> contained_types) {
  auto current = containedTypes();
  TORCH_INTERNAL_ASSERT(!current.empty() && current.size() == contained_types.size());
  if (current.equals(contained_types)) {
    return std::static_pointer_cast<Type>(static_cast<SharedType*>(this)->shared_from_this());
  }
  return createWithContained(std::move(contained_types));
}

inline bool operator==(const Type& lhs, const Type& rhs) {
  return C10_UNLIKELY(!rhs.symmetric()) ? rhs.equals(lhs) : lhs.equals(rhs);
}

struct NamedType;
using NamedTypePtr = std::shared_ptr<NamedType>;
using ConstNamedTypePtr = std::shared_ptr<const NamedType>;

struct TORCH_API NamedType : public SharedType {
  FLB_ON_USE NamedType(TypeKind tk, std::optional<QualifiedName> name) : SharedType(tk), name_(std::move(name)) {
    TORCH_INTERNAL_ASSERT(tk == TypeKind::TupleType || tk == TypeKind::FunctionType || tk == TypeKind::ClassType ||
                          tk == TypeKind::InterfaceType || tk == TypeKind::EnumType);
  }
  const std::optional<QualifiedName>& name() const { return name_; }

 private:
  std::optional<QualifiedName> name_;
};

}  // namespace c10

template <typename T>
struct std::hash<c10::SingletonOrSharedTypePtr<T>> {
  size_t operator()(const c10::SingletonOrSharedTypePtr<T>& x) const { return std::hash<T*>()(x.get()); }
};
