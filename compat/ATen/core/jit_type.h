// Mirrors <ATen/core/jit_type.h> of PyTorch 2.13: the types of values, and which type a C++ type is.
#pragma once

#include <ATen/core/TensorBody.h>
#include <ATen/core/custom_class.h>
#include <ATen/core/functional.h>
#include <ATen/core/jit_type_base.h>
#include <ATen/core/qualified_name.h>
#include <ATen/core/symbol.h>
#include <ATen/core/type_factory.h>
#include <c10/core/Device.h>
#include <c10/core/SymBool.h>
#include <c10/core/SymFloat.h>
#include <c10/util/Exception.h>
#include <c10/util/TypeList.h>
#include <c10/util/light_std.h>

#include <array>
#include <atomic>
#include <ostream>
#include <sstream>
#include <utility>

namespace torch::jit {
struct Function;
}

namespace c10 {

template <class Key, class Value>
class Dict;
struct IValue;
struct FunctionSchema;
struct NamedType;
using OptNameList = std::optional<std::vector<std::string>>;

void standardizeVectorForUnion(std::vector<TypePtr>& reference, std::vector<TypePtr>* to_fill);
void standardizeVectorForUnion(std::vector<TypePtr>* to_flatten);

/// Row-major without gaps. Strides of dimensions of size 1 do count here.
FLB_ON_USE inline bool is_contiguous_strides(const IntArrayRef sizes, const IntArrayRef strides) {
  int64_t expected = 1;
  for (size_t i = sizes.size(); i-- > 0; expected *= sizes[i]) {
    if (strides[i] != expected) return false;
  }
  return true;
}

inline std::string toString(const Type& type) { return type.str(); }
inline std::string toString(const TypePtr& typePtr) { return toString(*typePtr); }
inline bool operator!=(const Type& lhs, const Type& rhs) { return !(lhs == rhs); }

// A type without parts, of which there is one object. `kind_base` is what the only constructor calls.
#define FLB_SINGLETON_HEAD(Name) \
  struct Name;                   \
  using Name##Ptr = SingletonTypePtr<Name>;

#define FLB_SINGLETON_BODY(Name, Base, text)                                   \
 public:                                                                       \
  bool equals(const Type& rhs) const override { return rhs.kind() == kind(); } \
  std::string str() const override { return text; }                            \
  static const TypeKind Kind = TypeKind::Name;                                 \
  static Name##Ptr get();                                                      \
                                                                               \
 private:                                                                      \
  Name() : Base(TypeKind::Name) {}

#define FLB_SINGLETON_TYPE(Name, text)   \
  FLB_SINGLETON_HEAD(Name)               \
  struct TORCH_API Name : public Type {  \
    FLB_SINGLETON_BODY(Name, Type, text) \
  };

FLB_SINGLETON_TYPE(AnyType, "Any")

template <TypeKind K, typename T>
struct SingleElementType : public SharedType {
  static const TypeKind Kind = K;
  const TypePtr& getElementType() const { return elem; }
  bool hasFreeVariables() const override { return getElementType()->hasFreeVariables(); }
  at::ArrayRef<TypePtr> containedTypes() const override { return elem; }
  bool equals(const Type& rhs) const override {
    const T* other = rhs.castRaw<T>();
    return other != nullptr && *getElementType() == *other->getElementType();
  }

 protected:
  SingleElementType(TypePtr elem) : SharedType(Kind), elem(std::move(elem)) {
    TORCH_CHECK(this->elem, c10::str("Can not create ", typeKindToString(Kind), " with None type"));
  }

 private:
  TypePtr elem;
};

struct UnionType;
using UnionTypePtr = std::shared_ptr<UnionType>;
struct TORCH_API UnionType : public SharedType {
  friend struct Type;
  static const TypeKind Kind = TypeKind::UnionType;

  bool isSubtypeOfExt(const Type& rhs_, std::ostream* why_not) const override;
  std::string str() const override;
  static UnionTypePtr create(std::vector<TypePtr> reference);
  bool equals(const Type& rhs) const override;
  bool isUnionType() const override { return true; }
  at::ArrayRef<TypePtr> containedTypes() const override { return types_; }
  at::ArrayRef<TypePtr> getTypes() const { return types_; }
  TypePtr createWithContained(std::vector<TypePtr> contained_types) const override {
    return create(std::move(contained_types));
  }
  bool canHoldType(const Type& type) const;
  bool hasFreeVariables() const override { return has_free_variables_; }
  /// Optional[T] if this is Union[T, None].
  std::optional<TypePtr> toOptional() const;
  /// What remains without `to_subtract` and their subtypes; nothing if nothing does.
  std::optional<TypePtr> subtractTypeSet(std::vector<TypePtr>& to_subtract) const;

 protected:
  explicit UnionType(std::vector<TypePtr> types, TypeKind kind = TypeKind::UnionType);
  std::string annotation_str_impl(const TypePrinter& printer = nullptr) const override;
  std::string unionStr(const TypePrinter& printer = nullptr, bool is_annotation_str = false) const;

  bool has_free_variables_;
  std::vector<TypePtr> types_;
  bool can_hold_none_;
};

struct OptionalType;
using OptionalTypePtr = std::shared_ptr<OptionalType>;
struct TORCH_API OptionalType : public UnionType {
  static OptionalTypePtr create(const TypePtr& contained);
  static const TypeKind Kind = TypeKind::OptionalType;
  friend struct Type;

  bool equals(const Type& rhs) const override;
  const TypePtr& getElementType() const { return contained_; }
  at::ArrayRef<TypePtr> containedTypes() const override { return contained_; }
  std::string str() const override { return getElementType()->str() + '?'; }
  TypePtr createWithContained(std::vector<TypePtr> contained_types) const override {
    AT_ASSERT(contained_types.size() == 1);
    return create(contained_types[0]);
  }
  bool isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const override;
  bool isUnionType() const override { return true; }
  static TypePtr ofTensor();
  /// The one object for this `inner`.
  static TypePtr get(TypePtr inner);

