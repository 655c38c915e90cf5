// What a placeholder does when it is called: it throws c10::NotImplementedError with its own full name.
//
// codegen/placeholders.py generates the stubs; each calls one of the functions here. A function's stub is found by
// its address in the dynamic symbol table, so that no name is stored twice; a vtable's slot hands over its name.
#include <cxxabi.h>
#include <dlfcn.h>
#include <link.h>

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

/// PyTorch's names: our façades, which have no code, or real ones, which the mock keeps apart.
bool is_torch(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  return name.rfind("libtorch", 0) == 0 || name.rfind("libc10", 0) == 0;
}

/// What another library than ours defines under the name of what lies at `address` in ours.
const void* copy_of(const void* address) {
  Dl_info ours{};
  link_map* loaded = nullptr;
  if (dladdr(address, &ours) == 0 || !ours.dli_sname) return nullptr;
  if (void* program = dlopen(nullptr, RTLD_LAZY)) dlinfo(program, RTLD_DI_LINKMAP, &loaded);
  for (; loaded; loaded = loaded->l_next) {
    void* library =
        *loaded->l_name && !is_torch(loaded->l_name) ? dlopen(loaded->l_name, RTLD_LAZY | RTLD_NOLOAD) : nullptr;
    if (!library) continue;
    Dl_info theirs{};
    const void* copy = dlsym(library, ours.dli_sname);
    dlclose(library);  // only counted down
    // dlsym looks into what the library depends on, too.
    if (copy && dladdr(copy, &theirs) != 0 && theirs.dli_fbase == reinterpret_cast<void*>(loaded->l_addr) &&
        theirs.dli_fbase != ours.dli_fbase) {
      return copy;
    }
  }
  return nullptr;
}

}  // namespace

// `after_call` is the address behind a stub's call instruction, which lies within the stub or just behind it.

extern "C" [[noreturn]] void flambeau_placeholder_called(const char* after_call) {
  Dl_info info{};
  const bool found = dladdr(after_call - 1, &info) != 0 && info.dli_sname;
  not_implemented(found ? demangled(info.dli_sname) : "a function of unknown name");
}

extern "C" [[noreturn]] void flambeau_placeholder_slot_called(const char* name) { not_implemented(name); }

/// An inline function: the address of a library's copy that the stub stands in front of.
extern "C" const void* flambeau_inline_placeholder_called(const char* after_call) {
  if (const void* copy = copy_of(after_call - 1)) return copy;
  flambeau_placeholder_called(after_call);
}

/// A virtual function whose class has such a copy of its vtable. `slot` lies in ours.
extern "C" const void* flambeau_inline_slot_called(const void* const* slot, const char* name) {
  Dl_info info{};
  const void* copy = copy_of(slot);
  if (!copy || dladdr(slot, &info) == 0) not_implemented(name);
  return static_cast<const void* const*>(copy)[slot - static_cast<const void* const*>(info.dli_saddr)];
}
