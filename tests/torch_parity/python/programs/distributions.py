"""Distributions: seeded samples, densities, moments, gradients, divergences, refusals."""

import torch
from torch import distributions as D
from torch.distributions import constraints, transforms

a, b, p = torch.tensor([0.5, 2.0]), torch.tensor([1.5, 0.7]), torch.tensor([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])
ROWS = [
    (D.Normal(a, b), 1.2), (D.Normal(0.0, 1.0), 0.3), (D.Uniform(a, a + b), 2.0), (D.Laplace(a, b), -0.4),
    (D.Exponential(b), 0.8), (D.Cauchy(a, b), 1.0), (D.Bernoulli(torch.tensor([0.2, 0.9])), 1.0),
    (D.Bernoulli(logits=a), 0.0), (D.Categorical(p), 1), (D.Categorical(logits=p), 2),
    (D.OneHotCategorical(p), torch.tensor([0.0, 1.0, 0.0])), (D.LogNormal(a, b), 0.9), (D.HalfNormal(b), 0.9),
    (D.Gumbel(a, b), 1.1), (D.Geometric(torch.tensor([0.3, 0.5])), 2.0),
    (D.Independent(D.Normal(a, b), 1), a),
    (D.TransformedDistribution(D.Normal(a, b), [transforms.AffineTransform(1.0, 2), transforms.TanhTransform()]), 0.4),
    (D.MixtureSameFamily(D.Categorical(p[0]), D.Normal(torch.arange(3.0), torch.ones(3))), 0.5),
]  # fmt: skip
for d, value in ROWS:
    torch.manual_seed(1)
    value = torch.as_tensor(value)
    print(d, d.batch_shape, d.event_shape, d.support, d.has_rsample)
    print(d.sample(), d.sample((3,)).shape, d.log_prob(value), d.expand((4, *d.batch_shape)).sample().shape)
    for what in ("mean", "variance", "stddev", "mode"):
        try:
            print(what, getattr(d, what))
        except NotImplementedError:
            print(what, "is missing")
    for call in (lambda d=d: d.entropy(), lambda d=d, v=value: d.cdf(v), lambda d=d: d.enumerate_support()):
        try:
            print(call())
        except NotImplementedError:
            print("missing")
D1, D2 = D.Normal(a, b), D.Normal(b, a)
PAIRS = [
    (D1, D2), (D.Bernoulli(a / 4), D.Bernoulli(b / 4)), (D.Categorical(p), D.Categorical(p.flip(-1))),
    (D.Exponential(a), D.Exponential(b)), (D.Laplace(a, b), D.Laplace(b, a)), (D.Gamma(a, b), D.Gamma(b, a)),
    (D.Beta(a, b), D.Beta(b, a)), (D.Dirichlet(a), D.Dirichlet(b)), (D.Poisson(a), D.Poisson(b)),
    (D.Independent(D1, 1), D.Independent(D2, 1)), (D.LogNormal(a, b), D.LogNormal(b, a)),
    (D.Uniform(a, a + 1), D.Uniform(a - 1, a + 2)),
]  # fmt: skip
for first, second in PAIRS:
    print(type(first).__name__, D.kl_divergence(first, second))
for d in (D.Gamma(a, b), D.Beta(a, b), D.StudentT(3.0 + a), D.Poisson(b), D.Chi2(b), D.Binomial(5, a / 4)):
    print(d, d.mean, d.variance, d.log_prob(torch.tensor(1.0) if d.support != constraints.unit_interval else a / 4))
print(
    D.Dirichlet(a + b).log_prob(torch.tensor([0.4, 0.6])), D.Multinomial(3, p).log_prob(torch.tensor([1.0, 0.0, 2.0]))
)
loc = torch.zeros(2, requires_grad=True)
torch.manual_seed(0)
D.Normal(loc, loc.exp()).rsample((5,)).pow(2).mean().backward()
print(loc.grad)
for t in (
    transforms.ExpTransform(),
    transforms.TanhTransform(),
    transforms.SigmoidTransform(),
    transforms.AffineTransform(1, -2),
):
    y = t(a)
    print(t, y, t.inv(y), t.log_abs_det_jacobian(a, y), t.domain, t.codomain, t.sign)
t = transforms.ComposeTransform([transforms.StickBreakingTransform(), transforms.AffineTransform(0.0, 2.0)])
print(t(a), t.inv(t(a)), t.log_abs_det_jacobian(a, t(a)), t.domain, t.codomain.event_dim)
CHECKS = [constraints.positive, constraints.real, constraints.simplex, constraints.unit_interval, constraints.boolean]
print([(c, c.check(a)) for c in CHECKS], constraints.integer_interval(0, 3))
for wrong in (
    lambda: D.Normal(0.0, -1.0),
    lambda: D.Normal(a, torch.ones(3)),
    lambda: D.Bernoulli(0.5).log_prob(torch.tensor(0.5)),
    lambda: D.Categorical(probs=p, logits=p),
    lambda: D.Uniform(1.0, 0.0),
    lambda: D.Normal(a, b).log_prob(torch.ones(3)),
    lambda: D.kl_divergence(D.Cauchy(a, b), D.Normal(a, b)),
    lambda: D.MultivariateNormal(a),
):
    try:
        print(wrong())
    except Exception as e:
        print(type(e).__name__, str(e)[:200])
