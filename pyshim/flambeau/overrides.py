"""The __torch_function__ protocol: subclasses and modes that take over torch functions."""

import functools

from . import _C
from ._C import (
    DisableTorchFunction,
    DisableTorchFunctionSubclass,
    _has_torch_function,
    _has_torch_function_unary,
    _has_torch_function_variadic,
)

has_torch_function = _has_torch_function
has_torch_function_unary = _has_torch_function_unary
has_torch_function_variadic = _has_torch_function_variadic

__all__ = [
    "get_ignored_functions",
    "get_overridable_functions",
    "get_testing_overrides",
    "handle_torch_function",
    "has_torch_function",
    "resolve_name",
    "is_tensor_like",
    "is_tensor_method_or_property",
    "wrap_torch_function",
    "enable_reentrant_dispatch",
    "DisableTorchFunction",
    "DisableTorchFunctionSubclass",
]


def _get_overloaded_args(relevant_args, get_type_fn=type):
    """Arguments that override, subclasses before their bases, otherwise from left to right."""
    if not _C._is_torch_function_enabled():
        return []
    types, arguments = set(), []
    for argument in relevant_args:
        kind = get_type_fn(argument)
        override = getattr(kind, "__torch_function__", _C._disabled_torch_function_impl)
        if kind in types or override is _C._disabled_torch_function_impl:
            continue
        index = next((i for i, old in enumerate(arguments) if issubclass(kind, get_type_fn(old))), len(arguments))
        arguments.insert(index, argument)
        types.add(kind)
    return arguments


def handle_torch_function(public_api, relevant_args, *args, **kwargs):
    """Offers a call to the active mode, then to each overriding argument; TypeError when all decline."""
    overloaded = _get_overloaded_args(relevant_args)
    types = tuple(map(type, overloaded))
    if _is_torch_function_mode_enabled():
        with _pop_mode_temporarily() as mode:
            result = mode.__torch_function__(public_api, types, args, kwargs)
        if result is not NotImplemented:
            return result
    for argument in overloaded:
        result = argument.__torch_function__(public_api, types, args, kwargs)
        if result is not NotImplemented:
            return result
    name = f"{public_api.__module__}.{public_api.__name__}"
    message = f"no implementation found for '{name}' on types that implement __torch_function__: {list(types)}"
    if _is_torch_function_mode_enabled():
        message += f" nor in mode {_get_current_function_mode()}"
    raise TypeError(message)


def wrap_torch_function(dispatcher):
    """Makes a Python function overridable; `dispatcher` returns the relevant arguments of a call."""

    def wrap(func):
        @functools.wraps(func)
        def wrapped(*args, **kwargs):
            relevant = dispatcher(*args, **kwargs)
            if has_torch_function(relevant):
                return handle_torch_function(wrapped, relevant, *args, **kwargs)
            return func(*args, **kwargs)

        return wrapped

    return wrap


def is_tensor_like(inp):
    from ._tensor import Tensor

    return type(inp) is Tensor or hasattr(inp, "__torch_function__")


def is_tensor_method_or_property(func):
    from ._tensor import Tensor

    return getattr(func, "__name__", None) == "__get__" or func in _members(Tensor)


@functools.cache
def _members(kind):
    return {getattr(kind, name) for name in dir(kind) if callable(getattr(kind, name, None)) and name != "__hash__"}


def resolve_name(f):
    from . import _ops

    if isinstance(f, (_ops.OpOverload, _ops.OpOverloadPacket)):
        return str(f)
    if "_VariableFunctionsClass" in getattr(f, "__qualname__", ""):
        return f"torch.{f.__name__}"
    return f"{f.__module__}.{f.__qualname__}" if getattr(f, "__module__", None) else getattr(f, "__qualname__", None)


@functools.cache
def get_ignored_functions():
    """Functions of torch that cannot be overridden."""
    import flambeau as torch

    names = (
        "typename is_tensor is_storage set_default_dtype set_default_device get_default_device get_rng_state"
        " set_rng_state"
    )
    names += (
        " manual_seed initial_seed seed save load set_printoptions arange eye full linspace logspace ones zeros rand"
        " randn"
    )
    names += " randint randperm tensor as_tensor from_numpy empty frombuffer tril_indices triu_indices is_grad_enabled"
    return {getattr(torch, name) for name in names.split()}


@functools.cache
def get_overridable_functions():
    import flambeau as torch

    spaces = (torch, torch.functional, torch.nn.functional, torch.linalg, torch.fft, torch.special, torch.Tensor)
    ignored = get_ignored_functions()
    return {
        space: [
            f
            for name in dir(space)
            if callable(f := getattr(space, name, None)) and not isinstance(f, type) and f not in ignored
        ]
        for space in spaces
    }


def get_testing_overrides():
    return {f: lambda *args, **kwargs: -1 for space in get_overridable_functions().values() for f in space}


class TorchFunctionMode:
    """A context in which every torch function is offered to `__torch_function__` first."""

    def __init__(self):
        pass

    def __torch_function__(self, func, types, args=(), kwargs=None):
        raise NotImplementedError

    def __enter__(self):
        _C._push_on_torch_function_stack(self)
        return self

    def __exit__(self, exc_type, exc_val, exc_tb):
        _C._pop_torch_function_stack()

    @classmethod
    def push(cls, *args, **kwargs):
        return cls(*args, **kwargs)


class BaseTorchFunctionMode(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        return func(*args, **(kwargs or {}))


def _is_torch_function_mode_enabled():
    return _C._len_torch_function_stack() > 0


def _get_current_function_mode():
    depth = _C._len_torch_function_stack()
    return _C._get_function_stack_at(depth - 1) if depth else None


def _get_current_function_mode_stack():
    return [_C._get_function_stack_at(i) for i in range(_C._len_torch_function_stack())]


class _pop_mode_temporarily:
    def __enter__(self):
        self.mode = _C._pop_torch_function_stack()
        return self.mode

    def __exit__(self, *exc):
        _C._push_on_torch_function_stack(self.mode)


class enable_reentrant_dispatch:
    def __enter__(self):
        self.guard = _C._RestorePythonTLSSnapshot()
        self.guard.__enter__()

    def __exit__(self, *exc):
        return self.guard.__exit__(*exc)
