// What a tensor knows of itself, as operators: the boxed forms of Tensor's own members.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/native/composite.h>

namespace at::native {

FLB_COMPOSITE(dim)
int64_t dim(const Tensor& self) { return self.dim(); }
FLB_COMPOSITE(numel)
int64_t numel(const Tensor& self) { return self.numel(); }
FLB_COMPOSITE(size_int)
int64_t size_int(const Tensor& self, int64_t dim) { return self.size(dim); }
FLB_COMPOSITE(stride_int)
int64_t stride_int(const Tensor& self, int64_t dim) { return self.stride(dim); }
FLB_COMPOSITE(storage_offset)
int64_t storage_offset(const Tensor& self) { return self.storage_offset(); }
FLB_COMPOSITE(get_device)
int64_t get_device(const Tensor& self) { return self.get_device(); }
FLB_COMPOSITE(is_contiguous)
bool is_contiguous(const Tensor& self) { return self.is_contiguous(); }
FLB_COMPOSITE(is_contiguous_memory_format)
bool is_contiguous_memory_format(const Tensor& self, MemoryFormat memory_format) {
  return self.is_contiguous(memory_format);
}

FLB_COMPOSITE(is_leaf)
bool is_leaf(const Tensor& self) { return self.is_leaf(); }
FLB_COMPOSITE(output_nr)
int64_t output_nr(const Tensor& self) { return self.output_nr(); }
FLB_COMPOSITE(_version)
int64_t _version(const Tensor& self) { return self._version(); }
FLB_COMPOSITE(requires_grad_)
Tensor& requires_grad_(Tensor& self, bool requires_grad) {
  self.requires_grad_(requires_grad);
  return self;
}
FLB_COMPOSITE(_has_compatible_shallow_copy_type)
bool _has_compatible_shallow_copy_type(const Tensor& self, const Tensor& from) {
  return self.unsafeGetTensorImpl()->has_compatible_shallow_copy_type(from.key_set());
}
FLB_COMPOSITE(retain_grad)
void retain_grad(Tensor& self) { self.retain_grad(); }
FLB_COMPOSITE(retains_grad)
bool retains_grad(const Tensor& self) { return self.retains_grad(); }
FLB_COMPOSITE(set_data)
void set_data(Tensor& self, const Tensor& new_data) { self.set_data(new_data); }
FLB_COMPOSITE(_backward)
void _backward(const Tensor& self, TensorList inputs, const std::optional<Tensor>& gradient,
               std::optional<bool> retain_graph, bool create_graph) {
  self._backward(inputs, gradient, retain_graph, create_graph);
}

FLB_COMPOSITE(_shape_as_tensor)
Tensor _shape_as_tensor(const Tensor& self) {
  Tensor shape = at::empty({self.dim()}, TensorOptions().dtype(kLong));
  std::copy(self.sizes().begin(), self.sizes().end(), shape.mutable_data_ptr<int64_t>());
  return shape;
}
FLB_COMPOSITE(_dim_arange)
Tensor _dim_arange(const Tensor& like, int64_t dim) { return at::arange(like.size(dim), like.options().dtype(kLong)); }

}  // namespace at::native
