// Reshaping: composites over the view operators.
#include <ATen/ExpandUtils.h>
#include <ATen/Functions.h>
#include <ATen/InferSize.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorUtils.h>
#include <ATen/WrapDimUtils.h>
#include <ATen/core/dispatch/undefined.h>
#include <ATen/native/composite.h>
#include <c10/util/safe_numerics.h>

#include <algorithm>
#include <numeric>

namespace at::native {
namespace {

/// Strides of `size` over the memory of self, if self can be viewed so; a failed view is no error here.
bool viewable(const Tensor& self, const DimVector& size) {
  return at::detail::computeStride(self.sizes(), self.strides(), size).has_value();
}

}  // namespace

FLB_COMPOSITE(reshape)
Tensor reshape(const Tensor& self, IntArrayRef shape) {
  if (!self.defined()) flambeau::refuse_undefined("aten::reshape", "", 0);
  const DimVector size = infer_size_dv(shape, self.numel());
  return viewable(self, size) ? self.view(size) : at::_unsafe_view(self.clone(MemoryFormat::Contiguous), size);
}

FLB_COMPOSITE(reshape_as)
Tensor reshape_as(const Tensor& self, const Tensor& other) { return self.reshape(other.sizes()); }

FLB_COMPOSITE(view_as)
Tensor view_as(const Tensor& self, const Tensor& other) { return self.view(other.sizes()); }

FLB_COMPOSITE(expand_as)
Tensor expand_as(const Tensor& self, const Tensor& other) { return self.expand(other.sizes()); }

FLB_COMPOSITE(broadcast_to)
Tensor broadcast_to(const Tensor& self, IntArrayRef size) { return self.expand(size); }

FLB_COMPOSITE(flatten_using_ints)
Tensor flatten_using_ints(const Tensor& self, int64_t start_dim, int64_t end_dim) {
  start_dim = maybe_wrap_dim(start_dim, self.dim());
  end_dim = maybe_wrap_dim(end_dim, self.dim());
  TORCH_CHECK(start_dim <= end_dim, "flatten() has invalid args: start_dim cannot come after end_dim");
  if (self.dim() == 0) return self.reshape({1});
  if (start_dim == end_dim) return self;
  DimVector shape(self.sizes().begin(), self.sizes().begin() + start_dim);
  shape.push_back(c10::multiply_integers(self.sizes().slice(start_dim, end_dim - start_dim + 1)));
  shape.append(self.sizes().begin() + end_dim + 1, self.sizes().end());
  return self.reshape(shape);
}

FLB_COMPOSITE(unflatten_int)
Tensor unflatten_int(const Tensor& self, int64_t dim, IntArrayRef sizes) {
  dim = maybe_wrap_dim(dim, self.dim());
  TORCH_CHECK(!sizes.empty(), "unflatten: sizes must be non-empty");
  const DimVector inner = infer_size_dv(sizes, self.size(dim));
  DimVector shape(self.sizes().begin(), self.sizes().begin() + dim);
  shape.append(inner.begin(), inner.end());
  shape.append(self.sizes().begin() + dim + 1, self.sizes().end());
  return self.view(shape);
}

FLB_COMPOSITE(ravel)
Tensor ravel(const Tensor& self) { return self.contiguous().view(-1); }

FLB_COMPOSITE(narrow)
Tensor narrow(const Tensor& self, int64_t dim, int64_t start, int64_t length) {
  TORCH_CHECK(self.dim() > 0, "narrow() cannot be applied to a 0-dim tensor.");
  TORCH_CHECK(length >= 0, "narrow(): length must be non-negative.");
  const int64_t size = self.size(dim);
  TORCH_CHECK_INDEX(-size <= start && start <= size, "start out of range (expected to be in range of [", -size, ", ",
                    size, "], but got ", start, ")");
  if (start < 0) start += size;
  TORCH_CHECK(start <= size - length, "start (", start, ") + length (", length, ") exceeds dimension size (", size,
              ").");
  return at::slice(self, dim, start, start + length, 1);
}

FLB_COMPOSITE(narrow_copy)
Tensor narrow_copy(const Tensor& self, int64_t dim, int64_t start, int64_t length) {
  return at::narrow(self, dim, start, length).clone(MemoryFormat::Contiguous);
}

FLB_COMPOSITE(narrow_Tensor)
Tensor narrow_Tensor(const Tensor& self, int64_t dim, const Tensor& start, int64_t length) {
  TORCH_CHECK(start.dim() == 0 && isIntegralType(start.scalar_type(), false),
              "start must be an 0-dim integral Tensor.");
  return at::narrow(self, dim, start.item<int64_t>(), length);
}

FLB_COMPOSITE(movedim_intlist)
Tensor movedim_intlist(const Tensor& self, IntArrayRef source, IntArrayRef destination) {
  TORCH_CHECK(source.size() == destination.size(), "movedim: Invalid source or destination dims: source (", source,
              " dims) should contain the same number of dims as destination (", destination, " dims)");
  const int64_t rank = self.dim();
  DimVector order(rank, -1);
  std::vector<bool> taken(rank, false);
  for (size_t i = 0; i < source.size(); ++i) {
    const int64_t from = maybe_wrap_dim(source[i], rank), to = maybe_wrap_dim(destination[i], rank);
    TORCH_CHECK(!taken[from], "movedim: repeated dim in `source` (", source, ")");
    TORCH_CHECK(rank == 0 || order[to] < 0, "movedim: repeated dim in `destination` (", destination, ")");
    if (rank == 0) return self.alias();
    taken[from] = true;
    order[to] = from;
  }
  int64_t next = 0;
  for (int64_t& d : order) {
    if (d >= 0) continue;
    while (taken[next]) ++next;
    d = next++;
  }
  return self.permute(order);
}

FLB_COMPOSITE(movedim_int)
Tensor movedim_int(const Tensor& self, int64_t source, int64_t destination) {
  return at::movedim(self, IntArrayRef{source}, IntArrayRef{destination});
}

FLB_COMPOSITE(moveaxis_int)
Tensor moveaxis_int(const Tensor& self, int64_t source, int64_t destination) {
  return at::movedim(self, IntArrayRef{source}, IntArrayRef{destination});
}

FLB_COMPOSITE(moveaxis_intlist)
Tensor moveaxis_intlist(const Tensor& self, IntArrayRef source, IntArrayRef destination) {
  return at::movedim(self, source, destination);
}

FLB_COMPOSITE(swapaxes)
Tensor swapaxes(const Tensor& self, int64_t axis0, int64_t axis1) { return self.transpose(axis0, axis1); }

FLB_COMPOSITE(swapdims)
Tensor swapdims(const Tensor& self, int64_t dim0, int64_t dim1) { return self.transpose(dim0, dim1); }

FLB_COMPOSITE(mT)
Tensor mT(const Tensor& self) {
  TORCH_CHECK(self.dim() >= 2, "tensor.mT is only supported on matrices or batches of matrices. Got ", self.dim(),
              "-D tensor.");
  return self.transpose(-2, -1);
}

FLB_COMPOSITE(mH)
Tensor mH(const Tensor& self) {
  TORCH_CHECK(self.dim() >= 2, "tensor.mH is only supported on matrices or batches of matrices. Got ", self.dim(),
              "-D tensor.");
  return at::conj(self.transpose(-2, -1));
}

FLB_COMPOSITE(adjoint)
Tensor adjoint(const Tensor& self) {
  TORCH_CHECK(self.dim() >= 2, "tensor.adjoint() is only supported on matrices or batches of matrices. Got ",
              self.dim(), "-D tensor.");
  return at::conj(self.transpose(-2, -1));
}

FLB_COMPOSITE(numpy_T)
Tensor numpy_T(const Tensor& self) {
  DimVector reversed(self.dim());
  for (int64_t d = 0; d < self.dim(); ++d) reversed[d] = self.dim() - 1 - d;
  return self.permute(reversed);
}

FLB_COMPOSITE(matrix_H)
Tensor matrix_H(const Tensor& self) {
  TORCH_CHECK(self.dim() == 2 || self.dim() == 0, "tensor.H is only supported on matrices (2-D tensors). Got ",
              self.dim(), "-D tensor.", self.dim() > 2 ? " For batches of matrices, consider using tensor.mH" : "");
  if (self.dim() == 0) return self.is_complex() ? at::conj(self) : self;
  return at::conj(self.transpose(0, 1));
}

FLB_COMPOSITE(atleast_1d)
Tensor atleast_1d(const Tensor& self) { return self.dim() == 0 ? self.reshape({1}) : self; }

FLB_COMPOSITE(atleast_2d)
Tensor atleast_2d(const Tensor& self) {
  return self.dim() == 0 ? self.reshape({1, 1}) : self.dim() == 1 ? self.unsqueeze(0) : self;
}

FLB_COMPOSITE(atleast_3d)
Tensor atleast_3d(const Tensor& self) {
  if (self.dim() == 0) return self.reshape({1, 1, 1});
  if (self.dim() == 1) return self.unsqueeze(0).unsqueeze(-1);
  return self.dim() == 2 ? self.unsqueeze(-1) : self;
}

FLB_EXPLICIT(repeat)
Tensor repeat(const Tensor& self, IntArrayRef repeats) {
  TORCH_CHECK(static_cast<int64_t>(repeats.size()) >= self.dim(),
              "Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor");
  const int64_t added = static_cast<int64_t>(repeats.size()) - self.dim();
  DimVector padded(added, 1), target(repeats.size());
  padded.append(self.sizes().begin(), self.sizes().end());
  bool empty = false;
  for (size_t i = 0; i < repeats.size(); ++i) {
    TORCH_CHECK(repeats[i] >= 0, "Repeats cannot be negative");
    empty |= repeats[i] == 0;
    TORCH_CHECK(!c10::mul_overflows(padded[i], repeats[i], &target[i]), "numel: integer multiplication overflow");
  }
  Tensor result = at::empty(target, self.options());
  if (empty || result.numel() == 0) return result;
  // Each dimension of the result seen as (repeat, size) takes the source broadcast along the repeat.
  DimVector outer, source;
  for (size_t i = 0; i < repeats.size(); ++i) {
    outer.push_back(repeats[i]), outer.push_back(padded[i]);
    source.push_back(1), source.push_back(padded[i]);
  }
  result.view(outer).copy_(self.reshape(source).expand(outer));
  return result;
}

FLB_COMPOSITE(tile)
Tensor tile(const Tensor& self, IntArrayRef dims) {
  DimVector repeats(std::max<int64_t>(self.dim() - static_cast<int64_t>(dims.size()), 0), 1);
  repeats.append(dims.begin(), dims.end());
  return self.repeat(repeats);
}

FLB_COMPOSITE(fliplr)
Tensor fliplr(const Tensor& self) {
  TORCH_CHECK(self.dim() >= 2, "Input must be >= 2-d.");
  return self.flip({1});
}

FLB_COMPOSITE(flipud)
Tensor flipud(const Tensor& self) {
  TORCH_CHECK(self.dim() >= 1, "Input must be >= 1-d.");
  return self.flip({0});
}

FLB_COMPOSITE(broadcast_tensors)
std::vector<Tensor> broadcast_tensors(TensorList tensors) { return expand_outplace(tensors); }

FLB_COMPOSITE(meshgrid)
std::vector<Tensor> meshgrid(TensorList tensors) {
  TORCH_WARN_ONCE("torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument.");
  return at::meshgrid(tensors, "ij");
}

FLB_COMPOSITE(meshgrid_indexing)
std::vector<Tensor> meshgrid_indexing(TensorList tensors, c10::string_view indexing) {
  TORCH_CHECK(!tensors.empty(), "meshgrid expects a non-empty TensorList");
  TORCH_CHECK(indexing == "ij" || indexing == "xy",
              "torch.meshgrid: indexing must be one of \"xy\" or \"ij\", but received: ", indexing);
  std::vector<Tensor> inputs(tensors.begin(), tensors.end());
  const bool swap = indexing == "xy" && inputs.size() >= 2;
  if (swap) std::swap(inputs[0], inputs[1]);
  DimVector shape;
  for (const Tensor& t : inputs) {
    TORCH_CHECK(t.dim() <= 1, "torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: ", t.sizes());
    TORCH_CHECK(t.dtype() == inputs[0].dtype(), "torch.meshgrid expects all tensors to have the same dtype");
    shape.push_back(t.numel());
  }
  std::vector<Tensor> grids;
  for (size_t i = 0; i < inputs.size(); ++i) {
    DimVector view(inputs.size(), 1);
    view[i] = -1;
    grids.push_back(inputs[i].view(view).expand(shape));
  }
  if (swap) {
    std::swap(grids[0], grids[1]);
    for (Tensor& grid : grids) grid = grid.transpose(0, 1);
  }
  return grids;
}

}  // namespace at::native
