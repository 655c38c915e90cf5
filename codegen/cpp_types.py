"""C++ types of schema arguments and results, as PyTorch's headers spell them.

Three views of a schema exist: `call` (the symbols of at::_ops: SymInt where the schema says so), `plain` (SymInt as
int64_t, what at::foo and kernels take) and `options` (plain, with dtype, layout, device and pin_memory gathered in one
TensorOptions).
"""

from __future__ import annotations

import re

from codegen.schema import Argument, Return, Schema, Type

_VALUE = {
    "int": "int64_t",
    "bool": "bool",
    "float": "double",
    "ScalarType": "at::ScalarType",
    "Layout": "at::Layout",
    "Device": "at::Device",
    "MemoryFormat": "at::MemoryFormat",
    "Stream": "at::Stream",
    "Generator": "at::Generator",
    "QScheme": "at::QScheme",
    "SymBool": "c10::SymBool",
    "Dimname": "at::Dimname",
    "Storage": "at::Storage",
    "SymInt": "c10::SymInt",
    "Scalar": "at::Scalar",
    "Tensor": "at::Tensor",
    "str": "c10::string_view",
}

# Facts that the schema does not show.
_CONST_MUTABLE = frozenset(
    [
        "resize_",
        "resize.out",
        "resize_as_",
        "resize_as.out",
        "resize_as_sparse_",
        "resize_as_sparse.out",
        "sparse_resize_",
        "sparse_resize.out",
        "sparse_resize_and_clear_",
        "sparse_resize_and_clear.out",
        "_resize_output_",
        "_resize_output.out",
        "as_strided_",
    ]
)
_SPECIAL = {(f"_cufft_{name}", "device_index"): "at::DeviceIndex" for name in (
    "clear_plan_cache", "get_plan_cache_max_size", "get_plan_cache_size", "set_plan_cache_max_size")}  # fmt: skip
_SPECIAL["cat", "tensors"] = "const at::ITensorListRef &"


def const_mutable(schema: Schema) -> bool:
    """Written tensors are passed, and returned, as `const Tensor &`."""
    return schema.id in _CONST_MUTABLE


def argument_type(type_: Type, mutable: bool, symint: bool = True, const_ref: bool = False) -> str:
    """Type of a parameter. `const_ref`: a written tensor is passed as const all the same."""
    base = "int" if type_.base == "SymInt" and not symint else type_.base
    if type_.list:
        if base == "Tensor":
            if type_.item_optional:
                return "const c10::List<::std::optional<at::Tensor>> &"
            return "at::TensorList" if not type_.optional else "::std::optional<at::TensorList>"
        if base == "bool" and type_.size:
            return f"::std::array<bool,{type_.size}>"
        if base == "int":
            return "at::OptionalIntArrayRef" if type_.optional else "at::IntArrayRef"
        if base == "SymInt":
            return "at::OptionalSymIntArrayRef" if type_.optional else "c10::SymIntArrayRef"
        item = {"Scalar": "at::Scalar", "float": "double"}.get(base, _VALUE.get(base, base))
        return f"::std::optional<at::ArrayRef<{item}>>" if type_.optional else f"at::ArrayRef<{item}>"
    if base == "Tensor":
        if type_.optional:
            return "const ::std::optional<at::Tensor> &"
        return "at::Tensor &" if mutable and not const_ref else "const at::Tensor &"
    if base == "Scalar":
        return "const ::std::optional<at::Scalar> &" if type_.optional else "const at::Scalar &"
    value = _VALUE[base]
    return f"::std::optional<{value}>" if type_.optional else value


def parameter_type(schema: Schema, argument: Argument, symint: bool = True) -> str:
    special = _SPECIAL.get((schema.name, argument.name))
    return special or argument_type(argument.type, argument.mutable, symint, const_mutable(schema))


def return_type(schema: Schema) -> str:
    kinds = [_single(schema, r) for r in schema.returns]
    if not kinds:
        return "void"
    return kinds[0] if len(kinds) == 1 else f"::std::tuple<{','.join(kinds)}>"


