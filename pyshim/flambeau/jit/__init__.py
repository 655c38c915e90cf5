"""torch.jit without a compiler: scripting gives back what it got, so that programs written for it run eagerly."""

import functools

from ..nn.modules.module import Module
from . import annotations  # noqa: F401

__all__ = [
    "Attribute", "Final", "ScriptFunction", "ScriptModule", "annotate", "export", "fork", "freeze", "ignore",
    "interface", "isinstance",
    "is_scripting", "is_tracing", "load", "optimize_for_inference", "optimized_execution", "save", "script",
    "script_if_tracing",
    "script_method", "set_fusion_strategy", "strict_fusion", "trace", "trace_module", "unused", "wait",
]  # fmt: skip


class _Final:
    def __getitem__(self, item):
        return item


Final = _Final()


class Attribute:
    def __init__(self, value, type):
        self.value, self.type = value, type


class TracerWarning(Warning):
    @staticmethod
    def ignore_lib_warnings():
        pass


class Error(RuntimeError):
    pass


JITException = Error


class ScriptFunction:
    """The type of compiled functions; there are none."""


class ScriptModule(Module):
    """A base class for scripted modules; runs eagerly."""


class RecursiveScriptModule(ScriptModule):
    pass


TracedModule = TopLevelTracedModule = type("TracedModule", (ScriptModule,), {"__module__": __name__})


def is_scripting():
    return False


def is_tracing():
    return False


def annotate(the_type, the_value):
    return the_value


def _identity(obj, *args, **kwargs):
    return obj


def script(obj, optimize=None, _frames_up=0, _rcb=None, example_inputs=None):
    """The function, class or module itself; it runs eagerly. `optimize` is deprecated and has no effect in PyTorch."""
    if example_inputs is not None:
        raise NotImplementedError("not implemented: torch.jit.script(example_inputs=...)")
    return obj


def ignore(drop=False, **kwargs):
    """A decorator that marks what a compiler would leave alone."""
    if callable(drop):
        return drop
    return _identity


def unused(fn):
    return fn


def export(fn):
    return fn


def interface(obj):
    return obj


def script_method(fn):
    return fn


def script_if_tracing(fn):
    return fn


_script_if_tracing = script_if_tracing


def isinstance(obj, target_type):
    import builtins

    return builtins.isinstance(obj, target_type)


def fork(func, *args, **kwargs):
    """Runs at once; wait() gives the result."""
    from ..futures import Future

    future = Future()
    future.set_result(func(*args, **kwargs))
    return future


def wait(future):
    return future.wait()


def freeze(mod, preserved_attrs=None, optimize_numerics=True):
    """The module itself: every attribute is preserved, and optimize_numerics changes speed only."""
    if mod.training:
        raise RuntimeError(
            "Freezing is currently only implemented for modules in eval mode. Please call .eval() on your module before"
            " freezing."
        )
    return mod


def optimize_for_inference(mod, other_methods=None):
    """The module itself; the transformations change speed only."""
    return mod


class optimized_execution:
    """Whether scripted code is optimised, which changes speed only."""

    def __init__(self, should_optimize):
        pass

    def __enter__(self):
        pass

    def __exit__(self, *exc):
        pass


def _missing(name):
    @functools.wraps(_identity, assigned=())
    def function(*args, **kwargs):
        raise NotImplementedError(f"not implemented: torch.jit.{name}")

    function.__name__ = function.__qualname__ = name
    return function


trace, trace_module, save, load, set_fusion_strategy, strict_fusion = map(
    _missing, ("trace", "trace_module", "save", "load", "set_fusion_strategy", "strict_fusion")
)


def _overload(func):
    return func


_overload_method = _overload
_unwrap_optional = _identity
