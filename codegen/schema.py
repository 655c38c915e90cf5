"""The operator table abi/ops.tsv.gz as Python objects.

for group in groups():            # one operator in all its forms
    group.functional, group.inplace, group.out      # Schema or None
load()["add_.Tensor"].arguments[0].alias.write      # True
"""

from __future__ import annotations

import functools
import gzip
import re
from dataclasses import dataclass, field
from pathlib import Path

TABLE = Path(__file__).resolve().parent.parent / "abi" / "ops.tsv.gz"

OPTIONS = ("dtype", "layout", "device", "pin_memory")


@dataclass(frozen=True)
class Type:
    """`base`, or a list of it. `optional` is of the whole, `item_optional` of items; `size` is the N of int[N]."""

    base: str
    list: bool = False
    size: int | None = None
    item_optional: bool = False
    optional: bool = False

    def __str__(self) -> str:
        item = self.base + "?" * self.item_optional
        brackets = f"[{'' if self.size is None else self.size}]" if self.list else ""
        return item + brackets + "?" * self.optional

    @property
    def is_tensor(self) -> bool:
        """A tensor, an optional tensor or a list of either."""
        return self.base == "Tensor"

    @property
    def is_symint(self) -> bool:
        return self.base == "SymInt"


@dataclass(frozen=True)
class Alias:
    """`(a!)`: name "a", write. `(a -> *)`: wildcard, elements of a list alias the result."""

    name: str
    write: bool = False
    wildcard: bool = False


@dataclass(frozen=True)
class Argument:
    name: str
    type: Type
    default: str | None = None  # as the schema spells it: 'None', '1', '[0, 0]', '"mean"'
    alias: Alias | None = None
    kwarg_only: bool = False
    out: bool = False

    @property
    def mutable(self) -> bool:
        return self.alias is not None and self.alias.write


@dataclass(frozen=True)
class Return:
    name: str | None
    type: Type
    alias: Alias | None = None


@dataclass(frozen=True, eq=False)
class Schema:
    """One row. `id` is its name in the project's tables ("add_.Tensor"), `cpp` that of its struct ("add__Tensor")."""

    text: str
    namespace: str
    name: str
    overload: str
    arguments: tuple[Argument, ...]
    returns: tuple[Return, ...]
    variants: frozenset[str] = field(default_factory=frozenset)
    kernels: frozenset[str] = field(default_factory=frozenset)
    tags: frozenset[str] = field(default_factory=frozenset)

    @property
    def id(self) -> str:
        return f"{self.name}.{self.overload}" if self.overload else self.name

    @property
    def cpp(self) -> str:
        return f"{self.name}_{self.overload}" if self.overload else self.name

    @property
    def qualified(self) -> str:
        return f"{self.namespace}::{self.id}"

    @property
    def base(self) -> str:
        """The name all forms share: add_ -> add, __iand__ -> __and__, normal_functional -> normal."""
        if self.name.startswith("__"):
            return re.sub(r"^__i(and|or|xor|lshift|rshift)__$", r"__\1__", self.name)
        return self.name.removesuffix("_functional").removesuffix("_")

    @property
    def kind(self) -> str:
        """functional, inplace (writes self), out (kwarg-only outputs) or mutable (writes some other argument)."""
        if any(a.out for a in self.arguments):
            return "out"
        if not any(a.mutable for a in self.arguments):
            return "functional"
        return "inplace" if self.name.endswith("_") else "mutable"

    @property
    def in_arguments(self) -> tuple[Argument, ...]:
        """All arguments but out=."""
        return tuple(a for a in self.arguments if not a.out)

    @property
    def out_arguments(self) -> tuple[Argument, ...]:
        return tuple(a for a in self.arguments if a.out)

    @property
    def has_options(self) -> bool:
        """Takes dtype, layout, device and pin_memory one after the other: C++ also has it with TensorOptions."""
        return self.options_at is not None

    @property
    def options_at(self) -> int | None:
        """Position of `dtype` when the four options follow each other."""
        names = [a.name for a in self.arguments]
        for i in range(len(names) - 3):
            if tuple(names[i : i + 4]) == OPTIONS and self.arguments[i].kwarg_only:
                return i
        return None

    @property
    def is_view(self) -> bool:
        """A result shares memory with an argument that is not written to."""
        return any(r.alias is not None and not r.alias.write for r in self.returns)

    @property
    def has_symint(self) -> bool:
        return any(a.type.is_symint for a in self.arguments) or any(r.type.is_symint for r in self.returns)

    @property
    def generated(self) -> bool:
        return "generated" in self.tags

    @property
    def is_method(self) -> bool:
        return "method" in self.variants

    @property
    def is_function(self) -> bool:
        return "function" in self.variants or "-" in self.variants

    def argument(self, name: str) -> Argument:
        return next(a for a in self.arguments if a.name == name)

    def position(self, name: str) -> int:
        return next(i for i, a in enumerate(self.arguments) if a.name == name)

    def signature(self) -> tuple:
        """What the forms of one operator have in common: the inputs, without options, defaults and alias marks."""
        at = self.options_at
        skip = range(at, at + 4) if at is not None else ()
        plain = tuple((a.name, str(a.type)) for i, a in enumerate(self.arguments) if not a.out and i not in skip)
        return (self.namespace, self.base, plain)


