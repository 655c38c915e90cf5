"""Makes the placeholders, an assembler source of all exported symbols our objects do not define, and the export list.

    python -m codegen.placeholders --libraries c10 torch_cpu --objects @FILE --source OUT.S --exports OUT.map

A placeholder function throws c10::NotImplementedError with its name, which it finds from its own address in the dynamic
symbol table. A program has its own copies of inline functions and templates (weak in PyTorch's libraries): a
placeholder of such a name that stands in front of one calls it. Missing vtables are filled with placeholders slot by
slot, missing typeinfo is built from the known bases.
"""

import argparse
import gzip
import json
import re
from collections import defaultdict
from pathlib import Path

from codegen.symbols import ABI, Symbol, defined_by, read_accidental, read_symbols

CLASS_INFO = "_ZTVN10__cxxabiv117__class_type_infoE"
SINGLE_BASE_INFO = "_ZTVN10__cxxabiv120__si_class_type_infoE"
MANY_BASES_INFO = "_ZTVN10__cxxabiv121__vmi_class_type_infoE"


def read_bases() -> dict[str, list[tuple[str, int]]]:
    """Direct bases with their offsets, by class name."""
    with gzip.open(ABI / "classes.jsonl.gz", "rt") as table:
        records = [json.loads(line) for line in table]
    return {r["name"]: [(b, at) for b, at in r["bases"] if b != "vptr"] for r in records}


def read_vtables() -> dict[str, list[str]]:
    """The entries of each vtable group, by mangled name."""
    tables: dict[str, list[str]] = {}
    with gzip.open(ABI / "vtables.txt.gz", "rt") as text:
        for line in text:
            if match := re.match(r"\S.*::(_ZTV\w+): \d+ entries", line):
                entries = tables.setdefault(match[1], [])
            elif line[:1].isdigit():
                entries.append(line.split(" ", 1)[1].strip())
    return tables


