"""make_tensor."""

import math

import flambeau as torch


def make_tensor(
    *shape,
    dtype,
    device,
    low=None,
    high=None,
    requires_grad=False,
    noncontiguous=False,
    exclude_zero=False,
    memory_format=None,
):
    """Uniform random values in [low, high) (-9 to 9 by default, or what the dtype allows)."""
    shape = tuple(shape[0]) if len(shape) == 1 and not isinstance(shape[0], int) else shape
    if noncontiguous and memory_format is not None:
        raise ValueError(
            "The parameters `noncontiguous` and `memory_format` are mutually exclusive, but got"
            f" noncontiguous={noncontiguous} and memory_format={memory_format}"
        )
    if noncontiguous and shape and math.prod(shape) > 1:
        shape = (*shape[:-1], shape[-1] * 2)
    if dtype is torch.bool:
        result = torch.randint(0, 2, shape, device=device, dtype=dtype)
    elif dtype.is_complex:
        real = torch.float64 if dtype is torch.complex128 else torch.float32
        low, high = -9 if low is None else low, 9 if high is None else high
        parts = [torch.empty(shape, device=device, dtype=real).uniform_(low, high) for _ in range(2)]
        result = torch.complex(*parts).to(dtype)
    elif dtype.is_floating_point:
        low, high = -9 if low is None else low, 9 if high is None else high
        result = (
            torch.empty(shape, device=device, dtype=torch.float32 if dtype.itemsize < 4 else dtype)
            .uniform_(low, high)
            .to(dtype)
        )
    else:
        default = (0, 10) if dtype is torch.uint8 else (-9, 10)
        low, high = default[0] if low is None else math.ceil(low), default[1] if high is None else math.ceil(high)
        result = torch.randint(low, high, shape, device=device, dtype=dtype)
    if noncontiguous and result.numel() > 1:
        result = result[..., ::2]
    elif memory_format is not None:
        result = result.clone(memory_format=memory_format)
    if exclude_zero:
        result[result == 0] = torch.finfo(dtype).tiny if dtype.is_floating_point else 1
    return result.requires_grad_() if requires_grad else result
