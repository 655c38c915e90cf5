// Mirrors <c10/util/env.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>
#include <c10/util/light_std.h>

#include <string>

namespace c10::utils {

C10_API void set_env(const char* name, const char* value, bool overwrite = true);
C10_API bool has_env(const char* name) noexcept;
/// "1" is true, "0" false; nullopt where unset or, with a warning, anything else.
C10_API std::optional<bool> check_env(const char* name);
C10_API std::optional<std::string> get_env(const char* name) noexcept;

}  // namespace c10::utils
