// What ivalue.h declares, and the holders that IValues point at.
#pragma once

#include <ATen/core/Dict.h>
#include <ATen/core/IListRef.h>
#include <ATen/core/List.h>
#include <ATen/core/functional.h>
#include <ATen/core/jit_type.h>
#include <ATen/core/qualified_name.h>
#include <ATen/core/rref_interface.h>
#include <ATen/core/symbol.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/Event.h>
#include <c10/core/Scalar.h>
#include <c10/core/Stream.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/TensorImpl.h>
#include <c10/core/UndefinedTensorImpl.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/util/FunctionRef.h>
#include <c10/util/Logging.h>
#include <c10/util/hash.h>
#include <c10/util/intrusive_ptr.h>
#include <c10/util/irange.h>
#include <c10/util/light_std.h>

#include <algorithm>
#include <condition_variable>
#include <tuple>
#include <type_traits>
#include <utility>

C10_DIAGNOSTIC_PUSH_AND_IGNORED_IF_DEFINED("-Wswitch-default")

namespace torch {
namespace jit {
struct Function;
struct CompilationUnit;
}  // namespace jit
TORCH_API bool isCustomClass(const c10::IValue& v);
}  // namespace torch

namespace c10 {
struct IValue;
struct ClassType;
struct TupleType;
struct EnumType;
struct InferredType;

// The self argument of a custom class' __init__ and __setstate__: an Object whose capsule is not filled yet.
template <typename TaggedCapsuleType>
struct tagged_capsule {
  IValue ivalue;
};

template <class T, class NullType>
c10::intrusive_ptr<T, NullType> IValue::moveToIntrusivePtr() {
  auto* p = payload.u.as_intrusive_ptr;
  auto result = c10::intrusive_ptr<T, NullType>::reclaim(
      p == c10::UndefinedTensorImpl::singleton() ? NullType::singleton() : static_cast<T*>(p));
  clearToNone();
  return result;
}
template <typename T, class NullType>
c10::intrusive_ptr<T, NullType> IValue::toIntrusivePtr() const {
  auto* p = payload.u.as_intrusive_ptr;
  if (p == c10::UndefinedTensorImpl::singleton()) return c10::intrusive_ptr<T, NullType>();
  c10::raw::intrusive_ptr::incref(p);
  return c10::intrusive_ptr<T, NullType>::reclaim(static_cast<T*>(p));
}

template <class T, class U>
intrusive_ptr<T> static_intrusive_pointer_cast(intrusive_ptr<U> r) {
  return intrusive_ptr<T>::reclaim(static_cast<T*>(r.release()));
}
template <class T, class U>
intrusive_ptr<T> dynamic_intrusive_pointer_cast(intrusive_ptr<U> r) {
  return intrusive_ptr<T>::reclaim(dynamic_cast<T*>(r.release()));
}

#define FLB_POINTER_ACCESS(method, test, T, what)               \
  inline c10::intrusive_ptr<T> IValue::method()&& {             \
    AT_ASSERT(test(), "Expected " what " but got ", tagKind()); \
    return moveToIntrusivePtr<T>();                             \
  }                                                             \
  inline c10::intrusive_ptr<T> IValue::method() const& {        \
    AT_ASSERT(test(), "Expected " what " but got ", tagKind()); \
    return toIntrusivePtr<T>();                                 \
  }
FLB_POINTER_ACCESS(toFuture, isFuture, ivalue::Future, "Future")
FLB_POINTER_ACCESS(toAwait, isAwait, ivalue::Await, "Await")
FLB_POINTER_ACCESS(toRRef, isRRef, c10::RRefInterface, "RRef")
FLB_POINTER_ACCESS(toQuantizer, isQuantizer, at::Quantizer, "Quantizer")
FLB_POINTER_ACCESS(toString, isString, ivalue::ConstantString, "String")
FLB_POINTER_ACCESS(toObject, isObject, ivalue::Object, "Object")
FLB_POINTER_ACCESS(toPyObjectHolder, isPyObject, ivalue::PyObjectHolder, "PyObject")
FLB_POINTER_ACCESS(toEnumHolder, isEnum, ivalue::EnumHolder, "Enum")
FLB_POINTER_ACCESS(toBlob, isBlob, caffe2::Blob, "Blob")
FLB_POINTER_ACCESS(toCapsule, isCapsule, torch::CustomClassHolder, "Capsule")
FLB_POINTER_ACCESS(toTuple, isTuple, ivalue::Tuple, "Tuple")
#undef FLB_POINTER_ACCESS

template <typename FlbOnUse>
inline c10::complex<double> IValue::toComplexDouble() const {
  TORCH_INTERNAL_ASSERT(isComplexDouble(), "Expected ComplexDouble but got ", tagKind());
  return toIntrusivePtr<ivalue::ComplexHolder>()->val;
}

template <typename FlbOnUse>
inline at::Tensor IValue::toTensor() && {
  if (C10_UNLIKELY(!isTensor())) reportToTensorTypeError();
  auto result = std::move(payload.as_tensor);
  clearToNone();
  return result;
}
inline at::Tensor& IValue::toTensor() & {
  if (C10_UNLIKELY(!isTensor())) reportToTensorTypeError();
  return payload.as_tensor;
}
inline const at::Tensor& IValue::toTensor() const& {
  if (C10_UNLIKELY(!isTensor())) reportToTensorTypeError();
  return payload.as_tensor;
}

#define FLB_HANDLE_ACCESS(method, test, Handle, Impl, what)     \
  inline Handle IValue::method()&& {                            \
    AT_ASSERT(test(), "Expected " what " but got ", tagKind()); \
    return Handle(moveToIntrusivePtr<Impl>());                  \
  }                                                             \
  inline Handle IValue::method() const& {                       \
    AT_ASSERT(test(), "Expected " what " but got ", tagKind()); \
    return Handle(toIntrusivePtr<Impl>());                      \
  }
FLB_HANDLE_ACCESS(toStorage, isStorage, c10::Storage, at::StorageImpl, "Storage")
FLB_HANDLE_ACCESS(toGenerator, isGenerator, at::Generator, at::GeneratorImpl, "Generator")

#define FLB_SYM_ACCESS(method, symbolic, plain, Sym, field, what)                           \
  inline Sym IValue::method()&& {                                                           \
    AT_ASSERT(symbolic() || plain(), "Expected " what " but got ", tagKind());              \
    return symbolic() ? Sym(moveToIntrusivePtr<c10::SymNodeImpl>()) : Sym(payload.u.field); \
  }                                                                                         \
  inline Sym IValue::method() const& {                                                      \
    AT_ASSERT(symbolic() || plain(), "Expected " what " but got ", tagKind());              \
    return symbolic() ? Sym(toIntrusivePtr<c10::SymNodeImpl>()) : Sym(payload.u.field);     \
  }
FLB_SYM_ACCESS(toSymInt, isSymInt, isInt, c10::SymInt, as_int, "SymInt or int")
FLB_SYM_ACCESS(toSymFloat, isSymFloat, isDouble, c10::SymFloat, as_double, "SymFloat or double")
FLB_SYM_ACCESS(toSymBool, isSymBool, isBool, c10::SymBool, as_bool, "SymBool or boolean")
#undef FLB_SYM_ACCESS

template <typename FlbOnUse>
inline c10::Stream IValue::toStream() const& {
  AT_ASSERT(isStream(), "Expected Stream but got ", tagKind());
  const auto& data = toIntrusivePtr<ivalue::StreamData3Holder>()->val;
  return c10::Stream::unpack3(data.stream_id, data.device_index, data.device_type);
}
inline c10::Stream IValue::toStream() && { return static_cast<const IValue&>(*this).toStream(); }

namespace ivalue {

void TORCH_API checkCustomClassType(const ClassType* expected_type, const Type* actual_type);

template <typename T>
using Shared = c10::intrusive_ptr<T>;

struct TORCH_API ConstantString final : c10::intrusive_ptr_target {
 private:
  const std::string str_;

