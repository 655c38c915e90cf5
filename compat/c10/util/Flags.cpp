#include <c10/util/Exception.h>
#include <c10/util/Flags.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string_view>
#include <vector>

// The flags of c10 itself are plain data: their parsers join the registry when it is first asked for.
#define FLAMBEAU_FORALL_FLAGS(_)                                                                                  \
  _(bool, caffe2_report_cpu_memory_usage, false, "If set, print out detailed memory usage")                       \
  _(bool, caffe2_cpu_allocator_do_zero_fill, false, "If set, do memory zerofilling when allocating on CPU")       \
  _(bool, caffe2_cpu_allocator_do_junk_fill, false,                                                               \
    "If set, fill memory with deterministic junk when allocating on CPU")                                         \
  _(bool, caffe2_cpu_numa_enabled, false, "Use NUMA whenever possible.")                                          \
  _(bool, caffe2_keep_on_shrink, true, "If set, keeps memory when a tensor is shrinking its size.")               \
  _(int64_t, caffe2_max_keep_on_shrink_memory, INT64_MAX, "The maximum memory in bytes to keep on shrink.")       \
  _(bool, caffe2_use_fatal_for_enforce, false, "If set, log fatal instead of throwing when an enforcement fails") \
  _(int, caffe2_log_level, 1, "The minimum log level that caffe2 will output.")                                   \
  _(bool, logtostderr, false, "Log to standard error; accepted for compatibility with glog")                      \
  _(int, minloglevel, 0, "The minimum log level; accepted for compatibility with glog")                           \
  _(int, v, 0, "The verbosity; accepted for compatibility with glog")

#define FLAMBEAU_VARIABLE(type, name, initial, help) C10_EXPORT constinit type FLAGS_##name = initial;
FLAMBEAU_FORALL_FLAGS(FLAMBEAU_VARIABLE)
#undef FLAMBEAU_VARIABLE

namespace c10 {

namespace {

template <typename T>
class BuiltInFlag : public C10FlagParser {
 public:
  BuiltInFlag(const std::string& content, T* value) { success_ = C10FlagParser::Parse<T>(content, value); }
};

using FlagRegistry = ::c10::Registry<std::string, std::unique_ptr<C10FlagParser>, const std::string&>;

void add_own_flags(FlagRegistry* registry) {
#define FLAMBEAU_REGISTER(type, name, initial, help)                        \
  registry->Register(                                                       \
      #name,                                                                \
      [](const std::string& content) -> std::unique_ptr<C10FlagParser> {    \
        return std::make_unique<BuiltInFlag<type>>(content, &FLAGS_##name); \
      },                                                                    \
      "(" #type ", default " #initial ") " help);
  FLAMBEAU_FORALL_FLAGS(FLAMBEAU_REGISTER)
#undef FLAMBEAU_REGISTER
}

constinit bool parsed = false;

std::string& usage_message() {
  static auto* text = new std::string("(Usage message not set.)");
  return *text;
}

}  // namespace

FlagRegistry* C10FlagsRegistry() {
  static FlagRegistry* registry = [] {
    auto* made = new FlagRegistry();
    add_own_flags(made);
    return made;
  }();
  return registry;
}

void SetUsageMessage(const std::string& str) {
  TORCH_CHECK(usage_message() == "(Usage message not set.)", "Usage message can only be set once.")
  usage_message() = str;
}

const char* UsageMessage() { return usage_message().c_str(); }

bool CommandLineFlagsHasBeenParsed() { return parsed; }

bool ParseCommandLineFlags(int* pargc, char*** pargv) {
  if (*pargc == 0) return true;
  auto* registry = C10FlagsRegistry();
  char** argv = *pargv;
  std::vector<char*> kept = {argv[0]};
  std::ostringstream log;
  bool success = true;
  for (int i = 1; i < *pargc; ++i) {
    const std::string_view arg = argv[i];
    if (arg.find("--help") != std::string_view::npos) {
      std::printf("%s\nArguments: \n", UsageMessage());
      for (const auto& help : registry->HelpMessage())
        std::printf("    %s: %s\n", help.first.c_str(), help.second.c_str());
      std::exit(0);
    }
    if (!arg.starts_with("--")) {
      log << "C10 flag: commandline argument does not match --name=var or --name format: " << arg
          << ". Ignoring this argument.\n";
      kept.push_back(argv[i]);
      continue;
    }
    const size_t equals = arg.find('=');
    const std::string name(arg.substr(2, equals == std::string_view::npos ? equals : equals - 2));
    if (!registry->Has(name)) {
      log << "C10 flag: unrecognized commandline argument: " << arg << '\n';
      success = false;
      break;
    }
    std::string value;
    if (equals != std::string_view::npos) {
      value = arg.substr(equals + 1);
    } else if (i + 1 == *pargc) {
      log << "C10 flag: reached the last commandline argument, but I am expecting a value for " << arg << '\n';
      success = false;
      break;
    } else {
      value = argv[++i];
    }
    const auto flag = registry->Create(name, value);
    if (!flag->success()) {
      log << "C10 flag: illegal argument: " << arg << '\n';
      success = false;
      break;
    }
  }
  if (!success) std::fputs(log.str().c_str(), stderr);
  *pargc = static_cast<int>(kept.size());
  std::copy(kept.begin(), kept.end(), argv);
  parsed = success;
  return success;
}

template <>
C10_EXPORT bool C10FlagParser::Parse<std::string>(const std::string& content, std::string* value) {
  *value = content;
  return true;
}

// From <stdlib.h>, so that what follows the number is ignored as it is there.
template <>
C10_EXPORT bool C10FlagParser::Parse<int>(const std::string& content, int* value) {
  *value = std::atoi(content.c_str());
  return true;
}

template <>
C10_EXPORT bool C10FlagParser::Parse<int64_t>(const std::string& content, int64_t* value) {
  *value = std::atoll(content.c_str());
  return true;
}

template <>
C10_EXPORT bool C10FlagParser::Parse<double>(const std::string& content, double* value) {
  *value = std::atof(content.c_str());
  return true;
}

template <>
C10_EXPORT bool C10FlagParser::Parse<bool>(const std::string& content, bool* value) {
  const auto is_one_of = [&](std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), content) != words.end();
  };
  if (is_one_of({"false", "False", "FALSE", "0"})) {
    *value = false;
    return true;
  }
  if (is_one_of({"true", "True", "TRUE", "1"})) {
    *value = true;
    return true;
  }
  std::fprintf(stderr, "C10 flag: cannot convert %s to bool. It is expected to be true or false.\n", content.c_str());
  return false;
}

}  // namespace c10
