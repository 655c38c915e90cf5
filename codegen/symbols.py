"""The exported symbols of PyTorch's libraries (abi/symbols.tsv.gz), and what our own objects define of them."""

import csv
import gzip
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ABI = Path(__file__).parent.parent / "abi"


@dataclass(frozen=True)
class Symbol:
    library: str  # c10, torch_cpu, torch_python
    type: str  # FUNC, OBJECT, TLS
    binding: str
    size: int  # bytes
    name: str  # mangled
    demangled: str

    @property
    def readable(self) -> str:
        """The full name a user knows, also for the parts of a class that have none of their own."""
        return self.demangled or self.name


def read_symbols(libraries: Iterable[str]) -> dict[str, Symbol]:
    """Symbols of the given libraries by mangled name; where two libraries export one, the first named here keeps it."""
    order = {library: i for i, library in enumerate(libraries)}
    found: dict[str, Symbol] = {}
    with gzip.open(ABI / "symbols.tsv.gz", "rt") as table:
        for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["library"] not in order or row["binding"] == "LOCAL":
                continue
            symbol = Symbol(
                row["library"], row["type"], row["binding"], int(row["size"]), row["mangled"], row["demangled"]
            )
            known = found.get(symbol.name)
            if known is None or order[symbol.library] < order[known.library]:
                found[symbol.name] = symbol
    return found


def read_accidental() -> list[str]:
    """Foreign names that PyTorch's libraries export and wheels rely on."""
    lines = (ABI / "accidental.tsv").read_text().splitlines()[1:]
    return [name.strip() for line in lines for name in line.split("\t")[0].split(",")]


def defined_by(objects: Iterable[Path]) -> set[str]:
    """Global and weak names that the object files define."""
    objects = list(objects)
    if not objects:
        return set()
    command = ["nm", "--defined-only", "--extern-only", "--format=posix"]
    out = subprocess.run([*command, *map(str, objects)], check=True, capture_output=True, text=True).stdout
    return {line.split(" ", 1)[0] for line in out.splitlines() if line and not line.endswith(":")}
