// Union and Optional. A union's types are kept flat, without duplicates and without those that another one holds.
#include <ATen/core/function_schema.h>
#include <ATen/core/jit_type.h>

#include <map>
#include <mutex>

namespace c10 {

namespace {

void flatten(const TypePtr& type, std::vector<TypePtr>& flat) {
  if (auto* any_of = type->castRaw<UnionType>()) {
    for (const auto& inner : any_of->containedTypes()) flatten(inner, flat);
  } else if (auto* optional = type->castRaw<OptionalType>()) {
    flatten(optional->getElementType(), flat);
    flat.push_back(NoneType::get());
  } else if (type->kind() == NumberType::Kind) {
    flat.insert(flat.end(), {TypePtr(IntType::get()), TypePtr(FloatType::get()), TypePtr(ComplexType::get())});
  } else {
    flat.push_back(type);
  }
}

// Keeps the first of equal types, and supertypes instead of their subtypes; in an order that does not depend on
// spelling.
void remove_covered(std::vector<TypePtr>& types) {
  std::vector<TypePtr> kept;
  for (size_t i = 0; i < types.size(); i++) {
    bool covered = false;
    for (size_t j = 0; j < types.size() && !covered; j++) {
      if (i == j || !types[i]->isSubtypeOf(*types[j])) continue;
      covered = !types[j]->isSubtypeOf(*types[i]) || j < i;
    }
    if (!covered) kept.push_back(types[i]);
  }
  types = std::move(kept);
  std::sort(types.begin(), types.end(), [](const TypePtr& a, const TypePtr& b) {
    return a->kind() != b->kind() ? a->kind() < b->kind() : a->str() < b->str();
  });
}

}  // namespace

void standardizeVectorForUnion(std::vector<TypePtr>& reference, std::vector<TypePtr>* to_fill) {
  for (const auto& type : reference) flatten(type, *to_fill);
  remove_covered(*to_fill);
}
void standardizeVectorForUnion(std::vector<TypePtr>* to_flatten) {
  TORCH_INTERNAL_ASSERT(to_flatten, "`standardizeVectorForUnion` was passed a `nullptr`");
  std::vector<TypePtr> flat;
  standardizeVectorForUnion(*to_flatten, &flat);
  *to_flatten = std::move(flat);
}

UnionTypePtr UnionType::create(std::vector<TypePtr> reference) {
  auto made = UnionTypePtr(new UnionType(std::move(reference)));
  if (made->types_.size() == 2 && made->can_hold_none_) {
    // Spelt Optional[T].
    const auto& inner = made->types_[0]->kind() == NoneType::Kind ? made->types_[1] : made->types_[0];
    return OptionalType::create(inner);
  }
  // int | float | complex | None is Optional[number].
  const auto holds = [&](const Type& t) {
    return std::any_of(made->types_.begin(), made->types_.end(), [&](const TypePtr& x) { return *x == t; });
  };
  if (made->types_.size() == 4 && made->can_hold_none_ && holds(*IntType::get()) && holds(*FloatType::get()) &&
      holds(*ComplexType::get())) {
    return OptionalType::create(NumberType::get());
  }
  return made;
}

UnionType::UnionType(std::vector<TypePtr> reference, TypeKind kind) : SharedType(kind) {
  TORCH_INTERNAL_ASSERT(!reference.empty(), "Cannot create an empty Union");
  standardizeVectorForUnion(reference, &types_);
  if (types_.size() == 1) {
    std::stringstream msg;
    msg << "After type unification was performed, the Union with the original types {";
    for (size_t i = 0; i < reference.size(); ++i) msg << (i > 0 ? "," : "") << ' ' << reference[i]->repr_str();
    msg << "} has the single type " << types_[0]->repr_str()
        << ". Use the common supertype instead of creating a Union type";
    TORCH_CHECK(false, msg.str());
  }
  can_hold_none_ = false;
  has_free_variables_ = false;
  for (const auto& type : types_) {
    can_hold_none_ |= type->kind() == NoneType::Kind;
    has_free_variables_ |= type->hasFreeVariables();
  }
}

bool UnionType::equals(const Type& rhs) const {
  if (auto* other = rhs.castRaw<UnionType>()) {
    // As sets.
    return types_.size() == other->types_.size() && std::all_of(types_.begin(), types_.end(), [&](const TypePtr& mine) {
             return std::any_of(other->types_.begin(), other->types_.end(),
                                [&](const TypePtr& theirs) { return *mine == *theirs; });
           });
  }
  if (auto* optional = rhs.castRaw<OptionalType>()) {
    if (optional->getElementType()->kind() == NumberType::Kind) {
      return types_.size() == 4 && can_hold_none_ && canHoldType(*NumberType::get());
    }
    auto mine = toOptional();
    return mine && *optional == *(*mine)->expect<OptionalType>();
  }
  if (rhs.kind() == NumberType::Kind) return types_.size() == 3 && canHoldType(*NumberType::get());
  return false;
}

bool UnionType::isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const {
  std::vector<const Type*> theirs;
  if (auto* any_of = rhs.castRaw<UnionType>()) {
    for (const auto& t : any_of->containedTypes()) theirs.push_back(t.get());
  } else if (auto* optional = rhs.castRaw<OptionalType>()) {
    theirs = {NoneType::get().get(), optional->getElementType().get()};
  } else {
    theirs = {&rhs};
  }
  return std::all_of(types_.begin(), types_.end(), [&](const TypePtr& mine) {
    return std::any_of(theirs.begin(), theirs.end(), [&](const Type* t) { return mine->isSubtypeOfExt(*t, why_not); });
  });
}

std::string UnionType::unionStr(const TypePrinter& printer, bool is_annotation_str) const {
  // Numbers are named in one word, as in the annotation they came from.
  const bool all_numbers = canHoldType(*NumberType::get());
  std::string text = is_annotation_str ? "Union[" : "Union(";
  const char* separator = "";
  bool number_written = false;
  for (const TypePtr& type : types_) {
    if (all_numbers && type->isSubtypeOf(*NumberType::get())) {
      if (std::exchange(number_written, true)) continue;
      text += separator;
      text += NumberType::get()->str();
    } else {
      text += separator;
      text += is_annotation_str ? type->annotation_str(printer) : type->str();
    }
    separator = ", ";
  }
  return text + (is_annotation_str ? "]" : ")");
}
std::string UnionType::str() const { return unionStr(nullptr, false); }
std::string UnionType::annotation_str_impl(const TypePrinter& printer) const { return unionStr(printer, true); }

bool UnionType::canHoldType(const Type& type) const {
  if (&type == NumberType::get().get()) {
    return canHoldType(*IntType::get()) && canHoldType(*FloatType::get()) && canHoldType(*ComplexType::get());
  }
  return std::any_of(containedTypes().begin(), containedTypes().end(),
                     [&](const TypePtr& inner) { return type.isSubtypeOf(*inner); });
}

std::optional<TypePtr> UnionType::toOptional() const {
  if (!can_hold_none_) return std::nullopt;
  auto copied = std::vector<TypePtr>(types_);
  auto maybe = UnionType::create(std::move(copied));
  if (maybe->kind() == UnionType::Kind) return std::nullopt;
  return TypePtr(std::static_pointer_cast<Type>(std::shared_ptr<UnionType>(maybe)));
}

std::optional<TypePtr> UnionType::subtractTypeSet(std::vector<TypePtr>& to_subtract) const {
  std::vector<TypePtr> remaining;
  for (const auto& type : types_) {
    const bool removed = std::any_of(to_subtract.begin(), to_subtract.end(),
                                     [&](const TypePtr& other) { return type->isSubtypeOf(*other); });
    if (!removed) remaining.push_back(type);
  }
  if (remaining.empty()) return std::nullopt;
  if (remaining.size() == 1) return remaining[0];
  return TypePtr(UnionType::create(std::move(remaining)));
}

OptionalTypePtr OptionalType::create(const TypePtr& contained) { return OptionalTypePtr(new OptionalType(contained)); }

OptionalType::OptionalType(const TypePtr& contained)
    : UnionType(std::vector<TypePtr>{contained, NoneType::get()}, TypeKind::OptionalType) {
  // Optional[Optional[T]] and Optional[Union[T, None]] are Optional[T].
  if (auto* any_of = contained->castRaw<UnionType>()) {
    std::vector<TypePtr> to_subtract{NoneType::get()};
    auto inner = any_of->subtractTypeSet(to_subtract);
    contained_ = inner.value_or(contained);
  } else if (auto* optional = contained->castRaw<OptionalType>()) {
    contained_ = optional->getElementType();
  } else {
    contained_ = contained;
  }
  has_free_variables_ = contained_->hasFreeVariables();
}

bool OptionalType::equals(const Type& rhs) const {
  if (auto* any_of = rhs.castRaw<UnionType>()) {
    auto optional = any_of->toOptional();
    return optional && *this == *(*optional)->expect<OptionalType>();
  }
  auto* other = rhs.castRaw<OptionalType>();
  return other && *getElementType() == *other->getElementType();
}

bool OptionalType::isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const {
  if (auto* other = rhs.castRaw<OptionalType>()) {
    return getElementType()->isSubtypeOfExt(*other->getElementType(), why_not);
  }
  if (auto* any_of = rhs.castRaw<UnionType>()) {
    if (!any_of->canHoldType(*NoneType::get())) {
      if (why_not) *why_not << rhs.repr_str() << " cannot hold None";
      return false;
    }
    if (!any_of->canHoldType(*getElementType())) {
      if (why_not) *why_not << rhs.repr_str() << " cannot hold " << getElementType();
      return false;
    }
    return true;
  }
  return Type::isSubtypeOfExt(rhs, why_not);
}

TypePtr OptionalType::ofTensor() {
  static const auto& value = *new TypePtr(OptionalType::create(TensorType::get()));
  return value;
}

TypePtr OptionalType::get(TypePtr inner) {
  struct Pool {
    std::mutex mutex;
    std::map<const Type*, std::pair<TypePtr, TypePtr>> made;  // keeps `inner`, whose address is the key
  };
  static auto& pool = *new Pool;
  std::lock_guard<std::mutex> lock(pool.mutex);
  auto& entry = pool.made[inner.get()];
  if (!entry.second) entry = {inner, TypeFactory::create<OptionalType>(inner)};
  return entry.second;
}

}  // namespace c10
