"""torch.save and torch.load: the zip format and the one before it."""

import io
import os
import pickle
import struct
import sys
import threading
from contextlib import contextmanager
from enum import Enum

from . import _archive, _weights_only_unpickler
from ._loader import torch_names
from ._weights_only_unpickler import UnpicklingError

_torch = sys.modules["flambeau"]
__all__ = [
    "SourceChangeWarning", "register_package", "location_tag", "default_restore_location", "normalize_storage_type",
    "save", "load",
    "StorageType", "LoadEndianness", "get_crc32_options", "set_crc32_options", "get_default_load_endianness",
    "set_default_load_endianness", "get_default_mmap_options", "set_default_mmap_options", "clear_safe_globals",
    "get_safe_globals",
    "add_safe_globals", "safe_globals", "get_unsafe_globals_in_checkpoint", "skip_data",
]  # fmt: skip

DEFAULT_PROTOCOL = 2
MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
PROTOCOL_VERSION = 1001
STORAGE_KEY_SEPARATOR = ","
MAP_SHARED, MAP_PRIVATE = 1, 2
FILE_LIKE = MAP_LOCATION = object
_state = threading.local()
_options = {"crc32": True, "mmap": MAP_PRIVATE, "endianness": None}
UNSAFE_MESSAGE = (
    "In PyTorch 2.6, we changed the default value of the `weights_only` argument in `torch.load` from `False` to"
    " `True`. Re-running `torch.load` with `weights_only` set to `False` will likely succeed, but it can result in"
    " arbitrary code execution. Do it only if you got the file from a trusted source."
)
_DOCS = (
    "\n\nCheck the documentation of torch.load to learn more about types accepted by default with weights_only"
    " https://pytorch.org/docs/stable/generated/torch.load.html."
)


class SourceChangeWarning(Warning):
    """The source of a pickled module has changed since."""


class LoadEndianness(Enum):
    NATIVE, LITTLE, BIG = 1, 2, 3


class StorageType:
    """Stands for a storage class in a pickle; only its dtype matters."""

    def __init__(self, name):
        self._name = name

    @property
    def dtype(self):
        return _torch.storage._get_dtype_from_pickle_storage_type(self._name)

    def __str__(self):
        return f"StorageType(dtype={self.dtype})"


# Options


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


def add_safe_globals(safe_globals):
    _weights_only_unpickler._add_safe_globals(safe_globals)


def get_safe_globals():
    return _weights_only_unpickler._get_safe_globals()


def clear_safe_globals():
    _weights_only_unpickler._clear_safe_globals()


class safe_globals(_weights_only_unpickler._safe_globals):
    """Allows further globals for a block."""


class skip_data:
    """Inside, save leaves room for storages without writing them, and load makes uninitialised ones."""

    def __init__(self, materialize_fake_tensors=False):
        self.materialize_fake_tensors = materialize_fake_tensors

    def __enter__(self):
        self.old, _state.skip_data = getattr(_state, "skip_data", False), True

    def __exit__(self, *exc):
        _state.skip_data = self.old


# Devices

_package_registry = []


def register_package(priority, tagger, deserializer):
    """`tagger(storage)` names a location, `deserializer(storage, location)` puts a storage there; or they give None."""
    _package_registry.append((priority, tagger, deserializer))
    _package_registry.sort(key=lambda entry: entry[0])


def validate_cuda_device(location):
    raise RuntimeError(
        "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False. If you are running"
        " on a CPU-only machine, please use torch.load with map_location=torch.device('cpu') to map your storages to"
        " the CPU."
    )


def _restore_meta(obj, location):
    return _torch.UntypedStorage(obj.nbytes(), device="meta") if location == "meta" else None


register_package(
    10, lambda s: "cpu" if s.device.type == "cpu" else None, lambda s, location: s if location == "cpu" else None
)
register_package(
    20, lambda s: None, lambda s, location: validate_cuda_device(location) if location.startswith("cuda") else None
)
register_package(22, lambda s: "meta" if s.device.type == "meta" else None, _restore_meta)


