"""torch.nested: only the strided constructor of the binding."""

from .. import _C

__all__ = ["to_padded_tensor", "as_nested_tensor", "nested_tensor"]


def nested_tensor(tensor_list, *, dtype=None, layout=None, device=None, requires_grad=False, pin_memory=False):
    return _C._nested.nested_tensor(
        tensor_list, dtype=dtype, device=device, requires_grad=requires_grad, pin_memory=pin_memory
    )


def as_nested_tensor(ts, dtype=None, device=None, layout=None):
    if isinstance(ts, _C.TensorBase) and ts.is_nested:
        return ts
    return _C._VariableFunctions._nested_tensor_from_tensor_list(list(ts), dtype, None, device, None)


def to_padded_tensor(input, padding, output_size=None, out=None):
    return _C._nested.nested_to_padded_tensor(input, padding, output_size)
