"""Recorded calls: plain data that one process writes with real PyTorch and another replays with Flambeau.

A tensor becomes a Recorded: the bytes of its elements in row-major order, dtype, sizes and strides. Everything else
that calls take (numbers, strings, dtypes, devices, lists) is kept as it is or by name.
"""

from dataclasses import dataclass, field

# Integer types with which elements of a dtype numpy does not know are carried.
CARRIERS = {"bfloat16": "int16", "float8_e4m3fn": "int8", "float8_e5m2": "int8"}


@dataclass
class Recorded:
    """A tensor."""

    dtype: str  # without "torch."
    sizes: tuple
    strides: tuple
    data: bytes
    requires_grad: bool = False


@dataclass
class Named:
    """An object of torch that is known by its name: a dtype, layout, memory format or device."""

    kind: str
    name: str


@dataclass
class Case:
    """One call and what PyTorch made of it."""

    op: str  # dotted name under torch
    form: str  # function, out, method, inplace
    args: tuple
    kwargs: dict
    result: object = None  # encoded; an error is a pair (type name, message)
    error: tuple | None = None
    grads: list = field(
        default_factory=list
    )  # encoded gradients of the tensor inputs that require one, of sum(outputs)


def name_of(thing):
    return str(thing).removeprefix("torch.")


def encode(torch, value):
    """Plain data for `value`, which may hold tensors in lists, tuples and dicts."""
    if isinstance(value, torch.Tensor):
        if value.layout is not torch.strided:
            raise TypeError("cannot record a sparse tensor")
        dtype = name_of(value.dtype)
        plain = (
            (value.detach() + 0 if value._is_zerotensor() else value.detach()).resolve_conj().resolve_neg().contiguous()
        )
        if dtype in CARRIERS:
            plain = plain.view(getattr(torch, CARRIERS[dtype]))
        return Recorded(dtype, tuple(value.shape), tuple(value.stride()), plain.numpy().tobytes(), value.requires_grad)
    if isinstance(value, dict):
        return {k: encode(torch, v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return (list if isinstance(value, list) else tuple)(encode(torch, v) for v in value)
    for kind in ("dtype", "layout", "memory_format", "device"):
        if isinstance(value, getattr(torch, kind)):
            return Named(kind, name_of(value))
    if value is None or isinstance(value, (bool, int, float, complex, str, slice)) or value is Ellipsis:
        return value
    raise TypeError(f"cannot record a {type(value).__name__}")


def decode(torch, value):
    """The live form of encoded data: tensors of the same strides, with memory of their own."""
    if isinstance(value, Recorded):
        return _tensor(torch, value)
    if isinstance(value, Named):
        return torch.device(value.name) if value.kind == "device" else getattr(torch, value.name)
    if isinstance(value, dict):
        return {k: decode(torch, v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(decode(torch, v) for v in value)
    return value


def _tensor(torch, recorded):
    dtype = getattr(torch, recorded.dtype)
    if len(recorded.data) == 0:
        flat = torch.empty(recorded.sizes, dtype=dtype)
    elif recorded.dtype in CARRIERS:
        flat = torch.frombuffer(bytearray(recorded.data), dtype=getattr(torch, CARRIERS[recorded.dtype])).view(dtype)
    else:
        flat = torch.frombuffer(bytearray(recorded.data), dtype=dtype)
    flat = flat.reshape(recorded.sizes)
    result = flat
    if tuple(flat.stride()) != recorded.strides:
        span = (
            1 + sum((n - 1) * s for n, s in zip(recorded.sizes, recorded.strides, strict=True)) if flat.numel() else 0
        )
        result = torch.empty(span, dtype=dtype).as_strided(recorded.sizes, recorded.strides)
        if flat.numel():
            result.copy_(flat)
    return result.requires_grad_() if recorded.requires_grad else result


def tensors_in(value):
    """All tensors of a nested value, in order."""
    if hasattr(value, "requires_grad") and hasattr(value, "stride"):
        yield value
    elif isinstance(value, dict):
        for v in value.values():
            yield from tensors_in(v)
    elif isinstance(value, (list, tuple)):
        for v in value:
            yield from tensors_in(v)


def recorded_in(value):
    """All recorded tensors of a nested value."""
    if isinstance(value, Recorded):
        yield value
    elif isinstance(value, dict):
        yield from recorded_in(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for v in value:
            yield from recorded_in(v)


def perform(torch, case):
    """Makes the call of `case` and returns (result, gradients)."""
    args, kwargs = decode(torch, case.args), decode(torch, case.kwargs)
    if case.form in ("method", "inplace"):
        name = case.op.rpartition(".")[2] + ("_" if case.form == "inplace" else "")
        target = args[0].clone() if case.form == "inplace" and args[0].requires_grad else args[0]
        result = getattr(target, name)(*args[1:], **kwargs)
    else:
        function = torch
        for part in case.op.split("."):
            function = getattr(function, part)
        result = function(*args, **kwargs)
    leaves = [t for t in tensors_in([args, kwargs]) if t.requires_grad]
    return result, gradients(torch, result, leaves)


def gradients(torch, result, leaves):
    outputs = [t for t in tensors_in(result) if t.requires_grad]
    if not leaves or not outputs:
        return []
    total = sum((t.abs() if t.is_complex() else t).sum() for t in outputs)
    return list(torch.autograd.grad(total, leaves, allow_unused=True))