def location_tag(storage):
    for _, tagger, _ in _package_registry:
        location = tagger(storage)
        if location:
            return location
    raise RuntimeError("don't know how to determine data location of " + _torch.typename(storage))


def default_restore_location(storage, location):
    for _, _, deserialize in _package_registry:
        result = deserialize(storage, location)
        if result is not None:
            return result
    raise RuntimeError(
        f"don't know how to restore data location of {_torch.typename(storage)} (tagged with {location})"
    )


def _get_restore_location(map_location):
    if map_location is None:
        return default_restore_location
    if isinstance(map_location, dict):
        return lambda storage, location: default_restore_location(storage, map_location.get(location, location))
    if isinstance(map_location, (str, bytes)):
        return lambda storage, location: default_restore_location(storage, map_location)
    if isinstance(map_location, _torch.device):
        return lambda storage, location: default_restore_location(storage, str(map_location))

    def restore(storage, location):
        result = map_location(storage, location)
        return default_restore_location(storage, location) if result is None else result

    return restore


def normalize_storage_type(storage_type):
    return getattr(_torch, storage_type.__name__)


def _get_layout(name):
    """Unpickles a layout."""
    return getattr(_torch, name.rpartition(".")[2])


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


# Saving


def save(
    obj,
    f,
    pickle_module=pickle,
    pickle_protocol=DEFAULT_PROTOCOL,
    _use_new_zipfile_serialization=True,
    _disable_byteorder_record=False,
):
    """Writes any picklable object; storages are kept once and shared on loading."""
    if not _is_path(f) and not hasattr(f, "write"):
        raise AttributeError("expected 'f' to be string, path, or a file-like object with a 'write' attribute")
    with _open(f, "wb") as opened, torch_names():
        if not _use_new_zipfile_serialization:
            _legacy_save(obj, opened, pickle_module, pickle_protocol)
            return
        name = os.path.splitext(os.path.basename(os.fspath(f)))[0] if _is_path(f) else "archive"
        writer = _archive.Writer(opened, name, compute_crc=_options["crc32"])
        _save(obj, writer, pickle_module, pickle_protocol, _disable_byteorder_record)
        writer.close()


class _Storages:
    """Numbers the storages met while pickling."""

    def __init__(self):
        self.keys, self.found, self.dtypes = {}, {}, {}

    def describe(self, obj):
        """(storage class, untyped storage, key, location, elements), or None when obj is no storage."""
        if isinstance(obj, _torch.storage.TypedStorage):
            storage, dtype, count = obj._untyped_storage, obj.dtype, obj._size()
            kind = getattr(_torch, obj._pickle_storage_type())
        elif isinstance(obj, _torch.UntypedStorage):
            storage, dtype, count, kind = obj, _torch.uint8, obj.nbytes(), _torch.UntypedStorage
        else:
            return None
        if storage.device.type != "meta" and storage.data_ptr() != 0:
            known = self.dtypes.setdefault(storage.data_ptr(), dtype)
            if known != dtype and isinstance(obj, _torch.storage.TypedStorage):
                raise RuntimeError(
                    "Cannot save multiple tensors or storages that view the same data as different types"
                )
        key = self.keys.setdefault(storage._cdata, str(len(self.keys)))
        self.found[key] = (storage, dtype)
        return kind, storage, key, location_tag(storage), count


def _save(obj, writer, pickle_module, pickle_protocol, no_byteorder=False):
    storages, buffer = _Storages(), io.BytesIO()

    class Pickler(pickle_module.Pickler):
        def persistent_id(self, obj):
            described = storages.describe(obj)
            return None if described is None else ("storage", described[0], described[2], described[3], described[4])

    Pickler(buffer, protocol=pickle_protocol).dump(obj)
    writer.write("data.pkl", buffer.getvalue())
    writer.write(".format_version", b"1")
    writer.write(".storage_alignment", str(writer.alignment).encode())
    if not no_byteorder:
        writer.write("byteorder", sys.byteorder.encode())
    for key, (storage, _) in storages.found.items():
        if storage.device.type != "cpu" and storage.device.type != "meta":
            storage = storage.cpu()
        writer.write(
            "data/" + key,
            (
                b"\0" * storage.nbytes()
                if getattr(_state, "skip_data", False) or storage.device.type == "meta"
                else _bytes_of(storage)
            ),
        )


