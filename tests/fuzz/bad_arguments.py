"""Calls operators with arguments that do not fit: wrong ranks and dtypes, huge and negative numbers, shared memory.

Each schema of abi/ops.tsv.gz gets calls generated from its own argument types, as Python expressions, so that a finding
can be pasted. Run as a program, it compares with real PyTorch, which must run the same file:

    .venv-oracle/bin/python tests/fuzz/bad_arguments.py --cases 20 --out theirs.json
    .venv/bin/python tests/fuzz/bad_arguments.py --cases 20 --against theirs.json
"""

import argparse
import collections
import gzip
import json
import os
import random
import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import isolate  # noqa: E402

ROOT = Path(__file__).parents[2]
# They act on the process or on files by design.
EXCLUDED = {"from_file", "_test_ambiguous_defaults", "_debug_has_internal_overlap", "set_data"}

TENSORS = [
    "T(2, 3)", "T(3)", "T()", "T(0)", "T(2, 0, 3)", "T(3, 3)", "T(2, 3, 4)", "T(1, 2, 3, 4)", "T(2, 1, 3, 4, 5)",
    "T(4)",
    "T(2, 3, dtype='int64')", "T(3, dtype='int64')", "T(dtype='int64')", "T(2, 3, dtype='bool')", "T(3, dtype='uint8')",
    "T(2, 3, dtype='bfloat16')", "T(3, dtype='float16')", "T(3, 3, dtype='complex64')", "T(4, dtype='float64')",
    "T(2, 3, dtype='int32')", "T(5, 1, 2, 3, 1, 2)", "T(2, 3).expand(4, 2, 3)", "T(3, 2).t()", "T(1).expand(6)",
    "T(8)[::2]", "T(6).as_strided((3, 3), (1, 1))", "T(0, 3)", "T(3, 0, dtype='int64')", "T(1)", "T(1, 1)",
    "T(3, dtype='int64', fill=-5)", "T(3, dtype='int64', fill=2**62)", "T(2, 3, fill=float('nan'))",
    "T(3, fill=float('inf'))", "T(2, 3, device='meta')", "T(2, 3, grad=True)", "T(2, dtype='int64', fill=0)",
]  # fmt: skip
PLAIN = ["T(2, 3)", "T(3, 3)", "T(1, 2, 3, 4)", "T(3)", "T(2, 3, 4)", "T(3, dtype='int64')"]
INTS = ["0", "1", "-1", "2", "3", "-2", "7", "-100", "100", "2**31", "-2**31", "2**62", "-2**63", "2**63-1"]
FLOATS = ["0.5", "1.0", "0.0", "-1.0", "float('nan')", "float('inf')", "-float('inf')", "1e300", "1e-300"]
LISTS = [
    "[]", "[0]", "[1]", "[-1]", "[2, 3]", "[1, 1]", "[0, 0]", "[-1, -1]", "[3, 2]", "[2, 2, 2]", "[1, 1, 1]",
    "[0, 1, 2]", "[1, 0]", "[6]", "[2**31, 2**31]", "[2**62, 2**62]", "[2**63-1]", "[-2**63]", "[1] * 70",
    "[2**20, 2**20, 2**20]",
    "[-5, 3]", "[4, 2, 3]", "[1, 1, 1, 1]",
]  # fmt: skip
STRINGS = [
    "'mean'",
    "'none'",
    "'sum'",
    "''",
    "'x'",
    "'floor'",
    "'trunc'",
    "'ij,jk->ik'",
    "'((((' * 50",
    "'linear'",
    "'L'",
]
DTYPES = ["torch.float32", "torch.int64", "torch.bool", "torch.complex64", "torch.bfloat16", "torch.uint8", "None"]
BY_TYPE = {
    "int": INTS, "SymInt": INTS, "float": FLOATS, "bool": ["True", "False"], "str": STRINGS, "ScalarType": DTYPES,
    "Scalar": INTS[:7] + INTS[9:] + FLOATS + ["1j", "True"], "Layout": ["torch.strided", "torch.sparse_coo"],
    "MemoryFormat": ["torch.contiguous_format", "torch.channels_last", "torch.preserve_format"],
    "Device": ["'cpu'", "'meta'"], "Generator": ["None"], "Dimname": ["'a'"], "DeviceIndex": ["0"],
    "Storage": ["torch.UntypedStorage(4)"], "Stream": ["None"],
}  # fmt: skip


