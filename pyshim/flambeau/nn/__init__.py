"""Neural network modules. Layers and the rest are loaded when first touched."""

from importlib import import_module

from .parameter import Buffer, Parameter, UninitializedBuffer, UninitializedParameter  # noqa: F401

_SUBMODULES = (
    "functional",
    "init",
    "modules",
    "parallel",
    "utils",
    "attention",
    "quantized",
    "qat",
    "intrinsic",
    "quantizable",
    "grad",
    "backends",
)


def factory_kwargs(kwargs):
    """The dtype, device and memory_format among a constructor's keyword arguments; others are a TypeError."""
    kwargs = {} if kwargs is None else dict(kwargs)
    known = {name: kwargs.pop(name) for name in ("device", "dtype", "memory_format") if name in kwargs}
    nested = kwargs.pop("factory_kwargs", {})
    if kwargs:
        raise TypeError(f"unexpected kwargs {kwargs.keys()}")
    return {**nested, **known}


def __getattr__(name):
    if name in _SUBMODULES or name.startswith("__"):
        from .._loader import submodule_getter

        return submodule_getter(__package__, __name__)(name)
    if name == "DataParallel":
        return import_module(__package__ + ".parallel").DataParallel
    modules = import_module(__package__ + ".modules")
    here = globals()
    for key in modules.__all__:
        here.setdefault(key, getattr(modules, key))
    if name in here:
        return here[name]
    from .._loader import submodule_getter

    return submodule_getter(__package__, __name__)(name)


def __dir__():
    return sorted({*globals(), *import_module(__package__ + ".modules").__all__, *_SUBMODULES, "DataParallel"})
