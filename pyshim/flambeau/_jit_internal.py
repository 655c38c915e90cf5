"""What libraries take from the compiler's internals."""

from .jit import Final, export, ignore, is_scripting, unused  # noqa: F401
from .jit.annotations import (  # noqa: F401  # type: ignore  # noqa: F401
    BroadcastingList1,
    BroadcastingList2,
    BroadcastingList3,
    BroadcastingListCls,
)

Future = RRef = object


def _overload(func):
    return func


def _overload_method(func):
    return func


def _copy_to_script_wrapper(fn):
    return fn


def _disable_emit_hooks_decorator(cls):
    return cls


def boolean_dispatch(arg_name, arg_index, default, if_true, if_false, module_name, func_name):
    """Chooses between two functions by a boolean argument."""

    def fn(*args, **kwargs):
        flag = kwargs.get(arg_name, args[arg_index] if arg_index < len(args) else default)
        return (if_true if flag else if_false)(*args, **kwargs)

    fn.__name__, fn.__module__ = func_name or if_true.__name__, module_name or if_true.__module__
    return fn


def is_tracing():
    return False


def get_torchscript_modifier(fn):
    return None


def is_ignored_fn(fn):
    return False
