// An ordinary libtorch program: operators, views, autograd, a custom operator called through the dispatcher,
// exceptions. It prints the same whether it is built against PyTorch or Flambeau, and whichever of the two it runs on.
#include <torch/library.h>
#include <torch/torch.h>

#include <iostream>

namespace {

/// y = a x^2 + b, element by element.
at::Tensor parabola(const at::Tensor& x, double a, double b) { return x * x * a + b; }

TORCH_LIBRARY(tour, library) {
  library.def("parabola(Tensor x, float a=1., float b=0.) -> Tensor");
  library.impl("parabola", c10::DispatchKey::CompositeImplicitAutograd, TORCH_FN(parabola));
}

void operators() {
  const at::Tensor a = at::arange(6, at::kFloat).reshape({2, 3});
  const at::Tensor b = at::full({3}, 0.5, at::kFloat);
  std::cout << "a + b\n" << a + b << "\n";
  std::cout << "a @ a.T\n" << at::matmul(a, a.t()) << "\n";
  std::cout << "softmax\n" << at::softmax(a, 1) << "\n";
  std::cout << "a > 2\n" << (a > 2) << "\n";
  std::cout << "sum " << a.sum().item<float>() << ", mean " << a.mean().item<float>() << ", max "
            << a.max().item<float>() << "\n";
  std::cout << "int32 + float -> " << (at::ones({2}, at::kInt) + b[0]).dtype() << "\n";
}

void views() {
  at::Tensor a = at::zeros({3, 4}, at::kLong);
  a.select(0, 1).fill_(7);
  a.slice(1, 0, 4, 2).add_(1);
  std::cout << "views write through\n" << a << "\n";
  const at::Tensor t = a.transpose(0, 1);
  std::cout << "transposed sizes " << t.sizes() << ", strides " << t.strides() << ", contiguous " << t.is_contiguous()
            << "\n";
  std::cout << "same memory " << (t.data_ptr() == a.data_ptr()) << ", version " << a._version() << "\n";
  std::cout << "indexed\n" << a.index({torch::indexing::Slice(1, torch::indexing::None), 0}) << "\n";
}

void autograd() {
  torch::manual_seed(0);
  const at::Tensor w = torch::randn({3, 2}, torch::requires_grad());
  const at::Tensor x = torch::ones({4, 3}) * 0.5;
  const at::Tensor loss = torch::tanh(x.mm(w)).pow(2).sum();
  loss.backward();
  std::cout << "loss " << loss.item<float>() << ", grad_fn " << loss.grad_fn()->name() << "\n";
  std::cout << "w.grad\n" << w.grad() << "\n";
  {
    const torch::NoGradGuard no_grad;
    std::cout << "under no_grad: requires_grad " << (w * 2).requires_grad() << "\n";
  }
}

void custom_operator() {
  const auto op = c10::Dispatcher::singleton().findSchemaOrThrow("tour::parabola", "");
  const at::Tensor x = torch::arange(4, torch::dtype(torch::kFloat).requires_grad(true));
  const auto typed = op.typed<at::Tensor(const at::Tensor&, double, double)>();
  const at::Tensor y = typed.call(x, 2.0, 1.0);
  y.sum().backward();
  std::cout << op.schema() << "\n" << y << "\ngradient\n" << x.grad() << "\n";
  torch::jit::Stack stack{x, 3.0, 0.5};
  op.callBoxed(stack);
  std::cout << "boxed\n" << stack.at(0).toTensor() << "\n";
}

template <class Body>
void report(const char* what, const Body& body) {
  try {
    body();
    std::cout << what << ": no error\n";
  } catch (const c10::IndexError& error) {
    std::cout << what << ": IndexError: " << error.what_without_backtrace() << "\n";
  } catch (const c10::Error& error) {
    std::cout << what << ": Error: " << error.what_without_backtrace() << "\n";
  }
}

void exceptions() {
  report("shapes", [] { return at::ones({2, 3}).mm(at::ones({2, 3})); });
  report("broadcast", [] { return at::ones({2, 3}) + at::ones({4}); });
  report("dimension", [] { return at::ones({2}).sum(3); });
  report("view", [] { return at::ones({2, 3}).t().view({6}); });
  report("backward", [] { at::ones({2}).sum().backward(); });
  report("check", [] { TORCH_CHECK(false, "my own check, ", 42); });
}

}  // namespace

int main() {
  operators();
  views();
  autograd();
  custom_operator();
  exceptions();
}