def _single(schema: Schema, result: Return) -> str:
    if result.type.list:
        return f"::std::vector<{_VALUE[result.type.base]}>"
    if result.type.base == "Tensor":
        if result.alias and result.alias.write:
            return "const at::Tensor &" if const_mutable(schema) else "at::Tensor &"
        return "at::Tensor"
    return _VALUE[result.type.base]


def parameters(schema: Schema, symint: bool = True) -> list[tuple[str, str]]:
    """(type, name) in schema order."""
    return [(parameter_type(schema, a, symint), a.name) for a in schema.arguments]


def declare(pairs: list[tuple[str, str]]) -> str:
    return ", ".join(f"{kind} {name}" for kind, name in pairs)


def function_type(schema: Schema, symint: bool = True) -> str:
    """`at::Tensor (const at::Tensor &, ...)`."""
    return f"{return_type(schema)} ({', '.join(kind for kind, _ in parameters(schema, symint))})"


def default_value(argument: Argument, symint: bool = True) -> str | None:
    """The default as a C++ expression for a parameter of the plain or the symint form; None where there is none."""
    text, kind = argument.default, argument.type
    if text is None:
        return None
    if text == "None":
        return "{}" if kind.is_tensor and not kind.list else "::std::nullopt"
    if kind.list:
        items = [i.strip() for i in text[1:-1].split(",") if i.strip()] if text.startswith("[") else [text]
        if kind.base == "bool" and kind.size:
            return "{{" + ",".join(items).lower() + "}}"
        if kind.size and len(set(items)) == 1 and (len(items) == kind.size or not text.startswith("[")):
            return f"c10::SymInt({items[0]})" if kind.is_symint and symint else items[0]
        return "{" + ",".join(items) + "}"
    if kind.base == "bool":
        return text.lower()
    if kind.base == "MemoryFormat":
        return f"c10::MemoryFormat({text})" if text.isdigit() else f"c10::MemoryFormat::{text.capitalize()}"
    if kind.base == "ScalarType":
        return f"at::ScalarType({text})" if text.isdigit() else f"at::k{text.capitalize()}"
    return text


# What declarations name most. Compilers read a name of namespace at faster than a template's arguments or a reference.
_NAMED = {
    "const Tensor &": "FlbTensorIn",
    "Tensor &": "FlbTensorOut",
    "const Scalar &": "FlbScalarIn",
    "const ::std::optional<Tensor> &": "FlbOptionalTensorIn",
    "const ::std::optional<Scalar> &": "FlbOptionalScalarIn",
    "::std::vector<Tensor>": "FlbTensorVector",
    **{f"::std::optional<{kind}>": f"FlbOptional{name}" for name, kind in {
        "Bool": "bool", "Device": "Device", "Double": "double", "Generator": "Generator", "Int": "int64_t",
        "Layout": "Layout", "MemoryFormat": "MemoryFormat", "ScalarType": "ScalarType",
        "StringView": "c10::string_view", "SymInt": "SymInt", "Tensor": "Tensor"}.items()},
    **{f"::std::tuple<{','.join([kind] * n)}>": f"{name}{n}"
       for n in (2, 3, 4, 5) for name, kind in (("FlbTensors", "Tensor"), ("FlbOuts", "Tensor &"))},
}  # fmt: skip
_NAMED_PATTERN = re.compile(
    r"(?<![\w:])(?:" + "|".join(re.escape(kind) for kind in sorted(_NAMED, key=len, reverse=True)) + r")(?! ?[&*])"
)


def named_types() -> str:
    """The names that `in_namespace_at` uses."""
    return "".join(f"using {name} = {kind};\n" for kind, name in _NAMED.items())


def in_namespace_at(text: str) -> str:
    """The types as namespace at spells them itself, in fewer tokens."""
    text = re.sub(r"\b(?:at|c10)::(?=[A-Z])", "", text)
    return _NAMED_PATTERN.sub(lambda match: _NAMED[match[0]], text)
