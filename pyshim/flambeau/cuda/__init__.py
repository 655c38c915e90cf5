"""torch.cuda of a build without CUDA."""

from .. import _C, _tensor_types
from .._no_device import install

install(globals(), "cuda", "Torch not compiled with CUDA enabled")

globals().update(_tensor_types.by_module["torch.cuda"])
has_half = has_magma = False
OutOfMemoryError = _C.OutOfMemoryError
AcceleratorError = getattr(_C, "AcceleratorError", RuntimeError)


class CudaError(RuntimeError):
    def __init__(self, code):
        super().__init__(f"CUDA error ({code})")


class DeferredCudaCallError(Exception):
    """A call queued until CUDA starts failed."""


def _lazy_call(callable, **kwargs):
    """Queued until CUDA is initialised, which never happens here."""


def get_sync_debug_mode():
    return 0


def is_bf16_supported(including_emulation=True):
    return False


def caching_allocator_alloc(size, device=None, stream=None):
    raise AssertionError("Torch not compiled with CUDA enabled")


def get_allocator_backend():
    return "native"
