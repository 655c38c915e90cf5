// Taking tensors apart and putting them together.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/WrapDimUtils.h>
#include <ATen/native/composite.h>

#include <algorithm>

namespace at::native {

FLB_EXPLICIT(unbind_int)
std::vector<Tensor> unbind_int(const Tensor& self, int64_t dim) {
  dim = maybe_wrap_dim(dim, self.dim());
  TORCH_CHECK_INDEX(self.dim() > 0, "Dimension specified as 0 but tensor has no dimensions");
  std::vector<Tensor> parts(self.size(dim));
  for (size_t i = 0; i < parts.size(); ++i) parts[i] = self.select(dim, static_cast<int64_t>(i));
  return parts;
}

FLB_EXPLICIT(split_Tensor)
std::vector<Tensor> split_Tensor(const Tensor& self, int64_t split_size, int64_t dim) {
  TORCH_CHECK(self.dim() != 0, "split expects at least a 1-dimensional tensor");
  TORCH_CHECK(split_size >= 0, "split expects split_size be non-negative, but got split_size=", split_size);
  const int64_t size = self.size(dim);
  TORCH_CHECK(split_size > 0 || size == 0,
              "split_size can only be 0 if dimension size is 0, but got dimension size of ", size);
  const int64_t count = split_size == 0 ? 1 : std::max<int64_t>((size + split_size - 1) / split_size, 1);
  std::vector<Tensor> parts(count);
  for (int64_t i = 0; i < count; ++i)
    parts[i] = self.narrow(dim, i * split_size, std::min(split_size, size - i * split_size));
  return parts;
}

FLB_EXPLICIT(split_with_sizes)
std::vector<Tensor> split_with_sizes(const Tensor& self, IntArrayRef split_sizes, int64_t dim) {
  TORCH_CHECK(self.dim() != 0, "split expects at least a 1-dimensional tensor");
  const int64_t size = self.size(dim);
  int64_t total = 0;
  for (const int64_t length : split_sizes) {
    TORCH_CHECK(
        length >= 0,
        "split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=", split_sizes);
    total = length > size - total ? size + 1 : total + length;  // whatever is too much
  }
  TORCH_CHECK(total == size, "split_with_sizes expects split_sizes to sum exactly to ", size,
              " (input tensor's size at dimension ", dim, "), but got split_sizes=", split_sizes);
  std::vector<Tensor> parts;
  int64_t start = 0;
  for (const int64_t length : split_sizes) {
    parts.push_back(at::slice(self, dim, start, start + length, 1));
    start += length;
  }
  return parts;
}

FLB_COMPOSITE(split_sizes)
std::vector<Tensor> split_sizes(const Tensor& self, IntArrayRef split_size, int64_t dim) {
  return at::split_with_sizes(self, split_size, dim);
}

FLB_COMPOSITE(chunk)
std::vector<Tensor> chunk(const Tensor& self, int64_t chunks, int64_t dim) {
  TORCH_CHECK(self.dim() > 0, "chunk expects at least a 1-dimensional tensor");
  TORCH_CHECK(chunks > 0, "chunk expects `chunks` to be greater than 0, got: ", chunks);
  const int64_t size = self.size(dim), split = (size + chunks - 1) / chunks;
  // A dimension of size 0 still gives as many chunks as were asked for.
  if (split == 0 && size == 0) return at::split_with_sizes(self, std::vector<int64_t>(chunks, 0), dim);
  return at::split(self, split, dim);
}

FLB_COMPOSITE(unsafe_chunk)
std::vector<Tensor> unsafe_chunk(const Tensor& self, int64_t chunks, int64_t dim) {
  TORCH_CHECK(self.dim() > 0, "chunk expects at least a 1-dimensional tensor");
  TORCH_CHECK(chunks > 0, "chunk expects `chunks` to be greater than 0, got: ", chunks);
  const int64_t size = self.size(dim), split = (size + chunks - 1) / chunks;
  if (split == 0 && size == 0) return at::unsafe_split_with_sizes(self, std::vector<int64_t>(chunks, 0), dim);
  return at::unsafe_split(self, split, dim);
}

FLB_EXPLICIT(unsafe_split_Tensor)
std::vector<Tensor> unsafe_split_Tensor(const Tensor& self, int64_t split_size, int64_t dim) {
  return at::native::split_Tensor(self, split_size, dim);
}

FLB_EXPLICIT(unsafe_split_with_sizes)
std::vector<Tensor> unsafe_split_with_sizes(const Tensor& self, IntArrayRef split_sizes, int64_t dim) {
  return at::native::split_with_sizes(self, split_sizes, dim);
}

FLB_COMPOSITE(tensor_split_sections)
std::vector<Tensor> tensor_split_sections(const Tensor& self, int64_t sections, int64_t dim) {
  TORCH_CHECK(self.dim() > 0, "tensor_split expected at least a 1-dimensional tensor, but got a tensor with ",
              self.dim(), " dims");
  TORCH_CHECK(sections > 0, "number of sections must be larger than 0, got ", sections);
  const int64_t d = maybe_wrap_dim(dim, self.dim()), size = self.size(d), base = size / sections,
                longer = size % sections;
  std::vector<Tensor> parts(sections);
  int64_t start = 0;
  for (int64_t i = 0; i < sections; ++i) {
    const int64_t length = base + (i < longer ? 1 : 0);
    parts[i] = at::slice(self, d, start, start + length, 1);
    start += length;
  }
  return parts;
}

FLB_COMPOSITE(tensor_split_indices)
std::vector<Tensor> tensor_split_indices(const Tensor& self, IntArrayRef indices, int64_t dim) {
  TORCH_CHECK(self.dim() > 0, "tensor_split expected at least a 1-dimensional tensor, but got a tensor with ",
              self.dim(), " dims");
  const int64_t d = maybe_wrap_dim(dim, self.dim());
  std::vector<Tensor> parts;
  int64_t start = 0;
  for (const int64_t end : indices) {
    parts.push_back(at::slice(self, d, start, end, 1));
    start = end;
  }
  parts.push_back(at::slice(self, d, start, self.size(d), 1));
  return parts;
}

FLB_COMPOSITE(tensor_split_tensor_indices_or_sections)
std::vector<Tensor> tensor_split_tensor_indices_or_sections(const Tensor& self, const Tensor& indices_or_sections,
                                                            int64_t dim) {
  const Tensor& where = indices_or_sections;
  TORCH_CHECK(where.scalar_type() == kLong,
              "tensor_split expected tensor_indices_or_sections to have dtype of long, but got ", where.scalar_type());
  TORCH_CHECK(where.dim() <= 1,
              "tensor_split expected tensor_indices_or_sections to be a zero-dimensional or one-dimensional tensor, "
              "but got a tensor with ",
              where.dim(), " dims");
  if (where.dim() == 0) return at::tensor_split(self, where.item<int64_t>(), dim);
  const Tensor flat = where.contiguous();
  return at::tensor_split(self, IntArrayRef(flat.const_data_ptr<int64_t>(), flat.numel()), dim);
}

// Each is cat of parts that are made of the tensors, along a dimension.
namespace {

struct Parts {
  std::vector<Tensor> tensors;
  int64_t dim;
};

Parts hstack_parts(TensorList tensors) {
  TORCH_CHECK(!tensors.empty(), "hstack expects a non-empty TensorList");
  auto parts = at::atleast_1d(tensors);
  const int64_t dim = parts[0].dim() == 1 ? 0 : 1;
  return {std::move(parts), dim};
}
Parts vstack_parts(TensorList tensors) {
  TORCH_CHECK(!tensors.empty(), "vstack expects a non-empty TensorList");
  return {at::atleast_2d(tensors), 0};
}
Parts dstack_parts(TensorList tensors) {
  TORCH_CHECK(!tensors.empty(), "dstack expects a non-empty TensorList");
  return {at::atleast_3d(tensors), 2};
}
Parts column_stack_parts(TensorList tensors) {
  TORCH_CHECK(!tensors.empty(), "column_stack expects a non-empty TensorList");
  std::vector<Tensor> parts;
  for (const Tensor& t : tensors) parts.push_back(t.dim() <= 1 ? t.reshape({t.numel(), 1}) : t);
  return hstack_parts(parts);
}

Tensor joined(const Parts& parts) { return at::cat(parts.tensors, parts.dim); }
Tensor& join(Tensor& out, const Parts& parts) { return at::cat_out(out, parts.tensors, parts.dim); }

}  // namespace

FLB_COMPOSITE(hstack)
Tensor hstack(TensorList tensors) { return joined(hstack_parts(tensors)); }
FLB_COMPOSITE(hstack_out)
Tensor& hstack_out(TensorList tensors, Tensor& out) { return join(out, hstack_parts(tensors)); }

FLB_COMPOSITE(vstack)
Tensor vstack(TensorList tensors) { return joined(vstack_parts(tensors)); }
FLB_COMPOSITE(vstack_out)
Tensor& vstack_out(TensorList tensors, Tensor& out) { return join(out, vstack_parts(tensors)); }

FLB_COMPOSITE(dstack)
Tensor dstack(TensorList tensors) { return joined(dstack_parts(tensors)); }
FLB_COMPOSITE(dstack_out)
Tensor& dstack_out(TensorList tensors, Tensor& out) { return join(out, dstack_parts(tensors)); }

FLB_COMPOSITE(column_stack)
Tensor column_stack(TensorList tensors) { return joined(column_stack_parts(tensors)); }
FLB_COMPOSITE(column_stack_out)
Tensor& column_stack_out(TensorList tensors, Tensor& out) { return join(out, column_stack_parts(tensors)); }

FLB_COMPOSITE(atleast_1d_Sequence)
std::vector<Tensor> atleast_1d_Sequence(TensorList tensors) {
  std::vector<Tensor> parts;
  for (const Tensor& t : tensors) parts.push_back(at::atleast_1d(t));
  return parts;
}

FLB_COMPOSITE(atleast_2d_Sequence)
std::vector<Tensor> atleast_2d_Sequence(TensorList tensors) {
  std::vector<Tensor> parts;
  for (const Tensor& t : tensors) parts.push_back(at::atleast_2d(t));
  return parts;
}

FLB_COMPOSITE(atleast_3d_Sequence)
std::vector<Tensor> atleast_3d_Sequence(TensorList tensors) {
  std::vector<Tensor> parts;
  for (const Tensor& t : tensors) parts.push_back(at::atleast_3d(t));
  return parts;
}

FLB_COMPOSITE(concat)
Tensor concat(TensorList tensors, int64_t dim) { return at::cat(tensors, dim); }
FLB_COMPOSITE(concat_out)
Tensor& concat_out(TensorList tensors, int64_t dim, Tensor& out) { return at::cat_out(out, tensors, dim); }

FLB_COMPOSITE(concatenate)
Tensor concatenate(TensorList tensors, int64_t dim) { return at::cat(tensors, dim); }
FLB_COMPOSITE(concatenate_out)
Tensor& concatenate_out(TensorList tensors, int64_t dim, Tensor& out) { return at::cat_out(out, tensors, dim); }

}  // namespace at::native
