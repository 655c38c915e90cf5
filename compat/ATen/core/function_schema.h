// Mirrors <ATen/core/function_schema.h> of PyTorch 2.13: an operator's or function's declaration.
#pragma once

#include <ATen/core/alias_info.h>
#include <ATen/core/dispatch/OperatorOptions.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type.h>
#include <ATen/core/operator_name.h>
#include <ATen/core/symbol.h>
#include <c10/util/StringUtil.h>
#include <c10/util/irange.h>

#include <string_view>
#include <unordered_map>
#include <utility>

namespace c10 {

struct Argument;
struct FunctionSchema;
using AliasTypeSet = std::vector<TypePtr>;

FLB_ON_USE bool operator==(const Argument& lhs, const Argument& rhs);

struct TORCH_API Argument {
  FLB_ON_USE Argument(std::string name = "", const TypePtr& type = nullptr, std::optional<int32_t> N = std::nullopt,
                      std::optional<IValue> default_value = std::nullopt, bool kwarg_only = false,
                      std::optional<AliasInfo> alias_info = std::nullopt)
      : Argument(std::move(name), type, type, N, std::move(default_value), kwarg_only, std::move(alias_info)) {}
  /// fake_type: what script sees, with int for SymInt, ScalarType and the like.
  FLB_ON_USE Argument(std::string name, TypePtr fake_type, TypePtr real_type, std::optional<int32_t> N = std::nullopt,
                      std::optional<IValue> default_value = std::nullopt, bool kwarg_only = false,
                      std::optional<AliasInfo> alias_info = std::nullopt)
      : name_(std::move(name)),
        type_(fake_type ? std::move(fake_type) : TensorType::get()),
        real_type_(real_type ? std::move(real_type) : type_),
        N_(N),
        default_value_(std::move(default_value)),
        alias_info_(alias_info ? std::make_unique<AliasInfo>(std::move(*alias_info)) : nullptr),
        kwarg_only_(kwarg_only) {
    is_out_ = kwarg_only_ && alias_info_ != nullptr && alias_info_->isWrite();
  }
  Argument(Argument&& rhs) noexcept = default;
  Argument& operator=(Argument&& rhs) = default;
  Argument(const Argument& rhs)
      : name_(rhs.name_),
        type_(rhs.type_),
        real_type_(rhs.real_type_),
        N_(rhs.N_),
        default_value_(rhs.default_value_),
        alias_info_(rhs.alias_info_ ? new AliasInfo(*rhs.alias_info_) : nullptr),
        kwarg_only_(rhs.kwarg_only_),
        is_out_(rhs.is_out_) {}
  Argument& operator=(const Argument& rhs) { return *this = Argument(rhs); }
  ~Argument() = default;

  const std::string& name() const { return name_; }
  const TypePtr& type() const { return type_; }
  const TypePtr& real_type() const { return real_type_; }
  /// For a list: its fixed length; a single element is broadcast to it.
  const std::optional<int32_t>& N() const { return N_; }
  const std::optional<IValue>& default_value() const { return default_value_; }
  bool kwarg_only() const { return kwarg_only_; }
  bool is_out() const { return is_out_; }
  [[nodiscard]] const AliasInfo* alias_info() const { return alias_info_.get(); }
  FLB_ON_USE bool is_inferred_type() const {
    TORCH_INTERNAL_ASSERT(type_);
    auto* tensor = type_->castRaw<TensorType>();
    return tensor && tensor->isInferredType();
  }

  FLB_ON_USE std::string formatTypeMismatchMsg(const std::string& actual_type) const {
    std::string hint;
    if (is_inferred_type()) {
      hint = c10::str("Inferred '", name(), "' to be of type 'Tensor' ",
                      "because it was not annotated with an explicit type.\n");
    }
    return c10::str("Expected a value of type '", type()->repr_str(), "' for argument '", name(),
                    "' but instead found type '", actual_type, "'.\n", hint);
  }
  FLB_ON_USE Argument cloneWithType(const TypePtr& new_type) const {
    return Argument(name_, new_type, N_, default_value_, kwarg_only_,
                    alias_info_ ? std::optional<AliasInfo>(*alias_info_) : std::nullopt);
  }

