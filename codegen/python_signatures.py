"""What a schema is in Python: its parameters and their defaults, the calls it makes, the order of overloads."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from codegen.schema import OPTIONS, Argument, Schema, Type

# A number is accepted where these take a tensor, so the overload for numbers would only be in the way.
SKIPPED = frozenset(
    ["add.Scalar", "add_.Scalar", "sub.Scalar", "sub_.Scalar", "mul.Scalar", "mul_.Scalar", "div.Scalar", "div_.Scalar"]
)
RENAMED = {("copy_", "src"): "other"}

KINDS = {
    "Tensor": "tensor", "Scalar": "number", "int": "integer", "SymInt": "integer", "float": "real",
    "Generator": "generator", "bool": "boolean", "Layout": "layout", "MemoryFormat": "memory_format",
    "ScalarType": "dtype", "Device": "device", "Stream": "stream", "QScheme": "qscheme", "str": "string",
    "Storage": "storage", "DeviceIndex": "integer", "SymBool": "boolean",
}  # fmt: skip
LIST_KINDS = {
    "Tensor": "tensors",
    "int": "integers",
    "SymInt": "integers",
    "float": "reals",
    "bool": "booleans",
    "Scalar": "numbers",
}
MEMORY_FORMATS = {"contiguous_format": 0, "preserve_format": 1, "channels_last": 2}
REDUCTIONS = {"Mean": 1, "Sum": 2}


@dataclass(frozen=True)
class Param:
    name: str
    kind: str
    default: str | None = None  # as Python shows it
    value: object = None  # int, float, str or a tuple of numbers
    none: bool = False
    keyword: bool = False
    size: int = 0


@dataclass
class Form:
    """One call of at::_ops: for each of its arguments the parameter it comes from, or `128 + i` for item i of out=."""

    op: Schema
    sources: list[int]


@dataclass
class Signature:
    name: str
    params: list[Param]
    form: Form
    out: Form | None = None
    self_at: int | None = None
    factory: bool = False
    hidden: bool = False
    outs: int = 0
    fields: tuple[str, ...] = ()
    order: tuple = ()  # types of the inputs
    types: list = field(default_factory=list)  # of all parameters, out= and options as text


def _value(arg_type: Type, text: str | None):
    if text is None or text == "None":
        return None
    if arg_type.list:
        items = [i.strip() for i in text.strip("[]").split(",") if i.strip()]
        items = [{"True": 1, "False": 0}.get(i, i) for i in items]
        if arg_type.size and len(items) == 1:
            items *= arg_type.size
        return tuple(float(i) if arg_type.base == "float" else int(i) for i in items)
    if arg_type.base == "MemoryFormat":
        return MEMORY_FORMATS.get(text) if not text.isdigit() else int(text)
    if text in REDUCTIONS:
        return REDUCTIONS[text]
    if text in ("True", "False"):
        return int(text == "True")
    if arg_type.base == "ScalarType":
        return {"long": 4, "float": 6}[text] if not text.isdigit() else int(text)
    if arg_type.base in ("float", "Scalar") and re.search(r"[.e]|inf", text):
        return float(text)
    if arg_type.base == "float":
        return float(text)
    if arg_type.base == "str":
        return text.strip('"')
    return int(text)


def _shown(arg_type: Type, text: str) -> str:
    """A default as PyTorch's messages show it."""
    if arg_type.list and text.startswith("["):
        items = [i.strip() for i in text.strip("[]").split(",") if i.strip()]
        if not items:
            return "None"
        if arg_type.size == len(items) and len(set(items)) == 1:
            return items[0]
        return "(" + ", ".join(items) + ")"
    if arg_type.base == "MemoryFormat":
        return f"torch.{text}" if not text.isdigit() else "torch.contiguous_format"
    if arg_type.base == "ScalarType" and text != "None":
        return "torch." + {"long": "int64", "4": "int64"}.get(text, text)
    return {"Mean": "at::Reduction::Mean"}.get(text, text)


def _param(s: Schema, a: Argument) -> Param:
    kind = (LIST_KINDS if a.type.list else KINDS)[a.type.base]
    if a.type.item_optional:
        kind = "optional_tensors"
    name = a.name
    if name == "self" and a.type.base == "Tensor" and not a.type.list:
        name = "input"
    name = RENAMED.get((s.name, name), name)
    default = None if a.default is None else _shown(a.type, a.default)
    size = a.type.size or 0 if a.type.base in ("int", "SymInt", "float") else 0
    return Param(
        name, kind, default, _value(a.type, a.default), a.type.optional or a.default == "None", a.kwarg_only, size
    )


def bindable(s: Schema) -> bool:
    if s.namespace != "aten" or s.id in SKIPPED:
        return False
    if s.generated and not s.name.endswith("_copy"):
        return False
    return all(a.type.base in KINDS and (not a.type.list or a.type.base in LIST_KINDS) for a in s.arguments)


def _result_fields(s: Schema) -> tuple[str, ...]:
    names = tuple(r.name or "" for r in s.returns)
    return names if len(names) > 1 and all(names) and not s.out_arguments else ()


