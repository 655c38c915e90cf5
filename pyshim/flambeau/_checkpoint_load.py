"""torch.load: both formats; by default without running code of the file's."""

import io
import os
import pickle
import struct
import sys

from . import _archive, _weights_only_unpickler
from ._checkpoint import (
    MAGIC_NUMBER,
    MAP_SHARED,
    PROTOCOL_VERSION,
    LoadEndianness,
    _bytes_of,
    _is_path,
    _maybe_decode_ascii,
    _open,
    _options,
    _state,
)
from ._checkpoint_locations import _get_restore_location
from ._weights_only_unpickler import UnpicklingError

_torch = sys.modules["flambeau"]
UNSAFE_MESSAGE = (
    "In PyTorch 2.6, we changed the default value of the `weights_only` argument in `torch.load` from `False` to"
    " `True`. Re-running `torch.load` with `weights_only` set to `False` will likely succeed, but it can result in"
    " arbitrary code execution. Do it only if you got the file from a trusted source."
)
_DOCS = (
    "\n\nCheck the documentation of torch.load to learn more about types accepted by default with weights_only"
    " https://pytorch.org/docs/stable/generated/torch.load.html."
)


class StorageType:
    """Stands for a storage class in a pickle; only its dtype matters."""

    def __init__(self, name):
        self._name = name

    @property
    def dtype(self):
        return _torch.storage._get_dtype_from_pickle_storage_type(self._name)

    def __str__(self):
        return f"StorageType(dtype={self.dtype})"


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
    order = reader.read("byteorder").decode() if reader.has("byteorder") else _default_order()
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


def _default_order():
    """The byte order of files that do not tell theirs."""
    default = _options["endianness"]
    return sys.byteorder if default is LoadEndianness.NATIVE else "big" if default is LoadEndianness.BIG else "little"


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
