"""Which dimension of a tensor lies outside which in memory."""

from . import _C


def dim_order(tensor, ambiguity_check):
    """Dimensions from the outermost to the innermost, sorted as operators sort those of their operands.

    ambiguity_check: True refuses a tensor that has several such orders, a list of memory formats one that is in none or
    several of them as well. Raises RuntimeError.
    """
    formats = ambiguity_check if isinstance(ambiguity_check, list) else []
    if not isinstance(ambiguity_check, bool | list) or not all(isinstance(f, _C.memory_format) for f in formats):
        raise TypeError("The ambiguity_check argument must be a bool or a list of memory formats.")
    checked = ambiguity_check is not False
    if checked and _several(tensor) and sum(tensor.is_contiguous(memory_format=f) for f in formats) != 1:
        raise RuntimeError(
            "The tensor does not have unique dim order, or cannot map to exact one of the given memory formats."
        )
    contiguous, channels_last = (
        tensor.is_contiguous(memory_format=f) for f in (_C.contiguous_format, _C.channels_last)
    )
    if contiguous != channels_last:
        return tuple(range(tensor.dim())) if contiguous else (0, 2, 3, 1)
    order = _sorted(tensor)
    if checked and any(_compared(tensor, a, b) >= 0 for a, b in zip(order[:0:-1], order[-2::-1], strict=True)):
        raise RuntimeError("The tensor does not have unique dim order.")
    return tuple(order)


def _several(tensor):
    strides = tensor.stride()
    return 1 in tensor.shape or any(a == b for a, b in zip(strides, strides[1:], strict=False))


def _sorted(tensor):
    inner_first = list(reversed(range(tensor.dim())))
    for i in range(1, tensor.dim()):
        moving = i
        for j in reversed(range(i)):
            order = _compared(tensor, inner_first[j], inner_first[moving])
            if order < 0:
                break
            if order > 0:
                inner_first[j], inner_first[moving] = inner_first[moving], inner_first[j]
                moving = j
    return inner_first[::-1]


def _compared(tensor, a, b):
    """-1: dimension a lies inside b, 1: outside, 0: strides do not tell."""
    (stride_a, size_a), (stride_b, size_b) = ((tensor.stride(d), tensor.size(d)) for d in (a, b))
    if stride_a == 0 or stride_b == 0:
        return 0
    if stride_a == stride_b:
        return int(size_a > size_b)
    return -1 if stride_a < stride_b else 1
