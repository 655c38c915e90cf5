#include <ATen/core/operator_name.h>

namespace c10 {

std::string toString(const OperatorName& opName) {
  return opName.overload_name.empty() ? opName.name : opName.name + "." + opName.overload_name;
}

std::ostream& operator<<(std::ostream& os, const OperatorName& opName) { return os << toString(opName); }

}  // namespace c10
