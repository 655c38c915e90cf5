// backward() and grad(): results, hooks, errors.
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/functions/basic_ops.h>

#include "report.h"

using torch::autograd::grad;
using torch::autograd::variable_list;

static at::Tensor leaf() { return at::arange(1, 4, at::kDouble).requires_grad_(true); }

static void results() {
  report("sum of squares", [] {
    auto a = leaf();
    (a * a).sum().backward();
    std::cout << numbers(a.grad());
  });
  report("accumulates", [] {
    auto a = leaf();
    for (int i = 0; i < 3; ++i) (a * 2).sum().backward();
    std::cout << numbers(a.grad());
  });
  report("grad", [] {
    auto a = leaf();
    std::cout << numbers(grad({a.exp().sum()}, {a})[0]) << " " << a.grad().defined();
  });
  report("several roots", [] {
    auto a = leaf();
    std::cout << numbers(grad({a.sum(), (a * 2).sum()}, {a}, {at::full({}, 3.0, at::kDouble), at::Tensor()})[0]);
  });
  report("broadcast", [] {
    auto a = leaf(), b = at::ones({2, 1}, at::kDouble).requires_grad_(true);
    auto g = grad({(a * b).sum()}, {a, b});
    std::cout << numbers(g[0]) << " | " << numbers(g[1]);
  });
  report("dtype promotion", [] {
    auto a = at::ones({2}, at::kFloat).requires_grad_(true), b = at::ones({2}, at::kDouble);
    std::cout << numbers(grad({(a * b).sum()}, {a})[0]);
  });
  report("double backward", [] {
    auto a = leaf();
    auto g = grad({a.pow(3).sum()}, {a}, {}, std::nullopt, true)[0];
    std::cout << numbers(grad({g.sum()}, {a})[0]);
  });
  report("unused", [] {
    auto a = leaf(), b = leaf();
    std::cout << numbers(grad({a.sum()}, {b}, {}, true, false, true)[0]);
  });
  report("inputs only", [] {
    auto a = leaf(), b = leaf();
    torch::autograd::backward({(a * b).sum()}, {}, std::nullopt, false, {b});
    std::cout << a.grad().defined() << " " << numbers(b.grad());
  });
  report("inputs not leaves", [] {
    auto a = leaf(), b = a * 2;
    torch::autograd::backward({b.exp().sum()}, {}, std::nullopt, false, {b});
    std::cout << a.grad().defined() << " " << numbers(b.grad());
  });
  report("no grad mode", [] {
    auto a = leaf();
    at::NoGradGuard off;
    std::cout << (a * 2).requires_grad();
  });
  report("names", [] {
    auto a = leaf();
    for (const auto& t : {a * a, a + a, a.sum(), a.exp(), a.view(3), a[0], at::relu(a), a.clone(), a.mean(), a.t()}) {
      std::cout << t.grad_fn()->name() << " ";
    }
  });
  report("graph", [] {
    auto a = leaf(), b = (a * 2).exp();
    auto node = b.grad_fn();
    while (node) {
      std::cout << node->name() << "(" << node->num_inputs() << "," << node->num_outputs() << ") ";
      node = node->num_outputs() ? node->next_edge(0).function : nullptr;
    }
  });
  report("deep", [] {
    auto a = leaf(), b = a;
    for (int i = 0; i < 100000; ++i) b = b * 1.0;
    b.sum().backward();
    std::cout << numbers(a.grad());
  });
}

static void hooks() {
  report("tensor hook", [] {
    auto a = leaf(), b = a * 2;
    b.register_hook([](const at::Tensor& g) { return g * 10; });
    a.register_hook([](const at::Tensor& g) { std::cout << "saw " << numbers(g) << " "; });
    b.sum().backward();
    std::cout << numbers(a.grad());
  });
  report("removed hook", [] {
    auto a = leaf();
    auto handle = a.register_hook([](const at::Tensor& g) { return g * 10; });
    a.remove_hook(handle);
    a.sum().backward();
    std::cout << numbers(a.grad());
  });
  report("retain_grad", [] {
    auto a = leaf(), b = a * 2;
    b.retain_grad();
    b.exp().sum().backward();
    std::cout << numbers(b.grad());
  });
  report("retain_grad follows in-place", [] {
    auto a = leaf(), b = a * 2;
    b.retain_grad();
    b.mul_(3);
    b.sum().backward();
    std::cout << numbers(b.grad());
  });
  report("hook changes shape", [] {
    auto a = leaf(), b = a * 2;
    b.register_hook([](const at::Tensor&) { return at::ones({1}, at::kDouble); });
    b.sum().backward();
  });
  report("callback", [] {
    struct Hook : torch::autograd::FunctionPostHook {
      variable_list operator()(const variable_list& results, const variable_list&) override {
        torch::autograd::Engine::get_default_engine().queue_callback([] { std::cout << "done "; });
        return results;
      }
    };
    auto a = leaf(), b = a * 2;
    b.grad_fn()->add_post_hook(std::make_unique<Hook>());
    b.sum().backward();
    std::cout << numbers(a.grad());
  });
}

static void errors() {
  report("not scalar", [] { leaf().exp().backward(); });
  report("no grad", [] { at::ones({}).backward(); });
  report("twice", [] {
    auto b = leaf().exp().sum();
    b.backward();
    b.backward();
  });
  report("modified", [] {
    auto b = leaf().exp();
    b.add_(1);
    b.sum().backward();
  });
  report("modified input", [] {
    auto a = leaf(), b = at::ones({3}, at::kDouble);
    auto c = a * b;
    b.add_(1);
    c.sum().backward();
  });
  report("leaf in place", [] { leaf().add_(1); });
  report("view of leaf in place", [] { leaf()[0].add_(1); });
  report("out", [] {
    auto out = at::ones({3}, at::kDouble);
    at::add_out(out, leaf(), leaf());
  });
  report("integers", [] { at::ones({3}, at::kLong).requires_grad_(true); });
  report("requires_grad of non-leaf", [] { leaf().exp().requires_grad_(false); });
  report("wrong gradient shape", [] { leaf().sum().backward(at::ones({2}, at::kDouble)); });
  report("complex scalar", [] { at::ones({}, at::kComplexDouble).requires_grad_(true).backward(); });
  report("inference tensor", [] {
    at::Tensor t;
    {
      c10::InferenceMode guard;
      t = at::ones({3}, at::kDouble);
    }
    auto r = leaf() * t;
  });
  report("inference in place", [] {
    at::Tensor t;
    {
      c10::InferenceMode guard;
      t = at::ones({3});
    }
    t.add_(1);
  });
  report("hook on constant", [] { at::ones({1}).register_hook([](const at::Tensor& g) { return g; }); });
  report("retain_grad of constant", [] { at::ones({1}).retain_grad(); });
  report("not implemented", [] { at::floor_divide(leaf(), leaf()).sum().backward(); });
  report("error node", [] {
    auto a = leaf();
    torch::autograd::DelayedError error("no way back", 1);
    static_cast<torch::autograd::Node&>(error)({a})[0].sum().backward();
  });
}

int main() {
  results();
  hooks();
  errors();
}
