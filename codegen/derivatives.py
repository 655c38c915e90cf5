"""codegen/derivatives.toml as Python objects: which node differentiates which schema, and what that node keeps."""

from __future__ import annotations

import dataclasses
import fnmatch
import functools
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from codegen.schema import Argument, Schema, group_of, load

TABLE = Path(__file__).with_name("derivatives.toml")

# Properties of a tensor that a formula may name without keeping the tensor: C++ type and expression on `{0}`.
_PROPERTIES = {
    "sizes()": ("sym_sizes", "std::vector<int64_t>", "{0}.sizes().vec()"),
    "strides()": ("sym_strides", "std::vector<int64_t>", "{0}.strides().vec()"),
    "numel()": ("sym_numel", "int64_t", "{0}.numel()"),
    "dim()": ("dim", "int64_t", "{0}.dim()"),
    "scalar_type()": ("scalar_type", "at::ScalarType", "{0}.scalar_type()"),
    "options()": ("options", "at::TensorOptions", "{0}.options()"),
    "geometry()": ("geometry", "at::TensorGeometry", "at::TensorGeometry({0})"),
    "is_complex()": ("is_complex", "bool", "{0}.is_complex()"),
    "defined()": ("defined", "bool", "{0}.has_value() && {0}->defined()"),
}
_LIST_PROPERTIES = {
    "sizes()": ("args_sizes", "std::vector<std::vector<int64_t>>", "torch::autograd::to_args_sizes({0})"),
    "scalar_types()": ("args_scalartypes", "std::vector<at::ScalarType>", "torch::autograd::to_args_scalartypes({0})"),
}
_FIELD_TYPES = {
    "int": "int64_t",
    "SymInt": "int64_t",
    "bool": "bool",
    "float": "double",
    "Scalar": "at::Scalar",
    "ScalarType": "at::ScalarType",
    "Layout": "at::Layout",
    "Device": "at::Device",
    "MemoryFormat": "at::MemoryFormat",
    "str": "std::string",
}


@dataclass(frozen=True)
class Field:
    """A member of a node. `save` is an expression in the forward kernel; `uses` the inputs whose gradient needs it."""

    name: str
    type: str
    save: str
    kind: str  # value, ints, tensor, optional_tensor, tensors, optional_tensors, output
    source: str
    uses: frozenset[str]

    @property
    def member(self) -> str:
        return self.name if self.kind in ("value", "ints") else self.name + "_"


@dataclass(frozen=True)
class Formula:
    inputs: tuple[str, ...]
    expression: str


@dataclass(frozen=True)
class Derivative:
    """A node class, made for `schema` (functional wherever there is one)."""

    node: str
    schema: Schema
    formulas: tuple[Formula, ...]
    fields: tuple[Field, ...]

    @property
    def inputs(self) -> tuple[Argument, ...]:
        """Differentiable arguments, in schema order: the node's next edges."""
        named = {name for f in self.formulas for name in f.inputs}
        return tuple(a for a in self.schema.arguments if a.name in named)

    @property
    def outputs(self) -> tuple[int, ...]:
        """Positions of the results that have a gradient."""
        text = " ".join(f.expression for f in self.formulas)
        used = {int(i) for i in re.findall(r"\bgrads\[(\d+)\]", text)}
        if re.search(r"\bgrad\b", text) or re.search(r"\bgrads\b(?!\[)", text) or not used:
            used.add(0)
        return tuple(sorted(used))


def _camel(name: str) -> str:
    name = name.removesuffix("_forward")
    return "".join(part.title() for part in name.split("_"))


def _result_names(schema: Schema) -> dict[str, int]:
    if len(schema.returns) == 1:
        return {"result": 0}
    names = {f"result{i}": i for i in range(len(schema.returns))}
    return names | {r.name: i for i, r in enumerate(schema.returns) if r.name}


