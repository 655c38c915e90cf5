// Parses each line of its input as a schema and prints it, its parts, or the error.
#include <torch/library.h>

#include <iostream>

int main() {
  std::string line;
  size_t count = 0;
  while (std::getline(std::cin, line)) {
    ++count;
    try {
      const auto schema = torch::jit::parseSchema(line);
      std::cout << schema << '\n';
      for (const auto& arg : schema.arguments()) {
        std::cout << "  " << arg.name() << " | " << arg.type()->str() << " | " << arg.real_type()->annotation_str()
                  << " | " << (arg.N() ? *arg.N() : -1) << ' ' << arg.kwarg_only() << arg.is_out()
                  << (arg.default_value() ? arg.default_value()->tagKind() : "-");
        if (auto* alias = arg.alias_info()) {
          std::cout << ' ' << *alias << alias->containedTypes().size() << alias->isWildcardAfter();
        }
        std::cout << '\n';
      }
      const auto real = schema.cloneWithRealTypes(false);
      std::cout << "  " << real << ' ' << schema.is_mutable() << schema.is_vararg() << schema.is_varret() << '\n';
      TORCH_CHECK(torch::jit::parseSchema(toString(schema)) == schema, "does not round-trip");
      TORCH_CHECK(schema.isBackwardCompatibleWith(schema), "not compatible with itself");
    } catch (const std::exception&) {
      std::cout << "error" << (line.size() < 100 ? " in " + line : "") << '\n';
    }
  }
  std::cerr << count << " schemas\n";
}
