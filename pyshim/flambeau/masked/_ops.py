"""Operations that leave out the elements where a mask is False.

Masked elements are replaced by what does not change the result: 0 in a sum, -inf in a maximum. Slices without any
element left give that value, or nan where there is none.
"""

import sys

torch = sys.modules["flambeau"]

__all__ = [
    "amax", "amin", "argmax", "argmin", "cumprod", "cumsum", "log_softmax", "logaddexp", "logsumexp", "mean", "median",
    "norm", "normalize", "prod", "softmax", "softmin", "std", "sum", "var",
]  # fmt: skip


def _dims(dim, ndim):
    """Dimensions to reduce, from 0 on; all of them for None and ()."""
    if dim is None or dim == ():
        return tuple(range(ndim))
    rank = max(ndim, 1)
    dims = []
    for d in (dim,) if isinstance(dim, int) else dim:
        if not -rank <= d < rank:
            raise IndexError(f"Dimension out of range (expected to be in range of [{-rank}, {rank - 1}], but got {d})")
        if d % rank in dims:
            raise RuntimeError(f"dim={d % rank} appears multiple times in the list of dims")
        dims.append(d % rank)
    return tuple(dims)


def _expanded(mask, input):
    """The mask in the input's shape."""
    if mask.shape == input.shape:
        return mask.to(dtype=torch.bool)
    if mask.ndim > input.ndim:
        raise IndexError("_input_mask expected broadcastable mask (got mask dimensionality higher than of the input)")
    return torch.broadcast_to(mask, input.shape).to(dtype=torch.bool)


def _lowest(name, dtype):
    if dtype == torch.bool:
        raise NotImplementedError(f"identity of {name} on {dtype} input")
    return -torch.inf if dtype.is_floating_point else torch.iinfo(dtype).min


def _highest(name, dtype):
    if dtype == torch.bool:
        raise NotImplementedError(f"identity of {name} on {dtype} input")
    return torch.inf if dtype.is_floating_point else torch.iinfo(dtype).max


def _filled(input, mask, value, dtype=None):
    """The input in `dtype`, with `value` (or what value(dtype) gives) where the mask is False."""
    if dtype is not None and input.dtype != dtype:
        input = input.to(dtype=dtype)
    if mask is None:
        return input
    value = value(input.dtype) if callable(value) else value
    return torch.where(_expanded(mask, input), input, torch.tensor(value, dtype=input.dtype, device=input.device))


def _counts(input, dims, mask):
    """How many elements each result has, with the dimensions kept."""
    ones = torch.ones(input.shape, dtype=torch.int64, device=input.device)
    return torch.sum(_filled(ones, mask, 0), dims, keepdim=True)


def _wide(input, dtype):
    """What sums and products give: small integers become int64."""
    given = input.dtype if dtype is None else dtype
    return given if given.is_floating_point or given.is_complex else torch.int64


def sum(input, dim=None, *, keepdim=False, dtype=None, mask=None):
    """The sum over `dim` of the elements where mask is True."""
    dims = _dims(dim, input.ndim)
    return torch.sum(_filled(input, mask, 0, _wide(input, dtype)), dims, keepdim=bool(keepdim))


def prod(input, dim=None, *, keepdim=False, dtype=None, mask=None):
    """The product over `dim` of the elements where mask is True."""
    dims = _dims(dim, input.ndim)
    result = _filled(input, mask, 1, _wide(input, dtype))
    for d in sorted(dims, reverse=True):
        result = result.prod(dim=d, keepdim=bool(keepdim))
    return result


def amax(input, dim=None, *, keepdim=False, dtype=None, mask=None):
    """The maximum over `dim` of the elements where mask is True."""
    filled = _filled(input, mask, lambda t: _lowest("amax", t), dtype)
    return torch.amax(filled, _dims(dim, input.ndim), bool(keepdim))


def amin(input, dim=None, *, keepdim=False, dtype=None, mask=None):
    """The minimum over `dim` of the elements where mask is True."""
    filled = _filled(input, mask, lambda t: _highest("amin", t), dtype)
    return torch.amin(filled, _dims(dim, input.ndim), bool(keepdim))


def argmax(input, dim=None, *, keepdim=False, dtype=None, mask=None):
    """Where the maximum over `dim` of the elements is whose mask is True, in the type of the input."""
    filled = _filled(input, mask, lambda t: _lowest("argmax", t), dtype)
    return torch.argmax(filled, dim, bool(keepdim)).to(dtype=input.dtype if dtype is None else dtype)


def argmin(input, dim=None, *, keepdim=False, dtype=None, mask=None):
    """Where the minimum over `dim` of the elements is whose mask is True, in the type of the input."""
    filled = _filled(input, mask, lambda t: _highest("argmin", t), dtype)
    return torch.argmin(filled, dim, bool(keepdim)).to(dtype=input.dtype if dtype is None else dtype)


def cumsum(input, dim, *, dtype=None, mask=None):
    """The running sum along `dim` of the elements where mask is True."""
    filled = _filled(input, mask, 0, dtype)
    return torch.cumsum(filled, _dims(dim, input.ndim)[0], dtype=filled.dtype)


def cumprod(input, dim, *, dtype=None, mask=None):
    """The running product along `dim` of the elements where mask is True."""
    filled = _filled(input, mask, 1, dtype)
    return torch.cumprod(filled, _dims(dim, input.ndim)[0], dtype=filled.dtype)


