from ._moments import Rprop

__all__ = ["Rprop"]
Rprop.__module__ = __name__