 private:
  explicit OptionalType(const TypePtr& contained);
  TypePtr contained_;
  std::string annotation_str_impl(const TypePrinter& printer = nullptr) const override {
    return "Optional[" + getElementType()->annotation_str(printer) + ']';
  }
};

template <typename T>
inline std::optional<T> merge_primitive(const std::optional<T>& a, const std::optional<T>& b) {
  return a.has_value() && b.has_value() && *a == *b ? a : std::optional<T>{};
}

// A dimension's place in the order of strides, whether the next one follows without gap, and the stride, as far as
// known.
struct TORCH_API Stride {
  Stride() = default;
  Stride(const std::optional<size_t>& stride_index, std::optional<bool> contiguous, const std::optional<size_t>& stride)
      : stride_index_(stride_index), contiguous_(contiguous), stride_(stride) {}
  FLB_ON_USE bool operator==(const Stride& b) const {
    return stride_index_ == b.stride_index_ && contiguous_ == b.contiguous_ && stride_ == b.stride_;
  }
  FLB_ON_USE bool isComplete() const { return stride_index_ && contiguous_ && stride_; }

  std::optional<size_t> stride_index_;
  std::optional<bool> contiguous_;
  std::optional<size_t> stride_;
};

template <>
inline std::optional<Stride> merge_primitive(const std::optional<Stride>& a, const std::optional<Stride>& b) {
  const Stride left = a.value_or(Stride()), right = b.value_or(Stride());
  Stride merged(merge_primitive(left.stride_index_, right.stride_index_),
                merge_primitive(left.contiguous_, right.contiguous_), merge_primitive(left.stride_, right.stride_));
  if (merged == Stride()) return std::nullopt;
  return merged;
}

/// A size: a number, or an unknown that has an identity.
struct TORCH_API ShapeSymbol {
  ShapeSymbol() : value_(-1) {}
  bool is_static() const { return value_ >= 0; }
  bool operator==(const ShapeSymbol& b) const { return value_ == b.value_; }
  bool operator<(const ShapeSymbol& b) const { return value_ < b.value_; }
  static ShapeSymbol fromStaticSize(int64_t val) { return ShapeSymbol(val); }
  FLB_ON_USE int64_t static_size() const {
    TORCH_CHECK(is_static());
    return value_;
  }
  int64_t value() const { return value_; }
  FLB_ON_USE static ShapeSymbol newSymbol() { return fromStaticSize(-static_cast<int64_t>(++num_symbols)); }
  friend TORCH_API std::ostream& operator<<(std::ostream& os, const ShapeSymbol& s);

 private:
  ShapeSymbol(int64_t val) : value_(val) {}
  int64_t value_;
  static std::atomic<size_t> num_symbols;
};

inline ShapeSymbol merge_primitive(const ShapeSymbol& a, const ShapeSymbol& b) {
  return a.is_static() && a == b ? a : ShapeSymbol::newSymbol();
}

struct TORCH_API SymbolicShape {
  SymbolicShape() = default;
  FLB_ON_USE SymbolicShape(std::optional<size_t> rank) : dims_(std::nullopt) {
    if (!rank) return;
    dims_.emplace();
    for (size_t i = 0; i < *rank; ++i) dims_->push_back(ShapeSymbol::newSymbol());
  }
  FLB_ON_USE SymbolicShape(const std::vector<std::optional<int64_t>>& dims) : dims_(std::in_place) {
    for (const auto& dim : dims) dims_->push_back(dim ? ShapeSymbol::fromStaticSize(*dim) : ShapeSymbol::newSymbol());
  }
  SymbolicShape(std::vector<ShapeSymbol> dims) : dims_(std::move(dims)) {}
  FLB_ON_USE SymbolicShape(c10::IntArrayRef dims) : dims_(std::in_place) {
    for (int64_t dim : dims) dims_->push_back(ShapeSymbol::fromStaticSize(dim));
  }
  void dump() const;

  ShapeSymbol operator[](size_t i) const { return at(i); }
  FLB_ON_USE ShapeSymbol at(size_t i) const {
    TORCH_CHECK(dims_, "Rank isn't fixed");
    return dims_->at(i);
  }
  FLB_ON_USE std::optional<size_t> rank() const { return dims_ ? std::optional<size_t>(dims_->size()) : std::nullopt; }
  std::optional<std::vector<ShapeSymbol>> sizes() const { return dims_; }
  FLB_ON_USE std::optional<std::vector<bool>> symbolicDims() const {
    if (!dims_) return std::nullopt;
    std::vector<bool> symbolic;
    for (const ShapeSymbol& s : *dims_) symbolic.push_back(!s.is_static());
    return symbolic;
  }
  FLB_ON_USE bool isComplete() const {
    return dims_ && std::all_of(dims_->begin(), dims_->end(), [](const ShapeSymbol& s) { return s.is_static(); });
  }
  SymbolicShape merge(const SymbolicShape& other) const;
  friend bool operator==(const SymbolicShape& a, const SymbolicShape& b) { return a.dims_ == b.dims_; }
  friend bool operator!=(const SymbolicShape& a, const SymbolicShape& b) { return !(a == b); }

 private:
  std::optional<std::vector<ShapeSymbol>> dims_;
};

namespace detail {
inline bool isComplete(const Stride& s) { return s.isComplete(); }
template <typename T>
inline bool isComplete(const T&) {
  return true;
}
}  // namespace detail

template <typename T>
struct VaryingShape {
  using ListOfOptionalElements = std::vector<std::optional<T>>;
  VaryingShape(const std::vector<T>& vec) : VaryingShape(ListOfOptionalElements(vec.begin(), vec.end())) {}
  VaryingShape(c10::ArrayRef<T> vec) : VaryingShape(ListOfOptionalElements(vec.begin(), vec.end())) {}
  VaryingShape(std::optional<size_t> size = std::nullopt) : dims_(std::nullopt) {
    if (size) dims_ = ListOfOptionalElements(*size);
  }
  VaryingShape(ListOfOptionalElements dims) : dims_(std::move(dims)) {}
  VaryingShape(size_t size) : VaryingShape(std::optional<size_t>(size)) {}

