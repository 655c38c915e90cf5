// Undefined tensors given to operators: refused by name and position, in every form and by whatever route.
#include <torch/torch.h>

#include <iostream>

template <class F>
static void show(const char* what, const F& call) {
  std::cout << what << ": ";
  try {
    call();
    std::cout << "ok\n";
  } catch (const c10::Error& e) {
    std::cout << typeid(e).name() << ' ' << e.what_without_backtrace() << '\n';
  }
}

int main() {
  const at::Tensor u, t = torch::ones({2, 2});
  at::Tensor changed = torch::ones({2, 2}), nothing;
#define SHOW(call) show(#call, [&] { (void)(call); })
  SHOW(u + t);
  SHOW(t + u);
  SHOW(u + 1);
  SHOW(u[0]);
  SHOW(nothing.add_(t));
  SHOW(changed.add_(u));
  SHOW(at::add_out(nothing, t, t));
  SHOW(at::add_out(changed, u, t));
  SHOW(u.neg());
  SHOW(at::neg(u));
  SHOW(u.sum());
  SHOW(u.mean());
  SHOW(u.view({1}));
  SHOW(u.t());
  SHOW(at::mm(u, t));
  SHOW(at::mm(t, u));
  SHOW(at::matmul(u, t));
  SHOW(at::linear(u, t));
  SHOW(at::linear(t, u));
  SHOW(at::where(u, t, t));
  SHOW(at::where(t > 0, u, t));
  SHOW(u.clone());
  SHOW(u.detach());
  SHOW(nothing.copy_(t));
  SHOW(changed.copy_(u));
  SHOW(at::empty_like(u));
  SHOW(at::zeros_like(u));
  SHOW(t.index_select(0, u));
  SHOW(u.softmax(0));
  SHOW(u.dot(t));
  SHOW(u == t);
  SHOW(t == u);
  SHOW(u.equal(t));
  SHOW(at::equal(t, u));
  SHOW(nothing.fill_(1));
  SHOW(nothing.zero_());
  SHOW(nothing.resize_({2}));
  SHOW(u.transpose(0, 1));
  SHOW(u.permute({0}));
  SHOW(u.squeeze());
  SHOW(u.unsqueeze(0));
  SHOW(u.expand({2}));
  SHOW(u.select(0, 0));
  SHOW(u.slice());
  SHOW(u.relu());
  SHOW(u.sigmoid());
  SHOW(at::gelu(u));
  SHOW(u.max());
  SHOW(u.argmax());
  SHOW(u.sort());
  SHOW(u.topk(1));
  SHOW(u.norm());
  SHOW(u.exp());
  SHOW(u.cumsum(0));
  SHOW(u.gather(0, t));
  SHOW(u.scatter(0, t, t));
  SHOW(at::layer_norm(u, {2}));
  SHOW(at::embedding(u, t));
  SHOW(at::bernoulli(u));
  SHOW(nothing.uniform_());
  SHOW(nothing.normal_());
  SHOW(u.nonzero());
  SHOW(at::addmm(u, t, t));
  SHOW(at::addmm(t, u, t));
  SHOW(u.chunk(2));
  SHOW(u.split(1));
  SHOW(u.masked_fill(t > 0, 1));
  SHOW(u.type_as(t));
  SHOW(u.is_same_size(t));
  SHOW(u.alias());
  SHOW(at::lerp(u, t, 0.5));
  SHOW(at::clamp(u, u, u));
  SHOW(at::native_layer_norm(u, {2}, u, u, 1e-5));
  SHOW(at::mse_loss(u, t));
  SHOW(at::mse_loss(t, u));
  SHOW(at::nll_loss(t, u));
  SHOW(at::bmm(u, u));
  SHOW(at::meshgrid({u}));
  SHOW(at::pow(u, 2));
  SHOW(at::pow(2, u));
  SHOW(at::diag(u));
  SHOW(at::tril(u));
  SHOW(at::logsumexp(u, {0}));
  SHOW(at::isnan(u));
  SHOW(at::max_pool2d(u, 2));
  SHOW(at::upsample_nearest1d(u, {2}));
  SHOW(at::linalg_inv(u));
  SHOW(at::linalg_solve(t, u));
  SHOW(at::unique_dim(u, 0));
  SHOW(nothing.abs_());
  SHOW(nothing.random_());
  SHOW(u.swapaxes(0, 1));
  SHOW(u.repeat({2}));
  SHOW(u.roll(1));
  SHOW(u.as_strided({1}, {1}));
  SHOW(u.sum({0}));
  SHOW(u.any());
  SHOW(at::sum_out(nothing, t, {0}));
  SHOW(at::neg_out(nothing, t));
  SHOW(at::mm_out(nothing, t, t));
  SHOW(at::cat_out(nothing, {t}));
}
