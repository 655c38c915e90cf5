#include <ATen/core/dispatch/late_operators.h>

namespace flambeau {

namespace {

struct LateOperators {
  std::string_view prefix;
  void (*register_them)();
};
constexpr LateOperators kLate[] = {{"profiler::", &register_profiler_operators}};

}  // namespace

bool register_late_operators(std::string_view name) {
  for (const auto& late : kLate) {
    if (!name.starts_with(late.prefix)) continue;
    late.register_them();
    return true;
  }
  return false;
}

void register_all_late_operators() {
  for (const auto& late : kLate) late.register_them();
}

}  // namespace flambeau
