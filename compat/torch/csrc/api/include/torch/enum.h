// Mirrors <torch/enum.h> of PyTorch 2.13: options of the C++ frontend, each value a type of its own.
#pragma once

#include <ATen/core/Reduction.h>
#include <c10/util/Exception.h>
#include <torch/csrc/Export.h>

#include <string>
#include <variant>

#define TORCH_ENUM_DECLARE(name)                    \
  namespace torch {                                 \
  namespace enumtype {                              \
  struct k##name {                                  \
    constexpr k##name() {}                          \
  };                                                \
  }                                                 \
  TORCH_API extern const enumtype::k##name k##name; \
  }

#define TORCH_ENUM_DEFINE(name)    \
  namespace torch {                \
  const enumtype::k##name k##name; \
  }

#define TORCH_ENUM_PRETTY_PRINT(name) \
  std::string operator()(const enumtype::k##name&) const { return "k" #name; }

#define TORCH_OPTIONS_CTOR_VARIANT_ARG3(OPTIONS_NAME, ARG_NAME, TYPE1, TYPE2, TYPE3) \
  OPTIONS_NAME() = default;                                                          \
  OPTIONS_NAME(torch::enumtype::TYPE1 ARG_NAME) : ARG_NAME##_(torch::TYPE1) {}       \
  OPTIONS_NAME(torch::enumtype::TYPE2 ARG_NAME) : ARG_NAME##_(torch::TYPE2) {}       \
  OPTIONS_NAME(torch::enumtype::TYPE3 ARG_NAME) : ARG_NAME##_(torch::TYPE3) {}

#define TORCH_OPTIONS_CTOR_VARIANT_ARG4(OPTIONS_NAME, ARG_NAME, TYPE1, TYPE2, TYPE3, TYPE4) \
  TORCH_OPTIONS_CTOR_VARIANT_ARG3(OPTIONS_NAME, ARG_NAME, TYPE1, TYPE2, TYPE3)              \
  OPTIONS_NAME(torch::enumtype::TYPE4 ARG_NAME) : ARG_NAME##_(torch::TYPE4) {}

#define TORCH_FORALL_ENUMS(_)                                                                                     \
  _(Linear)                                                                                                       \
  _(Conv1D)                                                                                                       \
  _(Conv2D) _(Conv3D) _(ConvTranspose1D) _(ConvTranspose2D) _(ConvTranspose3D) _(Sigmoid) _(Tanh) _(ReLU) _(GELU) \
      _(SiLU) _(Mish) _(LeakyReLU) _(FanIn) _(FanOut) _(Constant) _(Reflect) _(Replicate) _(Circular) _(Nearest)  \
          _(Bilinear) _(Bicubic) _(Trilinear) _(Area) _(NearestExact) _(Sum) _(Mean) _(Max) _(None) _(BatchMean)  \
              _(Zeros) _(Border) _(Reflection) _(RNN_TANH) _(RNN_RELU) _(LSTM) _(GRU) _(Valid) _(Same)

TORCH_FORALL_ENUMS(TORCH_ENUM_DECLARE)

namespace torch::enumtype {

struct _compute_enum_name {
  TORCH_FORALL_ENUMS(TORCH_ENUM_PRETTY_PRINT)
};

template <typename V>
std::string get_enum_name(V variant_enum) {
  return std::visit(_compute_enum_name{}, variant_enum);
}

template <typename V>
at::Reduction::Reduction reduction_get_enum(V variant_enum) {
  if (std::holds_alternative<kNone>(variant_enum)) return at::Reduction::None;
  if (std::holds_alternative<kMean>(variant_enum)) return at::Reduction::Mean;
  TORCH_CHECK(std::holds_alternative<kSum>(variant_enum), get_enum_name(variant_enum),
              " is not a valid value for reduction");
  return at::Reduction::Sum;
}

}  // namespace torch::enumtype