def signature(s: Schema, out: Schema | None) -> Signature:
    """`s` is the form without out=, or an out form that has no other."""
    base = s.in_arguments
    returns_tensor = len(s.returns) > 0 and s.returns[0].type.is_tensor
    like = s.name.endswith("_like") or s.name.startswith("new_")
    at = s.options_at
    factory = returns_tensor and at is not None and (like or not any(a.type.is_tensor for a in base))
    plain = [a for a in base if not (factory and a.name in OPTIONS)]
    params = [_param(s, a) for a in plain]
    index = {a.name: i for i, a in enumerate(plain)}
    outs = out.out_arguments if out else ()
    if outs:
        index["out"] = len(params)
        params.append(Param("out", "tensors" if len(outs) > 1 else "tensor", "None", None, True, True, len(outs)))
    if factory:
        for name in OPTIONS:
            index[name] = len(params)
            kind = {"dtype": "dtype", "layout": "layout", "device": "device", "pin_memory": "boolean"}[name]
            params.append(Param(name, kind, "False" if name == "pin_memory" else "None", None, True, True))
        params.append(Param("requires_grad", "boolean", "False", 0, True, True))
    has_self = s.is_method and "self" in index and s.arguments[s.position("self")].type.base == "Tensor"
    call = Form(s, [index[a.name] for a in s.arguments] if not s.out_arguments else [])
    if s.out_arguments:  # out= is all there is
        raise ValueError(s.id)
    out_call = None
    if out:
        names = [a.name for a in out.out_arguments]
        out_call = Form(
            out, [index[a.name] if a.name not in names else 128 + names.index(a.name) for a in out.arguments]
        )
    result = Signature(
        s.name,
        params,
        call,
        out_call,
        index["self"] if has_self else None,
        factory,
        False,
        len(outs),
        _result_fields(s),
    )
    result.order = tuple(str(a.type) for a in plain)
    result.types = (
        [a.type for a in plain] + ["Tensor"] * bool(outs) + ["ScalarType", "Layout", "Device", "bool", "bool"] * factory
    )
    return result


def deprecated(s: Signature, order: str) -> Signature:
    """The same call with its arguments in the old order, all positional."""
    schema_names = [a.name for a in s.form.op.arguments]
    names = order.split()
    params = []
    for name in names:
        p = s.params[s.form.sources[schema_names.index(name)]]
        params.append(Param(p.name, p.kind, None, None, False, False, p.size))
    sources = {name: i for i, name in enumerate(names)}
    form = Form(s.form.op, [sources.get(n, 255) for n in schema_names])
    out = None
    if s.out:
        params.append(next(p for p in s.params if p.name == "out"))
        out = Form(s.out.op, [sources.get(a.name, 128 if a.out else 255) for a in s.out.op.arguments])
    return Signature(
        s.name, params, form, out, sources["self"] if s.self_at is not None else None, False, True, s.outs, s.fields
    )


_SPELLED = {"float": "double", "str": "c10::string_view", "int": "int64_t"}
_LISTS = {
    "Tensor": "TensorList",
    "int": "IntArrayRef",
    "SymInt": "SymIntArrayRef",
    "float": "ArrayRef<double>",
    "Scalar": "at::ArrayRef<Scalar>",
}


def _spelled(s: Signature) -> str:
    """The signature as the text that PyTorch sorts overloads by."""
    parts, starred = [], False
    for p, kind in zip(s.params, s.types, strict=True):
        if p.keyword and not starred:
            parts.append("*")
            starred = True
        text = kind if isinstance(kind, str) else _type_text(kind)
        parts.append(f"{text} {p.name}" + (f"={p.default}" if p.default is not None else ""))
    return ", ".join(parts) + ")"


def _type_text(kind: Type) -> str:
    if kind.list:
        base = _LISTS.get(kind.base, kind.base)
        text = f"{base}[{kind.size}]" if kind.size else base
    else:
        text = _SPELLED.get(kind.base, kind.base)
    return text + "?" * kind.optional


def _smaller(a: str, b: str) -> bool:
    """Type `a` takes more than `b` does, so that it must be tried later."""
    return (
        (a == "Scalar" and b == "Tensor")
        or (a == "Scalar?" and b == "Tensor?")
        or (a == "int[]" and b in ("int", "int?"))
        or (a == "Tensor[]" and "[]" in b)
        or (a == "SymInt[]" and b == "int[]")
        or (a in ("SymInt", "int") and b == "float")
    )


def sort(signatures: list[Signature]) -> list[Signature]:
    """PyTorch's order: by text, then those that take more after those that take less."""
    signatures = sorted(signatures, key=_spelled)
    waits: dict[int, set[int]] = {}
    for i, a in enumerate(signatures):
        for j, b in enumerate(signatures):
            if (
                len(a.order) == len(b.order)
                and a.order != b.order
                and all(x == y or _smaller(x, y) for x, y in zip(a.order, b.order, strict=True))
            ):
                waits.setdefault(i, set()).add(j)
    done = [i for i in range(len(signatures)) if i not in waits]
    for i in done:
        for j in sorted(waits):
            waits[j].discard(i)
            if not waits[j]:
                del waits[j]
                done.append(j)
    return [signatures[i] for i in done]
