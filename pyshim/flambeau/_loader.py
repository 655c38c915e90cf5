"""Loads the package's modules under PyTorch's names.

Every module sees its `__name__` as "torch...", so what it defines is printed and pickled by the names programs know,
while imports inside the package stay relative. A package without a `__getattr__` of its own loads submodules when they
are touched.
"""

import builtins
import sys
from importlib import import_module
from importlib.machinery import PathFinder, SourceFileLoader

PACKAGE = __name__.partition(".")[0]
# These are flambeau's own and keep their names.
_OWN = (PACKAGE + ".mock_torch", PACKAGE + "._loader")


def public_name(name):
    """flambeau.nn -> torch.nn"""
    return "torch" + name[len(PACKAGE) :]


def submodule_getter(name, public):
    """A module `__getattr__` that imports submodules of `name` when they are first touched."""

    def __getattr__(attribute):
        if not attribute.startswith("__"):
            full = f"{name}.{attribute}"
            if find(full) is not None:
                return import_module(full)
        raise AttributeError(f"module '{public}' has no attribute '{attribute}'")

    return __getattr__


def find(full):
    """The spec of a module of this package, or None."""
    if full in sys.modules:
        return sys.modules[full].__spec__
    path = getattr(sys.modules.get(full.rpartition(".")[0]), "__path__", None)
    return None if path is None else _Finder.find_spec(full, path) or PathFinder.find_spec(full, path)


def _import(name, globals=None, locals=None, fromlist=(), level=0):
    """`__import__` for modules of this package. The usual one loads `from . import x` by the parent's `__name__`, which says
    torch here, and torch may be another package or none."""
    if level == 0 and name.partition(".")[0] != PACKAGE:
        return builtins.__import__(name, globals, locals, fromlist, level)
    full = name
    if level:
        base = globals["__package__"].rsplit(".", level - 1)[0]
        full = f"{base}.{name}" if name else base
    module = import_module(full)
    if not fromlist:
        return import_module(PACKAGE)
    for item in fromlist:
        if item != "*" and not hasattr(module, item) and hasattr(module, "__path__"):
            import_module(f"{full}.{item}")
    return module


_BUILTINS = {**vars(builtins), "__import__": _import}


class _Loader(SourceFileLoader):
    def exec_module(self, module):
        name = module.__spec__.name
        module.__name__ = public_name(name)
        module.__builtins__ = _BUILTINS
        exec(self.get_code(name), module.__dict__)
        if module.__spec__.submodule_search_locations is not None:
            module.__dict__.setdefault("__getattr__", submodule_getter(name, module.__name__))


class _Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if not name.startswith(PACKAGE + ".") or name.startswith(_OWN):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def install():
    if _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)
