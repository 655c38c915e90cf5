"""dtypes, layouts and memory formats; the binding puts its objects into `_C` or straight into torch."""

import sys

from . import _C

_torch = sys.modules["flambeau"].__dict__
__all__ = []
_KINDS = (_C.dtype, _C.layout, _C.memory_format) + ((_C.qscheme,) if hasattr(_C, "qscheme") else ())
for _name in dir(_C):
    if not _name.startswith("_") and isinstance(getattr(_C, _name), _KINDS):
        _torch.setdefault(_name, getattr(_C, _name))

_ALIASES = {
    "half": "float16",
    "float": "float32",
    "double": "float64",
    "short": "int16",
    "int": "int32",
    "long": "int64",
    "chalf": "complex32",
    "cfloat": "complex64",
    "cdouble": "complex128",
    "legacy_contiguous_format": "contiguous_format",
}
for _name, _target in _ALIASES.items():
    if _name not in _torch and _target in _torch:
        _torch[_name] = _torch[_target]
