"""Finds `torch` and `torch.x` as the modules flambeau and flambeau.x, or as placeholders for what is not built yet."""

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec


class _Alias:
    """Gives the import system a module that exists already, and leaves the module's own spec as it was."""

    def __init__(self, module):
        self._module, self._spec = module, module.__spec__

    def create_module(self, spec):
        return self._module

    def exec_module(self, module):
        if self._spec is not None:
            module.__spec__ = self._spec


class TorchFinder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "torch" and not name.startswith("torch."):
            return None
        module = _module(name)
        return None if module is None else ModuleSpec(name, _Alias(module), is_package=hasattr(module, "__path__"))


def _module(name):
    own = "flambeau" + name[len("torch") :]
    try:
        return import_module(own)
    except ModuleNotFoundError as error:
        if error.name is None or not (own == error.name or own.startswith(error.name + ".")):
            raise
    sys.modules.pop(own, None)
    from flambeau import _placeholders

    return _placeholders.module(name) if _placeholders.kind_of(name) == "module" else None
