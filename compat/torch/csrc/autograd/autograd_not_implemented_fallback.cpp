#include <torch/csrc/autograd/autograd_not_implemented_fallback.h>

#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/VariableTypeUtils.h>
#include <torch/csrc/autograd/not_implemented_kernels.h>

#include <atomic>

namespace torch::autograd {

namespace {

using torch::jit::Stack;

constinit std::atomic<AutogradFallbackMode> fallback_mode{AutogradFallbackMode::Warn};

std::string name_of(const c10::OperatorHandle& op) { return op.schema().operator_name().name; }

// Calls visit(tensor, position) for every defined tensor among the values, lists of tensors included.
template <class Visit>
void each_tensor(const c10::IValue* values, size_t count, const Visit& visit) {
  for (size_t i = 0; i < count; ++i) {
    const c10::IValue& value = values[i];
    if (value.isTensor()) {
      if (value.toTensor().defined()) visit(value.toTensor(), i);
    } else if (value.isTensorList()) {
      for (const at::Tensor& tensor : value.toTensorVector()) visit(tensor, i);
    } else if (value.isOptionalTensorList()) {
      for (const auto& tensor : value.toOptionalTensorVector()) {
        if (tensor.has_value() && tensor->defined()) visit(*tensor, i);
      }
    }
  }
}

struct Arguments {
  variable_list tensors;
  bool recorded = false;

