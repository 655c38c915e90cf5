#include <ATen/core/class_type.h>
#include <ATen/core/jit_type.h>
#include <torch/csrc/jit/frontend/function_schema_parser.h>
#include <torch/csrc/jit/frontend/schema_types.h>

#include <mutex>
#include <unordered_set>

namespace torch {
at::ClassTypePtr getCustomClass(const std::string& name);
}

namespace flambeau {

namespace {

using c10::AliasInfo;
using c10::IValue;
using c10::Symbol;
using c10::TypePtr;

struct BaseType {
  std::string_view name;
  TypePtr (*real)();
  TypePtr (*fake)();
};

template <class T>
TypePtr get() {
  return T::get();
}

constexpr BaseType kBaseTypes[] = {
    {"Generator", get<c10::GeneratorType>, get<c10::GeneratorType>},
    {"Dimname", get<c10::StringType>, get<c10::StringType>},
    {"ScalarType", get<c10::ScalarTypeType>, get<c10::IntType>},
    {"Layout", get<c10::LayoutType>, get<c10::IntType>},
    {"MemoryFormat", get<c10::MemoryFormatType>, get<c10::IntType>},
    {"Storage", get<c10::StorageType>, get<c10::StorageType>},
    {"QScheme", get<c10::QSchemeType>, get<c10::QSchemeType>},
    {"Quantizer", get<c10::QuantizerType>, get<c10::QuantizerType>},
    {"ConstQuantizerPtr", get<c10::IntType>, get<c10::IntType>},
    {"Device", get<c10::DeviceObjType>, get<c10::DeviceObjType>},
    {"DeviceIndex", get<c10::IntType>, get<c10::IntType>},
    {"Stream", get<c10::StreamObjType>, get<c10::StreamObjType>},
    {"Scalar", get<c10::NumberType>, get<c10::NumberType>},
    {"str", get<c10::StringType>, get<c10::StringType>},
    {"float", get<c10::FloatType>, get<c10::FloatType>},
    {"complex", get<c10::ComplexType>, get<c10::ComplexType>},
    {"int", get<c10::IntType>, get<c10::IntType>},
    {"SymInt", get<c10::SymIntType>, get<c10::IntType>},
    {"SymFloat", get<c10::SymFloatType>, get<c10::FloatType>},
    {"SymBool", get<c10::SymBoolType>, get<c10::BoolType>},
    {"bool", get<c10::BoolType>, get<c10::BoolType>},
    {"None", get<c10::NoneType>, get<c10::NoneType>},
    {"NoneType", get<c10::NoneType>, get<c10::NoneType>},
    {"Capsule", get<c10::CapsuleType>, get<c10::CapsuleType>},
    {"Any", get<c10::AnyType>, get<c10::AnyType>},
    {"AnyClassType", get<c10::AnyClassType>, get<c10::AnyClassType>},
    {"AnyEnumType", get<c10::AnyEnumType>, get<c10::AnyEnumType>},
    {"PyObject", get<c10::PyObjectType>, get<c10::PyObjectType>},
};

ParsedType plain(TypePtr type) { return {type, type, {}}; }

struct OpaqueTypes {
  std::mutex mutex;
  std::unordered_set<std::string> names;
};
OpaqueTypes& opaque_types() {
  static auto& types = *new OpaqueTypes;
  return types;
}

}  // namespace

template <class T>
ParsedType SchemaTypes::parse_wrapper() {
  expect("(");
  auto inner = parse_type();
  expect(")");
  return {T::create(inner.real), T::create(inner.fake), {}};
}

ParsedType SchemaTypes::parse_type() {
  const Nested nested(*this);
  fixed_size_.reset();
  ParsedType type = parse_base_type();
  if (auto alias = parse_alias()) type.alias = std::move(alias);
  for (int wrapped = 0;; ++wrapped) {
    if (wrapped > kDeepest) fail("nested too deeply");
    if (take("[")) {
      type.real = c10::ListType::create(type.real);
      type.fake = c10::ListType::create(type.fake);
      fixed_size_ = std::nullopt;
      if (peek() != ']') {
        const IValue size = parse_number(*c10::IntType::get());
        if (!size.isInt() || size.toInt() < 0 || size.toInt() > kLongestList) fail("invalid size of a list");
        fixed_size_ = static_cast<int32_t>(size.toInt());
      }
      expect("]");
      auto container = parse_alias();
      if (type.alias) {  // of the element: the list holds it
        if (!container) {
          container.emplace();
          container->setIsWrite(type.alias->isWrite());
        }
        container->addContainedType(std::move(*type.alias));
      }
      type.alias = std::move(container);
    } else if (take("?")) {
      type.fake = type.real == type.fake ? TypePtr(c10::OptionalType::get(type.real))
                                         : TypePtr(c10::OptionalType::get(type.fake));
      type.real = c10::OptionalType::get(type.real);
    } else {
      return type;
    }
  }
}

ParsedType SchemaTypes::parse_base_type() {
  if (take("(")) return parse_tuple();
  const size_t begin = (peek(), pos_);
  const auto word = identifier();
  if (word == "Tensor") return plain(c10::TensorType::get());
  if (word == "Future") return parse_wrapper<c10::FutureType>();
  if (word == "Await") return parse_wrapper<c10::AwaitType>();
  if (word == "RRef") return parse_wrapper<c10::RRefType>();
  if (word == "Dict") {
    expect("(");
    auto key = parse_type();
    expect(",");
    auto value = parse_type();
    expect(")");
    return {c10::DictType::create(key.real, value.real), c10::DictType::create(key.fake, value.fake), {}};
  }
  if (word == "Union") return parse_union();
  if (word == "__torch__") return parse_class(begin);
  for (const auto& base : kBaseTypes) {
    if (base.name == word) return {base.real(), base.fake(), {}};
  }
  if (torch::jit::isRegisteredOpaqueType(dotted(begin))) return plain(c10::PyObjectType::get());
  if (allow_typevars_ && std::islower(static_cast<unsigned char>(word[0]))) {
    return plain(c10::VarType::create(std::string(word)));
  }
  pos_ = begin;
  TORCH_CHECK(false, "\nUnknown type specifier:\n", text_, "\n", std::string(begin, ' '), std::string(word.size(), '~'),
              " <--- HERE\n");
}

std::string SchemaTypes::dotted(size_t begin) {
  while (pos_ < text_.size() && text_[pos_] == '.') {
    ++pos_;
    identifier();
  }
  return std::string(text_.substr(begin, pos_ - begin));
}

ParsedType SchemaTypes::parse_tuple() {
  std::vector<TypePtr> real, fake;
  std::optional<AliasInfo> alias;
  if (!take(")")) {
    do {
      auto element = parse_type();
      real.push_back(element.real);
      fake.push_back(element.fake);
      if (element.alias) {
        if (!alias) alias.emplace();
        alias->addContainedType(std::move(*element.alias));
      }
    } while (take(","));
    expect(")");
  }
  fixed_size_.reset();
  return {c10::TupleType::create(std::move(real)), c10::TupleType::create(std::move(fake)), std::move(alias)};
}

ParsedType SchemaTypes::parse_union() {
  std::vector<TypePtr> real, fake;
  expect("(");
  do {
    auto element = parse_type();
    real.push_back(element.real);
    fake.push_back(element.fake);
  } while (take(","));
  expect(")");
  return {c10::UnionType::create(std::move(real)), c10::UnionType::create(std::move(fake)), {}};
}

// __torch__.torch.classes.<namespace>.<name>
ParsedType SchemaTypes::parse_class(size_t begin) {
  const auto name = dotted(begin);
  auto type = torch::getCustomClass(name);
  TORCH_CHECK(type, "Unknown custom class type ", name, ". Please ensure it is registered.");
  return plain(std::move(type));
}

std::optional<c10::AliasInfo> SchemaTypes::parse_alias() {
  // "(a!)" follows its type directly; "(" of a tuple never does.
  if (pos_ >= text_.size() || text_[pos_] != '(') {
    if (pos_ < text_.size() && text_[pos_] == '!') {
      // "Tensor!": a fresh set
      ++pos_;
      AliasInfo info;
      const auto set = Symbol::fromQualString("alias::$" + std::to_string(next_fresh_set_++));
      info.addBeforeSet(set);
      info.setIsWrite(true);
      return info;
    }
    return std::nullopt;
  }
  expect("(");
  AliasInfo info;
  const auto sets = [&](auto&& add) {
    do add(take("*") ? AliasInfo::wildcardSet() : Symbol::fromQualString("alias::" + std::string(identifier())));
    while (take("|"));
  };
  sets([&](Symbol s) { info.addBeforeSet(s); });
  if (take("!")) info.setIsWrite(true);
  if (take("->")) {
    sets([&](Symbol s) { info.addAfterSet(s); });
  } else {
    for (const auto& s : info.beforeSets()) info.addAfterSet(s);
  }
  expect(")");
  return info;
}

}  // namespace flambeau

namespace torch::jit {

void registerOpaqueType(const std::string& type_name) {
  auto& types = flambeau::opaque_types();
  std::lock_guard<std::mutex> lock(types.mutex);
  types.names.insert(type_name);
}
void unregisterOpaqueType(const std::string& type_name) {
  auto& types = flambeau::opaque_types();
  std::lock_guard<std::mutex> lock(types.mutex);
  types.names.erase(type_name);
}
bool isRegisteredOpaqueType(const std::string& type_name) {
  auto& types = flambeau::opaque_types();
  std::lock_guard<std::mutex> lock(types.mutex);
  return types.names.count(type_name) != 0;
}

}  // namespace torch::jit
