// Mirrors <ATen/core/ivalue.h> of PyTorch 2.13: a value of any type that an operator can take or return. 16 bytes: a
// payload (number or counted pointer) and a tag.
#pragma once

#include <ATen/core/DimVector.h>
#include <ATen/core/TensorBody.h>
#include <ATen/core/blob.h>
#include <ATen/core/custom_class.h>
#include <ATen/core/ivalue_to.h>
#include <ATen/core/jit_type_base.h>
#include <ATen/core/type_factory.h>
#include <c10/core/SymBool.h>
#include <c10/core/SymFloat.h>
#include <c10/macros/Export.h>
#include <c10/util/MaybeOwned.h>
#include <c10/util/intrusive_ptr.h>

#include <limits>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>

C10_DIAGNOSTIC_PUSH_AND_IGNORED_IF_DEFINED("-Wswitch-default")

namespace torch {
class TORCH_API CustomClassHolder : public c10::intrusive_ptr_target {};
namespace jit {
using ::torch::CustomClassHolder;
struct Function;
struct CompilationUnit;
struct Module;
}  // namespace jit
}  // namespace torch

namespace c10 {
template <class Key, class Value>
class Dict;
template <class T>
class List;
template <class T>
class IListRef;
struct IValue;
struct ClassType;
struct Type;
class RRefInterface;
using ClassTypePtr = std::shared_ptr<ClassType>;

/// Equality without tensor comparison where identity or plain values decide.
TORCH_API bool _fastEqualsForContainer(const IValue& lhs, const IValue& rhs);
TORCH_API torch::jit::Function* checkObjectSortSchema(const c10::ClassTypePtr& t, std::stringstream& why_not);

typedef std::function<bool(const IValue& a, const IValue& b)> IValueComparator;
TORCH_API IValueComparator getLessThanComparator(const IValue& v);
TORCH_API IValueComparator getGreaterThanComparator(const IValue& v);

namespace ivalue {
struct Tuple;
struct Future;
struct Await;
struct ConstantString;
struct GenericDict;
struct Object;
struct PyObjectHolder;
struct EnumHolder;

struct ComplexHolder : c10::intrusive_ptr_target {
 public:
  template <typename T>
  ComplexHolder(c10::complex<T> c) : val(convert<decltype(val), c10::complex<T>>(c)) {}
  ComplexHolder() = default;
  c10::complex<double> val;
};

struct StreamData3Holder : c10::intrusive_ptr_target {
 public:
  StreamData3Holder(struct c10::StreamData3 d) : val(d) {}
  StreamData3Holder() = delete;
  struct c10::StreamData3 val;
};
}  // namespace ivalue

/// Owns what an optional ArrayRef argument refers to while a kernel is called from the stack.
template <typename T>
struct OptionalArray {
  std::optional<std::vector<T>> list;
  OptionalArray() = default;
  OptionalArray(std::vector<T> val) : list(std::move(val)) {}

  OptionalArray& operator=(std::optional<ArrayRef<T>> ref) { return assign(ref); }
  OptionalArray& operator=(c10::OptionalArrayRef<T> ref) { return assign(ref); }
  operator std::optional<c10::ArrayRef<T>>() {
    if (!list) return std::nullopt;
    return *list;
  }
  operator c10::OptionalArrayRef<T>() {
    if (!list) return std::nullopt;
    return *list;
  }

 private:
  template <class Ref>
  OptionalArray& assign(const Ref& ref) {
    if (ref) {
      list.emplace(ref->begin(), ref->end());
    } else {
      list.reset();
    }
    return *this;
  }
};

struct Capsule {
  c10::intrusive_ptr<torch::CustomClassHolder> obj_ptr;
  FLB_ON_USE explicit Capsule(c10::intrusive_ptr<torch::CustomClassHolder> ptr) : obj_ptr(std::move(ptr)) {}
};

#define TORCH_FORALL_TAGS(_) \
  _(None)                    \
  _(Tensor)                  \
  _(Storage)                 \
  _(Double)                  \
  _(ComplexDouble)           \
  _(Int)                     \
  _(UInt)                    \
  _(SymInt)                  \
  _(SymFloat)                \
  _(SymBool)                 \
  _(Bool)                    \
  _(Tuple)                   \
  _(String)                  \
  _(Blob)                    \
  _(GenericList)             \
  _(GenericDict)             \
  _(Future)                  \
  _(Await)                   \
  _(Device)                  \
  _(Stream)                  \
  _(Object)                  \
  _(PyObject)                \
  _(Uninitialized)           \
  _(Capsule)                 \
  _(RRef)                    \
  _(Quantizer)               \
  _(Generator)               \
  _(Enum)

struct TORCH_API IValue final {
  IValue(const IValue& rhs) : IValue(rhs.payload, rhs.tag) {
    if (isIntrusivePtr() && payload.u.as_intrusive_ptr != c10::UndefinedTensorImpl::singleton()) {
      c10::raw::intrusive_ptr::incref(payload.u.as_intrusive_ptr);
    }
  }
  IValue(IValue&& rhs) noexcept : tag(rhs.tag) { moveFrom(std::move(rhs)); }
  ~IValue() { destroy(); }
  C10_ALWAYS_INLINE IValue& operator=(IValue&& rhs) & noexcept {
    if (&rhs == this) return *this;
    destroy();
    moveFrom(std::move(rhs));
    return *this;
  }
  IValue& operator=(IValue const& rhs) & {
    *this = IValue(rhs);
    return *this;
  }

