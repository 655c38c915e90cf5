"""python -m codegen --out build/gen: writes all generated sources. --show NAME tells what is known of one operator."""

from __future__ import annotations

import argparse
from pathlib import Path

from codegen import autograd, c_shim, coverage, frontend, functions, interned_strings, operators, python, static_table
from codegen.implemented import autograd_kernels, kernels
from codegen.schema import load
from codegen.write import Output


def show(name: str) -> None:
    """Prints all overloads of a name, or the one whose id or C++ name it is."""
    for schema in load().values():
        if name not in (schema.id, schema.cpp, schema.name, schema.base):
            continue
        print(schema.text, f"\n  {static_table.signature_of_composite(schema)}")
        for kernel in kernels(schema):
            print(f"  {kernel.key}: {kernel.function} ({kernel.origin})")
        for key, function in autograd_kernels().get(schema.id, []):
            print(f"  {key}: {function}")


def generate(folder: Path) -> None:
    out = Output(folder)
    operators.generate(out, functions.operators_of_bodies())
    for step in (interned_strings, functions, frontend, static_table, autograd, python, c_shim, coverage):
        step.generate(out)
    out.finish()
    print(f"codegen: {len(out.written)} files, {out.changed} changed")


def main() -> None:
    parser = argparse.ArgumentParser(prog="codegen", description=__doc__)
    parser.add_argument("--out", type=Path, help="folder to write to")
    parser.add_argument("--show", metavar="NAME", help="an operator's id (add.Tensor) or name (add)")
    arguments = parser.parse_args()
    if arguments.show:
        show(arguments.show)
    elif arguments.out:
        generate(arguments.out)
    else:
        parser.error("one of --out and --show is needed")


if __name__ == "__main__":
    main()
