// What generated autograd kernels have in common (codegen/autograd.py).
#pragma once

#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/dispatch/undefined.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/VariableTypeUtils.h>

namespace flambeau {

using torch::autograd::CreationMeta;
using torch::autograd::Node;
using torch::autograd::SavedVariable;
using torch::autograd::ViewFunc;

/// Raises unless the arguments that are tensors, rather than optional or lists of them, are defined.
template <class Op, class... Args>
void check_defined(const Args&... args) {
  int position = 0;
  const auto check = [&](const auto& arg) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(arg)>, at::Tensor>) {
      if (C10_UNLIKELY(!arg.defined())) refuse_undefined(Op::name, Op::overload_name, position);
    }
    ++position;
  };
  (check(args), ...);
}

/// Runs operator Op below the Autograd keys; where it writes or views, ADInplaceOrView still sees it.
template <class Op, class... Args>
decltype(auto) below_autograd(c10::DispatchKeySet keys, Args&&... args) {
  check_defined<Op>(args...);
  at::AutoDispatchBelowAutograd guard;
  return Op::redispatch(keys & c10::after_autograd_keyset, std::forward<Args>(args)...);
}

/// The same, below ADInplaceOrView as well.
template <class Op, class... Args>
decltype(auto) below_views(c10::DispatchKeySet keys, Args&&... args) {
  at::AutoDispatchBelowADInplaceOrView guard;
  return Op::redispatch(keys & c10::after_ADInplaceOrView_keyset, std::forward<Args>(args)...);
}

/// A new node. Its members have initial values: it need not be filled with zeros first, as make_intrusive would.
template <class N>
c10::intrusive_ptr<N> make_node() {
  return c10::intrusive_ptr<N>::unsafe_steal_from_new(new N);
}

/// collect_next_edges with room for all of them from the start.
template <class... Inputs>
torch::autograd::edge_list edges_of(const Inputs&... inputs) {
  torch::autograd::detail::MakeNextFunctionList make;
  make.next_edges.reserve(sizeof...(Inputs));
  make.apply(inputs...);
  return std::move(make.next_edges);
}

/// Gives an output its history. An output that cannot have a gradient, such as one of integers, gets none.
void attach(const at::Tensor& output, c10::intrusive_ptr<Node> grad_fn);
void attach(const std::vector<at::Tensor>& outputs, const c10::intrusive_ptr<Node>& grad_fn);

/// out= forms and operators without a derivative: raises if any of them requires grad.
template <class... Tensors>
void forbid_grad_for_out(const char* name, const Tensors&... tensors) {
  if (C10_UNLIKELY(torch::autograd::compute_requires_grad(tensors...)))
    torch::autograd::throw_error_out_requires_grad(name);
}

/// A view function that calls the operator again with the arguments it had.
template <class F>
class Replay final : public ViewFunc {
 public:
  explicit Replay(F f) : f_(std::move(f)) {}
  at::Tensor operator()(const at::Tensor& base) const override { return f_(base); }
  std::unique_ptr<ViewFunc> clone_and_set(std::optional<std::vector<c10::SymInt>> = std::nullopt,
                                          std::optional<std::vector<at::Tensor>> = std::nullopt) const override {
    return std::make_unique<Replay>(f_);
  }

 private:
  F f_;
};

/// Makes `result` a view of `base`. `replay()` gives its view function, needed only where strides do not tell the view.
template <class MakeReplay>
at::Tensor as_view(const at::Tensor& base, at::Tensor result, bool always_replay, const MakeReplay& replay,
                   CreationMeta recorded = CreationMeta::DEFAULT) {
  std::unique_ptr<ViewFunc> function;
  if (always_replay || !base.unsafeGetTensorImpl()->support_as_strided()) function = replay();
  const CreationMeta creation = c10::InferenceMode::is_enabled() ? CreationMeta::INFERENCE_MODE
                                : at::GradMode::is_enabled()     ? recorded
                                                                 : CreationMeta::NO_GRAD_MODE;
  return torch::autograd::as_view(base, result, true, true, std::move(function), nullptr, creation);
}

inline std::optional<at::Tensor> unpack_optional(const SavedVariable& saved) {
  at::Tensor tensor = saved.unpack();
  return tensor.defined() ? std::optional<at::Tensor>(std::move(tensor)) : std::nullopt;
}
std::vector<at::Tensor> unpack_list(const std::vector<SavedVariable>& saved, bool released);
c10::List<std::optional<at::Tensor>> unpack_optional_list(const std::vector<SavedVariable>& saved, bool released);

inline std::vector<int64_t> ints(at::IntArrayRef values) { return values.vec(); }
inline std::vector<int64_t> ints(c10::SymIntArrayRef values) { return C10_AS_INTARRAYREF_SLOW(values).vec(); }
inline std::optional<std::vector<int64_t>> ints(at::OptionalIntArrayRef values) {
  return values.has_value() ? std::optional(values->vec()) : std::nullopt;
}
inline std::optional<std::vector<int64_t>> ints(at::OptionalSymIntArrayRef values) {
  return values.has_value() ? std::optional(ints(*values)) : std::nullopt;
}
inline int64_t integer(const c10::SymInt& value) { return value.guard_int(__FILE__, __LINE__); }
inline std::optional<int64_t> integer(const std::optional<c10::SymInt>& value) {
  return value.has_value() ? std::optional(integer(*value)) : std::nullopt;
}
inline at::OptionalIntArrayRef optional_ints(const std::optional<std::vector<int64_t>>& values) {
  return values.has_value() ? at::OptionalIntArrayRef(at::IntArrayRef(*values)) : at::OptionalIntArrayRef();
}

}  // namespace flambeau
