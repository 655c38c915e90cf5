"""torch.nn.functional."""

from .. import _reduction as _Reduction  # noqa: F401
from . import activation, attention, layers, loss, pooling, vision

for _family in (activation, layers, loss, pooling, vision, attention):
    for _name, _value in vars(_family).items():
        if (
            callable(_value)
            and _name not in ("export", "overridable", "pair", "single", "triple", "Tensor")
            and not _name.startswith("__")
            or _name.startswith("GRID_")
        ):
            globals()[_name] = _value

del _family, _name, _value
