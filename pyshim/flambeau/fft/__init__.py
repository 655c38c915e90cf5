"""torch.fft."""

from .. import _C
from .._thin import export

__all__ = export(globals(), _C._fft, "fft_")
