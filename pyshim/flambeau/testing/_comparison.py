"""assert_close."""

from collections.abc import Mapping, Sequence

import flambeau as torch

_PRECISION = {
    "float16": (1e-3, 1e-5), "bfloat16": (1.6e-2, 1e-5), "float32": (1.3e-6, 1e-5), "float64": (1e-7, 1e-7),
    "complex32": (1e-3, 1e-5),
    "complex64": (1.3e-6, 1e-5), "complex128": (1e-7, 1e-7),
}  # fmt: skip


def default_tolerances(*inputs, dtype_precisions=None):
    """(rtol, atol) of the least precise dtype."""
    dtypes = [i.dtype if isinstance(i, torch.Tensor) else i for i in inputs]
    pairs = [_PRECISION.get(str(d).rpartition(".")[2], (0.0, 0.0)) for d in dtypes]
    return max(p[0] for p in pairs), max(p[1] for p in pairs)


def _mismatch(actual, expected, close, rtol, atol, where):
    bad, total = int((~close).sum()), close.numel()
    if not actual.is_floating_point() and not actual.is_complex():
        actual, expected = actual.to(torch.int64), expected.to(torch.int64)
    absolute = (actual - expected).abs()
    absolute = torch.where(close, torch.zeros_like(absolute), absolute)
    relative = absolute / expected.abs()
    relative = torch.where(close, torch.zeros_like(relative), relative)

    def index(flat):
        return tuple(int(i) for i in torch.unravel_index(flat, actual.shape)) if actual.dim() else ()

    exact = rtol == 0 and atol == 0
    limits = ("", "") if exact else (f" (up to {atol} allowed)", f" (up to {rtol} allowed)")
    head = f"{'Tensor-likes are not equal' if exact else 'Tensor-likes are not close'}!"
    at = f"\n\nThe failure occurred for item {where}" if where else ""
    return (
        f"{head}\n\nMismatched elements: {bad} / {total} ({bad / total:.1%})\nGreatest absolute difference:"
        f" {absolute.max().item()} at index {index(absolute.reshape(-1).argmax())}{limits[0]}\nGreatest relative"
        f" difference: {relative.max().item()} at index {index(relative.reshape(-1).argmax())}{limits[1]}{at}"
    )


def _fail(message, msg):
    if callable(msg):
        message = msg(message)
    elif msg is not None:
        message = msg
    raise AssertionError(message)


def _compare(actual, expected, options, where):
    msg = options["msg"]
    at = f"\n\nThe failure occurred for item {where}" if where else ""
    if isinstance(actual, torch.Tensor) or isinstance(expected, torch.Tensor) or type(actual).__module__ == "numpy":
        if not options["allow_subclasses"] and type(actual) is not type(expected):
            raise TypeError(
                f"No comparison pair was able to handle inputs of type {type(actual)} and {type(expected)}."
            )
        if not (isinstance(actual, torch.Tensor) and isinstance(expected, torch.Tensor)):
            actual, expected = torch.as_tensor(actual), torch.as_tensor(expected)
        return _compare_tensors(actual, expected, options, where, at)
    if isinstance(actual, Mapping) and isinstance(expected, Mapping):
        if set(actual) != set(expected):
            missing, extra = sorted(set(expected) - set(actual), key=str), sorted(set(actual) - set(expected), key=str)
            _fail(
                f"The keys of the mappings do not match:\nMissing keys in the actual mapping: {missing}\nAdditional"
                f" keys in the actual mapping: {extra}{at}",
                msg,
            )
        for key in actual:
            _compare(actual[key], expected[key], options, f"{where}[{key!r}]")
        return None
    if isinstance(actual, Sequence) and isinstance(expected, Sequence) and not isinstance(actual, str):
        if len(actual) != len(expected):
            _fail(f"The length of the sequences mismatch: {len(actual)} != {len(expected)}{at}", msg)
        for i, (a, e) in enumerate(zip(actual, expected, strict=True)):
            _compare(a, e, options, f"{where}[{i}]")
        return None
    if actual is None or expected is None:
        if actual is not expected:
            _fail(f"None mismatch: {actual} is not {expected}{at}", msg)
        return None
    if isinstance(actual, bool) and isinstance(expected, bool):
        if actual is not expected:
            _fail(f"Booleans mismatch: {actual} is not {expected}{at}", msg)
        return None
    if isinstance(actual, (int, float, complex)) and isinstance(expected, (int, float, complex)):
        return _compare_numbers(actual, expected, options, at)
    raise TypeError(f"No comparison pair was able to handle inputs of type {type(actual)} and {type(expected)}.")


def _tolerances(options, *dtypes):
    if options["rtol"] is not None:
        return options["rtol"], options["atol"]
    return default_tolerances(*dtypes)


