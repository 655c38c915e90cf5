"""ATen/core/interned_strings_list.h: the names whose numbers are known at compile time, in the order of the numbers."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from codegen.write import Output

ROOT = Path(__file__).parent.parent
NAMESPACES = ("_caffe2", "namespaces", "nvprims", "prims", "prim", "aten", "cuda", "onnx", "attr", "scope", "user")


def symbols() -> list[tuple[str, str]]:
    """(namespace, name) of each symbol, from the values of PyTorch's enum c10::_keys."""
    with gzip.open(ROOT / "abi" / "enums.jsonl.gz", "rt") as lines:
        values = next(e["values"] for e in map(json.loads, lines) if e["name"] == "c10::_keys")
    result = []
    for key in sorted(values, key=values.get):
        if key != "num_symbols":
            namespace = next(n for n in NAMESPACES if key.startswith(n + "_"))
            result.append((namespace, key[len(namespace) + 1 :]))
    return result


def generate(out: Output) -> None:
    """Writes the list as an X-macro."""
    rows = " \\\n".join(f"  _({namespace}, {name})" for namespace, name in symbols())
    out.write("include/ATen/core/interned_strings_list.h", f"#pragma once\n\n#define FORALL_NS_SYMBOLS(_) \\\n{rows}\n")
