"""Exchange of tensors with other libraries."""

import enum

from .. import _C

__all__ = ["DLDeviceType", "from_dlpack"]
to_dlpack = _C._to_dlpack


class DLDeviceType(enum.IntEnum):
    kDLCPU, kDLCUDA, kDLCUDAHost, kDLOpenCL = 1, 2, 3, 4
    kDLVulkan, kDLMetal, kDLVPI, kDLROCM, kDLROCMHost = 7, 8, 9, 10, 11
    kDLExtDev, kDLCUDAManaged, kDLOneAPI, kDLWebGPU, kDLHexagon, kDLMAIA = 12, 13, 14, 15, 16, 17


def from_dlpack(ext_tensor, *, device=None, copy=None):
    """A tensor on the memory of another library's tensor, or of a capsule."""
    if not hasattr(ext_tensor, "__dlpack__"):
        if device is not None or copy is not None:
            raise AssertionError("device and copy kwargs not supported when ext_tensor is already a DLPack capsule.")
        return _C._from_dlpack(ext_tensor)
    kwargs = {"max_version": (1, 0)}
    if copy is not None:
        kwargs["copy"] = copy
    if device is not None:
        kwargs["dl_device"] = (1, 0) if _C.device(device).type == "cpu" else (2, _C.device(device).index or 0)
    try:
        capsule = ext_tensor.__dlpack__(**kwargs)
    except TypeError:
        kwargs.pop("max_version")
        capsule = ext_tensor.__dlpack__(**kwargs)
    return _C._from_dlpack(capsule)
