"""torch.backends.cuda of a build without CUDA; attention switches hold for the CPU too."""

from contextlib import contextmanager

from .. import _C

__all__ = [
    "is_built",
    "matmul",
    "SDPAParams",
    "enable_cudnn_sdp",
    "cudnn_sdp_enabled",
    "enable_flash_sdp",
    "flash_sdp_enabled",
    "enable_mem_efficient_sdp",
    "mem_efficient_sdp_enabled",
    "math_sdp_enabled",
    "enable_math_sdp",
    "sdp_kernel",
]


def is_built():
    return False


def _switch(name):
    getter, setter = getattr(_C, f"_get_{name}_sdp_enabled", None), getattr(_C, f"_set_sdp_use_{name}", None)
    state = [True]

    def enabled():
        return getter() if getter else state[0]

    def enable(enabled):
        setter(enabled) if setter else state.__setitem__(0, enabled)

    enabled.__name__, enable.__name__ = name + "_sdp_enabled", f"enable_{name}_sdp"
    return enabled, enable


flash_sdp_enabled, enable_flash_sdp = _switch("flash")
mem_efficient_sdp_enabled, enable_mem_efficient_sdp = _switch("mem_efficient")
math_sdp_enabled, enable_math_sdp = _switch("math")
cudnn_sdp_enabled, enable_cudnn_sdp = _switch("cudnn")


@contextmanager
def sdp_kernel(enable_flash=True, enable_math=True, enable_mem_efficient=True, enable_cudnn=True):
    wanted = ((flash_sdp_enabled, enable_flash_sdp, enable_flash), (math_sdp_enabled, enable_math_sdp, enable_math))
    wanted += (
        (mem_efficient_sdp_enabled, enable_mem_efficient_sdp, enable_mem_efficient),
        (cudnn_sdp_enabled, enable_cudnn_sdp, enable_cudnn),
    )
    old = [getter() for getter, _, _ in wanted]
    try:
        for _, setter, value in wanted:
            setter(value)
        yield {}
    finally:
        for (_, setter, _), value in zip(wanted, old, strict=True):
            setter(value)


class cuBLASModule:
    """Precision switches of cuBLAS; kept, without effect on the CPU."""

    allow_tf32 = False
    allow_fp16_reduced_precision_reduction = True
    allow_bf16_reduced_precision_reduction = True
    fp32_precision = "none"


matmul = cuBLASModule()
SDPAParams = getattr(_C, "_SDPAParams", None)


def preferred_linalg_library(backend=None):
    return _C._get_linalg_preferred_backend() if hasattr(_C, "_get_linalg_preferred_backend") else None
