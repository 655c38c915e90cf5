"""torch._check and its relatives: raise when a condition does not hold."""

from . import _C

__all__ = [
    "_assert",
    "_check",
    "_check_with",
    "_check_index",
    "_check_value",
    "_check_type",
    "_check_not_implemented",
    "_check_is_size",
    "_check_tensor_all",
    "_check_tensor_all_with",
    "_constrain_as_size",
]


def _assert(condition, message):
    if type(condition) is not bool and hasattr(type(condition), "__torch_function__"):
        from .overrides import handle_torch_function, has_torch_function

        if has_torch_function((condition,)):
            return handle_torch_function(_assert, (condition,), condition, message)
    assert condition, message


def _check_with(error_type, cond, message):
    if not isinstance(cond, bool) and not hasattr(cond, "__bool__"):
        raise TypeError(f"cond must be a bool, but got {type(cond)}")
    if cond:
        return
    if message is None:
        text = (
            "Expected cond to be True, but got False. (Could this error message be improved? If so, please report an"
            " enhancement request to PyTorch.)"
        )
    elif callable(message):
        text = str(message())
    else:
        raise TypeError("message must be a callable")
    raise error_type(text)


def _check(cond, message=None):
    _check_with(RuntimeError, cond, message)


def _check_index(cond, message=None):
    _check_with(IndexError, cond, message)


def _check_value(cond, message=None):
    _check_with(ValueError, cond, message)


def _check_type(cond, message=None):
    _check_with(TypeError, cond, message)


def _check_not_implemented(cond, message=None):
    _check_with(NotImplementedError, cond, message)


def _check_is_size(i, message=None, *, max=None):
    _check(i >= 0, message)
    if max is not None:
        _check(i <= max, message)


def _constrain_as_size(symbol, min=None, max=None):
    _check(symbol >= (min or 0) and (max is None or symbol <= max))


def _check_tensor_all_with(error_type, cond, message=None):
    if not isinstance(cond, _C.TensorBase):
        raise TypeError(f"cond must be a tensor, but got {type(cond)}")
    if cond.dtype != _C._get_bool_dtype() if hasattr(_C, "_get_bool_dtype") else str(cond.dtype) != "torch.bool":
        raise TypeError(f"cond tensor must have dtype torch.bool, but got {cond.dtype}")
    _check_with(error_type, cond.all().item(), message)


def _check_tensor_all(cond, message=None):
    _check_tensor_all_with(RuntimeError, cond, message)
