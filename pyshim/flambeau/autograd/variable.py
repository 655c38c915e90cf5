"""The old name of Tensor."""

from .._C import _LegacyVariableBase

__all__ = ["VariableMeta", "Variable"]


class VariableMeta(type):
    def __instancecheck__(cls, other):
        from .._tensor import Tensor

        return isinstance(other, Tensor)


class Variable(_LegacyVariableBase, metaclass=VariableMeta):
    _execution_engine = None
