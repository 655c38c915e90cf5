"""Autograd at its edges: what hooks may return, in-place functions on views, gradients of nothing, what nodes keep."""

import torch


def show(name, body):
    try:
        print(name, body())
    except Exception as error:
        print(name, type(error).__name__, error)


def leaf():
    return torch.ones(4, requires_grad=True)


class AddOne(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.mark_dirty(x)
        return x.add_(1)

    @staticmethod
    def backward(ctx, grad):
        return grad


class AddBoth(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.mark_dirty(x)
        return x.add_(y), x * 2

    @staticmethod
    def backward(ctx, grad, other):
        return grad, grad


show("leaf", lambda: AddOne.apply(leaf()))
show("view of a leaf", lambda: AddOne.apply(leaf()[:2]))
show("other view of a leaf", lambda: AddOne.apply(leaf().view(2, 2)))
show("no leaf", lambda: AddOne.apply(leaf() * 1))
show("view of no leaf", lambda: AddOne.apply((leaf() * 1)[:2]))
show("view without history", lambda: AddOne.apply(torch.ones(4)[:2]))
show("one of many views", lambda: AddOne.apply((leaf() * 1).chunk(2)[0]))

show("two outputs", lambda: AddBoth.apply(torch.ones(4)[:2], leaf()[:2]))


def hooked(kind, value):
    x = leaf()
    y = x * 2
    if kind == "leaf":
        x.register_hook(lambda grad: value)
    elif kind == "inner":
        y.register_hook(lambda grad: value)
    elif kind == "before a node":
        y.grad_fn.register_prehook(lambda grads: value)
    elif kind == "after a node":
        y.grad_fn.register_hook(lambda grads, outputs: value)
    else:
        x.register_post_accumulate_grad_hook(lambda tensor: value)
    y.sum().backward()
    return x.grad


ones = torch.ones(4)
RETURNED = [3, "a", 1.5, None, ones, ones[:3], ones.double(), ones.to("meta")]
RETURNED += [(ones,), [ones], (ones, ones), (), (3,), (None,), (ones[:3],), (ones, None)]
for kind in ["leaf", "inner", "before a node", "after a node", "accumulated"]:
    for value in RETURNED:
        show(f"{kind} {value}", lambda kind=kind, value=value: hooked(kind, value))

x = leaf()
y = (x * 2).sum()
show("no inputs", lambda: torch.autograd.grad(y, []))
show("no inputs, a tuple", lambda: torch.autograd.grad(y, ()))
show("nothing of nothing", lambda: torch.autograd.grad([], []))
show("nothing", lambda: torch.autograd.grad([], [x]))
show("backward of nothing", lambda: torch.autograd.backward([]))
show("backward to nothing", lambda: torch.autograd.backward(y, inputs=[]))
show("method to nothing", lambda: y.backward(inputs=[]))

base = torch.ones(2, 3, requires_grad=True)
for name, result, kept in [
    ("sum", base.sum(0), ["dim", "keepdim", "self_sym_sizes"]),
    ("view", base.view(6), ["self_sym_sizes"]),
    ("permute", base.permute(1, 0), ["dims"]),
    ("repeat", base.repeat(2, 2), ["repeats", "self_sym_sizes"]),
    ("index", base[[0]], ["indices", "self_sym_sizes"]),
    ("roll", base.roll(1), ["dims", "shifts"]),
    ("as_strided", base.as_strided((2,), (1,)), ["size", "stride", "storage_offset"]),
    ("var", base.var([0]), ["dim", "correction"]),
    ("std", base.std(), ["dim", "correction"]),
    ("pad", torch.nn.functional.pad(base, (1, 1)), ["pad"]),
]:
    print(name, *(f"{k}={getattr(result.grad_fn, '_saved_' + k)}" for k in kept))

for dtype in [torch.float64, torch.int32, torch.bool, torch.complex64]:
    source = torch.ones(2, dtype=dtype)
    copy = torch.Tensor(source)
    print(copy, copy.dtype, copy.data_ptr() == source.data_ptr())

inf = float("inf")
for value in [inf, -inf, float("nan")]:
    print(torch.matrix_exp(torch.full((1, 1), value)), torch.matrix_exp(torch.full((2, 2), value)))
print(torch.matrix_exp(torch.stack([torch.eye(2) * 3, torch.full((2, 2), inf)])))
print(torch.matrix_exp(torch.tensor([[1.0, inf], [0.0, 1.0]])))
