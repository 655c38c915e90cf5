"""Symbolic numbers. Nothing here is traced, so these work on plain numbers and the types exist to be tested against."""

import builtins
import math

__all__ = [
    "SymInt",
    "SymFloat",
    "SymBool",
    "sym_int",
    "sym_float",
    "sym_not",
    "sym_max",
    "sym_min",
    "sym_sum",
    "sym_ite",
    "sym_sqrt",
]


class SymInt:
    def __init__(self, node):
        self.node = node


class SymFloat:
    def __init__(self, node):
        self.node = node


class SymBool:
    def __init__(self, node):
        self.node = node


def sym_int(a):
    return builtins.int(a)


def sym_float(a):
    return builtins.float(a)


def sym_not(a):
    return not a


def _mixed(pick, a, b):
    value = pick(a, b)
    return builtins.float(value) if isinstance(a, builtins.float) or isinstance(b, builtins.float) else value


def sym_max(a, b):
    return _mixed(builtins.max, a, b)


def sym_min(a, b):
    return _mixed(builtins.min, a, b)


def sym_sum(args):
    return builtins.sum(args)


def sym_ite(b, t, f):
    return t if b else f


def sym_sqrt(a):
    return math.sqrt(a)


for _name in ("sqrt", "cos", "cosh", "sin", "sinh", "tan", "tanh", "asin", "acos", "atan", "log2"):
    globals()["_sym_" + _name] = getattr(math, _name)
    __all__.append("_sym_" + _name)
