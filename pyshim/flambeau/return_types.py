"""The named tuples that functions return."""

from . import _C

__all__ = []
for _name in dir(_C._return_types) if hasattr(_C, "_return_types") else ():
    if not _name.startswith("__"):
        globals()[_name] = getattr(_C._return_types, _name)
        __all__.append(_name)


def pytree_register_structseq(cls):
    """Trees see the fields as children."""
    from .utils import _pytree

    if cls not in _pytree.SUPPORTED_NODES:
        _pytree.register_pytree_node(cls, lambda d: (list(d), None), lambda values, _: cls(values))