def arguments_of(schema):
    """(name, [(type, name, keyword only)]) of a schema's text."""
    name, rest = schema.split("(", 1)
    inside, arguments, keyword = rest.rpartition(") ->")[0], [], False
    for part in re.split(r",\s*(?![^\[(]*[\])])", inside):
        if part == "*":
            keyword = True
        elif part:
            kind, label = part.split("=")[0].rsplit(" ", 1)
            arguments.append((re.sub(r"\([^)]*\)", "", kind), label, keyword))
    return name, arguments


def value(kind, draw, tame):
    """An expression of a schema type; a tame one more often fits."""
    if kind.endswith("?"):
        return "None" if draw.random() < (0.6 if tame else 0.25) else value(kind[:-1], draw, tame)
    if match := re.fullmatch(r"(.+)\[(\d*)\]", kind):
        element, size = match.groups()
        if element in ("int", "SymInt"):
            if tame and size:
                return f"[{draw.choice(['0', '1', '2', '3'])}] * {size}"
            return draw.choice(LISTS[:12] if tame else LISTS)
        return "[" + ", ".join(value(element, draw, tame) for _ in range(int(size or draw.randrange(4)))) + "]"
    if kind == "Tensor":
        return draw.choice(PLAIN if tame else TENSORS)
    choices = BY_TYPE.get(kind, ["None"])
    return draw.choice(choices[:5] if tame else choices)


def calls(schema, count, seed=""):
    """`count` calls of an operator; the first ones mostly fit but for one argument."""
    name, arguments = arguments_of(schema)
    overload = name.removeprefix("aten::").partition(".")
    draw = random.Random(f"{seed}{schema}")
    for i in range(count):
        wild = draw.randrange(len(arguments) + 1) if i % 2 else None
        parts = []
        for j, (kind, label, keyword) in enumerate(arguments):
            tame = wild is not None and j != wild
            text = value(kind, draw, tame)
            if not (keyword and text == "None"):
                parts.append(f"**{{{label!r}: {text}}}" if keyword else text)
        yield f"torch.ops.aten.{overload[0]}.{overload[2] or 'default'}({', '.join(parts)})"


def schemas():
    with gzip.open(ROOT / "abi/ops.tsv.gz", "rt") as file:
        lines = [line.split("\t")[0] for line in file][1:]
    return [s for s in lines if s.startswith("aten::") and re.split(r"[.(]", s[6:])[0] not in EXCLUDED]


def namespace(torch):
    """What the expressions name."""

    def make(*sizes, dtype="float32", fill=None, device="cpu", grad=False):
        count = 1
        for n in sizes:
            count *= n
        t = torch.arange(count, dtype=torch.float32) if fill is None else torch.full((count,), fill, dtype=_wide(fill))
        t = t.to(getattr(torch, dtype)).reshape(sizes)
        return t.to(device) if device != "cpu" else t.requires_grad_() if grad else t

    def _wide(fill):
        return torch.int64 if isinstance(fill, int) else torch.float32

    return {"torch": torch, "T": make}


def touch(result):
    """Reads results, so that one with bounds beyond its memory is noticed."""
    if isinstance(result, (list, tuple)):
        for r in result:
            touch(r)
    elif hasattr(result, "is_meta") and not result.is_meta and 0 < result.numel() < 100_000:
        result.clone()


def outcomes(torch, texts, seconds=10):
    names = namespace(torch)

    def act(text):
        touch(eval(text, names))
        return "ok"

    with tempfile.TemporaryDirectory() as folder:

        def prepare():
            torch.set_num_threads(1)
            os.chdir(folder)

        return isolate.run(texts, act, prepare, seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=8, help="calls of each operator")
    parser.add_argument("--seed", default="")
    parser.add_argument("--only", default="", help="a pattern of schemas")
    parser.add_argument("--out", help="writes what came of each call")
    parser.add_argument("--against", help="what real PyTorch made of the same calls")
    options = parser.parse_args()
    if "oracle" in sys.prefix:
        import torch
    else:
        import flambeau as torch
    texts = [text for s in schemas() if re.search(options.only, s) for text in calls(s, options.cases, options.seed)]
    found = dict(zip(texts, outcomes(torch, texts), strict=True))
    if options.out:
        Path(options.out).write_text(json.dumps(found, indent=0))
    theirs = json.loads(Path(options.against).read_text()) if options.against else {}
    counts = collections.Counter("dies" if isolate.is_fatal(o) else o for o in found.values())
    for text, ours in found.items():
        expected = theirs.get(text)
        if isolate.is_fatal(ours):
            print(f"{ours}: {text}")
        elif expected and not isolate.is_fatal(expected) and ours not in (expected, "NotImplementedError"):
            print(f"{ours} instead of {expected}: {text}")
    print(dict(counts))


if __name__ == "__main__":
    main()
