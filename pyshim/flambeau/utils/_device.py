"""`with torch.device(...)`: factory functions inside make their tensors there."""

import functools

from .. import _C
from ..overrides import TorchFunctionMode

CURRENT_DEVICE = None


@functools.lru_cache(1)
def _device_constructors():
    """Functions that take a device and make a tensor from nothing."""
    import flambeau as torch

    names = (
        "empty empty_permuted empty_strided empty_quantized ones arange bartlett_window blackman_window eye fft.fftfreq"
        " fft.rfftfreq full"
    )
    names += (
        " hamming_window hann_window kaiser_window linspace logspace nested.nested_tensor rand randn randint randperm"
        " range"
    )
    names += (
        " sparse_coo_tensor sparse_compressed_tensor sparse_csr_tensor sparse_csc_tensor sparse_bsr_tensor"
        " sparse_bsc_tensor"
    )
    names += " tril_indices triu_indices zeros asarray tensor as_tensor scalar_tensor"
    found = set()
    for name in names.split():
        space, _, leaf = name.rpartition(".")
        target = getattr(torch, space, None) if space else torch
        if hasattr(target, leaf):
            found.add(getattr(target, leaf))
    return found


class DeviceContext(TorchFunctionMode):
    def __init__(self, device):
        self.device = _C.device(device)

    def __enter__(self):
        global CURRENT_DEVICE
        self.old_device, CURRENT_DEVICE = CURRENT_DEVICE, self.device
        return super().__enter__()

    def __exit__(self, exc_type, exc_val, exc_tb):
        global CURRENT_DEVICE
        CURRENT_DEVICE = self.old_device
        return super().__exit__(exc_type, exc_val, exc_tb)

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if func in _device_constructors() and kwargs.get("device") is None:
            kwargs["device"] = self.device
        return func(*args, **kwargs)


def device_decorator(device, func):
    from ._contextlib import context_decorator

    return context_decorator(lambda: device, func)


def set_device(device):
    return lambda func: device_decorator(_C.device(device), func)