  bool operator==(const VaryingShape& other) const { return dims_ == other.dims_; }
  const std::optional<T>& operator[](size_t i) const {
    TORCH_CHECK(dims_, "Rank isn't fixed");
    return dims_->at(i);
  }
  std::optional<size_t> size() const { return dims_ ? std::optional<size_t>(dims_->size()) : std::nullopt; }
  const std::optional<ListOfOptionalElements>& sizes() const { return dims_; }
  TORCH_API VaryingShape merge(const VaryingShape& other) const;
  std::optional<std::vector<T>> concrete_sizes() const {
    if (!dims_) return std::nullopt;
    std::vector<T> sizes;
    for (const auto& d : *dims_) {
      if (!d) return std::nullopt;
      sizes.push_back(*d);
    }
    return sizes;
  }
  bool isComplete() const {
    return dims_ && std::all_of(dims_->begin(), dims_->end(),
                                [](const std::optional<T>& d) { return d && detail::isComplete(*d); });
  }

 private:
  std::optional<ListOfOptionalElements> dims_;
};

struct TensorType;
using TensorTypePtr = std::shared_ptr<TensorType>;
/// A tensor, with whatever is known of its dtype, device and shape. get() knows nothing and is what schemas mean.
struct TORCH_API TensorType : public SharedType {
  static TensorTypePtr create(const at::Tensor& t);
  static TensorTypePtr create(std::optional<at::ScalarType> scalar_type, std::optional<Device> device,
                              const VaryingShape<int64_t>& sizes, const VaryingShape<int64_t>& strides,
                              std::optional<bool> requires_grad, std::optional<bool> undefined = false,
                              bool tensor_contiguity = false);
  static TensorTypePtr create(std::optional<at::ScalarType> scalar_type, std::optional<Device> device,
                              SymbolicShape sizes, VaryingShape<Stride> stride_, std::optional<bool> requires_grad,
                              std::optional<bool> undefined = false);
  static TensorTypePtr create(std::optional<at::ScalarType> scalar_type, std::optional<Device> device,
                              std::optional<size_t> dim, std::optional<bool> requires_grad);
  static TensorTypePtr createContiguous(at::ScalarType scalar_type, at::Device device, at::IntArrayRef sizes);
  FLB_ON_USE static TypePtr fromNumberType(const Type& typ);
  FLB_ON_USE static TypePtr fromBoolType();

  FLB_ON_USE std::optional<size_t> dim() const { return sizes().size(); }
  VaryingShape<int64_t> sizes() const;
  VaryingShape<int64_t> strides() const;
  const VaryingShape<Stride>& stride_properties() const { return strides_; }
  const std::optional<at::Device>& device() const { return device_; }
  const std::optional<at::ScalarType>& scalarType() const { return scalar_type_; }
  const std::optional<bool>& requiresGrad() const { return requires_grad_; }
  bool requires_grad() const override { return requires_grad_.value_or(true); }
  bool equals(const Type& rhs) const override;
  bool isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const override;
  std::string str() const override;
  std::string repr_str() const override { return isInferredType() ? str() + " (inferred)" : str(); }

  FLB_ON_USE std::optional<size_t> numel() const {
    const auto shape = sizes();
    size_t prod = 1;
    for (size_t i = 0; i < shape.size(); i++) {
      if (!shape[i].has_value()) return std::nullopt;
      prod *= *shape[i];
    }
    return prod;
  }

  FLB_ON_USE TensorTypePtr withRequiresGrad(std::optional<bool> s) {
    return with([&](TensorType& t) { t.requires_grad_ = s; });
  }
  FLB_ON_USE TensorTypePtr withScalarType(std::optional<ScalarType> st) {
    return with([&](TensorType& t) { t.scalar_type_ = st; });
  }
  FLB_ON_USE TensorTypePtr withDim(std::optional<size_t> d) {
    return with([&](TensorType& t) { t.sizes_ = SymbolicShape(d), t.strides_ = VaryingShape<Stride>(d); });
  }
  FLB_ON_USE TensorTypePtr withStrides(VaryingShape<Stride> sstrides) const {
    return with([&](TensorType& t) { t.strides_ = std::move(sstrides); });
  }
  FLB_ON_USE TensorTypePtr withSizesStrides(at::IntArrayRef sizes, at::IntArrayRef strides) const {
    return with(
        [&](TensorType& t) { t.sizes_ = SymbolicShape(sizes), t.strides_ = computeStrideProps(sizes, strides); });
  }
  FLB_ON_USE TensorTypePtr withSymbolicShapes(SymbolicShape ssizes) const {
    return with([&](TensorType& t) { t.sizes_ = std::move(ssizes); });
  }
  FLB_ON_USE TensorTypePtr withSizes(at::IntArrayRef sizes) const {
    return withSizesStrides(sizes, contiguousStridesOf(sizes));
  }
  FLB_ON_USE TensorTypePtr withDevice(const std::optional<at::Device> device) const {
    return with([&](TensorType& t) { t.device_ = device; });
  }
  FLB_ON_USE TensorTypePtr dimensionedOnly() const {
    const auto rank = sizes().size();
    return with([&](TensorType& t) { t.sizes_ = SymbolicShape(rank), t.strides_ = VaryingShape<Stride>(rank); });
  }
  FLB_ON_USE TensorTypePtr contiguous() const {
    auto concrete = sizes().concrete_sizes();
    TORCH_INTERNAL_ASSERT(concrete.has_value());
    return with([&](TensorType& t) { t.strides_ = computeStrideProps(*concrete, contiguousStridesOf(*concrete)); });
  }
  const SymbolicShape& symbolic_sizes() const;
  TensorTypePtr merge(const TensorType& other, bool merge_sizes = true) const;
  bool matchTensor(const at::Tensor& t);

  FLB_ON_USE bool isComplete() const { return scalar_type_ && device_ && sizes_.isComplete() && strides_.isComplete(); }
  bool isInferredType() const { return is_inferred_; }
  FLB_ON_USE static TensorTypePtr getInferred() {
    static auto inferred = [] {
      auto t = TensorType::create({}, {}, SymbolicShape(), VaryingShape<Stride>{}, {}, false);
      t->is_inferred_ = true;
      return t;
    }();
    return inferred;
  }
  FLB_ON_USE bool isSummarized() const {
    return !(isComplete() && requiresGrad().has_value() && undefined().has_value());
  }
  FLB_ON_USE TensorTypePtr withUndefined() {
    return with([](TensorType& t) { t.undefined_ = true; });
  }
  FLB_ON_USE TensorTypePtr withPossiblyUndefined() {
    return with([](TensorType& t) { t.undefined_ = std::nullopt; });
  }
  std::optional<bool> undefined() const { return undefined_; }

