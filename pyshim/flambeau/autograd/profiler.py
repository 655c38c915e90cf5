"""Named regions."""

import sys

from ..utils._contextlib import _DecoratorContextManager

torch = sys.modules["flambeau"]


class record_function(_DecoratorContextManager):
    """Names a region for observers of at::RecordFunction."""

    def __init__(self, name, args=None):
        self.name, self.args, self.record = name, args, None

    def __enter__(self):
        self.record = torch.ops.profiler._record_function_enter_new(self.name, self.args)
        return self

    def __exit__(self, *exc):
        torch.ops.profiler._record_function_exit._RecordFunction(self.record)
        self.record = None
        return False

    def clone(self):
        return type(self)(self.name, self.args)


class profile:
    """Recording is not there yet: it can be made, and entered only when disabled."""

    def __init__(self, enabled=True, **kwargs):
        self.enabled = enabled

    def __enter__(self):
        if self.enabled:
            raise NotImplementedError("not implemented: torch.autograd.profiler.profile")
        return None

    def __exit__(self, *exc):
        return False


emit_nvtx = emit_itt = profile


EventList = list
