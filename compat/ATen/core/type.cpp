// Types without parts, containers, and the rules that relate types.
#include <ATen/core/Dict.h>
#include <ATen/core/class_type.h>
#include <ATen/core/dynamic_type.h>
#include <ATen/core/enum_type.h>
#include <ATen/core/function.h>
#include <ATen/core/function_schema.h>
#include <ATen/core/jit_type.h>
#include <c10/util/flat_hash_map.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>

namespace c10 {

const char* typeKindToString(TypeKind kind) {
  switch (kind) {
#define CASE_TYPE(T) \
  case TypeKind::T:  \
    return #T;
    C10_FORALL_TYPES(CASE_TYPE)
#undef CASE_TYPE
  }
  return "";
}

#define FLB_DEFINE_GET(Name)          \
  Name##Ptr Name::get() {             \
    static auto& value = *new Name(); \
    return Name##Ptr(&value);         \
  }
FLB_DEFINE_GET(AnyType)
FLB_DEFINE_GET(AnyEnumType)
FLB_DEFINE_GET(NumberType)
FLB_DEFINE_GET(FloatType)
FLB_DEFINE_GET(ComplexType)
FLB_DEFINE_GET(IntType)
FLB_DEFINE_GET(SymIntType)
FLB_DEFINE_GET(SymFloatType)
FLB_DEFINE_GET(SymBoolType)
FLB_DEFINE_GET(BoolType)
FLB_DEFINE_GET(StringType)
FLB_DEFINE_GET(StorageType)
FLB_DEFINE_GET(NoneType)
FLB_DEFINE_GET(GeneratorType)
FLB_DEFINE_GET(QuantizerType)
FLB_DEFINE_GET(QSchemeType)
FLB_DEFINE_GET(DeviceObjType)
FLB_DEFINE_GET(StreamObjType)
FLB_DEFINE_GET(CapsuleType)
FLB_DEFINE_GET(PyObjectType)
FLB_DEFINE_GET(ScalarTypeType)
FLB_DEFINE_GET(LayoutType)
FLB_DEFINE_GET(MemoryFormatType)
FLB_DEFINE_GET(AnyListType)
FLB_DEFINE_GET(AnyTupleType)
FLB_DEFINE_GET(AnyClassType)
#undef FLB_DEFINE_GET

namespace {

// One object for each key, for ever: types that C++ types map to are compared by address.
template <class Key, class Make>
auto shared_instance(const Key& key, const Make& make) {
  using Made = decltype(make());
  struct Pool {
    std::mutex mutex;
    std::map<Key, Made> made;
  };
  static auto& pool = *new Pool;
  std::lock_guard<std::mutex> lock(pool.mutex);
  auto it = pool.made.find(key);
  return it != pool.made.end() ? it->second : pool.made.emplace(key, make()).first->second;
}

template <class T>
ListTypePtr list_of() {
  return ListType::create(T::get());
}

}  // namespace

#define FLB_LIST_OF(method, Element)                                 \
  ListTypePtr ListType::method() {                                   \
    static const auto& value = *new ListTypePtr(list_of<Element>()); \
    return value;                                                    \
  }
FLB_LIST_OF(ofTensors, TensorType)
FLB_LIST_OF(ofInts, IntType)
FLB_LIST_OF(ofSymInts, SymIntType)
FLB_LIST_OF(ofFloats, FloatType)
FLB_LIST_OF(ofComplexDoubles, ComplexType)
FLB_LIST_OF(ofBools, BoolType)
FLB_LIST_OF(ofStrings, StringType)
FLB_LIST_OF(ofNumbers, NumberType)
#undef FLB_LIST_OF
ListTypePtr ListType::ofOptionalTensors() {
  static const auto& value = *new ListTypePtr(ListType::create(OptionalType::ofTensor()));
  return value;
}

TypePtr ListType::get(const std::string& identifier, TypePtr inner) {
  return shared_instance(std::make_pair(identifier, inner.get()), [&] { return TypePtr(ListType::create(inner)); });
}
TypePtr DictType::get(const std::string& identifier, TypePtr key, TypePtr value) {
  return shared_instance(std::make_tuple(identifier, key.get(), value.get()),
                         [&] { return TypePtr(DictType::create(key, value)); });
}

std::string DictType::annotation_str_impl(const TypePrinter& printer) const {
  return "Dict[" + getKeyType()->annotation_str(printer) + ", " + getValueType()->annotation_str(printer) + ']';
}