@dataclass
class Group:
    """The forms of one operator. `name` is the id of its functional form, or of the only one."""

    functional: Schema | None = None
    inplace: Schema | None = None
    out: Schema | None = None
    mutable: Schema | None = None

    @property
    def schemas(self) -> tuple[Schema, ...]:
        return tuple(s for s in (self.functional, self.inplace, self.out, self.mutable) if s)

    @property
    def main(self) -> Schema:
        return self.schemas[0]

    @property
    def name(self) -> str:
        return self.main.id


_HEAD = re.compile(r"(\w+)::(\w+)(?:\.(\w+))?\(")
_TYPE = re.compile(r"([A-Za-z_][\w.]*?)(?:\(([^)]*)\))?(\?)?(?:\[(\d*)\])?(?:\(([^)]*)\))?(\?)?$")


def _split(text: str) -> list[str]:
    """Splits at the commas that are outside brackets and quotes."""
    parts, depth, quoted, escaped, start = [], 0, False, False, 0
    for i, c in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and c == "\\":
            escaped = True
        elif c == '"':
            quoted = not quoted
        elif not quoted and c in "([":
            depth += 1
        elif not quoted and c in ")]":
            depth -= 1
        elif c == "," and not quoted and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    tail = text[start:].strip()
    return parts + [tail] if tail else parts


def _alias(text: str | None) -> Alias | None:
    if text is None:
        return None
    name, _, rest = text.partition("->")
    name = name.strip()
    return Alias(name.rstrip("!"), name.endswith("!"), "*" in rest)


def parse_type(text: str) -> tuple[Type, Alias | None]:
    if text.startswith("Dict("):
        return Type(text), None
    match = _TYPE.match(text)
    if not match:
        raise ValueError(f"cannot parse the type {text!r}")
    base, alias, first, size, list_alias, last = match.groups()
    is_list = size is not None
    optional = bool(last) or (bool(first) and not is_list)
    kind = Type(base, is_list, int(size) if size else None, bool(first) and is_list, optional)
    return kind, _alias(alias or list_alias)


def _argument(text: str, kwarg_only: bool) -> Argument:
    declared, equals, default = text.partition("=")
    kind, name = declared.rsplit(" ", 1)
    parsed, alias = parse_type(kind)
    out = kwarg_only and alias is not None and alias.write
    return Argument(name, parsed, default if equals else None, alias, kwarg_only, out)


def _return(text: str) -> Return:
    kind, name = text, None
    match = re.match(r"(.*[^,(]) (\w+)$", text)
    if match and not text.endswith(")"):
        kind, name = match.groups()
    parsed, alias = parse_type(kind)
    return Return(name, parsed, alias)


def parse(text: str, variants: str = "", kernels: str = "", tags: str = "") -> Schema:
    """Reads one schema, `aten::add.Tensor(Tensor self, ...) -> Tensor`."""
    head = _HEAD.match(text)
    if not head:
        raise ValueError(f"cannot parse the schema {text!r}")
    arrow = text.rindex(") -> ")
    arguments, kwarg_only = [], False
    for part in _split(text[head.end() : arrow]):
        if part == "*":
            kwarg_only = True
        else:
            arguments.append(_argument(part, kwarg_only))
    result = text[arrow + 5 :].strip()
    results = _split(result[1:-1]) if result.startswith("(") and result.endswith(")") else [result]
    words = [frozenset(w for w in column.split(",") if w) for column in (variants, kernels, tags)]
    namespace, name, overload = head.groups(default="")
    return Schema(text, namespace, name, overload, tuple(arguments), tuple(map(_return, results)), *words)


@functools.cache
def load(path: Path = TABLE) -> dict[str, Schema]:
    """All rows by id, in the table's order. prims:: operators have the id "prims::name"."""
    schemas = {}
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        next(rows)
        for row in rows:
            schema = parse(*row.rstrip("\n").split("\t"))
            schemas[schema.id if schema.namespace == "aten" else schema.qualified] = schema
    return schemas


@functools.cache
def groups() -> tuple[Group, ...]:
    """Every schema in exactly one group."""
    found: dict[tuple, list[Group]] = {}
    for schema in load().values():
        forms = found.setdefault(schema.signature(), [])
        free = next((g for g in forms if getattr(g, schema.kind) is None), None)
        if free is None:
            forms.append(free := Group())
        setattr(free, schema.kind, schema)
    return tuple(g for forms in found.values() for g in forms)


@functools.cache
def group_of() -> dict[str, Group]:
    """Group by the id of any of its schemas."""
    return {s.id if s.namespace == "aten" else s.qualified: g for g in groups() for s in g.schemas}
