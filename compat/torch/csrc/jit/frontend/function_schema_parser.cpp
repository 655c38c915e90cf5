// A recursive-descent parser of the schema language:
//
//   schema   = name ["." overload] "(" [arg {"," arg}] ["," "..."] ")" "->" returns
//   arg      = type name ["=" default]        "*" before the first keyword-only one
//   type     = see schema_types.h
//   returns  = type [name] | "(" [type [name] {"," ...}] ")"
#include <torch/csrc/jit/frontend/function_schema_parser.h>

#include <ATen/core/jit_type.h>
#include <c10/core/Layout.h>
#include <c10/core/MemoryFormat.h>
#include <c10/core/ScalarType.h>
#include <torch/csrc/jit/frontend/schema_types.h>

namespace torch::jit {

namespace {

using c10::Argument;
using c10::FunctionSchema;
using c10::IValue;
using c10::OperatorName;
using c10::TypeKind;

class SchemaParser : flambeau::SchemaTypes {
 public:
  SchemaParser(std::string_view text, bool allow_typevars) : SchemaTypes(text, allow_typevars) {}

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
    flambeau::ParsedType type = parse_type();
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

}  // namespace torch::jit
