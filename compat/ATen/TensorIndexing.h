// Mirrors <ATen/TensorIndexing.h> of PyTorch 2.13: Python's indexing in C++, x.index({Slice(1, 3), None, "...", mask}).
#pragma once

#include <ATen/ExpandUtils.h>
#include <ATen/Functions.h>
#include <ATen/ScalarOps.h>
#include <ATen/core/List.h>
#include <ATen/core/Tensor.h>
#include <c10/core/SymInt.h>
#include <c10/util/irange.h>
#include <c10/util/light_std.h>

#include <cstring>
#include <utility>

namespace at::indexing {

constexpr int64_t INDEX_MIN = c10::SymInt::min_representable_int();
constexpr int64_t INDEX_MAX = -(INDEX_MIN + 1);

enum class TensorIndexType { None, Ellipsis, SymInt, Boolean, Slice, Tensor };

constexpr std::nullopt_t None = std::nullopt;

struct TORCH_API EllipsisIndexType final {
  EllipsisIndexType() = default;
};
TORCH_API extern const EllipsisIndexType Ellipsis;

/// start:stop:step. Steps may be negative here, though no operator takes them.
struct TORCH_API Slice final {
 public:
  Slice(std::optional<c10::SymInt> start_index = std::nullopt, std::optional<c10::SymInt> stop_index = std::nullopt,
        std::optional<c10::SymInt> step_index = std::nullopt) {
    step_ = step_index.has_value() ? std::move(step_index).value() : c10::SymInt(1);
    TORCH_CHECK_VALUE(step_.sym_ne(0).expect_true(__FILE__, __LINE__), "slice step cannot be zero");
    start_ = start_index.has_value() ? std::move(start_index).value() : c10::SymInt(step_ < 0 ? INDEX_MAX : 0);
    stop_ = stop_index.has_value() ? std::move(stop_index).value() : c10::SymInt(step_ < 0 ? INDEX_MIN : INDEX_MAX);
  }

  c10::SymInt start() const { return start_; }
  c10::SymInt stop() const { return stop_; }
  c10::SymInt step() const { return step_; }

 private:
  c10::SymInt start_;
  c10::SymInt stop_;
  c10::SymInt step_;
};

TORCH_API std::ostream& operator<<(std::ostream& stream, const Slice& slice);

/// One index of any kind.
struct TORCH_API TensorIndex final {
  FLB_ON_USE TensorIndex(std::nullopt_t) : type_(TensorIndexType::None) {}
  FLB_ON_USE TensorIndex(at::indexing::EllipsisIndexType) : type_(TensorIndexType::Ellipsis) {}
  FLB_ON_USE TensorIndex(const char* str) : TensorIndex(at::indexing::Ellipsis) {
    TORCH_CHECK_VALUE(strcmp(str, "...") == 0, "Expected \"...\" to represent an ellipsis index, but got \"", str,
                      "\"");
  }
  FLB_ON_USE TensorIndex(SymInt integer) : integer_(std::move(integer)), type_(TensorIndexType::SymInt) {}
  FLB_ON_USE TensorIndex(int64_t integer) : TensorIndex(SymInt(integer)) {}
  FLB_ON_USE TensorIndex(int integer) : TensorIndex(SymInt(integer)) {}
  template <class T, class = std::enable_if_t<std::is_same_v<bool, T>>>
  TensorIndex(T boolean) : boolean_(boolean), type_(TensorIndexType::Boolean) {}
  FLB_ON_USE TensorIndex(Slice slice) : slice_(std::move(slice)), type_(TensorIndexType::Slice) {}
  FLB_ON_USE TensorIndex(Tensor tensor) : tensor_(std::move(tensor)), type_(TensorIndexType::Tensor) {}

  bool is_none() const { return type_ == TensorIndexType::None; }
  bool is_ellipsis() const { return type_ == TensorIndexType::Ellipsis; }
  bool is_integer() const { return type_ == TensorIndexType::SymInt; }
  SymInt integer() const { return integer_; }
  bool is_boolean() const { return type_ == TensorIndexType::Boolean; }
  bool boolean() const { return boolean_; }
  bool is_slice() const { return type_ == TensorIndexType::Slice; }
  const Slice& slice() const { return slice_; }
  bool is_tensor() const { return type_ == TensorIndexType::Tensor; }
  const Tensor& tensor() const { return tensor_; }