def _token(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.:>]){re.escape(name)}\b(?!\()")


def _argument_field(argument: Argument, uses: frozenset[str]) -> Field:
    name, kind = argument.name, argument.type
    if kind.is_tensor:
        if kind.list:
            how = "optional_tensors" if kind.item_optional else "tensors"
            return Field(
                name,
                "std::vector<SavedVariable>",
                f"torch::autograd::make_saved_variable_list({name}, false)",
                how,
                name,
                uses,
            )
        how = "optional_tensor" if kind.optional else "tensor"
        return Field(name, "SavedVariable", f"SavedVariable({name}, false)", how, name, uses)
    if kind.list and kind.base in ("int", "SymInt"):
        field = "std::vector<int64_t>"
        return Field(
            name, f"std::optional<{field}>" if kind.optional else field, f"flambeau::ints({name})", "ints", name, uses
        )
    if kind.list and kind.base == "bool" and kind.size:
        return Field(name, f"std::array<bool, {kind.size}>", name, "value", name, uses)
    if kind.list:
        return Field(name, f"std::vector<{_FIELD_TYPES[kind.base]}>", f"{name}.vec()", "value", name, uses)
    field = _FIELD_TYPES[kind.base]
    save = f"flambeau::integer({name})" if kind.base == "SymInt" else name
    if kind.base == "str":
        save = (
            f"{name}.has_value() ? std::optional<std::string>(*{name}) : std::nullopt"
            if kind.optional
            else f"std::string({name})"
        )
    return Field(name, f"std::optional<{field}>" if kind.optional else field, save, "value", name, uses)


def _extract(schema: Schema, formulas: list[Formula]) -> tuple[list[Formula], list[Field]]:
    """Replaces properties of tensors by fields, and finds which fields the formulas need."""
    expressions = [f.expression for f in formulas]
    fields: list[Field] = []

    def used_by(pattern: re.Pattern[str]) -> frozenset[str]:
        return frozenset(
            name for f, e in zip(formulas, expressions, strict=True) if pattern.search(e) for name in f.inputs
        )

    def replace(pattern: re.Pattern[str], field: Field) -> None:
        fields.append(field)
        for i, expression in enumerate(expressions):
            expressions[i] = pattern.sub(field.name, expression)

    for argument in schema.arguments:
        if not argument.type.is_tensor:
            continue
        for spelled, (suffix, kind, save) in (_LIST_PROPERTIES if argument.type.list else _PROPERTIES).items():
            pattern = re.compile(rf"(?<![\w.:>]){argument.name}\.{re.escape(spelled)}")
            if uses := used_by(pattern):
                name = argument.name
                if argument.type.optional and suffix == "sym_sizes":
                    kind, save = (
                        f"std::optional<{kind}>",
                        "{0}.has_value() && {0}->defined() ? std::optional({0}->sizes().vec()) : std::nullopt",
                    )
                    suffix = "sym_sizes_opt"
                elif argument.type.optional and suffix != "defined":
                    save = save.replace("{0}", "{0}.value_or(at::Tensor())")
                replace(
                    pattern,
                    Field(
                        f"{name}_{suffix}",
                        kind,
                        save.format(name),
                        "ints" if "sizes_opt" in suffix else "value",
                        name,
                        uses,
                    ),
                )
        pattern = re.compile(rf"(?<![\w.:>]){argument.name}\.size\((-?\d+)\)")
        for axis in sorted({m for e in expressions for m in pattern.findall(e)}):
            one = re.compile(rf"(?<![\w.:>]){argument.name}\.size\({axis}\)")
            name = f"{argument.name}_sym_argsize_{axis.replace('-', 'minus_')}"
            replace(one, Field(name, "int64_t", f"{argument.name}.size({axis})", "value", argument.name, used_by(one)))
    for argument in schema.arguments:
        if uses := used_by(_token(argument.name)):
            fields.append(_argument_field(argument, uses))
    for name in _result_names(schema):
        if uses := used_by(_token(name)):
            fields.append(Field(name, "SavedVariable", "", "output", name, uses))
    return [Formula(f.inputs, e) for f, e in zip(formulas, expressions, strict=True)], fields


def _entries() -> list[tuple[str, str, dict[str, str]]]:
    """(name, overload, formulas) in the file's order."""
    found = []
    for name, table in tomllib.loads(TABLE.read_text(encoding="utf-8")).items():
        if name == "non_differentiable":
            continue
        plain = {k: v for k, v in table.items() if isinstance(v, str)}
        placed = False
        for key, value in table.items():
            if isinstance(value, dict):
                found.append((name, key, value))
            elif not placed:
                found.append((name, "", plain))
                placed = True
    return found


@functools.cache
def derivatives() -> dict[str, Derivative]:
    """By schema id, for the schemas that the table names."""
    counted: Counter[str] = Counter()
    found = {}
    for name, overload, table in _entries():
        schema = load().get(f"{name}.{overload}" if overload else name)
        if schema is None:
            raise ValueError(f"derivatives.toml: no operator {name}.{overload}")
        camel = _camel(schema.name)
        node = f"{camel}Backward{counted[camel]}"
        counted[camel] += 1
        formulas = [Formula(tuple(n.strip() for n in names.split(",")), text) for names, text in table.items()]
        known = {a.name for a in schema.arguments}
        for formula in formulas:
            if unknown := set(formula.inputs) - known:
                raise ValueError(f"derivatives.toml: {schema.id} has no argument {', '.join(sorted(unknown))}")
        formulas, fields = _extract(schema, formulas)
        found[schema.id] = Derivative(node, schema, tuple(formulas), tuple(fields))
    return found


@functools.cache
def _non_differentiable() -> re.Pattern[str]:
    patterns = tomllib.loads(TABLE.read_text(encoding="utf-8"))["non_differentiable"]["operators"]
    return re.compile("|".join(fnmatch.translate(pattern) for pattern in patterns))


def non_differentiable(schema: Schema) -> bool:
    """Results of the operator never have a gradient."""
    return _non_differentiable().match(schema.id) is not None


@functools.cache
def _of_view_copy(schema: Schema) -> Derivative | None:
    """view_copy and its kin differentiate as the views they copy."""
    view = derivatives().get(schema.id.replace("_copy", "", 1))
    return view and dataclasses.replace(view, node=view.node + "_copy", schema=schema)


def derivative_of(schema: Schema) -> Derivative | None:
    """The schema's own entry, or that of the functional form for an in-place one."""
    if schema.id in derivatives():
        return derivatives()[schema.id]
    if "view_copy" in schema.tags and schema.kind == "functional":
        return _of_view_copy(schema)
    functional = group_of()[schema.id].functional if schema.namespace == "aten" else None
    if schema.kind == "inplace" and functional is not None:
        return derivatives().get(functional.id)
    return None
