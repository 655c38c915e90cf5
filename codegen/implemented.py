"""What is implemented, found in the sources: engine ops by their FLB_ lines, composite functions by their markers."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from codegen.cpp_types import declare, default_value, parameter_type, return_type
from codegen.operators import table_order
from codegen.schema import Group, Schema, group_of, groups, load

ROOT = Path(__file__).resolve().parent.parent
MARKERS = {
    "FLB_COMPOSITE": ("CompositeImplicitAutograd",),
    "FLB_ELEMENTWISE": ("CompositeImplicitAutograd",),
    "FLB_EXPLICIT": ("CompositeExplicitAutograd",),
    "FLB_CPU": ("CPU",),
    "FLB_META": ("Meta",),
}
_OWN_DTYPE = {"linalg_vector_norm"}  # an absent dtype is not the output's
_LINE = re.compile(r"^(FLB_\w+)\((\w+)\s*[,)]", re.M)


@dataclass(frozen=True)
class Kernel:
    """A row of the static table: `function` is a C++ expression naming a function of the full kernel signature."""

    key: str
    function: str
    origin: str  # engine, composite or derived
    prelude: str = ""  # code that `function` refers to, in namespace flambeau::table


@functools.cache
def _by_cpp_name() -> dict[str, Schema]:
    return {s.cpp: s for s in load().values() if s.namespace == "aten"}


def _scan(folder: str) -> list[tuple[str, str]]:
    """(macro, name) of every marker line below a folder whose name is a schema's."""
    found = []
    for path in sorted((ROOT / folder).rglob("*.cpp")):
        for macro, name in _LINE.findall(path.read_text(encoding="utf-8")):
            if name in _by_cpp_name():
                found.append((macro, name))
            elif macro in MARKERS:
                raise ValueError(f"{path}: {macro}({name}): no schema has that name")
    return found


@functools.cache
def engine_ops() -> dict[str, str]:
    """C++ name of the schema that an OpDef is named after -> the macro that defines it."""
    return {name: macro for macro, name in _scan("backend/ops")}


@functools.cache
def composites() -> dict[str, tuple[str, ...]]:
    """C++ name of a schema -> dispatch keys of the function at::native::<name>."""
    found: dict[str, tuple[str, ...]] = {}
    for macro, name in _scan("compat/ATen/native"):
        if macro not in MARKERS:
            continue
        if set(MARKERS[macro]) & set(found.get(name, ())):
            raise ValueError(f"{macro}({name}) appears twice in compat/ATen/native")
        found[name] = found.get(name, ()) + MARKERS[macro]
    return found


@functools.cache
def _elementwise() -> frozenset[str]:
    return frozenset(name for macro, name in _scan("compat/ATen/native") if macro == "FLB_ELEMENTWISE")


def _out_rule(schema: Schema, functional: Schema) -> str:
    """How the out= form `schema` stores what `functional` gives (OutRule in ATen/native/static_kernel.h)."""
    if "-" in schema.variants:
        return "flambeau::OutRule::exact"
    elementwise = "pointwise" in functional.tags or functional.cpp in _elementwise()
    return "flambeau::OutRule::elementwise" if elementwise else "flambeau::OutRule::any"


@functools.cache
def autograd_kernels() -> dict[str, list[tuple[str, str]]]:
    """Schema id -> (key, C++ function): the kernels that codegen/autograd.py adds."""
    from codegen import autograd  # it imports this module

    return autograd.kernels()


def _engine_op(group: Group) -> str | None:
    """The group's OpDef: named after the functional form, or after the one form there is."""
    return next((s.cpp for s in group.schemas if s.cpp in engine_ops()), None)


@functools.cache
def _row_of() -> dict[str, int]:
    """Schema id -> its row in the static table."""
    return {schema.id: row for row, (_, schema) in enumerate(table_order())}


def _outs(schema: Schema) -> int:
    return len(schema.out_arguments)


def _engine_kernel(schema: Schema, group: Group, op: str) -> str | None:
    if any(not r.type.is_tensor for r in schema.returns):
        return None
    main = _by_cpp_name()[op]
    common = f"flambeau::ops::op_{op}, {_row_of()[main.id]}, at::_ops::{schema.cpp}::schema"
    results = _outs(schema) if schema.kind == "out" else len(schema.returns)
    if results != (len(main.returns) or results):
        return None  # the functional form of a mutating operator also returns what that writes
    if schema.kind == "out":
        if any(a.type.list for a in schema.out_arguments):
            return None
        options = main.options_at if main.has_options and not schema.has_options else -1
        names = [a.name for a in main.in_arguments]
        by_out = options < 0 and "dtype" in names and main.argument("dtype").type.optional and op not in _OWN_DTYPE
        dtype = names.index("dtype") if by_out else -1
        return f"flambeau::OutForm<{common}, {_outs(schema)}, {options}, {dtype}>::call"
    if schema.kind == "inplace" and len(schema.returns) == 1 and not schema.arguments[0].type.list and op != schema.cpp:
        return f"flambeau::InPlace<{common}>::call"
    return f"flambeau::Functional<{common}>::call"


def _backend_select(schema: Schema) -> tuple[Kernel, ...]:
    """A factory that backends implement has no tensor argument to find the backend by."""
    if not schema.has_options or any(a.type.is_tensor for a in schema.arguments):
        return ()
    name = f"at::_ops::{schema.cpp}"
    return (
        Kernel(
            "BackendSelect", f"flambeau::BackendSelect<{name}, {name}::schema, {schema.options_at}>::call", "composite"
        ),
    )


