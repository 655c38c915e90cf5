"""The static operator table (ATen/core/dispatch/StaticOps.h): a row for each schema, with its kernels if it has any."""

from __future__ import annotations

import re

from codegen.cpp_types import declare, parameters, return_type
from codegen.implemented import autograd_kernels, composites, engine_ops, kernels
from codegen.operators import header, operators, table_order
from codegen.schema import Schema, load
from codegen.write import Output, includes, namespace, shard_of

SHARDS = 6
# The engine's own operators, declared where a file of kernels refers to them.
_GCC12 = """// GCC 12 sees an index of -1 in the printing of a Layout where none can be.
#pragma GCC diagnostic ignored "-Warray-bounds"

"""
_OPENING = """#include <ATen/NativeFunctions.h>
#include <ATen/Operators.h>
#include <ATen/native/static_kernel.h>

"""


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _autograd_functions(schema: Schema) -> list[tuple[str, str]]:
    return autograd_kernels().get(schema.id, []) if kernels(schema) else []


def _declare_autograd(schema: Schema) -> str:
    result, pairs = return_type(schema), declare(parameters(schema))
    lines = []
    for _, symbol in _autograd_functions(schema):
        space, _, name = symbol.lstrip("&:").rpartition("::")
        declared = ", ".join(x for x in ("c10::OperatorKernel*, c10::DispatchKeySet", pairs) if x)
        lines.append(f"namespace {space} {{ {result} {name}({declared}); }}\n")
    return "".join(lines)


def _rows(schema: Schema) -> list[str]:
    found = [(k.key, k.function) for k in kernels(schema)] + _autograd_functions(schema)
    symint = "true" if any(a.type.is_symint for a in schema.arguments) else "false"
    return [
        f"  {{c10::DispatchKey::{key}, reinterpret_cast<void*>(&{function}),\n"
        f"   &flambeau::boxed<&{function}>, {symint}}},\n"
        for key, function in found
    ]


def _kernel_files(out: Output, schemas: list[Schema]) -> None:
    shards: list[list[Schema]] = [[] for _ in range(SHARDS)]
    for schema in schemas:
        shards[shard_of(schema.base, SHARDS)].append(schema)
    for i, part in enumerate(shards):
        rows_of = {schema.id: _rows(schema) for schema in part}
        all_rows = "".join(row for rows in rows_of.values() for row in rows)
        used = sorted(engine_ops().keys() & set(re.findall(r"\bop_(\w+),", all_rows)))
        text = [_OPENING]
        if "BackendSelect" in all_rows:
            text.insert(0, _GCC12)
        text.append("namespace flambeau::ops {\n" + "".join(f"extern const OpDef op_{n};\n" for n in used) + "}\n\n")
        text += [_declare_autograd(s) for s in part]
        text.append("\nnamespace flambeau::table {\n\n")
        for schema in part:
            rows = rows_of[schema.id]
            text += [k.prelude for k in kernels(schema)]
            text.append(
                f"extern const StaticKernel {schema.cpp}[{len(rows)}];\n"
                f"const StaticKernel {schema.cpp}[{len(rows)}] = {{\n"
            )
            text.append("".join(rows) + "};\n")
        text.append("\n}  // namespace flambeau::table\n")
        out.write(f"src/kernels_{i}.cpp", "".join(text))


def _native_declarations() -> str:
    by_name = {s.cpp: s for s in load().values() if s.namespace == "aten"}
    lines = []
    for name in sorted(composites()):
        schema = by_name[name]
        declared = ", ".join(
            f"{kind} {a.name}" for (kind, _), a in zip(parameters(schema, symint=False), schema.arguments, strict=True)
        )
        lines.append(f"TORCH_API {return_type(schema)} {name}({declared});\n")
    return "".join(lines)


def signature_of_composite(schema: Schema) -> str:
    """The line that a composite function must be defined with."""
    pairs = parameters(schema, symint=False)
    return f"{return_type(schema)} {schema.cpp}({declare(pairs)})"


def _table(out: Output) -> None:
    order = table_order()
    has_struct = {s.cpp for s in operators()}
    tag_sets = sorted({tuple(sorted(s.tags)) for _, s in order if s.tags})
    text = [
        includes("ATen/Operators.h", "ATen/core/IListRef.h", "ATen/core/Tensor.h", "ATen/core/dispatch/StaticOps.h")
        + "#include <ATen/core/enum_tag.h>\n\nnamespace flambeau::table {\n\n"
    ]
    for _, schema in order:
        if rows := len(_rows(schema)):
            text.append(f"extern const StaticKernel {schema.cpp}[{rows}];\n")
    for i, tags in enumerate(tag_sets):
        text.append(f"static constexpr at::Tag tags_{i}[] = {{{', '.join('at::Tag::' + t for t in tags)}}};\n")
    text.append("\n}  // namespace flambeau::table\n\nnamespace flambeau {\n\nstatic const StaticOp kOps[] = {\n")
    for _, schema in order:
        rows = len(_rows(schema))
        real = schema.namespace == "aten" and schema.cpp in has_struct
        tags = tuple(sorted(schema.tags))
        fields = [
            _quoted(f"{schema.namespace}::{schema.name}"),
            _quoted(schema.overload),
            _quoted(schema.text),
            f"table::{schema.cpp}" if rows else "nullptr",
            str(rows),
            "true" if schema.kernels & _CPU_KEYS else "false",
            f"&typeid(at::_ops::{schema.cpp}::schema)" if real else "nullptr",
            "true" if any(a.type.is_symint for a in schema.arguments) else "false",
            f"table::tags_{tag_sets.index(tags)}" if tags else "nullptr",
            str(len(tags)),
        ]
        text.append(f"  {{{', '.join(fields)}}},\n")
    text.append(
        "};\n\nstd::span<const StaticOp> static_ops() { return kOps; }\n\n"
        f"constinit std::atomic<const c10::OperatorHandle*> static_op_handles[{len(order)}] = {{}};\n\n"
        "}  // namespace flambeau\n"
    )
    out.write("src/static_ops.cpp", "".join(text))


_CPU_KEYS = frozenset(
    ("CPU", "CompositeImplicitAutograd", "CompositeExplicitAutograd", "CompositeExplicitAutogradNonFunctional")
)


def generate(out: Output) -> None:
    _kernel_files(out, [s for _, s in table_order() if _rows(s)])
    out.write(
        "include/ATen/NativeFunctions.h",
        header(includes("ATen/Functions.h", "ATen/core/IListRef.h") + namespace("at::native", _native_declarations())),
    )  # fmt: skip
    _table(out)
