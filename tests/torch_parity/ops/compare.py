"""Whether a replayed call gave what PyTorch gave: values, dtypes, sizes, strides, gradients, errors."""

import numpy as np
from calls import CARRIERS, Named, Recorded, encode, name_of, perform

# Relative and absolute tolerance: PyTorch's own test defaults, widened where its result depends on the order of a sum.
TOLERANCE = {
    "float64": (1e-7, 1e-7),
    "float32": (2e-5, 2e-5),
    "float16": (2e-3, 2e-3),
    "bfloat16": (1.6e-2, 1e-2),
    "complex64": (2e-5, 2e-5),
    "complex128": (1e-7, 1e-7),
}
# Sums in half precision that PyTorch rounds at every step: its own tests widen their tolerance too.
STEPWISE = {"nn.functional.conv_transpose1d", "nn.functional.conv_transpose2d", "nn.functional.conv_transpose3d"}
STEPWISE_TOLERANCE = TOLERANCE | {"float16": (1e-2, 2e-2), "bfloat16": (5e-2, 1e-1)}
# Their results carry random numbers or unwritten memory: shapes and dtypes are compared, values are not.
RANDOM = {"nn.functional.rrelu", "nn.functional.fractional_max_pool2d", "nn.functional.fractional_max_pool3d"}


def array(recorded):
    """The elements as numpy sees them; half types as float32."""
    if recorded.dtype == "bfloat16":
        bits = np.frombuffer(recorded.data, np.uint16).astype(np.uint32) << 16
        return bits.view(np.float32).reshape(recorded.sizes)
    kind = CARRIERS.get(recorded.dtype, recorded.dtype)
    return np.frombuffer(recorded.data, "bool" if kind == "bool" else kind).reshape(recorded.sizes)


def difference(ours, theirs, where="result", strides=True, tolerance=TOLERANCE):
    """What is wrong with `ours`, in words; None where nothing is. Without a tolerance values are not compared."""
    if isinstance(theirs, Recorded):
        return _tensor_difference(ours, theirs, where, strides, tolerance)
    if isinstance(theirs, (list, tuple)):
        if not isinstance(ours, (list, tuple)) or len(ours) != len(theirs):
            return f"{where}: {type(ours).__name__} instead of {len(theirs)} items"
        wrong = (
            difference(o, t, f"{where}[{i}]", strides, tolerance)
            for i, (o, t) in enumerate(zip(ours, theirs, strict=True))
        )
        return next((w for w in wrong if w), None)
    if isinstance(theirs, Named):
        return None if ours == theirs else f"{where}: {ours} instead of {theirs}"
    if isinstance(theirs, float) and isinstance(ours, (int, float)):
        return None if np.isclose(ours, theirs, rtol=1e-5, equal_nan=True) else f"{where}: {ours} instead of {theirs}"
    return None if ours == theirs else f"{where}: {ours!r} instead of {theirs!r}"


def _tensor_difference(ours, theirs, where, strides, tolerance):
    if not isinstance(ours, Recorded):
        return f"{where}: {type(ours).__name__} instead of a tensor"
    for part in ("dtype", "sizes") + (("strides",) if strides and all(n > 1 for n in theirs.sizes) else ()):
        if getattr(ours, part) != getattr(theirs, part):
            return f"{where}: {part} {getattr(ours, part)} instead of {getattr(theirs, part)}"
    if tolerance is None or ours.data == theirs.data:
        return None
    a, b = array(ours), array(theirs)
    if theirs.dtype not in tolerance:
        same = a == b
    else:
        rtol, atol = tolerance[theirs.dtype]
        wide = np.complex128 if np.iscomplexobj(b) else np.float64
        same = np.isclose(a.astype(wide), b.astype(wide), rtol, atol, equal_nan=True)
    if same.all():
        return None
    at = tuple(int(i) for i in np.argwhere(~same)[0])
    return f"{where}: {int((~same).sum())} of {same.size} differ, first at {at}: {a[at]} instead of {b[at]}"


def check(torch, case):
    """None where the replay of `case` is right, otherwise what is wrong."""
    torch.manual_seed(0)
    try:
        result, grads = perform(torch, case)
    except Exception as error:
        if case.error is None:
            return f"{type(error).__name__}: {str(error)[:200]}"
        expected = case.error[0]
        return (
            None
            if type(error).__name__ == expected
            else f"{type(error).__name__} instead of {expected}: {str(error)[:150]}"
        )
    if case.error is not None:
        return f"no error instead of {case.error[0]}: {case.error[1][:150]}"
    tolerance = None if case.op in RANDOM else STEPWISE_TOLERANCE if case.op in STEPWISE else TOLERANCE
    wrong = difference(encode(torch, result), case.result, tolerance=tolerance)
    grads = [encode(torch, g) for g in grads]
    return wrong or difference(grads, case.grads, "grad", strides=False, tolerance=tolerance)


def label(case):
    """The group of a case: operator, form and the dtype of its first tensor."""
    first = next((a for a in case.args if isinstance(a, Recorded)), None)
    return f"{case.op} {case.form} {first.dtype if first else name_of(case.kwargs.get('dtype', 'none'))}"