def _derived_key(schema: Schema) -> str:
    keys = {k.key for k in kernels(schema)}
    return "CompositeImplicitAutograd" if "CompositeImplicitAutograd" in keys else "CompositeExplicitAutograd"


def _view_of_copy(schema: Schema) -> Schema | None:
    if "view_copy" not in schema.tags or schema.kind != "functional":
        return None
    view = load().get(schema.id.replace("_copy", "", 1))
    if view is None or view is schema or not view.is_view:
        return None
    return view if [a.type for a in view.arguments] == [a.type for a in schema.arguments] else None


def _derive(schema: Schema, group: Group) -> list[Kernel]:
    """A form that follows from another form of its group."""
    signature = f"at::_ops::{schema.cpp}::schema"
    if found := _foreach(schema):
        return found
    view = _view_of_copy(schema)
    if view and kernels(view):
        return [
            Kernel(
                "CompositeExplicitAutogradNonFunctional",
                f"flambeau::CopyOf<at::_ops::{view.cpp}, {signature}>::call",
                "derived",
            )
        ]
    functional = group.functional
    if functional and functional is not schema and kernels(functional) and _is_tensor_op(functional):
        name = f"at::_ops::{functional.cpp}"
        if schema.kind == "out":
            options = functional.options_at if functional.has_options and not schema.has_options else -1
            rule = _out_rule(schema, functional)
            if len(functional.returns) == _outs(schema):
                return [
                    Kernel(
                        _derived_key(functional),
                        f"flambeau::OutFrom<{name}, {signature}, {_outs(schema)}, {options}, {rule}>::call",
                        "derived",
                    )
                ]
        if schema.kind == "inplace" and len(functional.returns) == 1:
            return [Kernel(_derived_key(functional), f"flambeau::InPlaceFrom<{name}, {signature}>::call", "derived")]
    inplace = group.inplace
    if schema.kind == "functional" and inplace and inplace.cpp in composites() and not schema.arguments[0].type.list:
        return [
            Kernel(
                "CompositeExplicitAutograd",
                f"flambeau::FunctionalFrom<at::_ops::{inplace.cpp}, {signature}>::call",
                "derived",
            )
        ]
    return []


def _foreach(schema: Schema) -> list[Kernel]:
    """_foreach_add.Scalar: add.Scalar on each tensor. The item operator takes the same arguments, then its defaults."""
    if not schema.name.startswith("_foreach_") or schema.kind == "out":
        return []
    wanted = [(a.type.base, a.type.optional) for a in schema.arguments]
    for item in load().values():
        if item.name != schema.name.removeprefix("_foreach_") or item.namespace != "aten":
            continue
        rest = item.arguments[len(wanted) :]
        plain = [(a.type.base, a.type.optional) for a in item.arguments[: len(wanted)] if not a.type.list]
        if plain == wanted and all(a.default is not None for a in rest) and kernels(item) and len(item.returns) == 1:
            return [_foreach_kernel(schema, item)]
    return []


def _foreach_kernel(schema: Schema, item: Schema) -> Kernel:
    """A function on one item of each list, and the loop over it."""
    arguments = item.arguments[: len(schema.arguments)]
    given = [(parameter_type(item, a).replace("at::Tensor &", "const at::Tensor &"), a.name) for a in arguments]
    given = [(kind.replace("const const", "const"), name) for kind, name in given]
    values = [name for _, name in given]
    if schema.kind == "inplace":
        values[0] = f"const_cast<at::Tensor&>({values[0]})"
    values += [str(default_value(a)) for a in item.arguments[len(given) :]]
    name = f"item{schema.cpp}"
    call = f"at::_ops::{item.cpp}::call({', '.join(values)})"
    prelude = f"static {return_type(item)} {name}({declare(given)}) {{ return {call}; }}\n"
    function = f"flambeau::ForEach<&flambeau::table::{name}, at::_ops::{schema.cpp}::schema>::call"
    return Kernel("CompositeImplicitAutograd", function, "derived", prelude)


def _is_tensor_op(schema: Schema) -> bool:
    return bool(schema.returns) and all(r.type.is_tensor for r in schema.returns)


@functools.cache
def kernels(schema: Schema) -> tuple[Kernel, ...]:
    """The schema's own kernels, without autograd's."""
    if schema.namespace != "aten" or schema.cpp not in _by_cpp_name():
        return ()
    group = group_of()[schema.id]
    if schema.cpp in composites():
        function = f"flambeau::Adapter<&at::native::{schema.cpp}, at::_ops::{schema.cpp}::schema>::call"
        found = tuple(Kernel(key, function, "composite") for key in composites()[schema.cpp])
        return found + _backend_select(schema) if "CPU" in composites()[schema.cpp] else found
    op = _engine_op(group)
    function = _engine_kernel(schema, group, op) if op else None
    if function and schema.kind == "out" and "-" in schema.variants and (stored := _derive(schema, group)):
        return tuple(stored)  # PyTorch generates it: computed apart, then stored
    if function:
        # A view needs no memory, and a factory's device is among its arguments: one kernel serves all devices.
        anywhere = engine_ops()[op] == "FLB_VIEW" or (
            schema.has_options and not any(a.type.is_tensor for a in schema.arguments)
        )
        keys = ("CompositeExplicitAutograd",) if anywhere else ("CPU", "Meta")
        return tuple(Kernel(key, function, "engine") for key in keys)
    return tuple(_derive(schema, group))


@functools.cache
def implemented() -> frozenset[str]:
    """Ids of all schemas that have a kernel."""
    return frozenset(s.id for g in groups() for s in g.schemas if kernels(s))
