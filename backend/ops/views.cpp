// Views: each infers where in its input's memory the result lies. No kernel runs.
#include <algorithm>
#include <limits>
#include <string>

#include "backend/op.h"
#include "backend/shape.h"
#include "kernels/common/wrapping.h"

namespace flambeau::ops {
namespace {

/// A view of argument 0 that starts as the same array.
Spec same_as(const View& x) {
  Spec spec{x.dtype(), x.device(), Dims(x.sizes().begin(), x.sizes().end()),
            Dims(x.strides().begin(), x.strides().end())};
  spec.alias = 0;
  return spec;
}

// Strides and offsets wrap around where they are beyond all memory: what comes out negative is refused.
Specs infer_alias(const Call& call) { return {same_as(call.in(0))}; }

/// PyTorch's legacy name of the tensor type, as its messages have it.
const char* type_name(DType t) {
  switch (t) {
    case DType::uint8:
      return "torch.ByteTensor";
    case DType::int8:
      return "torch.CharTensor";
    case DType::int16:
      return "torch.ShortTensor";
    case DType::int32:
      return "torch.IntTensor";
    case DType::int64:
      return "torch.LongTensor";
    case DType::float16:
      return "torch.HalfTensor";
    case DType::float32:
      return "torch.FloatTensor";
    case DType::float64:
      return "torch.DoubleTensor";
    case DType::complex64:
      return "torch.ComplexFloatTensor";
    case DType::complex128:
      return "torch.ComplexDoubleTensor";
    case DType::boolean:
      return "torch.BoolTensor";
    case DType::bfloat16:
      return "torch.BFloat16Tensor";
    default:
      return "torch.Tensor";
  }
}

/// `wanted` with its one -1 replaced by what makes the number of elements `numel`.
Dims infer_size(std::span<const int64_t> wanted, int64_t numel) {
  Dims sizes(wanted.begin(), wanted.end());
  int64_t product = 1, open = -1;
  for (size_t i = 0; i < wanted.size(); ++i) {
    FLB_CHECK(wanted[i] >= -1, "invalid shape dimension ", wanted[i]);
    FLB_CHECK(wanted[i] != -1 || open < 0, "only one dimension can be inferred");
    if (wanted[i] == -1) {
      open = static_cast<int64_t>(i);
    } else {
      FLB_CHECK(!__builtin_mul_overflow(product, wanted[i], &product), "shape '", shape_text(wanted),
                "' is invalid for input of size ", numel);
    }
  }
  if (open >= 0) {
    FLB_CHECK(product != 0 || numel != 0, "cannot reshape tensor of 0 elements into shape ", shape_text(wanted),
              " because the unspecified dimension size -1 can be any value and is ambiguous");
    FLB_CHECK(product != 0 && numel % product == 0, "shape '", shape_text(wanted), "' is invalid for input of size ",
              numel);
    sizes[open] = numel / product;
  } else {
    FLB_CHECK(product == numel, "shape '", shape_text(wanted), "' is invalid for input of size ", numel);
  }
  return sizes;
}

/// Exchanges two dimensions; a 0-dim tensor has dimensions -1 and 0 only in name.
Spec transposed(const View& x, int64_t a, int64_t b) {
  Spec spec = same_as(x);
  const int64_t i = wrap_dim(a, x.dim()), j = wrap_dim(b, x.dim());
  if (x.dim() == 0) return spec;
  std::swap(spec.sizes[i], spec.sizes[j]);
  std::swap(spec.strides[i], spec.strides[j]);
  return spec;
}

Specs infer_transpose(const Call& call) { return {transposed(call.in(0), call.integer(1), call.integer(2))}; }

Specs infer_t(const Call& call) {
  const View& x = call.in(0);
  FLB_CHECK(x.dim() <= 2, "t() expects a tensor with <= 2 dimensions, but self is ", x.dim(), "D");
  return {x.dim() < 2 ? same_as(x) : transposed(x, 0, 1)};
}

Specs infer_permute(const Call& call) {
  const View& x = call.in(0);
  const auto dims = call.integers(1);
  FLB_CHECK(static_cast<int>(dims.size()) == x.dim(),
            "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired "
            "ordering of "
            "dimensions i.e. input.dim() = ",
            x.dim(), " is not equal to len(dims) = ", dims.size());
  Spec spec = same_as(x);
  absl::InlinedVector<bool, 8> seen(dims.size(), false);
  for (size_t i = 0; i < dims.size(); ++i) {
    const int64_t d = wrap_dim(dims[i], x.dim());
    FLB_CHECK(!seen[d], "permute(): duplicate dims are not allowed.");
    seen[d] = true;
    spec.sizes[i] = x.size(d);
    spec.strides[i] = x.stride(d);
  }
  return {std::move(spec)};
}

Specs infer_unsqueeze(const Call& call) {
  const View& x = call.in(0);
  const int64_t d = wrap_dim(call.integer(1), x.dim() + 1);
  Spec spec = same_as(x);
  const int64_t stride = d < x.dim() ? wrapping_mul(x.size(d), x.stride(d)) : 1;
  spec.sizes.insert(spec.sizes.begin() + d, 1);
  spec.strides.insert(spec.strides.begin() + d, stride);
  return {std::move(spec)};
}

/// Drops the dimensions of size 1 that `chosen` names.
template <class Chosen>
Spec squeezed(const View& x, const Chosen& chosen) {
  Spec spec = same_as(x);
  spec.sizes.clear(), spec.strides.clear();
  for (int d = 0; d < x.dim(); ++d) {
    if (x.size(d) == 1 && chosen(d)) continue;
    spec.sizes.push_back(x.size(d));
    spec.strides.push_back(x.stride(d));
  }
  return spec;
}

Specs infer_squeeze(const Call& call) {
  return {squeezed(call.in(0), [](int) { return true; })};
}

Specs infer_squeeze_dim(const Call& call) {
  const int64_t dim = wrap_dim(call.integer(1), call.in(0).dim());
  return {squeezed(call.in(0), [dim](int d) { return d == dim; })};
}

Specs infer_squeeze_dims(const Call& call) {
  const View& x = call.in(0);
  absl::InlinedVector<bool, 8> chosen(std::max(x.dim(), 1), false);
  for (const int64_t dim : call.integers(1)) {
    const int64_t d = wrap_dim(dim, x.dim());
    FLB_CHECK(!chosen[d], "dim ", d, " appears multiple times in the list of dims");
    chosen[d] = true;
  }
  return {squeezed(x, [&](int d) { return chosen[d]; })};
}

Specs infer_select(const Call& call) {
  const View& x = call.in(0);
  FLB_CHECK_AS(index, x.dim() > 0, "select() cannot be applied to a 0-dim tensor.");
  const int64_t d = wrap_dim(call.integer(1), x.dim()), size = x.size(d), index = call.integer(2);
  FLB_CHECK_AS(index, -size <= index && index < size, "select(): index ", index, " out of range for tensor of size ",
               shape_text(x.sizes()), " at dimension ", d);
  Spec spec = same_as(x);
  spec.offset = wrapping_mul(index < 0 ? index + size : index, x.stride(d));
  spec.sizes.erase(spec.sizes.begin() + d);
  spec.strides.erase(spec.strides.begin() + d);
  return {std::move(spec)};
}

Specs infer_slice(const Call& call) {
  const View& x = call.in(0);
  FLB_CHECK(x.dim() > 0, "slice() cannot be applied to a 0-dim tensor.");
  const int64_t d = wrap_dim(call.integer(1), x.dim()), size = x.size(d), step = call.integer(4);
  FLB_CHECK(step > 0, "slice step must be positive");
  auto clamped = [size](int64_t at) { return std::clamp<int64_t>(at < 0 ? at + size : at, 0, size); };
  const int64_t start = clamped(call.integer_or(2, 0));
  const int64_t end = std::max(start, clamped(call.integer_or(3, std::numeric_limits<int64_t>::max())));
  Spec spec = same_as(x);
  spec.offset = wrapping_mul(start, x.stride(d));
  spec.sizes[d] = (end - start) / step + ((end - start) % step != 0);
  spec.strides[d] = wrapping_mul(x.stride(d), step);
  return {std::move(spec)};
}

Specs infer_expand(const Call& call) {
  const View& x = call.in(0);
  const auto wanted = call.integers(1);
  const int64_t added = static_cast<int64_t>(wanted.size()) - x.dim();
  FLB_CHECK(added >= 0, "expand(", type_name(x.dtype()), "{", shape_text(x.sizes()), "}, size=", shape_text(wanted),
            "): the number of sizes provided (", wanted.size(),
            ") must be greater or equal to the number of dimensions in the tensor (", x.dim(), ")");
  Spec spec{x.dtype(), x.device(), Dims(wanted.begin(), wanted.end()), Dims(wanted.size(), 0)};
  spec.alias = 0;
  for (int64_t i = static_cast<int64_t>(wanted.size()) - 1; i >= 0; --i) {
    const int64_t d = i - added;
    const int64_t size = d >= 0 ? x.size(static_cast<int>(d)) : 1;
    // A new leading dimension gets the stride that a contiguous array of the sizes behind it would have.
    int64_t stride = d >= 0 ? x.stride(static_cast<int>(d))
                     : i + 1 < static_cast<int64_t>(wanted.size())
                         ? wrapping_mul(spec.sizes[i + 1], spec.strides[i + 1])
                         : 1;
    if (wanted[i] == -1) {
      FLB_CHECK(d >= 0, "The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension ", i);
      spec.sizes[i] = size;
    } else if (wanted[i] != size) {
      FLB_CHECK(size == 1, "The expanded size of the tensor (", wanted[i], ") must match the existing size (", size,
                ") at non-singleton dimension ", i, ".  Target sizes: ", shape_text(wanted),
                ".  Tensor sizes: ", shape_text(x.sizes()));
      FLB_CHECK(wanted[i] >= 0, "The expanded size of the tensor (", wanted[i], ") isn't allowed to be negative");
      stride = 0;
    }
    spec.strides[i] = stride;
  }
  return {std::move(spec)};
}

Specs infer_diagonal(const Call& call) {
  const View& x = call.in(0);
  const int64_t a = wrap_dim(call.integer(2), x.dim()), b = wrap_dim(call.integer(3), x.dim()), shift = call.integer(1);
  FLB_CHECK(a != b, "diagonal dimensions cannot be identical ", call.integer(2), ", ", call.integer(3));
  const int64_t rows = x.size(a), columns = x.size(b);
  const int64_t length =
      std::max<int64_t>(shift >= 0 ? std::min(rows, columns - shift) : std::min(rows + shift, columns), 0);
  Spec spec = same_as(x);
  if (length > 0) spec.offset = shift >= 0 ? wrapping_mul(shift, x.stride(b)) : wrapping_mul(-shift, x.stride(a));
  for (const int64_t d : {std::max(a, b), std::min(a, b)}) {
    spec.sizes.erase(spec.sizes.begin() + d);
    spec.strides.erase(spec.strides.begin() + d);
  }
  spec.sizes.push_back(length);
  spec.strides.push_back(wrapping_add(x.stride(a), x.stride(b)));
  return {std::move(spec)};
}

Specs infer_unfold(const Call& call) {
  const View& x = call.in(0);
  const int64_t d = wrap_dim(call.integer(1), x.dim()), size = call.integer(2), step = call.integer(3);
  const int64_t available = x.dim() == 0 ? 1 : x.size(d);
  FLB_CHECK(size >= 0, "size is ", size, " but must be >= 0");
  FLB_CHECK(size <= available, "maximum size for tensor at dimension ", d, " is ", available, " but size is ", size);
  FLB_CHECK(step > 0, "step is ", step, " but must be > 0");
  Spec spec = same_as(x);
  const int64_t stride = x.dim() == 0 ? 1 : x.stride(d);
  if (x.dim() > 0) {
    spec.sizes[d] = (available - size) / step + 1;
    spec.strides[d] = wrapping_mul(stride, step);
  }
  spec.sizes.push_back(size);
  spec.strides.push_back(stride);
  return {std::move(spec)};
}

/// The strides under which `x` has the shape `sizes` without a copy, or none where there are no such strides. Runs of
/// dimensions that lie without gaps are cut anew; the boundaries between runs must stay.
bool strides_for(const View& x, const Dims& sizes, Dims& strides) {
  strides.assign(sizes.size(), 1);
  if (x.numel() == 0) {
    for (int64_t d = static_cast<int64_t>(sizes.size()) - 2; d >= 0; --d)
      strides[d] = wrapping_mul(std::max<int64_t>(sizes[d + 1], 1), strides[d + 1]);
    return true;
  }
  int64_t view_d = static_cast<int64_t>(sizes.size()) - 1;
  int64_t base = x.dim() > 0 ? x.stride(-1) : 1, run = 1, taken = 1;
  for (int d = x.dim() - 1; d >= 0; --d) {
    run *= x.size(d);
    const bool run_ends = d == 0 || (x.size(d - 1) != 1 && x.stride(d - 1) != run * base);
    if (!run_ends) continue;
    while (view_d >= 0 && (taken < run || sizes[view_d] == 1)) {
      strides[view_d] = taken * base;
      taken *= sizes[view_d--];
    }
    if (taken != run) return false;
    if (d > 0) base = x.stride(d - 1), run = taken = 1;
  }
  if (x.dim() == 0) return true;
  return view_d < 0;
}

Specs infer_view(const Call& call) {
  const View& x = call.in(0);
  Spec spec{x.dtype(), x.device(), infer_size(call.integers(1), x.numel()), {}};
  spec.alias = 0;
  FLB_CHECK(strides_for(x, spec.sizes, spec.strides),
            "view size is not compatible with input tensor's size and stride (at least one dimension spans across two "
            "contiguous "
            "subspaces). Use .reshape(...) instead.");
  return {std::move(spec)};
}

/// How far behind the first element the last one lies: -1 where there is none, the largest number where it overflows.
int64_t last_of(std::span<const int64_t> sizes, std::span<const int64_t> strides) {
  constexpr int64_t kFar = std::numeric_limits<int64_t>::max();
  if (std::ranges::find(sizes, 0) != sizes.end()) return -1;
  int64_t last = 0;
  for (size_t d = 0; d < sizes.size(); ++d) {
    int64_t step = 0;
    if (sizes[d] < 0 || strides[d] < 0 || __builtin_mul_overflow(sizes[d] - 1, strides[d], &step) ||
        __builtin_add_overflow(last, step, &last))
      return kFar;
  }
  return last;
}

Specs infer_reshape_alias(const Call& call) {
  const View& x = call.in(0);
  const auto sizes = call.integers(1), strides = call.integers(2);
  Spec spec{x.dtype(), x.device(), Dims(sizes.begin(), sizes.end()), Dims(strides.begin(), strides.end())};
  spec.alias = 0;
  FLB_CHECK(sizes.size() == strides.size(), "dimensionality of sizes (", sizes.size(),
            ") must match dimensionality of strides (", strides.size(), ")");
  FLB_CHECK(last_of(sizes, strides) <= last_of(x.sizes(), x.strides()), "_reshape_alias: sizes ", shape_text(sizes),
            " and strides ", shape_text(strides), " reach beyond a tensor of shape ", shape_text(x.sizes()));
  return {std::move(spec)};
}

}  // namespace

FLB_VIEW(alias, infer_alias);
FLB_VIEW(detach, infer_alias);
FLB_VIEW(transpose_int, infer_transpose);
FLB_VIEW(t, infer_t);
FLB_VIEW(permute, infer_permute);
FLB_VIEW(unsqueeze, infer_unsqueeze);
FLB_VIEW(squeeze, infer_squeeze);
FLB_VIEW(squeeze_dim, infer_squeeze_dim);
FLB_VIEW(squeeze_dims, infer_squeeze_dims);
FLB_VIEW(select_int, infer_select);
FLB_VIEW(slice_Tensor, infer_slice);
FLB_VIEW(expand, infer_expand);
FLB_VIEW(diagonal, infer_diagonal);
FLB_VIEW(unfold, infer_unfold);
FLB_VIEW(view, infer_view);
FLB_VIEW(_unsafe_view, infer_view);
FLB_VIEW(_reshape_alias, infer_reshape_alias);

}  // namespace flambeau::ops
