#include <c10/core/TensorOptions.h>

#include <ostream>

namespace c10 {

std::ostream& operator<<(std::ostream& stream, const TensorOptions& options) {
  // What was not set is marked so, and shown with its default.
  const auto print = [&](const char* label, auto value, bool has) {
    stream << label << std::boolalpha << value << (has ? "" : " (default)");
  };
  print("TensorOptions(dtype=", options.dtype(), options.has_dtype());
  print(", device=", options.device(), options.has_device());
  print(", layout=", options.layout(), options.has_layout());
  print(", requires_grad=", options.requires_grad(), options.has_requires_grad());
  print(", pinned_memory=", options.pinned_memory(), options.has_pinned_memory());
  stream << ", memory_format=";
  if (options.has_memory_format()) {
    stream << *options.memory_format_opt();
  } else {
    stream << "(nullopt)";
  }
  return stream << ")";
}

}  // namespace c10