 public:
  ConstantString(std::string str) : str_(std::move(str)) {}
  FLB_ON_USE ConstantString(std::string_view str) : str_(std::string(str)) {}
  static c10::intrusive_ptr<ConstantString> create(std::string str_);
  static c10::intrusive_ptr<ConstantString> create(std::string_view str_);
  static c10::intrusive_ptr<ConstantString> create(const char* str_);

  const std::string& string() const { return str_; }
  std::string_view string_view() const { return str_; }
  operator const std::string&() const { return string(); }
  TORCH_API friend std::ostream& operator<<(std::ostream& out, const ConstantString& v);
};

struct Future;

/// A tuple's elements: one to three in place, more (or none) in a vector.
struct TORCH_API TupleElements {
 private:
  size_t inlineSize_;
  union {
    std::vector<IValue> elementsVector_;
    IValue elementsInline_[3];
  };

  FLB_ON_USE void destroy() {
    if (inlineSize_ == 0) return std::destroy_at(&elementsVector_);
    std::destroy_n(elementsInline_, inlineSize_);
  }
  FLB_ON_USE void construct(const TupleElements& from) {
    inlineSize_ = from.inlineSize_;
    if (inlineSize_ == 0) {
      new (&elementsVector_) std::vector<IValue>(from.elementsVector_);
    } else {
      std::uninitialized_copy_n(from.elementsInline_, inlineSize_, elementsInline_);
    }
  }
  FLB_ON_USE void construct(TupleElements&& from) noexcept {
    inlineSize_ = from.inlineSize_;
    if (inlineSize_ == 0) {
      new (&elementsVector_) std::vector<IValue>(std::move(from.elementsVector_));
    } else {
      std::uninitialized_move_n(from.elementsInline_, inlineSize_, elementsInline_);
    }
  }

 public:
  using iterator = IValue*;
  using const_iterator = const IValue*;

  TupleElements() : inlineSize_(0) { new (&elementsVector_) std::vector<IValue>(); }
  explicit TupleElements(std::vector<IValue> elements) : inlineSize_(0), elementsVector_(std::move(elements)) {}
  FLB_ON_USE explicit TupleElements(c10::ArrayRef<IValue> elements)
      : inlineSize_(elements.size() <= 3 ? elements.size() : 0) {
    if (inlineSize_ == 0) {
      new (&elementsVector_) std::vector<IValue>(elements.begin(), elements.end());
    } else {
      std::uninitialized_copy_n(elements.begin(), inlineSize_, elementsInline_);
    }
  }
  explicit TupleElements(IValue&& e1) : inlineSize_(1) { new (&elementsInline_[0]) IValue(std::move(e1)); }
  FLB_ON_USE explicit TupleElements(IValue&& e1, IValue&& e2) : TupleElements(std::move(e1)) {
    new (&elementsInline_[1]) IValue(std::move(e2));
    inlineSize_ = 2;
  }
  FLB_ON_USE explicit TupleElements(IValue&& e1, IValue&& e2, IValue&& e3)
      : TupleElements(std::move(e1), std::move(e2)) {
    new (&elementsInline_[2]) IValue(std::move(e3));
    inlineSize_ = 3;
  }
  ~TupleElements() { destroy(); }
  TupleElements(const TupleElements& rhs) { construct(rhs); }
  TupleElements(TupleElements&& rhs) noexcept { construct(std::move(rhs)); }
  TupleElements& operator=(const TupleElements& rhs) { return *this = TupleElements(rhs); }
  TupleElements& operator=(TupleElements&& rhs) noexcept {
    if (this != &rhs) {
      destroy();
      construct(std::move(rhs));
    }
    return *this;
  }

  [[nodiscard]] c10::ArrayRef<IValue> asArrayRef() const { return c10::ArrayRef<IValue>(begin(), size()); }
  operator c10::ArrayRef<IValue>() const { return asArrayRef(); }
  FLB_ON_USE static size_t hash(const TupleElements& v) { return c10::hash<c10::ArrayRef<IValue>>()(v.asArrayRef()); }