def _compare_numbers(actual, expected, options, at):
    kinds = {int: torch.int64, float: torch.float64, complex: torch.complex128, bool: torch.bool}
    rtol, atol = _tolerances(options, kinds[type(actual)], kinds[type(expected)])
    if options["check_dtype"] and type(actual) is not type(expected):
        _fail(f"The (d)types do not match: {type(actual)} != {type(expected)}.{at}", options["msg"])
    difference = abs(actual - expected)
    equal_nan = options["equal_nan"] and actual != actual and expected != expected
    if actual == expected or equal_nan or difference <= atol + rtol * abs(expected):
        return
    exact = rtol == 0 and atol == 0
    text = (
        f"Expected {expected} but got {actual}."
        if exact
        else f"Scalars are not close!\n\nExpected {expected} but got {actual}."
    )
    text = text if not exact else f"Scalars are not equal!\n\n{text}"
    limits = ("", "") if exact else (f" (up to {atol} allowed)", f" (up to {rtol} allowed)")
    relative = difference / abs(expected) if expected != 0 else float("inf")
    _fail(
        f"{text}\nAbsolute difference: {difference}{limits[0]}\nRelative difference: {relative}{limits[1]}{at}",
        options["msg"],
    )


def _compare_tensors(actual, expected, options, where, at):
    msg = options["msg"]
    checks = [
        ("shape", True, actual.shape, expected.shape),
        ("layout", options["check_layout"], actual.layout, expected.layout),
        ("device", options["check_device"], actual.device, expected.device),
        ("dtype", options["check_dtype"], actual.dtype, expected.dtype),
    ]
    if options["check_stride"]:
        checks.append(("stride()", True, actual.stride(), expected.stride()))
    for name, wanted, a, e in checks:
        if wanted and a != e:
            _fail(f"The values for attribute '{name}' do not match: {a} != {e}.{at}", msg)
    if actual.layout != torch.strided:
        actual, expected = actual.to_dense(), expected.to_dense()
    rtol, atol = _tolerances(options, actual.dtype, expected.dtype)
    if actual.dtype != expected.dtype:
        dtype = torch.promote_types(actual.dtype, expected.dtype)
        actual, expected = actual.to(dtype), expected.to(dtype)
    with torch.no_grad():
        close = torch.isclose(actual.detach(), expected.detach(), rtol=rtol, atol=atol, equal_nan=options["equal_nan"])
        if bool(close.all()):
            return
        if actual.numel() == 1 and actual.dim() == 0:
            return _scalar_tensors(actual.item(), expected.item(), rtol, atol, at, msg)
        _fail(_mismatch(actual.detach(), expected.detach(), close, rtol, atol, where), msg)


def _scalar_tensors(actual, expected, rtol, atol, at, msg):
    exact = rtol == 0 and atol == 0
    head = "Scalars are not equal!" if exact else "Scalars are not close!"
    limits = ("", "") if exact else (f" (up to {atol} allowed)", f" (up to {rtol} allowed)")
    difference = abs(actual - expected)
    relative = difference / abs(expected) if expected != 0 else float("inf")
    _fail(
        f"{head}\n\nExpected {expected} but got {actual}.\nAbsolute difference: {difference}{limits[0]}\nRelative"
        f" difference: {relative}{limits[1]}{at}",
        msg,
    )


def assert_close(
    actual, expected, *, allow_subclasses=True, rtol=None, atol=None, equal_nan=False, check_device=True,
    check_dtype=True,
    check_layout=True, check_stride=False, msg=None,
):  # fmt: skip
    """AssertionError unless |actual - expected| <= atol + rtol * |expected| everywhere and the attributes agree."""
    if (rtol is None) != (atol is None):
        raise ValueError(
            "Both 'rtol' and 'atol' must be either specified or unspecified, but got"
            f" {'no rtol' if rtol is None else rtol} and {'no atol' if atol is None else atol} instead."
        )
    options = {
        "allow_subclasses": allow_subclasses,
        "rtol": rtol,
        "atol": atol,
        "equal_nan": equal_nan,
        "check_device": check_device,
        "check_dtype": check_dtype,
        "check_layout": check_layout,
        "check_stride": check_stride,
        "msg": msg,
    }
    _compare(actual, expected, options, "")


def assert_allclose(actual, expected, rtol=None, atol=None, equal_nan=True, msg=""):
    """The old name; compares values only."""
    if rtol is None and atol is None:
        rtol, atol = default_tolerances(torch.as_tensor(actual), torch.as_tensor(expected))
    assert_close(
        torch.as_tensor(actual),
        torch.as_tensor(expected),
        rtol=rtol,
        atol=atol,
        equal_nan=equal_nan,
        check_device=True,
        check_dtype=False,
        check_stride=False,
        msg=msg or None,
    )
