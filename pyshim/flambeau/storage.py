"""UntypedStorage (bytes) and the deprecated typed storages."""

import sys
import threading

from . import _C

_torch = sys.modules["flambeau"]
__all__ = ["TypedStorage", "UntypedStorage"]

# pickled class name -> dtype
_KINDS = {
    "DoubleStorage": "float64", "FloatStorage": "float32", "HalfStorage": "float16", "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16", "CharStorage": "int8", "ByteStorage": "uint8", "BoolStorage": "bool",
    "BFloat16Storage": "bfloat16",
    "ComplexDoubleStorage": "complex128", "ComplexFloatStorage": "complex64", "QUInt8Storage": "quint8",
    "QInt8Storage": "qint8",
    "QInt32Storage": "qint32", "QUInt4x2Storage": "quint4x2", "QUInt2x4Storage": "quint2x4",
}  # fmt: skip
_CASTS = {
    "double": "float64", "float": "float32", "half": "float16", "long": "int64", "int": "int32", "short": "int16",
    "char": "int8",
    "byte": "uint8", "bool": "bool", "bfloat16": "bfloat16", "complex_double": "complex128",
    "complex_float": "complex64",
    "float8_e5m2": "float8_e5m2", "float8_e4m3fn": "float8_e4m3fn", "float8_e5m2fnuz": "float8_e5m2fnuz",
    "float8_e4m3fnuz": "float8_e4m3fnuz",
}  # fmt: skip


def _storage_type_to_dtype_map():
    return {name: getattr(_torch, dtype) for name, dtype in _KINDS.items() if hasattr(_torch, dtype)}


def _dtype_to_storage_type_map():
    return {dtype: name for name, dtype in _storage_type_to_dtype_map().items()}


def _get_dtype_from_pickle_storage_type(pickle_storage_type):
    found = _storage_type_to_dtype_map()
    if pickle_storage_type not in found:
        raise KeyError(f'pickle storage type "{pickle_storage_type}" is not recognized')
    return found[pickle_storage_type]


def _load_from_bytes(b):
    import io

    return _torch.load(io.BytesIO(b), weights_only=False)


_share_memory_lock = threading.Lock()


class _StorageBase:
    is_sparse = is_sparse_csr = False
    _fake_device = _checkpoint_offset = None

    def __iter__(self):
        return iter(self[i] for i in range(self.size()))

    def size(self):
        return self.nbytes()

    def __sizeof__(self):
        return object.__sizeof__(self) + self.size()

    def __copy__(self):
        return self.clone()

    def __deepcopy__(self, memo):
        memo = memo.setdefault("torch", {})
        if self._cdata in memo:
            return memo[self._cdata]
        memo[self._cdata] = new = self.clone()
        return new

    def __reduce__(self):
        import io

        buffer = io.BytesIO()
        _torch.save(self, buffer, _use_new_zipfile_serialization=False)
        return (_load_from_bytes, (buffer.getvalue(),))

    def __repr__(self):
        if self.device.type == "meta":
            return f"...\n[{type(self).__module__}.{type(self).__name__}(device={self.device}) of size {len(self)}]"
        lines = "".join(f" {self[i]}\n" for i in range(self.size()))
        return lines + f"[{type(self).__module__}.{type(self).__name__}(device={self.device}) of size {len(self)}]"

    def clone(self):
        return type(self)(self.nbytes(), device=self.device).copy_(self)

    def tolist(self):
        return list(self)

    def cpu(self):
        return self if self.device.type == "cpu" else _torch.UntypedStorage(self.size()).copy_(self, False)

    def to(self, *, device, non_blocking=False):
        device = _torch.device(device)
        return (
            self
            if device == self.device
            else _torch.UntypedStorage(self.size(), device=device).copy_(self, non_blocking)
        )

    def type(self, dtype=None, non_blocking=False):
        if dtype is None:
            return f"{type(self).__module__}.{type(self).__name__}"
        return self if dtype is type(self) else dtype(self.nbytes()).copy_(self, non_blocking)

    def _to(self, dtype):
        bytes_ = _torch.tensor([], dtype=_torch.uint8, device=self.device).set_(self)
        storage = bytes_.to(dtype).untyped_storage()
        return storage if storage.data_ptr() != self.data_ptr() else storage.clone()

    def get_device(self):
        return -1 if self.device.type == "cpu" else self.device.index

    def is_pinned(self, device="cuda"):
        return False

    def pin_memory(self, device="cuda"):
        """Memory is pinned for an accelerator, and there is none: RuntimeError."""
        if _torch.device(device).type == "cpu":
            raise RuntimeError("CPU device type not an accelerator.")
        raise RuntimeError("Cannot access accelerator device when none is available.")

    def share_memory_(self):
        """Moves the bytes to shared memory."""
        if _torch.multiprocessing.get_sharing_strategy() == "file_system":
            self._share_filename_cpu_()
        else:
            self._share_fd_cpu_()
        return self

    @classmethod
    def _new_shared(cls, size, *, device="cpu"):
        if _torch.multiprocessing.get_sharing_strategy() == "file_system":
            return cls._new_using_filename_cpu(size)
        return cls._new_using_fd_cpu(size)

    def untyped(self):
        return self

    def byteswap(self, dtype):
        self._byteswap(8 if dtype.is_complex and dtype.itemsize == 16 else 4 if dtype.is_complex else dtype.itemsize)

    @property
    def is_cuda(self):
        return self.device.type == "cuda"

    @property
    def is_hpu(self):
        return False

    @property
    def filename(self):
        return self._get_filename()


