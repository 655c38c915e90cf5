"""Extension modules built against PyTorch, loaded so that they bind to Flambeau.

An extension names PyTorch's libraries (libc10.so, ...). Real PyTorch may live in the same process under these names, so
the extension is loaded from a copy in which they are overwritten in place by the names of Flambeau's own libraries.
"""

import hashlib
import mmap
import os
import tempfile
from importlib.machinery import ExtensionFileLoader, PathFinder
from importlib.util import spec_from_file_location

from . import _state

REPLACED = {
    b"libtorch_python.so": b"libflb_py.so",
    b"libtorch_cpu.so": b"libflb.so",
    b"libtorch.so": b"libflb.so",
    b"libc10.so": b"libflb.so",
}


def needs_torch(path):
    """True where the file names one of PyTorch's libraries as a string of its own."""
    with open(path, "rb") as file:
        if os.fstat(file.fileno()).st_size == 0:
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return data[:4] == b"\x7fELF" and any(data.find(b"\0" + name + b"\0") >= 0 for name in REPLACED)


def rebound(path):
    """The path of a copy of `path` that names Flambeau's libraries; copies are kept by content in the user's cache."""
    with open(path, "rb") as file:
        data = file.read()
    folder = os.path.join(_cache(), hashlib.sha256(data).hexdigest()[:24])
    copy = os.path.join(folder, os.path.basename(path))
    if not os.path.exists(copy):
        for name, ours in REPLACED.items():
            data = data.replace(b"\0" + name + b"\0", b"\0" + ours.ljust(len(name), b"\0") + b"\0")
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(data)
        os.chmod(file.name, 0o700)
        os.replace(file.name, copy)
    return copy


def _cache():
    base = os.environ.get("FLAMBEAU_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "flambeau"
    )
    return os.path.join(base, "extensions")


class NativeFinder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if not _state.enabled or name.partition(".")[0] in ("torch", "flambeau"):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or not isinstance(spec.loader, ExtensionFileLoader) or not needs_torch(spec.origin):
            return None
        copy = rebound(spec.origin)
        patched = spec_from_file_location(name, copy, loader=ExtensionFileLoader(name, copy))
        patched.submodule_search_locations = spec.submodule_search_locations
        return patched
