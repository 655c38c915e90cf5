// Mirrors <ATen/core/custom_class.h> of PyTorch 2.13: from a C++ class to the type it was registered as.
#pragma once

#include <c10/macros/Export.h>
#include <c10/macros/Macros.h>
#include <c10/util/Exception.h>
#include <c10/util/light_std.h>

#include <typeindex>

namespace c10 {

struct ClassType;
using ClassTypePtr = std::shared_ptr<ClassType>;

TORCH_API c10::ClassTypePtr getCustomClassTypeImpl(const std::type_index& tindex);

template <typename T>
const c10::ClassTypePtr& getCustomClassType() {
  static c10::ClassTypePtr cache = getCustomClassTypeImpl(std::type_index(typeid(T)));
  return cache;
}

}  // namespace c10
