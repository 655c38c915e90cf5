"""Two sets of modules named torch: one is in sys.modules, the other is kept here meanwhile."""

import sys

_set_aside: dict[str, dict] = {"flambeau": {}, "real": {}}


def is_torch(name):
    return name == "torch" or name.startswith("torch.")


def swap(wanted):
    """Puts the modules of `wanted` ("flambeau" or "real") into sys.modules and the other side's away."""
    other = "real" if wanted == "flambeau" else "flambeau"
    _set_aside[other] = {name: sys.modules.pop(name) for name in list(sys.modules) if is_torch(name)}
    sys.modules.update(_set_aside[wanted])
    _set_aside[wanted] = {}