class Writer:
    """Collects assembler text for the symbols that are missing."""

    def __init__(self, table: dict[str, Symbol], missing: list[Symbol]):
        self.table, self.missing = table, missing
        self.bases, self.vtables = read_bases(), read_vtables()
        self.lines = ['        .section .note.GNU-stack,"",@progbits']
        self.slot_stubs: list[tuple[str, str]] = []  # name, where a weak table has it
        self.by_qualified = defaultdict(list)
        for symbol in table.values():
            if symbol.type == "FUNC":
                self.by_qualified[symbol.demangled.split("(")[0]].append(symbol.name)
        self.info_of = {
            s.demangled.removeprefix("typeinfo for "): s.name for s in table.values() if s.name.startswith("_ZTI")
        }

    def source(self) -> str:
        for symbol in self.missing:
            if symbol.type == "FUNC":
                self.function(symbol)
            elif symbol.name.startswith("_ZTS"):
                self.data(symbol, [f'        .asciz  "{symbol.name[4:]}"'], ".rodata")
            elif symbol.name.startswith("_ZTI"):
                self.data(symbol, self.typeinfo(symbol), ".data.rel.ro")
            elif symbol.name.startswith("_ZTV"):
                self.data(symbol, self.vtable(symbol), ".data.rel.ro")
            elif symbol.type == "TLS":
                self.data(symbol, [f"        .zero   {symbol.size}"], ".tbss", "@tls_object", flags="awT", nobits=True)
            else:
                self.data(symbol, [f"        .zero   {max(symbol.size, 1)}"], ".bss", flags="aw", nobits=True)
        self.slots()
        return "\n".join(self.lines) + "\n"

    def declare(self, symbol: Symbol, kind: str) -> list[str]:
        return [f"        .weak   {symbol.name}", f"        .type   {symbol.name}, {kind}"]

    def function(self, symbol: Symbol) -> None:
        self.lines += [
            "        .text",
            *self.declare(symbol, "@function"),
            f"{symbol.name}:",
            f"        call    {'inline_' * (symbol.binding == 'WEAK')}placeholder_entry",
            f"        .size   {symbol.name}, .-{symbol.name}",
        ]

    def data(self, symbol: Symbol, body: list[str], section: str, kind="@object", flags="aw", nobits=False) -> None:
        flags = "a" if section == ".rodata" else flags
        where = f'        .section {section},"{flags}",@{"nobits" if nobits else "progbits"}'
        size = max(symbol.size, 1)
        self.lines += [where, "        .balign 16", *self.declare(symbol, kind), f"{symbol.name}:", *body,
                       f"        .size   {symbol.name}, {size}"]  # fmt: skip

    def typeinfo(self, symbol: Symbol) -> list[str]:
        """Itanium C++ ABI, section 2.9.5: vtable of the kind, name, then the bases that are known."""
        bases = [(self.info_of[b], at) for b, at in self.bases.get(symbol.demangled[13:], []) if b in self.info_of]
        name = f"        .quad   _ZTS{symbol.name[4:]}"
        if symbol.size == 24 and len(bases) == 1:
            return [f"        .quad   {SINGLE_BASE_INFO}+16", name, f"        .quad   {bases[0][0]}"]
        if symbol.size > 24 and symbol.size == 24 + 16 * len(bases):
            words = [
                word for info, at in bases for word in (f"        .quad   {info}", f"        .quad   {at << 8 | 2}")
            ]
            return [f"        .quad   {MANY_BASES_INFO}+16", name, f"        .long   0, {len(bases)}", *words]
        return [
            f"        .quad   {CLASS_INFO}+16",
            name,
            *([f"        .zero   {symbol.size - 16}"] if symbol.size > 16 else []),
        ]

    def vtable(self, symbol: Symbol) -> list[str]:
        words = symbol.size // 8
        entries = self.vtables.get(symbol.name, [])
        if len(entries) != words:
            entries = ["0", "(& _ZTI)"] + [f"{symbol.demangled[11:]}::(virtual function {i})" for i in range(words - 2)]
        label = f".L{symbol.name}"
        return [f"{label}:", *(f"        .quad   {self.slot(symbol, entry, i)}" for i, entry in enumerate(entries))]

    def slot(self, symbol: Symbol, entry: str, index: int) -> str:
        if entry.startswith("(& _ZTI"):
            info = f"_ZTI{symbol.name[4:]}"
            return info if info in self.table else "0"
        if re.fullmatch(r"\(?(int \(\*\)\(\.\.\.\)\)?)?-?\d+", entry) or entry == "0":
            return re.sub(r".*\)", "", entry) or "0"
        candidates = sorted(set(self.by_qualified.get(entry, [])))
        if "::~" in entry:  # the complete destructor comes first, then the deleting one
            earlier = self.vtables.get(symbol.name, [])[:index].count(entry)
            candidates = [c for c in candidates if c.endswith("D0Ev" if earlier % 2 else "D1Ev")]
        if len(candidates) == 1:
            return candidates[0]
        self.slot_stubs.append((entry, f".L{symbol.name}+{8 * index}" if symbol.binding == "WEAK" else ""))
        return f".Lslot{len(self.slot_stubs) - 1}"

    def slots(self) -> None:
        for i, (name, slot) in enumerate(self.slot_stubs):
            text = name.replace("\\", "\\\\").replace('"', '\\"')
            go = [f"        leaq    .Lname{i}(%rip), %rdi", "        jmp     placeholder_slot_entry"]
            if slot:
                go = [f"        leaq    {slot}(%rip), %r11", f"        leaq    .Lname{i}(%rip), %r10"]
                go += ["        jmp     inline_slot_entry"]
            self.lines += [
                "        .text",
                f".Lslot{i}:",
                *go,
                '        .section .rodata.str1.1,"aMS",@progbits,1',
                f".Lname{i}:",
                f'        .asciz  "{text}"',
            ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--libraries", nargs="+", required=True)
    parser.add_argument("--beside", nargs="*", default=[], help="libraries whose names another of our libraries has")
    parser.add_argument("--objects", required=True, help="object files, or @file with one a line")
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--exports", type=Path, required=True)
    parser.add_argument("--extra-exports", nargs="*", default=[])
    options = parser.parse_args()
    listed = (
        Path(options.objects[1:]).read_text().split("\n") if options.objects[:1] == "@" else options.objects.split(";")
    )
    table = read_symbols(options.libraries)
    defined = defined_by(Path(name) for name in listed if name.endswith(".o"))
    # A placeholder must not stand in front of the real thing in the library beside.
    elsewhere = read_symbols(options.beside)
    missing = [symbol for symbol in table.values() if symbol.name not in defined and symbol.name not in elsewhere]
    options.source.write_text(Writer(table, missing).source())
    names = [*table, *read_accidental(), *options.extra_exports]
    options.exports.write_text("{\nglobal:\n" + "".join(f"  {n};\n" for n in names) + "local:\n  *;\n};\n")
    real = len(table) - len(missing)
    print(f"{' '.join(options.libraries)}: {real} of {len(table)} symbols are real, {len(missing)} placeholders")


if __name__ == "__main__":
    main()
