"""Switches `import torch` between Flambeau and the real PyTorch.

    from flambeau import mock_torch as mock

    mock.enable()          # from now on `import torch` gives Flambeau
    mock.disable()         # ... and now the real PyTorch, if it is installed
    with mock.disable():   # the same for a block
        import torch

Modules that have imported torch keep the one they got: the two live side by side.
"""

import sys

from . import _modules, _real_imports, _state
from ._finder import TorchFinder
from ._native import NativeFinder

__all__ = ["enable", "disable", "enabled"]


class _Switch:
    """What enable and disable return: nothing to be done with, or a context that switches back at its end."""

    def __init__(self, before):
        self._before = before

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        _switch(self._before)


def enabled():
    """True while `import torch` gives Flambeau."""
    return bool(_state.enabled)


def enable(lazy=False, verbose=None):
    """Makes `import torch` give Flambeau; modules of a real PyTorch that are loaded are set aside, not unloaded.

    `lazy` puts off loading Flambeau until torch is imported. `verbose` prints each placeholder touched.
    """
    if verbose is not None:
        _state.set_verbose(verbose)
    before = _state.enabled
    _switch(True)
    if not lazy:
        import torch  # noqa: F401
    return _Switch(before)


def disable():
    """Makes `import torch` give the real PyTorch. Importing it raises ModuleNotFoundError where it is not installed."""
    before = _state.enabled
    _switch(False)
    return _Switch(before)


def _switch(on):
    _modules.switch(on)
    for finder in (NativeFinder, TorchFinder):
        if finder not in sys.meta_path:
            sys.meta_path.insert(0, finder)
    if on:
        _real_imports.adopt()