  /// Whether code written for `old` still works with this.
  bool isBackwardCompatibleWith(const Argument& old, std::ostream* why_not = nullptr) const;
  /// Whether code written for this works with `old` as well.
  bool isForwardCompatibleWith(const Argument& old, std::ostream* why_not = nullptr) const;

 private:
  std::string name_;
  TypePtr type_;
  TypePtr real_type_;
  std::optional<int32_t> N_;
  std::optional<IValue> default_value_;
  std::unique_ptr<AliasInfo> alias_info_;
  bool kwarg_only_;
  bool is_out_;
};

template <typename FlbOnUse>
inline bool operator==(const Argument& a, const Argument& b) {
  return a.name() == b.name() && *a.type() == *b.type() && a.N() == b.N() && a.default_value() == b.default_value() &&
         a.kwarg_only() == b.kwarg_only() &&
         (a.alias_info() == b.alias_info() ||
          (a.alias_info() != nullptr && b.alias_info() != nullptr && *a.alias_info() == *b.alias_info()));
}
FLB_ON_USE inline bool operator!=(const Argument& a, const Argument& b) { return !(a == b); }

enum struct TORCH_API SchemaArgType { input, output };

/// Position of an argument or a return.
struct TORCH_API SchemaArgument {
  SchemaArgType type;
  size_t index;
  SchemaArgument(SchemaArgType tpe, size_t idx) : type(tpe), index(idx) {}
  bool operator==(const SchemaArgument& rhs) const { return type == rhs.type && index == rhs.index; }
};

FLB_ON_USE bool operator==(const FunctionSchema& lhs, const FunctionSchema& rhs);
TORCH_API std::ostream& operator<<(std::ostream& out, const FunctionSchema& schema);

struct TORCH_API FunctionSchema {
  FLB_ON_USE FunctionSchema(std::string name, std::string overload_name, std::vector<Argument> arguments,
                            std::vector<Argument> returns, bool is_vararg = false, bool is_varret = false)
      : name_({std::move(name), std::move(overload_name)}),
        arguments_(std::move(arguments)),
        returns_(std::move(returns)),
        is_vararg_(is_vararg),
        is_varret_(is_varret) {
    checkSchema();
  }
  FLB_ON_USE FunctionSchema(Symbol name, std::string overload_name, std::vector<Argument> arguments,
                            std::vector<Argument> returns, bool is_vararg = false, bool is_varret = false)
      : FunctionSchema(name.toQualString(), std::move(overload_name), std::move(arguments), std::move(returns),
                       is_vararg, is_varret) {}

  bool isBackwardCompatibleWith(const FunctionSchema& old, std::ostream* why_not = nullptr) const;
  bool isForwardCompatibleWith(const FunctionSchema& old, std::ostringstream& why_not) const;

 private:
  OperatorName name_;
  std::vector<Argument> arguments_;
  std::vector<Argument> returns_;
  // Takes, or returns, any number of values beyond those declared.
  bool is_vararg_;
  bool is_varret_;
  std::optional<AliasAnalysisKind> alias_kind_;

  template <typename T>
  void checkArg(const IValue& value, const Argument& argument, std::optional<size_t> pos) const;
  FLB_ON_USE void checkSchema() const {
    bool seen_default = false;
    for (const auto& arg : arguments()) {
      if (arg.default_value()) {
        seen_default = true;
      } else if (arg.type()->kind() != ListType::Kind) {  // lists come by without: some old schemas have such
        TORCH_INTERNAL_ASSERT(!seen_default || arg.kwarg_only(),
                              "Non-default positional argument follows default argument. Parameter ", arg.name(),
                              " in ", *this);
      }
    }
  }

 public:
  void dump() const;
  const OperatorName& operator_name() const { return name_; }
  const std::string& name() const { return name_.name; }
  const std::string& overload_name() const { return name_.overload_name; }
  const std::vector<Argument>& arguments() const { return arguments_; }
  const std::vector<Argument>& returns() const { return returns_; }
  bool is_vararg() const { return is_vararg_; }
  bool is_varret() const { return is_varret_; }