  Arguments(const Stack& stack, size_t count) {
    each_tensor(stack.data() + stack.size() - count, count, [&](const at::Tensor& tensor, size_t) {
      tensors.push_back(tensor);
      recorded = recorded || tensor.requires_grad();
    });
    recorded = recorded && GradMode::is_enabled();
  }
};

void redispatch_below_autograd(const c10::OperatorHandle& op, c10::DispatchKeySet keys, Stack* stack) {
  at::AutoDispatchBelowAutograd guard;
  op.redispatchBoxed(keys & c10::after_autograd_keyset, stack);
}

bool writes(const c10::AliasInfo* alias) { return alias && alias->isWrite(); }

// The operator has no derivative: its outputs get a node that raises in backward().
void not_implemented(const c10::OperatorHandle& op, c10::DispatchKeySet keys, Stack* stack) {
  const auto& schema = op.schema();
  const size_t arguments = schema.arguments().size(), returns = schema.returns().size();
  const Arguments given(*stack, arguments);
  c10::intrusive_ptr<Node> grad_fn;
  if (given.recorded) {
    const c10::IValue* first = stack->data() + stack->size() - arguments;
    each_tensor(first, arguments, [&](const at::Tensor& tensor, size_t i) {
      if (writes(schema.arguments()[i].alias_info())) check_inplace(tensor, true);
    });
    grad_fn = c10::make_intrusive<NotImplemented>(name_of(op), collect_next_edges(given.tensors));
  }
  redispatch_below_autograd(op, keys, stack);
  if (!grad_fn) return;
  each_tensor(stack->data() + stack->size() - returns, returns, [&](const at::Tensor& tensor, size_t i) {
    if (!isDifferentiableType(tensor.scalar_type())) return;
    if (writes(schema.returns()[i].alias_info())) {
      rebase_history(tensor, grad_fn);
    } else {
      set_history(tensor, grad_fn);
    }
  });
}

void warn_not_implemented(const std::string& name) {
  TORCH_WARN(
      name,
      ": an autograd kernel was not registered to the Autograd key(s) but we are trying to backprop through it. This "
      "may lead to silently incorrect behavior. This behavior is deprecated and will be removed in a future version "
      "of PyTorch. If your operator is differentiable, please ensure you have registered an autograd kernel to the "
      "correct Autograd key (e.g. DispatchKey::Autograd, DispatchKey::CompositeImplicitAutograd). If your operator is "
      "not differentiable, or to squash this warning and use the previous behavior, please register "
      "torch::CppFunction::makeFallthrough() to DispatchKey::Autograd.");
}

struct WarnNotImplemented : public Node {
  WarnNotImplemented(std::string name, edge_list&& next_edges) : Node(std::move(next_edges)), op(std::move(name)) {}
  variable_list apply(variable_list&&) override {
    warn_not_implemented(op);
    return variable_list(num_outputs());
  }
  std::string op;
};

// A custom operator without an autograd kernel: the result depends on the mode.
void basic(const c10::OperatorHandle& op, c10::DispatchKeySet keys, Stack* stack) {
  const AutogradFallbackMode mode = fallback_mode.load(std::memory_order_relaxed);
  if (mode == AutogradFallbackMode::Nothing) return op.redispatchBoxed(keys & c10::after_autograd_keyset, stack);
  const auto& schema = op.schema();
  const size_t returns = schema.returns().size();
  const Arguments given(*stack, schema.arguments().size());
  const std::string name = name_of(op);
  c10::intrusive_ptr<Node> grad_fn;
  if (given.recorded && mode == AutogradFallbackMode::Warn) {
    grad_fn = c10::make_intrusive<WarnNotImplemented>(name, collect_next_edges(given.tensors));
  } else if (given.recorded) {
    grad_fn = c10::make_intrusive<NotImplemented>(name, collect_next_edges(given.tensors));
  }
  op.redispatchBoxed(keys & c10::after_autograd_keyset, stack);
  if (!grad_fn) return;
  each_tensor(stack->data() + stack->size() - returns, returns, [&](const at::Tensor& tensor, size_t i) {
    if (!isDifferentiableType(tensor.scalar_type())) return;
    if (tensor.requires_grad()) {
      // The kernel made history of its own; it may not be what the author meant.
      if (mode == AutogradFallbackMode::Warn)
        tensor.register_hook([name](const at::Tensor&) { warn_not_implemented(name); });
    } else if (!writes(schema.returns()[i].alias_info())) {
      set_history(tensor, grad_fn);
    }
  });
}

// Version counters and view relations of an operator that the generator does not know.
void inplace_or_view(const c10::OperatorHandle& op, c10::DispatchKeySet keys, Stack* stack) {
  const auto& schema = op.schema();
  const size_t arguments = schema.arguments().size(), returns = schema.returns().size();
  const c10::IValue* first = stack->data() + stack->size() - arguments;
  at::Tensor base;
  for (size_t i = 0; i < arguments; ++i) {
    const auto* alias = schema.arguments()[i].alias_info();
    if (alias && !alias->isWrite() && first[i].isTensor() && !base.defined()) base = first[i].toTensor();
  }
  {
    at::AutoDispatchBelowADInplaceOrView guard;
    op.redispatchBoxed(keys & c10::after_ADInplaceOrView_keyset, stack);
  }
  c10::IValue* results = stack->data() + stack->size() - returns;
  const auto as_view_of_base = [&](const at::Tensor& tensor, CreationMeta creation) {
    return as_view(base, tensor, true, true, std::make_unique<ErroringViewFunc>(name_of(op) + " cannot be replayed"),
                   nullptr, GradMode::is_enabled() ? creation : CreationMeta::NO_GRAD_MODE);
  };
  for (size_t i = 0; i < returns; ++i) {
    const auto* alias = schema.returns()[i].alias_info();
    if (!alias) continue;
    if (alias->isWrite()) {
      each_tensor(results + i, 1, [](const at::Tensor& tensor, size_t) { increment_version(tensor); });
    } else if (base.defined() && results[i].isTensor()) {
      results[i] = as_view_of_base(std::move(results[i]).toTensor(), CreationMeta::DEFAULT);
    } else if (base.defined() && results[i].isTensorList()) {
      auto list = results[i].toTensorVector();
      for (auto& tensor : list) tensor = as_view_of_base(tensor, CreationMeta::MULTI_OUTPUT_NODE);
      results[i] = std::move(list);
    }
  }
}

}  // namespace

torch::CppFunction autogradNotImplementedFallback() {
  return torch::CppFunction::makeFromBoxedFunction<&not_implemented>();
}
torch::CppFunction autogradNotImplementedInplaceOrViewFallback() {
  return torch::CppFunction::makeFromBoxedFunction<&inplace_or_view>();
}
torch::CppFunction basicAutogradNotImplementedFallback() { return torch::CppFunction::makeFromBoxedFunction<&basic>(); }

void setAutogradFallbackMode(AutogradFallbackMode mode) { fallback_mode = mode; }
AutogradFallbackMode getAutogradFallbackMode() { return fallback_mode; }

void VariableHooks::basic_autograd_not_implemented_fallback(const c10::OperatorHandle& op,
                                                            c10::DispatchKeySet dispatch_keys,
                                                            torch::jit::Stack* stack) const {
  basic(op, dispatch_keys, stack);
}

}  // namespace torch::autograd

namespace flambeau {

void autograd_not_implemented(c10::OperatorKernel*, const c10::OperatorHandle& op, c10::DispatchKeySet keys,
                              torch::jit::Stack* stack) {
  torch::autograd::not_implemented(op, keys, stack);
}

}  // namespace flambeau