 private:
  SymInt integer_ = 0;
  bool boolean_ = false;
  Slice slice_;
  Tensor tensor_;
  TensorIndexType type_;
};

TORCH_API std::ostream& operator<<(std::ostream& stream, const TensorIndex& tensor_index);
TORCH_API std::ostream& operator<<(std::ostream& stream, const std::vector<TensorIndex>& tensor_indices);

namespace impl {

FLB_ON_USE inline Tensor applySlice(const Tensor& self, int64_t dim, c10::SymInt start, c10::SymInt stop,
                                    c10::SymInt step, bool disable_slice_optimization, const at::Device& self_device,
                                    const std::optional<SymIntArrayRef>& self_sizes) {
  TORCH_CHECK_VALUE(step.sym_gt(0).expect_true(__FILE__, __LINE__), "step must be greater than zero");
  if (self_sizes.has_value() && !self_sizes.value().empty()) {
    const bool native = self_device == at::kCPU || self_device == at::kCUDA;
    const SymInt length = native ? (*self_sizes)[dim] : self.sym_size(dim);
    const bool whole =
        TORCH_STATICALLY_KNOWN_TRUE(start.sym_eq(0)) && TORCH_STATICALLY_KNOWN_TRUE(length.sym_le(stop)) && step == 1;
    if (!disable_slice_optimization && whole) return self;
  }
  return self.slice_symint(dim, std::move(start), std::move(stop), std::move(step));
}

FLB_ON_USE inline Tensor applySelect(const Tensor& self, int64_t dim, SymInt index, int64_t real_dim, const at::Device&,
                                     const std::optional<SymIntArrayRef>& self_sizes) {
  if (self_sizes.has_value()) {
    if (const auto known = index.maybe_as_int()) {
      TORCH_CHECK_INDEX(
          !(*known == 0 && dim == 0 && self_sizes->empty()), "invalid index of a 0-dim tensor. ",
          "Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim tensor to a number");
    }
    const auto size = (*self_sizes)[dim];
    TORCH_CHECK_INDEX(size.sym_gt(-1 - index).sym_and(size.sym_gt(index)).expect_true(__FILE__, __LINE__), "index ",
                      index, " is out of bounds for dimension ", real_dim, " with size ", size);
  }
  return self.select_symint(dim, std::move(index));
}

// A boolean index selects all of a new dimension of size 1, or nothing of it.
FLB_ON_USE inline Tensor boolToIndexingTensor(const Tensor& self, bool value, const at::Device&) {
  return value ? at::zeros({1}, self.options().dtype(kLong)) : at::empty({0}, self.options().dtype(kLong));
}

inline Tensor scalarToTensorNonNativeDeviceType(const Scalar& v, const TensorOptions& options) {
  return at::scalar_tensor(v, options);
}

inline bool is_mask(const Tensor& tensor) { return tensor.scalar_type() == kByte || tensor.scalar_type() == kBool; }

FLB_ON_USE inline void recordTensorIndex(const Tensor& tensor, std::vector<Tensor>& outIndices, int64_t* dim_ptr) {
  if (outIndices.empty()) {
    outIndices.resize(*dim_ptr + 1);
    outIndices[*dim_ptr] = tensor;
  } else {
    outIndices.push_back(tensor);
  }
  *dim_ptr += is_mask(tensor) ? tensor.dim() : 1;
}

FLB_ON_USE inline c10::List<::std::optional<Tensor>> typeConvertIndices(const Tensor&, std::vector<Tensor>&& indices) {
  c10::List<::std::optional<Tensor>> converted;
  converted.reserve(indices.size());
  for (auto&& i : std::move(indices)) converted.push_back(std::move(i));
  return converted;
}

FLB_ON_USE inline int64_t count_specified_dimensions(const ArrayRef<TensorIndex>& indices) {
  int64_t count = 0;
  for (const auto& index : indices) {
    if (index.is_tensor()) {
      count += is_mask(index.tensor()) ? index.tensor().dim() : 1;
    } else if (!index.is_none() && !index.is_ellipsis() && !index.is_boolean()) {
      count++;
    }
  }
  return count;
}

}  // namespace impl

FLB_ON_USE inline Tensor scalarToTensor(const Scalar& v, const TensorOptions& options, const at::Device& self_device) {
  if (self_device == at::kCPU && !v.isSymbolic()) {
    return at::detail::scalar_tensor_static(v, options.dtype_opt()->toScalarType(), self_device);
  }
  return impl::scalarToTensorNonNativeDeviceType(v, options);
}

/// Sizes without the leading ones, which broadcasting adds again.
FLB_ON_USE inline SymIntArrayRef slicePrefix1sSize(const SymIntArrayRef& sizes) {
  size_t first = 0;
  while (first < sizes.size() && sizes[first].has_hint() && sizes[first] == 1) ++first;
  return sizes.slice(first);
}

/// dst[...] = src, where src may have leading dimensions of size 1 that dst lacks.
FLB_ON_USE inline void copy_to(const Tensor& dst, const Tensor& src) {
  const auto dst_sizes = dst.sym_sizes(), src_sizes = src.sym_sizes();
  bool same_sizes = dst_sizes.size() == src_sizes.size();
  for (size_t i = 0; same_sizes && i < dst_sizes.size(); ++i)
    same_sizes = TORCH_GUARD_OR_FALSE(sym_eq(dst_sizes[i], src_sizes[i]));
  if (same_sizes) {
    dst.copy_(src);
  } else if (src.dim() == 0 && src.device().type() == at::kCPU) {
    dst.fill_(src);
  } else {
    const auto src_view = src.view_symint(slicePrefix1sSize(src.sym_sizes()));
    const c10::MaybeOwned<Tensor> expanded = expand_inplace(dst, src_view, "setitem");
    dst.copy_(*expanded);
  }
}

namespace impl {

/// A 0-dim integer tensor selects like a number; a 0-dim mask like a boolean; all others index as tensors.
FLB_ON_USE inline Tensor apply_tensor(const Tensor& self, const Tensor& index, int64_t* dim, int64_t real_dim,
                                      std::vector<Tensor>& out, const at::Device& device,
                                      const std::optional<SymIntArrayRef>& sizes) {
  const auto type = index.scalar_type();
  const bool batched = index.key_set().has_any(
      c10::DispatchKeySet({c10::DispatchKey::FuncTorchBatched, c10::DispatchKey::BatchedNestedTensor}));
  if (index.dim() != 0 || batched || !at::isIntegralType(type, /*includeBool=*/true)) {
    recordTensorIndex(index, out, dim);
    return self;
  }
  if (!impl::is_mask(index)) return impl::applySelect(self, *dim, index.item<int64_t>(), real_dim, device, sizes);
  Tensor result = self.unsqueeze(*dim);
  const bool value = type == at::kBool ? index.item<bool>() : index.item<uint8_t>() != 0;
  impl::recordTensorIndex(impl::boolToIndexingTensor(result, value, device), out, dim);
  return result;
}

FLB_ON_USE inline void skip_dims(std::vector<Tensor>& out, int64_t count) {
  if (!out.empty()) out.resize(out.size() + count);
}

FLB_ON_USE inline void drop_undefined_tail(std::vector<Tensor>& indices) {
  while (!indices.empty() && !indices.back().defined()) indices.pop_back();
}

FLB_ON_USE inline std::optional<SymIntArrayRef> sizes_of(const Tensor& self) {
  return self.is_nested() ? std::optional<SymIntArrayRef>() : std::optional<SymIntArrayRef>(self.sym_sizes());
}

}  // namespace impl

/// Applies one index at dimension *dim_ptr and moves that on; tensor indices are collected in `out`.
FLB_ON_USE inline Tensor handleDimInMultiDimIndexing(const Tensor& prev, const Tensor& original,
                                                     const TensorIndex& index, int64_t* dim_ptr,
                                                     int64_t* specified_dims_ptr, int64_t real_dim,
                                                     std::vector<Tensor>& out, bool disable_slice_optimization,
                                                     const at::Device& device,
                                                     const std::optional<SymIntArrayRef>& sizes) {
  if (index.is_integer()) return impl::applySelect(prev, *dim_ptr, index.integer(), real_dim, device, sizes);
  if (index.is_tensor()) return impl::apply_tensor(prev, index.tensor(), dim_ptr, real_dim, out, device, sizes);
  if (index.is_ellipsis()) {
    const int64_t skipped = original.dim() - *specified_dims_ptr;
    *dim_ptr += skipped;
    impl::skip_dims(out, skipped);
    return prev;
  }
  if (index.is_slice()) {
    const Slice& s = index.slice();
    Tensor result =
        impl::applySlice(prev, *dim_ptr, s.start(), s.stop(), s.step(), disable_slice_optimization, device, sizes);
    ++*dim_ptr;
    impl::skip_dims(out, 1);
    return result;
  }
  Tensor result = prev.unsqueeze(*dim_ptr);
  if (index.is_boolean()) {
    impl::recordTensorIndex(impl::boolToIndexingTensor(result, index.boolean(), device), out, dim_ptr);
  } else {
    ++*dim_ptr;
    impl::skip_dims(out, 1);
  }
  return result;
}

namespace impl {

FLB_ON_USE inline Tensor applySlicing(const Tensor& self, const ArrayRef<TensorIndex>& indices,
                                      std::vector<Tensor>& outIndices, bool disable_slice_optimization,
                                      const at::Device& self_device, const std::optional<SymIntArrayRef>& self_sizes) {
  int64_t dim = 0;
  int64_t specified = count_specified_dimensions(indices);
  if (self_sizes.has_value()) {
    TORCH_CHECK_INDEX(specified <= static_cast<int64_t>(self_sizes->size()),
                      "too many indices for tensor of dimension ", static_cast<int>(self_sizes->size()));
  }
  Tensor result = self;
  for (const auto i : c10::irange(indices.size())) {
    result = handleDimInMultiDimIndexing(result, self, indices[i], &dim, &specified, static_cast<int64_t>(i),
                                         outIndices, disable_slice_optimization, self_device, impl::sizes_of(result));
  }
  return result;
}

}  // namespace impl

FLB_ON_USE inline Tensor dispatch_index(const Tensor& self, std::vector<Tensor>&& indices) {
  impl::drop_undefined_tail(indices);
  return self.index(impl::typeConvertIndices(self, std::move(indices)));
}

FLB_ON_USE inline Tensor dispatch_index_put_(Tensor& self, std::vector<Tensor>&& indices, const Tensor& value) {
  impl::drop_undefined_tail(indices);
  return self.index_put_(impl::typeConvertIndices(self, std::move(indices)), value);
}

/// self[indices], as Python computes it: a view where all indices are basic.
FLB_ON_USE inline Tensor get_item(const Tensor& self, const ArrayRef<TensorIndex>& indices,
                                  bool disable_slice_optimization = false) {
  const bool one_slice = indices.size() == 1 && indices[0].is_slice();
  std::vector<Tensor> tensors;
  Tensor sliced = impl::applySlicing(self, indices, tensors, disable_slice_optimization || one_slice, self.device(),
                                     impl::sizes_of(self));
  if (!tensors.empty()) return dispatch_index(sliced, std::move(tensors));
  return sliced.is_same(self) ? at::alias(sliced) : sliced;
}

/// self[indices] = value.
FLB_ON_USE inline void set_item(const Tensor& self, const ArrayRef<TensorIndex>& indices, const Tensor& value,
                                bool disable_slice_optimization = false) {
  if (indices.size() == 1 && indices[0].is_boolean()) {
    if (indices[0].boolean()) copy_to(self.unsqueeze(0), value);
    return;
  }
  std::vector<Tensor> tensors;
  Tensor sliced =
      impl::applySlicing(self, indices, tensors, disable_slice_optimization, self.device(), self.sym_sizes());
  if (tensors.empty()) return copy_to(sliced, value);
  const auto sizes = value.sym_sizes(), wanted = slicePrefix1sSize(sizes);
  dispatch_index_put_(sliced, std::move(tensors), sizes.equals(wanted) ? value : value.view_symint(wanted));
}

}  // namespace at::indexing