std::ostream& operator<<(std::ostream& out, const Type& t) {
  if (auto value = t.cast<TensorType>()) {
    if (value->scalarType().has_value()) {
      out << toString(*value->scalarType());
      if (!value->sizes().size().has_value()) out << "Tensor";
    } else {
      out << "Tensor";
    }
    const auto detail = type_verbosity();
    if (auto ndim = value->sizes().size(); ndim && detail >= TypeVerbosity::Type) {
      const bool strides =
          detail >= TypeVerbosity::TypeAndStride && value->strides().isComplete() && value->strides().size() == ndim;
      out << '(';
      for (size_t i = 0; i < *ndim; ++i) {
        if (i > 0) out << ", ";
        if (auto size = value->sizes()[i]) {
          out << *size;
        } else if (detail >= TypeVerbosity::Symbolic) {
          out << value->symbolic_sizes()[i];
        } else {
          out << '*';
        }
      }
      if (strides) {
        out << ", strides=[";
        for (size_t i = 0; i < *ndim; ++i) out << (i > 0 ? ", " : "") << *value->strides()[i];
        out << ']';
      }
      if (detail >= TypeVerbosity::Full) {
        const char* comma = *ndim > 0 ? ", " : "";
        if (value->requiresGrad()) {
          out << comma << "requires_grad=" << *value->requiresGrad();
          comma = ", ";
        }
        if (value->device()) out << comma << "device=" << *value->device();
      }
      out << ')';
    } else if (detail >= TypeVerbosity::Full) {
      const char* open = "(";
      if (value->requiresGrad() && *value->requiresGrad()) {
        out << open << "requires_grad=" << *value->requiresGrad();
        open = ", ";
      }
      if (value->device()) {
        out << open << "device=" << *value->device();
        open = ", ";
      }
      if (*open == ',') out << ')';
    }
    if (value->undefined() && *value->undefined()) out << "[Undefined]";
  } else if (t.kind() == TypeKind::ListType) {
    out << *t.castRaw<ListType>()->getElementType() << "[]";
  } else if (t.kind() == TypeKind::OptionalType) {
    out << *t.castRaw<OptionalType>()->getElementType() << '?';
  } else if (t.kind() == TypeKind::FutureType) {
    out << "Future[" << *t.castRaw<FutureType>()->getElementType() << ']';
  } else if (t.kind() == TypeKind::RRefType) {
    out << "RRef[" << *t.castRaw<RRefType>()->getElementType() << ']';
  } else if (auto* tup = t.castRaw<TupleType>()) {
    if (tup->schema()) out << "NamedTuple";
    out << '(';
    for (size_t i = 0; i < tup->elements().size(); ++i) {
      if (i > 0) out << ", ";
      if (tup->schema()) out << tup->schema()->arguments()[i].name() << " : ";
      out << *tup->elements()[i];
    }
    out << ')';
  } else if (t.kind() == TypeKind::FunctionType) {
    out << "Function";
  } else {
    out << t.str();
  }
  return out;
}

TypeVerbosity type_verbosity() {
  static const auto verbosity = [] {
    const char* value = std::getenv("PYTORCH_JIT_TYPE_VERBOSITY");
    return value ? static_cast<TypeVerbosity>(std::atoi(value)) : TypeVerbosity::Default;
  }();
  return verbosity;
}

// --- subtypes ---

bool Type::isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const {
  if (rhs.kind() == TypeKind::AnyType || *this == rhs) return true;
  if (auto* optional = rhs.castRaw<OptionalType>()) return isSubtypeOfExt(*optional->getElementType(), why_not);
  if (auto* any_of = rhs.castRaw<UnionType>()) {
    // Whether one of its types holds this; a container's own rule is stricter than its elements'.
    return std::any_of(any_of->containedTypes().begin(), any_of->containedTypes().end(),
                       [&](const TypePtr& t) { return isSubtypeOfExt(*t, why_not); });
  }
  if (rhs.kind() == TypeKind::DynamicType) return DynamicType::create(const_cast<Type&>(*this))->isSubtypeOf(rhs);
  return false;
}

bool Type::is_module() const { return false; }

bool NumberType::equals(const Type& rhs) const { return rhs.kind() == TypeKind::NumberType; }
bool NumberType::isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const {
  // int | float | complex, whatever the order
  if (auto* any_of = rhs.castRaw<UnionType>()) return any_of->canHoldType(*NumberType::get());
  return Type::isSubtypeOfExt(rhs, why_not);
}

