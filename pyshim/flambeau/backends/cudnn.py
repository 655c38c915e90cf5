"""torch.backends.cudnn: not built in; its switches can still be set."""

import sys
from contextlib import contextmanager

from . import ContextProp, PropModule, _flag


def version():
    return None


def is_available():
    return False


def is_acceptable(tensor):
    return False


@contextmanager
def flags(
    enabled=False, benchmark=False, benchmark_limit=10, deterministic=False, allow_tf32=True, fp32_precision="none"
):
    module = sys.modules[__package__ + ".cudnn"]
    names = {"enabled": enabled, "benchmark": benchmark, "deterministic": deterministic, "allow_tf32": allow_tf32}
    old = {name: getattr(module, name) for name in names}
    for name, value in names.items():
        setattr(module, name, value)
    try:
        yield
    finally:
        for name, value in old.items():
            setattr(module, name, value)


class CudnnModule(PropModule):
    enabled = _flag("cudnn_enabled", True)
    benchmark = _flag("cudnn_benchmark")
    deterministic = _flag("cudnn_deterministic")
    allow_tf32 = _flag("cudnn_allow_tf32", True)
    benchmark_limit = ContextProp(lambda: None, lambda value: None)


sys.modules[__package__ + ".cudnn"] = CudnnModule(sys.modules[__package__ + ".cudnn"], __name__)