  void dump() const;
  /// Python's ==: a bool, or a tensor of bools for tensors.
  IValue equals(const IValue& rhs) const;
  TORCH_API friend bool operator==(const IValue& lhs, const IValue& rhs);
  TORCH_API friend bool operator!=(const IValue& lhs, const IValue& rhs);
  /// Python's `is`.
  bool is(const IValue& rhs) const;
  IValue hash() const { return (int64_t)IValue::hash(*this); }
  static size_t hash(const IValue& iv);
  TORCH_API friend bool _fastEqualsForContainer(const IValue& lhs, const IValue& rhs);

 private:
  FLB_ON_USE static bool isAliasOf(const at::Tensor& a, const at::Tensor& b) {
    if (a.is_sparse()) return isAliasOf(a._values(), b) || isAliasOf(a._indices(), b);
    if (b.is_sparse()) return isAliasOf(a, b._values()) || isAliasOf(a, b._indices());
    if (a.is_sparse_csr()) {
      return isAliasOf(a.values(), b) || isAliasOf(a.crow_indices(), b) || isAliasOf(a.col_indices(), b);
    }
    if (b.is_sparse_csr()) {
      return isAliasOf(a, b.values()) || isAliasOf(a, b.crow_indices()) || isAliasOf(a, b.col_indices());
    }
    if (!a.has_storage() || !b.has_storage()) return a.unsafeGetTensorImpl() == b.unsafeGetTensorImpl();
    return a.is_alias_of(b);
  }
  template <typename T>
  bool isListOf() const;

 public:
  /// Whether changing one may change the other.
  FLB_ON_USE bool isAliasOf(const IValue& rhs) const {
    if (tag != rhs.tag) return false;
    if (isTensor()) return isAliasOf(toTensor(), rhs.toTensor());
    if (!isIntrusivePtr()) return false;
    AT_ASSERT(rhs.isIntrusivePtr());
    return payload.u.as_intrusive_ptr == rhs.payload.u.as_intrusive_ptr;
  }

  FLB_ON_USE size_t use_count() const noexcept {
    if (isTensor()) return payload.as_tensor.use_count();
    if (!isIntrusivePtrLegacyBehavior()) return 1;
    if (payload.u.as_intrusive_ptr == c10::UndefinedTensorImpl::singleton()) return 0;
    return c10::raw::intrusive_ptr::use_count(payload.u.as_intrusive_ptr);
  }

  FLB_ON_USE void swap(IValue& rhs) noexcept {
    IValue mine(std::move(*this));
    *this = std::move(rhs);
    rhs = std::move(mine);
  }

  // Tensor. at::Tensor and at::TensorBase both arrive here.
  FLB_ON_USE IValue(at::TensorBase t) : tag(Tag::Tensor) { new (&payload.as_tensor) at::Tensor(std::move(t)); }
  bool isTensor() const { return Tag::Tensor == tag; }

 private:
  [[noreturn]] void reportToTensorTypeError() const;

 public:
  FLB_ON_USE at::Tensor toTensor() &&;
  at::Tensor& toTensor() &;
  const at::Tensor& toTensor() const&;
  FLB_ON_USE at::TensorImpl* unsafeToTensorImpl() const {
    TORCH_INTERNAL_ASSERT(isTensor());
    return payload.as_tensor.unsafeGetTensorImpl();
  }

  // Storage
  IValue(at::Storage s) : IValue(Tag::Storage, s.unsafeReleaseStorageImpl()) {}
  bool isStorage() const { return Tag::Storage == tag; }
  c10::Storage toStorage() &&;
  c10::Storage toStorage() const&;

  // Itself, for generic code
  const IValue& toIValue() const { return *this; }
  IValue& toIValue() { return *this; }

  // Blob
  FLB_ON_USE IValue(intrusive_ptr<caffe2::Blob> blob) : IValue(Tag::Blob, blob.release()) {}
  bool isBlob() const { return Tag::Blob == tag; }
  c10::intrusive_ptr<caffe2::Blob> toBlob() &&;
  c10::intrusive_ptr<caffe2::Blob> toBlob() const&;

  // Capsule: a C++ object without a type; one slot of an Object of a custom class
  FLB_ON_USE static inline IValue make_capsule(intrusive_ptr<torch::CustomClassHolder> blob);
  bool isCapsule() const { return Tag::Capsule == tag; }
  c10::intrusive_ptr<torch::CustomClassHolder> toCapsule() &&;
  c10::intrusive_ptr<torch::CustomClassHolder> toCapsule() const&;

  // Custom C++ classes
  template <typename T, std::enable_if_t<std::is_base_of_v<torch::CustomClassHolder, T>, int> = 0>
  IValue(intrusive_ptr<T> custom_class);
  bool isCustomClass() const;
  template <typename T>
  c10::intrusive_ptr<T> toCustomClass() &&;
  template <typename T>
  c10::intrusive_ptr<T> toCustomClass() const&;

