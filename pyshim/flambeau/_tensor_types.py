"""torch.FloatTensor and its relatives: types by dtype, device and layout, from before dtypes were objects."""

import sys

from . import _C

_torch = sys.modules["flambeau"]
_NAMES = {
    "ByteTensor": "uint8", "CharTensor": "int8", "ShortTensor": "int16", "IntTensor": "int32", "LongTensor": "int64",
    "HalfTensor": "float16", "BFloat16Tensor": "bfloat16", "FloatTensor": "float32", "DoubleTensor": "float64",
    "BoolTensor": "bool",
}  # fmt: skip


class tensortype(type):
    """The type of these types: a tensor is an instance of the one that fits it, and calling one makes a tensor."""

    def __instancecheck__(cls, obj):
        return (
            isinstance(obj, _C.TensorBase)
            and obj.dtype == cls.dtype
            and obj.layout == cls.layout
            and obj.device.type == cls._device
        )

    def __call__(cls, *args, **kwargs):
        name = f"{cls.__module__}.{cls.__name__}"
        if cls.is_cuda:
            raise TypeError(f"type {name} not available. Torch not compiled with CUDA enabled.")
        if cls.is_sparse:
            raise NotImplementedError(f"not implemented: {name}(...)")
        device = _C.device(kwargs.get("device") or "cpu")
        if device.type != "cpu":
            raise RuntimeError(f"legacy constructor expects device type: cpu but device type: {device.type} was passed")
        return _torch.empty(0, dtype=cls.dtype).new(*args, **kwargs)


tensortype.__module__ = "torch"


def _make(module, name, dtype):
    device, layout = "cuda" if "cuda" in module else "cpu", "sparse_coo" if "sparse" in module else "strided"
    members = {
        "__module__": module, "__doc__": None, "dtype": getattr(_torch, dtype), "layout": getattr(_torch, layout),
        "is_cuda": device == "cuda", "is_sparse": layout == "sparse_coo", "_device": device,
    }  # fmt: skip
    return tensortype(name, (), members)


def types_of(module):
    """The types of torch, torch.cuda, torch.sparse or torch.cuda.sparse by name."""
    return {
        name: _make(module, name, dtype) for name, dtype in _NAMES.items() if "sparse" not in module or dtype != "bool"
    }


by_module = {module: types_of(module) for module in ("torch", "torch.cuda", "torch.sparse", "torch.cuda.sparse")}
