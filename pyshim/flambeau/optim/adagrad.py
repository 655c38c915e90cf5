from ._moments import Adagrad

__all__ = ["Adagrad"]
Adagrad.__module__ = __name__
