// Mirrors <ATen/core/VariableHooksInterface.h> of PyTorch 2.13: how tensors reach autograd, which is a layer above
// them.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/macros/Export.h>
#include <c10/util/intrusive_ptr.h>

#include <functional>

namespace c10 {
class OperatorHandle;
struct IValue;
}  // namespace c10

namespace torch::autograd {
struct Node;
}
namespace torch::jit {
using Stack = std::vector<c10::IValue>;
}

namespace at::impl {

struct TORCH_API VariableHooksInterface {
  virtual ~VariableHooksInterface() = default;
  virtual TensorBase tensor_data(const TensorBase&) const = 0;
  virtual TensorBase variable_data(const TensorBase&) const = 0;
  virtual const c10::intrusive_ptr<torch::autograd::Node>& grad_fn(const TensorBase&) const = 0;
  virtual unsigned _register_hook(const TensorBase&, std::function<TensorBase(const TensorBase&)> hook) const = 0;
  virtual void remove_hook(const TensorBase&, unsigned pos) const = 0;
  virtual bool is_view(const TensorBase&) const = 0;
  virtual const TensorBase& base(const TensorBase&) const = 0;
  virtual const std::string& name(const TensorBase&) const = 0;
  virtual bool is_leaf(const TensorBase&) const = 0;
  virtual int64_t output_nr(const TensorBase&) const = 0;
  virtual void set_data(const TensorBase&, const TensorBase&) const = 0;
  virtual TensorBase data(const TensorBase&) const = 0;
  virtual int64_t _version(const TensorBase&) const = 0;
  virtual void retain_grad(const TensorBase&) const = 0;
  virtual bool retains_grad(const TensorBase&) const = 0;
  virtual void _backward(const Tensor&, TensorList, const std::optional<Tensor>&, std::optional<bool>, bool) const = 0;
  virtual void requires_grad_(const TensorBase&, bool) const = 0;
  virtual void basic_autograd_not_implemented_fallback(const c10::OperatorHandle& op, c10::DispatchKeySet dispatch_keys,
                                                       torch::jit::Stack* stack) const = 0;
  virtual std::optional<c10::ScalarType> grad_dtype(const TensorBase&) const = 0;
  virtual void set_grad_dtype(const TensorBase&, const std::optional<c10::ScalarType>&) const = 0;
};

TORCH_API void SetVariableHooks(VariableHooksInterface* hooks);
/// Throws if there are none.
TORCH_API VariableHooksInterface* GetVariableHooks();
TORCH_API bool HasVariableHooks();

struct TORCH_API VariableHooksRegisterer {
  explicit VariableHooksRegisterer(VariableHooksInterface* hooks) { SetVariableHooks(hooks); }
};

}  // namespace at::impl