  // Tuple
  FLB_ON_USE IValue(c10::intrusive_ptr<ivalue::Tuple> v);
  template <typename... Args,
            std::enable_if_t<!std::disjunction_v<std::is_lvalue_reference<Args>...,
                                                 std::negation<std::is_constructible<IValue, Args>>...>,
                             std::nullptr_t> = nullptr>
  IValue(const std::tuple<Args...>& t);
  template <typename... Args,
            std::enable_if_t<!std::disjunction_v<std::is_lvalue_reference<Args>...,
                                                 std::negation<std::is_constructible<IValue, Args>>...>,
                             std::nullptr_t> = nullptr>
  IValue(std::tuple<Args...>&& t);
  bool isTuple() const { return Tag::Tuple == tag; }
  c10::intrusive_ptr<ivalue::Tuple> toTuple() &&;
  c10::intrusive_ptr<ivalue::Tuple> toTuple() const&;
  FLB_ON_USE [[nodiscard]] ivalue::Tuple& toTupleRef() const;

  // Double
  IValue(double d) : tag(Tag::Double) { payload.u.as_double = d; }
  bool isDouble() const { return Tag::Double == tag; }
  FLB_ON_USE double toDouble() const {
    if (isDouble()) return payload.u.as_double;
    TORCH_INTERNAL_ASSERT(isSymFloat(), "expected double");
    return toSymFloat().guard_float(__FILE__, __LINE__);
  }

  // ComplexDouble
  template <typename T>
  IValue(c10::complex<T> c);
  bool isComplexDouble() const { return Tag::ComplexDouble == tag; }
  FLB_ON_USE c10::complex<double> toComplexDouble() const;

  // Future, Await, RRef, Quantizer
  FLB_ON_USE IValue(c10::intrusive_ptr<ivalue::Future> v);
  bool isFuture() const { return Tag::Future == tag; }
  c10::intrusive_ptr<ivalue::Future> toFuture() &&;
  c10::intrusive_ptr<ivalue::Future> toFuture() const&;
  FLB_ON_USE IValue(c10::intrusive_ptr<ivalue::Await> v);
  bool isAwait() const { return Tag::Await == tag; }
  c10::intrusive_ptr<ivalue::Await> toAwait() &&;
  c10::intrusive_ptr<ivalue::Await> toAwait() const&;
  FLB_ON_USE IValue(c10::intrusive_ptr<c10::RRefInterface> v);
  bool isRRef() const { return Tag::RRef == tag; }
  c10::intrusive_ptr<c10::RRefInterface> toRRef() &&;
  c10::intrusive_ptr<c10::RRefInterface> toRRef() const&;
  FLB_ON_USE IValue(c10::intrusive_ptr<at::Quantizer> v);
  bool isQuantizer() const { return Tag::Quantizer == tag; }
  c10::intrusive_ptr<at::Quantizer> toQuantizer() &&;
  c10::intrusive_ptr<at::Quantizer> toQuantizer() const&;

  // Int
  IValue(int64_t i) : tag(Tag::Int) { payload.u.as_int = i; }
  IValue(int32_t i) : IValue(static_cast<int64_t>(i)) {}
  bool isInt() const { return Tag::Int == tag; }
  FLB_ON_USE int64_t toInt() const {
    if (isInt()) return payload.u.as_int;
    TORCH_INTERNAL_ASSERT(isSymInt(), "expected int");
    return toSymInt().guard_int(__FILE__, __LINE__);
  }

  // Symbolic numbers; a concrete one is kept as the plain number
  FLB_ON_USE IValue(const c10::SymInt& i) {
    if (auto mi = i.maybe_as_int()) {
      tag = Tag::Int;
      payload.u.as_int = *mi;
    } else {
      tag = Tag::SymInt;
      payload.u.as_intrusive_ptr = i.toSymNode().release();
    }
  }
  bool isSymInt() const { return Tag::SymInt == tag; }
  c10::SymInt toSymInt() &&;
  c10::SymInt toSymInt() const&;
  FLB_ON_USE IValue(const c10::SymFloat& i) {
    if (i.is_symbolic()) {
      tag = Tag::SymFloat;
      payload.u.as_intrusive_ptr = i.toSymNodeImpl().release();
    } else {
      tag = Tag::Double;
      payload.u.as_double = i.as_float_unchecked();
    }
  }
  bool isSymFloat() const { return Tag::SymFloat == tag; }
  c10::SymFloat toSymFloat() &&;
  c10::SymFloat toSymFloat() const&;
  FLB_ON_USE IValue(const c10::SymBool& i) {
    if (auto mi = i.maybe_as_bool()) {
      tag = Tag::Bool;
      payload.u.as_int = *mi;
    } else {
      tag = Tag::SymBool;
      payload.u.as_intrusive_ptr = i.toSymNodeImpl().release();
    }
  }
  bool isSymBool() const { return Tag::SymBool == tag; }
  c10::SymBool toSymBool() &&;
  c10::SymBool toSymBool() const&;

  // UInt: only what does not fit in an Int
  IValue(uint64_t u) : tag(u <= std::numeric_limits<int64_t>::max() ? Tag::Int : Tag::UInt) { payload.u.as_uint = u; }
  bool isUnsigned() const { return Tag::UInt == tag || (Tag::Int == tag && payload.u.as_int >= 0); }
  FLB_ON_USE uint64_t toUInt() const {
    TORCH_INTERNAL_ASSERT(isUnsigned(), "expected unsigned int");
    return payload.u.as_uint;
  }

  // Bool
  IValue(bool b) : tag(Tag::Bool) { payload.u.as_bool = b; }
  bool isBool() const { return Tag::Bool == tag; }
  FLB_ON_USE bool toBool() const {
    if (isBool()) return payload.u.as_bool;
    TORCH_INTERNAL_ASSERT(isSymBool(), "expected bool");
    return toSymBool().guard_bool(__FILE__, __LINE__);
  }

