from ._moments import RMSprop

__all__ = ["RMSprop"]
RMSprop.__module__ = __name__
