// Mirrors <c10/util/Flags.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>
#include <c10/util/Registry.h>

#include <cstdint>
#include <string>

namespace c10 {

C10_API void SetUsageMessage(const std::string& str);
C10_API const char* UsageMessage();
/// Takes --name=value, --name value and --bool_name out of the arguments. False where one was malformed or --help
/// given.
C10_API bool ParseCommandLineFlags(int* pargc, char*** pargv);
C10_API bool CommandLineFlagsHasBeenParsed();

class C10_API C10FlagParser {
 public:
  bool success() { return success_; }

 protected:
  template <typename T>
  bool Parse(const std::string& content, T* value);
  bool success_{false};
};
C10_DECLARE_REGISTRY(C10FlagsRegistry, C10FlagParser, const std::string&);

}  // namespace c10

#define C10_DEFINE_typed_var(type, name, default_value, help_str)                                  \
  C10_EXPORT type FLAGS_##name = default_value;                                                    \
  namespace c10 {                                                                                  \
  namespace {                                                                                      \
  class C10FlagParser_##name : public C10FlagParser {                                              \
   public:                                                                                         \
    explicit C10FlagParser_##name(const std::string& content) {                                    \
      success_ = C10FlagParser::Parse<type>(content, &FLAGS_##name);                               \
    }                                                                                              \
  };                                                                                               \
  RegistererC10FlagsRegistry g_C10FlagsRegistry_##name(                                            \
      #name, C10FlagsRegistry(), RegistererC10FlagsRegistry::DefaultCreator<C10FlagParser_##name>, \
      "(" #type ", default " #default_value ") " help_str);                                        \
  }                                                                                                \
  }
#define C10_DEFINE_int(name, default_value, help_str) C10_DEFINE_typed_var(int, name, default_value, help_str)
#define C10_DEFINE_int32(name, default_value, help_str) C10_DEFINE_int(name, default_value, help_str)
#define C10_DEFINE_int64(name, default_value, help_str) C10_DEFINE_typed_var(int64_t, name, default_value, help_str)
#define C10_DEFINE_double(name, default_value, help_str) C10_DEFINE_typed_var(double, name, default_value, help_str)
#define C10_DEFINE_bool(name, default_value, help_str) C10_DEFINE_typed_var(bool, name, default_value, help_str)
#define C10_DEFINE_string(name, default_value, help_str) \
  C10_DEFINE_typed_var(std::string, name, default_value, help_str)

#define C10_DECLARE_typed_var(type, name) C10_API extern type FLAGS_##name
#define C10_DECLARE_int(name) C10_DECLARE_typed_var(int, name)
#define C10_DECLARE_int32(name) C10_DECLARE_int(name)
#define C10_DECLARE_int64(name) C10_DECLARE_typed_var(int64_t, name)
#define C10_DECLARE_double(name) C10_DECLARE_typed_var(double, name)
#define C10_DECLARE_bool(name) C10_DECLARE_typed_var(bool, name)
#define C10_DECLARE_string(name) C10_DECLARE_typed_var(std::string, name)

#define TORCH_DECLARE_typed_var(type, name) TORCH_API extern type FLAGS_##name
#define TORCH_DECLARE_int(name) TORCH_DECLARE_typed_var(int, name)
#define TORCH_DECLARE_int32(name) TORCH_DECLARE_int(name)
#define TORCH_DECLARE_int64(name) TORCH_DECLARE_typed_var(int64_t, name)
#define TORCH_DECLARE_double(name) TORCH_DECLARE_typed_var(double, name)
#define TORCH_DECLARE_bool(name) TORCH_DECLARE_typed_var(bool, name)
#define TORCH_DECLARE_string(name) TORCH_DECLARE_typed_var(std::string, name)
