"""Names for annotations: torch.types.Device and friends."""

import builtins
import os

from ._C import device
from ._C import device as _device

_int, _float, _bool, _complex = builtins.int, builtins.float, builtins.bool, builtins.complex
Number = _int | _float | _bool
_Number = (_int, _float, _bool)
Device = _device | str | _int | None
DeviceLikeType = str | _device | _int
FileLike = str | os.PathLike
Storage = None
_qscheme = object
_symint = _int
IntLikeType = _int
FloatLikeType = _float
BoolLikeType = _bool
py_sym_types = ()
PySymType = _int
_dispatchkey = str


def __getattr__(name):
    if name in ("Tensor", "_TensorOrTensors"):
        from ._tensor import Tensor

        return Tensor
    if name == "Any":
        from typing import Any

        return Any
    raise AttributeError(f"module 'torch.types' has no attribute '{name}'")


__all__ = ["Number", "Device", "FileLike", "Storage", "device"]