  // Lists of ints
  bool isIntList() const;
  bool isSymIntList() const;
  c10::List<int64_t> toIntList() &&;
  c10::List<int64_t> toIntList() const&;
  std::vector<int64_t> toIntVector() const;
  c10::List<c10::SymInt> toSymIntList() &&;
  c10::List<c10::SymInt> toSymIntList() const&;
  std::vector<c10::SymInt> toSymIntVector() const;
  at::DimVector toDimVector() const;

  // String
  FLB_ON_USE IValue(c10::intrusive_ptr<ivalue::ConstantString> v);
  FLB_ON_USE IValue(std::string v);
  FLB_ON_USE IValue(const char* v) : IValue(std::string(v)) {}
  FLB_ON_USE IValue(std::string_view v) : IValue(std::string(v)) {}
  bool isString() const { return Tag::String == tag; }
  c10::intrusive_ptr<ivalue::ConstantString> toString() &&;
  c10::intrusive_ptr<ivalue::ConstantString> toString() const&;
  FLB_ON_USE const std::string& toStringRef() const;
  FLB_ON_USE std::optional<std::reference_wrapper<const std::string>> toOptionalStringRef() const;
  std::string_view toStringView() const;

  // Lists of other elements
  bool isDoubleList() const;
  c10::List<double> toDoubleList() &&;
  c10::List<double> toDoubleList() const&;
  std::vector<double> toDoubleVector() const;
  bool isComplexDoubleList() const;
  c10::List<c10::complex<double>> toComplexDoubleList() &&;
  c10::List<c10::complex<double>> toComplexDoubleList() const&;
  FLB_ON_USE std::vector<c10::complex<double>> toComplexDoubleVector() const;
  bool isBoolList() const;
  c10::List<bool> toBoolList() &&;
  c10::List<bool> toBoolList() const&;
  bool isTensorList() const;
  c10::List<at::Tensor> toTensorList() &&;
  c10::List<at::Tensor> toTensorList() const&;
  std::vector<at::Tensor> toTensorVector() const;
  bool isOptionalTensorList() const;
  c10::List<std::optional<at::Tensor>> toOptionalTensorList() &&;
  c10::List<std::optional<at::Tensor>> toOptionalTensorList() const&;
  std::vector<std::optional<at::Tensor>> toOptionalTensorVector() const;

  // Lists in general
  FLB_ON_USE IValue(c10::List<IValue> v);
  bool isList() const { return Tag::GenericList == tag; }
  c10::List<IValue> toList() &&;
  c10::List<IValue> toList() const&;
  FLB_ON_USE c10::ArrayRef<IValue> toListRef() const;

  template <class T>
  using enable_if_ivalue_constructible = std::enable_if_t<std::is_constructible_v<IValue, T>, std::nullptr_t>;
  // SymInt is left out: a list of concrete ones becomes a list of ints, below.
  template <class T>
  using enable_if_list_is_ivalue_constructible =
      std::enable_if_t<std::is_constructible_v<IValue, T> && !std::is_same_v<T, c10::SymInt>, std::nullptr_t>;
  template <class T, enable_if_list_is_ivalue_constructible<T> = nullptr>
  IValue(c10::List<T>&& v);
  template <class T, enable_if_list_is_ivalue_constructible<T> = nullptr>
  IValue(const c10::List<T>& v);
  template <class T, enable_if_list_is_ivalue_constructible<T> = nullptr>
  IValue(at::ArrayRef<T> v);
  template <class T, enable_if_list_is_ivalue_constructible<T> = nullptr>
  IValue(const std::vector<T>& v);
  template <class T, enable_if_list_is_ivalue_constructible<T> = nullptr>
  IValue(std::vector<T>&& v);
  template <class T, size_t N>
  IValue(std::array<T, N> v);

  template <class T>
  using enable_if_symint = std::enable_if_t<std::is_same_v<T, c10::SymInt>, std::nullptr_t>;
  template <class T, enable_if_symint<T> = nullptr>
  IValue(at::ArrayRef<T> v);
  template <class T, enable_if_symint<T> = nullptr>
  IValue(at::OptionalArrayRef<T> v);
  template <class T, enable_if_symint<T> = nullptr>
  IValue(const std::vector<T>& v);
  template <class T, enable_if_symint<T> = nullptr>
  IValue(std::vector<T>&& v);

  template <class T>
  using enable_if_ilist_is_ivalue_constructible =
      std::enable_if_t<std::is_constructible_v<IValue, T> &&
                           std::is_constructible_v<IValue, typename IListRef<T>::boxed_type> &&
                           !std::is_same_v<T, c10::SymInt>,
                       std::nullptr_t>;
  template <class T, enable_if_ilist_is_ivalue_constructible<T> = nullptr>
  IValue(c10::IListRef<T> v);

  // GenericDict
  FLB_ON_USE IValue(c10::Dict<IValue, IValue> v);
  bool isGenericDict() const { return Tag::GenericDict == tag; }
  FLB_ON_USE c10::Dict<IValue, IValue> toGenericDict() &&;
  FLB_ON_USE c10::Dict<IValue, IValue> toGenericDict() const&;
  template <class Key, class Value>
  IValue(c10::Dict<Key, Value> v);
  template <class Key, class Value>
  C10_DEPRECATED_MESSAGE("IValues based on std::unordered_map<K, V> are slow; use c10::Dict<K, V> instead.")
  IValue(std::unordered_map<Key, Value> v);

