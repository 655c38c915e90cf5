"""The old name of Tensor."""

__all__ = ["VariableMeta", "Variable"]


class VariableMeta(type):
    def __instancecheck__(cls, other):
        from .._tensor import Tensor

        return isinstance(other, Tensor)


class Variable(metaclass=VariableMeta):
    """Variable(tensor, requires_grad) is a tensor on the same memory."""

    _execution_engine = None

    def __new__(cls, data=None, requires_grad=False, volatile=None):
        from .. import empty

        return (empty(0) if data is None else data.detach()).requires_grad_(requires_grad)
