// Mirrors <c10/util/Type.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>

#include <cstddef>
#include <string>
#include <typeinfo>

namespace c10 {

C10_API std::string demangle(const char* name);

template <typename T>
inline const char* demangle_type() {
#ifdef __GXX_RTTI
  static const auto& name = *(new std::string(demangle(typeid(T).name())));
  return name.c_str();
#else
  return "(RTTI disabled, cannot show name)";
#endif
}

}  // namespace c10
