#include <ATen/core/function_schema.h>

#include <iostream>
#include <stack>

namespace c10 {

void FunctionSchema::dump() const { std::cout << *this << '\n'; }

std::ostream& operator<<(std::ostream& out, const FunctionSchema& schema) {
  out << schema.name();
  if (!schema.overload_name().empty()) out << '.' << schema.overload_name();
  out << '(';
  bool seen_kwarg_only = false;
  for (const auto i : c10::irange(schema.arguments().size())) {
    if (i > 0) out << ", ";
    if (schema.arguments()[i].kwarg_only() && !seen_kwarg_only) {
      out << "*, ";
      seen_kwarg_only = true;
    }
    out << schema.arguments()[i];
  }
  if (schema.is_vararg()) out << (schema.arguments().empty() ? "..." : ", ...");
  out << ") -> ";

  const auto& returns = schema.returns();
  std::ostringstream list;
  for (const auto i : c10::irange(returns.size())) list << (i > 0 ? ", " : "") << returns[i];
  if (schema.is_varret()) list << (returns.empty() ? "..." : ", ...");
  const std::string text = list.str();
  const bool one = returns.size() == (schema.is_varret() ? 0 : 1);
  // One value needs no parentheses, unless it is a tuple, which would read as several.
  if (one && text.front() != '(') return out << text;
  return out << '(' << text << ')';
}

const std::vector<Argument>& FunctionSchema::getCorrectList(SchemaArgType type) const {
  return type == SchemaArgType::input ? arguments() : returns();
}

FunctionSchema FunctionSchema::cloneWithRealTypes(bool with_symint) const {
  const auto symbolic = [](const Type& type) {
    return type == *getTypePtr<c10::SymInt>() || type == *getTypePtr<std::optional<c10::SymInt>>() ||
           type == *getTypePtr<c10::SymIntArrayRef>() || type == *getTypePtr<at::OptionalSymIntArrayRef>();
  };
  const auto always = [](const Argument& a) { return a.cloneWithType(a.real_type()); };
  const auto unless_symbolic = [&](const Argument& a) {
    return a.cloneWithType(!with_symint && symbolic(*a.real_type()) ? a.type() : a.real_type());
  };
  return FunctionSchema(name(), overload_name(), fmap(arguments(), unless_symbolic), fmap(returns(), always),
                        is_vararg(), is_varret());
}

FunctionSchema FunctionSchema::cloneWithRemappedTypes(const std::function<TypePtr(TypePtr)> type_map) const {
  const auto update = [&](const std::vector<Argument>& args) {
    return fmap(args, [&](const Argument& arg) { return arg.cloneWithType(type_map(arg.type())); });
  };
  return FunctionSchema(name(), overload_name(), update(arguments()), update(returns()), is_vararg(), is_varret());
}

// --- aliasing ---

std::optional<AliasTypeSet> FunctionSchema::mapTypeToAliasTypeSet(const TypePtr& type) const {
  switch (type->kind()) {
    case TypeKind::ListType:
    case TypeKind::DictType:
    case TypeKind::ClassType:
    case TypeKind::TensorType:
      return AliasTypeSet{c10::unshapedType(type)};
    case TypeKind::UnionType: {
      AliasTypeSet mutable_types;
      for (const TypePtr& inner : type->expectRef<UnionType>().containedTypes()) {
        if (auto set = mapTypeToAliasTypeSet(inner))
          mutable_types.insert(mutable_types.end(), set->begin(), set->end());
      }
      if (mutable_types.empty()) return std::nullopt;
      return mutable_types;
    }
    case TypeKind::AnyType:
      return {AliasTypeSet{type}};
    case TypeKind::OptionalType:
      return mapTypeToAliasTypeSet(type->castRaw<OptionalType>()->getElementType());
    case TypeKind::TupleType: {
      AliasTypeSet mutable_types;
      for (const TypePtr& inner : type->expectRef<TupleType>().elements()) {
        if (auto set = mapTypeToAliasTypeSet(inner))
          mutable_types.insert(mutable_types.end(), set->begin(), set->end());
      }
      if (mutable_types.empty()) return std::nullopt;
      return AliasTypeSet{TupleType::create(std::move(mutable_types))};
    }
    default:
      return std::nullopt;
  }
}

bool FunctionSchema::canAliasTypeSetsAlias(const std::optional<AliasTypeSet>& lhs,
                                           const std::optional<AliasTypeSet>& rhs) const {
  if (!lhs || !rhs) return false;
  for (const TypePtr& a : *lhs) {
    for (const TypePtr& b : *rhs) {
      if (a == b || *a == *b) return true;
    }
  }
  return false;
}

std::optional<AliasTypeSet> FunctionSchema::getAliasTypeSetContainedTypes(
    const std::optional<AliasTypeSet>& aliasTypeSet) const {
  if (!aliasTypeSet) return std::nullopt;
  std::unordered_set<TypePtr> contained;
  std::stack<TypePtr> to_visit;
  const auto push_parts = [&](const TypePtr& type) {
    for (const TypePtr& part : type->containedTypes()) to_visit.push(part);
  };
  for (const TypePtr& type : *aliasTypeSet) push_parts(type);
  while (!to_visit.empty()) {
    TypePtr current = to_visit.top();
    to_visit.pop();
    if (contained.insert(current).second) push_parts(current);
  }
  return AliasTypeSet(contained.begin(), contained.end());
}

static bool share_a_set(const AliasInfo& a, const AliasInfo& b) {
  return std::any_of(a.afterSets().begin(), a.afterSets().end(),
                     [&](Symbol set) { return b.afterSets().count(set) != 0; });
}

bool FunctionSchema::may_alias(const SchemaArgument& lhs, const SchemaArgument& rhs) const {
  TORCH_INTERNAL_ASSERT(lhs.index < getCorrectList(lhs.type).size(), "Invalid index for schema.");
  TORCH_INTERNAL_ASSERT(rhs.index < getCorrectList(rhs.type).size(), "Invalid index for schema.");
  const Argument &a = getCorrectList(lhs.type)[lhs.index], &b = getCorrectList(rhs.type)[rhs.index];
  if (!canAliasTypeSetsAlias(mapTypeToAliasTypeSet(a.type()), mapTypeToAliasTypeSet(b.type()))) return false;
  return a.alias_info() && b.alias_info() && share_a_set(*a.alias_info(), *b.alias_info());
}

bool FunctionSchema::may_contain_alias(const SchemaArgument& lhs, const SchemaArgument& rhs, bool bidirectional) const {
  if (may_alias(lhs, rhs)) return true;
  const Argument &a = getCorrectList(lhs.type)[lhs.index], &b = getCorrectList(rhs.type)[rhs.index];
  const auto a_types = mapTypeToAliasTypeSet(a.type()), b_types = mapTypeToAliasTypeSet(b.type());
  const auto a_parts = getAliasTypeSetContainedTypes(a_types), b_parts = getAliasTypeSetContainedTypes(b_types);
  // An element may come from anywhere unless its set is given.
  const auto wildcard = [](const Argument& x) { return x.alias_info() && x.alias_info()->isWildcardAfter(); };
  const bool types_allow = canAliasTypeSetsAlias(a_parts, b_types) || canAliasTypeSetsAlias(a_parts, b_parts);
  if (bidirectional) {
    const bool either = types_allow || canAliasTypeSetsAlias(a_types, b_parts);
    return either && (wildcard(a) || wildcard(b));
  }
  return wildcard(a) && types_allow;
}

// --- compatibility ---

bool Argument::isBackwardCompatibleWith(const Argument& old, std::ostream* why_not) const {
  const Argument &lhs = old, &rhs = *this;
  const auto fail = [&](const char* reason) {
    if (why_not) *why_not << reason << '\n';
    return false;
  };
  if (lhs.name() != rhs.name() || lhs.N() != rhs.N()) return fail("Arguments differ in name or fixed size");
  const bool same_alias = lhs.alias_info() == rhs.alias_info() ||
                          (lhs.alias_info() && rhs.alias_info() && *lhs.alias_info() == *rhs.alias_info());
  if (!same_alias) return fail("Arguments differ in alias annotation");
  if (lhs.kwarg_only() && !rhs.kwarg_only()) return fail("An argument is no longer keyword-only");
  if (!rhs.type()->isSubtypeOf(*lhs.type()) && !lhs.type()->isSubtypeOf(*rhs.type())) {
    return fail("Arguments differ in type");
  }
  if (lhs.default_value().has_value() && lhs.default_value() != rhs.default_value()) {
    return fail("A default value has changed or gone");
  }
  return true;
}

bool Argument::isForwardCompatibleWith(const Argument& old, std::ostream* why_not) const {
  const auto fail = [&](const char* reason) {
    if (why_not) *why_not << reason << '\n';
    return false;
  };
  const bool same_alias =
      alias_info() == old.alias_info() || (alias_info() && old.alias_info() && *alias_info() == *old.alias_info());
  if (name() != old.name() || N() != old.N() || !same_alias || kwarg_only() != old.kwarg_only()) {
    return fail("Arguments differ");
  }
  if (!type()->isSubtypeOf(*old.type()) || !old.type()->isSubtypeOf(*type())) return fail("Arguments differ in type");
  if (old.default_value() != default_value()) return fail("A default value has changed");
  return true;
}

bool FunctionSchema::isBackwardCompatibleWith(const FunctionSchema& old, std::ostream* why_not) const {
  if (name() != old.name() || overload_name() != old.overload_name() || is_vararg() != old.is_vararg() ||
      is_varret() != old.is_varret() || returns().size() != old.returns().size() ||
      arguments().size() < old.arguments().size()) {
    return false;
  }
  for (size_t i = 0; i < returns().size(); ++i) {
    // A result may only become more specific.
    if (!old.returns()[i].type()->isSubtypeOf(*returns()[i].type()) &&
        !returns()[i].type()->isSubtypeOf(*old.returns()[i].type())) {
      return false;
    }
    if (!returns()[i].isBackwardCompatibleWith(old.returns()[i], why_not)) return false;
  }
  // Old arguments keep their order; out arguments come last on both sides.
  const auto is_out = [](const Argument& a) { return a.is_out(); };
  const auto old_out = static_cast<size_t>(std::find_if(old.arguments().begin(), old.arguments().end(), is_out) -
                                           old.arguments().begin());
  const auto new_out =
      static_cast<size_t>(std::find_if(arguments().begin(), arguments().end(), is_out) - arguments().begin());
  if (new_out < old_out) return false;
  for (size_t i = 0; i < old_out; ++i) {
    if (!arguments()[i].isBackwardCompatibleWith(old.arguments()[i], why_not)) return false;
  }
  for (size_t i = old_out; i < new_out; ++i) {
    if (!arguments()[i].default_value()) {
      if (why_not)
        *why_not << "Function schema not backward compatible since the new argument '" << arguments()[i].name()
                 << "' of type " << arguments()[i].type()->str() << " did not provide a default value.";
      return false;
    }
  }
  if (arguments().size() - new_out != old.arguments().size() - old_out) return false;
  for (size_t i = 0; new_out + i < arguments().size(); ++i) {
    if (!arguments()[new_out + i].isBackwardCompatibleWith(old.arguments()[old_out + i], why_not)) return false;
  }
  return true;
}

bool FunctionSchema::isForwardCompatibleWith(const FunctionSchema& old, std::ostringstream& why_not) const {
  const auto fail = [&](const auto&... parts) {
    (why_not << ... << parts);
    return false;
  };
  if (name() != old.name() || overload_name() != old.overload_name() || is_vararg() != old.is_vararg() ||
      is_varret() != old.is_varret() || returns().size() != old.returns().size()) {
    return fail("Function name, overload, or returns differ");
  }
  const auto is_out = [](const Argument& a) { return a.is_out(); };
  const auto old_out = static_cast<size_t>(std::find_if(old.arguments().begin(), old.arguments().end(), is_out) -
                                           old.arguments().begin());
  const auto new_out =
      static_cast<size_t>(std::find_if(arguments().begin(), arguments().end(), is_out) - arguments().begin());
  if (old.arguments().size() - old_out != arguments().size() - new_out) {
    return fail("Function schema should have the same number of out arguments");
  }
  for (size_t i = 0; i < std::min(old_out, new_out); ++i) {
    if (!arguments()[i].isForwardCompatibleWith(old.arguments()[i], &why_not)) {
      return fail("'", arguments()[i].name(), "' is not forward compatible with the older version of the schema");
    }
  }
  for (size_t i = old_out; i < new_out; ++i) {
    if (!arguments()[i].default_value()) {
      return fail("Function schema is not forward compatible since the new argument '", arguments()[i].name(),
                  "' of type ", arguments()[i].type()->str(), " did not provide a default value.");
    }
    const auto& value = *arguments()[i].default_value();
    if (value.isList() || value.isGenericDict()) {
      return fail("Function schema is not forward compatible since the new argument '", arguments()[i].name(),
                  "' of type ", arguments()[i].type()->str(), " has a container type as its default value.");
    }
  }
  for (size_t i = 0; i + new_out < arguments().size(); ++i) {
    if (!arguments()[new_out + i].isForwardCompatibleWith(old.arguments()[old_out + i], &why_not)) {
      return fail("Out argument '", arguments()[new_out + i].name(),
                  "' is not FC with the older version of the schema");
    }
  }
  return true;
}

bool FunctionSchema::isSubtypeOf(const FunctionSchema& rhs, bool as_method, std::ostream* why_not) const {
  const size_t start = as_method ? 1 : 0;  // self differs by nature
  const auto fail = [&](const Argument& a, const Argument& b) {
    if (why_not) *why_not << "  Argument " << a << " does not fit " << b << '\n';
    return false;
  };
  if (arguments().size() < start || rhs.arguments().size() != arguments().size() ||
      rhs.returns().size() != returns().size()) {
    return false;
  }
  for (size_t i = start; i < arguments().size(); ++i) {
    const auto &mine = arguments()[i], &theirs = rhs.arguments()[i];
    // Parameters may widen, keep their names, and must not become required.
    const bool fits = mine.name() == theirs.name() && theirs.type()->isSubtypeOfExt(*mine.type(), why_not) &&
                      (!theirs.default_value() || mine.default_value()) && mine.kwarg_only() == theirs.kwarg_only();
    if (!fits) return fail(mine, theirs);
  }
  for (size_t i = 0; i < returns().size(); ++i) {
    if (!returns()[i].type()->isSubtypeOfExt(*rhs.returns()[i].type(), why_not))
      return fail(returns()[i], rhs.returns()[i]);
  }
  return true;
}

// --- messages ---

std::string FunctionSchema::formatTypeMismatchMsg(const Argument& expected, const std::string& actual_type,
                                                  std::optional<size_t> position,
                                                  std::optional<std::string> value) const {
  const std::string position_text = position ? c10::str("Position: ", *position, "\n") : "";
  const std::string value_text = value ? c10::str("Value: ", *value, "\n") : "";
  return c10::str(name(), "() ", expected.formatTypeMismatchMsg(actual_type), position_text, value_text,
                  "Declaration: ", *this);
}

std::string FunctionSchema::findErrorInKwargs(const std::vector<std::string>& kwargs) const {
  for (const auto& kwarg : kwargs) {
    if (!argumentIndexWithName(kwarg)) {
      return c10::str("Unknown keyword argument '", kwarg, "' for operator '", name(), "'. Schema: ", *this);
    }
  }
  for (const auto& argument : arguments()) {
    if (argument.name().empty()) continue;
    if (std::count(kwargs.begin(), kwargs.end(), argument.name()) > 0) {
      return c10::str("Argument '", argument.name(), "' specified both as positional and ",
                      "keyword argument. Schema: ", *this);
    }
  }
  return "";
}

}  // namespace c10