  static const TensorTypePtr& get();
  static const TypeKind Kind = TypeKind::TensorType;

  FLB_ON_USE static std::vector<int64_t> contiguousStridesOf(
      at::IntArrayRef in_sizes, at::MemoryFormat memory_format = MemoryFormat::Contiguous) {
    std::vector<size_t> order;  // innermost dimension first
    if (memory_format == MemoryFormat::ChannelsLast) {
      order = {1, 3, 2, 0};
    } else if (memory_format == MemoryFormat::ChannelsLast3d) {
      order = {1, 4, 3, 2, 0};
    } else {
      for (size_t i = in_sizes.size(); i-- > 0;) order.push_back(i);
    }
    std::vector<int64_t> strides(in_sizes.size());
    int64_t stride = 1;
    for (size_t d : order) {
      if (d >= in_sizes.size()) continue;
      strides[d] = stride;
      stride *= in_sizes[d];
    }
    return strides;
  }

 private:
  TensorType(std::optional<at::ScalarType> scalar_type, std::optional<Device> device, SymbolicShape sizes,
             VaryingShape<Stride> strides, std::optional<bool> requires_grad, std::optional<bool> undefined = false);
  FLB_ON_USE TensorTypePtr clone() const {
    return TensorTypePtr(new TensorType(scalar_type_, device_, sizes_, strides_, requires_grad_, undefined_));
  }
  template <class Change>
  TensorTypePtr with(const Change& change) const {
    auto copy = clone();
    change(*copy);
    return copy;
  }
  static VaryingShape<Stride> computeStrideProps(at::IntArrayRef sizes, at::IntArrayRef strides,
                                                 bool tensor_contiguity = false);

  std::optional<at::ScalarType> scalar_type_;
  std::optional<at::Device> device_;
  SymbolicShape sizes_;
  VaryingShape<Stride> strides_;
  std::optional<bool> requires_grad_;
  // True: certainly undefined; absent: may be.
  std::optional<bool> undefined_;
  // Assumed to be a tensor because nothing was said.
  bool is_inferred_ = false;
};

struct ListType;
using ListTypePtr = std::shared_ptr<ListType>;
struct TORCH_API ListType : public SingleElementType<TypeKind::ListType, ListType> {
  friend struct Type;
  template <typename... T>
  static ListTypePtr create(T&&... all) {
    return ListTypePtr(new ListType(std::forward<T>(all)...));
  }
  std::string str() const override { return getElementType()->str() + "[]"; }
  TypePtr createWithContained(std::vector<TypePtr> contained_types) const override {
    return create(std::move(contained_types.at(0)));
  }
  bool isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const override;
  /// The one object for this C++ template name and element.
  static TypePtr get(const std::string& identifier, TypePtr inner);
  static ListTypePtr ofTensors();
  static ListTypePtr ofOptionalTensors();
  static ListTypePtr ofInts();
  static ListTypePtr ofSymInts();
  static ListTypePtr ofFloats();
  static ListTypePtr ofComplexDoubles();
  static ListTypePtr ofBools();
  static ListTypePtr ofStrings();
  static ListTypePtr ofNumbers();

 private:
  FLB_ON_USE ListType(TypePtr elem) : SingleElementType(std::move(elem)) {}
  std::string annotation_str_impl(const TypePrinter& printer = nullptr) const override {
    return "List[" + getElementType()->annotation_str(printer) + ']';
  }
};

struct DictType;
using DictTypePtr = std::shared_ptr<DictType>;
struct TORCH_API DictType : public SharedType {
  friend struct Type;
  static const TypeKind Kind = TypeKind::DictType;

  FLB_ON_USE static DictTypePtr create(TypePtr key, TypePtr value) {
    auto* dynamic = key->castRaw<DynamicType>();
    switch (dynamic ? dynamic->dynamicKind() : key->kind()) {
      case TypeKind::AnyType:
      case TypeKind::IntType:
      case TypeKind::BoolType:
      case TypeKind::FloatType:
      case TypeKind::ComplexType:
      case TypeKind::StringType:
      case TypeKind::TensorType:
      case TypeKind::DeviceObjType:
        return DictTypePtr(new DictType(std::move(key), std::move(value)));
      default:
        TORCH_CHECK(false, "Cannot create dict for key type '", key->str(),
                    "', only int, float, complex, Tensor, device and string keys are supported");
    }
  }
  std::string str() const override { return "Dict(" + getKeyType()->str() + ", " + getValueType()->str() + ')'; }
  TypePtr createWithContained(std::vector<TypePtr> contained_types) const override {
    TORCH_CHECK(contained_types.size() == 2, "Expected 2 contained types");
    return create(std::move(contained_types.at(0)), std::move(contained_types.at(1)));
  }
  const TypePtr& getKeyType() const { return types.at(0); }
  const TypePtr& getValueType() const { return types.at(1); }
  bool hasFreeVariables() const override { return has_free_variables; }
  at::ArrayRef<TypePtr> containedTypes() const override { return types; }
  bool equals(const Type& rhs) const override {
    auto* other = rhs.castRaw<DictType>();
    return other && *getKeyType() == *other->getKeyType() && *getValueType() == *other->getValueType();
  }
  static TypePtr get(const std::string& identifier, TypePtr key, TypePtr val);

 private:
  FLB_ON_USE DictType(TypePtr key, TypePtr value)
      : SharedType(TypeKind::DictType), has_free_variables(key->hasFreeVariables() || value->hasFreeVariables()) {
    types.reserve(2);
    types.push_back(std::move(key));
    types.push_back(std::move(value));
  }
  std::string annotation_str_impl(const TypePrinter& printer = nullptr) const override;

  std::vector<TypePtr> types;
  bool has_free_variables;
};

// A type that wraps one other, printed as Name(T) in schemas and Name[T] in annotations.
#define FLB_WRAPPER_TYPE_BODY(Name, text)                                                \
 public:                                                                                 \
  friend struct Type;                                                                    \
  template <typename... T>                                                               \
  static Name##Ptr create(TypePtr elem) {                                                \
    return Name##Ptr(new Name(std::move(elem)));                                         \
  }                                                                                      \
  std::string str() const override { return text "(" + getElementType()->str() + ')'; }  \
  TypePtr createWithContained(std::vector<TypePtr> contained_types) const override {     \
    return create(std::move(contained_types.at(0)));                                     \
  }                                                                                      \
                                                                                         \
 private:                                                                                \
  Name(TypePtr elem) : SingleElementType(std::move(elem)) {}                             \
  std::string annotation_str_impl(const TypePrinter& printer = nullptr) const override { \
    return text "[" + getElementType()->annotation_str(printer) + ']';                   \
  }