  FLB_ON_USE void setContents(std::vector<IValue>&& contents) { *this = TupleElements(std::move(contents)); }

  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] size_t size() const { return inlineSize_ ? inlineSize_ : elementsVector_.size(); }
  [[nodiscard]] IValue& operator[](size_t idx) { return begin()[idx]; }
  [[nodiscard]] const IValue& operator[](size_t idx) const { return begin()[idx]; }
  FLB_ON_USE [[nodiscard]] IValue& at(size_t idx) { return const_cast<IValue&>(std::as_const(*this).at(idx)); }
  FLB_ON_USE [[nodiscard]] const IValue& at(size_t idx) const {
    TORCH_CHECK(idx < size(), "TupleElements: invalid index Index = ", idx, "; Length = ", size());
    return begin()[idx];
  }
  [[nodiscard]] iterator begin() { return inlineSize_ ? elementsInline_ : elementsVector_.data(); }
  [[nodiscard]] iterator end() { return begin() + size(); }
  [[nodiscard]] const_iterator begin() const { return inlineSize_ ? elementsInline_ : elementsVector_.data(); }
  [[nodiscard]] const_iterator end() const { return begin() + size(); }
  [[nodiscard]] const_iterator cbegin() const { return begin(); }
  [[nodiscard]] const_iterator cend() const { return end(); }
  [[nodiscard]] IValue& back() { return *(end() - 1); }
  [[nodiscard]] const IValue& back() const { return *(end() - 1); }
  [[nodiscard]] std::vector<IValue> vec() const& { return asArrayRef().vec(); }
  FLB_ON_USE [[nodiscard]] std::vector<IValue> vec() && {
    return std::vector<IValue>(std::make_move_iterator(begin()), std::make_move_iterator(end()));
  }
  operator std::vector<IValue>() const& { return vec(); }
  operator std::vector<IValue>() && { return std::move(*this).vec(); }
};

template <typename T>
struct TupleTypeFactory {};
template <>
struct TORCH_API TupleTypeFactory<TupleType> {
  static TupleTypePtr create(std::vector<TypePtr> types) { return TupleType::create(std::move(types)); }
  static TupleTypePtr fallback(const Type& type);
};
template <>
struct TORCH_API TupleTypeFactory<c10::DynamicType> {
  static DynamicTypePtr create(const std::vector<TypePtr>& elemTypes);
  static DynamicTypePtr fallback(const Type&);
};

struct TORCH_API Tuple : c10::intrusive_ptr_target {
 private:
  TupleElements elements_;
  mutable c10::TypePtr type_;  // worked out when first asked for

 public:
  FLB_ON_USE static c10::intrusive_ptr<Tuple> createNamed(std::vector<IValue> elements_, c10::TypePtr type_) {
    return c10::make_intrusive<Tuple>(std::move(elements_), std::move(type_));
  }
  FLB_ON_USE static c10::intrusive_ptr<Tuple> createNamed(TupleElements elements_, std::shared_ptr<TupleType> type_) {
    return c10::make_intrusive<Tuple>(std::move(elements_), std::move(type_));
  }
  FLB_ON_USE static c10::intrusive_ptr<Tuple> createNamed(std::initializer_list<IValue> elements_,
                                                          std::shared_ptr<TupleType> type_) {
    return createNamed(TupleElements(c10::ArrayRef<IValue>(elements_)), std::move(type_));
  }
  static c10::intrusive_ptr<Tuple> create(std::initializer_list<IValue> elements_) {
    return create(c10::ArrayRef<IValue>(elements_));
  }
  static c10::intrusive_ptr<Tuple> create(std::vector<IValue> elements_) {
    return c10::make_intrusive<Tuple>(std::move(elements_));
  }
  static c10::intrusive_ptr<Tuple> create(TupleElements elements_) {
    return c10::make_intrusive<Tuple>(std::move(elements_));
  }
  static c10::intrusive_ptr<Tuple> create(c10::ArrayRef<IValue> elements_) { return create(TupleElements(elements_)); }
  static c10::intrusive_ptr<Tuple> create(IValue e1) { return c10::make_intrusive<Tuple>(std::move(e1)); }
  static c10::intrusive_ptr<Tuple> create(IValue e1, IValue e2) {
    return c10::make_intrusive<Tuple>(std::move(e1), std::move(e2));
  }
  static c10::intrusive_ptr<Tuple> create(IValue e1, IValue e2, IValue e3) {
    return c10::make_intrusive<Tuple>(std::move(e1), std::move(e2), std::move(e3));
  }
  template <typename... Args>
  static c10::intrusive_ptr<Tuple> create(Args&&... elements_) {
    if constexpr (sizeof...(Args) >= 1 && sizeof...(Args) <= 3) {
      return create(IValue(std::forward<Args>(elements_))...);
    } else {
      return create(std::vector<IValue>{IValue(std::forward<Args>(elements_))...});
    }
  }

  const TupleElements& elements() const& { return elements_; }
  TupleElements elements() && { return std::move(elements_); }
  void setElements(std::vector<IValue>&& elements) { elements_.setContents(std::move(elements)); }
  void setElements(TupleElements&& elements) { elements_ = std::move(elements); }
  void unsafeSetElement(size_t idx, const IValue& element) { elements_[idx] = element; }
  FLB_ON_USE void unsafeSetElement(size_t idx, IValue&& element) { elements_[idx] = std::move(element); }
  size_t size() const { return elements_.size(); }

  template <typename T = c10::TupleType>
  std::shared_ptr<T> type() const {
    if (!type_) {
      type_ = TupleTypeFactory<T>::create(
          fmap(elements(), [](const IValue& v) { return v.type<typename T::ElementType>(); }));
    }
    if (auto t = type_->cast<T>()) return t;
    return TupleTypeFactory<T>::fallback(*type_);
  }
  FLB_ON_USE static size_t hash(const Tuple& t) { return c10::get_hash(t.elements()); }
  TORCH_API friend bool operator==(const ivalue::Tuple& lhs, const ivalue::Tuple& rhs);

 private:
  FLB_ON_USE explicit Tuple(std::vector<IValue> elements) : elements_(std::move(elements)) {}
  FLB_ON_USE explicit Tuple(std::vector<IValue> elements, c10::TypePtr type)
      : elements_(std::move(elements)), type_(std::move(type)) {}
  FLB_ON_USE explicit Tuple(TupleElements&& elements) : elements_(std::move(elements)) {}
  FLB_ON_USE explicit Tuple(TupleElements&& elements, std::shared_ptr<TupleType> type)
      : elements_(std::move(elements)), type_(std::move(type)) {}
  FLB_ON_USE explicit Tuple(IValue&& e1) : elements_(std::move(e1)) {}
  FLB_ON_USE explicit Tuple(IValue&& e1, std::shared_ptr<TupleType> type)
      : elements_(std::move(e1)), type_(std::move(type)) {}
  FLB_ON_USE explicit Tuple(IValue&& e1, IValue&& e2) : elements_(std::move(e1), std::move(e2)) {}
  FLB_ON_USE explicit Tuple(IValue&& e1, IValue&& e2, std::shared_ptr<TupleType> type)
      : elements_(std::move(e1), std::move(e2)), type_(std::move(type)) {}
  FLB_ON_USE explicit Tuple(IValue&& e1, IValue&& e2, IValue&& e3)
      : elements_(std::move(e1), std::move(e2), std::move(e3)) {}
  FLB_ON_USE explicit Tuple(IValue&& e1, IValue&& e2, IValue&& e3, std::shared_ptr<TupleType> type)
      : elements_(std::move(e1), std::move(e2), std::move(e3)), type_(std::move(type)) {}

