"""Window functions by their formulas. All take dtype, layout, device and requires_grad by keyword."""

import functools
import math
import sys

_torch = sys.modules["flambeau"]


def _window(fill):
    """A public window from `fill(M, points, *parameters)`, where `points(start, end)` are M equidistant numbers."""

    @functools.wraps(fill)
    def window(M, *args, sym=True, dtype=None, layout=_torch.strided, device=None, requires_grad=False, **kwargs):
        name = fill.__name__
        if dtype is None:
            dtype = _torch.get_default_dtype()
        if M < 0:
            raise ValueError(f"{name} requires non-negative window length, got M={M}")
        if layout is not _torch.strided:
            raise ValueError(f"{name} is implemented for strided tensors only, got: {layout}")
        if dtype not in (_torch.float32, _torch.float64):
            raise ValueError(f"{name} expects float32 or float64 dtypes, got: {dtype}")
        options = {"dtype": dtype, "device": device, "requires_grad": requires_grad}
        if M == 0:
            return _torch.empty((0,), **options)

        def points(start, end):
            return _torch.linspace(start=start, end=end, steps=M, **options)

        return fill(M, points, *args, sym=sym, options=options, **kwargs)

    return window


@_window
def exponential(M, points, *, center=None, tau=1.0, sym, options):
    """exp(-|n - center| / tau)."""
    if tau <= 0:
        raise ValueError(f"Tau must be positive, got: {tau} instead.")
    if sym and center is not None:
        raise ValueError("Center must be None for symmetric windows")
    if center is None:
        center = (M if not sym and M > 1 else M - 1) / 2.0
    return _torch.exp(-_torch.abs(points(-center / tau, (-center + (M - 1)) / tau)))


@_window
def cosine(M, points, *, sym, options):
    """sin(pi (n + 1/2) / M)."""
    start, constant = 0.5, math.pi / (M + 1 if not sym and M > 1 else M)
    return _torch.sin(points(start * constant, (start + (M - 1)) * constant))


@_window
def gaussian(M, points, *, std=1.0, sym, options):
    """exp(-(n / std)^2 / 2) around the middle."""
    if std <= 0:
        raise ValueError(f"Standard deviation must be positive, got: {std} instead.")
    start, constant = -(M if not sym and M > 1 else M - 1) / 2.0, 1 / (std * math.sqrt(2))
    return _torch.exp(-(points(start * constant, (start + (M - 1)) * constant) ** 2))


@_window
def kaiser(M, points, *, beta=12.0, sym, options):
    """I0(beta sqrt(1 - x^2)) / I0(beta), x from -1 to 1."""
    if beta < 0:
        raise ValueError(f"beta must be non-negative, got: {beta} instead.")
    if M == 1:
        return _torch.ones((1,), **options)
    beta = _torch.tensor(beta, dtype=options["dtype"], device=options["device"])
    start, step = -beta, 2.0 * beta / (M if not sym else M - 1)
    k = points(start.item(), (start + (M - 1) * step).clamp(max=beta).item())
    return _torch.i0(_torch.sqrt(beta * beta - _torch.pow(k, 2))) / _torch.i0(beta)


@_window
def bartlett(M, points, *, sym, options):
    """A triangle from 0 over 1 to 0."""
    if M == 1:
        return _torch.ones((1,), **options)
    return 1 - _torch.abs(points(-1, -1 + 2 / (M if not sym else M - 1) * (M - 1)))


@_window
def general_cosine(M, points, *, a, sym, options):
    """The sum of (-1)^i a[i] cos(2 pi i n / (M - 1))."""
    if M == 1:
        return _torch.ones((1,), **options)
    if not hasattr(a, "__iter__"):
        raise TypeError("Coefficients must be a list/tuple")
    if not a:
        raise ValueError("Coefficients cannot be empty")
    constant = 2 * math.pi / (M if not sym else M - 1)
    k = points(0, (M - 1) * constant)
    weights = _torch.tensor([(-1) ** i * w for i, w in enumerate(a)], dtype=options["dtype"], device=options["device"])
    i = _torch.arange(weights.shape[0], dtype=weights.dtype, device=weights.device)
    return (weights.unsqueeze(-1) * _torch.cos(i.unsqueeze(-1) * k)).sum(0)


def _of_cosines(name, text, coefficients):
    """A window that is a general_cosine with the coefficients given."""

    def window(M, *, sym=True, dtype=None, layout=_torch.strided, device=None, requires_grad=False):
        options = {"dtype": dtype, "layout": layout, "device": device, "requires_grad": requires_grad}
        return general_cosine(M, a=coefficients, sym=sym, **options)

    window.__name__ = window.__qualname__ = name
    window.__doc__ = text
    return window


def general_hamming(M, *, alpha=0.54, sym=True, **options):
    """alpha - (1 - alpha) cos(2 pi n / (M - 1))."""
    return general_cosine(M, a=[alpha, 1.0 - alpha], sym=sym, **options)


hamming = _of_cosines("hamming", "0.54 - 0.46 cos(2 pi n / (M - 1)).", [0.54, 0.46])
hann = _of_cosines("hann", "0.5 - 0.5 cos(2 pi n / (M - 1)).", [0.5, 0.5])
blackman = _of_cosines("blackman", "Three cosine terms.", [0.42, 0.5, 0.08])
nuttall = _of_cosines("nuttall", "Four cosine terms.", [0.3635819, 0.4891775, 0.1365995, 0.0106411])
