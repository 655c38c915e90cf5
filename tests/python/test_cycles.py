"""Cycles through hooks that the garbage collector frees here, and not in PyTorch."""

import gc
import weakref

import flambeau as torch
import pytest


class Box:
    pass


def on_output(t, hook):
    t.register_hook(hook)


def on_leaf_when_accumulated(t, hook):
    t.detach().requires_grad_().register_post_accumulate_grad_hook(hook)


def on_node(t, hook):
    t.grad_fn.register_hook(hook)


def before_node(t, hook):
    t.grad_fn.register_prehook(hook)


@pytest.mark.parametrize("register", [on_output, on_leaf_when_accumulated, on_node, before_node])
def test_cycle_through_a_hook_is_freed(register):
    def make():
        t = torch.ones(2, requires_grad=True) * 2
        box = Box()
        register(t, lambda *gradients: print(t, box))
        return weakref.ref(box)

    watched = make()
    gc.collect()
    assert watched() is None


def test_hooks_of_a_live_tensor_stay():
    leaf = torch.ones(2, requires_grad=True)
    output, seen = leaf * 2, []
    output.register_hook(lambda grad: seen.append((output.shape, grad.tolist())))
    gc.collect()
    output.sum().backward()
    assert seen == [((2,), [1.0, 1.0])]