  friend class c10::intrusive_ptr<Tuple>;
};

struct Object;
struct PyObjectHolder;
struct EnumHolder;

}  // namespace ivalue
}  // namespace c10

#include <ATen/core/ivalue_future.h>

namespace c10 {

/// A call put off until its value is asked for.
struct C10_EXPORT ivalue::Await final : c10::intrusive_ptr_target {
 private:
  FLB_ON_USE explicit Await(TypePtr elType, std::function<IValue()> fn)
      : elType_(std::move(elType)), type_(AwaitType::create(elType_)), fn_(std::move(fn)) {}
  FLB_ON_USE explicit Await(TypePtr elType) : elType_(std::move(elType)), type_(AwaitType::create(elType_)) {}
  friend c10::intrusive_ptr<Await>;

 public:
  Await(const Await&) = delete;
  Await(Await&&) = delete;
  Await& operator=(const Await&) = delete;
  Await& operator=(Await&&) = delete;
  ~Await() override = default;

  FLB_ON_USE IValue wait() {
    if (!completed_) {
      TORCH_CHECK(fn_, "Incompleted Await: fn can't be None");
      markCompleted(fn_());
      args_ = {};
    }
    return value_;
  }
  FLB_ON_USE IValue value() {
    TORCH_CHECK(completed_, "Await must be completed");
    return value_;
  }
  FLB_ON_USE void setFn(std::function<IValue()> fn) { fn_ = std::move(fn); }
  bool completed() { return completed_; }
  FLB_ON_USE void markCompleted(IValue value) {
    value_ = std::move(value);
    completed_ = true;
  }
  TORCH_API friend std::ostream& operator<<(std::ostream& out, const Await& v);
  const TypePtr& elementType() const { return elType_; }
  const TypePtr& type() const { return type_; }
  void setArgs(std::vector<IValue> args) { args_ = std::move(args); }
  std::vector<IValue>& args() { return args_; }

 private:
  TypePtr elType_;
  TypePtr type_;
  std::vector<IValue> args_;
  std::function<IValue()> fn_;
  IValue value_;
  bool completed_{};
};

TORCH_API intrusive_ptr<ivalue::Future> collectAll(const c10::List<c10::intrusive_ptr<ivalue::Future>>& srcs);
TORCH_API intrusive_ptr<ivalue::Future> collectAny(const c10::List<c10::intrusive_ptr<ivalue::Future>>& srcs);

/// An instance of a ClassType; its attributes are slots in the type's order.
struct C10_EXPORT ivalue::Object final : c10::intrusive_ptr_target {
 public:
  FLB_ON_USE Object(WeakOrStrongTypePtr type, size_t numSlots) : type_(std::move(type)) { slots_.resize(numSlots); }
  FLB_ON_USE Object(StrongTypePtr type, size_t numSlots) : type_(WeakOrStrongTypePtr(std::move(type))) {
    slots_.resize(numSlots);
  }
  FLB_ON_USE static c10::intrusive_ptr<Object> create(WeakOrStrongTypePtr type, size_t numSlots) {
    return c10::make_intrusive<Object>(std::move(type), numSlots);
  }
  FLB_ON_USE static c10::intrusive_ptr<Object> create(StrongTypePtr type, size_t numSlots) {
    return c10::make_intrusive<Object>(std::move(type), numSlots);
  }
  static c10::intrusive_ptr<Object> create(ClassTypePtr classType, size_t numSlots);

  FLB_ON_USE void setSlot(size_t slot, IValue v) {
    if (slot >= slots_.size()) resizeObject(slot);  // the class gained attributes meanwhile
    slots_[slot] = std::move(v);
  }
  FLB_ON_USE const IValue& getSlot(size_t slot) const {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(slot < slots_.size());
    return slots_[slot];
  }
  FLB_ON_USE void unsafeRemoveSlot(size_t slot) {
    TORCH_CHECK(slot < slots_.size());
    slots_.erase(slots_.begin() + static_cast<std::ptrdiff_t>(slot));
  }
  IValue getAttr(const std::string& name) const;
  void setAttr(const std::string& name, IValue v);
  void unsafeRemoveAttr(const std::string& name);
  std::string name() const;
  const std::vector<IValue>& slots() const { return slots_; }
  std::shared_ptr<ClassType> type() const;

  FLB_ON_USE std::shared_ptr<torch::jit::CompilationUnit> compilation_unit() {
    if (type_.holds_strong_ref()) return type_.cu_.getStrongRefOrThrow();
    return std::shared_ptr<torch::jit::CompilationUnit>(type_.cu_.getWeakRefOrThrow());
  }
  c10::intrusive_ptr<Object> copy_to_weak_compilation_ref() const;
  FLB_ON_USE void unsafe_make_weak_compilation_ref() { type_ = WeakOrStrongTypePtr(type_.asWeakTypePtr()); }

  c10::intrusive_ptr<Object> copy() const;
  c10::intrusive_ptr<Object> deepcopy(std::optional<at::Device> device = std::nullopt) const;
  c10::intrusive_ptr<Object> deepcopy(IValue::HashIdentityIValueMap& memo,
                                      std::optional<at::Device> device = std::nullopt) const;
  bool is_weak_compilation_ref() const { return !type_.holds_strong_ref(); }
  bool is_empty_strong_compilation_ref() const { return type_.holds_empty_strong_ref(); }

