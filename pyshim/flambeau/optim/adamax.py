from ._moments import Adamax

__all__ = ["Adamax"]
Adamax.__module__ = __name__
