// Tensors, scalars, generators and errors between PyTorch's types and the engine's.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/EmptyTensor.h>
#include <ATen/core/Generator.h>
#include <ATen/native/driver.h>
#include <c10/core/Scalar.h>
#include <c10/core/TensorImpl.h>
#include <c10/util/Exception.h>

#include <algorithm>

namespace flambeau {

namespace {

/// Reaches what tells whether a tensor's own fields are its geometry.
struct Fields : c10::TensorImpl {
  static bool are_geometry(const c10::TensorImpl& impl) {
    return !(impl.*(&Fields::matches_policy))(SizesStridesPolicy::CustomStrides);
  }
};

/// Straight to the memory: the checks of TensorImpl::data() have answered themselves. Meta storages have none.
void set_data(View& view, const c10::TensorImpl& impl) {
  const c10::StorageImpl* const storage = impl.unsafe_storage().unsafeGetStorageImpl();
  const void* const memory = storage && view.numel_ != 0 ? storage->data() : nullptr;
  const int64_t offset = memory ? impl.storage_offset() : 0;
  view.data_ = const_cast<void*>(memory);
  if (offset != 0) view.data_ = view.ptr<char>() + offset * static_cast<int64_t>(impl.itemsize());
}

[[gnu::noinline]] void set_custom_geometry(View& view, const c10::TensorImpl& impl) {
  const auto sizes = impl.sizes();
  view.sizes_ = sizes.data();
  view.strides_ = impl.strides().data();
  view.numel_ = impl.numel();
  view.dim_ = static_cast<int32_t>(sizes.size());
}

}  // namespace

void set_view(View& view, const at::TensorBase& tensor) {
  const c10::TensorImpl& impl = *tensor.unsafeGetTensorImpl();
  if (Fields::are_geometry(impl)) [[likely]] {
    const auto sizes = impl.sizes_default();
    view.sizes_ = sizes.data();
    view.strides_ = impl.strides_default().data();
    view.numel_ = impl.numel_default();
    view.dim_ = static_cast<int32_t>(sizes.size());
  } else {
    set_custom_geometry(view, impl);
  }
  view.dtype_ = static_cast<DType>(c10::typeMetaToScalarType(impl.dtype()));
  const auto device = impl.device();
  view.device_ = {static_cast<DeviceType>(device.type()), device.index()};
  view.wrapped_number = impl.is_wrapped_number();
  set_data(view, impl);
}

void set_scalar(Scalar& scalar, const at::Scalar& value) {
  if (value.type() == at::ScalarType::Long) {
    scalar.kind = Scalar::Kind::integer;
    scalar.i = value.toLong();
  } else if (value.isBoolean()) {
    scalar = Scalar::of(value.toBool());
  } else if (value.isFloatingPoint()) {
    scalar = Scalar::of(value.toDouble());
  } else if (value.isComplex()) {
    const auto c = value.toComplexDouble();
    scalar = Scalar::of(std::complex<double>(c.real(), c.imag()));
  } else {
    scalar = Scalar::of(value.toUInt64());
  }
}

void raise(const Error& error) {
  const std::string text = error.what();
  switch (error.kind()) {
    case ErrorKind::index:
      TORCH_CHECK_INDEX(false, text);
    case ErrorKind::value:
      TORCH_CHECK_VALUE(false, text);
    case ErrorKind::type:
      TORCH_CHECK_TYPE(false, text);
    case ErrorKind::not_implemented:
      TORCH_CHECK_NOT_IMPLEMENTED(false, text);
    case ErrorKind::linalg:
      TORCH_CHECK_LINALG(false, text);
    case ErrorKind::out_of_memory:
      TORCH_CHECK_WITH(OutOfMemoryError, false, text);
    case ErrorKind::runtime:
      break;
  }
  TORCH_CHECK(false, text);
}

at::Tensor allocate_tensor(const Spec& spec) {
  const auto type = static_cast<at::ScalarType>(spec.dtype);
  const at::IntArrayRef sizes{spec.sizes.data(), spec.sizes.size()}, strides{spec.strides.data(), spec.strides.size()};
  const bool contiguous = strides.empty();
  if (spec.device.type == DeviceType::meta) {
    return contiguous ? at::detail::empty_meta(sizes, type) : at::detail::empty_strided_meta(sizes, strides, type);
  }
  return contiguous ? at::detail::empty_cpu(sizes, type) : at::detail::empty_strided_cpu(sizes, strides, type);
}

at::Tensor alias_tensor(const at::TensorBase& base, const Spec& spec) {
  const auto meta = c10::scalarTypeToTypeMeta(static_cast<at::ScalarType>(spec.dtype));
  auto impl =
      c10::make_intrusive<at::TensorImpl>(c10::TensorImpl::VIEW, c10::Storage(base.storage()), base.key_set(), meta);
  int64_t offset = base.storage_offset();
  const auto from = static_cast<int64_t>(base.itemsize()), to = static_cast<int64_t>(meta.itemsize());
  bool too_far = from != to && __builtin_mul_overflow(offset, from, &offset);
  if (from != to) offset /= to;
  too_far = __builtin_add_overflow(offset, spec.offset, &offset) || too_far;
  TORCH_CHECK(!too_far && offset >= 0, "Tensor: invalid storage offset ", offset);
  TORCH_CHECK(std::none_of(spec.strides.begin(), spec.strides.end(), [](int64_t s) { return s < 0; }),
              "as_strided: Negative strides are not supported at the moment, got strides: [",
              c10::Join(", ", spec.strides), "]");
  impl->set_storage_offset(offset);
  const at::IntArrayRef sizes{spec.sizes.data(), spec.sizes.size()};
  if (spec.strides.empty()) {
    impl->set_sizes_contiguous(sizes);
  } else {
    impl->set_sizes_and_strides(sizes, {spec.strides.data(), spec.strides.size()});
  }
  return at::Tensor(std::move(impl));
}

namespace pack {

void put(Arg& arg, Holder<c10::List<std::optional<at::Tensor>>>& h, const c10::List<std::optional<at::Tensor>>& v) {
  // Views point into the tensors' own sizes, which live on in the list's elements.
  for (const auto& item : v) {
    const c10::IValue& value = item.get();
    h.views.push_back(value.isNone() ? View{} : view_of(value.toTensor()));
  }
  list(arg, ArgKind::tensors, h.views.data(), h.views.size());
}

}  // namespace pack

}  // namespace flambeau
