"""Helpers of distributions."""

import functools
import sys

from ..nn import functional as F
from ..overrides import is_tensor_like

_torch = sys.modules["flambeau"]
euler_constant = 0.57721566490153286060
__all__ = [
    "broadcast_all", "clamp_probs", "lazy_property", "logits_to_probs", "probs_to_logits", "tril_matrix_to_vec",
    "vec_to_tril_matrix",
]  # fmt: skip


def broadcast_all(*values):
    """Tensors of one shape; numbers take dtype and device of the first tensor, or the default ones."""
    if not all(is_tensor_like(v) or isinstance(v, (int, float, bool, complex)) for v in values):
        raise ValueError(
            "Input arguments must all be instances of Number, torch.Tensor or objects implementing __torch_function__."
        )
    if not all(is_tensor_like(v) for v in values):
        like = next(({"dtype": v.dtype, "device": v.device} for v in values if isinstance(v, _torch.Tensor)), None)
        options = like or {"dtype": _torch.get_default_dtype()}
        values = [v if is_tensor_like(v) else _torch.tensor(v, **options) for v in values]
    return _torch.broadcast_tensors(*values)


def _standard_normal(shape, dtype, device):
    return _torch.normal(
        _torch.zeros(shape, dtype=dtype, device=device), _torch.ones(shape, dtype=dtype, device=device)
    )


def _sum_rightmost(value, dim):
    """Sums the last `dim` dimensions."""
    return value if dim == 0 else value.reshape(value.shape[:-dim] + (-1,)).sum(-1)


def logits_to_probs(logits, is_binary=False):
    return _torch.sigmoid(logits) if is_binary else F.softmax(logits, dim=-1)


def clamp_probs(probs):
    """Away from 0 and 1, whose logits are infinite."""
    eps = _torch.finfo(probs.dtype).eps
    return probs.clamp(min=eps, max=1 - eps)


def probs_to_logits(probs, is_binary=False):
    clamped = clamp_probs(probs)
    return _torch.log(clamped) - _torch.log1p(-clamped) if is_binary else _torch.log(clamped)


class lazy_property:
    """An attribute computed at its first use."""

    def __init__(self, wrapped):
        self.wrapped = wrapped
        functools.update_wrapper(self, wrapped)

    def __get__(self, instance, obj_type=None):
        if instance is None:
            return _lazy_property_and_property(self.wrapped)
        with _torch.enable_grad():
            value = self.wrapped(instance)
        setattr(instance, self.wrapped.__name__, value)
        return value


class _lazy_property_and_property(lazy_property, property):
    """A lazy property looked up on the class: documentation tools want a property."""

    def __init__(self, wrapped):
        property.__init__(self, wrapped)


def tril_matrix_to_vec(mat, diag=0):
    n = mat.shape[-1]
    if diag < -n or diag >= n:
        raise ValueError(f"diag ({diag}) provided is outside [{-n}, {n - 1}].")
    rows, columns = _torch.arange(n), _torch.arange(n)
    return mat[..., columns < rows.view(n, 1) + (diag + 1)]


def vec_to_tril_matrix(vec, diag=0):
    size = (-(1 + 2 * diag) + ((1 + 2 * diag) ** 2 + 8 * vec.shape[-1] + 4 * abs(diag) * (diag + 1)) ** 0.5) / 2
    eps = _torch.finfo(vec.dtype).eps
    if round(size) - size > eps:
        raise ValueError(
            f"The size of last dimension is {vec.shape[-1]} which cannot be expressed as the lower triangular part of a"
            " square D x D matrix."
        )
    n = round(size)
    mat = vec.new_zeros(vec.shape[:-1] + _torch.Size((n, n)))
    rows = _torch.arange(n)
    mat[..., rows < rows.view(n, 1) + (diag + 1)] = vec
    return mat
