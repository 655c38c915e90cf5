#include <ATen/core/dispatch/CallPath.h>

namespace flambeau {

namespace {

void run(const c10::OperatorHandle& op, c10::DispatchKeySet keys, std::vector<c10::IValue>& stack) {
  entry_of(op).lookup(keys).callBoxed(op, keys, &stack);
}

void run_observed(const c10::OperatorHandle& op, c10::DispatchKeySet keys, std::vector<c10::IValue>& stack) {
  auto callbacks = at::getStepCallbacksUnlessEmpty(at::RecordScope::FUNCTION);
  if (!callbacks || !entry_of(op).isObserved()) return run(op, keys, stack);
  at::RecordFunction guard(std::move(*callbacks));
  const auto& schema = op.schema();
  if (guard.needsInputs()) {
    const std::vector<c10::IValue> inputs = stack;
    guard.before(schema.name(), c10::ArrayRef<const c10::IValue>(inputs.data(), inputs.size()));
  } else {
    guard.before(schema.name());
  }
  run(op, keys, stack);
  if (guard.needsOutputs()) guard.setOutputs(std::vector<c10::IValue>(stack));
}

}  // namespace

std::vector<c10::IValue> call_boxed(const c10::OperatorHandle& op, c10::DispatchKeySet keys,
                                    const BoxedArgument* arguments, int count, bool observed) {
  std::vector<c10::IValue> stack;
  stack.reserve(count);
  for (int i = 0; i < count; ++i) stack.push_back(arguments[i].box(arguments[i].value));
  observed ? run_observed(op, keys, stack) : run(op, keys, stack);
  return stack;
}

int written_position(const c10::OperatorHandle& op) {
  const auto& arguments = op.schema().arguments();
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].alias_info() && arguments[i].alias_info()->isWrite()) return static_cast<int>(i);
  }
  return 0;
}

}  // namespace flambeau
