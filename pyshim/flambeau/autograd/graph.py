"""The recorded graph: nodes, edges, hooks on saved tensors."""

import abc
from collections import namedtuple

from .. import _C
from ..utils.hooks import RemovableHandle

__all__ = [
    "saved_tensors_hooks", "save_on_cpu", "disable_saved_tensors_hooks", "register_multi_grad_hook",
    "allow_mutation_on_saved_tensors",
    "Node", "GradientEdge", "get_gradient_edge", "increment_version",
]  # fmt: skip


class Node(abc.ABC):  # noqa: B024
    """What `grad_fn` objects are instances of."""

    @classmethod
    def __subclasshook__(cls, subclass):
        if cls is not Node:
            return NotImplemented
        return issubclass(subclass, (_C._NodeBase, _C._FunctionBase))


GradientEdge = namedtuple("GradientEdge", ["node", "output_nr", "ownership_token"], defaults=[None])


def get_gradient_edge(tensor):
    """The edge along which the gradient of `tensor` flows."""
    if not tensor.requires_grad:
        raise RuntimeError("It is not possible to get the gradient edge for a Tensor that does not require gradients")
    return GradientEdge(_get_grad_fn_or_grad_acc(tensor), tensor.output_nr, tensor)


def _get_grad_fn_or_grad_acc(t):
    if isinstance(t, GradientEdge):
        return t.node
    if t.requires_grad and t.grad_fn is None:
        from .grad_mode import enable_grad

        with enable_grad():
            return t.view_as(t).grad_fn.next_functions[0][0]
    return t.grad_fn


def increment_version(tensor):
    _C._increment_version((tensor,) if isinstance(tensor, _C.TensorBase) else tensor)


class saved_tensors_hooks:
    """Inside, tensors are saved as pack_hook(tensor) and come back as unpack_hook(packed)."""

    def __init__(self, pack_hook, unpack_hook):
        self.pack_hook, self.unpack_hook = pack_hook, unpack_hook

    def __enter__(self):
        _C._autograd._push_saved_tensors_default_hooks(self.pack_hook, self.unpack_hook)

    def __exit__(self, *exc):
        _C._autograd._pop_saved_tensors_default_hooks()


class save_on_cpu(saved_tensors_hooks):
    def __init__(self, pin_memory=False, device_type="cuda"):
        super().__init__(
            lambda t: (t.device, t if t.device.type == "cpu" else t.cpu()), lambda packed: packed[1].to(packed[0])
        )


class disable_saved_tensors_hooks:
    def __init__(self, error_message):
        self.message = error_message

    def __enter__(self):
        self.previous = _C._autograd._saved_tensors_hooks_get_disabled_error_message()
        _C._autograd._saved_tensors_hooks_disable(self.message)

    def __exit__(self, *exc):
        if self.previous is None:
            _C._autograd._saved_tensors_hooks_enable()
        else:
            _C._autograd._saved_tensors_hooks_disable(self.previous)


class _MultiHandle(RemovableHandle):
    def __init__(self, handles):
        self.handles = tuple(handles)

    def remove(self):
        for handle in self.handles:
            handle.remove()


def register_multi_grad_hook(tensors, fn, *, mode="all"):
    """`fn` runs once in a backward pass: after all the gradients of `tensors` ("all") or at the first ("any")."""
    if mode not in ("all", "any"):
        raise ValueError(f"Expects mode to be one of ('all', 'any') but got {mode}")
    nodes = [_get_grad_fn_or_grad_acc(t) for t in tensors]
    state = {}

    def hook(index):
        def run(gradient):
            task = _C._current_graph_task_id()
            if task not in state:
                expected = (
                    nodes
                    if mode == "any"
                    else [n for n, use in zip(nodes, map(_C._will_engine_execute_node, nodes), strict=True) if use]
                )
                state.clear()
                state[task] = [len(expected), [None] * len(nodes)]
            left, grads = state[task]
            if mode == "any":
                if left:
                    state[task][0] = 0
                    fn(gradient)
                return
            grads[index] = gradient
            state[task][0] = left - 1
            if left == 1:
                fn(grads)

        return run

    return _MultiHandle([t.register_hook(hook(i)) for i, t in enumerate(tensors)])


def allow_mutation_on_saved_tensors():
    raise NotImplementedError("not implemented: torch.autograd.graph.allow_mutation_on_saved_tensors")
