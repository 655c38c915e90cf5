// The C shim's way to define operators and to call them: every value is 64 bits (StableIValue), by the type in the
// schema.
#include <ATen/core/Generator.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/inductor/aoti_torch/c/shim.h>
#include <torch/csrc/inductor/aoti_torch/shim_values.h>
#include <torch/csrc/stable/c/shim.h>
#include <torch/library.h>

#include <cstring>

namespace shim = flambeau::shim;
using shim::guarded;

namespace {

using c10::IValue;
using c10::TypeKind;
using c10::TypePtr;
using StableFunction = void (*)(StableIValue*, uint64_t, uint64_t);
using StableList = std::vector<StableIValue>;

template <class T>
StableIValue pack(T value) {
  static_assert(sizeof(T) <= sizeof(StableIValue) && std::is_trivially_copyable_v<T>);
  StableIValue result = 0;
  std::memcpy(&result, &value, sizeof(T));
  return result;
}
template <class T>
T unpack(StableIValue value) {
  T result;
  std::memcpy(&result, &value, sizeof(T));
  return result;
}

StableIValue pack_device(c10::Device device) {
  return static_cast<uint64_t>(static_cast<uint32_t>(device.type())) << 32 |
         static_cast<uint32_t>(static_cast<int32_t>(device.index()));
}
c10::Device unpack_device(StableIValue value) {
  return {static_cast<c10::DeviceType>(value >> 32),
          static_cast<c10::DeviceIndex>(static_cast<int32_t>(value & 0xffffffff))};
}

[[noreturn]] void unsupported(const TypePtr& type) {
  TORCH_CHECK(false, "Not yet supported conversion to a stable value: ", type->repr_str());
}

/// What a stable extension receives: handles in it are new, and its own.
StableIValue to_stable(const TypePtr& type, const IValue& value) {
  switch (type->kind()) {
    case TypeKind::TensorType:
      return pack(shim::handle(value.toTensor()));
    case TypeKind::IntType:
      return pack(value.toInt());
    case TypeKind::SymIntType:
      return pack(value.toSymInt().guard_int(__FILE__, __LINE__));
    case TypeKind::FloatType:
      return pack(value.toDouble());
    case TypeKind::BoolType:
      return pack(value.toBool());
    case TypeKind::ScalarTypeType:
    case TypeKind::LayoutType:
    case TypeKind::MemoryFormatType:
      return pack(static_cast<int32_t>(value.toInt()));
    case TypeKind::DeviceObjType:
      return pack_device(value.toDevice());
    case TypeKind::StringType:
      return pack(new std::string(value.toStringRef()));
    case TypeKind::GeneratorType:
      return pack(new at::Generator(value.toGenerator()));
    case TypeKind::StreamObjType:
      return pack(new c10::Stream(value.toStream()));
    case TypeKind::OptionalType: {
      if (value.isNone()) return 0;
      return pack(new StableIValue(to_stable(type->expect<c10::OptionalType>()->getElementType(), value)));
    }
    case TypeKind::ListType: {
      auto list = std::make_unique<StableList>();
      const auto& element = type->expect<c10::ListType>()->getElementType();
      for (const IValue& item : value.toListRef()) list->push_back(to_stable(element, item));
      return pack(list.release());
    }
    default:
      unsupported(type);
  }
}

/// Moves the object behind a handle out of it and deletes the handle.
template <class T>
T take(StableIValue value) {
  const std::unique_ptr<T> owner(unpack<T*>(value));
  return std::move(*owner);
}

/// What a stable extension gives: its handles become ours.
IValue from_stable(const TypePtr& type, StableIValue value) {
  switch (type->kind()) {
    case TypeKind::TensorType:
      return take<at::Tensor>(value);
    case TypeKind::IntType:
    case TypeKind::SymIntType:
      return unpack<int64_t>(value);
    case TypeKind::FloatType:
      return unpack<double>(value);
    case TypeKind::BoolType:
      return unpack<bool>(value);
    case TypeKind::ScalarTypeType:
    case TypeKind::LayoutType:
    case TypeKind::MemoryFormatType:
      return static_cast<int64_t>(unpack<int32_t>(value));
    case TypeKind::DeviceObjType:
      return unpack_device(value);
    case TypeKind::StringType:
      return take<std::string>(value);
    case TypeKind::GeneratorType:
      return take<at::Generator>(value);
    case TypeKind::StreamObjType:
      return take<c10::Stream>(value);
    case TypeKind::OptionalType:
      return value == 0 ? IValue()
                        : from_stable(type->expect<c10::OptionalType>()->getElementType(), take<StableIValue>(value));
    case TypeKind::ListType: {
      const StableList items = take<StableList>(value);
      const auto& element = type->expect<c10::ListType>()->getElementType();
      c10::impl::GenericList list(element);
      list.reserve(items.size());
      for (const StableIValue item : items) list.push_back(from_stable(element, item));
      return IValue(std::move(list));
    }
    default:
      unsupported(type);
  }
}

/// A kernel that a stable extension registered.
class StableKernel final : public c10::OperatorKernel {
 public:
  explicit StableKernel(StableFunction function) : function_(function) {}

