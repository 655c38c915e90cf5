"""torch.utils.deterministic: whether memory that nobody has written holds known values in deterministic mode."""

import sys

from .. import _C
from ..backends import ContextProp, PropModule


def _set_fill(on):
    if type(on) is not bool:
        raise RuntimeError(f"expected a bool, but got {type(on).__name__}")
    _C._set_deterministic_fill_uninitialized_memory(on)


class _Deterministic(PropModule):
    fill_uninitialized_memory = ContextProp(_C._get_deterministic_fill_uninitialized_memory, _set_fill)


sys.modules[__package__ + ".deterministic"] = _Deterministic(sys.modules[__package__ + ".deterministic"], __name__)
