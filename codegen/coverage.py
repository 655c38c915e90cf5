"""<out>/docs/coverage.md: what is implemented of the operator table."""

from __future__ import annotations

from collections import Counter

from codegen.implemented import autograd_kernels, kernels
from codegen.schema import Group, Schema, groups
from codegen.write import Output

_HEAD = """# Operators

Generated from the operator table and the sources. An operator that is not implemented is a placeholder: it can be
named and inspected, and throws NotImplementedError when it is called.

| | schemas |
|---|---|
"""
_COLUMNS = "| operator | functional | in-place | out= | autograd kernel |\n|---|---|---|---|---|\n"
_WORDS = {"engine": "engine", "composite": "composite", "derived": "derived"}


def _status(schema: Schema) -> str:
    found = kernels(schema)
    return _WORDS[found[0].origin] if found else "placeholder"


def _row(group: Group) -> str:
    cells = []
    for schema in (group.functional or group.mutable, group.inplace, group.out):
        cells.append("" if schema is None else _status(schema))
    differentiable = any(
        key.startswith("Autograd") for s in group.schemas for key, _ in autograd_kernels().get(s.id, [])
    )
    return f"| {group.name} | {' | '.join(cells)} | {'yes' if differentiable else ''} |"


def text() -> str:
    real = [g for g in groups() if g.main.namespace == "aten"]
    counts = Counter(_status(s) for g in real for s in g.schemas)
    lines = [f"| {word} | {counts[word]} |" for word in ("engine", "composite", "derived", "placeholder")]
    rows = sorted(_row(g) for g in real if any(kernels(s) for s in g.schemas))
    missing = sorted(g.name for g in real if not any(kernels(s) for s in g.schemas))
    table = "\n".join(lines)
    implemented, placeholders = "\n".join(rows), ", ".join(missing)
    return f"{_HEAD}{table}\n\n## Implemented\n\n{_COLUMNS}{implemented}\n\n## Placeholders\n\n{placeholders}\n"


def generate(out: Output) -> None:
    out.write("docs/coverage.md", text())
