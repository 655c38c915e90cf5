// Mirrors <ATen/TensorMeta.h> of PyTorch 2.13: the interface through which shape rules name their outputs.
#pragma once

#include <ATen/DimVector.h>
#include <c10/core/TensorOptions.h>
#include <c10/util/Exception.h>
#include <c10/util/strides.h>

namespace at {

class Tensor;

namespace impl {

#define TORCH_META_FUNC(name) void structured_##name::meta
#define TORCH_META_FUNC2(name, overload) void structured_##name##_##overload::meta
#define TORCH_PRECOMPUTE_META_FUNC(name) structured_##name::meta_return_ty structured_##name::meta
#define TORCH_PRECOMPUTE_META_FUNC2(name, overload) \
  structured_##name##_##overload::meta_return_ty structured_##name##_##overload::meta
#define TORCH_PRECOMPUTE_STRUCT(name) structured_##name::precompute_out<>
#define TORCH_PRECOMPUTE_STRUCT2(name, overload) structured_##name##_##overload::precompute_out<>
#define TORCH_IMPL_FUNC(name) void structured_##name::impl

struct TORCH_API MetaBase {
  MetaBase() = default;
  MetaBase(const MetaBase&) = default;
  MetaBase& operator=(const MetaBase&) = default;
  MetaBase(MetaBase&&) noexcept = default;
  MetaBase& operator=(MetaBase&&) noexcept = default;

  virtual const Tensor& maybe_get_output(int64_t output_idx) = 0;
  /// The output will have exactly these strides.
  virtual void set_output_strided(int64_t, IntArrayRef, IntArrayRef, TensorOptions) {
    TORCH_INTERNAL_ASSERT(false, "set_output_strided not implemented.");
  }
  /// The strides are a wish.
  virtual void set_output_raw_strided(int64_t, IntArrayRef, IntArrayRef, TensorOptions) {
    TORCH_INTERNAL_ASSERT(false, "set_output_strided not implemented.");
  }
  void set_output_contiguous(int64_t output_idx, IntArrayRef sizes, TensorOptions options) {
    set_output_strided(output_idx, sizes, c10::contiguous_strides(sizes), options);
  }
  const Tensor& maybe_get_output() { return maybe_get_output(0); }
  virtual ~MetaBase() = default;
};

}  // namespace impl

}  // namespace at