#define FLB_COVARIANT(Name)                                                              \
 public:                                                                                 \
  bool isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const override {           \
    if (Type::isSubtypeOfExt(rhs, why_not)) return true;                                 \
    auto* other = rhs.castRaw<Name>();                                                   \
    return other && getElementType()->isSubtypeOfExt(*other->getElementType(), why_not); \
  }

struct FutureType;
using FutureTypePtr = std::shared_ptr<FutureType>;
struct TORCH_API FutureType : public SingleElementType<TypeKind::FutureType, FutureType> {
  FLB_WRAPPER_TYPE_BODY(FutureType, "Future")
  FLB_COVARIANT(FutureType)
};

struct AwaitType;
using AwaitTypePtr = std::shared_ptr<AwaitType>;
struct TORCH_API AwaitType : public SingleElementType<TypeKind::AwaitType, AwaitType> {
  FLB_WRAPPER_TYPE_BODY(AwaitType, "Await")
  FLB_COVARIANT(AwaitType)
};

struct RRefType;
using RRefTypePtr = std::shared_ptr<RRefType>;
struct TORCH_API RRefType : public SingleElementType<TypeKind::RRefType, RRefType> {
  FLB_WRAPPER_TYPE_BODY(RRefType, "RRef")
};
#undef FLB_WRAPPER_TYPE_BODY
#undef FLB_COVARIANT

TORCH_API void checkNoAny(const Type& base, const char* what, const std::string& attrname, const TypePtr& attrtype);

struct TupleType;
using TupleTypePtr = std::shared_ptr<TupleType>;
using NameList = std::vector<std::string>;
/// A tuple; with names, a named tuple, whose fields its schema's arguments describe.
struct TORCH_API TupleType : public NamedType {
  static TupleTypePtr createNamed(const std::optional<c10::QualifiedName>& name,
                                  const std::vector<std::string>& field_names, const std::vector<TypePtr>& field_types,
                                  std::vector<IValue>& field_defaults);
  static TupleTypePtr createNamed(const std::optional<c10::QualifiedName>& name,
                                  const std::vector<std::string>& field_names, const std::vector<TypePtr>& field_types);
  static TupleTypePtr createNamed(const std::optional<c10::QualifiedName>& name,
                                  const std::vector<std::string_view>& field_names,
                                  const std::vector<TypePtr>& field_types);
  FLB_ON_USE static TupleTypePtr create(std::vector<TypePtr> types) {
    return TupleTypePtr(new TupleType(std::move(types), std::nullopt, nullptr));
  }
  FLB_ON_USE static TupleTypePtr create() { return create({}); }

  at::ArrayRef<TypePtr> elements() const { return elements_; }
  bool equals(const Type& rhs) const override;
  bool isSubtypeOfExt(const Type& rhs_, std::ostream* why_not) const override;
  std::string str() const override;
  bool hasFreeVariables() const override { return has_free_variables_; }
  at::ArrayRef<TypePtr> containedTypes() const override { return elements_; }
  TypePtr createWithContained(std::vector<TypePtr> contained_types) const override {
    return std::shared_ptr<TupleType>(new TupleType(std::move(contained_types), name(), schema()));
  }
  const std::shared_ptr<FunctionSchema>& schema() const { return schema_; }
  std::optional<std::vector<std::string_view>> names() const;
  static const TypeKind Kind = TypeKind::TupleType;

 private:
  template <typename S>
  static TupleTypePtr createWithSpec(const std::optional<c10::QualifiedName>& name, const std::vector<S>& field_names,
                                     const std::vector<TypePtr>& field_types, std::vector<IValue>& field_defaults);
  TupleType(std::vector<TypePtr> elements_, std::optional<c10::QualifiedName> name,
            std::shared_ptr<FunctionSchema> schema);
  FLB_ON_USE bool compare(const Type& rhs, const std::function<bool(const Type&, const Type&)>& fn) const {
    if (rhs.kind() != kind()) return false;
    const auto mine = elements(), theirs = rhs.castRaw<TupleType>()->elements();
    return std::equal(mine.begin(), mine.end(), theirs.begin(), theirs.end(),
                      [&](const TypePtr& a, const TypePtr& b) { return fn(*a, *b); });
  }
  std::string annotation_str_impl(const TypePrinter& printer = nullptr) const override;

  std::vector<TypePtr> elements_;
  bool has_free_variables_;
  std::shared_ptr<FunctionSchema> schema_;
};

FLB_SINGLETON_HEAD(AnyEnumType)
struct TORCH_API AnyEnumType final : public Type {
  FLB_SINGLETON_BODY(AnyEnumType, Type, "AnyEnumType")
};

FLB_SINGLETON_HEAD(NumberType)
/// What schemas call Scalar: int, float or complex.
struct TORCH_API NumberType : public Type {
  bool equals(const Type& rhs) const override;
  bool isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const override;
  std::string str() const override { return "Scalar"; }
  static const TypeKind Kind = TypeKind::NumberType;
  static NumberTypePtr get();

 protected:
  NumberType(TypeKind kind = TypeKind::NumberType) : Type(kind) {}
  std::string annotation_str_impl(const TypePrinter& = nullptr) const override { return "number"; }
};

#define FLB_NUMBER_TYPE(Name, text)                                                               \
  FLB_SINGLETON_HEAD(Name)                                                                        \
  struct TORCH_API Name : public NumberType {                                                     \
    bool isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const override {                  \
      return rhs.kind() == TypeKind::NumberType || Type::isSubtypeOfExt(rhs, why_not);            \
    }                                                                                             \
    FLB_SINGLETON_BODY(Name, NumberType, text)                                                    \
    std::string annotation_str_impl(const TypePrinter& = nullptr) const override { return text; } \
  };
FLB_NUMBER_TYPE(FloatType, "float")
FLB_NUMBER_TYPE(ComplexType, "complex")
FLB_NUMBER_TYPE(IntType, "int")
#undef FLB_NUMBER_TYPE

