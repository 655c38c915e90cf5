"""Rebuilding tensors from pickles, and helpers that libraries take from torch._utils."""

import copyreg
import functools
import sys
import traceback
from collections import OrderedDict

from . import _C

_torch = sys.modules["flambeau"]


def _rebuild_tensor(storage, storage_offset, size, stride):
    t = _torch.empty((0,), dtype=storage.dtype, device=storage._untyped_storage.device)
    return t.set_(storage._untyped_storage, storage_offset, size, stride)


def get_tensor_metadata(tensor):
    return _C._get_tensor_metadata(tensor) if hasattr(_C, "_get_tensor_metadata") else {}


def set_tensor_metadata(tensor, metadata):
    if metadata:
        _C._set_tensor_metadata(tensor, metadata)


def _rebuild_tensor_v2(storage, storage_offset, size, stride, requires_grad, backward_hooks, metadata=None):
    tensor = _rebuild_tensor(storage, storage_offset, size, stride)
    return _finish(tensor, requires_grad, backward_hooks, metadata)


def _finish(tensor, requires_grad, backward_hooks, metadata=None):
    tensor.requires_grad = requires_grad
    if metadata:
        set_tensor_metadata(tensor, metadata)
    tensor._backward_hooks = backward_hooks
    return tensor


def _rebuild_tensor_v3(storage, storage_offset, size, stride, requires_grad, backward_hooks, dtype, metadata=None):
    tensor = _torch.empty(
        (0,),
        dtype=dtype,
        device=storage._untyped_storage.device if hasattr(storage, "_untyped_storage") else storage.device,
    )
    tensor.set_(getattr(storage, "_untyped_storage", storage), storage_offset, size, stride)
    return _finish(tensor, requires_grad, backward_hooks, metadata)


@functools.cache
def _dtypes_without_legacy_storage():
    """dtypes younger than typed storages; they are pickled by _rebuild_tensor_v3."""
    names = "float8_e5m2 float8_e4m3fn float8_e5m2fnuz float8_e4m3fnuz float8_e8m0fnu float4_e2m1fn_x2"
    names += " bits8 bits16 bits1x8 bits2x4 bits4x2 complex32 uint16 uint32 uint64"
    return {getattr(_torch, name) for name in names.split() if hasattr(_torch, name)}


def _validate_loaded_sparse_tensors():
    _sparse_tensors_to_validate.clear()


_sparse_tensors_to_validate = []


def _rebuild_sparse_tensor(layout, data):
    if layout == _torch.sparse_coo:
        indices, values, size, *coalesced = data
        result = _torch.sparse_coo_tensor(
            indices, values, size, check_invariants=True, is_coalesced=coalesced[0] if coalesced else None
        )
        return result
    if layout in (_torch.sparse_csr, _torch.sparse_csc, _torch.sparse_bsr, _torch.sparse_bsc):
        compressed, plain, values, size = data
        return _torch.sparse_compressed_tensor(compressed, plain, values, size, layout=layout, check_invariants=True)
    raise NotImplementedError(f"rebuilding sparse tensor for layout {layout}")


def _rebuild_meta_tensor_no_storage(dtype, size, stride, requires_grad):
    return _torch.empty_strided(size, stride, dtype=dtype, device="meta", requires_grad=requires_grad)


def _rebuild_device_tensor_from_numpy(data, dtype, device, requires_grad):
    return _torch.from_numpy(data).to(dtype=dtype, device=device).requires_grad_(requires_grad)


_rebuild_xla_tensor = _rebuild_device_tensor_from_numpy


def _rebuild_device_tensor_from_cpu_tensor(data, dtype, device, requires_grad):
    return data.to(dtype=dtype, device=device).requires_grad_(requires_grad)


def _rebuild_wrapper_subclass(cls, dtype, size, stride, storage_offset, layout, device, requires_grad):
    return _torch.Tensor._make_wrapper_subclass(
        cls,
        size,
        strides=stride,
        dtype=dtype,
        storage_offset=storage_offset,
        layout=layout,
        device=device,
        requires_grad=requires_grad,
    )


def _rebuild_nested_tensor(buffer, sizes, strides, storage_offsets):
    return _torch._nested_view_from_buffer(buffer, sizes, strides, storage_offsets)


def _rebuild_qtensor(storage, storage_offset, size, stride, quantizer_params, requires_grad, backward_hooks):
    raise NotImplementedError("not implemented: torch._utils._rebuild_qtensor")


def _rebuild_parameter(data, requires_grad, backward_hooks):
    from .nn.parameter import Parameter

    param = Parameter(data, requires_grad)
    param._backward_hooks = backward_hooks
    return param


def _rebuild_parameter_with_state(data, requires_grad, backward_hooks, state):
    return _set_obj_state(_rebuild_parameter(data, requires_grad, backward_hooks), state)


