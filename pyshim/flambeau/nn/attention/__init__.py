"""Choice of the attention kernel."""

from contextlib import contextmanager

from ... import _C
from ...backends import cuda as _switches

__all__ = ["SDPBackend", "sdpa_kernel"]


class _Fallback:
    MATH, FLASH_ATTENTION, EFFICIENT_ATTENTION, CUDNN_ATTENTION, OVERRIDEABLE, ERROR = 0, 1, 2, 3, 4, -1


SDPBackend = getattr(_C, "_SDPBackend", _Fallback)
_NAMES = {
    "MATH": "math",
    "FLASH_ATTENTION": "flash",
    "EFFICIENT_ATTENTION": "mem_efficient",
    "CUDNN_ATTENTION": "cudnn",
}


@contextmanager
def sdpa_kernel(backends, set_priority=False):
    """Only these kernels may be chosen inside."""
    wanted = list(backends) if isinstance(backends, (list, tuple, set)) else [backends]
    old = {name: getattr(_switches, f"{name}_sdp_enabled")() for name in _NAMES.values()}
    try:
        for key, name in _NAMES.items():
            getattr(_switches, f"enable_{name}_sdp")(getattr(SDPBackend, key) in wanted)
        yield {}
    finally:
        for name, value in old.items():
            getattr(_switches, f"enable_{name}_sdp")(value)
