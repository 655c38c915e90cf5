"""Grouping tensors for operations on lists."""


def _group_tensors_by_device_and_dtype(tensorlistlist, with_indices=False):
    """(device, dtype) of the first list -> (the lists' members of that group, their indices)."""
    groups = {}
    for i, row in enumerate(zip(*(t or [None] * len(tensorlistlist[0]) for t in tensorlistlist), strict=True)):
        lists, indices = groups.setdefault((row[0].device, row[0].dtype), ([[] for _ in tensorlistlist], []))
        for target, tensor in zip(lists, row, strict=True):
            target.append(tensor)
        indices.append(i)
    return {key: (lists, indices if with_indices else []) for key, (lists, indices) in groups.items()}


def _get_foreach_kernels_supported_devices():
    return ["cuda", "xpu", "mtia"]


def _get_fused_kernels_supported_devices():
    return ["mps", "cuda", "xpu", "hpu", "cpu", "mtia"]


def _has_foreach_support(tensors, device):
    return device.type in (*_get_foreach_kernels_supported_devices(), "cpu") and all(
        t is None or t.dtype.is_floating_point for t in tensors
    )


def _device_has_foreach_support(device):
    return device.type in (*_get_foreach_kernels_supported_devices(), "cpu")