#define FLB_SYMBOLIC_TYPE(Name, text, annotation)                                                       \
  FLB_SINGLETON_HEAD(Name)                                                                              \
  struct TORCH_API Name : public Type {                                                                 \
    std::string annotation_str_impl(const TypePrinter& = nullptr) const override { return annotation; } \
    FLB_SINGLETON_BODY(Name, Type, text)                                                                \
  };
FLB_SYMBOLIC_TYPE(SymIntType, "SymInt", "int")
FLB_SYMBOLIC_TYPE(SymFloatType, "SymFloat", "float")
FLB_SYMBOLIC_TYPE(SymBoolType, "SymBool", "bool")
#undef FLB_SYMBOLIC_TYPE

FLB_SINGLETON_TYPE(BoolType, "bool")

#define FLB_ANNOTATED_TYPE(Name, text)                                                            \
  FLB_SINGLETON_HEAD(Name)                                                                        \
  struct TORCH_API Name : public Type {                                                           \
    std::string annotation_str_impl(const TypePrinter& = nullptr) const override { return text; } \
    FLB_SINGLETON_BODY(Name, Type, annotation_str())                                              \
  };
FLB_ANNOTATED_TYPE(StringType, "str")
FLB_ANNOTATED_TYPE(StorageType, "Storage")
#undef FLB_ANNOTATED_TYPE

struct FunctionType;
using FunctionTypePtr = std::shared_ptr<FunctionType>;
struct TORCH_API FunctionType : public NamedType {
  FLB_ON_USE static FunctionTypePtr create(torch::jit::Function* function) {
    return FunctionTypePtr(new FunctionType(function));
  }
  bool equals(const Type& rhs) const override {
    auto other = rhs.cast<FunctionType>();
    return other && other->function_ == function_;
  }
  std::string str() const override { return "Function"; }
  torch::jit::Function* function() const { return function_; }
  static const TypeKind Kind = TypeKind::FunctionType;

 private:
  FunctionType(torch::jit::Function* function);
  std::string annotation_str_impl(const TypePrinter& = nullptr) const override { return name()->qualifiedName(); }

  torch::jit::Function* function_;
};

FLB_SINGLETON_HEAD(NoneType)
struct TORCH_API NoneType : public Type {
  bool isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const override;
  FLB_SINGLETON_BODY(NoneType, Type, "NoneType")
};

FLB_SINGLETON_TYPE(GeneratorType, "Generator")
FLB_SINGLETON_TYPE(QuantizerType, "Quantizer")
FLB_SINGLETON_TYPE(QSchemeType, "QScheme")
FLB_SINGLETON_TYPE(DeviceObjType, "Device")
FLB_SINGLETON_TYPE(StreamObjType, "Stream")

struct VarType;
using VarTypePtr = std::shared_ptr<VarType>;
/// A type variable: a lower-case letter in a schema.
struct VarType : public SharedType {
  FLB_ON_USE static VarTypePtr create(std::string name_) { return VarTypePtr(new VarType(std::move(name_))); }
  bool equals(const Type& rhs) const override { return rhs.kind() == kind(); }
  std::string str() const override { return name(); }
  const std::string& name() const { return name_; }
  bool hasFreeVariables() const override { return true; }
  static const TypeKind Kind = TypeKind::VarType;

 private:
  FLB_ON_USE VarType(std::string name_) : SharedType(TypeKind::VarType), name_(std::move(name_)) {}
  std::string name_;
};

FLB_SINGLETON_TYPE(CapsuleType, "Capsule")
FLB_SINGLETON_TYPE(PyObjectType, "PyObject")

enum class TypeVerbosity {
  None,
  Type,
  TypeAndStride,
  Full,
  Symbolic,
  Default = Full,
};

TORCH_API TypeVerbosity type_verbosity();
TORCH_API std::ostream& operator<<(std::ostream& out, const Type& t);
template <typename T>
TORCH_API std::ostream& operator<<(std::ostream& out, const VaryingShape<T>& t);
TORCH_API std::ostream& operator<<(std::ostream& os, const SymbolicShape& s);
TORCH_API std::ostream& operator<<(std::ostream& os, const ShapeSymbol& s);
TORCH_API std::ostream& operator<<(std::ostream& os, const Stride& s);

/// `type` with every tensor type in it replaced by plain Tensor.
FLB_ON_USE inline TypePtr unshapedType(const TypePtr& type) {
  if (type->isSubtypeOf(*TensorType::get())) return TensorType::get();
  if (type->containedTypes().empty()) return type;
  return type->withContained(fmap(type->containedTypes(), unshapedType<>));
}

template <typename FlbOnUse>
inline TypePtr TensorType::fromNumberType(const Type& typ) {
  if (typ.isSubtypeOf(*IntType::get())) return createContiguous(at::kLong, at::kCPU, {});
  if (typ.isSubtypeOf(*FloatType::get())) return createContiguous(at::kDouble, at::kCPU, {});
  if (typ.isSubtypeOf(*BoolType::get())) return createContiguous(at::kBool, at::kCPU, {});
  TORCH_CHECK(typ.kind() == NumberType::Kind, "Unknown number type: ", typ.str());
  return create(std::nullopt, at::kCPU, {}, std::nullopt);
}
template <typename FlbOnUse>
inline TypePtr TensorType::fromBoolType() {
  return createContiguous(at::kBool, at::kCPU, {});
}

FLB_ON_USE inline std::optional<c10::ScalarType> tryScalarTypeFromJitType(const Type& type) {
  if (type == *FloatType::get()) return at::typeMetaToScalarType(c10::get_default_dtype());
  if (type == *IntType::get()) return at::ScalarType::Long;
  if (type == *BoolType::get()) return at::ScalarType::Bool;
  return std::nullopt;
}
FLB_ON_USE inline at::ScalarType scalarTypeFromJitType(const Type& type) {
  auto result = tryScalarTypeFromJitType(type);
  TORCH_CHECK(result, "Add new condition, expected Float, Complex, Int, or Bool but got", type.str());
  return *result;
}

/// The narrowest type that holds values of both, if there is one.
TORCH_API std::optional<TypePtr> unifyTypes(const TypePtr& t1, const TypePtr& t2, bool default_to_union = false,
                                            const TypePtr& type_hint = nullptr);
