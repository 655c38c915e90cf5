"""The Python functions and methods of all operators: tables of signatures, thunks by C++ type, assembler entry points.

`generate(out)` writes src/python_*.cpp. pyshim/csrc/table.h declares the tables, pyshim/csrc/parse.cpp reads them. All
text lies in one pool and is referred to by offset, so that the tables need no relocation; operators are reached through
`jmp symbol@PLT` stubs, bound at their first call.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from codegen import schema
from codegen.implemented import ROOT
from codegen.python_signatures import Signature, bindable, deprecated, signature, sort
from codegen.python_tables import HEAD, Writer, table_source
from codegen.schema import OPTIONS, Schema
from codegen.write import Output

NAMESPACES = ("nn", "linalg", "fft", "special", "sparse", "nested", "torch")
SHARDS = 8

# Written by hand in pyshim/csrc: their Python form differs from the schema.
MANUAL_METHODS = frozenset(
    [
        "item",
        "to",
        "size",
        "stride",
        "contiguous",
        "numpy",
        "type",
        "cpu",
        "data_ptr",
        "is_contiguous",
        "requires_grad_",
        "new_tensor",
        "new",
        "storage_offset",
        "dim",
        "numel",
        "is_floating_point",
        "is_complex",
        "is_signed",
        "has_names",
    ]
)
MANUAL_FUNCTIONS = frozenset(
    ["tensor", "as_tensor", "from_numpy", "frombuffer", "asarray", "_from_blob", "nested_tensor", "range"]
)
# Forms kept for old programs: arguments in another order, by position.
DEPRECATED = {
    "add": ["self alpha other"], "sub": ["self alpha other"],
    "addcdiv": ["self value tensor1 tensor2"], "addcmul": ["self value tensor1 tensor2"],
    "addbmm": ["beta self alpha batch1 batch2", "beta self batch1 batch2"],
    "baddbmm": ["beta self alpha batch1 batch2", "beta self batch1 batch2"],
    "addmm": ["beta self alpha mat1 mat2", "beta self mat1 mat2"],
    "sspaddmm": ["beta self alpha mat1 mat2", "beta self mat1 mat2"],
    "addmv": ["beta self alpha mat vec", "beta self mat vec"],
    "addr": ["beta self alpha vec1 vec2", "beta self vec1 vec2"],
}  # fmt: skip

# g++ 12 takes the payload of an empty std::optional for uninitialised where it inlines much.
QUIET = '#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"\n'


def collect() -> dict[str, dict[str, list[Signature]]]:
    """namespace -> Python name -> signatures in the order in which they are tried; "tensor" holds the methods."""
    exported = {}
    for line in (ROOT / "abi/python_bindings.tsv").read_text().splitlines()[1:]:
        space, names = line.split("\t")
        exported[space] = frozenset(names.split())
    result: dict[str, dict[str, list[Signature]]] = {space: {} for space in (*NAMESPACES, "tensor")}
    schemas = [s for s in schema.load().values() if bindable(s)]
    outs = {}
    for s in schemas:
        if s.out_arguments:
            outs[(s.name.removesuffix("_out"), _inputs(s))] = s
    for s in schemas:
        if s.out_arguments:
            continue
        out = outs.get((s.name, _inputs(s)))
        entry = signature(s, out)
        plain = signature(s, None) if out else entry
        if s.is_function and s.name not in MANUAL_FUNCTIONS:
            space = next((n for n in NAMESPACES if s.name in exported[n]), None)
            if space:
                result[space].setdefault(s.name, []).append(entry)
        if s.is_method and s.name in exported["tensor"] and s.name not in MANUAL_METHODS:
            result["tensor"].setdefault(s.name, []).append(plain)
    for functions in result.values():
        for name, found in functions.items():
            ordered = sort(found)
            for order in DEPRECATED.get(name.removesuffix("_"), []):
                main = next(
                    f
                    for f in ordered
                    if all(n in f.form.op.text for n in order.split()) and "out_dtype" not in f.form.op.text
                )
                ordered.append(deprecated(main, order))
            functions[name] = ordered
    return result


def _inputs(s: Schema) -> tuple:
    return tuple((a.name, str(a.type)) for a in s.in_arguments if a.name not in OPTIONS or s.options_at is None)


def thunk_sources(w: Writer) -> dict[str, str]:
    types = list(w.types)
    files = {}
    step = -(-len(types) // SHARDS)
    for shard in range(SHARDS):
        part = types[shard * step : (shard + 1) * step]
        body = "\n".join(f"    &thunk<{t}>," for t in part)
        files[f"python_thunks_{shard}.cpp"] = (
            QUIET
            + HEAD.format(include="thunk.h")
            + f"extern constinit const Thunk kThunks{shard}[] = {{\n{body}\n}};\n\n}}  // namespace flambeau::python\n"
        )
    rows = "\n".join(f"extern const Thunk kThunks{i}[];" for i in range(SHARDS))
    names = ", ".join(f"kThunks{i}" for i in range(SHARDS))
    files["python_thunks.cpp"] = (
        HEAD.format(include="table.h")
        + f"{rows}\n\nThunk thunk_at(int index) {{\n  static constexpr const Thunk* shards[] = {{{names}}};\n"
        + f"  return shards[index / {step}][index % {step}];\n}}\n\n}}  // namespace flambeau::python\n"
    )
    return files


def sources() -> dict[str, str]:
    """File name -> text."""
    w = Writer()
    for space, functions in collect().items():
        for name in sorted(functions):
            w.function(space, name, functions[name])
    return {"python_table.cpp": table_source(w), **thunk_sources(w)}


def generate(out: Output) -> None:
    for name, text in sources().items():
        out.write(f"src/{name}", text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    generate(Output(parser.parse_args().out))
