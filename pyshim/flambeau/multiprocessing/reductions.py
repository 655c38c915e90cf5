"""How tensors travel between processes: large storages as file descriptors of shared memory, small ones as bytes."""

import os
import sys
import threading
from multiprocessing import reduction
from multiprocessing.reduction import ForkingPickler

_torch = sys.modules["flambeau"]
# Below this, copying through the pipe is cheaper than a descriptor.
_INLINE = 1 << 16


class StorageWeakRef:
    """A storage by identity, without keeping it alive."""

    __slots__ = ["cdata", "_free_weak_ref"]

    def __init__(self, storage):
        self.cdata = storage._weak_ref()
        self._free_weak_ref = (
            _torch.Storage._free_weak_ref if hasattr(_torch, "Storage") else _torch.UntypedStorage._free_weak_ref
        )

    def expired(self):
        return _torch.UntypedStorage._expired(self.cdata)

    def __del__(self):
        self._free_weak_ref(self.cdata)

    def __hash__(self):
        return self.cdata

    def __eq__(self, other):
        return id(self) == id(other) or self.cdata == other.cdata


class _SharedCache(dict):
    """Storages received earlier, by the identity of their memory: one storage here for one there."""

    def __init__(self):
        self.lock = threading.Lock()


shared_cache = _SharedCache()


def _bytes(storage):
    from .._checkpoint import _bytes_of

    return bytes(_bytes_of(storage))


def rebuild_storage_inline(cls, data):
    storage = cls(len(data))
    from .._checkpoint import _bytes_of

    if data:
        _bytes_of(storage)[:] = data
    return storage


def rebuild_storage_empty(cls):
    return cls()


def _descriptor_key(fd):
    stat = os.fstat(fd)
    return (stat.st_ino, stat.st_dev)


def rebuild_storage_fd(cls, df, size):
    """Maps the descriptor that the sender holds for us."""
    import weakref

    fd = df.detach()
    try:
        key = _descriptor_key(fd)
        with shared_cache.lock:
            known = shared_cache.get(key)
            storage = known() if known is not None else None
        if storage is None:
            storage = cls._new_shared_fd_cpu(fd, size)
            try:
                reference = weakref.ref(storage, lambda _: shared_cache.pop(key, None))
            except TypeError:
                return storage
            shared_cache[key] = reference
        return storage
    finally:
        os.close(fd)


def rebuild_storage_filename(cls, manager, handle, size, dtype=None):
    return cls._new_shared_filename_cpu(manager, handle, size)._shared_decref()


def reduce_storage(storage):
    size = storage.nbytes()
    if size == 0:
        return (rebuild_storage_empty, (type(storage),))
    if storage.device.type == "meta":
        raise RuntimeError("Cannot pickle meta storage")
    if size <= _INLINE and not storage.is_shared() or not hasattr(type(storage), "_share_fd_cpu_"):
        return (rebuild_storage_inline, (type(storage), _bytes(storage)))
    if _torch.multiprocessing.get_sharing_strategy() == "file_system":
        metadata = storage._share_filename_cpu_()
        storage._shared_incref()
        return (rebuild_storage_filename, (type(storage), *metadata))
    fd, size = storage._share_fd_cpu_()
    try:
        return (rebuild_storage_fd, (type(storage), reduction.DupFd(fd), size))
    finally:
        if not hasattr(storage, "_get_shared_fd"):
            os.close(fd)


def rebuild_typed_storage(storage, dtype):
    return _torch.storage.TypedStorage(wrap_storage=storage, dtype=dtype, _internal=True)


def reduce_typed_storage(storage):
    return (rebuild_typed_storage, (storage._untyped_storage, storage.dtype))


reduce_typed_storage_child = reduce_typed_storage


def rebuild_tensor(cls, storage, metadata):
    offset, size, stride, requires_grad = metadata
    tensor = _torch._utils._rebuild_tensor(storage, offset, size, stride)
    if cls is _torch.nn.parameter.Parameter:
        return _torch.nn.parameter.Parameter(tensor, requires_grad=requires_grad)
    tensor.requires_grad = requires_grad
    return tensor


def rebuild_meta_tensor(cls, size, stride, offset, dtype, requires_grad):
    tensor = _torch.empty_strided(size, stride, dtype=dtype, device="meta")
    tensor.requires_grad = requires_grad
    return tensor


def rebuild_sparse_tensor(layout, data):
    return _torch._utils._rebuild_sparse_tensor(layout, data)


def reduce_tensor(tensor):
    if tensor.requires_grad and not tensor.is_leaf:
        raise RuntimeError(
            "Cowardly refusing to serialize non-leaf tensor which requires_grad, since autograd does not support"
            " crossing process boundaries.  If you just want to transfer the data, call detach() on the tensor before"
            " serializing (e.g., putting it on the queue)."
        )
    from ..utils.hooks import warn_if_has_hooks

    warn_if_has_hooks(tensor)
    if tensor.layout is not _torch.strided:
        return tensor._reduce_ex_internal(2)
    if tensor.device.type == "meta":
        return (
            rebuild_meta_tensor,
            (
                type(tensor),
                tuple(tensor.size()),
                tensor.stride(),
                tensor.storage_offset(),
                tensor.dtype,
                tensor.requires_grad,
            ),
        )
    storage = _torch.storage.TypedStorage(wrap_storage=tensor.untyped_storage(), dtype=tensor.dtype, _internal=True)
    return (
        rebuild_tensor,
        (type(tensor), storage, (tensor.storage_offset(), tuple(tensor.size()), tensor.stride(), tensor.requires_grad)),
    )


def init_reductions():
    ForkingPickler.register(_torch.UntypedStorage, reduce_storage)
    ForkingPickler.register(_torch.storage.TypedStorage, reduce_typed_storage)
    ForkingPickler.register(_torch.Tensor, reduce_tensor)
    from ..nn.parameter import Parameter

    ForkingPickler.register(Parameter, reduce_tensor)