TORCH_API std::optional<TypePtr> unifyTypeList(at::ArrayRef<TypePtr> elements, std::ostream& why_not,
                                               bool default_to_union = false, const TypePtr& type_hint = nullptr);

template <TypeKind K>
struct EnumerationType : public Type {
  static const TypeKind Kind = K;
  bool equals(const Type& rhs) const override { return rhs.kind() == kind(); }

 protected:
  EnumerationType() : Type(Kind) {}
};

#define FLB_ENUMERATION_TYPE(Name, text)                           \
  FLB_SINGLETON_HEAD(Name)                                         \
  struct TORCH_API Name : public EnumerationType<TypeKind::Name> { \
    std::string str() const override { return text; }              \
    static const TypeKind Kind = TypeKind::Name;                   \
    static Name##Ptr get();                                        \
                                                                   \
   private:                                                        \
    Name() = default;                                              \
  };
FLB_ENUMERATION_TYPE(ScalarTypeType, "ScalarType")
FLB_ENUMERATION_TYPE(MemoryFormatType, "MemoryFormat")
FLB_ENUMERATION_TYPE(LayoutType, "Layout")
#undef FLB_ENUMERATION_TYPE

namespace detail {

template <typename T>
struct getTypePtr_ final {
  static decltype(auto) call() {
    return ([]() {
      try {
        return getCustomClassType<T>();
      } catch (const c10::Error&) {
        TORCH_CHECK(false, "Type ", c10::util::get_fully_qualified_type_name<T>(),
                    " could not be converted to any of the known types.");
      }
    }());
  }
};

// fake: what schemas without symbolic types say; SymInt, ScalarType and the like become int there.
template <typename T, bool fake>
struct getMaybeFakeTypePtr_ final {
  static decltype(auto) call() { return getTypePtr_<T>::call(); }
};

#define FLB_TYPE_OF(Cpp, Jit)                                      \
  template <>                                                      \
  struct getTypePtr_<Cpp> final {                                  \
    FLB_ON_USE static decltype(auto) call() { return Jit::get(); } \
  };
FLB_TYPE_OF(at::IValue, AnyType)
FLB_TYPE_OF(at::Tensor, TensorType)
FLB_TYPE_OF(c10::Storage, StorageType)
FLB_TYPE_OF(c10::Stream, StreamObjType)
FLB_TYPE_OF(double, FloatType)
FLB_TYPE_OF(c10::complex<double>, ComplexType)
FLB_TYPE_OF(int64_t, IntType)
FLB_TYPE_OF(DeviceIndex, IntType)
FLB_TYPE_OF(c10::Device, DeviceObjType)
FLB_TYPE_OF(bool, BoolType)
FLB_TYPE_OF(at::Scalar, NumberType)
FLB_TYPE_OF(c10::QScheme, QSchemeType)
FLB_TYPE_OF(std::string, StringType)
FLB_TYPE_OF(std::string_view, StringType)
FLB_TYPE_OF(void, NoneType)
#undef FLB_TYPE_OF

#define FLB_TYPE_OF(Cpp, Jit, Fake)                                 \
  template <>                                                       \
  struct getMaybeFakeTypePtr_<Cpp, false> final {                   \
    FLB_ON_USE static decltype(auto) call() { return Jit::get(); }  \
  };                                                                \
  template <>                                                       \
  struct getMaybeFakeTypePtr_<Cpp, true> final {                    \
    FLB_ON_USE static decltype(auto) call() { return Fake::get(); } \
  };
FLB_TYPE_OF(SymInt, SymIntType, IntType)
FLB_TYPE_OF(SymFloat, SymFloatType, FloatType)
FLB_TYPE_OF(SymBool, SymBoolType, BoolType)
FLB_TYPE_OF(c10::ScalarType, ScalarTypeType, IntType)
FLB_TYPE_OF(c10::Layout, LayoutType, IntType)
FLB_TYPE_OF(c10::MemoryFormat, MemoryFormatType, IntType)
#undef FLB_TYPE_OF

template <>
struct getTypePtr_<at::Generator> final {
  FLB_ON_USE static decltype(auto) call() {
    return TypeFactory::create<OptionalType>(TypeFactory::get<GeneratorType>());
  }
};

#define FLB_LIST_TYPE_OF(Cpp, identifier)                             \
  template <class T, bool fake>                                       \
  struct getMaybeFakeTypePtr_<Cpp, fake> final {                      \
    static const auto& call() {                                       \
      static auto inner_type = getMaybeFakeTypePtr_<T, fake>::call(); \
      static auto type = ListType::get(identifier, inner_type);       \
      return type;                                                    \
    }                                                                 \
  };
FLB_LIST_TYPE_OF(std::vector<T>, "vector")
FLB_LIST_TYPE_OF(c10::ArrayRef<T>, "ArrayRef")
FLB_LIST_TYPE_OF(c10::List<T>, "List")
FLB_LIST_TYPE_OF(c10::IListRef<T>, "List")
#undef FLB_LIST_TYPE_OF

template <bool fake>
struct getMaybeFakeTypePtr_<c10::SymIntArrayRef, fake> final {
  static const auto& call() {
    static auto type = ListType::create(getMaybeFakeTypePtr_<c10::SymInt, fake>::call());
    return type;
  }
};
template <class T, size_t N, bool fake>
struct getMaybeFakeTypePtr_<std::array<T, N>, fake> final {
  static const auto& call() {
    static auto inner_type = getMaybeFakeTypePtr_<T, fake>::call();
    static auto type = ListType::get("array" + std::to_string(N), inner_type);
    return type;
  }
};

#define FLB_DICT_TYPE_OF(Cpp, identifier)                                           \
  template <class K, class V, bool fake>                                            \
  struct getMaybeFakeTypePtr_<Cpp<K, V>, fake> final {                              \
    static const auto& call() {                                                     \
      static auto inner_key_type = getMaybeFakeTypePtr_<K, fake>::call();           \
      static auto inner_val_type = getMaybeFakeTypePtr_<V, fake>::call();           \
      static auto type = DictType::get(identifier, inner_key_type, inner_val_type); \
      return type;                                                                  \
    }                                                                               \
  };
FLB_DICT_TYPE_OF(std::unordered_map, "unordered_map")
FLB_DICT_TYPE_OF(c10::Dict, "Dict")
#undef FLB_DICT_TYPE_OF

template <class T, bool fake>
struct getMaybeFakeTypePtr_<std::optional<T>, fake> final {
  static const auto& call() {
    static auto inner_type = getMaybeFakeTypePtr_<T, fake>::call();
    static auto type = OptionalType::get(inner_type);
    return type;
  }
};
template <>
struct getTypePtr_<at::OptionalIntArrayRef> final {
  FLB_ON_USE static const auto& call() {
    static auto inner_type = getMaybeFakeTypePtr_<IntArrayRef, false>::call();
    static auto type = OptionalType::get(inner_type);
    return type;
  }
};
template <bool fake>
struct getMaybeFakeTypePtr_<at::OptionalSymIntArrayRef, fake> final {
  static const auto& call() {
    static auto inner_type = getMaybeFakeTypePtr_<SymIntArrayRef, fake>::call();
    static auto type = OptionalType::get(inner_type);
    return type;
  }
};
template <class... Contained, bool fake>
struct getMaybeFakeTypePtr_<std::tuple<Contained...>, fake> final {
  static const auto& call() {
    static auto type = TupleType::create(std::vector<TypePtr>{getMaybeFakeTypePtr_<Contained, fake>::call()...});
    return type;
  }
};

}  // namespace detail

