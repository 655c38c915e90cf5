"""torch.save: the zip format and the one before it."""

import io
import os
import pickle
import struct
import sys

from . import _archive
from ._checkpoint import (
    DEFAULT_PROTOCOL,
    MAGIC_NUMBER,
    PROTOCOL_VERSION,
    _bytes_of,
    _is_path,
    _open,
    _options,
    _state,
)
from ._checkpoint_locations import location_tag
from ._loader import torch_names

_torch = sys.modules["flambeau"]


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
