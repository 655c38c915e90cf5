from ._moments import RAdam

__all__ = ["RAdam"]
RAdam.__module__ = __name__
