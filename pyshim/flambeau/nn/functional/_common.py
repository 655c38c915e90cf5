"""What the families of functions share."""

import functools
import sys

from ... import _C
from ...overrides import handle_torch_function, has_torch_function

torch = sys.modules["flambeau"]
VF = _C._VariableFunctions
NN = _C._nn
Tensor = torch.Tensor


def overridable(function):
    """Offers the call to __torch_function__ of its arguments and to modes first."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        relevant = args + tuple(kwargs.values()) if kwargs else args
        if has_torch_function(relevant):
            return handle_torch_function(wrapper, relevant, *args, **kwargs)
        return function(*args, **kwargs)

    wrapper.__module__ = "torch.nn.functional"
    return wrapper


def export(*names, source=NN):
    """Functions of the binding under the same name."""
    return {name: getattr(source, name) for name in names if hasattr(source, name)}


def tuple_of(n):
    """Repeats a number n times; leaves sequences alone."""

    def parse(x):
        return tuple(x) if isinstance(x, (tuple, list)) or hasattr(x, "__iter__") else (x,) * n

    return parse


single, pair, triple = map(tuple_of, (1, 2, 3))
