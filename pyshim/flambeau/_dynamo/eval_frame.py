"""What torch.compile gives for a module, and for a function that has to be one graph."""

import functools
import threading
import traceback

from ..nn.modules.module import Module
from .exc import Unsupported


class _Whole(threading.local):
    """The graph breaks met so far in a call that must have none; None outside of such calls."""

    breaks = None


_whole = _Whole()


def whole_graph(fn):
    """fn under fullgraph=True: a graph_break() on its way is an error, also where fn itself would catch it."""

    @functools.wraps(fn)
    def call_whole(*args, **kwargs):
        if _whole.breaks is not None:
            return fn(*args, **kwargs)
        breaks = _whole.breaks = []
        try:
            return fn(*args, **kwargs)
        finally:
            _whole.breaks = None
            if breaks:
                raise breaks[0]

    return call_whole


def break_graph(args, kwargs):
    """What graph_break(*args, **kwargs) does. As in PyTorch the message has to be given by its name to be shown."""
    if _whole.breaks is None:
        return
    stack = traceback.extract_stack()[:-2]
    outermost = max(i for i, frame in enumerate(stack) if frame.name == "call_whole" and frame.filename == __file__)
    shown = ", ".join(map(_describe, args)), ", ".join(f"{key!r}: {_describe(kwargs[key])}" for key in kwargs)
    error = Unsupported(
        "Call to `torch._dynamo.graph_break()`\n"
        f"  Explanation: User-inserted graph break. Message: {kwargs.get('msg')}\n"
        "  Hint: Remove the `torch._dynamo.graph_break()` call.\n\n"
        f"  Developer debug context: Called `torch._dynamo.graph_break()` with args `[{shown[0]}]`,"
        f" kwargs `{{{shown[1]}}}`\n"
    )
    error.args = (f"{error.msg}\nfrom user code:\n {''.join(traceback.format_list(stack[outermost + 1 :]))}",)
    _whole.breaks.append(error)
    raise error


def _describe(value):
    return f"ConstantVariable({type(value).__name__}: {value!r})"


class OptimizedModule(Module):
    """Calls and attributes are those of the module it wraps, whose state lies under `_orig_mod`."""

    def __init__(self, mod, fullgraph=False):
        super().__init__()
        self.__dict__["_fullgraph"] = fullgraph
        self._modules["_orig_mod"] = mod

    def forward(self, *args, **kwargs):
        mod = self._modules["_orig_mod"]
        return (whole_graph(mod.__call__) if self.__dict__["_fullgraph"] else mod)(*args, **kwargs)

    @property
    def training(self):
        return self._modules["_orig_mod"].training

    @training.setter
    def training(self, value):
        if self.__dict__.get("_modules"):
            self._modules["_orig_mod"].training = value

    def __getattr__(self, name):
        if name == "_orig_mod":
            return self._modules[name]
        return getattr(self._modules["_orig_mod"], name)

    def __setattr__(self, name, value):
        if name == "training" or not self.__dict__.get("_modules"):
            super().__setattr__(name, value)
        else:
            setattr(self._modules["_orig_mod"], name, value)

    def __delattr__(self, name):
        delattr(self._modules["_orig_mod"], name)

    def __len__(self):
        return len(self._modules["_orig_mod"])

    def __dir__(self):
        return sorted({*super().__dir__(), *dir(self._modules["_orig_mod"])})
