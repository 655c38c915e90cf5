// Running an iterator: loops over its elements, in parallel, in parts, and over reductions.
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/TensorIteratorInternal.h>

#include <limits>

namespace at {

DimCounter::DimCounter(IntArrayRef shape, Range range)
    : shape(shape), range(range), values(shape.size()), offset(range.begin) {
  std::fill(values.begin(), values.end(), 0);
  int64_t rest = range.begin;
  for (size_t dim = 0; dim < values.size(); ++dim) {
    if (shape[dim] <= 0) continue;
    values[dim] = rest % shape[dim];
    rest /= shape[dim];
  }
  TORCH_INTERNAL_ASSERT(rest == 0);
}

bool DimCounter::is_done() const { return offset >= range.end; }

void DimCounter::increment(const std::array<int64_t, 2>& step) {
  offset += step[0] * step[1];
  size_t dim = step[1] != 1 ? 1 : 0;
  int64_t carry = step[dim];
  for (; dim < values.size() && carry > 0; ++dim) {
    values[dim] += carry;
    carry = values[dim] >= shape[dim] ? 1 : 0;
    if (carry) values[dim] -= shape[dim];
  }
}

std::array<int64_t, 2> DimCounter::max_2d_step() const {
  const int64_t step0 = std::min(shape[0] - values[0], range.end - offset);
  int64_t step1 = 1;
  if (step0 == shape[0] && shape.size() > 1) step1 = std::min(shape[1] - values[1], (range.end - offset) / shape[0]);
  return {step0, step1};
}

int64_t TensorIteratorBase::numel() const {
  int64_t count = 1;
  for (const int64_t size : shape_) count *= size;
  return count;
}

int64_t TensorIteratorBase::num_output_elements() const {
  int64_t count = 1;
  for (const auto dim : c10::irange(ndim())) {
    if (operands_[0].stride_bytes[dim] != 0 || shape_[dim] == 0) count *= shape_[dim];
  }
  return count;
}

int TensorIteratorBase::num_reduce_dims() const {
  const auto& strides = operands_[0].stride_bytes;
  return static_cast<int>(std::count(strides.begin(), strides.begin() + ndim(), 0));
}

bool TensorIteratorBase::is_trivial_1d() const { return ndim() == 1; }
bool TensorIteratorBase::is_contiguous() const { return numel() == 1 || (ndim() == 1 && has_contiguous_first_dim()); }
bool TensorIteratorBase::is_scalar(int64_t arg) const { return operands_[arg].tensor_base().numel() == 1; }
bool TensorIteratorBase::is_cpu_scalar(int64_t arg) const { return is_scalar(arg) && device(arg).is_cpu(); }
void* TensorIteratorBase::data_ptr(int64_t arg) const { return operands_[arg].data; }

bool TensorIteratorBase::is_dim_reduced(int dim) const {
  return std::any_of(operands_.begin(), operands_.end(), [&](const OperandInfo& op) {
    return op.is_output && op.stride_bytes[dim] == 0 && shape_[dim] > 1;
  });
}

TensorIteratorBase::StrideVector TensorIteratorBase::compatible_stride(int64_t element_size) const {
  StrideVector stride;
  for (const int64_t size : shape_) {
    stride.push_back(element_size);
    element_size *= size;
  }
  return stride;
}

DimVector TensorIteratorBase::invert_perm(IntArrayRef input) const {
  TORCH_INTERNAL_ASSERT(!has_coalesced_dimensions_);
  DimVector result(input.size());
  for (const auto dim : c10::irange(ndim())) result[perm_[dim]] = input[dim];
  return result;
}

DimVector TensorIteratorBase::apply_perm_and_mul(IntArrayRef input, int mul) const {
  TORCH_INTERNAL_ASSERT(!has_coalesced_dimensions_);
  DimVector result(input.size(), 0);
  for (const auto i : c10::irange(input.size())) result[i] = input[perm_[i]] * mul;
  return result;
}

TensorIteratorBase::StrideVector TensorIteratorBase::get_dim_strides(int dim) const {
  StrideVector strides;
  for (const auto& op : operands_) strides.push_back(ndim() == 0 ? 0 : op.stride_bytes[dim]);
  return strides;
}

TensorIteratorBase::StrideVector TensorIteratorBase::get_strides() const {
  StrideVector strides;
  for (const auto dim : c10::irange(ndim())) {
    for (const auto& op : operands_) strides.push_back(op.stride_bytes[dim]);
  }
  strides.resize(static_cast<size_t>(ntensors()) * std::max(2, ndim()), 0);
  return strides;
}

TensorIteratorBase::PtrVector TensorIteratorBase::get_base_ptrs() const {
  PtrVector pointers;
  for (const auto& op : operands_) pointers.push_back(static_cast<char*>(op.data));
  return pointers;
}

void TensorIteratorBase::for_each(loop2d_t loop, int64_t grain_size) {
  const int64_t count = numel();
  if (count == 0) return;
  if (count < grain_size || at::get_num_threads() == 1) return serial_for_each(loop, {0, count});
  at::parallel_for(0, count, grain_size, [&](int64_t begin, int64_t end) { serial_for_each(loop, {begin, end}); });
}

void TensorIteratorBase::serial_for_each(loop2d_t loop, Range range) const {
  if (range.size() == 0) return;
  auto pointers = get_base_ptrs();
  const auto strides = get_strides();
  at::internal::serial_for_each(shape_, strides, pointers.data(), pointers.size(), loop, range);
}

void TensorIteratorBase::cast_outputs() {
  for (auto& op : operands_) {
    if (!op.is_output || !op.original_tensor_base().defined()) continue;
    if (op.original_tensor_base().scalar_type() == op.current_dtype) continue;
    const Tensor& original = op.original_tensor();
    const Tensor& computed = op.tensor();
    if (original.sizes() != computed.sizes())
      original.resize_as_(computed).as_strided_(computed.sizes(), computed.strides());
    original.copy_(computed);
    op.restore_original_tensor();
    op.current_dtype = op.target_dtype;
  }
}

void TensorIteratorBase::remove_operand(int64_t arg) { operands_.erase(operands_.begin() + arg); }
void TensorIteratorBase::unsafe_replace_operand(int64_t arg, void* data) { operands_[arg].data = data; }

void TensorIteratorBase::narrow(int dim, int64_t start, int64_t size) {
  TORCH_INTERNAL_ASSERT(dim < ndim() && size >= 1);
  shape_[dim] = size;
  view_offsets_[dim] += start;
  for (auto& op : operands_) op.data = static_cast<char*>(op.data) + op.stride_bytes[dim] * start;
  if (size == 1 && !is_reduction_) coalesce_dimensions();
}

void TensorIteratorBase::select_all_keeping_dim(int start_dim, IntArrayRef indices) {
  TORCH_INTERNAL_ASSERT(start_dim <= ndim());
  for (const auto i : c10::irange(start_dim, ndim())) {
    for (auto& op : operands_) op.data = static_cast<char*>(op.data) + op.stride_bytes[i] * indices[i - start_dim];
    shape_[i] = 1;
  }
}

std::unique_ptr<TensorIterator> TensorIteratorBase::split(int dim) {
  TORCH_INTERNAL_ASSERT(dim >= 0 && dim < ndim() && shape_[dim] >= 2);
  auto first = std::make_unique<TensorIterator>(*this);
  const bool overlaps = is_dim_reduced(dim);
  const int64_t half = shape_[dim] / 2;
  const int64_t rest = shape_[dim] - half;
  first->narrow(dim, 0, half);
  first->final_output_ &= !overlaps;
  narrow(dim, half, rest);
  accumulate_ |= overlaps;
  return first;
}

int TensorIteratorBase::get_dim_to_split() const {
  TORCH_INTERNAL_ASSERT(ndim() >= 1);
  int64_t farthest = -1;
  int result = -1;
  for (int dim = ndim() - 1; dim >= 0; --dim) {
    if (shape_[dim] == 0) continue;
    for (const auto& op : operands_) {
      const int64_t extent = (shape_[dim] - 1) * std::abs(op.stride_bytes[dim]);
      if (extent > farthest) {
        farthest = extent;
        result = dim;
      }
    }
  }
  TORCH_INTERNAL_ASSERT(farthest >= 0);
  return result;
}

bool TensorIteratorBase::can_use_32bit_indexing() const {
  constexpr int64_t limit = std::numeric_limits<int32_t>::max();
  if (numel() > limit) return false;
  for (const auto& op : operands_) {
    int64_t reach = 1;
    for (const auto dim : c10::irange(ndim())) reach += (shape_[dim] - 1) * op.stride_bytes[dim];
    if (reach > limit) return false;
  }
  return true;
}

SplitUntil32Bit TensorIteratorBase::with_32bit_indexing() const { return SplitUntil32Bit(*this); }

SplitUntil32Bit::iterator::iterator(const TensorIteratorBase& iter) {
  vec.emplace_back(new TensorIterator(iter));
  vec.emplace_back(nullptr);  // what the increment drops
  ++(*this);
}
SplitUntil32Bit::iterator& SplitUntil32Bit::iterator::operator++() {
  vec.pop_back();
  while (!vec.empty() && !vec.back()->can_use_32bit_indexing()) {
    auto& last = *vec.back();
    vec.emplace_back(last.split(last.get_dim_to_split()));
  }
  return *this;
}
TensorIterator& SplitUntil32Bit::iterator::operator*() const { return *vec.back(); }
SplitUntil32Bit::iterator SplitUntil32Bit::begin() const { return SplitUntil32Bit::iterator(iter); }
SplitUntil32Bit::iterator SplitUntil32Bit::end() const { return SplitUntil32Bit::iterator(); }

// ---- reductions

namespace {

/// The outermost dimension that is not reduced and has work for all threads, or else the longest such.
int dim_for_threads(const TensorIteratorBase& iter) {
  const auto shape = iter.shape();
  int best = iter.ndim() - 1;
  for (int dim = best; dim >= 0 && !iter.is_dim_reduced(dim); --dim) {
    if (shape[dim] >= at::get_num_threads()) return dim;
    if (shape[dim] > shape[best]) best = dim;
  }
  TORCH_INTERNAL_ASSERT(!iter.is_dim_reduced(best));
  return best;
}

/// One result: each thread reduces its part into a copy of the initial value, and the copies are reduced at the end.
void reduce_in_two_passes(TensorIteratorBase& iter, TensorIteratorBase::loop2d_t loop) {
  const Tensor target = iter.output(0).unsqueeze(0);
  DimVector shape(target.sizes());
  shape[0] = at::get_num_threads();
  const Tensor partial = at::empty(shape, target.options());
  partial.copy_(target);
  const int64_t stride = partial.stride(0) * partial.element_size();
  Tensor first = partial[0];
  const auto pass = TensorIterator::reduce_op(first, iter.input(0));
  at::parallel_for(0, iter.numel(), internal::GRAIN_SIZE, [&](int64_t begin, int64_t end) {
    auto pointers = pass.get_base_ptrs();
    pointers[0] += stride * at::get_thread_num();
    const auto strides = pass.get_strides();
    at::internal::serial_for_each(pass.shape(), strides, pointers.data(), pointers.size(), loop, {begin, end});
  });
  Tensor result = target;
  TensorIterator::reduce_op(result, partial).for_each(loop);
}

}  // namespace

void TensorIteratorBase::parallel_reduce(loop2d_t loop) {
  TORCH_CHECK(ntensors() == 2, "parallel_reduce only supports one input and one output");
  const int64_t count = numel();
  if (count < internal::GRAIN_SIZE || at::get_num_threads() == 1 || at::in_parallel_region())
    return serial_for_each(loop, {0, count});
  if (output(0).numel() == 1) return reduce_in_two_passes(*this, loop);
  const int dim = dim_for_threads(*this);
  at::parallel_for(0, shape_[dim], 1, [&](int64_t begin, int64_t end) {
    if (begin == end) return;
    TensorIterator part(*this);
    part.narrow(dim, begin, end - begin);
    part.for_each(loop, std::numeric_limits<int64_t>::max());
  });
}

void TensorIteratorBase::foreach_reduced_elt(loop_subiter_t loop, bool parallelize) {
  AT_ASSERT(ninputs() == 1);
  AT_ASSERT(noutputs() >= 1);
  if (output(0).numel() == 0) return;
  if (output(0).numel() == 1) return loop(*this);
  if (numel() < internal::GRAIN_SIZE || at::get_num_threads() == 1 || at::in_parallel_region() || !parallelize) {
    const int reduced = num_reduce_dims();
    const DimVector kept(shape_.begin() + reduced, shape_.end());
    int64_t count = 1;
    for (const int64_t size : kept) count *= size;
    for (DimCounter position(kept, {0, count}); !position.is_done(); position.increment({1, 1})) {
      TensorIterator part(*this);
      part.select_all_keeping_dim(reduced, position.values);
      loop(part);
    }
    return;
  }
  const int dim = dim_for_threads(*this);
  at::parallel_for(0, shape_[dim], 1, [&](int64_t begin, int64_t end) {
    if (begin == end) return;
    TensorIterator part(*this);
    part.narrow(dim, begin, end - begin);
    part.foreach_reduced_elt(loop, /*parallelize=*/false);
  });
}

}  // namespace at
