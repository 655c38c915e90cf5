#include <c10/util/Exception.h>
#include <c10/util/env.h>

#include <cstdlib>
#include <mutex>
#include <shared_mutex>

namespace c10::utils {
namespace {

// getenv and setenv may not run at the same time.
constinit std::shared_mutex guard;

}  // namespace

void set_env(const char* name, const char* value, bool overwrite) {
  std::lock_guard lock(guard);
  const int status = setenv(name, value, static_cast<int>(overwrite));
  TORCH_INTERNAL_ASSERT(status == 0, "setenv failed for environment \"", name, "\", the error is: ", status);
}

std::optional<std::string> get_env(const char* name) noexcept {
  std::shared_lock lock(guard);
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return value;
}

bool has_env(const char* name) noexcept { return get_env(name).has_value(); }

std::optional<bool> check_env(const char* name) {
  const auto value = get_env(name);
  if (!value) return std::nullopt;
  if (*value == "0") return false;
  if (*value == "1") return true;
  TORCH_WARN("Ignoring invalid value for boolean flag ", name, ": ", *value, "valid values are 0 or 1.");
  return std::nullopt;
}

}  // namespace c10::utils
