"""Process-wide settings: default dtype and device, determinism, matmul precision."""

import threading

from . import _C
from .overrides import BaseTorchFunctionMode, TorchFunctionMode  # noqa: F401

__all__ = [
    "set_default_dtype",
    "set_default_device",
    "get_default_device",
    "set_default_tensor_type",
    "use_deterministic_algorithms",
    "are_deterministic_algorithms_enabled",
    "is_deterministic_algorithms_warn_only_enabled",
    "set_deterministic_debug_mode",
    "get_deterministic_debug_mode",
    "set_float32_matmul_precision",
    "get_float32_matmul_precision",
]

_device_context = threading.local()


def set_default_dtype(d, /):
    _C._set_default_dtype(d)


def set_default_tensor_type(t, /):
    if isinstance(t, str):
        import flambeau

        t = getattr(flambeau, t.rpartition(".")[2])
    if not t.dtype.is_floating_point:
        raise TypeError("only floating-point types are supported as the default type")
    if t.is_cuda:
        raise TypeError(f"type {t.__module__}.{t.__name__} not available. Torch not compiled with CUDA enabled.")
    _C._set_default_dtype(t.dtype)


def set_default_device(device):
    """Factory functions called without a device use this one; None restores the CPU."""
    current = getattr(_device_context, "mode", None)
    if current is not None:
        current.__exit__(None, None, None)
        _device_context.mode = None
    if device is not None:
        from .utils._device import DeviceContext

        _device_context.mode = DeviceContext(device)
        _device_context.mode.__enter__()


def get_default_device():
    from .overrides import _get_current_function_mode_stack

    for mode in reversed(_get_current_function_mode_stack()):
        if type(mode).__name__ == "DeviceContext":
            return mode.device
    return _C.device("cpu")


def use_deterministic_algorithms(mode, *, warn_only=False):
    _C._set_deterministic_algorithms(mode, warn_only=warn_only)


def are_deterministic_algorithms_enabled():
    return _C._get_deterministic_algorithms()


def is_deterministic_algorithms_warn_only_enabled():
    return _C._get_deterministic_algorithms_warn_only()


_DEBUG_MODES = {"default": 0, "warn": 1, "error": 2}


def set_deterministic_debug_mode(debug_mode):
    if not isinstance(debug_mode, (int, str)):
        raise TypeError(f"debug_mode must be str or int, but got {type(debug_mode)}")
    level = _DEBUG_MODES.get(debug_mode, debug_mode)
    if level not in (0, 1, 2):
        raise RuntimeError(f"invalid value of debug_mode, expected 0, 1, or 2, but got {debug_mode}")
    _C._set_deterministic_algorithms(level > 0, warn_only=level == 1)


def get_deterministic_debug_mode():
    if not _C._get_deterministic_algorithms():
        return 0
    return 1 if _C._get_deterministic_algorithms_warn_only() else 2


def get_float32_matmul_precision():
    return _C._get_float32_matmul_precision()


def set_float32_matmul_precision(precision):
    """highest, high or medium: a permission to round more where that is faster. Products here are of the highest."""
    _C._set_float32_matmul_precision(precision)
