"""Creation, printing, autograd functions, hooks."""
# ruff: noqa: E402, SIM115, B023

import torch

print(torch.ones(2, 3))
x = torch.arange(6.0).reshape(2, 3).requires_grad_()
y = (x * x).sum()
print(y, y.backward(), x.grad)
print(torch.rand(3, 4, generator=torch.manual_seed(1)))
print(
    torch.tensor([1e10, 1.0]),
    torch.tensor([1 + 2j, 3.5]),
    torch.zeros(0, 3),
    torch.arange(2000).reshape(40, 50),
    torch.tensor(True),
    torch.tensor([1, -200]),
    torch.tensor([float("nan"), 1.0, float("inf")]),
    torch.tensor(3.5, dtype=torch.float64),
    torch.randn(3, 2, 4) * 1e5,
)
print(
    torch.einsum("ij,kj->ik", x, x),
    torch.Size([1, 2]),
    torch.float32,
    torch.device("cpu"),
    repr(torch.zeros(2, device="meta")),
)
print(torch.nn.Parameter(torch.ones(2)), torch.unique(torch.tensor([1, 2, 2, 3]), return_counts=True))
print(torch.norm(x), torch.norm(x, dim=1), x.split(1), torch.meshgrid(torch.arange(2), torch.arange(2), indexing="ij"))
import copy

z = copy.deepcopy(x)
print(z, f"{y.item():.2f} {y:.2f}")
print(
    torch.rand(5) > 0.5,
    torch.linspace(0, 1, 33),
    torch.randint(0, 100, (3, 4)),
    torch.rand(3).half(),
    torch.rand(2).bfloat16(),
)


class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a):
        ctx.save_for_backward(a)
        return a * 2

    @staticmethod
    def backward(ctx, g):
        return g * 3


w = torch.ones(2, requires_grad=True)
F.apply(w).sum().backward()
print(w.grad, F.apply(w))
with torch.no_grad():
    print((w * 2).requires_grad)


@torch.no_grad()
def f():
    return w * 2


print(f(), torch.autograd.grad((w**2).sum(), w))
h = w.register_hook(lambda g: g * 5)
w.grad = None
(w * 1).sum().backward()
print(w.grad)
print(torch.zeros(3).storage().size(), torch.zeros(3).type(), torch.zeros(2).untyped_storage().nbytes())
for _a in ({},):
    print(torch.rand(3, 5, 7, generator=torch.manual_seed(0)))
    print(torch.rand(30, 50, generator=torch.manual_seed(0)))
    print(torch.randn(5, 6, 7, 8))
    print(torch.complex(torch.randn(3, 3), torch.randn(3, 3)))
    print(
        torch.arange(24, dtype=torch.int32).view(2, 3, 4),
        torch.empty(0),
        torch.full((3,), 1e-5),
        torch.tensor([1e-5, 1]),
        torch.tensor([-0.0]),
        torch.tensor([[1.5, float("-inf")]]),
    )
