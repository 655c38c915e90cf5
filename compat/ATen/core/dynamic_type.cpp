#include <ATen/core/dynamic_type.h>

#include <ATen/core/class_type.h>
#include <ATen/core/function_schema.h>
#include <ATen/core/jit_type.h>
#include <ATen/core/type_factory.h>

namespace c10 {

namespace {

constexpr bool contains(DynamicType::Tag lhs, DynamicTypeBits rhs) {
  return (static_cast<DynamicTypeBits>(lhs) | rhs) == static_cast<DynamicTypeBits>(lhs);
}
constexpr bool contains(DynamicType::Tag lhs, DynamicType::Tag rhs) {
  return contains(lhs, static_cast<DynamicTypeBits>(rhs));
}

DynamicType::Tag tag_of(const Type& other) {
  switch (other.kind()) {
#define CASE(T, _, __)    \
  case TypeKind::T##Type: \
    return DynamicType::Tag::T;
    FORALL_DYNAMIC_TYPES(CASE)
    FORALL_DYNAMIC_TYPES_FAKE(CASE)
#undef CASE
    case TypeKind::SymFloatType:
      return DynamicType::Tag::Float;
    default:
      TORCH_CHECK(false, "Unsupported dynamic type: ", other.repr_str());
  }
}

}  // namespace

namespace detail {
DynamicTypePtr makeBaseType(DynamicType::Tag tag) {
  return std::make_shared<DynamicType>(tag, DynamicType::Arguments{});
}
}  // namespace detail

DynamicType::Arguments::Arguments(c10::ArrayRef<TypePtr> args) {
  elems.reserve(args.size());
  for (const auto& arg : args) elems.emplace_back(create(*arg));
}
DynamicType::Arguments::Arguments(const std::vector<std::string_view>& names, c10::ArrayRef<TypePtr> args)
    : Arguments(args) {
  TORCH_INTERNAL_ASSERT(names.size() == args.size());
  for (size_t i = 0; i < args.size(); i++) elems[i].label = std::string{names[i]};
}

DynamicType::~DynamicType() {
  if (tag_ == Tag::Class) {
    class_.~ClassTypePtr();
  } else {
    arguments_.~Arguments();
  }
}

DynamicTypePtr DynamicType::create(Type& other) {
  if (auto dynamic = other.cast<DynamicType>()) return dynamic;
  return std::shared_ptr<DynamicType>(new DynamicType{other});
}
SingletonOrSharedTypePtr<const DynamicType> DynamicType::create(const Type& other) {
  if (auto dynamic = other.cast<DynamicType>()) return dynamic;
  return std::shared_ptr<const DynamicType>(new DynamicType{other});
}

DynamicType::DynamicType(Tag tag, Arguments arguments)
    : SharedType(Kind), tag_(tag), arguments_(std::move(arguments)) {}
DynamicType::DynamicType(Tag tag, std::string_view name, Arguments arguments)
    : SharedType(Kind), tag_(tag), name_(std::string{name}), arguments_(std::move(arguments)) {}

DynamicType::DynamicType(const Type& other) : SharedType(DynamicType::Kind), tag_(tag_of(other)), arguments_() {
  if (auto named = other.castRaw<NamedType>()) {
    if (named->name()) name_ = named->name()->qualifiedName();
  }
  if (auto cls = other.cast<ClassType>()) {
    arguments_.~Arguments();
    new (&class_) ClassTypePtr(std::move(cls));
    return;
  }
  auto parts = other.containedTypes();
  if (parts.empty()) return;
  auto* tuple = other.castRaw<TupleType>();
  auto names = tuple ? tuple->names() : std::nullopt;
  if (names) {
    arguments_ = Arguments(*names, parts);
  } else {
    arguments_ = Arguments(parts);
  }
}

bool DynamicType::equals(const DynamicType& other) const {
  if (this == &other) return true;
  if (tag_ != other.tag_) return false;
  if (tag_ == Tag::Class) return *class_ == *other.class_;
  return compareArguments(other, [](const LabeledDynamicType& a, const LabeledDynamicType& b) { return a.equals(b); });
}
bool DynamicType::equals(const Type& rhs) const { return equals(*create(rhs)); }

bool DynamicType::isSubtypeOfExt(const Type& rhs, std::ostream*) const {
  const auto other = create(rhs);
  if (tag_ == other->tag_) {
    if (equals(*other)) return true;
    if (contains(tag_, kDynamicCovariantTypeBit) &&
        compareArguments(*other,
                         [](const LabeledDynamicType& a, const LabeledDynamicType& b) { return a.isSubtypeOf(b); })) {
      return true;
    }
  } else if (contains(other->tag_, tag_)) {
    return true;
  }
  return other->tag_ == Tag::Optional && isSubtypeOf(*other->arguments_.elems[0].ty);
}

TypePtr DynamicType::containedType(size_t i) const {
  TORCH_INTERNAL_ASSERT(tag_ != Tag::Class);
  return arguments_.elems.at(i).ty;
}
size_t DynamicType::containedTypeSize() const {
  TORCH_INTERNAL_ASSERT(tag_ != Tag::Class);
  return arguments_.elems.size();
}

TypeKind DynamicType::dynamicKind() const {
  switch (tag_) {
#define CASE(T, _, __) \
  case Tag::T:         \
    return TypeKind::T##Type;
    FORALL_DYNAMIC_TYPES(CASE)
#undef CASE
    default:
      TORCH_INTERNAL_ASSERT_DEBUG_ONLY(false);
      return TypeKind::AnyType;
  }
}

TypePtr DynamicType::fallback() const {
  const auto part = [&](size_t i) { return arguments_.elems[i].ty->fallback(); };
  switch (tag_) {
    case Tag::List:
      return ListType::create(part(0));
    case Tag::Dict:
      return DictType::create(part(0), part(1));
    case Tag::Optional:
      return OptionalType::create(part(0));
    case Tag::Future:
      return FutureType::create(part(0));
    case Tag::Await:
      return AwaitType::create(part(0));
    case Tag::RRef:
      return RRefType::create(part(0));
    case Tag::Var:
      return VarType::create(*name_);
    case Tag::Class:
      return std::make_shared<ClassType>(*class_);
    case Tag::Tuple: {
      std::vector<TypePtr> parts;
      for (const auto& element : arguments_.elems) parts.push_back(element.ty->fallback());
      if (!name_) return TupleType::create(std::move(parts));
      std::vector<std::string_view> names;
      for (const auto& element : arguments_.elems) names.emplace_back(*element.label);
      return TupleType::createNamed(*name_, names, parts);
    }
    case Tag::Tensor:
      return TensorType::get();
    case Tag::None:
      return NoneType::get();
    case Tag::Bool:
      return BoolType::get();
    case Tag::Int:
      return IntType::get();
    case Tag::Float:
      return FloatType::get();
    case Tag::Complex:
      return ComplexType::get();
    case Tag::Number:
      return NumberType::get();
    case Tag::String:
      return StringType::get();
    case Tag::AnyList:
      return AnyListType::get();
    case Tag::AnyTuple:
      return AnyTupleType::get();
    case Tag::DeviceObj:
      return DeviceObjType::get();
    case Tag::StreamObj:
      return StreamObjType::get();
    case Tag::Capsule:
      return CapsuleType::get();
    case Tag::Generator:
      return GeneratorType::get();
    case Tag::Storage:
      return StorageType::get();
    case Tag::AnyClass:
      return AnyClassType::get();
    case Tag::QScheme:
      return QSchemeType::get();
    case Tag::Quantizer:
      return QuantizerType::get();
    case Tag::AnyEnum:
      return AnyEnumType::get();
    case Tag::Any:
      return AnyType::get();
  }
  TORCH_INTERNAL_ASSERT_DEBUG_ONLY(false);
  return nullptr;
}

bool DynamicType::LabeledDynamicType::isSubtypeOf(const LabeledDynamicType& other) const {
  return !other.label || (label == other.label && ty->isSubtypeOf(*other.ty));
}
bool DynamicType::LabeledDynamicType::equals(const LabeledDynamicType& other) const {
  return label == other.label && *ty == *other.ty;
}

std::string DynamicType::str() const {
  if (name_) return *name_;
  std::string text = "Dynamic<" + std::to_string(static_cast<DynamicTypeBits>(tag())) + '>';
  if (tag_ == Tag::Class || arguments_.elems.empty()) return text;
  text += '[';
  for (const auto& element : arguments_.elems) {
    if (element.label) text += *element.label + ":";
    text += element.ty->str() + ',';
  }
  return text + ']';
}

DynamicTypePtr ivalue::TupleTypeFactory<c10::DynamicType>::create(const std::vector<TypePtr>& elemTypes) {
  return std::make_shared<DynamicType>(DynamicType::Tag::Tuple, DynamicType::Arguments(elemTypes));
}
DynamicTypePtr ivalue::TupleTypeFactory<c10::DynamicType>::fallback(const Type&) {
  TORCH_INTERNAL_ASSERT(false);
  return nullptr;
}
TupleTypePtr ivalue::TupleTypeFactory<TupleType>::fallback(const Type& type) {
  const auto& dynamic = type.expectRef<DynamicType>();
  std::vector<std::string_view> names;
  std::vector<TypePtr> types;
  for (const auto& element : dynamic.arguments().elems) {
    types.emplace_back(element.ty);
    if (element.label) names.emplace_back(*element.label);
  }
  if (!names.empty()) return TupleType::createNamed(std::nullopt, names, types);
  return TupleType::create(fmap(types, [](const TypePtr& t) { return t->expectRef<DynamicType>().fallback(); }));
}

TypePtr IValue::TagType<c10::DynamicType>::get(const c10::IValue& v) {
  return DynamicType::create(*IValue::TagType<c10::Type>::get(v));
}

}  // namespace c10
