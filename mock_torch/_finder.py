"""Finds `torch` and `torch.x` as the modules flambeau and flambeau.x; loads flambeau at the first of them.

While the mock is off they are the real PyTorch's, prepared for living beside Flambeau.
"""

from . import _real_imports, _state


class TorchFinder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] != "torch":
            return None
        if not _state.enabled:
            return _real_imports.find_spec(name, path, target)
        from flambeau._loader import TorchFinder as finder

        return finder.find_spec(name, path, target)
