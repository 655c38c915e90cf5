from ._moments import Adadelta

__all__ = ["Adadelta"]
Adadelta.__module__ = __name__
