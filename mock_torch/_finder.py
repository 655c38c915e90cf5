"""Finds `torch` and `torch.x` as the modules flambeau and flambeau.x; loads flambeau at the first of them."""

from . import _state


class TorchFinder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if not _state.enabled or name.partition(".")[0] != "torch":
            return None
        from flambeau._loader import TorchFinder as finder

        return finder.find_spec(name, path, target)