def _get_obj_state(obj):
    getstate = getattr(type(obj), "__getstate__", None)
    if getstate is not None and getstate is not getattr(object, "__getstate__", None):
        return obj.__getstate__()
    slots = {name: getattr(obj, name) for name in copyreg._slotnames(obj.__class__) if hasattr(obj, name)}
    return (obj.__dict__, slots) if slots else obj.__dict__


def _set_obj_state(obj, state):
    attributes, slots = state if isinstance(state, tuple) else (state, None)
    if isinstance(state, tuple) and len(state) != 2:
        raise RuntimeError(f"Invalid serialized state: {state}")
    for part in (attributes, slots):
        for name, value in (part or {}).items():
            setattr(obj, name, value)
    return obj


def _import_dotted_name(name):
    first, *rest = name.split(".")
    value = _torch if first == "torch" else __import__(first)
    for part in rest:
        value = getattr(value, part)
    return value


def _flatten_dense_tensors(tensors):
    return _C._nn.flatten_dense_tensors(tensors)


def _unflatten_dense_tensors(flat, tensors):
    return _C._nn.unflatten_dense_tensors(flat, tensors)


def _take_tensors(tensors, size_limit):
    """Groups tensors of one type into chunks of at most `size_limit` bytes."""
    open_chunks, sizes = OrderedDict(), {}
    for tensor in tensors:
        kind, size = tensor.type(), tensor.numel() * tensor.element_size()
        if sizes.get(kind, 0) + size > size_limit and sizes.get(kind, 0) > 0:
            yield open_chunks.pop(kind)
            sizes[kind] = 0
        open_chunks.setdefault(kind, []).append(tensor)
        sizes[kind] = sizes.get(kind, 0) + size
    yield from open_chunks.values()


def _reorder_tensors_as(tensors, ordered_tensors):
    by_type = {}
    for tensor in tensors:
        by_type.setdefault(tensor.type(), []).append(tensor)
    iterators = {kind: iter(group) for kind, group in by_type.items()}
    return tuple(next(iterators[tensor.type()]) for tensor in ordered_tensors)


def annotate(ret, **kwargs):
    def decorate(function):
        function.__annotations__ = dict(kwargs, **{"return": ret})
        return function

    return decorate


class KeyErrorMessage(str):
    """KeyError prints its message quoted; this prints it as it is."""

    def __repr__(self):
        return str(self)


class ExceptionWrapper:
    """An exception on its way from a worker to the main process."""

    def __init__(self, exc_info=None, where="in background"):
        if exc_info is None:
            exc_info = sys.exc_info()
        self.exc_type = exc_info[0]
        self.exc_msg = "".join(traceback.format_exception(*exc_info))
        self.where = where

    def reraise(self):
        message = f"Caught {self.exc_type.__name__} {self.where}.\nOriginal {self.exc_msg}"
        if self.exc_type is KeyError:
            message = KeyErrorMessage(message)
        elif getattr(self.exc_type, "message", None):
            raise self.exc_type(message=message)
        try:
            exception = self.exc_type(message)
        except Exception:
            raise RuntimeError(message) from None
        raise exception


def _get_available_device_type():
    return None


def _get_device_index(device, optional=False, allow_cpu=False):
    if isinstance(device, str):
        device = _torch.device(device)
    if isinstance(device, _torch.device):
        if device.type == "cpu" and not allow_cpu:
            raise ValueError(f"Expected a non cpu device, but got: {device}")
        return -1 if device.type == "cpu" else device.index
    if isinstance(device, int):
        return device
    if optional:
        return -1
    raise ValueError(f"Expected a torch.device with a specified index or an integer, but got:{device}")


def _get_all_device_indices():
    return []


def _type(self, dtype=None, non_blocking=False, **kwargs):
    return self.type(dtype, non_blocking, **kwargs)


def _to(self, device, non_blocking=False):
    return self.to(device, non_blocking)


def is_compiling():
    return False


def _element_size(dtype):
    return dtype.itemsize


def _is_privateuse1_backend_available():
    return False


class _ClassPropertyDescriptor:
    def __init__(self, fget):
        self.fget = fget

    def __get__(self, instance, owner=None):
        return self.fget.__get__(instance, owner or type(instance))()


def classproperty(func):
    return _ClassPropertyDescriptor(func if isinstance(func, (classmethod, staticmethod)) else classmethod(func))


class CallbackRegistry:
    def __init__(self, name):
        self.name, self.callback_list = name, []

    def add_callback(self, cb):
        self.callback_list.append(cb)

    def fire_callbacks(self, *args, **kwargs):
        for callback in self.callback_list:
            callback(*args, **kwargs)
