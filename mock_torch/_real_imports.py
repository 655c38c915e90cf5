"""Imports that the real PyTorch makes while it runs.

Its functions import parts of it at their first call, and while the mock is on they must not meet Flambeau under those
names. An import statement calls `__import__` of its function's builtins, and a function takes those from its module
when it is made: so the modules of the real PyTorch have builtins of their own. Nobody else's imports are touched.
"""

import builtins
import gc
import importlib.util
import sys
import threading
from contextlib import contextmanager
from importlib.machinery import PathFinder, SourceFileLoader
from types import FunctionType, ModuleType

from . import _modules, _state

_lock = threading.RLock()


@contextmanager
def _mock_off():
    with _lock:
        _modules.switch(False)
        try:
            yield
        finally:
            _modules.switch(True)


def _import(name, globals=None, locals=None, fromlist=(), level=0):
    """`__import__` for the real PyTorch's modules."""
    if level == 0 and name.partition(".")[0] == "importlib":
        return _standin(builtins.__import__(name, globals, locals, fromlist, level))
    if not _state.enabled or not (level or _modules.is_torch(name)):
        return builtins.__import__(name, globals, locals, fromlist, level)
    full = importlib.util.resolve_name("." * level + name, globals["__package__"]) if level else name
    module = _modules.real(full)
    if module is None or not all(_has(module, item) for item in fromlist or ()):
        with _mock_off():
            module = builtins.__import__(name, globals, locals, fromlist, level)
    elif not fromlist:
        module = _modules.real("torch")
    return module if all(hasattr(module, item) or item == "*" for item in fromlist or ()) else _Source(module)


def _has(module, item):
    return item == "*" or hasattr(module, item) or _modules.real(f"{module.__name__}.{item}") is not None


class _Source:
    """What `from module import submodule` reads where the submodule is in sys.modules only."""

    def __init__(self, module):
        self._module = module

    def __getattr__(self, item):
        submodule = _modules.real(f"{self._module.__name__}.{item}")
        return getattr(self._module, item) if submodule is None else submodule


def _import_module(name, package=None):
    """`importlib.import_module` for the real PyTorch's modules."""
    full = importlib.util.resolve_name(name, package) if name.startswith(".") else name
    if not (_state.enabled and _modules.is_torch(full)):
        return importlib.import_module(full)
    module = _modules.real(full)
    if module is not None:
        return module
    with _mock_off():
        return importlib.import_module(full)


class _ImportFromC:
    """What C calls to import. It drops this object when it has looked the module up in sys.modules, which holds the
    real one until then."""

    def __init__(self):
        self._lent = {}

    def __call__(self, name, *rest):
        module = _import(name, *rest)
        if _state.enabled and _modules.is_torch(name):
            self._lent[name] = sys.modules.get(name)
            sys.modules[name] = _modules.real(name)
        return module

    def __del__(self):
        for name, ours in self._lent.items():
            if ours is None:
                del sys.modules[name]
            else:
                sys.modules[name] = ours


class _Builtins(ModuleType):
    """Import statements find `__import__` in this module's dictionary, C finds the attribute."""

    __import__ = property(lambda self: _ImportFromC())


class _Importlib(ModuleType):
    import_module = staticmethod(_import_module)

    def __getattr__(self, name):
        return getattr(importlib, name)


_BUILTINS, _IMPORTLIB = _Builtins("builtins"), _Importlib("importlib")
vars(_BUILTINS).update(vars(builtins), __import__=_import)


def _standin(value):
    """What the real PyTorch's modules have under the name of what looks modules up."""
    if value is importlib:
        return _IMPORTLIB
    return _import_module if value is importlib.import_module else value


class _Loader(SourceFileLoader):
    def exec_module(self, module):
        module.__builtins__ = _BUILTINS
        super().exec_module(module)


def find_spec(name, path, target):
    """The spec of a module of the real PyTorch."""
    spec = PathFinder.find_spec(name, path, target)
    if spec is not None and type(spec.loader) is SourceFileLoader:
        spec.loader = _Loader(spec.loader.name, spec.loader.path)
    return spec


def adopt():
    """Gives modules of the real PyTorch that were loaded without its finder, and their functions, those builtins."""
    found = [
        m for m in _modules.all_real() if isinstance(m, ModuleType) and m.__dict__.get("__builtins__") is not _BUILTINS
    ]
    if not any("__builtins__" in vars(m) for m in found):
        return
    from flambeau import _C

    spaces = set()
    for module in found:
        space = vars(module)
        if "__builtins__" not in space:
            continue  # an extension module
        space["__builtins__"] = _BUILTINS
        spaces.add(id(space))
        space.update({name: _standin(value) for name, value in space.items()})
    for value in gc.get_objects():
        if type(value) is FunctionType and id(value.__globals__) in spaces:
            _C._set_function_builtins(value, vars(_BUILTINS))
