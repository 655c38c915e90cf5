"""python -m codegen --out build/gen: writes all generated sources."""

from __future__ import annotations

import argparse
from pathlib import Path

from codegen import functions, interned_strings, operators, static_table
from codegen.write import Output


def main() -> None:
    parser = argparse.ArgumentParser(prog="codegen", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    out = Output(arguments.out)
    for step in (interned_strings, operators, functions, static_table):
        step.generate(out)
    out.finish()
    print(f"codegen: {len(out.written)} files, {out.changed} changed")


if __name__ == "__main__":
    main()
