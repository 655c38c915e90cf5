"""torch::fft and torch::special: operators of those families without their prefix."""

from __future__ import annotations

from codegen.cpp_forms import Form, forms
from codegen.functions import define
from codegen.operators import header, operators
from codegen.write import Output, includes, namespace


def _function(form: Form, family: str) -> str:
    name = form.name.removeprefix(f"{family}_").replace("_symint", "")
    return define(form, f"{form.result} {name}({form.declaration()})")


def generate(out: Output) -> None:
    for family in ("fft", "special"):
        lines = []
        for schema in operators():
            if not schema.name.startswith(f"{family}_"):
                continue
            found = [f for f in forms(schema) if f.options == schema.has_options and not f.name.endswith("_outf")]
            # Lengths may be symbolic, shapes are plain integers.
            symbolic = [f for f in found if f.symint and not any("SymIntArrayRef" in p.type for p in f.parameters)]
            lines += [_function(f, family) for f in symbolic or [f for f in found if not f.symint]]
        text = includes("ATen/ATen.h", "torch/csrc/api/include/torch/types.h") + namespace(
            f"torch::{family}", "".join(lines)
        )
        out.write(f"include/torch/{family}.h", header(text))