  // Optional: None when empty
  template <class T, enable_if_ivalue_constructible<T> = nullptr>
  IValue(std::optional<T> v);
  template <class T, enable_if_list_is_ivalue_constructible<T> = nullptr>
  IValue(c10::OptionalArrayRef<T> v);
  IValue(std::nullopt_t);

  // Object of a script or custom class
  FLB_ON_USE IValue(c10::intrusive_ptr<ivalue::Object> v);
  bool isObject() const { return tag == Tag::Object; }
  c10::intrusive_ptr<ivalue::Object> toObject() &&;
  c10::intrusive_ptr<ivalue::Object> toObject() const&;
  FLB_ON_USE ivalue::Object& toObjectRef() const;
  torch::jit::Module toModule() const;
  bool isModule() const;

  // PyObject
  FLB_ON_USE IValue(c10::intrusive_ptr<ivalue::PyObjectHolder> v);
  bool isPyObject() const { return tag == Tag::PyObject; }
  c10::intrusive_ptr<ivalue::PyObjectHolder> toPyObjectHolder() &&;
  c10::intrusive_ptr<ivalue::PyObjectHolder> toPyObjectHolder() const&;
  FLB_ON_USE PyObject* toPyObject() const;

  // Enum
  FLB_ON_USE explicit IValue(c10::intrusive_ptr<ivalue::EnumHolder> v);
  bool isEnum() const { return tag == Tag::Enum; }
  c10::intrusive_ptr<ivalue::EnumHolder> toEnumHolder() &&;
  c10::intrusive_ptr<ivalue::EnumHolder> toEnumHolder() const&;

  // None
  IValue() = default;
  bool isNone() const { return Tag::None == tag; }
  FLB_ON_USE std::string toNone() const {
    AT_ASSERT(isNone());
    return "None";
  }
  static IValue uninitialized() {
    IValue i;
    i.tag = Tag::Uninitialized;
    return i;
  }

  // Scalar: any of the numbers
  FLB_ON_USE IValue(const at::Scalar& s) : IValue() {
    if (s.isSymInt()) {
      tag = Tag::SymInt;
      payload.u.as_intrusive_ptr = s.toSymInt().toSymNode().release();
    } else if (s.isSymFloat()) {
      tag = Tag::SymFloat;
      payload.u.as_intrusive_ptr = s.toSymFloat().toSymNodeImpl().release();
    } else if (s.isSymBool()) {
      tag = Tag::SymBool;
      payload.u.as_intrusive_ptr = s.toSymBool().toSymNodeImpl().release();
    } else if (s.isFloatingPoint()) {
      tag = Tag::Double;
      payload.u.as_double = s.toDouble();
    } else if (s.isComplex()) {
      *this = s.toComplexDouble();
    } else if (s.isBoolean()) {
      tag = Tag::Bool;
      payload.u.as_bool = s.toBool();
    } else if (s.isUnsigned()) {
      *this = IValue(s.toUInt64());
    } else {
      tag = Tag::Int;
      payload.u.as_int = s.toLong();
    }
  }
  FLB_ON_USE bool isScalar() const {
    return isDouble() || isInt() || isComplexDouble() || isBool() || isSymInt() || isSymFloat() || isSymBool();
  }
  FLB_ON_USE at::Scalar toScalar() const {
    if (isDouble()) return toDouble();
    if (isInt()) return toInt();
    if (isComplexDouble()) return toComplexDouble();
    if (isBool()) return toBool();
    if (isSymInt()) return toSymInt();
    if (isSymFloat()) return toSymFloat();
    if (isSymBool()) return toSymBool();
    if (isUnsigned()) return toUInt();
    TORCH_CHECK(false, "IValue is not a Scalar");
  }

  // Device
  IValue(c10::Device d) : tag(Tag::Device) {
    payload.u.as_device.type = d.type();
    payload.u.as_device.index = d.index();
  }
  bool isDevice() const { return Tag::Device == tag; }
  FLB_ON_USE c10::Device toDevice() const {
    AT_ASSERT(isDevice());
    return c10::Device(payload.u.as_device.type, payload.u.as_device.index);
  }

  // Stream
  FLB_ON_USE IValue(c10::Stream s) : tag(Tag::Stream) {
    payload.u.as_intrusive_ptr = c10::make_intrusive<ivalue::StreamData3Holder>(s.pack3()).release();
  }
  c10::Stream toStream() &&;
  FLB_ON_USE c10::Stream toStream() const&;
  bool isStream() const { return Tag::Stream == tag; }

  // Enumerations, kept as their number
  IValue(ScalarType t) : IValue(static_cast<std::underlying_type_t<ScalarType>>(t)) {}
  at::ScalarType toScalarType() const { return static_cast<at::ScalarType>(toInt()); }
  IValue(Layout l) : IValue(static_cast<std::underlying_type_t<Layout>>(l)) {}
  at::Layout toLayout() const { return static_cast<at::Layout>(toInt()); }
  IValue(MemoryFormat m) : IValue(static_cast<std::underlying_type_t<MemoryFormat>>(m)) {}
  at::MemoryFormat toMemoryFormat() const { return static_cast<at::MemoryFormat>(toInt()); }
  IValue(at::QScheme qscheme) : tag(Tag::Int) { payload.u.as_int = static_cast<int64_t>(qscheme); }
  at::QScheme toQScheme() const { return static_cast<at::QScheme>(toInt()); }

