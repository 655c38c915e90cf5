from ._moments import NAdam

__all__ = ["NAdam"]
NAdam.__module__ = __name__
