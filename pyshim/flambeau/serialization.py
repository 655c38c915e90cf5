"""torch.serialization: saving, loading, and their options."""

import io
import pickle  # noqa: F401
import sys

from . import _archive, _weights_only_unpickler
from ._checkpoint import (  # noqa: F401
    DEFAULT_PROTOCOL,
    MAGIC_NUMBER,
    MAP_PRIVATE,
    MAP_SHARED,
    PROTOCOL_VERSION,
    LoadEndianness,
    _bytes_of,
    _check_seekable,
    _maybe_decode_ascii,
    _open,
    get_crc32_options,
    get_default_load_endianness,
    get_default_mmap_options,
    set_crc32_options,
    set_default_load_endianness,
    set_default_mmap_options,
    skip_data,
)
from ._checkpoint_load import UNSAFE_MESSAGE, StorageType, _legacy_load, _load, load  # noqa: F401
from ._checkpoint_locations import (  # noqa: F401
    _get_restore_location,
    _package_registry,
    default_restore_location,
    location_tag,
    register_package,
    validate_cuda_device,
)
from ._checkpoint_save import _legacy_save, _save, save  # noqa: F401

_torch = sys.modules["flambeau"]
__all__ = [
    "SourceChangeWarning", "register_package", "location_tag", "default_restore_location", "normalize_storage_type",
    "save", "load",
    "StorageType", "LoadEndianness", "get_crc32_options", "set_crc32_options", "get_default_load_endianness",
    "set_default_load_endianness", "get_default_mmap_options", "set_default_mmap_options", "clear_safe_globals",
    "get_safe_globals",
    "add_safe_globals", "safe_globals", "get_unsafe_globals_in_checkpoint", "skip_data",
]  # fmt: skip

STORAGE_KEY_SEPARATOR = ","
FILE_LIKE = MAP_LOCATION = object


class SourceChangeWarning(Warning):
    """The source of a pickled module has changed since."""


def add_safe_globals(safe_globals):
    _weights_only_unpickler._add_safe_globals(safe_globals)


def get_safe_globals():
    return _weights_only_unpickler._get_safe_globals()


def clear_safe_globals():
    _weights_only_unpickler._clear_safe_globals()


class safe_globals(_weights_only_unpickler._safe_globals):
    """Allows further globals for a block."""


def normalize_storage_type(storage_type):
    return getattr(_torch, storage_type.__name__)


def _get_layout(name):
    """Unpickles a layout."""
    return getattr(_torch, name.rpartition(".")[2])


def get_unsafe_globals_in_checkpoint(f):
    """Names in a checkpoint that weights_only loading would refuse."""
    with _open(f, "rb") as opened:
        if not _archive.is_archive(opened):
            raise ValueError("Expected input to be a checkpoint returned by torch.save")
        names = _weights_only_unpickler.get_globals_in_pkl(io.BytesIO(_archive.Reader(opened).read("data.pkl")))
    allowed = {**_weights_only_unpickler._get_allowed_globals(), **_weights_only_unpickler._user_globals}
    return [name for name in names if name not in allowed]


for _name in (*__all__, "_save", "_load", "_legacy_save", "_legacy_load"):
    globals()[_name].__module__ = __name__