def _legacy_save(obj, f, pickle_module, pickle_protocol):
    storages = _Storages()

    class Pickler(pickle_module.Pickler):
        def persistent_id(self, obj):
            described = storages.describe(obj)
            return (
                None if described is None else ("storage", described[0], described[2], described[3], described[4], None)
            )

    sizes = {"short": 2, "int": 4, "long": 4}
    info = {"protocol_version": PROTOCOL_VERSION, "little_endian": sys.byteorder == "little", "type_sizes": sizes}
    for part in (MAGIC_NUMBER, PROTOCOL_VERSION, info):
        pickle_module.dump(part, f, protocol=pickle_protocol)
    Pickler(f, protocol=pickle_protocol).dump(obj)
    keys = sorted(storages.found)
    pickle_module.dump(keys, f, protocol=pickle_protocol)
    for key in keys:
        storage, dtype = storages.found[key]
        f.write(struct.pack("<q", storage.nbytes() // dtype.itemsize))
        f.write(_bytes_of(storage))


# Loading


def load(f, map_location=None, pickle_module=None, *, weights_only=None, mmap=None, **pickle_load_args):
    """Reads what save wrote: by default only tensors and plain containers; weights_only=False runs any pickle."""
    if os.environ.get("TORCH_FORCE_WEIGHTS_ONLY_LOAD", "0").lower() in ("1", "y", "yes", "true"):
        weights_only = True
    elif weights_only is None and os.environ.get("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "0").lower() in (
        "1",
        "y",
        "yes",
        "true",
    ):
        weights_only = False
    if weights_only is None:
        weights_only = pickle_module is None
    elif weights_only and pickle_module is not None:
        raise RuntimeError("Can not safely load weights when explicit pickle_module is specified")
    pickle_load_args.setdefault("encoding", "utf-8")
    source = _weights_only_unpickler if weights_only else pickle_module or pickle
    try:
        with _open(f, "rb") as opened:
            return _load_from(opened, f, map_location, source, mmap, pickle_load_args)
    except UnpicklingError as e:
        if not weights_only:
            raise
        raise UnpicklingError(_weights_only_message(str(e))) from None


def _weights_only_message(message):
    if "is blocked" in message:
        return f"Weights only load failed. {UNSAFE_MESSAGE}\n\n\n{message}{_DOCS}"
    return (
        "Weights only load failed. This file can still be loaded, to do so you have two options, \033[1mdo those steps"
        f" only if you trust the source of the checkpoint\033[0m. \n\t(1) {UNSAFE_MESSAGE}\n\t(2) Alternatively, to"
        " load with `weights_only=True` please check the recommended steps in the following error"
        f" message.\n\tWeightsUnpickler error: {message}{_DOCS}"
    )


def _load_from(opened, f, map_location, source, mmap, pickle_load_args):
    if _archive.is_archive(opened):
        reader = _archive.Reader(opened)
        if reader.has("constants.pkl"):
            if source is _weights_only_unpickler:
                raise RuntimeError(
                    "Cannot use ``weights_only=True`` with TorchScript archives passed to ``torch.load``. "
                    + UNSAFE_MESSAGE
                )
            return _torch.jit.load(f, map_location)
        shared = None
        if mmap:
            if not _is_path(f):
                raise ValueError("f must be a file path in order to use the mmap argument")
            shared = _torch.UntypedStorage.from_file(os.fspath(f), _options["mmap"] == MAP_SHARED, os.path.getsize(f))
        return _load(reader, map_location, source, shared, pickle_load_args)
    if mmap:
        what = f"{f}, " if _is_path(f) else ""
        raise RuntimeError(
            f"mmap can only be used with files saved with `torch.save({what}_use_new_zipfile_serialization=True),"
            " please torch.save your checkpoint with this option in order to use mmap."
        )
    return _legacy_load(opened, map_location, source, pickle_load_args)


def _unpickler(source, persistent, file, args):
    class Unpickler(source.Unpickler):
        def find_class(self, module, name):
            if module in ("torch", "torch.cuda") and name in _torch.storage._KINDS:
                return StorageType(name)
            if module == "torch" or module.startswith("torch."):
                module = _torch_module(module)
                if module is not None:
                    return _attribute(module, name)
            return super().find_class(module, name)

        def persistent_load(self, saved_id):
            return persistent(saved_id)

    if source is _weights_only_unpickler:
        args = {"encoding": args["encoding"]}
    return Unpickler(file, **args)


def _torch_module(name):
    """This package's module for a torch name; None where torch is another package's or the name unknown."""
    from importlib import import_module

    try:
        return import_module("flambeau" + name[len("torch") :])
    except ModuleNotFoundError:
        return None


def _attribute(module, name):
    value = module
    for part in name.split("."):
        value = getattr(value, part)
    return value


def _dtype_of(kind):
    """The dtype of a pickled storage class; bytes for UntypedStorage."""
    if kind is _torch.UntypedStorage:
        return _torch.uint8
    if isinstance(kind, StorageType):
        return kind.dtype
    dtype = getattr(kind, "_dtype", None)
    if not isinstance(dtype, _torch.dtype):
        raise UnpicklingError(f"{kind!r} is not a storage type")
    return dtype


def _load(reader, map_location, source, shared, pickle_load_args):
    if not reader.has("version") and not reader.has(".data/version"):
        raise RuntimeError(
            'Expected hasRecord("version") to be true, but got false.  (Could this error message be improved?  If'
            " so, please report an enhancement request to PyTorch.)"
        )
    restore, loaded = _get_restore_location(map_location), {}
    order = reader.read("byteorder").decode() if reader.has("byteorder") else "little"
    if order not in ("little", "big"):
        raise ValueError("Unknown endianness type: " + order)

    def read_storage(key, size):
        name = "data/" + key
        start, length = reader.locate(name)
        if length != size and reader.records[f"{reader.name}/{name}"][3] == 0:
            raise RuntimeError(
                f"PytorchStreamReader failed reading file {name}: the record has {length} bytes, its storage {size}"
            )
        if shared is not None:
            if length != size:
                raise RuntimeError(
                    f"PytorchStreamReader failed reading file {name}: a compressed record cannot be mapped"
                )
            return shared[start : start + size]
        storage = _torch.UntypedStorage(size)
        if not getattr(_state, "skip_data", False):
            reader.read_into(name, _bytes_of(storage))
        return storage[:]  # a storage from a file cannot be resized: a tensor beyond its end is an error

    def persistent_load(saved_id):
        if not isinstance(saved_id, tuple) or len(saved_id) != 5 or _maybe_decode_ascii(saved_id[0]) != "storage":
            raise UnpicklingError(
                f"Unknown typename for persistent_load, expected 'storage' but got '{saved_id!r:.80}'"
            )
        kind, key, location, count = saved_id[1:]
        key, location, dtype = _maybe_decode_ascii(key), _maybe_decode_ascii(location), _dtype_of(kind)
        if not isinstance(count, int) or count < 0:
            raise UnpicklingError(f"storage {key!r} has an invalid number of elements: {count!r}")
        if key not in loaded:
            size = count * dtype.itemsize
            if location == "meta":
                storage = _torch.UntypedStorage(size, device="meta")
            else:
                storage = read_storage(key, size)
                if order != sys.byteorder and dtype.itemsize > 1:
                    storage.byteswap(dtype)
            restored = restore(storage, location)
            restored = restored._untyped_storage if isinstance(restored, _torch.storage.TypedStorage) else restored
            loaded[key] = _torch.storage.TypedStorage(wrap_storage=restored, dtype=dtype, _internal=True)
        typed = loaded[key]
        return typed._untyped_storage if kind is _torch.UntypedStorage else typed

    return _unpickler(source, persistent_load, io.BytesIO(reader.read("data.pkl")), pickle_load_args).load()


def _legacy_load(f, map_location, source, pickle_load_args):
    restore, found, swap, claimed = _get_restore_location(map_location), {}, False, 0

    def persistent_load(saved_id):
        nonlocal claimed
        if not isinstance(saved_id, tuple) or not saved_id:
            raise UnpicklingError(f"invalid persistent id: {saved_id!r:.80}")
        typename = _maybe_decode_ascii(saved_id[0])
        if typename == "module":
            return saved_id[1]
        if typename != "storage" or len(saved_id) not in (5, 6):
            raise UnpicklingError(f"Unknown saved id type: {typename}")
        kind, key, location, count = saved_id[1:5]
        view = saved_id[5] if len(saved_id) == 6 else None
        key, location, dtype = _maybe_decode_ascii(key), _maybe_decode_ascii(location), _dtype_of(kind)
        if not isinstance(count, int) or not 0 <= count * dtype.itemsize < 1 << 62:
            raise UnpicklingError(f"storage {key!r} has an invalid number of elements: {count!r}")
        if key not in found:
            claimed += count * dtype.itemsize
            _require(f, claimed)
            storage = restore(_torch.UntypedStorage(count * dtype.itemsize), location)
            found[key] = _torch.storage.TypedStorage(wrap_storage=storage, dtype=dtype, _internal=True)
        result = found[key]
        if view is not None:
            view_key, offset, size = view
            if view_key not in found:
                itemsize = dtype.itemsize
                found[view_key] = _torch.storage.TypedStorage(
                    wrap_storage=result._untyped_storage[offset * itemsize : (offset + size) * itemsize],
                    dtype=dtype,
                    _internal=True,
                )
            result = found[view_key]
        return result._untyped_storage if kind is _torch.UntypedStorage else result

    def part(persistent=None):
        return _unpickler(source, persistent or persistent_load, f, pickle_load_args).load()

    if part() != MAGIC_NUMBER:
        raise RuntimeError("Invalid magic number; corrupt file?")
    version = part()
    if version != PROTOCOL_VERSION:
        raise RuntimeError(f"Invalid protocol version: {version}")
    info = part()
    swap = isinstance(info, dict) and info.get("little_endian", True) != (sys.byteorder == "little")
    result, keys = part(), part()
    for key in keys:
        if key not in found:
            raise RuntimeError(f"storage {key!r} is listed but was not described; corrupt file?")
        _fill(found[key], f, swap)
    return result


def _require(f, size):
    """Before memory is allocated for it, checks that the rest of the file can hold `size` bytes."""
    at = f.tell()
    end = f.seek(0, os.SEEK_END)
    f.seek(at)
    if end is not None and size > end - at:
        raise RuntimeError(f"unexpected EOF, expected {size - (end - at)} more bytes. The file might be corrupted.")


def _fill(typed, f, swap):
    storage, itemsize = typed._untyped_storage, typed.dtype.itemsize
    head = f.read(8)
    if len(head) != 8:
        raise RuntimeError(f"unexpected EOF, expected {storage.nbytes()} more bytes. The file might be corrupted.")
    if struct.unpack("<q", head)[0] * itemsize != storage.nbytes():
        raise RuntimeError(
            f"storage has wrong byte size: expected {storage.nbytes()} got {struct.unpack('<q', head)[0] * itemsize}"
        )
    cpu = storage if storage.device.type == "cpu" else _torch.UntypedStorage(storage.nbytes())
    view, done = _bytes_of(cpu), 0
    while done < len(view):
        data = f.read(min(len(view) - done, 1 << 24))
        if not data:
            raise RuntimeError(f"unexpected EOF, expected {len(view) - done} more bytes. The file might be corrupted.")
        view[done : done + len(data)] = data
        done += len(data)
    if swap:
        cpu.byteswap(typed.dtype)


def get_unsafe_globals_in_checkpoint(f):
    """Names in a checkpoint that weights_only loading would refuse."""
    with _open(f, "rb") as opened:
        if not _archive.is_archive(opened):
            raise ValueError("Expected input to be a checkpoint returned by torch.save")
        names = _weights_only_unpickler.get_globals_in_pkl(io.BytesIO(_archive.Reader(opened).read("data.pkl")))
    allowed = {**_weights_only_unpickler._get_allowed_globals(), **_weights_only_unpickler._user_globals}
    return [name for name in names if name not in allowed]
