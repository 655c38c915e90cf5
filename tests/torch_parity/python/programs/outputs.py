"""out= forms refuse outputs of other types, outputs that overlap themselves and operands that do not fit."""

import torch

twice = torch.zeros(2, 3).expand(4, 2, 3)
x = torch.ones(3)


def show(name, body):
    try:
        result = body()
        print(name, tuple(result.shape), result.dtype)
    except Exception as error:
        print(name, type(error).__name__, error)


for name in ["erf", "digamma", "exp2", "i0", "expit", "sinc"]:
    show(name, lambda f=getattr(torch.special, name): f(x, out=twice))
for name in ["arcsinh", "arctanh", "arcsin", "absolute"]:
    show(name, lambda f=getattr(torch, name): f(x, out=twice))
for name in [
    "multiply",
    "divide",
    "true_divide",
    "subtract",
    "greater",
    "less_equal",
    "not_equal",
    "arctan2",
    "max",
    "min",
]:
    show(name, lambda f=getattr(torch, name): f(x, x, out=twice))
for name in ["ldexp", "clip"]:
    show(name, lambda f=getattr(torch, name): f(x, x, out=twice))
show("square", lambda: torch.square(x, out=twice))
# Not element by element inside: the output is resized first.
show("ndtr", lambda: torch.special.ndtr(x, out=torch.zeros(1).expand(2, 3)))
show("mvlgamma", lambda: torch.mvlgamma(x + 5, 2, out=torch.zeros(1).expand(2, 3)))
show("logsumexp", lambda: torch.special.logsumexp(x, 0, out=torch.zeros(1).expand(2, 3)))
for dtype in [torch.float16, torch.float32, torch.float64, torch.int64, torch.complex64]:
    out = torch.zeros(3, dtype=dtype)
    show(f"clamp {dtype}", lambda out=out: torch.clamp(x, 0, 1, out=out))
    show(f"clamp from below {dtype}", lambda out=out: torch.clamp(x, 0, out=out))
    show(f"clamp_max {dtype}", lambda out=out: torch.clamp_max(x, 1, out=out))
    show(f"clamp_min {dtype}", lambda out=out: torch.clamp_min(x, 1, out=out))
    show(f"clamp by tensors {dtype}", lambda out=out: torch.clamp(x, x, x, out=out))
    show(f"add a number {dtype}", lambda out=out: torch.add(x, 1, out=out))
    show(f"tril_indices {dtype}", lambda dtype=dtype: torch.tril_indices(3, 2, dtype=dtype))
    show(f"triu_indices {dtype}", lambda dtype=dtype: torch.triu_indices(3, 2, dtype=dtype))
for sizes in [(2, 3), (3,), (1,)]:
    show(f"soft margin {sizes}", lambda s=sizes: torch.nn.functional.soft_margin_loss(x, torch.ones(s)))
show("chain of a vector", lambda: torch.chain_matmul(x))
show("chain with a batch", lambda: torch.chain_matmul(torch.ones(2, 2), torch.ones(2, 2, 2)))
