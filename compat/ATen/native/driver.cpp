// The three drivers: functional (infer, allocate, run), out= (infer, resize, run) and in-place (infer, check, run).
#include <ATen/native/driver.h>

#include <ATen/EmptyTensor.h>
#include <ATen/MemoryOverlap.h>
#include <ATen/core/dispatch/StaticOps.h>
#include <ATen/core/dispatch/undefined.h>
#include <ATen/native/Resize.h>
#include <c10/core/GradMode.h>
#include <c10/core/ScalarType.h>
#include <c10/util/Exception.h>

#include "backend/copy.h"
#include "backend/direct.h"
#include "backend/overlap.h"
#include "backend/pointwise.h"

namespace flambeau {

namespace {

bool same(std::span<const int64_t> a, at::IntArrayRef b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }
at::IntArrayRef dims_of(const Dims& dims) { return {dims.data(), dims.size()}; }

/// Calls body, turning the engine's errors into PyTorch's.
template <class Body>
decltype(auto) translating(const Body& body) {
  try {
    return body();
  } catch (const Error& error) {
    raise(error);
  }
}

Call record(const PackedCall& call, View* outputs, int count) {
  return {&call.op, call.args, call.num_args, count, outputs};
}

/// The tensor at `position` is undefined: an error where the operator's schema wants one.
[[gnu::cold, gnu::noinline]] void check_optional(const PackedCall& call, int position) {
  if (call.row == kNoRow) return;
  const StaticOp& op = static_ops()[static_cast<size_t>(call.row)];
  const auto type = materialize(op).schema().arguments()[static_cast<size_t>(position)].type();
  if (type->kind() == c10::TypeKind::TensorType) refuse_undefined(op.name, op.overload, position);
}

/// Where the tensors are. A kernel on the CPU cannot read a meta tensor; operands of pointwise operators are all on one
/// device, but for numbers on the CPU, which go with any.
void check_tensors(const PackedCall& call) {
  const View* first = nullptr;
  const auto look = [&](const View& v) {
    if (v.device_.type == DeviceType::cpu && v.dim_ == 0) return;
    if (!first) first = &v;
    if (v.device_.type == first->device_.type || (!call.op.pointwise && first->device_.type == DeviceType::meta))
      return;
    const auto name = [](const View& t) { return t.device_.type == DeviceType::cpu ? "cpu" : "meta"; };
    fail(ErrorKind::runtime, "Tensor on device ", name(v), " is not on the expected device ", name(*first), "!");
  };
  for (int i = 0; i < call.num_args; ++i) {
    if (call.args[i].kind == ArgKind::tensor) {
      look(*call.args[i].tensor);
    } else if (call.args[i].kind == ArgKind::tensors) {
      for (const View& v : std::span(static_cast<const View*>(call.args[i].list.items), call.args[i].list.count))
        look(v);
    } else if (C10_UNLIKELY(call.tensors[i] && !call.tensors[i]->defined())) {
      check_optional(call, i);
    }
  }
}

Specs infer(const PackedCall& call) {
  check_tensors(call);
  return call.op.infer(record(call, nullptr, 0));
}

void compute(const PackedCall& call, View* outputs, int count) {
  if (count > 0 && outputs[0].device_.type == DeviceType::meta) return;
  if (!call.op.cpu) fail(ErrorKind::not_implemented, "not implemented: ", call.op.name, " (kernel)");
  call.op.cpu(record(call, outputs, count));
}

at::Tensor make_result(const PackedCall& call, const Spec& spec) {
  if (spec.undefined) return {};
  return spec.alias >= 0 ? alias_tensor(*call.tensors[spec.alias], spec) : allocate_tensor(spec);
}

void make_results(const PackedCall& call, const Specs& specs, at::Tensor* results, int count) {
  absl::InlinedVector<View, 4> views(count);
  bool views_only = true;
  for (int i = 0; i < count; ++i) {
    results[i] = make_result(call, specs[i]);
    if (results[i].defined()) views[i] = view_of(results[i]);
    views_only = views_only && (specs[i].alias >= 0 || specs[i].undefined);
  }
  // An operator whose outputs are all views has nothing to compute, unless it mutates its arguments.
  if (!views_only || (count == 0 && call.op.cpu)) compute(call, views.data(), count);
}

void check_castable(DType from, const at::Tensor& to) {
  const auto type = static_cast<at::ScalarType>(from);
  TORCH_CHECK(c10::canCast(type, to.scalar_type()), "result type ", type, " can't be cast to the desired output type ",
              to.scalar_type());
}

/// Whether the elements fill the memory between the first and the last.
bool is_dense(const View& v) {
  int64_t span = 1;
  for (int d = 0; d < v.dim(); ++d) span += (v.size(d) - 1) * v.stride(d);
  return span == v.numel();
}

/// Items of a list are refused where they are the output, too.
void check_items(const View& out, std::span<const View> items) {
  const auto end = [](const View& v) { return v.ptr<char>() + v.numel() * static_cast<int64_t>(itemsize(v.dtype())); };
  for (const View& item : items) {
    if (!item.data_ || item.numel() == 0 || out.numel() == 0 || !is_dense(item) || !is_dense(out)) continue;
    TORCH_CHECK(item.ptr<char>() >= end(out) || out.ptr<char>() >= end(item),
                "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single "
                "memory location. Please clone() the tensor before performing the operation.");
  }
}

/// Refuses what the operator's flags (backend/overlap.h) say.
void check_overlaps(const PackedCall& call, const at::Tensor& out) {
  const uint32_t flags = call.op.flags;
  if (!(flags & kMayOverlap)) at::assert_no_internal_overlap(out);
  const bool pointwise = (flags & kPointwise) && !(flags & kMayOverlap);
  if (!pointwise && !(flags & (kFirstApart | kApart | kAlone))) return;
  for (int i = 0; i < (flags & kFirstApart ? 1 : call.num_args); ++i) {
    const Arg& arg = call.args[i];
    if (arg.kind == ArgKind::tensors)
      check_items(view_of(out), {static_cast<const View*>(arg.list.items), static_cast<size_t>(arg.list.count)});
    if (!call.tensors[i] || !call.tensors[i]->defined()) continue;
    if ((flags & kFirstApart) && call.tensors[i]->numel() < out.numel()) continue;
    if ((flags & kAlone) && !(i == 0 && (flags & kInPlaceSafe))) {
      at::assert_no_overlap(out, *call.tensors[i]);
    } else {
      at::assert_no_partial_overlap(out, *call.tensors[i]);
    }
  }
}

/// Whether the kernel may write `out` while it reads its inputs.
bool may_write(const PackedCall& call, const at::Tensor& out, const View& view) {
  const bool tolerant = call.op.flags & (kPointwise | kInPlaceSafe);
  for (int i = 0; i < call.num_args; ++i) {
    if (call.args[i].kind == ArgKind::tensors) {
      for (const View& item : std::span(static_cast<const View*>(call.args[i].list.items), call.args[i].list.count)) {
        if (item.data_ && item.data_ == view.data_) return false;
      }
    }
    if (!call.tensors[i] || !call.tensors[i]->defined()) continue;
    const auto status = at::get_overlap_status(out, *call.tensors[i]);
    if (status == at::MemOverlapStatus::No || (tolerant && status == at::MemOverlapStatus::Full)) continue;
    if (status == at::MemOverlapStatus::TooHard && !out.is_alias_of(*call.tensors[i])) continue;
    return false;
  }
  return true;
}

/// One tensor is all that is computed with.
bool is_unary(const PackedCall& call) {
  if (call.args[0].kind != ArgKind::tensor) return false;
  if (call.op.flags & kBounds) return true;
  return call.op.pointwise && call.op.pointwise->num_inputs == 1 && call.op.pointwise->common == Common::promoted;
}

void check_output(const PackedCall& call, const at::Tensor& out, const Spec& spec) {
  TORCH_CHECK(static_cast<int8_t>(out.device().type()) == static_cast<int8_t>(spec.device.type),
              "Expected out tensor to have device ", static_cast<c10::DeviceType>(spec.device.type), ", but got ",
              out.device(), " instead");
  // Where there is one operand, its type is the output's; else the result is converted.
  if (is_unary(call) && call.args[0].tensor->dtype() == spec.dtype)
    TORCH_CHECK(static_cast<DType>(out.scalar_type()) == spec.dtype, "Found dtype ", out.scalar_type(),
                " but expected ", static_cast<at::ScalarType>(spec.dtype));
  if (call.op.flags & kPointwise) return check_castable(spec.dtype, out);
  TORCH_CHECK(static_cast<DType>(out.scalar_type()) == spec.dtype, "Expected out tensor to have dtype ",
              c10::scalarTypeToTypeMeta(static_cast<at::ScalarType>(spec.dtype)), ", but got ", out.dtype(),
              " instead");
}

void resize_to(const at::Tensor& out, const Spec& spec) {
  if (!at::native::resize_output(out, dims_of(spec.sizes)) || spec.strides.empty()) return;
  out.unsafeGetTensorImpl()->set_sizes_and_strides(dims_of(spec.sizes), dims_of(spec.strides));
}

/// Whether writing `self`, one of the operands, disturbs no other: each is self itself or apart from it.
bool apart(const PackedCall& call, const View& self) {
  const char* const begin = self.ptr<char>();
  const char* const end = begin + self.numel() * static_cast<int64_t>(itemsize(self.dtype()));
  for (int i = 1; i < call.num_args; ++i) {
    if (call.args[i].kind != ArgKind::tensor) continue;
    const View& other = *call.args[i].tensor;
    const char* const at = other.ptr<char>();
    if (at == begin && other.numel() == self.numel() && other.is_contiguous()) continue;
    if (at < end && at + other.numel() * static_cast<int64_t>(itemsize(other.dtype())) > begin) return false;
  }
  return true;
}

void compute_directly(const PackedCall& call, const Direct& direct, void* data) {
  View out = *direct.like;
  out.data_ = data;
  out.dtype_ = direct.dtype;
  run_direct(direct, *call.op.pointwise, record(call, &out, 1));
}

/// The memory of a tensor that was made here, with which nothing can be wrong.
void* memory_of_new(const at::Tensor& tensor) {
  return tensor.unsafeGetTensorImpl()->unsafe_storage().unsafeGetStorageImpl()->_mutable_data_ptr_no_checks().get();
}

[[gnu::noinline]] at::Tensor run_generally(const PackedCall& call) {
  const Specs specs = infer(call);
  const Spec& spec = specs[0];
  at::Tensor result = make_result(call, spec);
  if (spec.alias < 0 && !spec.undefined) {
    View view = view_of(result);
    compute(call, &view, 1);
  }
  return result;
}

}  // namespace

at::Tensor run_functional(const PackedCall& call) {
  return translating([&]() -> at::Tensor {
    if (!call.op.pointwise) return run_generally(call);
    const Direct direct = find_direct(*call.op.pointwise, record(call, nullptr, 0));
    if (!direct.loop) return run_generally(call);
    const auto sizes = direct.like->sizes();
    at::Tensor result = at::detail::empty_cpu({sizes.data(), sizes.size()}, static_cast<at::ScalarType>(direct.dtype));
    compute_directly(call, direct, memory_of_new(result));
    return result;
  });
}

void run_functional(const PackedCall& call, at::Tensor* results, int count) {
  translating([&] { make_results(call, infer(call), results, count); });
}

std::vector<at::Tensor> run_functional_list(const PackedCall& call) {
  return translating([&] {
    const Specs specs = infer(call);
    std::vector<at::Tensor> results(specs.size());
    make_results(call, specs, results.data(), static_cast<int>(results.size()));
    return results;
  });
}

void run_out(const PackedCall& call, const at::Tensor* const* outputs, int count) {
  translating([&] {
    const Specs specs = infer(call);
    absl::InlinedVector<View, 4> views(count);
    absl::InlinedVector<at::Tensor, 4> temporaries(count);
    for (int i = 0; i < count; ++i) {
      const at::Tensor& out = *outputs[i];
      if (specs[i].undefined || !out.defined()) continue;
      check_output(call, out, specs[i]);
      const bool first = call.op.flags & (kPointwise | kLooksFirst);
      if (first) check_overlaps(call, out);
      resize_to(out, specs[i]);
      if (!first) check_overlaps(call, out);
      views[i] = view_of(out);
      const bool direct = views[i].dtype() == specs[i].dtype && specs[i].alias < 0 && may_write(call, out, views[i]);
      if (direct) continue;
      temporaries[i] = make_result(call, specs[i]);
      views[i] = view_of(temporaries[i]);
    }
    const bool views_only =
        std::all_of(specs.begin(), specs.end(), [](const Spec& s) { return s.alias >= 0 || s.undefined; });
    if (!views_only) compute(call, views.data(), count);
    for (int i = 0; i < count; ++i) {
      if (temporaries[i].defined()) copy_values(*outputs[i], temporaries[i]);
    }
  });
}

void run_in_place(const PackedCall& call, const at::Tensor& self) {
  translating([&] {
    if (call.op.pointwise && call.args[0].kind == ArgKind::tensor) {
      const View& view = *call.args[0].tensor;
      const Direct direct = find_direct(*call.op.pointwise, record(call, nullptr, 0));
      if (direct.like == &view && direct.dtype == view.dtype() && apart(call, view))
        return compute_directly(call, direct, view.data());
    }
    const Specs specs = infer(call);
    const Spec& spec = specs[0];
    if (spec.alias >= 0) {  // transpose_, squeeze_ and the like change the tensor's geometry, not its values
      Dims strides = spec.strides;
      if (strides.empty() && !spec.sizes.empty()) contiguous_view(nullptr, spec.dtype, spec.sizes, strides);
      self.unsafeGetTensorImpl()->set_sizes_and_strides(dims_of(spec.sizes), dims_of(strides),
                                                        self.storage_offset() + spec.offset);
      return;
    }
    check_castable(spec.dtype, self);
    check_overlaps(call, self);
    TORCH_CHECK(same(spec.sizes, self.sizes()), "output with shape ", self.sizes(),
                " doesn't match the broadcast shape ", dims_of(spec.sizes));
    View view = view_of(self);
    const bool tolerant = call.op.flags & (kPointwise | kInPlaceSafe);
    if (view.dtype() == spec.dtype && tolerant && may_write(call, self, view)) return compute(call, &view, 1);
    const at::Tensor temporary = allocate_tensor(spec);
    View target = view_of(temporary);
    compute(call, &target, 1);
    copy_values(self, temporary);
  });
}

void store_result(const char* op, const at::Tensor& out, const at::Tensor& result, bool elementwise) {
  if (!out.defined() || !result.defined()) return;
  TORCH_CHECK(!at::GradMode::is_enabled() || !(out.requires_grad() || result.requires_grad()),
              c10::string_view(op).substr(sizeof("aten::") - 1),
              "(): functions with out=... arguments don't support automatic differentiation, but one of the arguments "
              "requires grad.");
  TORCH_CHECK(c10::canCast(result.scalar_type(), out.scalar_type()), "result type ", result.scalar_type(),
              " can't be cast to the desired output type ", out.scalar_type());
  TORCH_CHECK(out.device().type() == result.device().type(), "Attempting to copy from device ", result.device(),
              " to device ", out.device(), ", but cross-device copies are not allowed!");
  if (elementwise) at::assert_no_internal_overlap(out);
  at::native::resize_output(out, result.sizes());
  at::assert_no_internal_overlap(out);
  const_cast<at::Tensor&>(out).copy_(result);
}

void copy_values(const at::TensorBase& dst, const at::TensorBase& src) {
  if (dst.is_meta() || src.is_meta()) return;
  translating([&] { copy(view_of(dst), view_of(src)); });
}

}  // namespace flambeau
