"""Loads the package's modules under PyTorch's names.

Every module sees its `__name__` as "torch...", so what it defines is printed and pickled by the names programs know,
while imports inside the package stay relative. Submodules load when they are touched; what PyTorch has and this package
has not is a placeholder.
"""

import builtins
import sys
from contextlib import contextmanager
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader

PACKAGE = __name__.partition(".")[0]
# These are flambeau's own and keep their names.
_OWN = (PACKAGE + ".mock_torch", PACKAGE + "._loader", PACKAGE + "._placeholders")


def public_name(name):
    """flambeau.nn -> torch.nn"""
    return "torch" + name[len(PACKAGE) :]


def submodule_getter(name, public):
    """A module `__getattr__`: imports submodules of `name` when they are first touched, then gives placeholders."""

    def __getattr__(attribute):
        if attribute.startswith("__"):
            raise AttributeError(f"module '{public}' has no attribute '{attribute}'")
        full = f"{name}.{attribute}"
        return import_module(full) if find(full) is not None else placeholders().missing(public, attribute)

    return __getattr__


def placeholders():
    return import_module(PACKAGE + "._placeholders")


def _chain(own, otherwise):
    """A module's own `__getattr__`, then the general one."""

    def __getattr__(attribute):
        try:
            return own(attribute)
        except AttributeError:
            return otherwise(attribute)

    return __getattr__


def find(full):
    """The spec of a module of this package, or None."""
    if full in sys.modules:
        return sys.modules[full].__spec__
    path = getattr(sys.modules.get(full.rpartition(".")[0]), "__path__", None)
    return None if path is None else _Finder.find_spec(full, path) or PathFinder.find_spec(full, path)


def _import(name, globals=None, locals=None, fromlist=(), level=0):
    """`__import__` for modules of this package. The usual one loads `from . import x` by the parent's `__name__`, which
    says torch here, and torch may be another package or none."""
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
        own, general = module.__dict__.get("__getattr__"), submodule_getter(name, module.__name__)
        module.__getattr__ = _chain(own, general) if own else general


class _PlaceholderLoader:
    @staticmethod
    def create_module(spec):
        return placeholders().module(public_name(spec.name))

    @staticmethod
    def exec_module(module):
        pass


class _Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.startswith("torch.") and sys.modules.get("torch") is sys.modules[PACKAGE]:
            return TorchFinder.find_spec(name)
        if not name.startswith(PACKAGE + ".") or name.startswith(_OWN):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None:
            known = placeholders().kind_of(public_name(name)) == "module"
            return ModuleSpec(name, _PlaceholderLoader, is_package=True) if known else None
        if type(spec.loader) is SourceFileLoader:
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


class _Alias:
    """Gives the import system a module that exists already, and leaves the module's own spec as it was."""

    def __init__(self, module):
        self._module, self._spec = module, module.__spec__

    def create_module(self, spec):
        return self._module

    def exec_module(self, module):
        module.__spec__ = self._spec


class TorchFinder:
    """Finds `torch` and `torch.x` as the modules of this package."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] != "torch":
            return None
        own = PACKAGE + name[len("torch") :]
        try:
            module = import_module(own)
        except ModuleNotFoundError as error:
            if error.name is None or not (own == error.name or own.startswith(error.name + ".")):
                raise
            return None
        return ModuleSpec(name, _Alias(module), is_package=hasattr(module, "__path__"))


class _LastResort:
    """Where no PyTorch is installed, pickle finds here what it names; unless the mock was switched off."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        mock = sys.modules.get(PACKAGE + ".mock_torch._state")
        return None if mock and mock.enabled is False else TorchFinder.find_spec(name)


def install():
    if _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)
    if _LastResort not in sys.meta_path:
        sys.meta_path.append(_LastResort)


@contextmanager
def torch_names():
    """For a block, torch's module names lead to this package, whatever else is loaded under them."""
    if sys.modules.get("torch") is sys.modules[PACKAGE]:
        yield
        return
    hidden = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "torch"}
    sys.meta_path.insert(0, TorchFinder)
    try:
        yield
    finally:
        sys.meta_path.remove(TorchFinder)
        for name in [name for name in sys.modules if name.partition(".")[0] == "torch"]:
            del sys.modules[name]
        sys.modules.update(hidden)
