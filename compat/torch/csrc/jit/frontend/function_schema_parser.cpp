// A recursive-descent parser of the schema language:
//
//   schema   = name ["." overload] "(" [arg {"," arg}] ["," "..."] ")" "->" returns
//   arg      = type name ["=" default]        "*" before the first keyword-only one
//   type     = base ["(" alias ")"] { "[" [N] "]" ["(" alias ")"] | "?" }
//   alias    = set {"|" set} ["!"] ["->" set {"|" set}]
//   returns  = type [name] | "(" [type [name] {"," ...}] ")"
#include <torch/csrc/jit/frontend/function_schema_parser.h>

#include <ATen/core/class_type.h>
#include <ATen/core/type_factory.h>
#include <c10/core/Layout.h>
#include <c10/core/MemoryFormat.h>
#include <c10/core/ScalarType.h>

#include <charconv>
#include <cstdlib>
#include <mutex>
#include <stdexcept>

namespace torch {
at::ClassTypePtr getCustomClass(const std::string& name);
}

namespace torch::jit {

namespace {

using c10::AliasInfo;
using c10::Argument;
using c10::FunctionSchema;
using c10::IValue;
using c10::OperatorName;
using c10::Symbol;
using c10::TypeKind;
using c10::TypePtr;

struct OpaqueTypes {
  std::mutex mutex;
  std::unordered_set<std::string> names;
};
OpaqueTypes& opaque_types() {
  static auto& types = *new OpaqueTypes;
  return types;
}

// A type as operators see it, as script sees it (int for SymInt and the like), and its aliasing.
struct ParsedType {
  TypePtr real, fake;
  std::optional<AliasInfo> alias;
};

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

class SchemaParser {
 public:
  SchemaParser(std::string_view text, bool allow_typevars) : text_(text), allow_typevars_(allow_typevars) {}

  std::variant<OperatorName, FunctionSchema> parse_declaration() {
    OperatorName name = parse_name();
    if (peek() != '(') {
      expect_end();
      return name;
    }
    return parse_schema(std::move(name));
  }

  OperatorName parse_exact_name() {
    OperatorName name = parse_name();
    expect_end();
    return name;
  }

 private:
  /// Bounds how deep types and lists nest, and with it the stack.
  struct Nested {
    int& depth;
    explicit Nested(SchemaParser& parser) : depth(parser.depth_) {
      if (++depth > kDeepest) parser.fail("nested too deeply");
    }
    ~Nested() { --depth; }
  };
  static constexpr int kDeepest = 200, kLongestList = 1 << 16;

  // --- characters ---