  // Generator
  IValue(at::Generator g) : IValue(Tag::Generator, g.unsafeReleaseGeneratorImpl()) {}
  bool isGenerator() const { return Tag::Generator == tag; }
  at::Generator toGenerator() &&;
  at::Generator toGenerator() const&;

  FLB_ON_USE std::string tagKind() const {
    switch (tag) {
#define DEFINE_CASE(x) \
  case Tag::x:         \
    return #x;
      TORCH_FORALL_TAGS(DEFINE_CASE)
#undef DEFINE_CASE
    }
    return "InvalidTag(" + std::to_string(static_cast<int>(tag)) + ")";
  }

  template <typename T>
  T to() &&;
  template <typename T>
  typename c10::detail::ivalue_to_const_ref_overload_return<T>::type to() const&;
  template <typename T>
  std::optional<T> toOptional();
  template <typename T>
  std::optional<T> toOptional() const;

  /// Python's `is`, except that small values compare by value and None is an undefined tensor.
  FLB_ON_USE bool isSameIdentity(const IValue& rhs) const;
  /// Prints as Python would accept it. `customFormatter` may print a value itself and then returns true.
  std::ostream& repr(std::ostream& stream, std::function<bool(std::ostream&, const IValue& v)> customFormatter) const;
  TORCH_API friend std::ostream& operator<<(std::ostream& out, const IValue& v);

  bool isPtrType() const { return isTensor() ? payload.as_tensor.defined() : isIntrusivePtrLegacyBehavior(); }
  FLB_ON_USE const void* internalToPointer() const {
    TORCH_INTERNAL_ASSERT(isPtrType(), "Can only call internalToPointer() for pointer types");
    if (isTensor()) return payload.as_tensor.unsafeGetTensorImpl();
    return payload.u.as_intrusive_ptr != c10::UndefinedTensorImpl::singleton() ? payload.u.as_intrusive_ptr : nullptr;
  }

  template <typename T = c10::PlatformType>
  TypePtr type() const;

  // Sets and maps by shared memory, and by identity
  struct HashAliasedIValue {
    FLB_ON_USE size_t hashTensor(const at::Tensor& ten) const {
      if (ten.is_sparse()) return hashTensor(ten._values());
      if (ten.is_sparse_csr()) return hashTensor(ten.values());
      if (!ten.has_storage()) return reinterpret_cast<size_t>(ten.unsafeGetTensorImpl());
      return reinterpret_cast<size_t>(ten.storage().unsafeGetStorageImpl());
    }
    size_t operator()(const IValue& val) const {
      return val.isTensor() ? hashTensor(val.toTensor()) : static_cast<size_t>(val.payload.u.as_int);
    }
  };
  struct CompAliasedIValues {
    bool operator()(const IValue& lhs, const IValue& rhs) const { return lhs.isAliasOf(rhs); }
  };
  using HashAliasedIValues = std::unordered_set<IValue, HashAliasedIValue, CompAliasedIValues>;
  using HashAliasedIValueMap = std::unordered_map<IValue, IValue, HashAliasedIValue, CompAliasedIValues>;
  struct HashIdentityIValue {
    size_t operator()(const IValue& val) const { return static_cast<size_t>(val.payload.u.as_int); }
  };
  struct CompIdentityIValues {
    bool operator()(const IValue& lhs, const IValue& rhs) const { return lhs.is(rhs); }
  };
  using HashIdentityIValues = std::unordered_set<IValue, HashIdentityIValue, CompIdentityIValues>;
  using HashIdentityIValueMap = std::unordered_map<IValue, IValue, HashIdentityIValue, CompIdentityIValues>;

  bool overlaps(const IValue& rhs) const;
  /// Adds this and everything it contains.
  void getSubValues(HashAliasedIValues& subValues) const;
  /// Depth first; a visitor that returns true keeps out of that value's parts.
  void visit(const std::function<bool(const IValue&)>& visitor) const;
  IValue deepcopy(std::optional<at::Device> device = std::nullopt) const;
  IValue deepcopy(HashIdentityIValueMap& memo, std::optional<at::Device> device = std::nullopt) const;

 private:
  // A null pointer is kept as the undefined tensor's, so that destruction need not look.
  static c10::intrusive_ptr_target* null_to_undefined_tensor(c10::intrusive_ptr_target* p) {
    return p ? p : static_cast<c10::intrusive_ptr_target*>(c10::UndefinedTensorImpl::singleton());
  }
  static bool ptrEqual(const IValue& lhs, const IValue& rhs);

  enum class Tag : uint32_t {
#define DEFINE_TAG(x) x,
    TORCH_FORALL_TAGS(DEFINE_TAG)
#undef DEFINE_TAG
  };
#define COUNT_TAG(x) 1 +
  static constexpr auto kNumTags = TORCH_FORALL_TAGS(COUNT_TAG) 0;
#undef COUNT_TAG

  IValue(Tag t, c10::intrusive_ptr_target* owned) : tag(t) {
    payload.u.as_intrusive_ptr = null_to_undefined_tensor(owned);
  }

  template <class T, class NullType = c10::detail::intrusive_target_default_null_type<T>>
  c10::intrusive_ptr<T, NullType> moveToIntrusivePtr();
  template <typename T, class NullType = c10::detail::intrusive_target_default_null_type<T>>
  c10::intrusive_ptr<T, NullType> toIntrusivePtr() const;

