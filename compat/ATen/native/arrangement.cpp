// Splitting by axis, rotating, and matrices made of pieces.
#include <ATen/ExpandUtils.h>
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/WrapDimUtils.h>
#include <ATen/native/composite.h>
#include <ATen/native/driver.h>

#include <algorithm>

namespace at::native {
namespace {

/// The axis along which hsplit, vsplit and dsplit cut. Vectors have only the first.
int64_t split_axis(const Tensor& self, const char* name, int64_t least, int64_t axis) {
  TORCH_CHECK(self.dim() >= least, "torch.", name, " requires a tensor with at least ", least, " dimension",
              least == 1 ? "" : "s", ", but got a tensor with ", self.dim(), " dimensions!");
  return self.dim() == 1 ? 0 : axis;
}

std::vector<Tensor> split_evenly(const Tensor& self, const char* name, int64_t least, int64_t axis, int64_t sections) {
  axis = split_axis(self, name, least, axis);
  TORCH_CHECK(sections != 0 && self.size(axis) % sections == 0, "torch.", name, " attempted to split along dimension ",
              axis, ", but the size of the dimension ", self.size(axis), " is not divisible by the split_size ",
              sections, "!");
  return at::tensor_split(self, sections, axis);
}

}  // namespace

FLB_COMPOSITE(hsplit_int)
std::vector<Tensor> hsplit_int(const Tensor& self, int64_t sections) {
  return split_evenly(self, "hsplit", 1, 1, sections);
}
FLB_COMPOSITE(vsplit_int)
std::vector<Tensor> vsplit_int(const Tensor& self, int64_t sections) {
  return split_evenly(self, "vsplit", 2, 0, sections);
}
FLB_COMPOSITE(dsplit_int)
std::vector<Tensor> dsplit_int(const Tensor& self, int64_t sections) {
  return split_evenly(self, "dsplit", 3, 2, sections);
}
FLB_COMPOSITE(hsplit_array)
std::vector<Tensor> hsplit_array(const Tensor& self, IntArrayRef indices) {
  return at::tensor_split(self, indices, split_axis(self, "hsplit", 1, 1));
}
FLB_COMPOSITE(vsplit_array)
std::vector<Tensor> vsplit_array(const Tensor& self, IntArrayRef indices) {
  return at::tensor_split(self, indices, split_axis(self, "vsplit", 2, 0));
}
FLB_COMPOSITE(dsplit_array)
std::vector<Tensor> dsplit_array(const Tensor& self, IntArrayRef indices) {
  return at::tensor_split(self, indices, split_axis(self, "dsplit", 3, 2));
}

FLB_COMPOSITE(row_stack)
Tensor row_stack(TensorList tensors) { return at::vstack(tensors); }
FLB_COMPOSITE(row_stack_out)
Tensor& row_stack_out(TensorList tensors, Tensor& out) { return at::vstack_out(out, tensors); }

FLB_EXPLICIT(_stack)
Tensor _stack(TensorList tensors, int64_t dim) { return at::stack(tensors, dim); }

FLB_EXPLICIT(rot90)
Tensor rot90(const Tensor& self, int64_t k, IntArrayRef dims) {
  const int64_t rank = self.dim();
  TORCH_CHECK(dims.size() == 2, "expected total rotation dims == 2, but got dims = ", dims.size());
  TORCH_CHECK(rank >= 2, "expected total dims >= 2, but got total dims = ", rank);
  TORCH_CHECK(dims[0] != dims[1] && std::abs(dims[0] - dims[1]) != rank,
              "expected rotation dims to be different, but got dim0 = ", dims[0], " and dim1 = ", dims[1]);
  for (const int i : {0, 1})
    TORCH_CHECK(dims[i] < rank && dims[i] >= -rank, "Rotation dim", i, " out of range, dim", i, " = ", dims[i]);
  switch ((k % 4 + 4) % 4) {
    case 1:
      return self.flip({dims[1]}).transpose_(dims[0], dims[1]);
    case 2:
      return self.flip(dims);
    case 3:
      return self.flip({dims[0]}).transpose_(dims[0], dims[1]);
    default:
      return self.clone(MemoryFormat::Contiguous);
  }
}

FLB_COMPOSITE(diagflat)
Tensor diagflat(const Tensor& self, int64_t offset) { return self.contiguous().view(-1).diag(offset); }

FLB_COMPOSITE(block_diag)
Tensor block_diag(TensorList tensors) {
  if (tensors.empty()) return at::empty({1, 0});
  int64_t rows = 0, columns = 0;
  ScalarType type = tensors[0].scalar_type();
  std::vector<Tensor> blocks;
  for (size_t i = 0; i < tensors.size(); ++i) {
    TORCH_CHECK(tensors[i].dim() <= 2, "torch.block_diag: Input tensors must have 2 or fewer dimensions. Input ", i,
                " has ", tensors[i].dim(), " dimensions");
    TORCH_CHECK(tensors[i].device() == tensors[0].device(),
                "torch.block_diag: input tensors must all be on the same device. Input 0 is on device ",
                tensors[0].device(), " and input ", i, " is on device ", tensors[i].device());
    blocks.push_back(at::atleast_2d(tensors[i]));
    rows += blocks.back().size(0), columns += blocks.back().size(1);
    type = promoteTypes(type, tensors[i].scalar_type());
  }
  Tensor result = at::zeros({rows, columns}, tensors[0].options().dtype(type));
  rows = columns = 0;
  for (const Tensor& b : blocks) {
    result.slice(0, rows, rows + b.size(0)).slice(1, columns, columns + b.size(1)).copy_(b);
    rows += b.size(0), columns += b.size(1);
  }
  return result;
}

FLB_COMPOSITE(cartesian_prod)
Tensor cartesian_prod(TensorList tensors) {
  for (const Tensor& t : tensors) TORCH_CHECK(t.dim() == 1, "Expect a 1D vector, but got shape ", t.sizes());
  if (tensors.size() == 1) return tensors[0];
  std::vector<Tensor> flat;
  for (const Tensor& t : at::meshgrid(tensors, "ij")) flat.push_back(t.flatten());
  return at::stack(flat, 1);
}

FLB_COMPOSITE(combinations)
Tensor combinations(const Tensor& self, int64_t r, bool with_replacement) {
  TORCH_CHECK(self.dim() == 1, "Expect a 1D vector, but got shape ", self.sizes());
  TORCH_CHECK(r >= 0, "Expect a non-negative number, but got ", r);
  if (r == 0) return at::empty({0}, self.options());
  const int64_t n = self.numel();
  const auto places = at::meshgrid(std::vector<Tensor>(r, at::arange(n, self.options().dtype(kLong))), "ij");
  const Tensor ascending = at::ones_like(places[0], places[0].options().dtype(kBool));
  for (int64_t i = 0; i + 1 < r; ++i)
    ascending.logical_and_(with_replacement ? places[i] <= places[i + 1] : places[i] < places[i + 1]);
  std::vector<Tensor> columns;
  for (const Tensor& t : at::meshgrid(std::vector<Tensor>(r, self), "ij"))
    columns.push_back(t.masked_select(ascending));
  return at::stack(columns, 1);
}

FLB_COMPOSITE(sum_to_size)
Tensor sum_to_size(const Tensor& self, IntArrayRef size) {
  TORCH_CHECK(is_expandable_to(size, self.sizes()), "size {", size, "} is not expandable to size {", self.sizes(),
              "}.");
  if (size.empty()) return self.sum();
  DimVector dims;
  const int64_t added = self.dim() - static_cast<int64_t>(size.size());
  for (int64_t d = 0; d < self.dim(); ++d)
    if (d < added || (size[d - added] == 1 && self.size(d) != 1)) dims.push_back(d);
  const Tensor summed = dims.empty() ? self : self.sum(dims, /*keepdim=*/true);
  return added > 0 ? summed.view(size) : summed;
}

FLB_EXPLICIT(nonzero_static)
Tensor nonzero_static(const Tensor& self, int64_t size, int64_t fill_value) {
  TORCH_CHECK(size >= 0, "nonzero_static: 'size' must be an non-negative integer");
  const Tensor found = at::nonzero(self);
  const int64_t n = std::min(found.size(0), size);
  Tensor result = at::full({size, self.dim()}, fill_value, self.options().dtype(kLong));
  result.slice(0, 0, n).copy_(found.slice(0, 0, n));
  return result;
}

FLB_EXPLICIT(nonzero_static_out)
Tensor& nonzero_static_out(const Tensor& self, int64_t size, int64_t fill_value, Tensor& out) {
  TORCH_CHECK(out.scalar_type() == kLong, "nonzero_static: Expected out tensor to have scalar type Long but got ",
              "scalar type", out.scalar_type());
  flambeau::store_result("aten::nonzero_static", out, at::nonzero_static(self, size, fill_value));
  return out;
}

FLB_EXPLICIT(_chunk_cat)
Tensor _chunk_cat(TensorList tensors, int64_t dim, int64_t num_chunks) {
  TORCH_CHECK(!tensors.empty(), "_chunk_cat expects a non-empty input tensor list");
  TORCH_CHECK(num_chunks >= 1, "_chunk_cat expects num_chunks >= 1");
  std::vector<Tensor> parts;
  dim = maybe_wrap_dim(dim, tensors[0].dim());
  for (const Tensor& t : tensors) {
    TORCH_CHECK(t.numel() > 0, "_chunk_cat expects non-empty tensor");
    TORCH_CHECK(dim < t.dim(), "_chunk_cat expects dim < input.ndim");
    const int64_t n = t.size(dim), chunk = (n + num_chunks - 1) / num_chunks;
    DimVector pad(2 * (t.dim() - dim), 0);
    pad.back() = chunk * num_chunks - n;
    const Tensor padded = pad.back() ? at::constant_pad_nd(t, pad, 0) : t;
    DimVector shape(t.sizes().begin(), t.sizes().begin() + dim);
    shape.push_back(num_chunks), shape.push_back(-1);
    parts.push_back(padded.reshape(shape));
  }
  return at::cat(parts, dim + 1);
}

FLB_COMPOSITE(flatten_dense_tensors)
Tensor flatten_dense_tensors(TensorList tensors) {
  std::vector<Tensor> flat;
  for (const Tensor& t : tensors) flat.push_back(t.contiguous().view({-1}));
  return at::cat(flat);
}

FLB_COMPOSITE(unflatten_dense_tensors)
std::vector<Tensor> unflatten_dense_tensors(const Tensor& flat, TensorList tensors) {
  std::vector<Tensor> parts;
  int64_t at = 0;
  for (const Tensor& t : tensors) {
    parts.push_back(t.numel() ? flat.narrow(0, at, t.numel()).view(t.sizes()) : at::empty({0}, flat.options()));
    at += t.numel();
  }
  return parts;
}

FLB_COMPOSITE(pad_sequence)
Tensor pad_sequence(TensorList sequences, bool batch_first, double padding_value, c10::string_view padding_side) {
  TORCH_CHECK(!sequences.empty(), "received an empty list of sequences");
  TORCH_CHECK(padding_side == "left" || padding_side == "right",
              "Expected padding_side to be one of left or right, but got ", padding_side, ".");
  int64_t longest = 0;
  for (const Tensor& s : sequences) longest = std::max(longest, s.size(0));
  DimVector shape = {batch_first ? static_cast<int64_t>(sequences.size()) : longest,
                     batch_first ? longest : static_cast<int64_t>(sequences.size())};
  shape.append(sequences[0].sizes().begin() + 1, sequences[0].sizes().end());
  const Tensor out = at::full(shape, padding_value, sequences[0].options());
  for (size_t i = 0; i < sequences.size(); ++i) {
    const int64_t n = sequences[i].size(0), from = padding_side == "left" ? longest - n : 0;
    out.select(batch_first ? 0 : 1, static_cast<int64_t>(i)).narrow(0, from, n).copy_(sequences[i]);
  }
  return out;
}

}  // namespace at::native
