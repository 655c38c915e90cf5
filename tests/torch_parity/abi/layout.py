"""Class layouts, vtables and enums of our headers against PyTorch's, as recorded in abi/.

    python tests/torch_parity/abi/layout.py [--build DIR] [--also INCLUDE]... [--update]

--update rewrites abi/unmirrored_classes.txt, the list of what is not there yet, which may only shrink. --also names an
include folder for headers that do not exist here yet; what they define counts as not there.
"""

import argparse
import gzip
import json
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[3]
ABI = ROOT / "abi"
UNMIRRORED = ABI / "unmirrored_classes.txt"
API = "torch/csrc/api/include/"
# Members of builds without NDEBUG only, which use padding: PyTorch's own libraries do not know them.
DEBUG_ONLY = {("at::RecordFunction", "inputs_valid_")}
# Parts of other headers, which cannot be included by themselves.
PARTS = re.compile(r"(-inl|_inl|_impl|_def|_forward)\.h$|/detail/.*_support\.h$")


def table(name):
    with gzip.open(ABI / name, "rt") as lines:
        return lines.read()


def records(name):
    found = {record["name"]: record for record in map(json.loads, table(name).splitlines())}
    for owner, member in DEBUG_ONLY & {(r, f[0]) for r in found for f in found[r].get("fields", ())}:
        found[owner]["fields"] = [field for field in found[owner]["fields"] if field[0] != member]
    return found


def vtables(text):
    """Class name to its table, one entry a line, spelled as in abi/vtables.txt."""
    found = {}
    for block in text.split("\n\n"):
        lines = [line.strip() for line in block.strip().splitlines()]
        if lines and lines[0].startswith("Vtable for "):
            entries = [re.sub(r"\s+", " ", line.replace("(int (*)(...))", "")).strip() for line in lines[1:]]
            found[lines[0][len("Vtable for ") :]] = entries
    return found


def headers():
    """Every header that users may include, as they spell it."""
    for path in sorted((ROOT / "compat").rglob("*.h")):
        name = path.relative_to(ROOT / "compat").as_posix()
        if not PARTS.search(name):
            yield name[len(API) :] if name.startswith(API) else name


def include_flags(build, also):
    own = [ROOT / "compat", ROOT / "compat" / API, build.resolve() / "gen/include", ROOT]
    flags = [f"-I{folder}" for folder in own]
    for folder in map(Path.resolve, also):
        flags += ["-isystem", str(folder), "-isystem", str(folder / API)]
    return [*flags, f"-I{sysconfig.get_paths()['include']}"]


def measure(build, also=()):
    """Our facts: (classes and enums by name, vtables by class)."""
    wanted = [*records("classes.jsonl.gz"), *records("enums.jsonl.gz")]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        source, names, out = folder / "all.cpp", folder / "names", folder / "facts"
        source.write_text("".join(f"#include <{name}>\n" for name in headers()))
        names.write_text("\n".join(wanted))
        command = ["g++", "-std=c++20", "-O0", "-w", "-c", "-g", "-femit-class-debug-always"]
        command += ["-fno-eliminate-unused-debug-types", "-fdump-lang-class", *include_flags(build, also)]
        done = subprocess.run([*command, source, "-o", "all.o"], cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError("the headers do not compile together:\n" + done.stderr[:4000])
        environment = dict(os.environ, LAYOUT_NAMES=str(names), LAYOUT_OUT=str(out))
        if also:
            environment["LAYOUT_FOREIGN"] = str(also[0].resolve())
        script = Path(__file__).with_name("layout_gdb.py")
        gdb = ["gdb", "-batch", "-nx", "-ex", f"source {script}", "all.o"]
        done = subprocess.run(gdb, cwd=folder, env=environment, capture_output=True, text=True)
        if not out.exists():
            raise RuntimeError("gdb failed:\n" + done.stderr[:4000])
        found = {record["name"]: record for record in map(json.loads, out.read_text().splitlines())}
        dump = next(folder.glob("*.class")).read_text()
    return found, vtables(dump)


def differences(found, tables):
    """Sentences on what is there but is not as PyTorch has it."""
    for name, real in {**records("classes.jsonl.gz"), **records("enums.jsonl.gz")}.items():
        ours = found.get(name)
        if ours is None or ours == real:
            continue
        for key, value in real.items():
            if ours.get(key) != value:
                yield f"{name}: {key} is {shorten(ours.get(key), value)}"
    for name, real in vtables(table("vtables.txt.gz")).items():
        if name not in found:
            continue
        if name not in tables:
            yield f"{name}: no vtable"
        elif tables[name] != real:
            yield f"{name}: vtable is {shorten(tables[name], real)}"


def shorten(ours, real):
    """Only the part that differs, where both are lists or both are tables."""
    if isinstance(ours, dict) and isinstance(real, dict):
        ours, real = list(ours.items()), list(real.items())
    if isinstance(ours, list) and isinstance(real, list):
        ours, real = [x for x in ours if x not in real], [x for x in real if x not in ours]
    return f"{ours}, PyTorch's is {real}"


def unmirrored(found):
    return sorted({*records("classes.jsonl.gz"), *records("enums.jsonl.gz")} - found.keys())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    parser.add_argument("--also", type=Path, action="append", default=[])
    parser.add_argument("--update", action="store_true")
    arguments = parser.parse_args()
    found, tables = measure(arguments.build, arguments.also)
    wrong = list(differences(found, tables))
    print(*wrong, sep="\n")
    missing = unmirrored(found)
    print(f"{len(found)} there, {len(wrong)} differences, {len(missing)} not there")
    if arguments.update:
        UNMIRRORED.write_text("".join(name + "\n" for name in missing))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