for _cast, _dtype in _CASTS.items():
    setattr(_StorageBase, _cast, lambda self, dtype=_dtype: self._to(getattr(_torch, dtype)))


class UntypedStorage(_C.StorageBase, _StorageBase):
    def __getitem__(self, *args, **kwargs):
        if self.device.type == "meta":
            raise NotImplementedError("Not available for 'meta' device type")
        return super().__getitem__(*args, **kwargs)

    __module__ = "torch.storage"


def _warn_typed_storage_removal(stacklevel=2):
    global _warned
    if not _warned:
        import warnings

        _warned = True
        warnings.warn(
            "TypedStorage is deprecated. It will be removed in the future and UntypedStorage will be the only storage"
            " class. This should only matter to you if you are using storages directly.  To access UntypedStorage"
            " directly, use tensor.untyped_storage() instead of tensor.storage()",
            UserWarning,
            stacklevel=stacklevel + 2,
        )


_warned = False


def _reset_warn_typed_storage_removal():
    global _warned
    _warned = False


class TypedStorage:
    """A storage together with a dtype: elements rather than bytes."""

    is_sparse = False
    _fake_device = None

    def __new__(cls, *args, wrap_storage=None, dtype=None, device=None, _internal=False):
        if cls is TypedStorage:
            return super().__new__(cls)
        if dtype is not None and wrap_storage is None:
            raise RuntimeError(
                f"{cls}.__new__ received an invalid combination of arguments: keyword argument 'dtype' cannot be"
                " specified"
            )
        storage = TypedStorage.__new__(TypedStorage)
        TypedStorage.__init__(
            storage, *args, wrap_storage=wrap_storage, dtype=cls._dtype, device=device, _internal=True
        )
        return storage

    def __init__(self, *args, device=None, dtype=None, wrap_storage=None, _internal=False):
        if not _internal:
            _warn_typed_storage_removal()
        if wrap_storage is not None:
            if not isinstance(wrap_storage, _C.StorageBase):
                raise TypeError(f"Argument 'wrap_storage' must be UntypedStorage, but got {type(wrap_storage)}")
            self.dtype, self._untyped_storage = dtype, wrap_storage
            return
        self.dtype = dtype if dtype is not None else _torch.get_default_dtype()
        if args and isinstance(args[0], int):
            self._untyped_storage = UntypedStorage(args[0] * self.dtype.itemsize, device=device or "cpu")
        elif args:
            values = _torch.tensor(list(args[0]), dtype=self.dtype, device=device)
            self._untyped_storage = values.untyped_storage()
        else:
            self._untyped_storage = UntypedStorage(0, device=device or "cpu")

    @property
    def _dtype(self):
        return self.dtype

    def untyped(self):
        return self._untyped_storage

    def _new_wrapped_storage(self, untyped):
        return TypedStorage(wrap_storage=untyped, dtype=self.dtype, _internal=True)

    def _view(self):
        return _torch.empty(0, dtype=self.dtype, device=self.device).set_(self)

    def _element_size(self):
        return self.dtype.itemsize

    def _nbytes(self):
        return self._untyped_storage.nbytes()

    def _size(self):
        return self._untyped_storage.nbytes() // self.dtype.itemsize

    def _data_ptr(self):
        return self._untyped_storage.data_ptr()

    element_size, nbytes, size, data_ptr, __len__ = _element_size, _nbytes, _size, _data_ptr, _size

    def __getitem__(self, index):
        if isinstance(index, slice):
            raise RuntimeError("slices are only supported in UntypedStorage.__getitem__")
        if not isinstance(index, int):
            raise RuntimeError(f"can't index a {type(self)} with {type(index)}")
        if not -self._size() <= index < self._size():
            raise IndexError(f"index {index} out of range for storage of size {self._size()}")
        return self._view()[index].item()

    _getitem = __getitem__

    def __setitem__(self, index, value):
        self._view()[index] = value

    _setitem = __setitem__

    def fill_(self, value):
        self._view().fill_(value)
        return self

    def copy_(self, source, non_blocking=None):
        self._untyped_storage.copy_(
            source._untyped_storage if isinstance(source, TypedStorage) else source, non_blocking
        )
        return self

    def type(self, dtype=None, non_blocking=False):
        if dtype is None:
            kind = self._get_legacy_storage_class()
            return f"{kind.__module__}.{kind.__name__}" if kind else str(type(self))
        return self._to(dtype._dtype if hasattr(dtype, "_dtype") else dtype)

    def _to(self, dtype):
        return TypedStorage(wrap_storage=self._view().to(dtype).clone().untyped_storage(), dtype=dtype, _internal=True)

    def to(self, *, device, non_blocking=False):
        return self._new_wrapped_storage(self._untyped_storage.to(device=device, non_blocking=non_blocking))

    def cpu(self):
        return self._new_wrapped_storage(self._untyped_storage.cpu())

    def cuda(self, device=None, non_blocking=False):
        return self._new_wrapped_storage(self._untyped_storage.cuda(device, non_blocking))

    def get_device(self):
        return self._untyped_storage.get_device()

    @property
    def device(self):
        return self._untyped_storage.device

    @property
    def is_cuda(self):
        return self.device.type == "cuda"

    @property
    def is_hpu(self):
        return False

    @property
    def filename(self):
        return self._untyped_storage.filename

    @property
    def _cdata(self):
        return self._untyped_storage._cdata

    def __str__(self):
        where = f"(dtype={self.dtype}, device={self.device}) of size {len(self)}]"
        head = "...\n" if self.device.type == "meta" else "".join(f" {value}\n" for value in self.tolist())
        return f"{head}[{type(self).__module__}.{type(self).__name__}{where}"

    __repr__ = __str__

    def __iter__(self):
        return iter(self.tolist())

    def tolist(self):
        return self._view().tolist()

    def clone(self):
        return self._new_wrapped_storage(self._untyped_storage.clone())

    def __copy__(self):
        return self._new_wrapped_storage(self._untyped_storage.__copy__())

    def __deepcopy__(self, memo):
        return self._deepcopy(memo)

    def _deepcopy(self, memo):
        import copy

        return self._new_wrapped_storage(copy.deepcopy(self._untyped_storage, memo))

    def __sizeof__(self):
        return object.__sizeof__(self) + self._nbytes()

    def __eq__(self, other):
        return super().__eq__(other)

    __hash__ = object.__hash__

    def is_pinned(self, device="cuda"):
        return self._untyped_storage.is_pinned(device)

    def pin_memory(self, device="cuda"):
        return self._new_wrapped_storage(self._untyped_storage.pin_memory(device))

    def _share_memory_(self):
        self._untyped_storage.share_memory_()
        return self

    share_memory_ = _share_memory_

    def _is_shared(self):
        return self._untyped_storage.is_shared()

    is_shared = _is_shared

    @classmethod
    def _new_shared(cls, size, *, device=None):
        untyped = UntypedStorage._new_shared(size * cls._dtype.itemsize)
        return TypedStorage(wrap_storage=untyped, dtype=cls._dtype, _internal=True)

    def _pickle_storage_type(self):
        found = _dtype_to_storage_type_map()
        if self.dtype not in found:
            raise KeyError(f"dtype {self.dtype} is not recognized")
        return found[self.dtype]

    pickle_storage_type = _pickle_storage_type

    def __reduce__(self):
        import io

        buffer = io.BytesIO()
        _torch.save(self, buffer, _use_new_zipfile_serialization=False)
        return (_load_from_bytes, (buffer.getvalue(),))

    def _resize_(self, size):
        self._untyped_storage.resize_(size * self.dtype.itemsize)

    resize_ = _resize_

    def resizable(self):
        return self._untyped_storage.resizable()

    @classmethod
    def from_buffer(cls, *args, dtype=None, device=None, **kwargs):
        dtype = dtype if cls is TypedStorage else cls._dtype
        untyped = UntypedStorage.from_buffer(*args, dtype=dtype, **kwargs)
        return TypedStorage(wrap_storage=untyped, dtype=dtype, _internal=True)

    _from_buffer = from_buffer

    @classmethod
    def from_file(cls, filename, shared, size):
        untyped = UntypedStorage.from_file(filename, shared, size * cls._dtype.itemsize)
        return TypedStorage(wrap_storage=untyped, dtype=cls._dtype, _internal=True)

    def _write_file(self, *args, **kwargs):
        return self._untyped_storage._write_file(*args, **kwargs)

    def _set_from_file(self, *args, **kwargs):
        return self._untyped_storage._set_from_file(*args, **kwargs)

    def _set_cdata(self, *args, **kwargs):
        return self._untyped_storage._set_cdata(*args, **kwargs)

    def _weak_ref(self, *args, **kwargs):
        return self._untyped_storage._weak_ref(*args, **kwargs)

    def _share_filename_cpu_(self, *args, **kwargs):
        return self._untyped_storage._share_filename_cpu_(*args, **kwargs)

    def _share_fd_cpu_(self, *args, **kwargs):
        return self._untyped_storage._share_fd_cpu_(*args, **kwargs)

    def _shared_incref(self, *args, **kwargs):
        return self._untyped_storage._shared_incref(*args, **kwargs)

    def _shared_decref(self):
        self._untyped_storage._shared_decref()
        return self

    def _get_legacy_storage_class(self):
        return _typed_storage_classes.get(_dtype_to_storage_type_map().get(self.dtype))

    __module__ = "torch.storage"


for _cast, _dtype in _CASTS.items():
    setattr(TypedStorage, _cast, lambda self, dtype=_dtype: self._to(getattr(_torch, dtype)))


class _LegacyStorageMeta(type):
    @property
    def _dtype(cls):
        return getattr(_torch, _KINDS[cls.__name__])

    def __instancecheck__(cls, instance):
        return (
            type(instance) is TypedStorage and cls._dtype == instance.dtype
            if cls is not _LegacyStorage
            else isinstance(instance, TypedStorage)
        )


class _LegacyStorage(TypedStorage, metaclass=_LegacyStorageMeta):
    @classmethod
    def _new_with_weak_ptr(cls, *args, **kwargs):
        return UntypedStorage._new_with_weak_ptr(*args, **kwargs)


_typed_storage_classes = {name: _LegacyStorageMeta(name, (_LegacyStorage,), {"__module__": "torch"}) for name in _KINDS}


def _get_storage_from_sequence(sequence, dtype, device):
    return _torch.tensor(sequence, dtype=dtype, device=device).untyped_storage()


def _isint(x):
    return isinstance(x, int)
