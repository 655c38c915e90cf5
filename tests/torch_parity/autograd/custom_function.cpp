// torch::autograd::Function in C++.
#include "report.h"

using namespace torch::autograd;

struct Scale : Function<Scale> {
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x, double factor) {
    ctx->saved_data["factor"] = factor;
    ctx->save_for_backward({x});
    return x * factor;
  }
  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    std::cout << "[" << ctx->get_saved_variables()[0].numel() << ctx->needs_input_grad(0) << "]";
    return {grads[0] * ctx->saved_data["factor"].toDouble(), at::Tensor()};
  }
};

struct AddTo : Function<AddTo> {
  static at::Tensor forward(AutogradContext* ctx, at::Tensor x, at::Tensor y) {
    x.add_(y);
    ctx->mark_dirty({x});
    return x;
  }
  static variable_list backward(AutogradContext*, variable_list grads) { return {grads[0] * 2, grads[0] * 3}; }
};

struct Two : Function<Two> {
  static variable_list forward(AutogradContext* ctx, const at::Tensor& x) {
    auto where = x.argmax();
    ctx->mark_non_differentiable({where});
    ctx->set_materialize_grads(false);
    return {x * 2, x * 3, where};
  }
  static variable_list backward(AutogradContext*, variable_list grads) {
    std::cout << grads[0].defined() << grads[1].defined() << grads[2].defined() << " ";
    return {grads[1] * 3};
  }
};

struct Same : Function<Same> {
  static at::Tensor forward(AutogradContext*, const at::Tensor& x) { return x; }
  static variable_list backward(AutogradContext*, variable_list grads) { return {grads[0] * 5}; }
};

struct Cube : Function<Cube> {
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x) {
    auto y = x * x * x;
    ctx->save_for_backward({x, y});
    return y;
  }
  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    auto saved = ctx->get_saved_variables();
    return {grads[0] * 3 * saved[0] * saved[0] + 0 * saved[1]};
  }
};

struct Wrong : Function<Wrong> {
  static at::Tensor forward(AutogradContext*, const at::Tensor& x) { return x * 2; }
  static variable_list backward(AutogradContext*, variable_list grads) { return {grads[0], grads[0]}; }
};

struct WrongShape : Function<WrongShape> {
  static at::Tensor forward(AutogradContext*, const at::Tensor& x) { return x * 2; }
  static variable_list backward(AutogradContext*, variable_list) { return {at::ones({7}, at::kDouble)}; }
};

struct Reenter : Function<Reenter> {
  static at::Tensor forward(AutogradContext* ctx, const at::Tensor& x, int64_t depth) {
    ctx->saved_data["depth"] = depth;
    return x * 1;
  }
  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    const int64_t depth = ctx->saved_data["depth"].toInt();
    if (depth == 0) return {grads[0], at::Tensor()};
    at::AutoGradMode on(true);
    auto z = at::ones({2}, at::kDouble).requires_grad_(true);
    Reenter::apply(z, depth - 1).sum().backward();
    return {z.grad() + 1, at::Tensor()};
  }
};

static at::Tensor leaf() { return at::arange(1, 4, at::kDouble).requires_grad_(true); }

int main() {
  report("scale", [] {
    auto a = leaf();
    auto y = Scale::apply(a, 4.0);
    y.sum().backward();
    std::cout << numbers(a.grad()) << " " << y.requires_grad();
  });
  report("no grad needed", [] { std::cout << Scale::apply(at::ones({2}), 4.0).requires_grad(); });
  report("dirty", [] {
    auto a = leaf(), b = a * 1;
    auto y = AddTo::apply(b, a);
    y.sum().backward();
    std::cout << numbers(a.grad()) << " " << y.is_same(b) << b._version();
  });
  report("dirty leaf", [] {
    auto a = leaf();
    AddTo::apply(a, a);
  });
  report("several outputs", [] {
    auto a = leaf();
    auto y = Two::apply(a);
    y[1].sum().backward();
    std::cout << numbers(a.grad()) << " " << y[2].requires_grad();
  });
  report("input returned", [] {
    auto a = leaf();
    auto y = Same::apply(a);
    y.sum().backward();
    std::cout << numbers(a.grad()) << " " << y.is_same(a);
  });
  report("change a returned view", [] {
    auto y = Same::apply(leaf() * 1);
    y.add_(1);
  });
  report("double backward", [] {
    auto a = leaf();
    auto g = grad({Cube::apply(a).sum()}, {a}, {}, std::nullopt, true)[0];
    std::cout << numbers(grad({g.sum()}, {a})[0]);
  });
  report("twice", [] {
    auto y = Cube::apply(leaf()).sum();
    y.backward();
    y.backward();
  });
  report("wrong count", [] { Wrong::apply(leaf()).sum().backward(); });
  report("wrong shape", [] { WrongShape::apply(leaf()).sum().backward(); });
  report("reentrant", [] {
    auto a = at::ones({2}, at::kDouble).requires_grad_(true);
    Reenter::apply(a, 5).sum().backward();
    std::cout << numbers(a.grad());
  });
  report("deeply reentrant", [] {
    auto a = at::ones({2}, at::kDouble).requires_grad_(true);
    Reenter::apply(a, 150).sum().backward();
    std::cout << numbers(a.grad());
  });
}
