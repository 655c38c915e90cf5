"""Gradients of samples of Gamma, Beta and Dirichlet distributions with respect to their parameters."""

import torch
from torch.distributions import Beta, Chi2, Dirichlet, Gamma, StudentT


def show(*values):
    """Six digits of each number."""
    print(*(f"{x:.5e}" if isinstance(x, float) else x for v in values for x in (v if isinstance(v, list) else [v])))


for dtype in torch.float32, torch.float64:
    for shape in 0.02, 0.7, 3.0, 20.0, 300.0:
        for other in 0.3, 4.0, 50.0:
            a, b = (torch.tensor([x], dtype=dtype, requires_grad=True) for x in (shape, other))
            for family in Gamma, Beta:
                torch.manual_seed(0)
                family(a, b).rsample((4,)).log().sum().backward()
                show(family.__name__, a.grad.tolist(), b.grad.tolist())
                a.grad = b.grad = None
    c = torch.tensor([[0.5, 2, 9], [8, 70, 30]], dtype=dtype, requires_grad=True)
    torch.manual_seed(1)
    (Dirichlet(c).rsample((3,)) * torch.arange(3)).sum().backward()
    show(c.grad.flatten().tolist(), c.grad.shape)
    d = torch.tensor([4.0, 7.0], dtype=dtype, requires_grad=True)
    torch.manual_seed(2)
    (Chi2(d).rsample() + StudentT(d).rsample()).sum().backward()
    show(d.grad.tolist())

# Each approximation, and the borders between them.
x = torch.cat(
    [torch.linspace(0, 1, 41, dtype=torch.float64)[1:-1], torch.tensor([1e-5, 1 - 1e-5], dtype=torch.float64)]
)
for a in 0.01, 0.8, 5.0, 30.0, 700.0:
    show(a, torch._standard_gamma_grad(torch.full_like(x, a), x * 2.5 * a).tolist())
    for b in 0.01, 0.8, 5.0, 30.0, 700.0:
        show(b, torch._dirichlet_grad(x, torch.full_like(x, a), torch.full_like(x, a + b)).tolist())


def attempt(function, *args):
    try:
        result = function(*args)
        print(result, result.dtype, result.stride())
    except Exception as error:
        print(type(error).__name__, error)


one, odd = torch.ones(3), torch.tensor([0.0, float("inf"), float("nan")])
gamma, dirichlet = torch._standard_gamma_grad, torch._dirichlet_grad
for args in (one, odd), (odd, one), (one.view(3, 1), one), (one.double(), one), (one.half(), one.half()):
    attempt(gamma, *args)
attempt(gamma, torch.ones(2, 3).t(), torch.ones(2, 3).t())
for args in (
    (odd.nan_to_num(0.5, 0.1), one, one * 2),
    (one / 3, odd, one),
    (one.view(3, 1) / 2, one, one * 2),
    (one, one.double(), one),
):
    attempt(dirichlet, *args)
attempt(dirichlet, one.long(), one.long(), one.long())
attempt(lambda: gamma(one.clone().requires_grad_(), one).sum().backward())
attempt(lambda: dirichlet(one / 3, one.clone().requires_grad_(), one).sum().backward())
