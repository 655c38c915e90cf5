"""The C shim's operators, aoti_torch_cpu_<op> and aoti_torch_aten_<op>: named in abi/cshim.txt, made from schemas.

Everything is a C type: tensors are handles, an optional is a pointer that may be null, a list a pointer and a length.
A function returns 0, or 1 with the exception's text kept for torch_exception_get_what().
"""

from __future__ import annotations

from codegen.implemented import ROOT
from codegen.schema import Argument, Schema, Type, load
from codegen.write import Output, includes

_PLAIN = {
    "Tensor": "AtenTensorHandle",
    "int": "int64_t",
    "SymInt": "int64_t",
    "bool": "int32_t",
    "float": "double",
    "Scalar": "double",
    "str": "const char*",
    "ScalarType": "int32_t",
    "Layout": "int32_t",
    "MemoryFormat": "int32_t",
    "Device": "int32_t",
    "Generator": "AtenGeneratorHandle",
}
_CPP = {"int": "int64_t", "SymInt": "c10::SymInt", "bool": "bool", "float": "double", "str": "c10::string_view"}
_EXTERN_C = '\n#ifdef __cplusplus\nextern "C" {{\n#endif\n\n{}\n#ifdef __cplusplus\n}}\n#endif\n'
# Versions of the headers from which on a function may be named.
_SINCE = {"_grouped_mm": "2_12", "full": "2_10", "subtract_Tensor": "2_10"}


def _element(kind: Type) -> str:
    if kind.item_optional:
        return "const AtenTensorHandle**"
    return f"const {_PLAIN[kind.base]}*"


def _parameters(argument: Argument) -> list[str]:
    kind, name = argument.type, argument.name
    if kind.list:
        element = _element(kind) + "*" * kind.optional
        return [f"{element} {name}", f"int64_t {name}_len_"]
    first = f"{_PLAIN[kind.base]}{'*' * kind.optional} {name}"
    return [first, f"int32_t {name}_index_"] if kind.base == "Device" else [first]


def _results(schema: Schema) -> list[str]:
    """Types of the ret0, ret1, ... parameters. Written arguments are not returned again."""
    kinds = []
    for result in schema.returns:
        if result.alias and result.alias.write:
            continue
        plain = _PLAIN[result.type.base]
        kinds.append(f"{plain}{'*' * result.type.list}*")
    return kinds


def _ordered(schema: Schema) -> list[Argument]:
    return [*schema.out_arguments, *schema.in_arguments]


def _signature(prefix: str, schema: Schema) -> str:
    parts = [p for a in _ordered(schema) for p in _parameters(a)]
    parts += [f"{kind} ret{i}" for i, kind in enumerate(_results(schema))]
    return f"AOTITorchError {prefix}_{schema.cpp}({', '.join(parts)})"


def _expression(schema: Schema, argument: Argument) -> str:
    """The C parameters as the C++ argument of at::_ops::X."""
    kind, name = argument.type, argument.name
    if kind.base == "Device":
        return f"shim::{'optional_' * kind.optional}device({name}, {name}_index_)"
    if kind.list:
        if kind.base == "bool" and kind.size:
            return f"shim::flags<{kind.size}>({name}, {name}_len_)"
        function = {
            "Tensor": "optional_tensors" if kind.item_optional else "tensors",
            "SymInt": "symints",
            "int": "integers",
            "float": "reals",
            "Scalar": "scalars",
        }[kind.base]
        return f"shim::{'optional_' * kind.optional}{function}({name}, {name}_len_)"
    if kind.base == "Tensor":
        return f"shim::optional_tensor({name})" if kind.optional else f"shim::tensor({name})"
    if kind.base == "Generator":
        return f"shim::generator({name})"
    cpp = _CPP.get(kind.base, f"at::{kind.base}")
    return f"shim::optional<{cpp}>({name})" if kind.optional else f"static_cast<{cpp}>({name})"


def _body(prefix: str, schema: Schema) -> str:
    values = ", ".join(_expression(schema, a) for a in schema.arguments)
    keys = "c10::DispatchKeySet(c10::DispatchKey::CPU)"
    target = f"at::_ops::{schema.cpp}::"
    call = (
        f"{target}redispatch({', '.join(x for x in (keys, values) if x)})"
        if "cpu" in prefix
        else f"{target}call({values})"
    )
    results = _results(schema)
    if not results:
        statement = f"{call};"
    elif len(results) == 1:
        statement = f"shim::put(ret0, {call});"
    else:
        names = [f"r{i}" for i in range(len(results))]
        puts = " ".join(f"shim::put(ret{i}, std::move({n}));" for i, n in enumerate(names))
        statement = f"auto [{', '.join(names)}] = {call}; {puts}"
    return f"{_signature(prefix, schema)} {{ return shim::guarded([&] {{ {statement} }}); }}\n"


def _supported(schema: Schema) -> bool:
    """The quantised and mkldnn ones have functions of their own form."""
    if schema.name.startswith(("_wrapped_", "mkldnn_")):
        return False
    return all(a.type.base in _PLAIN for a in schema.arguments) and all(r.type.base in _PLAIN for r in schema.returns)


def generate(out: Output) -> None:
    names = (ROOT / "abi" / "cshim.txt").read_text().split()
    by_cpp = {s.cpp: s for s in load().values() if s.namespace == "aten"}
    bodies = []
    for kind in ("cpu", "aten"):
        prefix = f"aoti_torch_{kind}"
        schemas = [
            by_cpp[n.removeprefix(prefix + "_")]
            for n in names
            if n.startswith(prefix) and n.removeprefix(prefix + "_") in by_cpp
        ]
        schemas = [s for s in schemas if _supported(s)]
        lines = []
        for schema in schemas:
            line = f"AOTI_TORCH_EXPORT {_signature(prefix, schema)};\n"
            since = _SINCE.get(schema.cpp)
            lines.append(f"#if TORCH_FEATURE_VERSION >= TORCH_VERSION_{since}_0\n{line}#endif\n" if since else line)
        bodies += [_body(prefix, s) for s in schemas]
        declarations = "".join(lines)
        out.write(
            f"include/torch/csrc/inductor/aoti_torch/generated/c_shim_{kind}.h",
            "#pragma once\n\n" + includes("torch/csrc/inductor/aoti_torch/c/shim.h") + _EXTERN_C.format(declarations),
        )
    shim = "torch/csrc/inductor/aoti_torch"
    headers = includes(
        "ATen/Operators.h", f"{shim}/generated/c_shim_aten.h", f"{shim}/generated/c_shim_cpu.h", f"{shim}/shim_values.h"
    )
    out.write("src/c_shim.cpp", headers + "\nnamespace shim = flambeau::shim;\n\n" + "".join(bodies))
