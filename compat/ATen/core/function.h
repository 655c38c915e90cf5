// Mirrors <ATen/core/function.h> of PyTorch 2.13: something with a schema that runs on a stack.
#pragma once

#include <ATen/core/function_schema.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/qualified_name.h>
#include <c10/util/Exception.h>
#include <c10/util/FunctionRef.h>

namespace c10 {
struct FunctionSchema;
}
namespace at {
TORCH_API void launch(std::function<void()> func);
}

namespace torch::jit {

struct Graph;
struct Code;
namespace mobile {
struct Code;
}

using Stack = std::vector<at::IValue>;
using Kwargs = std::unordered_map<std::string, at::IValue>;
struct RecursiveMethodCallError : public std::exception {};
using TaskLauncher = std::function<void(std::function<void()>)>;

TORCH_API void preoptimizeGraph(std::shared_ptr<Graph>& graph, bool disable_autocast = false);

struct TORCH_API Function {
  Function() = default;
  Function(const Function&) = default;
  Function& operator=(const Function&) = default;
  Function(Function&&) noexcept = default;
  Function& operator=(Function&&) noexcept = default;

  virtual std::string_view doc_string() const { return {}; }
  virtual bool isGraphFunction() const { return false; }
  virtual void run(Stack& stack) = 0;
  virtual c10::intrusive_ptr<c10::ivalue::Future> runAsync(Stack&,
                                                           [[maybe_unused]] TaskLauncher taskLauncher = at::launch) {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(false);
    return {};
  }
  FLB_ON_USE at::IValue operator()(Stack stack, const Kwargs& kwargs = Kwargs()) {
    getSchema().checkAndNormalizeInputs(stack, kwargs);
    run(stack);
    return stack.front();
  }
  virtual const c10::QualifiedName& qualname() const = 0;
  const std::string& name() const { return qualname().name(); }
  /// Compiles now what was put off.
  virtual void ensure_defined() = 0;
  virtual const c10::FunctionSchema& getSchema() const = 0;
  virtual size_t num_inputs() const = 0;
  virtual Function& setSchema(c10::FunctionSchema schema) = 0;
  /// Hands its code to the interpreter, or runs itself and returns false.
  virtual bool call(Stack&, std::optional<size_t>, c10::function_ref<void(const Code&)>) {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(false);
    return false;
  }
  virtual bool call(Stack&, c10::function_ref<void(const mobile::Code&)>) {
    TORCH_INTERNAL_ASSERT_DEBUG_ONLY(false);
    return false;
  }
  virtual ~Function() = default;
};

}  // namespace torch::jit