def softmax(input, dim, *, dtype=None, mask=None):
    """softmax along `dim` of the elements where mask is True; the others become 0."""
    filled = _filled(input, mask, lambda t: _lowest("softmax", t), dtype)
    return torch.nn.functional.softmax(filled, _dims(dim, input.ndim)[0])


def log_softmax(input, dim, *, dtype=None, mask=None):
    """log_softmax along `dim` of the elements where mask is True; the others become -inf."""
    filled = _filled(input, mask, lambda t: _lowest("log_softmax", t), dtype)
    return torch.nn.functional.log_softmax(filled, _dims(dim, input.ndim)[0])


def softmin(input, dim, *, dtype=None, mask=None):
    """softmin along `dim` of the elements where mask is True; the others become 0."""
    filled = _filled(input, mask, lambda t: _highest("softmin", t), dtype)
    return torch.nn.functional.softmin(filled, _dims(dim, input.ndim)[0])


def logsumexp(input, dim=None, *, keepdim=False, dtype=None, mask=None):
    """log(sum(exp(x))) over `dim` of the elements where mask is True; in whole numbers for whole numbers."""
    dims = _dims(dim, input.ndim)
    dtype = input.dtype if dtype is None else dtype
    filled = _filled(input, mask, lambda t: -torch.inf if t.is_complex else _lowest("logsumexp", t), dtype)
    return torch.logsumexp(filled, dims, keepdim=bool(keepdim)).to(dtype=dtype)


def logaddexp(input, other, *, dtype=None, input_mask=None, other_mask=None):
    """log(exp(input) + exp(other)), where masked elements count as exp(-inf)."""

    def lowest(dtype):
        return _lowest("logaddexp", dtype)

    result = torch.logaddexp(_filled(input, input_mask, lowest), _filled(other, other_mask, lowest))
    return result if dtype is None else result.to(dtype=dtype)


def norm(input, ord=2.0, dim=None, *, keepdim=False, dtype=None, mask=None):
    """The vector norm over `dim` of the elements where mask is True."""
    filled = _filled(input, mask, torch.inf if ord == -torch.inf else 0, dtype)
    return torch.linalg.vector_norm(filled, ord, _dims(dim, input.ndim), bool(keepdim))


def normalize(input, ord, dim, *, eps=1e-12, dtype=None, mask=None):
    """The elements where mask is True, divided by their norm over `dim`, or by eps if that is larger; 0 elsewhere."""
    if dtype is not None:
        input = input.to(dtype=dtype)
    length = norm(input, ord, dim, keepdim=True, mask=mask)
    return _filled(input, mask, 0) / length.clamp_min(eps)


def mean(input, dim=None, *, keepdim=False, dtype=None, mask=None):
    """The mean over `dim` of the elements where mask is True."""
    what, given = ("Input", input.dtype) if dtype is None else ("Optional", dtype)
    if not (given.is_floating_point or given.is_complex):
        raise ValueError(
            f"mean(): Could not infer output dtype. {what} dtype must be either a floating point or complex dtype. Got:"
            f" {given}"
        )
    dims = _dims(dim, input.ndim)
    if mask is None:
        return torch.mean(input.to(dtype=given), dims, bool(keepdim))
    result = sum(input, dims, keepdim=True, dtype=dtype, mask=mask) / _counts(input, dims, mask)
    return result if keepdim else result.squeeze(dims)


def median(input, dim=-1, *, keepdim=False, dtype=None, mask=None):
    """The median along `dim` of the elements where mask is True; elements that are nan do not count either."""
    d = _dims(dim, input.ndim)[0]
    if input.is_floating_point():
        return torch.nanmedian(_filled(input, mask, torch.nan), d, keepdim).values
    if mask is None:
        return torch.median(input, d, keepdim).values
    if not bool((_counts(input, (d,), mask) > 0).all()):
        raise ValueError("masked median expects no fully masked out rows if dtype is not floating point")
    return torch.nanmedian(_filled(input.double(), mask, torch.nan), d, keepdim).values.to(dtype=input.dtype)


def var(input, dim=None, unbiased=None, *, correction=None, keepdim=False, dtype=None, mask=None):
    """The variance over `dim` of the elements where mask is True: squared distances over count - correction."""
    assert unbiased is None or correction is None, "Only one of unbiased and correction may be given"
    if correction is None:
        correction = 1 if unbiased is None else int(unbiased)
    given = input.dtype if dtype is None else dtype
    if not (given.is_floating_point or given.is_complex):
        given = torch.float32
    dims = _dims(dim, input.ndim)
    count = _counts(input, dims, mask)
    distance = input - sum(input, dims, keepdim=True, mask=mask) / count
    total = sum(distance * distance.conj(), dims, keepdim=keepdim, dtype=given, mask=mask)
    count = count if keepdim else count.squeeze(dims)
    result = total / ((count - correction).clamp_min(0) if correction else count)
    return result if dtype is None else result.to(dtype=dtype)


def std(input, dim=None, unbiased=None, *, correction=None, keepdim=False, dtype=None, mask=None):
    """The square root of `var`."""
    compute = dtype if dtype is None or dtype.is_floating_point or dtype.is_complex else None
    result = var(input, dim, unbiased, correction=correction, keepdim=keepdim, dtype=compute, mask=mask).sqrt()
    return result if dtype is None else result.to(dtype=dtype)
