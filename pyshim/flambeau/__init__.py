"""Flambeau: programs made for PyTorch, run without PyTorch."""

# The order of imports is what the binding needs: types first, functions on them later.
# ruff: noqa: I001, E402, F401

import builtins
import math
import os
import sys

from . import _loader

_loader.install()

from . import _C
from ._C import *  # noqa: F403
from .torch_version import __version__
from .types import device


def _name_lapack():
    """Tells the engine where the wheel scipy-openblas32 keeps LAPACK; nothing is loaded before an operator needs it."""
    from importlib.machinery import PathFinder

    found = PathFinder.find_spec("scipy_openblas32")
    if found and found.submodule_search_locations:
        library = os.path.join(found.submodule_search_locations[0], "lib", "libscipy_openblas.so")
        os.environ.setdefault("FLAMBEAU_LAPACK", library)


_name_lapack()
e, inf, nan, pi, newaxis = math.e, math.inf, math.nan, math.pi, None
USE_GLOBAL_DEPS = USE_RTLD_GLOBAL_WITH_LIBTORCH = False
PRIVATE_OPS = ("unique_dim",)


def _export(source):
    """Makes the public names of an extension type or module names of torch."""
    here = globals()
    for name in dir(source):
        if (
            name[:2] != "__"
            and (name[0] != "_" or source is not _C)
            and not name.endswith("Base")
            and name not in PRIVATE_OPS
        ):
            here[name] = value = getattr(source, name)
            if getattr(value, "__module__", None) is None and hasattr(value, "__module__"):
                value.__module__ = "torch"


def typename(obj, /):
    """The type's name as legacy tensors print it: torch.FloatTensor, or module.qualname."""
    if isinstance(obj, Tensor):
        return obj.type()
    kind = obj if hasattr(obj, "__qualname__") else type(obj)
    module = getattr(kind, "__module__", "") or ""
    return kind.__qualname__ if module in ("", "builtins") else f"{module}.{kind.__qualname__}"


def is_tensor(obj, /):
    return isinstance(obj, Tensor)


def is_storage(obj, /):
    return type(obj) in _storage_classes


def _named_submodule(name):
    from importlib import import_module

    return import_module("flambeau." + name)


_export(_C)

from ._tensor import Tensor
from .storage import (
    TypedStorage,
    UntypedStorage,
    _typed_storage_classes,
    _warn_typed_storage_removal,
)

globals().update(_typed_storage_classes)
_storage_classes = {UntypedStorage, TypedStorage, *_typed_storage_classes.values()}
if hasattr(_C, "_initExtension"):
    _C._initExtension(os.path.join(os.path.dirname(__file__), "bin", "torch_shm_manager"))

from ._dtypes import *  # noqa: F403
from . import _tensor_types

globals().update(_tensor_types.by_module["torch"])
_tensor_classes = {kind for kinds in _tensor_types.by_module.values() for kind in kinds.values()}

_export(_C._VariableFunctions)
from ._settings import *  # noqa: F403
from .autograd.grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled
from .functional import *  # noqa: F403
from .random import (
    get_rng_state,
    initial_seed,
    manual_seed,
    seed,
    set_rng_state,
    thread_safe_generator,
)
from ._checks import *  # noqa: F403
from ._sym import *  # noqa: F403

from . import autograd

if hasattr(_C, "_init_names"):
    _C._init_names(list(_storage_classes))

# Names that live in modules loaded only when somebody asks for them.
_LAZY = {
    "save": "serialization",
    "load": "serialization",
    "set_printoptions": "_tensor_str",
    "autocast": "amp",
    "GradScaler": "amp",
    "vmap": "_functorch.apis",
    "compile": "compiler._compile",
    "from_dlpack": "utils.dlpack",
    "to_dlpack": "utils.dlpack",
    "ops": "_ops",
    "classes": "_classes",
    "_assert": "_checks",
    "pca_lowrank": "_lowrank",
    "svd_lowrank": "_lowrank",
    "eig": "_linalg_utils",
    "lstsq": "_linalg_utils",
    "matrix_rank": "_linalg_utils",
    "solve": "_linalg_utils",
    "symeig": "_linalg_utils",
}


def __getattr__(name):
    if name in _LAZY:
        value = getattr(_named_submodule(_LAZY[name]), name)
        globals()[name] = value
        return value
    return _load_submodule(name)


_load_submodule = _loader.submodule_getter("flambeau", "torch")


def __dir__():
    return sorted(
        {*globals(), *_LAZY, "nn", "optim", "utils", "cuda", "jit", "linalg", "fft", "special", "distributions"}
    )


def _register_device_module(device_type, module):
    """Makes `module` available as torch.<device_type>."""
    device_type = device(device_type).type
    if device_type in globals():
        raise RuntimeError(
            f"The runtime module of '{device_type}' has already been registered with '{globals()[device_type]}'"
        )
    globals()[device_type] = sys.modules["torch." + device_type] = module


def get_device_module(device=None):
    kind = (builtins.str(device).partition(":")[0]) if device is not None else "cpu"
    module = globals().get(kind) or __getattr__(kind)
    return module


def compiled_with_cxx11_abi():
    return True


def is_warn_always_enabled():
    return _C._get_warnAlways()


def set_warn_always(b, /):
    _C._set_warnAlways(b)


torch = sys.modules["flambeau"]  # torch.torch is torch

# What is defined here is printed and pickled under torch, as elsewhere; the imports above needed the real name.
for _value in list(globals().values()):
    if getattr(_value, "__module__", None) == "flambeau" and hasattr(_value, "__qualname__"):
        _value.__module__ = "torch"
__name__ = "torch"