  char peek() {
    while (pos_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[pos_]))) ++pos_;
    return pos_ < text_.size() ? text_[pos_] : '\0';
  }
  bool take(std::string_view token) {
    peek();
    if (text_.substr(pos_, token.size()) != token) return false;
    pos_ += token.size();
    return true;
  }
  void expect(std::string_view token) {
    if (!take(token)) fail("expected '" + std::string(token) + "'");
  }
  void expect_end() {
    if (peek() != '\0') fail("expected end of text");
  }
  static bool is_start(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }
  static bool is_part(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

  std::string_view identifier() {
    if (!is_start(peek())) fail("expected an identifier");
    const size_t begin = pos_;
    while (pos_ < text_.size() && is_part(text_[pos_])) ++pos_;
    return text_.substr(begin, pos_ - begin);
  }

  [[noreturn]] void fail(const std::string& what) const {
    const size_t at = std::min(pos_, text_.size());
    const size_t end = at < text_.size() ? at + 1 : at;
    std::string found = at < text_.size() ? std::string(text_.substr(at, end - at)) : "eof";
    if (at < text_.size() && is_start(text_[at])) {
      size_t stop = at;
      while (stop < text_.size() && is_part(text_[stop])) ++stop;
      found = std::string(text_.substr(at, stop - at));
    }
    throw std::runtime_error(c10::str(what, " but found '", found, "' here:\n", text_, "\n", std::string(at, ' '),
                                      std::string(std::max<size_t>(found.size(), 1), '~'), " <--- HERE\n"));
  }

  // --- names ---

  OperatorName parse_name() {
    std::string name(identifier());
    if (take("::")) {
      name += "::";
      name += identifier();
    }
    std::string overload;
    if (take(".")) {
      overload = identifier();
      // "default" means the empty name.
      if (overload == "default") fail("default is not a legal overload name for aten operators");
    }
    return OperatorName(std::move(name), std::move(overload));
  }

  FunctionSchema parse_schema(OperatorName name) {
    std::vector<Argument> arguments, returns;
    bool is_vararg = false, is_varret = false, kwarg_only = false;
    expect("(");
    if (!take(")")) {
      do {
        if (take("...")) {
          is_vararg = true;
        } else if (peek() == '*') {
          take("*");
          kwarg_only = true;
        } else {
          TORCH_CHECK(!is_vararg, "\n... must be the last element of the argument list here:\n", text_, "\n");
          arguments.push_back(parse_argument(/*is_return=*/false, kwarg_only));
        }
      } while (take(","));
      expect(")");
    }
    expect("->");
    if (take("...")) {
      is_varret = true;
    } else if (take("(")) {
      if (!take(")")) {
        do {
          if (take("...")) {
            is_varret = true;
          } else {
            TORCH_CHECK(!is_varret, "\n... must be the last element of the return list here:\n", text_, "\n");
            returns.push_back(parse_argument(/*is_return=*/true, false));
          }
        } while (take(","));
        expect(")");
      }
    } else {
      returns.push_back(parse_argument(/*is_return=*/true, false));
    }
    expect_end();
    return FunctionSchema(std::move(name.name), std::move(name.overload_name), std::move(arguments), std::move(returns),
                          is_vararg, is_varret);
  }

  // --- arguments ---

  Argument parse_argument(bool is_return, bool kwarg_only) {
    ParsedType type = parse_type();
    std::optional<int32_t> N = fixed_size_;
    // "Tensor(a!)[2]": what is written after the list is the element's; both belong to the argument.
    std::string name;
    std::optional<IValue> default_value;
    if (is_return) {
      if (is_start(peek())) name = identifier();
    } else {
      name = identifier();
      if (take("=")) default_value = parse_default(*type.fake, *type.real, N);
    }
    return Argument(std::move(name), std::move(type.fake), std::move(type.real), N, std::move(default_value),
                    !is_return && kwarg_only, std::move(type.alias));
  }

  IValue parse_default(const c10::Type& fake, const c10::Type& real, std::optional<int32_t> N) {
    switch (fake.kind()) {
      case TypeKind::TensorType:
      case TypeKind::GeneratorType:
      case TypeKind::QuantizerType:
        return parse_tensor_default();
      case TypeKind::StringType:
      case TypeKind::OptionalType:
      case TypeKind::NumberType:
      case TypeKind::IntType:
      case TypeKind::BoolType:
      case TypeKind::FloatType:
      case TypeKind::ComplexType:
      case TypeKind::SymIntType:
      case TypeKind::SymFloatType:
      case TypeKind::SymBoolType:
        return parse_single(fake, real, N);
      case TypeKind::DeviceObjType: {
        const auto text = parse_string();
        return c10::Device(text);
      }
      case TypeKind::ListType: {
        const auto& element = *fake.castRaw<c10::ListType>()->getElementType();
        const auto& real_element = *real.castRaw<c10::ListType>()->getElementType();
        if (peek() == '[') return parse_list(element, real_element);
        TORCH_CHECK(N, "\nExpected a list of values here:\n", text_, "\n");
        IValue one = parse_single(element, real_element, std::nullopt);  // repeated N times
        return make_list(element, std::vector<IValue>(static_cast<size_t>(*N), one));
      }
      case TypeKind::DynamicType:
        return parse_default(*fake.expectRef<c10::DynamicType>().fallback(), real, N);
      default:
        fail("unexpected default value of type " + fake.str());
    }
  }

  IValue parse_tensor_default() {
    if (!take("None")) fail("expected 'None'");
    return IValue();
  }

  IValue parse_single(const c10::Type& fake, const c10::Type& real, std::optional<int32_t> N) {
    if (auto* optional = fake.castRaw<c10::OptionalType>()) {
      const auto& real_inner = *real.castRaw<c10::OptionalType>()->getElementType();
      // A number keeps the kind it is written in: the type is not float but optional.
      if (optional->getElementType()->kind() == TypeKind::ListType && peek() == '[') {
        return parse_default(*optional->getElementType(), real_inner, N);
      }
    }
    if (take_word("None")) return IValue();
    if (take_word("True")) return true;
    if (take_word("False")) return false;
    const char c = peek();
    if (c == '"' || c == '\'') return parse_string();
    if (c == '[') return parse_list(fake, real);
    if (is_start(c) && !take_word_ahead("inf") && !take_word_ahead("nan")) return parse_constant();
    return parse_number(fake);
  }

  bool take_word_ahead(std::string_view word) {
    peek();
    return text_.substr(pos_, word.size()) == word &&
           (pos_ + word.size() == text_.size() || !is_part(text_[pos_ + word.size()]));
  }
  bool take_word(std::string_view word) {
    if (!take_word_ahead(word)) return false;
    pos_ += word.size();
    return true;
  }

  // Names that stand for an integer.
  IValue parse_constant() {
    const auto word = identifier();
    if (word == "Mean") return static_cast<int64_t>(1);
    if (word == "contiguous_format") return static_cast<int64_t>(c10::MemoryFormat::Contiguous);
    if (word == "preserve_format") return static_cast<int64_t>(c10::MemoryFormat::Preserve);
    if (word == "channels_last") return static_cast<int64_t>(c10::MemoryFormat::ChannelsLast);
    if (word == "strided") return static_cast<int64_t>(at::kStrided);
    if (word == "float") return static_cast<int64_t>(at::kFloat);
    if (word == "complex") return static_cast<int64_t>(at::kComplexFloat);
    if (word == "long") return static_cast<int64_t>(at::kLong);
    pos_ -= word.size();
    fail("invalid numeric default value");
  }

  IValue parse_number(const c10::Type& type) {
    const bool negative = take("-");
    peek();
    const std::string rest(text_.substr(pos_, 64));
    char* end = nullptr;
    const double real = std::strtod(rest.c_str(), &end);
    const size_t length = static_cast<size_t>(end - rest.c_str());
    if (length == 0) fail("expected a number");
    const std::string digits = rest.substr(0, length);
    pos_ += length;
    if (pos_ < text_.size() && text_[pos_] == 'j') {
      ++pos_;
      return c10::complex<double>(0, negative ? -real : real);
    }
    const bool integral = digits.find_first_not_of("0123456789") == std::string::npos;
    if (type.kind() == TypeKind::ComplexType) return c10::complex<double>(negative ? -real : real, 0);
    if (!integral || type.kind() == TypeKind::FloatType) return negative ? -real : real;
    int64_t value = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc()) fail("integer out of range");
    (void)stop;
    return negative ? -value : value;
  }

