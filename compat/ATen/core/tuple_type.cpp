#include <ATen/core/function_schema.h>
#include <ATen/core/jit_type.h>

namespace c10 {

TupleType::TupleType(std::vector<TypePtr> elements, std::optional<c10::QualifiedName> name,
                     std::shared_ptr<FunctionSchema> schema)
    : NamedType(TypeKind::TupleType, std::move(name)), elements_(std::move(elements)), schema_(std::move(schema)) {
  for (const auto& element : elements_) TORCH_CHECK(element, "Can not create tuple with None type");
  has_free_variables_ = std::any_of(elements_.begin(), elements_.end(),
                                    [](const TypePtr& element) { return element->hasFreeVariables(); });
  if (schema_) {
    for (const Argument& field : schema_->arguments()) checkNoAny(*this, "attribute", field.name(), field.type());
  }
}

template <typename S>
TupleTypePtr TupleType::createWithSpec(const std::optional<c10::QualifiedName>& qualName,
                                       const std::vector<S>& field_names, const std::vector<TypePtr>& field_types,
                                       std::vector<IValue>& field_defaults) {
  TORCH_INTERNAL_ASSERT(field_names.size() == field_types.size());
  const size_t first_default = field_names.size() - field_defaults.size();
  std::vector<Argument> fields;
  for (size_t i = 0; i < field_names.size(); ++i) {
    std::string name(field_names[i]);
    if (i < first_default) {
      fields.emplace_back(std::move(name), field_types[i], field_types[i]);
    } else {
      const auto& value = field_defaults[i - first_default];
      TORCH_CHECK(!value.isTensor(), "Tensors are not supported as default NamedTuple fields. Their mutability could ",
                  "lead to potential memory aliasing problems");
      fields.emplace_back(std::move(name), field_types[i], field_types[i], std::nullopt, value);
    }
  }
  auto schema = std::make_shared<FunctionSchema>(qualName.value_or(c10::QualifiedName()).name(), /*overload_name=*/"",
                                                 std::move(fields), std::vector<Argument>());
  return TupleTypePtr(new TupleType(field_types, qualName, std::move(schema)));
}

TupleTypePtr TupleType::createNamed(const std::optional<c10::QualifiedName>& name,
                                    const std::vector<std::string>& field_names,
                                    const std::vector<TypePtr>& field_types, std::vector<IValue>& field_defaults) {
  return createWithSpec(name, field_names, field_types, field_defaults);
}
TupleTypePtr TupleType::createNamed(const std::optional<c10::QualifiedName>& name,
                                    const std::vector<std::string>& field_names,
                                    const std::vector<TypePtr>& field_types) {
  std::vector<IValue> no_defaults;
  return createWithSpec(name, field_names, field_types, no_defaults);
}
TupleTypePtr TupleType::createNamed(const std::optional<c10::QualifiedName>& name,
                                    const std::vector<std::string_view>& field_names,
                                    const std::vector<TypePtr>& field_types) {
  std::vector<IValue> no_defaults;
  return createWithSpec(name, field_names, field_types, no_defaults);
}

std::optional<std::vector<std::string_view>> TupleType::names() const {
  if (!schema_) return std::nullopt;
  std::vector<std::string_view> result;
  for (const auto& field : schema_->arguments()) result.emplace_back(field.name());
  return result;
}

bool TupleType::isSubtypeOfExt(const Type& rhs_, std::ostream* why_not) const {
  if (Type::isSubtypeOfExt(rhs_, why_not) || rhs_.kind() == AnyTupleType::Kind) return true;
  auto* rhs = rhs_.castRaw<TupleType>();
  if (!rhs) return false;
  // A named tuple is also a plain one, but not the other way round.
  if (!schema() && rhs->schema()) return false;
  const auto field_names = [](const TupleType& t) {
    return fmap(t.schema()->arguments(), [](const Argument& a) { return a.name(); });
  };
  const bool names_match = !rhs->schema() || field_names(*this) == field_names(*rhs);
  return names_match && compare(*rhs, [&](const Type& a, const Type& b) { return a.isSubtypeOfExt(b, why_not); });
}

bool TupleType::equals(const Type& rhs) const {
  if (!compare(rhs, [](const Type& a, const Type& b) { return a == b; })) return false;
  const auto& other = rhs.expectRef<TupleType>();
  if (schema_ == nullptr || other.schema_ == nullptr) return schema_ == other.schema_;
  return *schema_ == *other.schema_;
}

std::string TupleType::str() const {
  if (schema_ && name()) return name()->qualifiedName();
  std::string text = "(";
  for (size_t i = 0; i < elements().size(); ++i) text += (i > 0 ? ", " : "") + elements()[i]->str();
  return text + ')';
}

std::string TupleType::annotation_str_impl(const TypePrinter& printer) const {
  if (schema_ && name()) return name()->qualifiedName();
  if (elements().empty()) return "Tuple[()]";
  std::string text = "Tuple[";
  for (size_t i = 0; i < elements().size(); ++i) text += (i > 0 ? ", " : "") + elements()[i]->annotation_str(printer);
  return text + ']';
}

}  // namespace c10
