// Mirrors <ATen/core/GeneratorForPrivateuseone.h> of PyTorch 2.13.
#pragma once

#include <ATen/core/Generator.h>
#include <c10/util/intrusive_ptr.h>

#include <functional>

namespace at {

using GeneratorFuncType = std::function<at::Generator(c10::DeviceIndex)>;

TORCH_API std::optional<GeneratorFuncType>& GetGeneratorPrivate();

class TORCH_API _GeneratorRegister {
 public:
  explicit _GeneratorRegister(const GeneratorFuncType& func);
};

TORCH_API at::Generator GetGeneratorForPrivateuse1(c10::DeviceIndex device_index);

#define REGISTER_GENERATOR_PRIVATEUSE1(GeneratorPrivate) \
  static auto temp##GeneratorPrivate = at::_GeneratorRegister(GeneratorPrivate);

}  // namespace at
