#include <ATen/core/dispatch/ObservedOperators.h>

namespace c10 {

std::unordered_set<std::string>& ObservedOperators::getUnobservedOperatorList() {
  // Mere queries, too small to measure.
  static auto& names = *new std::unordered_set<std::string>{"aten::size",
                                                            "aten::is_leaf",
                                                            "aten::output_nr",
                                                            "aten::_version",
                                                            "aten::is_complex",
                                                            "profiler::_record_function_enter",
                                                            "profiler::_record_function_enter_new",
                                                            "profiler::_record_function_exit"};
  return names;
}

bool ObservedOperators::isObserved(const OperatorName& name) { return !getUnobservedOperatorList().count(name.name); }

}  // namespace c10