  void operator()(const c10::OperatorHandle& op, c10::DispatchKeySet, c10::Stack* stack) {
    const auto& arguments = op.schema().arguments();
    const auto& returns = op.schema().returns();
    StableList values(std::max(arguments.size(), returns.size()));
    const auto given = torch::jit::last(*stack, arguments.size());
    for (size_t i = 0; i < arguments.size(); ++i) values[i] = to_stable(arguments[i].real_type(), given[i]);
    function_(values.data(), arguments.size(), returns.size());
    torch::jit::drop(*stack, arguments.size());
    for (size_t i = 0; i < returns.size(); ++i) stack->push_back(from_stable(returns[i].real_type(), values[i]));
  }

 private:
  StableFunction function_;
};

torch::Library& library(TorchLibraryHandle handle) { return *reinterpret_cast<torch::Library*>(handle); }

AOTITorchError new_library(torch::Library::Kind kind, const char* ns, std::optional<c10::DispatchKey> key,
                           const char* file, uint32_t line, TorchLibraryHandle* ret) {
  return guarded(
      [&] { *ret = reinterpret_cast<TorchLibraryHandle>(new torch::Library(kind, std::string(ns), key, file, line)); });
}

}  // namespace

AOTITorchError aoti_torch_library_init_impl(const char* ns, const char* k, const char* file, uint32_t line,
                                            TorchLibraryHandle* ret) {
  return guarded([&] {
    const auto key = c10::parseDispatchKey(k);
    *ret = reinterpret_cast<TorchLibraryHandle>(
        new torch::Library(torch::Library::Kind::IMPL, std::string(ns), key, file, line));
  });
}
AOTITorchError aoti_torch_library_init_def(const char* ns, const char* file, uint32_t line, TorchLibraryHandle* ret) {
  return new_library(torch::Library::Kind::DEF, ns, std::nullopt, file, line, ret);
}
AOTITorchError aoti_torch_library_init_fragment(const char* ns, const char* file, uint32_t line,
                                                TorchLibraryHandle* ret) {
  return new_library(torch::Library::Kind::FRAGMENT, ns, std::nullopt, file, line, ret);
}
AOTITorchError aoti_torch_library_impl(TorchLibraryHandle self, const char* name, StableFunction fn) {
  return guarded(
      [&] { library(self).impl(name, torch::CppFunction::makeFromBoxedFunctor(std::make_unique<StableKernel>(fn))); });
}
AOTITorchError torch_library_impl(TorchLibraryHandle self, const char* name, StableFunction fn, uint64_t) {
  return aoti_torch_library_impl(self, name, fn);
}
AOTITorchError aoti_torch_library_def(TorchLibraryHandle self, const char* schema) {
  return guarded([&] { library(self).def(schema); });
}
AOTITorchError torch_library_def_with_tags(TorchLibraryHandle self, const char* schema, const int32_t* tags,
                                           int32_t num_tags) {
  return guarded([&] {
    std::vector<at::Tag> list;
    for (int32_t i = 0; i < num_tags; ++i) list.push_back(static_cast<at::Tag>(tags[i]));
    library(self).def(schema, std::as_const(list));
  });
}
AOTITorchError torch_library_set_python_module(TorchLibraryHandle self, const char* pymodule, const char* context) {
  return guarded([&] { library(self).set_python_module(pymodule, context); });
}
AOTITorchError aoti_torch_delete_library_object(TorchLibraryHandle handle) {
  return guarded([&] { delete &library(handle); });
}

AOTITorchError aoti_torch_call_dispatcher(const char* name, const char* overload, StableIValue* stack) {
  return guarded([&] {
    const auto op = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
    const auto& arguments = op.schema().arguments();
    const auto& returns = op.schema().returns();
    c10::Stack values;
    values.reserve(arguments.size());
    for (size_t i = 0; i < arguments.size(); ++i) values.push_back(from_stable(arguments[i].real_type(), stack[i]));
    op.callBoxed(values);
    for (size_t i = 0; i < returns.size(); ++i) stack[i] = to_stable(returns[i].real_type(), values[i]);
  });
}
AOTITorchError torch_call_dispatcher(const char* name, const char* overload, StableIValue* stack, uint64_t) {
  return aoti_torch_call_dispatcher(name, overload, stack);
}

#define TAG(name) \
  int32_t torch_tag_##name() { return static_cast<int32_t>(at::Tag::name); }
TAG(core)
TAG(cudagraph_unsafe)
TAG(data_dependent_output)
TAG(dynamic_output_shape)
TAG(flexible_layout)
TAG(generated)
TAG(inplace_view)
TAG(maybe_aliasing_or_mutating)
TAG(needs_contiguous_strides)
TAG(needs_exact_strides)
TAG(needs_fixed_stride_order)
TAG(nondeterministic_bitwise)
TAG(nondeterministic_seeded)
TAG(out_variant)
TAG(pointwise)
TAG(pt2_compliant_tag)
TAG(reduction)
TAG(view_copy)
#undef TAG
