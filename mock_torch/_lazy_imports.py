"""Imports that the real PyTorch makes while it runs.

Its functions import parts of it at their first call, and while the mock is on they must not meet Flambeau under those
names. So, in a process that holds both, an import inside the real PyTorch is carried out with the mock off. Nothing is
hooked in any other process.
"""

import builtins
import sys
import threading

from . import _modules, _state

_lock = threading.RLock()
_usual = builtins.__import__
_lent: dict[str, object] = {}


def _import(name, globals=None, locals=None, fromlist=(), level=0):
    settle()
    inside = globals is not None and _modules.is_torch(globals.get("__package__") or "")
    if not (inside and _state.enabled and (level or _modules.is_torch(name))):
        return _usual(name, globals, locals, fromlist, level)
    with _lock:
        _modules.swap("real")
        _state.enabled = False
        try:
            module = _usual(name, globals, locals, fromlist, level)
        finally:
            _state.enabled = True
            _modules.swap("flambeau")
        if isinstance(fromlist, list):  # as C passes it
            _lend(name)
        return module


def _lend(name):
    """An import from C++ takes its module from sys.modules afterwards; it stays there until the next import."""
    _lent[name] = sys.modules.get(name)
    sys.modules[name] = _modules.real(name)


def settle():
    """Takes back what was lent."""
    while _lent:
        name, ours = _lent.popitem()
        if ours is not None:
            sys.modules[name] = ours
        else:
            sys.modules.pop(name, None)


def watch():
    """Hooks imports while the modules of a real PyTorch are set aside."""
    global _usual
    needed, hooked = _modules.has_real(), builtins.__import__ is _import
    if needed and not hooked:
        _usual, builtins.__import__ = builtins.__import__, _import
    elif hooked and not needed:
        builtins.__import__ = _usual