  FLB_ON_USE void destroy() {
    if (isTensor() || isIntrusivePtr()) {
      c10::intrusive_ptr_target* p = isTensor() ? payload.as_tensor.unsafeGetTensorImpl() : payload.u.as_intrusive_ptr;
      c10::intrusive_ptr<intrusive_ptr_target, c10::UndefinedTensorImpl>::reclaim(p);
    }
  }
  FLB_ON_USE C10_ALWAYS_INLINE void moveFrom(IValue&& rhs) noexcept {
    if (rhs.isTensor()) {
      new (&payload.as_tensor) at::Tensor(std::move(rhs.payload.as_tensor));
    } else {
      payload.u = rhs.payload.u;
    }
    tag = rhs.tag;
    rhs.clearToNone();
  }
  void clearToNone() noexcept {
    payload.u.as_int = 0;
    tag = Tag::None;
  }

  static constexpr bool isIntrusivePtrConstexpr(Tag tag) {
    switch (tag) {
      case Tag::None:
      case Tag::Tensor:  // held as at::Tensor
      case Tag::Double:
      case Tag::Int:
      case Tag::UInt:
      case Tag::Bool:
      case Tag::Device:
      case Tag::Uninitialized:
        return false;
      default:
        return true;
    }
  }

 public:
  FLB_ON_USE bool isIntrusivePtr() const {
    static constexpr uint32_t kPointerTags =
#define TRUTH_TABLE_ENTRY(tag) (uint32_t(isIntrusivePtrConstexpr(Tag::tag)) << uint32_t(Tag::tag)) |
        TORCH_FORALL_TAGS(TRUTH_TABLE_ENTRY)
#undef TRUTH_TABLE_ENTRY
            0;
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(static_cast<uint32_t>(tag) < kNumTags, "unexpected tag ", static_cast<int>(tag));
    return kPointerTags & (1 << (uint32_t(tag) % 32));
  }
  FLB_ON_USE bool isIntrusivePtrLegacyBehavior() const {
    if (tag == Tag::Storage || tag == Tag::Generator) {
      return payload.u.as_intrusive_ptr != c10::UndefinedTensorImpl::singleton();
    }
    return isIntrusivePtr();
  }

  union Payload {
    // Everything but a tensor is copied bit by bit.
    union TriviallyCopyablePayload {
      TriviallyCopyablePayload() : as_int(0) {}
      int64_t as_int;
      uint64_t as_uint;
      double as_double;
      bool as_bool;
      // Never null; the undefined tensor stands for null.
      c10::intrusive_ptr_target* as_intrusive_ptr;
      struct {
        c10::DeviceType type;
        DeviceIndex index;
      } as_device;
    } u;
    static_assert(std::is_trivially_copyable_v<TriviallyCopyablePayload>);
    at::Tensor as_tensor;

    Payload() : u() {}
    Payload(const Payload&) = delete;
    Payload(Payload&&) = delete;
    Payload& operator=(const Payload&) = delete;
    Payload& operator=(Payload&&) = delete;
    ~Payload() {}
  };

  // Copies the payload without counting, except for tensors.
  FLB_ON_USE IValue(const Payload& p, Tag t) : tag(t) {
    if (isTensor()) {
      new (&payload.as_tensor) at::Tensor(p.as_tensor);
    } else {
      payload.u = p.u;
    }
  }

  template <typename T>
  struct TagType {};

  friend MaybeOwnedTraits<IValue>;

  Payload payload;
  Tag tag{IValue::Tag::None};
  friend struct WeakIValue;
};

/// Refers to an IValue without keeping it alive.
struct TORCH_API WeakIValue final {
  WeakIValue() = default;
  WeakIValue(const WeakIValue& rhs) : payload(rhs.payload), tag(rhs.tag), is_intrusive_ptr(rhs.is_intrusive_ptr) {
    if (counted()) c10::raw::weak_intrusive_ptr::incref(payload.as_intrusive_ptr);
  }
  FLB_ON_USE WeakIValue(const IValue& rhs) : tag(rhs.tag), is_intrusive_ptr(rhs.isIntrusivePtrLegacyBehavior()) {
    if (rhs.isTensor()) {
      payload.as_intrusive_ptr = rhs.unsafeToTensorImpl();
      is_intrusive_ptr = true;
    } else {
      payload = rhs.payload.u;
    }
    if (counted()) c10::raw::weak_intrusive_ptr::incref(payload.as_intrusive_ptr);
  }
  WeakIValue(WeakIValue&& rhs) noexcept : WeakIValue() { swap(rhs); }
  ~WeakIValue() {
    if (counted()) c10::raw::weak_intrusive_ptr::decref(payload.as_intrusive_ptr);
  }
  WeakIValue& operator=(WeakIValue&& rhs) & noexcept {
    WeakIValue(std::move(rhs)).swap(*this);
    return *this;
  }
  WeakIValue& operator=(WeakIValue const& rhs) & {
    WeakIValue(rhs).swap(*this);
    return *this;
  }
  FLB_ON_USE void swap(WeakIValue& rhs) noexcept {
    std::swap(payload, rhs.payload);
    std::swap(is_intrusive_ptr, rhs.is_intrusive_ptr);
    std::swap(tag, rhs.tag);
  }
  FLB_ON_USE bool isSameIdentity(const WeakIValue& rhs) const {
    return payload.as_int == rhs.payload.as_int && tag == rhs.tag && is_intrusive_ptr == rhs.is_intrusive_ptr;
  }

