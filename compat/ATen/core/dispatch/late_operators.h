// Operators that no table holds, since their arguments are objects: registered when somebody asks for one of them.
#pragma once

#include <string_view>

namespace flambeau {

/// Registers those that `name` may belong to; false if there are none.
bool register_late_operators(std::string_view name);
void register_all_late_operators();

/// profiler::_record_function_*, once.
void register_profiler_operators();

}  // namespace flambeau
