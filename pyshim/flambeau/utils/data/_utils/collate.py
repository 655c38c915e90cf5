"""From samples to a batch."""

import collections
import contextlib
import copy
import re
import sys

_torch = sys.modules["flambeau"]
np_str_obj_array_pattern = re.compile(r"[SaUO]")
default_collate_err_msg_format = (
    "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {}"
)


def _rebuilt(original, values):
    """A container like the original with new values, or None when its type cannot be built that way."""
    with contextlib.suppress(TypeError):
        if isinstance(original, collections.abc.Mapping):
            if isinstance(original, collections.abc.MutableMapping):
                clone = copy.copy(original)
                clone.update(values)
                return clone
            return type(original)(values)
        if isinstance(original, collections.abc.MutableSequence):
            clone = copy.copy(original)
            for i, value in enumerate(values):
                clone[i] = value
            return clone
        return type(original)(values)
    return None


def default_convert(data):
    """numpy arrays become tensors, containers are converted inside, the rest stays."""
    kind = type(data)
    if isinstance(data, _torch.Tensor):
        return data
    if kind.__module__ == "numpy" and kind.__name__ not in ("str_", "string_", "bytes_"):
        if kind.__name__ == "ndarray" and np_str_obj_array_pattern.search(data.dtype.str) is not None:
            return data
        return _torch.as_tensor(data)
    if isinstance(data, collections.abc.Mapping):
        values = {key: default_convert(data[key]) for key in data}
        made = _rebuilt(data, values)
        return values if made is None else made
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return kind(*(default_convert(d) for d in data))
    if isinstance(data, tuple):
        return [default_convert(d) for d in data]
    if isinstance(data, collections.abc.Sequence) and not isinstance(data, (str, bytes)):
        values = [default_convert(d) for d in data]
        made = _rebuilt(data, values)
        return values if made is None else made
    return data


def collate(batch, *, collate_fn_map=None):
    """Looks the element's type up in the map, then tries containers."""
    elem = batch[0]
    kind = type(elem)
    if collate_fn_map is not None:
        if kind in collate_fn_map:
            return collate_fn_map[kind](batch, collate_fn_map=collate_fn_map)
        for known in collate_fn_map:
            if isinstance(elem, known):
                return collate_fn_map[known](batch, collate_fn_map=collate_fn_map)
        if kind.__module__ == "numpy":
            return (collate_numpy_array_fn if kind.__name__ == "ndarray" else collate_numpy_scalar_fn)(
                batch, collate_fn_map=collate_fn_map
            )
    if isinstance(elem, collections.abc.Mapping):
        values = {key: collate([d[key] for d in batch], collate_fn_map=collate_fn_map) for key in elem}
        made = _rebuilt(elem, values)
        return values if made is None else made
    if isinstance(elem, tuple) and hasattr(elem, "_fields"):
        return kind(*(collate(samples, collate_fn_map=collate_fn_map) for samples in zip(*batch, strict=True)))
    if isinstance(elem, collections.abc.Sequence):
        size = len(elem)
        if not all(len(e) == size for e in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        columns = [
            collate(list(samples) if isinstance(elem, tuple) else samples, collate_fn_map=collate_fn_map)
            for samples in zip(*batch, strict=True)
        ]
        if isinstance(elem, tuple):
            return columns
        made = _rebuilt(elem, columns)
        return columns if made is None else made
    raise TypeError(default_collate_err_msg_format.format(kind))


def collate_tensor_fn(batch, *, collate_fn_map=None):
    elem = batch[0]
    if elem.is_nested:
        raise RuntimeError(
            "Batches of nested tensors are not currently supported by the default collate_fn; please provide a custom"
            " collate_fn to handle them appropriately."
        )
    if elem.layout != _torch.strided:
        raise RuntimeError(
            "Batches of sparse tensors are not currently supported by the default collate_fn; please provide a custom"
            f" collate_fn to handle them appropriately. Found layout {elem.layout}."
        )
    return _torch.stack(list(batch), 0)


def collate_numpy_array_fn(batch, *, collate_fn_map=None):
    if np_str_obj_array_pattern.search(batch[0].dtype.str) is not None:
        raise TypeError(default_collate_err_msg_format.format(batch[0].dtype))
    return collate([_torch.as_tensor(b) for b in batch], collate_fn_map=collate_fn_map)


def collate_numpy_scalar_fn(batch, *, collate_fn_map=None):
    return _torch.as_tensor(batch)


def collate_float_fn(batch, *, collate_fn_map=None):
    return _torch.tensor(batch, dtype=_torch.float64)


def collate_int_fn(batch, *, collate_fn_map=None):
    return _torch.tensor(batch)


def collate_str_fn(batch, *, collate_fn_map=None):
    return batch


default_collate_fn_map = {
    _torch.Tensor: collate_tensor_fn, float: collate_float_fn, int: collate_int_fn, str: collate_str_fn,
    bytes: collate_str_fn,
}  # fmt: skip


def default_collate(batch):
    """Stacks tensors, arrays and numbers, and keeps the structure around them."""
    return collate(batch, collate_fn_map=default_collate_fn_map)