  /// The value, or None if it is gone.
  FLB_ON_USE IValue lock() const {
    IValue::Payload strong;
    if (!is_intrusive_ptr) {
      strong.u = payload;
      return IValue(strong, tag);
    }
    if (IValue::Tag::Tensor == tag) {
      auto weak = c10::weak_intrusive_ptr<at::TensorImpl, c10::UndefinedTensorImpl>::reclaim(
          static_cast<at::TensorImpl*>(payload.as_intrusive_ptr));
      c10::intrusive_ptr<at::TensorImpl, c10::UndefinedTensorImpl> locked(weak.lock());
      weak.release();
      return locked ? IValue(at::Tensor(std::move(locked))) : IValue();
    }
    auto weak =
        c10::weak_intrusive_ptr<c10::intrusive_ptr_target>::reclaim(counted() ? payload.as_intrusive_ptr : nullptr);
    strong.u.as_intrusive_ptr = weak.lock().release();
    weak.release();
    return strong.u.as_intrusive_ptr ? IValue(strong, tag) : IValue();
  }
  FLB_ON_USE size_t use_count() const noexcept {
    return with_weak([](const auto& weak) { return weak.use_count(); });
  }
  FLB_ON_USE size_t weak_use_count() const noexcept {
    return with_weak([](const auto& weak) { return weak.weak_use_count(); });
  }
  size_t hash() const { return static_cast<size_t>(payload.as_int); }

 private:
  bool counted() const { return is_intrusive_ptr && payload.as_intrusive_ptr != c10::UndefinedTensorImpl::singleton(); }
  template <class F>
  size_t with_weak(const F& read) const noexcept {
    if (!is_intrusive_ptr) return 1;
    auto weak =
        c10::weak_intrusive_ptr<c10::intrusive_ptr_target, c10::UndefinedTensorImpl>::reclaim(payload.as_intrusive_ptr);
    const size_t result = read(weak);
    weak.release();
    return result;
  }

  using Payload = IValue::Payload::TriviallyCopyablePayload;
  Payload payload;
  IValue::Tag tag{IValue::Tag::None};
  bool is_intrusive_ptr{false};
};

/// A class type with the compilation unit that its methods live in.
struct TORCH_API StrongTypePtr {
  StrongTypePtr(std::shared_ptr<torch::jit::CompilationUnit> cu, TypePtr type);
  std::shared_ptr<torch::jit::CompilationUnit> cu_;
  TypePtr type_;
};
struct TORCH_API WeakTypePtr {
  WeakTypePtr(std::weak_ptr<torch::jit::CompilationUnit> cu, TypePtr type);
  std::weak_ptr<torch::jit::CompilationUnit> cu_;
  TypePtr type_;
};

struct WeakOrStrongCompilationUnit {
  FLB_ON_USE explicit WeakOrStrongCompilationUnit(std::shared_ptr<torch::jit::CompilationUnit> shared_cu)
      : strong_ptr_(std::move(shared_cu)), weak_ptr_(std::nullopt) {}
  FLB_ON_USE explicit WeakOrStrongCompilationUnit(std::weak_ptr<torch::jit::CompilationUnit> weak_cu)
      : strong_ptr_(std::nullopt), weak_ptr_(std::move(weak_cu)) {}
  FLB_ON_USE std::shared_ptr<torch::jit::CompilationUnit> getStrongRefOrThrow() const {
    TORCH_INTERNAL_ASSERT(strong_ptr_.has_value());
    return *strong_ptr_;
  }
  FLB_ON_USE std::weak_ptr<torch::jit::CompilationUnit> getWeakRefOrThrow() const {
    TORCH_INTERNAL_ASSERT(weak_ptr_.has_value());
    return *weak_ptr_;
  }
  bool holdingStrongRef() const { return strong_ptr_.has_value(); }
  FLB_ON_USE bool holdingEmptyStrongRef() const { return strong_ptr_ == nullptr; }

  std::optional<std::shared_ptr<torch::jit::CompilationUnit>> strong_ptr_;
  std::optional<std::weak_ptr<torch::jit::CompilationUnit>> weak_ptr_;
};

/// An Object's class; weak where the unit itself owns the Object.
struct TORCH_API WeakOrStrongTypePtr {
  FLB_ON_USE explicit WeakOrStrongTypePtr(WeakTypePtr weak)
      : cu_(WeakOrStrongCompilationUnit(std::move(weak.cu_))), type_(std::move(weak.type_)) {}
  FLB_ON_USE explicit WeakOrStrongTypePtr(StrongTypePtr strong)
      : cu_(WeakOrStrongCompilationUnit(std::move(strong.cu_))), type_(std::move(strong.type_)) {}
  FLB_ON_USE explicit WeakOrStrongTypePtr(WeakOrStrongCompilationUnit cu, TypePtr type)
      : cu_(std::move(cu)), type_(std::move(type)) {}
  WeakTypePtr asWeakTypePtr() const;
  bool holds_strong_ref() const { return cu_.holdingStrongRef(); }
  bool holds_empty_strong_ref() const { return cu_.holdingEmptyStrongRef(); }

  WeakOrStrongCompilationUnit cu_;
  TypePtr type_;
};

}  // namespace c10

C10_DIAGNOSTIC_POP()

#include <ATen/core/ivalue_inl.h>  // IWYU pragma: keep
