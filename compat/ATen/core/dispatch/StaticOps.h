// Built-in operators: one constant table, written by codegen, read by the Dispatcher when an operator is first asked
// for.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>

#include <atomic>
#include <span>
#include <typeinfo>

namespace flambeau {

/// One kernel of a built-in operator.
struct StaticKernel {
  c10::DispatchKey key;  ///< a runtime key or an alias key (CompositeImplicitAutograd, ...)
  /// Ret (*)(c10::OperatorKernel*, c10::DispatchKeySet, Args...), which inlined callers jump to; may be null.
  void* unboxed;
  /// May be null: a call through the stack then throws NotImplementedError.
  void (*boxed)(c10::OperatorKernel*, const c10::OperatorHandle&, c10::DispatchKeySet, std::vector<c10::IValue>*);
  /// Args... contain SymInt types (as at::_ops::X::schema does), rather than int64_t in their place.
  bool symint = false;
};

struct StaticOp {
  const char* name;  ///< with namespace: "aten::add"
  const char* overload;
  const char* schema;  ///< complete: "aten::add.Tensor(Tensor self, ...) -> Tensor"
  const StaticKernel* kernels;
  int kernel_count;
  /// PyTorch has a CPU kernel for it: a call that finds none here reports "not implemented: aten::x.y".
  bool has_cpu_kernel = true;
  /// &typeid(at::_ops::X::schema); null switches the check of OperatorHandle::typed() off.
  const std::type_info* signature = nullptr;
  bool signature_symint = false;  ///< that signature contains SymInt types
  const at::Tag* tags = nullptr;
  int tag_count = 0;
};

/// All built-in operators, sorted by name, then overload. Defined by generated code.
std::span<const StaticOp> static_ops();

/// One slot for each row of static_ops(). Defined by generated code, filled by static_op_handle.
extern std::atomic<const c10::OperatorHandle*> static_op_handles[];

/// The row with that name, or null. `overload` is empty for the default one.
const StaticOp* find_static_op(std::string_view name, std::string_view overload);

/// Registers the operator with the Dispatcher, once; any thread.
c10::OperatorHandle materialize(const StaticOp& op);

[[gnu::cold, gnu::noinline]] const c10::OperatorHandle& static_op_handle_slow(int index);

inline const c10::OperatorHandle& static_op_handle(int index) {
  const c10::OperatorHandle* handle = static_op_handles[index].load(std::memory_order_acquire);
  return __builtin_expect(handle != nullptr, true) ? *handle : static_op_handle_slow(index);
}

/// Handle of row `index` under its own C++ signature. A typed handle adds nothing to an untyped one but that type.
template <class Signature>
const c10::TypedOperatorHandle<Signature>& typed_handle(int index) {
  return static_cast<const c10::TypedOperatorHandle<Signature>&>(static_op_handle(index));
}

}  // namespace flambeau
