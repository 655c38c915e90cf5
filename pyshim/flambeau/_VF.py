"""The raw functions of `_C._VariableFunctions` as a module."""

from . import _C


def __getattr__(name):
    value = getattr(_C._VariableFunctions, name)
    globals()[name] = value
    return value
