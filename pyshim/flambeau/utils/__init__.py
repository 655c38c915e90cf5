"""torch.utils: data, checkpointing, trees, hooks."""

import copyreg
import weakref

from .. import _C


def set_module(obj, mod):
    """Sets obj.__module__ for nicer printing."""
    if not isinstance(mod, str):
        raise TypeError("The mod argument should be a string")
    obj.__module__ = mod


def swap_tensors(t1, t2):
    """Exchanges two tensors in place, with everything that refers to them."""
    for t in (t1, t2):
        if weakref.getweakrefs(t):
            raise RuntimeError(f"Cannot swap {'t1' if t is t1 else 't2'} because it has weakref associated with it")
    slots1, slots2 = set(copyreg._slotnames(t1.__class__)), set(copyreg._slotnames(t2.__class__))
    if slots1 != slots2:
        raise RuntimeError("Cannot swap t1 and t2 if they have different slots")
    for name in ("__class__", "__dict__", *slots1):
        a, b = getattr(t1, name, None), getattr(t2, name, None)
        setattr(t1, name, b)
        setattr(t2, name, a)
    _C._swap_tensor_impl(t1, t2)


def rename_privateuse1_backend(backend_name):
    _C._rename_privateuse1_backend(backend_name)


def __getattr__(name):
    if name == "cmake_prefix_path":
        import os

        return os.path.join(os.path.dirname(os.path.dirname(__file__)), "share", "cmake")
    from .._loader import submodule_getter

    return submodule_getter(__package__, __name__)(name)