  std::string parse_string() {
    const char quote = peek();
    if (quote != '"' && quote != '\'') fail("expected a string");
    std::string result;
    for (++pos_; pos_ < text_.size() && text_[pos_] != quote; ++pos_) {
      if (text_[pos_] == '\\' && pos_ + 1 < text_.size()) {
        const char escaped = text_[++pos_];
        constexpr std::string_view kNames = "abfnrtv", kValues = "\a\b\f\n\r\t\v";
        const auto which = kNames.find(escaped);
        result += which == std::string_view::npos ? escaped : kValues[which];
      } else {
        result += text_[pos_];
      }
    }
    expect(std::string_view(&quote, 1));
    return result;
  }

  IValue parse_list(const c10::Type& element, const c10::Type& real_element) {
    const Nested nested(*this);
    std::vector<IValue> values;
    expect("[");
    if (!take("]")) {
      do values.push_back(parse_default(element, real_element, std::nullopt));
      while (take(","));
      expect("]");
    }
    return make_list(element, std::move(values));
  }

  static IValue make_list(const c10::Type& element, std::vector<IValue> values) {
    const auto typed = [&]<class T>(c10::List<T> list) {
      for (auto& value : values) list.push_back(std::move(value).template to<T>());
      return IValue(std::move(list));
    };
    switch (element.kind()) {
      case TypeKind::ComplexType:
        return typed(c10::List<c10::complex<double>>());
      case TypeKind::FloatType:
        return typed(c10::List<double>());
      case TypeKind::IntType:
      case TypeKind::SymIntType:
        return typed(c10::List<int64_t>());
      case TypeKind::BoolType:
        return typed(c10::List<bool>());
      case TypeKind::StringType:
        return typed(c10::List<std::string>());
      default:
        TORCH_CHECK(false, "lists are only supported for float, int and complex types");
    }
  }

