#include <ATen/core/dispatch/fallbacks.h>

#include <ATen/core/VariableHooksInterface.h>
#include <ATen/native/lazy_bits.h>
#include <c10/core/impl/PyInterpreter.h>
#include <c10/core/impl/PyInterpreterHooks.h>
#include <c10/core/impl/TorchDispatchModeTLS.h>

namespace flambeau {

namespace {

using c10::DispatchKey;
using c10::DispatchKeySet;
using c10::OperatorHandle;
using c10::Stack;

// An operator without derivative: its results say so if a gradient reaches them.
void autograd_fallback(const OperatorHandle& op, DispatchKeySet ks, Stack* stack) {
  if (at::impl::HasVariableHooks()) {
    at::impl::GetVariableHooks()->basic_autograd_not_implemented_fallback(op, ks, stack);
  } else {
    op.redispatchBoxed(ks & c10::after_autograd_keyset, stack);
  }
}

// Hands the call to __torch_dispatch__ of the active mode, or of the first tensor that has one.
void python_fallback(const OperatorHandle& op, DispatchKeySet, Stack* stack) {
  using c10::impl::TorchDispatchModeTLS;
  if (TorchDispatchModeTLS::any_modes_set()) {
    const auto length = TorchDispatchModeTLS::stack_len();
    return TorchDispatchModeTLS::get_stack_at(length - 1)->pyinterpreter()->dispatch(op, stack);
  }
  const auto dispatch_by = [&](const c10::TensorImpl* tensor) {
    auto* interpreter = c10::impl::getGlobalPyInterpreter();
    if (!interpreter || !tensor->key_set().has(DispatchKey::Python)) return false;
    (*interpreter)->dispatch(op, stack);
    return true;
  };
  for (const auto& argument : torch::jit::last(*stack, op.schema().arguments().size())) {
    if (argument.isTensor()) {
      if (dispatch_by(argument.unsafeToTensorImpl())) return;
    } else if (argument.isList()) {
      for (const auto& element : argument.toListRef()) {
        if (element.isTensor() && dispatch_by(element.unsafeToTensorImpl())) return;
      }
    }
  }
  TORCH_INTERNAL_ASSERT(0, "Hit Python dispatch key but no arguments had PyInterpreter (no tensor args?)");
}

// Shapes can be inferred by a fake kernel, which Python may have and could be told to import.
void meta_fallback(const OperatorHandle& op, DispatchKeySet, Stack*) {
  const auto& name = op.operator_name();
  const auto* built_in = find_static_op(name.name, name.overload_name);
  TORCH_CHECK_NOT_IMPLEMENTED(!built_in, "not implemented: ", name, " for meta tensors");
  c10::Dispatcher::singleton().throwIfHasPythonModule(name);
  TORCH_CHECK_NOT_IMPLEMENTED(
      false, name, ": attempted to run this operator with Meta tensors, but there was no ",
      "fake impl or Meta kernel registered. You may have run into this message while using an operator with PT2 ",
      "compilation APIs (torch.compile/torch.export); in order to use this operator with those APIs you'll need to ",
      "add a fake impl. Please see the following for next steps:  ",
      "https://pytorch.org/tutorials/advanced/custom_ops_landing_page.html");
}

}  // namespace

void fill_backend_fallbacks(std::array<c10::impl::AnnotatedKernel, c10::num_runtime_entries>& fallbacks) {
  const auto set = [&](DispatchKey key, c10::KernelFunction kernel) {
    const auto index = c10::getDispatchTableIndexForDispatchKey(key);
    fallbacks[static_cast<size_t>(index)] = c10::impl::AnnotatedKernel(std::move(kernel), nullptr, kBuiltInFallback);
  };
  // Tensors with these keys need nothing done by operators that do not care.
  for (auto key :
       {DispatchKey::BackendSelect, DispatchKey::ADInplaceOrView, DispatchKey::Tracer, DispatchKey::AutocastCPU,
        DispatchKey::AutocastMTIA, DispatchKey::AutocastMAIA, DispatchKey::AutocastXPU, DispatchKey::AutocastMPS,
        DispatchKey::AutocastCUDA, DispatchKey::FuncTorchVmapMode, DispatchKey::VmapMode,
        DispatchKey::PythonTLSSnapshot, DispatchKey::ZeroTensor}) {
    set(key, c10::KernelFunction::makeFallthrough());
  }
  for (auto key : {DispatchKey::AutogradOther, DispatchKey::AutogradCPU, DispatchKey::AutogradCUDA,
                   DispatchKey::AutogradXLA, DispatchKey::AutogradMPS, DispatchKey::AutogradXPU,
                   DispatchKey::AutogradHPU, DispatchKey::AutogradLazy, DispatchKey::AutogradMTIA,
                   DispatchKey::AutogradMAIA, DispatchKey::AutogradPrivateUse1, DispatchKey::AutogradMeta}) {
    set(key, c10::KernelFunction::makeFromBoxedFunction<&autograd_fallback>());
  }
  set(DispatchKey::Meta, c10::KernelFunction::makeFromBoxedFunction<&meta_fallback>());
  set(DispatchKey::Python, c10::KernelFunction::makeFromBoxedFunction<&python_fallback>());
  set(DispatchKey::Conjugate, c10::KernelFunction::makeFromBoxedFunction<&conjugate_fallback>());
  set(DispatchKey::Negative, c10::KernelFunction::makeFromBoxedFunction<&negative_fallback>());
}

}  // namespace flambeau
