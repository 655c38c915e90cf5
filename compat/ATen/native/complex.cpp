// A complex tensor as pairs of real numbers, and back: the same memory.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/native/composite.h>
#include <ATen/native/driver.h>

namespace at::native {
namespace {

/// `self` with the memory read as `dtype`: sizes and strides given, the beginning where it was.
Tensor reread(const Tensor& self, flambeau::DType dtype, IntArrayRef sizes, IntArrayRef strides) {
  flambeau::Spec spec;
  spec.dtype = dtype;
  spec.sizes.assign(sizes.begin(), sizes.end());
  spec.strides.assign(strides.begin(), strides.end());
  return flambeau::alias_tensor(self, spec);
}

}  // namespace

FLB_EXPLICIT(view_as_real)
Tensor view_as_real(const Tensor& self) {
  TORCH_CHECK(self.is_complex(), "view_as_real is only supported for complex tensors");
  TORCH_CHECK(!self.is_conj(),
              "view_as_real doesn't work on unresolved conjugated tensors.  To resolve the conjugate tensor so you can "
              "view it as real, use self.resolve_conj(); however, be warned that the resulting tensor will NOT alias "
              "the original.");
  DimVector sizes(self.sizes().begin(), self.sizes().end()), strides;
  for (const int64_t s : self.strides()) strides.push_back(2 * s);
  sizes.push_back(2), strides.push_back(1);
  const auto real = static_cast<flambeau::DType>(toRealValueType(self.scalar_type()));
  return reread(self, real, sizes, strides);
}

FLB_EXPLICIT(view_as_complex)
Tensor view_as_complex(const Tensor& self) {
  const ScalarType type = self.scalar_type();
  TORCH_CHECK(
      type == kFloat || type == kDouble || type == kHalf,
      "view_as_complex is only supported for half, float and double tensors, but got a tensor of scalar type: ", type);
  TORCH_CHECK(self.dim() != 0, "Input tensor must have one or more dimensions");
  TORCH_CHECK(self.size(-1) == 2, "Tensor must have a last dimension of size 2");
  TORCH_CHECK(self.stride(-1) == 1, "Tensor must have a last dimension with stride 1");
  DimVector strides;
  for (const int64_t s : self.strides().slice(0, self.dim() - 1)) {
    TORCH_CHECK(s % 2 == 0, "Tensor must have a stride divisible by 2 for all but last dimension");
    strides.push_back(s / 2);
  }
  TORCH_CHECK(self.storage_offset() % 2 == 0, "Tensor must have a storage_offset divisible by 2");
  return reread(self, static_cast<flambeau::DType>(toComplexType(type)), self.sizes().slice(0, self.dim() - 1),
                strides);
}

}  // namespace at::native
