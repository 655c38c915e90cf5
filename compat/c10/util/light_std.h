// std::optional and std::unique_ptr of PyTorch's own types, quick to compile. libstdc++'s take g++ 3 to 5 ms and 1 MB
// for every type that they are instantiated for, and torch/torch.h has fifty of those: a tenth of what it costs.
//
// A program may specialize the standard's class templates for types of its own ([namespace.std]/2) where they do what
// the standard says. Size and layout are libstdc++'s, and so is whether an object is passed in registers, since
// binaries that were built with either meet in one process. In C++17, which lacks what they need, and in C++23, whose
// can do more, they are libstdc++'s. Headers include this one in place of <memory> and <optional>: a type must be in
// the list before either is used with it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace flambeau {
/// Whether std::optional<T> and std::unique_ptr<T> are Flambeau's.
template <class T>
inline constexpr bool light = false;
template <class T, class Allocator>
inline constexpr bool light<std::vector<T, Allocator>> = light<T>;
template <class T, class U>
inline constexpr bool light<std::pair<T, U>> = light<T>;
template <class T>
inline constexpr bool light<std::shared_ptr<T>> = light<T>;
template <class T>
inline constexpr bool light<std::weak_ptr<T>> = light<T>;
template <class T>
inline constexpr bool light<std::optional<T>> = light<T>;
}  // namespace flambeau

// clang-format off
#define FLB_LIGHT(space, kind, name, ...)    \
  namespace space { kind name __VA_ARGS__; } \
  template <> inline constexpr bool flambeau::light<space::name> = true;
FLB_LIGHT(c10, class, AliasInfo)
FLB_LIGHT(c10, enum class, AliasAnalysisKind, : uint8_t)
FLB_LIGHT(c10, struct, AutogradMetaInterface)
FLB_LIGHT(c10, struct, Device)
FLB_LIGHT(c10, enum class, DeviceType, : int8_t)
FLB_LIGHT(c10, enum class, DispatchKey, : uint16_t)
FLB_LIGHT(c10, struct, ExtraMeta)
FLB_LIGHT(c10, struct, FunctionSchema)
FLB_LIGHT(c10, struct, IValue)
FLB_LIGHT(c10, class, KernelToken)
FLB_LIGHT(c10, enum class, Layout, : int8_t)
FLB_LIGHT(c10, enum class, MemoryFormat, : int8_t)
FLB_LIGHT(c10, struct, OperatorKernel)
FLB_LIGHT(c10, struct, QualifiedName)
FLB_LIGHT(c10, struct, SafePyObject)
FLB_LIGHT(c10, class, Scalar)
FLB_LIGHT(c10, enum class, ScalarType, : int8_t)
FLB_LIGHT(c10, struct, ShapeSymbol)
FLB_LIGHT(c10, struct, StorageExtraMeta)
FLB_LIGHT(c10, class, Stream)
FLB_LIGHT(c10, struct, Stride)
FLB_LIGHT(c10, class, SymInt)
FLB_LIGHT(c10, class, SymbolicShapeMeta)
FLB_LIGHT(c10::detail, class, RegistrationListenerList)
FLB_LIGHT(c10::impl, struct, AnnotatedSchema)
FLB_LIGHT(c10::impl, class, CppSignature)
FLB_LIGHT(caffe2, class, TypeMeta)
FLB_LIGHT(at, class, DeprecatedTypeProperties)
FLB_LIGHT(at, struct, Generator)
FLB_LIGHT(at, struct, ObserverContext)
FLB_LIGHT(at, struct, StepCallbacks)
FLB_LIGHT(at, class, Tensor)
FLB_LIGHT(at, class, TensorBase)
FLB_LIGHT(torch::autograd, struct, AnomalyMetadata)
FLB_LIGHT(torch::autograd, struct, FunctionPostHook)
FLB_LIGHT(torch::autograd, struct, FunctionPreHook)
FLB_LIGHT(torch::autograd, struct, PostAccumulateGradHook)
FLB_LIGHT(torch::autograd, struct, SavedVariableHooks)
FLB_LIGHT(torch::autograd, struct, ViewFunc)
FLB_LIGHT(torch::jit, struct, BuiltinOpFunction)
FLB_LIGHT(torch::jit, struct, CompilationUnit)
#undef FLB_LIGHT
// clang-format on

namespace c10 {
template <typename T>
class ArrayRef;
}
template <class T>
inline constexpr bool flambeau::light<c10::ArrayRef<T>> = true;

#if __cplusplus == 202002L
#include <c10/util/light_optional.h>
#include <c10/util/light_unique_ptr.h>
#endif