  // --- types ---

  ParsedType parse_type() {
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

  ParsedType parse_base_type() {
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
    if (isRegisteredOpaqueType(dotted(begin))) return plain(c10::PyObjectType::get());
    if (allow_typevars_ && std::islower(static_cast<unsigned char>(word[0]))) {
      return plain(c10::VarType::create(std::string(word)));
    }
    pos_ = begin;
    TORCH_CHECK(false, "\nUnknown type specifier:\n", text_, "\n", std::string(begin, ' '),
                std::string(word.size(), '~'), " <--- HERE\n");
  }

  static ParsedType plain(TypePtr type) { return {type, type, {}}; }

  std::string dotted(size_t begin) {
    while (pos_ < text_.size() && text_[pos_] == '.') {
      ++pos_;
      identifier();
    }
    return std::string(text_.substr(begin, pos_ - begin));
  }

  template <class T>
  ParsedType parse_wrapper() {
    expect("(");
    auto inner = parse_type();
    expect(")");
    return {T::create(inner.real), T::create(inner.fake), {}};
  }

  ParsedType parse_tuple() {
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

  ParsedType parse_union() {
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
  ParsedType parse_class(size_t begin) {
    const auto name = dotted(begin);
    auto type = getCustomClass(name);
    TORCH_CHECK(type, "Unknown custom class type ", name, ". Please ensure it is registered.");
    return plain(std::move(type));
  }

  std::optional<AliasInfo> parse_alias() {
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

  std::string_view text_;
  size_t pos_ = 0;
  bool allow_typevars_;
  std::optional<int32_t> fixed_size_;  // N of the last "[N]" parsed
  int next_fresh_set_ = 0;
  int depth_ = 0;
};

}  // namespace

std::variant<OperatorName, FunctionSchema> parseSchemaOrName(const std::string& schemaOrName, bool allow_typevars) {
  return SchemaParser(schemaOrName, allow_typevars).parse_declaration();
}

FunctionSchema parseSchema(const std::string& schema, bool allow_typevars) {
  auto parsed = parseSchemaOrName(schema, allow_typevars);
  TORCH_CHECK(std::holds_alternative<FunctionSchema>(parsed),
              "Tried to parse a function schema but only the operator name was given");
  return std::get<FunctionSchema>(std::move(parsed));
}

OperatorName parseName(const std::string& name) {
  auto parsed = parseSchemaOrName(name);
  TORCH_CHECK(std::holds_alternative<OperatorName>(parsed),
              "Tried to parse an operator name but function schema was given");
  return std::get<OperatorName>(std::move(parsed));
}

void registerOpaqueType(const std::string& type_name) {
  auto& types = opaque_types();
  std::lock_guard<std::mutex> lock(types.mutex);
  types.names.insert(type_name);
}
void unregisterOpaqueType(const std::string& type_name) {
  auto& types = opaque_types();
  std::lock_guard<std::mutex> lock(types.mutex);
  types.names.erase(type_name);
}
bool isRegisteredOpaqueType(const std::string& type_name) {
  auto& types = opaque_types();
  std::lock_guard<std::mutex> lock(types.mutex);
  return types.names.count(type_name) != 0;
}

}  // namespace torch::jit
