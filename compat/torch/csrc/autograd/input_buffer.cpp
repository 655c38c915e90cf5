#include <ATen/TensorOperators.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/csrc/autograd/input_buffer.h>
#include <torch/csrc/autograd/input_buffer_sum.h>

namespace torch::autograd {

void InputBuffer::add(size_t pos, Variable&& var, const std::optional<c10::Stream>&, const std::optional<c10::Stream>&,
                      Node*) {
  flambeau::sum_gradient(buffer.at(pos), std::move(var));
}

}  // namespace torch::autograd

namespace flambeau {

namespace {
// Nobody can see it change: ours alone, and no element of it is visited twice.
bool may_change(const at::Tensor& t) {
  return t.use_count() == 1 && t.has_storage() && t.storage().use_count() == 1 && t.is_non_overlapping_and_dense() &&
         !t.unsafeGetTensorImpl()->is_python_dispatch();
}
}  // namespace

void sum_gradient(at::Tensor& sum, at::Tensor&& gradient) {
  if (!gradient.defined()) return;
  if (!sum.defined()) {
    sum = std::move(gradient);
    return;
  }
  const bool alike = sum.layout() == at::kStrided && gradient.layout() == at::kStrided &&
                     sum.scalar_type() == gradient.scalar_type() && !sum.is_nested() && !gradient.is_nested() &&
                     sum.sizes() == gradient.sizes();
  if (alike && !at::GradMode::is_enabled()) {
    if (may_change(sum)) {
      sum.add_(gradient);
      return;
    }
    if (may_change(gradient)) {
      gradient.add_(sum);
      sum = std::move(gradient);
      return;
    }
  }
  sum = sum.is_sparse() && !gradient.is_sparse() ? gradient + sum : sum + gradient;
}

}  // namespace flambeau
