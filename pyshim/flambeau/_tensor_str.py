"""How tensors print."""

import math

from . import _C


class _PrintOptions:
    precision, threshold, edgeitems, linewidth, sci_mode = 4, 1000, 3, 80, None


PRINT_OPTS = _PrintOptions()
_PROFILES = {
    "default": {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80},
    "short": {"precision": 2, "threshold": 1000, "edgeitems": 2, "linewidth": 80},
    "full": {"precision": 4, "threshold": math.inf, "edgeitems": 3, "linewidth": 80},
}


def set_printoptions(precision=None, threshold=None, edgeitems=None, linewidth=None, profile=None, sci_mode=None):
    """Sets how tensors print; see get_printoptions for the names."""
    if profile is not None:
        vars(PRINT_OPTS).update(_PROFILES[profile])
    for name, value in (
        ("precision", precision),
        ("threshold", threshold),
        ("edgeitems", edgeitems),
        ("linewidth", linewidth),
    ):
        if value is not None:
            setattr(PRINT_OPTS, name, value)
    PRINT_OPTS.sci_mode = sci_mode


def get_printoptions():
    return {
        name: getattr(PRINT_OPTS, name) for name in ("precision", "threshold", "edgeitems", "linewidth", "sci_mode")
    }


class printoptions:
    """Print options for a block."""

    def __init__(self, **kwargs):
        self.kwargs = kwargs

    def __enter__(self):
        self.old = get_printoptions()
        set_printoptions(**self.kwargs)

    def __exit__(self, *exc):
        set_printoptions(**self.old)


class _Formatter:
    """Common width and notation for numbers that are printed together."""

    def __init__(self, values, floating):
        self.floating, self.int_mode, self.sci_mode, self.max_width = floating, True, False, 1
        precision = PRINT_OPTS.precision
        if not floating:
            self.max_width = max([1, *(len(str(v)) for v in values)])
            return
        finite = [v for v in values if v != 0 and math.isfinite(v)]
        if not finite:
            return
        self.int_mode = all(v == math.ceil(v) for v in finite)
        low, high = min(map(abs, finite)), max(map(abs, finite))
        self.sci_mode = high / low > 1000 or high > 1e8 or (not self.int_mode and low < 1e-4)
        if PRINT_OPTS.sci_mode is not None:
            self.sci_mode = PRINT_OPTS.sci_mode
        spec = f".{precision}e" if high / low > 1000 or high > 1e8 or (not self.int_mode and low < 1e-4) else None
        if spec is None:
            spec = ".0f" if self.int_mode else f".{precision}f"
        extra = 1 if spec == ".0f" else 0
        self.max_width = max(1, extra + max(len(format(v, spec)) for v in finite))

    def width(self):
        return self.max_width

    def format(self, value):
        if not self.floating:
            text = str(value)
        elif self.sci_mode:
            text = f"{value:{self.max_width}.{PRINT_OPTS.precision}e}"
        elif self.int_mode:
            text = f"{value:.0f}" + ("." if math.isfinite(value) else "")
        else:
            text = f"{value:.{PRINT_OPTS.precision}f}"
        return text.rjust(self.max_width)


class _ComplexFormatter:
    def __init__(self, values):
        self.real = _Formatter([v.real for v in values], True)
        self.imag = _Formatter([v.imag for v in values], True)

    def width(self):
        return self.real.width() + self.imag.width()

    def format(self, value):
        imag = self.imag.format(value.imag).lstrip()
        return self.real.format(value.real) + (imag if imag[0] in "+-" else "+" + imag) + "j"


_ELLIPSIS = object()


def _nested(tensor, summarize):
    """The values as nested lists, with a mark where the middle is left out."""
    if tensor.dim() == 0:
        return tensor.item()
    edge, size = PRINT_OPTS.edgeitems, tensor.size(0)
    if not summarize:
        return tensor.tolist()
    if size <= 2 * edge:
        return tensor.tolist() if tensor.dim() == 1 else [_nested(part, True) for part in tensor.unbind(0)]
    if tensor.dim() == 1:
        return [*tensor[:edge].tolist(), _ELLIPSIS, *tensor[size - edge :].tolist()]
    ends = [*range(edge), *range(size - edge, size)]
    parts = [_nested(tensor[i], True) for i in ends]
    return [*parts[:edge], _ELLIPSIS, *parts[edge:]]


def _flatten(nested, out):
    if isinstance(nested, list):
        for part in nested:
            _flatten(part, out)
    elif nested is not _ELLIPSIS:
        out.append(nested)
    return out