  bool is_aliasing(const c10::SchemaArgument& argument) const { return alias_info_of(argument) != nullptr; }
  FLB_ON_USE bool is_mutable() const {
    return std::any_of(arguments_.cbegin(), arguments_.cend(),
                       [](const Argument& arg) { return arg.alias_info() && arg.alias_info()->isWrite(); });
  }
  bool is_mutable(const c10::SchemaArgument& argument) const {
    const AliasInfo* info = alias_info_of(argument);
    return info && info->isWrite();
  }
  FLB_ON_USE bool is_mutable(std::string_view name) const {
    auto index = argumentIndexWithName(name);
    TORCH_INTERNAL_ASSERT(index.has_value(), "Schema has no argument named ", name);
    return is_mutable({c10::SchemaArgType::input, static_cast<size_t>(*index)});
  }
  bool may_alias(const SchemaArgument& lhs, const SchemaArgument& rhs) const;
  /// As may_alias, or one may be an element of the other.
  bool may_contain_alias(const SchemaArgument& lhs, const SchemaArgument& rhs, bool bidirectional = true) const;
  bool canAliasTypeSetsAlias(const std::optional<AliasTypeSet>& lhs, const std::optional<AliasTypeSet>& rhs) const;
  std::optional<AliasTypeSet> getAliasTypeSetContainedTypes(const std::optional<AliasTypeSet>& aliasTypeSet) const;
  /// The mutable types that a value of `type` may be of; nothing if it cannot be changed.
  std::optional<AliasTypeSet> mapTypeToAliasTypeSet(const TypePtr& type) const;
  const std::vector<Argument>& getCorrectList(SchemaArgType type) const;

  FLB_ON_USE std::optional<int> argumentIndexWithName(std::string_view name) const {
    for (const auto i : c10::irange(arguments().size())) {
      if (name == arguments()[i].name()) return static_cast<int>(i);
    }
    return std::nullopt;
  }
  FLB_ON_USE FunctionSchema cloneWithName(std::string name, std::string overload_name) const {
    return FunctionSchema(std::move(name), std::move(overload_name), arguments(), returns(), is_vararg(), is_varret());
  }
  FLB_ON_USE FunctionSchema cloneWithArguments(std::vector<Argument> new_arguments) const {
    return FunctionSchema(name(), overload_name(), std::move(new_arguments), returns(), is_vararg(), is_varret());
  }
  FLB_ON_USE FunctionSchema cloneWithReturns(std::vector<Argument> new_returns) const {
    return FunctionSchema(name(), overload_name(), arguments(), std::move(new_returns), is_vararg(), is_varret());
  }
  std::string formatTypeMismatchMsg(const Argument& expected, const std::string& actual_type,
                                    std::optional<size_t> position = std::nullopt,
                                    std::optional<std::string> value = std::nullopt) const;
  FunctionSchema cloneWithRemappedTypes(const std::function<TypePtr(TypePtr)> type_map) const;
  FunctionSchema cloneWithRealTypes(bool with_symint = true) const;

  /// Checks the types of `inputs` and completes them from kwargs and defaults.
  template <typename T = c10::PlatformType>
  void checkAndNormalizeInputs(std::vector<IValue>& inputs, const std::unordered_map<std::string, IValue>& kwargs =
                                                                std::unordered_map<std::string, IValue>{}) const;
  std::string findErrorInKwargs(const std::vector<std::string>& kwargs) const;

  FLB_ON_USE bool hasAnyAliasInfo() const {
    const auto has = [](const Argument& arg) { return arg.alias_info() != nullptr; };
    return std::any_of(arguments_.begin(), arguments_.end(), has) || std::any_of(returns_.begin(), returns_.end(), has);
  }
  FLB_ON_USE bool isDefaultAliasAnalysisKind() const { return !alias_kind_; }
  FLB_ON_USE AliasAnalysisKind aliasAnalysis() const { return alias_kind_.value_or(AliasAnalysisKind::CONSERVATIVE); }
  void setAliasAnalysis(AliasAnalysisKind v) { alias_kind_ = v; }
  std::optional<std::string_view> getNamespace() const { return name_.getNamespace(); }
  bool setNamespaceIfNotSet(const char* ns) { return name_.setNamespaceIfNotSet(ns); }
  bool isSubtypeOf(const FunctionSchema& rhs, bool as_method, std::ostream* why_not = nullptr) const;