 private:
  void resizeObject(size_t slot);
  WeakOrStrongTypePtr type_;
  std::vector<IValue> slots_;
};

/// A Python object; the Python library implements it.
struct ivalue::PyObjectHolder : c10::intrusive_ptr_target {
 public:
  virtual PyObject* getPyObject() = 0;
  virtual c10::InferredType tryToInferType() = 0;
  virtual IValue toIValue(const TypePtr& type, std::optional<int32_t> N = std::nullopt) = 0;
  virtual std::string toStr() = 0;
  virtual std::vector<at::Tensor> extractTensors() = 0;
  ~PyObjectHolder() override = default;
};

struct ivalue::EnumHolder : c10::intrusive_ptr_target {
 public:
  FLB_ON_USE EnumHolder(std::shared_ptr<EnumType> type, std::string name, IValue value)
      : type_(std::move(type)), name_(std::move(name)), value_(std::move(value)) {}
  bool is(const ivalue::EnumHolder& rhs) { return *this == rhs; }
  friend bool operator==(const ivalue::EnumHolder& lhs, const ivalue::EnumHolder& rhs);
  TORCH_API friend std::ostream& operator<<(std::ostream& out, const ivalue::EnumHolder& v);
  TORCH_API const std::string& qualifiedClassName() const;
  const std::string& unqualifiedClassName() const;
  const std::string& name() const { return name_; }
  const IValue& value() const { return value_; }
  std::shared_ptr<EnumType> type() const { return type_; }

