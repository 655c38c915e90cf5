// What a placeholder does when it is called: it throws c10::NotImplementedError with its own full name.
//
// codegen/placeholders.py generates the stubs; each calls one of the two functions here. A function's stub is found by
// its address in the dynamic symbol table, so that no name is stored twice; a vtable's slot hands over its name.
#include <cxxabi.h>
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "c10/util/Exception.h"

namespace {

std::string demangled(const char* name) {
  int status = 0;
  char* text = abi::__cxa_demangle(name, nullptr, nullptr, &status);
  std::string result = status == 0 ? text : name;
  std::free(text);
  return result;
}

[[noreturn]] void not_implemented(const std::string& name) {
  if (const char* verbose = std::getenv("FLAMBEAU_VERBOSE"); verbose && *verbose && *verbose != '0') {
    std::fprintf(stderr, "flambeau: placeholder called: %s\n", name.c_str());
  }
  throw c10::NotImplementedError({__func__, __FILE__, __LINE__},
                                 "not implemented: " + name + " (a placeholder: see docs/coverage.md for what works)");
}

}  // namespace

/// `after_call` is the address behind the stub's call instruction, which lies within the stub or just behind it.
extern "C" [[noreturn]] void flambeau_placeholder_called(const char* after_call) {
  Dl_info info{};
  const bool found = dladdr(after_call - 1, &info) != 0 && info.dli_sname;
  not_implemented(found ? demangled(info.dli_sname) : "a function of unknown name");
}

extern "C" [[noreturn]] void flambeau_placeholder_slot_called(const char* name) { not_implemented(name); }
