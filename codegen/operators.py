"""at::_ops: the structs of all operators and the two functions that enter the dispatcher."""

from __future__ import annotations

from codegen.cpp_types import declare, function_type, in_namespace_at, named_types, parameters, return_type
from codegen.schema import Schema, load
from codegen.write import Output, includes, namespace, shard_of

SHARDS = 6

_GUARD = """#pragma once
#if defined(TORCH_STABLE_ONLY) || defined(TORCH_TARGET_VERSION)
#error "not available to programs that are restricted to the stable interface"
#endif
"""


_METHOD_INCLUDES = includes(
    "ATen/core/ATen_fwd.h", "ATen/core/TensorBase.h", "c10/core/Scalar.h", "c10/util/OptionalArrayRef.h",
    "array", "optional", "string_view", "tuple", "vector",
)  # fmt: skip
_INCLUDES = includes(
    "ATen/MethodOperators.h", "c10/core/QScheme.h", "c10/core/Scalar.h", "c10/core/SymInt.h",
    "c10/core/SymIntArrayRef.h",
    "c10/core/TensorOptions.h", "c10/util/OptionalArrayRef.h",
) + """
#define ATEN_FN2(op_name, overload) at::_ops::op_name##_##overload::call
#define ATEN_FN(op_name) at::_ops::op_name::call
#define ATEN_OP2(op_name, overload) at::_ops::op_name##_##overload
#define ATEN_OP(op_name) at::_ops::op_name
"""  # fmt: skip
_BODY_INCLUDES = includes(
    "ATen/Operators.h", "ATen/core/IListRef.h", "ATen/core/Tensor.h", "ATen/core/dispatch/CallPath.h"
)


def header(text: str) -> str:
    return _GUARD + text


def operators() -> list[Schema]:
    """Schemas that have a struct in at::_ops: those of aten but the few that PyTorch registers by hand."""
    return [s for s in load().values() if s.namespace == "aten" and not _by_hand(s)]


def _by_hand(schema: Schema) -> bool:
    return schema.variants == {"-"} and not schema.generated and "pt2_compliant_tag" not in schema.tags


def table_order() -> list[tuple[str, Schema]]:
    """All rows in the order of the static table: by qualified name, then overload."""
    return sorted(load().items(), key=lambda row: (f"{row[1].namespace}::{row[1].name}", row[1].overload))


def _struct(schema: Schema) -> str:
    """Spelled with few tokens: a compiler reads 3,000 of these for every source."""
    text = schema.text.removeprefix("aten::").replace("\\", "\\\\").replace('"', '\\"')
    kinds, result = ", ".join(kind for kind, _ in parameters(schema)), return_type(schema)
    keyed = "DispatchKeySet" + (", " if kinds else "") + kinds
    return in_namespace_at(
        f"struct {schema.cpp} {{\n"
        f"  using schema = {function_type(schema)};\n"
        f"  using ptr_schema = schema*;\n"
        f'  static constexpr const char *name = "aten::{schema.name}", *overload_name = "{schema.overload}",\n'
        f'      *schema_str = "{text}";\n'
        f"  static {result} call({kinds}), redispatch({keyed});\n"
        f"}};\n"
    )


def _structs(schemas: list[Schema]) -> str:
    """Of default visibility, as TORCH_API would make them one by one."""
    structs = "\n".join(map(_struct, schemas))
    return namespace("at::_ops", f"#pragma GCC visibility push(default)\n{structs}#pragma GCC visibility pop\n")


def _bodies(schema: Schema, index: int) -> str:
    pairs = parameters(schema)
    declared, result = declare(pairs), return_type(schema)
    # References are passed on as they are, values are moved.
    names = [name if kind.endswith("&") else f"::std::move({name})" for kind, name in pairs]
    path = f"flambeau::CallPath<{schema.cpp}::schema>"
    keyed = ", ".join(["c10::DispatchKeySet dispatchKeySet"] + ([declared] if declared else []))
    return (
        f"{result} {schema.cpp}::call({declared}) {{ return {path}::call({', '.join([str(index), *names])}); }}\n"
        f"{result} {schema.cpp}::redispatch({keyed}) "
        f"{{ return {path}::redispatch({', '.join([str(index), 'dispatchKeySet', *names])}); }}\n"
    )


def generate(out: Output, with_bodies: set[str]) -> None:
    """`with_bodies`: the operators that bodies of Tensor's methods name, which have a smaller header."""
    schemas = operators()
    index = {s.cpp: i for i, (_, s) in enumerate(table_order()) if s.namespace == "aten"}
    out.write(
        "include/ATen/MethodOperators.h",
        header(
            _METHOD_INCLUDES + namespace("at", named_types()) + _structs([s for s in schemas if s.cpp in with_bodies])
        ),
    )
    out.write(
        "include/ATen/Operators.h",
        header(_INCLUDES + _structs([s for s in schemas if s.cpp not in with_bodies])),
    )
    shards: list[list[str]] = [[] for _ in range(SHARDS)]
    for schema in schemas:
        shards[shard_of(schema.base, SHARDS)].append(_bodies(schema, index[schema.cpp]))
    for i, bodies in enumerate(shards):
        out.write(f"src/operators_{i}.cpp", _BODY_INCLUDES + namespace("at::_ops", "".join(bodies)))
    for base in sorted({base_of(s) for s in schemas}):
        out.write(f"include/ATen/ops/{base}_ops.h", header("#include <ATen/Operators.h>\n"))


def base_of(schema: Schema) -> str:
    """Stem of the headers ATen/ops/<base>*.h: all forms of a name share them."""
    if schema.name.startswith("__"):
        return schema.base[2:-2] if schema.name.endswith("__") else schema.name
    return schema.base