template <class T>
inline decltype(auto) getTypePtr() {
  return detail::getMaybeFakeTypePtr_<T, false>::call();
}
template <class T>
inline TypePtr getTypePtrCopy() {
  return getTypePtr<T>();
}
template <class T>
inline decltype(auto) getFakeTypePtr() {
  return detail::getMaybeFakeTypePtr_<T, true>::call();
}
template <class T>
inline TypePtr getFakeTypePtrCopy() {
  return getFakeTypePtr<T>();
}

using TypeEnv = std::unordered_map<std::string, TypePtr>;
struct MatchTypeReturn {
  MatchTypeReturn(std::string reason) : reason_(std::move(reason)) {}
  static MatchTypeReturn Success() { return MatchTypeReturn(); }
  FLB_ON_USE bool success() const { return !reason_.has_value(); }
  FLB_ON_USE const std::string& reason() const { return reason_.value(); }

 private:
  MatchTypeReturn() : reason_(std::nullopt) {}
  std::optional<std::string> reason_;
};

/// Binds the type variables of `formal` so that it describes `actual`.
TORCH_API MatchTypeReturn matchTypeVariables(const TypePtr& formal, const TypePtr& actual, TypeEnv& type_env);
TORCH_API TypePtr tryEvalTypeVariables(const TypePtr& type, TypeEnv& type_env);
TORCH_API bool elementTypeCanBeInferredFromMembers(const TypePtr& elem_type);

struct InterfaceType;
using InterfaceTypePtr = std::shared_ptr<InterfaceType>;
struct TORCH_API InterfaceType : public NamedType {
  static InterfaceTypePtr create(QualifiedName qualifiedName, bool is_module = false);
  bool equals(const Type& rhs) const override {
    auto* other = rhs.castRaw<InterfaceType>();
    return other && isSubTypeImpl(*this, *other, nullptr) && isSubTypeImpl(*other, *this, nullptr);
  }
  std::string str() const override { return "InterfaceType<" + name()->name() + ">"; }
  bool isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const override;
  const FunctionSchema* getMethod(const std::string& name) const;
  void addMethod(FunctionSchema schema);
  FLB_ON_USE const std::vector<FunctionSchema>& methods() const { return *methods_; }
  bool is_module() const override { return is_module_; }
  static const TypeKind Kind = TypeKind::InterfaceType;
  ~InterfaceType() override = default;

 private:
  InterfaceType(QualifiedName name, bool is_module);
  static bool isSubTypeImpl(const InterfaceType& lhs, const InterfaceType& rhs, std::ostream* why_not);
  std::string annotation_str_impl(const TypePrinter& = nullptr) const override { return name()->qualifiedName(); }

  std::shared_ptr<std::vector<FunctionSchema>> methods_;
  bool is_module_;
};

FLB_SINGLETON_TYPE(AnyListType, "list")
FLB_SINGLETON_TYPE(AnyTupleType, "tuple")
FLB_SINGLETON_TYPE(AnyClassType, "AnyClassType")
#undef FLB_SINGLETON_HEAD
#undef FLB_SINGLETON_BODY
#undef FLB_SINGLETON_TYPE

namespace detail {
inline bool is_named_kind(TypeKind kind) {
  return kind == TypeKind::TupleType || kind == TypeKind::FunctionType || kind == TypeKind::ClassType ||
         kind == TypeKind::InterfaceType;
}
}  // namespace detail

template <>
inline detail::CastReturnType<NamedType>::type Type::cast<NamedType>() {
  if (!detail::is_named_kind(kind())) return nullptr;
  return std::static_pointer_cast<NamedType>(static_cast<NamedType*>(this)->shared_from_this());
}
template <>
inline detail::CastConstReturnType<NamedType>::type Type::cast<NamedType>() const {
  if (!detail::is_named_kind(kind())) return nullptr;
  return std::static_pointer_cast<const NamedType>(static_cast<const NamedType*>(this)->shared_from_this());
}
template <>
inline const NamedType* Type::castRaw<NamedType>() const {
  return detail::is_named_kind(kind()) ? static_cast<const NamedType*>(this) : nullptr;
}

/// A type, or the reason why none was found.
struct InferredType {
  InferredType(TypePtr type) : type_(std::move(type)) {}
  InferredType(std::string reason) : type_(nullptr), reason_(std::move(reason)) {}
  FLB_ON_USE TypePtr type() const {
    TORCH_INTERNAL_ASSERT(type_, "Tried to get the type from an InferredType but the type is null. ",
                          "Reason: ", reason_);
    return type_;
  }
  FLB_ON_USE bool success() const { return type_ != nullptr; }
  FLB_ON_USE const std::string& reason() const {
    TORCH_INTERNAL_ASSERT(!type_);
    return reason_;
  }

 private:
  TypePtr type_;
  std::string reason_;
};

TORCH_API bool containsAnyType(const TypePtr& type);

}  // namespace c10