def _rows(nested, indent, formatter):
    """A vector, broken into lines of the print width."""
    per_line = max(1, (PRINT_OPTS.linewidth - indent) // (formatter.width() + 2))
    items = [" ..." if v is _ELLIPSIS else formatter.format(v) for v in nested]
    lines = [", ".join(items[i : i + per_line]) for i in range(0, len(items), per_line)]
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"


def _layout(nested, dim, indent, formatter):
    if dim == 0:
        return formatter.format(nested)
    if dim == 1:
        return _rows(nested, indent, formatter)
    parts = ["..." if part is _ELLIPSIS else _layout(part, dim - 1, indent + 1, formatter) for part in nested]
    return "[" + ("," + "\n" * (dim - 1) + " " * (indent + 1)).join(parts) + "]"


def _tensor_str(self, indent):
    if self.numel() == 0:
        return "[]"
    if self.is_neg():
        self = self.resolve_neg()
    if self.is_conj():
        self = self.resolve_conj()
    dtype = str(self.dtype)
    if "float8" in dtype or dtype == "torch.complex32":
        self = self.to(_like(self, "float32" if "float8" in dtype else "complex64"))
    nested = _nested(self, self.numel() > PRINT_OPTS.threshold)
    values = _flatten(nested, [])
    formatter = _ComplexFormatter(values) if self.is_complex() else _Formatter(values, self.is_floating_point())
    return _layout(nested, self.dim(), indent, formatter)


def _like(tensor, name):
    import flambeau

    return getattr(flambeau, name)


def _add_suffixes(text, suffixes, indent, force_newline=False):
    """Appends `, key=value` parts, on a new line where they do not fit."""
    parts = [text]
    last = len(text) - text.rfind("\n") + 1
    for suffix in suffixes:
        if force_newline or last + len(suffix) + 2 > PRINT_OPTS.linewidth:
            parts.append(",\n" + " " * indent + suffix)
            last, force_newline = indent + len(suffix), False
        else:
            parts.append(", " + suffix)
            last += len(suffix) + 2
    return "".join(parts) + ")"


def _sparse_body(tensor, indent, suffixes, default):
    suffixes.append("size=" + str(tuple(tensor.shape)))
    coo = tensor.is_sparse
    suffixes.append(f"nnz={tensor._nnz()}")
    if not default:
        suffixes.append("dtype=" + str(tensor.dtype))
    names = ["indices", "values"] if coo else None
    if names:
        parts = [tensor._indices().detach(), tensor._values().detach()]
    else:
        row = str(tensor.layout) in ("torch.sparse_csr", "torch.sparse_bsr")
        names = (["crow_indices", "col_indices"] if row else ["ccol_indices", "row_indices"]) + ["values"]
        parts = [getattr(tensor, name)().detach() for name in names]
    texts = []
    for name, part in zip(names, parts, strict=True):
        prefix = f"{name}=tensor("
        text = prefix + _tensor_str(part, indent + len(prefix))
        if part.numel() == 0:
            text += ", size=" + str(tuple(part.shape))
        texts.append(text + ")")
    return (",\n" + " " * indent).join(texts)


def _grad_suffix(tensor):
    try:
        grad_fn = tensor.grad_fn
    except RuntimeError:
        return "grad_fn=<Invalid>"
    if grad_fn is not None:
        name = type(grad_fn).__name__
        if name == "CppFunction":
            name = grad_fn.name().rsplit("::", maxsplit=1)[-1]
        return f"grad_fn=<{name}>"
    return "requires_grad=True" if tensor.requires_grad else None


def _str_intern(tensor, tensor_contents=None):
    from ._tensor import Tensor

    plain = type(tensor) is Tensor or _is_parameter(tensor)
    prefix = "tensor(" if plain else f"{type(tensor).__name__}("
    indent, suffixes = len(prefix), []
    custom = tensor_contents is not None
    if tensor.device.type != "cpu":
        suffixes.append(f"device='{tensor.device}'")
    default = tensor.dtype in (_C.get_default_dtype(), _like(tensor, "int64"), _like(tensor, "bool"))
    if tensor.is_complex():
        default = tensor.dtype == {"torch.float64": _like(tensor, "complex128")}.get(
            str(_C.get_default_dtype()), _like(tensor, "complex64")
        )
    force_newline = False
    if tensor.is_sparse or str(tensor.layout).startswith("torch.sparse"):
        body = tensor_contents if custom else _sparse_body(tensor, indent, suffixes, default)
        force_newline = True
    elif tensor.is_meta:
        suffixes.append("size=" + str(tuple(tensor.shape)))
        if tensor.dtype != _C.get_default_dtype():
            suffixes.append("dtype=" + str(tensor.dtype))
        body = tensor_contents if custom else "..."
    elif tensor.numel() == 0:
        if tensor.dim() != 1:
            suffixes.append("size=" + str(tuple(tensor.shape)))
        if tensor.dtype != _C.get_default_dtype():
            suffixes.append("dtype=" + str(tensor.dtype))
        body = tensor_contents if custom else "[]"
    else:
        if not default:
            suffixes.append("dtype=" + str(tensor.dtype))
        body = tensor_contents if custom else _tensor_str(tensor, indent)
    if str(tensor.layout) != "torch.strided":
        suffixes.append("layout=" + str(tensor.layout))
    grad = _grad_suffix(tensor)
    if grad:
        suffixes.append(grad)
    return _add_suffixes(prefix + body, suffixes, indent, force_newline)


def _is_parameter(tensor):
    from .nn.parameter import Parameter

    return isinstance(tensor, Parameter)


def _str(self, *, tensor_contents=None):
    from .autograd.grad_mode import no_grad

    with no_grad(), _C.DisableTorchFunctionSubclass():
        return _str_intern(self, tensor_contents)
