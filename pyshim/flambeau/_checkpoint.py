"""What saving and loading share: options, files, bytes."""

import io
import os
import sys
import threading
from contextlib import contextmanager
from enum import Enum

_torch = sys.modules["flambeau"]
DEFAULT_PROTOCOL = 2
MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
PROTOCOL_VERSION = 1001
MAP_SHARED, MAP_PRIVATE = 1, 2
_state = threading.local()
_options = {"crc32": True, "mmap": MAP_PRIVATE, "endianness": None}


class LoadEndianness(Enum):
    NATIVE, LITTLE, BIG = 1, 2, 3


def get_default_load_endianness():
    return _options["endianness"]


def set_default_load_endianness(endianness):
    if endianness is not None and not isinstance(endianness, LoadEndianness):
        raise TypeError("Invalid argument type in function set_default_load_endianness")
    _options["endianness"] = endianness


def get_crc32_options():
    return _options["crc32"]


def set_crc32_options(compute_crc32):
    _options["crc32"] = compute_crc32


def get_default_mmap_options():
    return _options["mmap"]


class set_default_mmap_options:
    """MAP_PRIVATE or MAP_SHARED for load(mmap=True); at once, or for a block."""

    def __init__(self, flags):
        if flags not in (MAP_PRIVATE, MAP_SHARED):
            raise ValueError(
                "Invalid argument in function set_default_mmap_options, expected mmap.MAP_PRIVATE or mmap.MAP_SHARED,"
                f" but got {flags}"
            )
        self.prev, _options["mmap"] = _options["mmap"], flags

    def __enter__(self):
        pass

    def __exit__(self, *exc):
        _options["mmap"] = self.prev


class skip_data:
    """Inside, save leaves room for storages without writing them, and load makes uninitialised ones."""

    def __init__(self, materialize_fake_tensors=False):
        if materialize_fake_tensors:
            raise NotImplementedError("not implemented: torch.serialization.skip_data(materialize_fake_tensors=True)")

    def __enter__(self):
        self.old, _state.skip_data = getattr(_state, "skip_data", False), True

    def __exit__(self, *exc):
        _state.skip_data = self.old


def _maybe_decode_ascii(value):
    return value.decode("ascii") if isinstance(value, bytes) else value


def _bytes_of(storage):
    """The storage's memory as a writable buffer."""
    import ctypes

    return (
        memoryview((ctypes.c_char * storage.nbytes()).from_address(storage.data_ptr())).cast("B")
        if storage.nbytes()
        else memoryview(bytearray())
    )


# Files


def _is_path(name_or_buffer):
    return isinstance(name_or_buffer, (str, os.PathLike))


@contextmanager
def _open(f, mode):
    if _is_path(f):
        if "w" in mode:
            parent = os.path.dirname(os.fspath(f))
            if parent and not os.path.isdir(parent):
                raise RuntimeError(f"Parent directory {parent} does not exist.")
        with open(f, mode) as opened:
            yield opened
    elif "w" in mode:
        yield f
        if hasattr(f, "flush"):
            f.flush()
    else:
        _check_seekable(f)
        yield f


def _check_seekable(f):
    try:
        f.seek(f.tell())
    except (io.UnsupportedOperation, AttributeError) as e:
        raise type(e)(
            f"{e}. You can only torch.load from a file that is seekable. Please pre-load the data into a buffer like"
            " io.BytesIO and try to load from it instead."
        ) from e
    if not hasattr(f, "read"):
        raise AttributeError("expected 'f' to be string, path, or a file-like object with a 'read' attribute")
