"""torch.linalg."""

from .. import _C
from .._thin import export

LinAlgError = (
    _C._LinAlgError if hasattr(_C, "_LinAlgError") else type("LinAlgError", (RuntimeError,), {"__module__": "torch._C"})
)
__all__ = [*export(globals(), _C._linalg, "linalg_"), "LinAlgError"]