bool NoneType::isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const {
  return rhs.kind() == OptionalType::Kind || Type::isSubtypeOfExt(rhs, why_not);
}

bool ListType::isSubtypeOfExt(const Type& rhs_, std::ostream* why_not) const {
  return Type::isSubtypeOfExt(rhs_, why_not) || rhs_.kind() == AnyListType::Kind;
}

bool EnumType::isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const {
  return rhs.kind() == AnyType::Kind || rhs.kind() == AnyEnumType::Kind || *this == rhs ||
         Type::isSubtypeOfExt(rhs, why_not);
}

// --- unification ---

namespace {

bool same_kind_of_number(const TypePtr& t) { return t->isSubtypeOf(*NumberType::get()); }

std::optional<TypePtr> unify_known(const TypePtr& t1, const TypePtr& t2, bool default_to_union,
                                   const TypePtr& type_hint) {
  if (t1->isSubtypeOf(*t2)) return t2;
  if (t2->isSubtypeOf(*t1)) return t1;
  if (t1->kind() == TensorType::Kind && t2->kind() == TensorType::Kind) {
    return TypePtr(t1->expectRef<TensorType>().merge(t2->expectRef<TensorType>()));
  }
  if (t1->isSubtypeOf(*NoneType::get()) && !t2->isSubtypeOf(*NoneType::get())) return TypePtr(OptionalType::create(t2));
  if (t2->isSubtypeOf(*NoneType::get()) && !t1->isSubtypeOf(*NoneType::get())) return TypePtr(OptionalType::create(t1));
  if (same_kind_of_number(t1) && same_kind_of_number(t2) && type_hint && type_hint->kind() == NumberType::Kind) {
    return TypePtr(NumberType::get());
  }
  const auto optional_of = [&](const TypePtr& optional, const TypePtr& other) -> std::optional<TypePtr> {
    auto* inner = optional->castRaw<OptionalType>();
    if (!inner) return std::nullopt;
    auto joined = unifyTypes(inner->getElementType(), other, default_to_union);
    return joined ? std::make_optional<TypePtr>(OptionalType::create(*joined)) : std::nullopt;
  };
  if (auto joined = optional_of(t1, t2)) return joined;
  if (auto joined = optional_of(t2, t1)) return joined;

  if (auto* a = t1->castRaw<TupleType>(), *b = t2->castRaw<TupleType>();
      a && b && a->elements().size() == b->elements().size()) {
    std::vector<TypePtr> elements;
    for (size_t i = 0; i < a->elements().size(); i++) {
      auto joined = unifyTypes(a->elements()[i], b->elements()[i], default_to_union);
      if (!joined) return std::nullopt;
      elements.push_back(*joined);
    }
    return TypePtr(TupleType::create(std::move(elements)));
  }
  // Lists are mutable: their elements must have one type, but tensors may differ in what is known of them.
  const auto unshaped1 = unshapedType(t1), unshaped2 = unshapedType(t2);
  if (unshaped1->isSubtypeOf(*unshaped2)) return unshaped2;
  if (unshaped2->isSubtypeOf(*unshaped1)) return unshaped1;
  return std::nullopt;
}

}  // namespace

std::optional<TypePtr> unifyTypes(const TypePtr& t1, const TypePtr& t2, bool default_to_union,
                                  const TypePtr& type_hint) {
  auto unified = unify_known(t1, t2, default_to_union, type_hint);
  if (default_to_union && !unified) return TypePtr(UnionType::create({t1, t2}));
  return unified;
}

std::optional<TypePtr> unifyTypeList(at::ArrayRef<TypePtr> elements, std::ostream& why_not, bool default_to_union,
                                     const TypePtr& type_hint) {
  if (elements.empty()) {
    why_not << "Cannot get unified type from empty list";
    return std::nullopt;
  }
  TypePtr joined = elements[0];
  for (size_t i = 1; i < elements.size(); ++i) {
    auto next = unifyTypes(joined, elements[i], default_to_union, type_hint);
    if (!next) {
      why_not << "Could not unify type list since element " << i << " of type " << elements[i]->repr_str()
              << " did not match the types before it (" << joined->repr_str() << ")";
      return std::nullopt;
    }
    joined = *next;
  }
  return joined;
}

