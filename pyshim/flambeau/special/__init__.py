"""torch.special."""

from .. import _C
from .._thin import export

__all__ = export(globals(), _C._special, "special_")