 private:
  FLB_ON_USE const AliasInfo* alias_info_of(const SchemaArgument& argument) const {
    const auto& list = getCorrectList(argument.type);
    TORCH_INTERNAL_ASSERT(argument.index < list.size(), "Invalid index for schema.");
    return list[argument.index].alias_info();
  }
};

template <typename FlbOnUse>
inline bool operator==(const FunctionSchema& a, const FunctionSchema& b) {
  return a.name() == b.name() && a.overload_name() == b.overload_name() && a.arguments() == b.arguments() &&
         a.returns() == b.returns() && a.is_vararg() == b.is_vararg() && a.is_varret() == b.is_varret();
}
FLB_ON_USE inline bool operator!=(const FunctionSchema& a, const FunctionSchema& b) { return !(a == b); }

/// "int[2] size=[1, 1]". Written in schema syntax, from real types.
FLB_ON_USE inline std::ostream& operator<<(std::ostream& out, const Argument& arg) {
  const auto type = arg.real_type();
  const bool optional = type->kind() == OptionalType::Kind;
  const auto inner = optional ? type->castRaw<OptionalType>()->getElementType() : type;
  if (auto* list = inner->castRaw<ListType>()) {
    out << list->getElementType()->str();
    if (arg.alias_info() && !arg.alias_info()->containedTypes().empty()) out << arg.alias_info()->containedTypes()[0];
    out << '[' << (arg.N() ? std::to_string(*arg.N()) : "") << ']';
  } else {
    out << inner->str();
  }
  if (arg.alias_info() && !arg.alias_info()->beforeSets().empty()) out << *arg.alias_info();
  if (optional) out << '?';
  if (!arg.name().empty()) out << ' ' << arg.name();
  if (!arg.default_value()) return out;

  out << '=';
  const IValue& value = *arg.default_value();
  if (inner->kind() == TypeKind::StringType && value.isString()) {
    printQuotedString(out, value.toStringRef());
    return out;
  }
  auto* list = type->castRaw<ListType>();
  if (list && list->getElementType()->kind() == TypeKind::IntType) {
    // [1, 1] is written 1: a single number is repeated when parsed.
    const auto ints = value.toIntList();
    bool same = ints.size() > 1;
    for (size_t i = 1; i < ints.size(); ++i) same = same && ints[0] == ints[i];
    if (same) return out << ints[0];
  }
  return out << value;
}

FLB_ON_USE inline std::string toString(const FunctionSchema& schema) {
  std::ostringstream str;
  str << schema;
  return str.str();
}

}  // namespace c10

namespace std {
template <>
struct hash<c10::SchemaArgument> {
  size_t operator()(const c10::SchemaArgument& arg) const {
    return c10::hash_combine(std::hash<size_t>()(arg.index), std::hash<size_t>()(static_cast<std::size_t>(arg.type)));
  }
};
template <>
struct hash<c10::Argument> {
  size_t operator()(const c10::Argument& arg) const {
    auto seed = std::hash<std::string>{}(arg.name());
    seed = c10::hash_combine(seed, std::hash<c10::TypePtr>{}(arg.type()));
    seed = c10::hash_combine(seed, std::hash<bool>{}(arg.kwarg_only()));
    if (arg.default_value()) seed = c10::hash_combine(seed, c10::hash<c10::IValue>{}(*arg.default_value()));
    if (arg.N()) seed = c10::hash_combine(seed, std::hash<int64_t>{}(*arg.N()));
    if (arg.alias_info()) seed = c10::hash_combine(seed, std::hash<c10::AliasInfo>{}(*arg.alias_info()));
    return seed;
  }
};
template <>
struct hash<c10::FunctionSchema> {
  size_t operator()(const c10::FunctionSchema& schema) const {
    auto seed = std::hash<c10::OperatorName>{}(schema.operator_name());
    seed = c10::hash_combine(seed, c10::hash<std::vector<c10::Argument>>{}(schema.arguments()));
    seed = c10::hash_combine(seed, c10::hash<std::vector<c10::Argument>>{}(schema.returns()));
    seed = c10::hash_combine(seed, std::hash<bool>{}(schema.is_vararg()));
    return c10::hash_combine(seed, std::hash<bool>{}(schema.is_varret()));
  }
};
}  // namespace std

#include <ATen/core/function_schema_inl.h>  // IWYU pragma: keep