bool elementTypeCanBeInferredFromMembers(const TypePtr& elem_type) {
  // What members are says nothing of these.
  return elem_type->kind() != UnionType::Kind && elem_type->kind() != OptionalType::Kind &&
         elem_type->kind() != NumberType::Kind && elem_type->kind() != InterfaceType::Kind &&
         elem_type->kind() != AnyType::Kind;
}

bool containsAnyType(const TypePtr& type) {
  const auto parts = type->containedTypes();
  return type->kind() == AnyType::Kind || std::any_of(parts.begin(), parts.end(), containsAnyType);
}

void checkNoAny(const Type& base, const char* what, const std::string& attrname, const TypePtr& attrtype) {
  TORCH_CHECK(!containsAnyType(attrtype), "attempting to add ", what, " '", attrname, "' of type ",
              attrtype->repr_str(), " to '", base.repr_str(),
              "' but it contains an Any type. Any types cannot be members of modules, classes, or named tuples.");
}

// --- type variables ---

namespace {

// Matches the parts of a container of the same kind, one by one.
template <class T>
std::optional<MatchTypeReturn> match_element(const TypePtr& formal, const TypePtr& actual, TypeEnv& env) {
  auto* wanted = formal->castRaw<T>();
  if (!wanted) return std::nullopt;
  auto* given = actual->castRaw<T>();
  if (!given) return std::nullopt;
  auto inner = matchTypeVariables(wanted->getElementType(), given->getElementType(), env);
  return inner.success() ? MatchTypeReturn::Success() : inner;
}

}  // namespace

MatchTypeReturn matchTypeVariables(const TypePtr& formal, const TypePtr& actual, TypeEnv& type_env) {
  if (!formal->hasFreeVariables()) return MatchTypeReturn::Success();
  if (auto* var = formal->castRaw<VarType>()) {
    auto it = type_env.find(var->name());
    if (it == type_env.end()) {
      type_env[var->name()] = actual;
      return MatchTypeReturn::Success();
    }
    if (auto unified = unifyTypes(it->second, actual)) {
      type_env[var->name()] = *unified;
      return MatchTypeReturn::Success();
    }
    return "Type variable '" + var->name() + "' previously matched to type " + it->second->repr_str() +
           " is matched to type " + actual->repr_str();
  }
  if (formal->kind() == ListType::Kind && actual->kind() == TupleType::Kind) {
    std::stringstream why;
    const auto* list = formal->castRaw<ListType>();
    auto joined = unifyTypeList(actual->castRaw<TupleType>()->elements(), why);
    if (joined) return matchTypeVariables(list->getElementType(), *joined, type_env);
    return "Cannot match " + formal->repr_str() + " to " + actual->repr_str() + ": " + why.str();
  }
  if (auto r = match_element<ListType>(formal, actual, type_env)) return *r;
  if (auto r = match_element<FutureType>(formal, actual, type_env)) return *r;
  if (auto r = match_element<AwaitType>(formal, actual, type_env)) return *r;
  if (auto r = match_element<RRefType>(formal, actual, type_env)) return *r;
  if (auto* tuple = formal->castRaw<TupleType>()) {
    auto* given = actual->castRaw<TupleType>();
    if (!given || given->elements().size() != tuple->elements().size()) {
      return "Cannot match a tuple to " + actual->repr_str();
    }
    for (size_t i = 0; i < tuple->elements().size(); ++i) {
      auto r = matchTypeVariables(tuple->elements()[i], given->elements()[i], type_env);
      if (!r.success()) return r;
    }
    return MatchTypeReturn::Success();
  }
  if (auto* optional = formal->castRaw<OptionalType>()) {
    if (auto* given = actual->castRaw<OptionalType>()) {
      auto r = matchTypeVariables(optional->getElementType(), given->getElementType(), type_env);
      return r.success() ? MatchTypeReturn::Success() : r;
    }
    // None binds nothing: the variable must be bound elsewhere.
    if (actual->isSubtypeOf(*NoneType::get())) return MatchTypeReturn::Success();
    return matchTypeVariables(optional->getElementType(), actual, type_env);
  }
  if (auto* dict = formal->castRaw<DictType>()) {
    if (auto* given = actual->castRaw<DictType>()) {
      auto r = matchTypeVariables(dict->getKeyType(), given->getKeyType(), type_env);
      return r.success() ? matchTypeVariables(dict->getValueType(), given->getValueType(), type_env) : r;
    }
    return "Cannot match a dict to " + actual->repr_str();
  }
  return "Cannot match " + formal->repr_str() + " to " + actual->repr_str();
}

