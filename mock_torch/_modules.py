"""Two sets of modules named torch: one is in sys.modules, the other is kept here meanwhile."""

import sys

from . import _state

_set_aside: dict[str, dict] = {"flambeau": {}, "real": {}}


def is_torch(name):
    return name.partition(".")[0] == "torch"


def swap(wanted):
    """Puts the modules of `wanted` ("flambeau" or "real") into sys.modules and the other side's away."""
    present = "flambeau" if sys.modules.get("torch") is sys.modules.get("flambeau") else "real"
    if present != wanted:
        _set_aside[present] = {name: sys.modules.pop(name) for name in list(sys.modules) if is_torch(name)}
        sys.modules.update(_set_aside[wanted])
        _set_aside[wanted] = {}


def switch(on):
    """Whose modules `import torch` finds. While they change hands the mock counts as on, so that imports which another
    thread makes for the real PyTorch wait (_real_imports)."""
    _state.enabled = on or _state.enabled
    swap("flambeau" if on else "real")
    _state.enabled = on


def real(name):
    """A module of the real PyTorch that is set aside, or None."""
    return _set_aside["real"].get(name)


def all_real():
    return list(_set_aside["real"].values())
