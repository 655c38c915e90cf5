"""torch.masked: operations on the part of a tensor that a mask leaves."""

from . import _ops
from ._ops import *  # noqa: F403

__all__ = [*_ops.__all__]