TypePtr tryEvalTypeVariables(const TypePtr& type, TypeEnv& type_env) {
  if (!type->hasFreeVariables()) return type;
  if (auto* var = type->castRaw<VarType>()) {
    auto it = type_env.find(var->name());
    return it == type_env.end() ? nullptr : it->second;
  }
  std::vector<TypePtr> parts;
  for (const auto& part : type->containedTypes()) {
    auto known = tryEvalTypeVariables(part, type_env);
    if (!known) return nullptr;
    parts.push_back(std::move(known));
  }
  return type->withContained(std::move(parts));
}

// --- functions and interfaces ---

FunctionType::FunctionType(torch::jit::Function* function)
    : NamedType(TypeKind::FunctionType, function->qualname()), function_(function) {}

InterfaceTypePtr InterfaceType::create(QualifiedName qualifiedName, bool is_module) {
  return InterfaceTypePtr(new InterfaceType(std::move(qualifiedName), is_module));
}
InterfaceType::InterfaceType(QualifiedName name, bool is_module)
    : NamedType(InterfaceType::Kind, std::move(name)),
      methods_(std::make_shared<std::vector<FunctionSchema>>()),
      is_module_(is_module) {}

bool InterfaceType::isSubTypeImpl(const InterfaceType& lhs, const InterfaceType& rhs, std::ostream* why_not) {
  if (!lhs.is_module() && rhs.is_module()) {
    if (why_not) {
      *why_not << "Interface '" << lhs.repr_str() << "' is not a subtype of the module interface '" << rhs.repr_str()
               << "'.\n";
    }
    return false;
  }
  for (const FunctionSchema& wanted : *rhs.methods_) {
    const auto* given = lhs.getMethod(wanted.name());
    if (!given) {
      if (why_not) {
        *why_not << "Interface '" << lhs.repr_str() << "' does not have method '" << wanted.name()
                 << "' but interface '" << rhs.repr_str() << "' does.\n";
      }
      return false;
    }
    if (!given->isSubtypeOf(wanted, /*as_method=*/true, why_not)) return false;
  }
  return true;
}
bool InterfaceType::isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const {
  if (auto* other = rhs.castRaw<InterfaceType>()) return isSubTypeImpl(*this, *other, why_not);
  return Type::isSubtypeOfExt(rhs, why_not);
}
const FunctionSchema* InterfaceType::getMethod(const std::string& name) const {
  for (const FunctionSchema& method : *methods_) {
    if (method.name() == name) return &method;
  }
  return nullptr;
}
void InterfaceType::addMethod(FunctionSchema schema) { methods_->emplace_back(std::move(schema)); }

// --- factories ---

TypePtr TypeFactoryBase<Type>::createNamedTuple(const std::string& name, const std::vector<std::string_view>& fields,
                                                const std::vector<TypePtr>& types) {
  return TupleType::createNamed(name, fields, types);
}

#define FLB_PYTHON_NAMES(_)                                                                                  \
  _("Tensor", TensorType)                                                                                    \
  _("int", IntType) _("float", FloatType) _("bool", BoolType) _("complex", ComplexType) _("str", StringType) \
      _("Device", DeviceObjType) _("Stream", StreamObjType) _("number", NumberType) _("None", NoneType)      \
          _("NoneType", NoneType) _("Any", AnyType) _("Capsule", CapsuleType) _("list", AnyListType)         \
              _("tuple", AnyTupleType)

const std::unordered_map<std::string, TypePtr>& TypeFactoryBase<Type>::basePythonTypes() {
#define ROW(name, T) {name, TypePtr(T::get())},
  static const auto& types = *new std::unordered_map<std::string, TypePtr>{FLB_PYTHON_NAMES(ROW)};
#undef ROW
  return types;
}
const std::unordered_map<std::string, TypePtr>& TypeFactoryBase<DynamicType>::basePythonTypes() {
#define ROW(name, T) {name, TypePtr(DynamicTypeTrait<T>::getBaseType())},
  static const auto& types = *new std::unordered_map<std::string, TypePtr>{FLB_PYTHON_NAMES(ROW)};
#undef ROW
  return types;
}

}  // namespace c10
