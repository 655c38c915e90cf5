from ._moments import ASGD

__all__ = ["ASGD"]
ASGD.__module__ = __name__
