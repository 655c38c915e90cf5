// Views, changes in place, version counters, detach, set_data.
#include "report.h"

using torch::autograd::grad;

static at::Tensor leaf(int64_t n = 6) { return at::arange(n, at::kDouble).requires_grad_(true); }
static void show(const at::Tensor& y, const at::Tensor& x) { std::cout << numbers(grad({(y * y).sum()}, {x})[0]); }

int main() {
  report("change a view", [] {
    auto a = leaf(), b = a.clone();
    b.slice(0, 1, 3).mul_(2);
    show(b, a);
  });
  report("change twice", [] {
    auto a = leaf(), b = a.clone(), v = b.slice(0, 1, 3), w = b.view({2, 3});
    v.mul_(2);
    w[0].zero_();
    v.add_(b.slice(0, 4, 6));
    show(b, a);
  });
  report("change the base", [] {
    auto a = leaf(), b = a.clone(), v = b.slice(0, 1, 3);
    b.mul_(3);
    show(v, a);
  });
  report("view of view", [] {
    auto a = leaf(), b = a.clone(), v = b.view({2, 3}).t()[1];
    v.exp_();
    show(b, a);
  });
  report("copy into", [] {
    auto a = leaf(3), b = at::zeros({6}, at::kDouble);
    b.slice(0, 1, 4).copy_(a);
    show(b, a);
  });
  report("fill", [] {
    auto a = leaf(), b = a.clone();
    b[2].fill_(7);
    show(b, a);
  });
  report("index_put", [] {
    auto a = leaf(), b = a.clone();
    b.index_put_({at::tensor({0, 2})}, a.slice(0, 3, 5));
    show(b, a);
  });
  report("constant base", [] {
    auto a = leaf(2), b = at::ones({4}, at::kDouble), v = b.slice(0, 0, 2);
    v.mul_(a);
    std::cout << b.requires_grad() << " ";
    show(b, a);
  });
  report("grad_fn of a view", [] {
    auto a = leaf(), b = a.clone(), v = b.slice(0, 1, 3);
    std::cout << v.grad_fn()->name() << " ";
    b.mul_(2);
    std::cout << v.grad_fn()->name() << " " << b.grad_fn()->name() << " ";
    v.mul_(2);
    std::cout << v.grad_fn()->name() << " " << b.grad_fn()->name();
  });
  report("complex view", [] {
    auto a = leaf(), b = a.clone(), v = at::view_as_complex(b.view({3, 2}));
    v.mul_(2);
    show(b, a);
  });
  report("multi-output view", [] {
    auto b = leaf().clone();
    b.split(2)[0].add_(1);
  });
  report("base of multi-output view", [] {
    auto b = leaf().clone();
    auto v = b.unbind()[0];
    b.add_(1);
    v.grad_fn();
  });
  report("view made without grad", [] {
    auto b = leaf().clone();
    at::Tensor v;
    {
      at::NoGradGuard off;
      v = b.slice(0, 0, 2);
    }
    v.add_(1);
  });
  report("versions", [] {
    auto a = at::ones({4}), v = a.slice(0, 0, 2), d = a.detach();
    std::cout << a._version() << " ";
    v.add_(1);
    d.mul_(2);
    at::add_out(a, a, a);
    std::cout << a._version() << v._version() << d._version() << " " << a.variable_data()._version();
  });
  report("is_view, _base", [] {
    auto a = at::ones({4}), v = a.slice(0, 0, 2), w = v.view({2, 1}), d = a.detach();
    std::cout << a.is_view() << v.is_view() << w.is_view() << d.is_view() << " " << w._base().is_same(a);
  });
  report("is_leaf", [] {
    auto a = leaf(), b = a * 2, c = b.detach();
    std::cout << a.is_leaf() << b.is_leaf() << c.is_leaf() << at::ones({1}).is_leaf() << " " << c.requires_grad();
  });
  report("detach_", [] {
    auto b = leaf() * 2;
    b.detach_();
    std::cout << b.requires_grad() << b.is_leaf();
  });
  report("detach_ of a view", [] {
    auto b = leaf().clone();
    b.view({2, 3}).detach_();
  });
  report("resize_", [] { leaf().resize_({9}); });
  report("set_data", [] {
    auto a = leaf();
    a.set_data(at::ones({2}, at::kFloat));
    a.sum().backward();
    std::cout << numbers(a) << " " << numbers(a.grad());
  });
  report("set_data to integers", [] { leaf().set_data(at::ones({2}, at::kLong)); });
  report("requires_grad with data", [] {
    auto a = leaf();
    a.data().mul_(2);
    std::cout << numbers(a) << " " << a.data().requires_grad();
  });
  report("expand then sum", [] {
    auto a = leaf(2);
    show(a.unsqueeze(0).expand({3, 2}).sum(0), a);
  });
  report("as_strided overlap", [] {
    auto a = leaf(4);
    show(a.clone().as_strided({3, 2}, {1, 1}), a);
  });
}