 private:
  std::shared_ptr<EnumType> type_;
  std::string name_;
  IValue value_;
};

#undef TORCH_FORALL_TAGS

namespace detail {
struct _guarded_unsigned_long_unique_dummy final {
  _guarded_unsigned_long_unique_dummy(int64_t) {}
};
// unsigned long where no fixed-width type is it.
using _guarded_unsigned_long =
    std::conditional_t<std::is_same_v<unsigned long, uint32_t> || std::is_same_v<unsigned long, uint64_t>,
                       _guarded_unsigned_long_unique_dummy, unsigned long>;
}  // namespace detail

template <typename FlbOnUse>
inline ivalue::Object& IValue::toObjectRef() const {
  AT_ASSERT(isObject(), "Expected Object but got ", tagKind());
  return *static_cast<c10::ivalue::Object*>(payload.u.as_intrusive_ptr);
}

#define DEFINE_TO(T, method_name)                                                                 \
  template <>                                                                                     \
  inline T IValue::to<T>()&& {                                                                    \
    return static_cast<T>(std::move(*this).method_name());                                        \
  }                                                                                               \
  template <>                                                                                     \
  inline c10::detail::ivalue_to_const_ref_overload_return<T>::type IValue::to<T>() const& {       \
    return static_cast<c10::detail::ivalue_to_const_ref_overload_return<T>::type>(method_name()); \
  }
DEFINE_TO(at::Tensor, toTensor)
DEFINE_TO(at::Storage, toStorage)
DEFINE_TO(c10::Stream, toStream)
DEFINE_TO(float, toDouble)
DEFINE_TO(double, toDouble)
DEFINE_TO(c10::complex<double>, toComplexDouble)
DEFINE_TO(unsigned char, toInt)
DEFINE_TO(signed char, toInt)
DEFINE_TO(unsigned short, toInt)
DEFINE_TO(short, toInt)
DEFINE_TO(int, toInt)
DEFINE_TO(uint32_t, toInt)
DEFINE_TO(uint64_t, toInt)
DEFINE_TO(detail::_guarded_unsigned_long, toInt)
DEFINE_TO(int64_t, toInt)
DEFINE_TO(bool, toBool)
DEFINE_TO(c10::intrusive_ptr<caffe2::Blob>, toBlob)
DEFINE_TO(c10::intrusive_ptr<ivalue::ConstantString>, toString)
DEFINE_TO(c10::intrusive_ptr<ivalue::Object>, toObject)
DEFINE_TO(at::Scalar, toScalar)
DEFINE_TO(c10::List<int64_t>, toIntList)
DEFINE_TO(at::DimVector, toDimVector)
DEFINE_TO(c10::List<c10::SymInt>, toSymIntList)
DEFINE_TO(c10::List<double>, toDoubleList)
DEFINE_TO(c10::List<c10::complex<double>>, toComplexDoubleList)
DEFINE_TO(c10::List<bool>, toBoolList)
DEFINE_TO(c10::List<at::Tensor>, toTensorList)
DEFINE_TO(c10::impl::GenericList, toList)
DEFINE_TO(c10::impl::GenericDict, toGenericDict)
DEFINE_TO(c10::intrusive_ptr<ivalue::Tuple>, toTuple)
DEFINE_TO(std::string, toStringRef)
DEFINE_TO(std::string_view, toStringView)
DEFINE_TO(c10::intrusive_ptr<ivalue::Future>, toFuture)
DEFINE_TO(c10::intrusive_ptr<ivalue::Await>, toAwait)
DEFINE_TO(c10::intrusive_ptr<c10::RRefInterface>, toRRef)
DEFINE_TO(c10::intrusive_ptr<at::Quantizer>, toQuantizer)
DEFINE_TO(IValue, toIValue)
DEFINE_TO(c10::Device, toDevice)
DEFINE_TO(at::ScalarType, toScalarType)
DEFINE_TO(at::Layout, toLayout)
DEFINE_TO(at::MemoryFormat, toMemoryFormat)
DEFINE_TO(at::QScheme, toQScheme)
DEFINE_TO(at::Generator, toGenerator)
DEFINE_TO(c10::SymInt, toSymInt)
DEFINE_TO(c10::SymFloat, toSymFloat)
DEFINE_TO(c10::SymBool, toSymBool)
#undef DEFINE_TO

// generic_to picks the conversion of every other type by overload on an empty tag.
template <class T>
struct _fake_type {};

template <class Elem>
std::vector<Elem> generic_to(IValue ivalue, _fake_type<std::vector<Elem>>) {
  auto list = std::move(ivalue).template to<List<Elem>>();
  std::vector<Elem> result;
  result.reserve(list.size());
  for (Elem v : list) result.push_back(std::move(v));
  return result;
}

template <typename T>
c10::intrusive_ptr<T> IValue::toCustomClass() const& {
  static_assert(std::is_base_of_v<torch::CustomClassHolder, T>, "toCustomClass needs a torch::CustomClassHolder");
  auto obj = toObject();
  TORCH_CHECK(obj->slots().size() == 1, "Tried to cast IValue to custom class but it did not contain a custom class!");
  ivalue::checkCustomClassType(c10::getCustomClassType<c10::intrusive_ptr<T>>().get(), type().get());
  return c10::static_intrusive_pointer_cast<T>(obj->getSlot(0).toCapsule());
}
template <typename T>
c10::intrusive_ptr<T> IValue::toCustomClass() && {
  return static_cast<const IValue&>(*this).toCustomClass<T>();
}

template <typename T>
T generic_to(IValue ivalue, _fake_type<T>) {
  using ElemType = typename std::remove_pointer_t<T>::element_type;
  return std::move(ivalue).template toCustomClass<ElemType>();
}
template <typename T>
tagged_capsule<T> generic_to(IValue ivalue, _fake_type<tagged_capsule<T>>) {
  return tagged_capsule<T>{std::move(ivalue)};
}
template <typename Elem>
c10::List<Elem> generic_to(IValue ivalue, _fake_type<c10::List<Elem>>) {
  return impl::toTypedList<Elem>(std::move(ivalue).toList());
}

template <typename T>
static T createVectorLikeFromList(const c10::detail::ListImpl* impl) {
  T result;
  result.reserve(impl->list.size());
  for (const auto& i : impl->list) result.push_back(i.to<typename T::value_type>());
  return result;
}
template <typename T>
static std::vector<T> createVectorFromList(const c10::detail::ListImpl* impl) {
  return createVectorLikeFromList<std::vector<T>>(impl);
}
template <typename T>
std::vector<T> createVectorFromList(const c10::List<T>& impl) {
  std::vector<T> result;
  result.reserve(impl.size());
  for (size_t i = 0, N = impl.size(); i < N; ++i) result.push_back(impl[i]);
  return result;
}

template <typename T>
OptionalArray<T> generic_to(IValue ivalue, _fake_type<OptionalArray<T>>) {
  if (ivalue.isNone()) return {};
  return createVectorFromList<T>(std::move(ivalue).template to<c10::List<T>>());
}

namespace detail {
template <typename Elem, size_t... I>
std::array<Elem, sizeof...(I)> generic_to_array(IValue ivalue, _fake_type<std::array<Elem, sizeof...(I)>>,
                                                std::index_sequence<I...>) {
  auto list = std::move(ivalue).template to<List<Elem>>();
  TORCH_CHECK(list.size() == sizeof...(I), "Tried to convert a List with ", list.size(),
              " elements to a fixed-size array of size ", sizeof...(I));
  return {list[I]...};
}
}  // namespace detail

template <typename Elem, size_t N>
std::array<Elem, N> generic_to(IValue ivalue, _fake_type<std::array<Elem, N>> ft) {
  return detail::generic_to_array(ivalue, ft, std::make_index_sequence<N>());
}
template <typename Key, typename Value>
c10::Dict<Key, Value> generic_to(IValue ivalue, _fake_type<c10::Dict<Key, Value>>) {
  return impl::toTypedDict<Key, Value>(std::move(ivalue).toGenericDict());
}
template <typename K, typename V>
C10_DEPRECATED_MESSAGE("IValues based on std::unordered_map are slow; use c10::Dict<K, V> instead.")
std::unordered_map<K, V> generic_to(IValue ivalue, _fake_type<std::unordered_map<K, V>>) {
  std::unordered_map<K, V> result;
  for (const auto& item : std::move(ivalue).toGenericDict()) {
    result[item.key().template to<K>()] = item.value().template to<V>();
  }
  return result;
}
template <typename T>
std::optional<T> generic_to(IValue ivalue, _fake_type<std::optional<T>>) {
  if (ivalue.isNone()) return std::nullopt;
  return std::move(ivalue).template to<T>();
}

namespace detail {
template <typename Tuple, std::size_t... INDEX>
Tuple generic_to_tuple_impl(const ivalue::TupleElements& t, std::index_sequence<INDEX...>) {
  return std::make_tuple(t[INDEX].template to<std::tuple_element_t<INDEX, Tuple>>()...);
}
}  // namespace detail

template <typename... Args, typename Indices = std::make_index_sequence<sizeof...(Args)>,
          std::enable_if_t<!std::disjunction_v<std::is_lvalue_reference<Args>...,
                                               std::negation<std::is_constructible<IValue, Args>>...>,
                           std::nullptr_t> = nullptr>
std::tuple<Args...> generic_to(const IValue& ivalue, _fake_type<std::tuple<Args...>>) {
  const auto& vals = ivalue.toTupleRef().elements();
  TORCH_CHECK(vals.size() == sizeof...(Args));
  return detail::generic_to_tuple_impl<std::tuple<Args...>>(vals, Indices{});
}

template <typename T>
inline T IValue::to() && {
  return generic_to(std::move(*this), _fake_type<T>{});
}
template <>
inline std::optional<std::string_view> IValue::to() && {
  // The view must not outlive its string: this one stays alive in *this.
  return generic_to(*this, _fake_type<std::optional<std::string_view>>{});
}
template <typename T>
inline typename c10::detail::ivalue_to_const_ref_overload_return<T>::type IValue::to() const& {
  return generic_to(*this, _fake_type<T>{});
}

#define FLB_LIST_ACCESS(Name, T, test) FLB_HANDLE_ACCESS(to##Name, test, c10::List<T>, c10::detail::ListImpl, #Name)
#define FLB_ANY_INT_LIST isSymIntList() || isIntList
FLB_LIST_ACCESS(IntList, int64_t, isIntList)
FLB_HANDLE_ACCESS(toSymIntList, FLB_ANY_INT_LIST, c10::List<c10::SymInt>, c10::detail::ListImpl,
                  "SymIntList or IntList")
FLB_LIST_ACCESS(DoubleList, double, isDoubleList)
FLB_LIST_ACCESS(ComplexDoubleList, c10::complex<double>, isComplexDoubleList)
template <typename FlbOnUse>
std::vector<c10::complex<double>> IValue::toComplexDoubleVector() const {
  AT_ASSERT(isComplexDoubleList(), "Expected ComplexDoubleList but got ", tagKind());
  return createVectorFromList<c10::complex<double>>(
      static_cast<const c10::detail::ListImpl*>(payload.u.as_intrusive_ptr));
}
FLB_LIST_ACCESS(BoolList, bool, isBoolList)
FLB_LIST_ACCESS(TensorList, at::Tensor, isTensorList)
FLB_LIST_ACCESS(OptionalTensorList, std::optional<at::Tensor>, isOptionalTensorList)
FLB_HANDLE_ACCESS(toList, isList, c10::List<IValue>, c10::detail::ListImpl, "GenericList")
template <typename FlbOnUse>
inline c10::Dict<IValue, IValue> IValue::toGenericDict() && {
  AT_ASSERT(isGenericDict(), "Expected GenericDict but got ", tagKind());
  return c10::Dict<IValue, IValue>(moveToIntrusivePtr<c10::detail::DictImpl>());
}
template <typename FlbOnUse>
inline c10::Dict<IValue, IValue> IValue::toGenericDict() const& {
  return IValue(*this).toGenericDict();
}
#undef FLB_ANY_INT_LIST
#undef FLB_LIST_ACCESS
#undef FLB_HANDLE_ACCESS

template <typename FlbOnUse>
inline c10::ArrayRef<IValue> IValue::toListRef() const {
  AT_ASSERT(isList(), "Expected GenericList but got ", tagKind());
  return static_cast<const c10::detail::ListImpl*>(payload.u.as_intrusive_ptr)->list;
}
template <typename FlbOnUse>
inline ivalue::Tuple& IValue::toTupleRef() const {
  AT_ASSERT(isTuple(), "Expected Tuple but got ", tagKind());
  return *static_cast<c10::ivalue::Tuple*>(payload.u.as_intrusive_ptr);
}

template <typename FlbOnUse>
inline IValue::IValue(c10::intrusive_ptr<ivalue::Tuple> v) : IValue(Tag::Tuple, v.release()) {}
template <typename... Args, std::enable_if_t<!std::disjunction_v<std::is_lvalue_reference<Args>...,
                                                                 std::negation<std::is_constructible<IValue, Args>>...>,
                                             std::nullptr_t>>
inline IValue::IValue(const std::tuple<Args...>& t)
    : IValue(std::apply(c10::ivalue::Tuple::create<const Args&...>, t)) {}
template <typename... Args, std::enable_if_t<!std::disjunction_v<std::is_lvalue_reference<Args>...,
                                                                 std::negation<std::is_constructible<IValue, Args>>...>,
                                             std::nullptr_t>>
inline IValue::IValue(std::tuple<Args...>&& t)
    : IValue(std::apply(c10::ivalue::Tuple::create<Args&&...>, std::move(t))) {}

template <typename FlbOnUse>
inline IValue::IValue(c10::intrusive_ptr<ivalue::ConstantString> v) : IValue(Tag::String, v.release()) {}
template <typename FlbOnUse>
inline IValue::IValue(std::string v) : IValue(ivalue::ConstantString::create(std::move(v))) {}

template <typename FlbOnUse>
inline IValue::IValue(c10::impl::GenericList v) : IValue(Tag::GenericList, v.impl_.release()) {}
template <class T, IValue::enable_if_list_is_ivalue_constructible<T>>
inline IValue::IValue(c10::List<T>&& v) : IValue(impl::toList<T>(std::move(v))) {}
template <class T, IValue::enable_if_list_is_ivalue_constructible<T>>
inline IValue::IValue(const c10::List<T>& v) : IValue(impl::toList<T>(v)) {}

namespace detail {
// A list of the elements of `range`, moved out of it when it is an rvalue.
template <class T, class Range>
c10::List<T> list_from(Range&& range) {
  c10::List<T> list;
  list.reserve(range.size());
  for (auto&& e : range) {
    if constexpr (std::is_lvalue_reference_v<Range> || std::is_same_v<T, bool>) {
      list.push_back(e);
    } else {
      list.push_back(std::move(e));
    }
  }
  return list;
}
}  // namespace detail

template <class T, IValue::enable_if_list_is_ivalue_constructible<T>>
inline IValue::IValue(at::ArrayRef<T> v) : IValue(detail::list_from<T>(v)) {}
template <class T, IValue::enable_if_list_is_ivalue_constructible<T>>
inline IValue::IValue(const std::vector<T>& v) : IValue(detail::list_from<T>(v)) {}
template <class T, IValue::enable_if_list_is_ivalue_constructible<T>>
inline IValue::IValue(std::vector<T>&& v) : IValue(detail::list_from<T>(std::move(v))) {}
template <class T, size_t N>
inline IValue::IValue(std::array<T, N> v) : IValue(detail::list_from<T>(std::move(v))) {}

template <class T, IValue::enable_if_symint<T>>
inline IValue::IValue(at::ArrayRef<T> v) : IValue() {
  if (auto ints = c10::asIntArrayRefSlowOpt(v)) {
    *this = IValue(*ints);
  } else {
    *this = IValue(impl::toList<c10::SymInt>(detail::list_from<c10::SymInt>(v)));
  }
}
template <class T, IValue::enable_if_symint<T>>
inline IValue::IValue(at::OptionalArrayRef<T> v) : IValue() {
  if (v.has_value()) *this = IValue(*v);
}
template <class T, IValue::enable_if_symint<T>>
inline IValue::IValue(const std::vector<T>& v) : IValue(at::ArrayRef<T>(v)) {}
template <class T, IValue::enable_if_symint<T>>
inline IValue::IValue(std::vector<T>&& v) : IValue(at::ArrayRef<T>(v)) {}

template <class T, IValue::enable_if_list_is_ivalue_constructible<T>>
inline IValue::IValue(c10::OptionalArrayRef<T> v) : IValue() {
  if (v.has_value()) *this = IValue(std::move(*v));
}
template <class T, IValue::enable_if_ilist_is_ivalue_constructible<T>>
inline IValue::IValue(c10::IListRef<T> v) : IValue() {
  if (v.isBoxed()) {
    *this = IValue(impl::toList(v.toBoxed()));
  } else {
    *this = IValue(impl::toList(detail::list_from<T>(v)));
  }
}

template <typename FlbOnUse>
inline IValue::IValue(c10::impl::GenericDict v) : IValue(Tag::GenericDict, v.impl_.release()) {}
template <class Key, class Value>
inline IValue::IValue(c10::Dict<Key, Value> v) : IValue(impl::toGenericDict(std::move(v))) {}
template <class Key, class Value>
inline IValue::IValue(std::unordered_map<Key, Value> v) : IValue(Dict<Key, Value>()) {
  auto dict = to<c10::Dict<Key, Value>>();
  dict.reserve(v.size());
  for (auto& e : v) dict.insert(std::move(e.first), std::move(e.second));
}

template <class T, IValue::enable_if_ivalue_constructible<T>>
inline IValue::IValue(std::optional<T> v) : IValue() {
  if (v.has_value()) *this = IValue(std::move(*v));
}
inline IValue::IValue(std::nullopt_t) : IValue() {}

template <typename FlbOnUse>
inline IValue::IValue(c10::intrusive_ptr<ivalue::Object> v) : IValue(Tag::Object, v.release()) {}
template <typename FlbOnUse>
inline IValue::IValue(c10::intrusive_ptr<ivalue::PyObjectHolder> v) : IValue(Tag::PyObject, v.release()) {}
template <typename FlbOnUse>
inline IValue::IValue(c10::intrusive_ptr<ivalue::EnumHolder> v) : IValue(Tag::Enum, v.release()) {}
template <typename FlbOnUse>
inline IValue::IValue(c10::intrusive_ptr<ivalue::Future> v) : IValue(Tag::Future, v.release()) {}
template <typename FlbOnUse>
inline IValue::IValue(c10::intrusive_ptr<ivalue::Await> v) : IValue(Tag::Await, v.release()) {}
template <typename FlbOnUse>
inline IValue::IValue(c10::intrusive_ptr<c10::RRefInterface> v) : IValue(Tag::RRef, v.release()) {}
template <typename FlbOnUse>
inline IValue::IValue(c10::intrusive_ptr<at::Quantizer> v) : tag(Tag::Quantizer) {
  payload.u.as_intrusive_ptr = null_to_undefined_tensor(v.release());
}
template <typename FlbOnUse>
inline IValue IValue::make_capsule(intrusive_ptr<torch::CustomClassHolder> blob) {
  return IValue(Tag::Capsule, blob.release());
}

template <typename T, std::enable_if_t<std::is_base_of_v<torch::CustomClassHolder, T>, int>>
IValue::IValue(c10::intrusive_ptr<T> custom_class) : tag(Tag::Object) {
  auto classType = []() {
    try {
      return c10::getCustomClassType<c10::intrusive_ptr<T>>();
    } catch (const c10::Error&) {
      throw c10::Error("Trying to instantiate a class that isn't a registered custom class: " +
                       std::string(c10::util::get_fully_qualified_type_name<T>()));
    }
  }();
  auto object = c10::ivalue::Object::create(std::move(classType), /*numSlots=*/1);
  object->setSlot(0, IValue::make_capsule(std::move(custom_class)));
  payload.u.as_intrusive_ptr = null_to_undefined_tensor(object.release());
}

template <typename T>
inline IValue::IValue(c10::complex<T> c)
    : IValue(Tag::ComplexDouble, c10::make_intrusive<ivalue::ComplexHolder>(c).release()) {}

template <typename FlbOnUse>
inline const std::string& IValue::toStringRef() const {
  AT_ASSERT(isString(), "Expected String but got ", tagKind());
  return static_cast<const c10::ivalue::ConstantString*>(payload.u.as_intrusive_ptr)->string();
}
template <typename FlbOnUse>
inline std::optional<std::reference_wrapper<const std::string>> IValue::toOptionalStringRef() const {
  if (isNone()) return std::nullopt;
  AT_ASSERT(isString(), "Expected std::optional<string> but got ", tagKind());
  return std::cref(static_cast<const c10::ivalue::ConstantString*>(payload.u.as_intrusive_ptr)->string());
}
inline std::string_view IValue::toStringView() const { return toStringRef(); }

template <typename FlbOnUse>
inline PyObject* IValue::toPyObject() const {
  return toPyObjectHolder()->getPyObject();
}

template <typename T>
inline std::optional<T> IValue::toOptional() {
  if (isNone()) return std::nullopt;
  return this->to<T>();
}
template <typename T>
inline std::optional<T> IValue::toOptional() const {
  if (isNone()) return std::nullopt;
  return this->to<T>();
}

inline bool IValue::isCustomClass() const { return torch::isCustomClass(*this); }

template <typename FlbOnUse>
inline bool IValue::isSameIdentity(const IValue& rhs) const {
  if (isNone() && rhs.isNone()) return true;
  if (isBool() && rhs.isBool()) return toBool() == rhs.toBool();
  if (isTensor() && rhs.isTensor()) return payload.as_tensor.is_same(rhs.payload.as_tensor);
  if (isTensor() && rhs.isNone()) return !payload.as_tensor.defined();
  if (isNone() && rhs.isTensor()) return !rhs.payload.as_tensor.defined();
  if (isInt() && rhs.isInt()) return toInt() == rhs.toInt();
  if (isDouble() && rhs.isDouble()) return toDouble() == rhs.toDouble();
  if (isString() && rhs.isString()) return toStringRef() == rhs.toStringRef();
  return isIntrusivePtr() && rhs.isIntrusivePtr() && payload.u.as_intrusive_ptr == rhs.payload.u.as_intrusive_ptr;
}

namespace ivalue {
namespace detail {
template <typename T>
IValue from_(T&& x, std::true_type) {
  return IValue(std::forward<T>(x));
}
template <typename T>
IValue from_(c10::intrusive_ptr<T> x, std::false_type) {
  return IValue(std::move(x));
}
template <typename T>
IValue from_(T&&, std::false_type) {
  static_assert(guts::false_t<T>::value, "ivalue::from: no IValue holds this type");
  return IValue();
}
}  // namespace detail

template <typename T>
IValue from(T&& x) {
  return detail::from_(std::forward<T>(x), typename std::is_constructible<IValue, T>::type{});
}
}  // namespace ivalue

template <>
struct MaybeOwnedTraits<IValue> {
  using owned_type = IValue;
  using borrow_type = IValue;

  static borrow_type createBorrow(const owned_type& from) {
    if (!from.isPtrType()) return from;
    if (from.isTensor()) return IValue(MaybeOwnedTraits<at::Tensor>::createBorrow(from.toTensor()));
    return IValue(from.payload, from.tag);
  }
  static void assignBorrow(borrow_type& lhs, const borrow_type& rhs) {
    lhs.clearToNone();
    lhs = createBorrow(rhs);
  }
  static void destroyBorrow(borrow_type& toDestroy) { toDestroy.clearToNone(); }
  static const owned_type& referenceFromBorrow(const borrow_type& borrow) { return borrow; }
  static const owned_type* pointerFromBorrow(const borrow_type& borrow) { return &borrow; }
  static bool debugBorrowIsValid(const borrow_type&) { return true; }
};

template <>
struct IValue::TagType<c10::Type> {
  static TORCH_API c10::TypePtr get(const IValue&);
};
template <>
struct IValue::TagType<c10::DynamicType> {
  static TORCH_API c10::TypePtr get(const IValue&);
};
template <typename T>
TypePtr IValue::type() const {
  return IValue::TagType<T>::get(*this);
}

}  // namespace c10

C10_DIAGNOSTIC_POP()
