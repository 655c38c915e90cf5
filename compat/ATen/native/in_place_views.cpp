// View operators that change the tensor itself: its sizes and strides, never its memory.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/native/composite.h>

namespace at::native {
namespace {

/// Gives self the geometry of one of its views.
Tensor& become(Tensor& self, const Tensor& view) {
  self.unsafeGetTensorImpl()->set_sizes_and_strides(view.sizes(), view.strides(), view.storage_offset());
  return self;
}

}  // namespace

FLB_EXPLICIT(squeeze_)
Tensor& squeeze_(Tensor& self) { return become(self, at::squeeze(self)); }
FLB_EXPLICIT(squeeze__dim)
Tensor& squeeze__dim(Tensor& self, int64_t dim) { return become(self, at::squeeze(self, dim)); }
FLB_EXPLICIT(squeeze__dims)
Tensor& squeeze__dims(Tensor& self, IntArrayRef dim) { return become(self, at::squeeze(self, dim)); }
FLB_EXPLICIT(unsqueeze_)
Tensor& unsqueeze_(Tensor& self, int64_t dim) { return become(self, at::unsqueeze(self, dim)); }
FLB_EXPLICIT(transpose_)
Tensor& transpose_(Tensor& self, int64_t dim0, int64_t dim1) { return become(self, at::transpose(self, dim0, dim1)); }
FLB_EXPLICIT(t_)
Tensor& t_(Tensor& self) { return become(self, at::t(self)); }
FLB_COMPOSITE(swapaxes_)
Tensor& swapaxes_(Tensor& self, int64_t axis0, int64_t axis1) { return self.transpose_(axis0, axis1); }
FLB_COMPOSITE(swapdims_)
Tensor& swapdims_(Tensor& self, int64_t dim0, int64_t dim1) { return self.transpose_(dim0, dim1); }

}  // namespace at::native
