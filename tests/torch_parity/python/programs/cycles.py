"""Reference cycles through the autograd graph: what the garbage collector frees."""

import gc
import weakref

import torch


class Box:
    pass


def freed(make):
    """Whether the object that `make` leaves in a cycle goes away."""
    gc.collect()
    watched = weakref.ref(make())
    before = watched() is not None
    gc.collect()
    return before, watched() is None


def leaf_hook():
    t = torch.ones(2, requires_grad=True)
    box = Box()
    t.register_hook(lambda grad: print(t, box))
    return box


class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, grad):
        return grad * 2


def function_context():
    t = Double.apply(torch.ones(2, requires_grad=True))
    box = Box()
    t.grad_fn.kept = (t, box)
    return box


def attribute():
    t = torch.ones(2)
    box = Box()
    t.kept = (t, box)
    return box


for make in (leaf_hook, function_context, attribute):
    print(make.__name__, freed(make))

# Still in use: nothing of it goes away, and it works.
x = torch.ones(2, requires_grad=True)
y = Double.apply(x)
y.register_hook(lambda grad: print("gradient", grad.tolist()))
y.grad_fn.kept = y
total = y.sum()
del y
gc.collect()
total.backward()
print(x.grad)
