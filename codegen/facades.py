"""Makes a façade: a filter library under PyTorch's SONAME that carries each exported name, kind and size, but no code.

    python -m codegen.facades --library torch_cpu --source OUT.S

Linkers find the names here; at run time the loader resolves them in the core library that the façade filters.
"""

import argparse
from pathlib import Path

from codegen.symbols import Symbol, read_accidental, read_symbols

SECTIONS = {
    "FUNC": ("@function", '.section .text,"ax",@progbits'),
    "OBJECT": ("@object", '.section .bss,"aw",@nobits'),
    "TLS": ("@tls_object", '.section .tbss,"awT",@nobits'),
}


def source(symbols: list[Symbol]) -> str:
    """All functions share one trapping instruction. Data lie apart: a linker takes two at one address for aliases."""
    lines = ['        .section .note.GNU-stack,"",@progbits']
    for kind, (elf_type, section) in SECTIONS.items():
        lines += [f"        {section}"]
        for symbol in (s for s in symbols if s.type == kind):
            size = 1 if kind == "FUNC" else max(symbol.size, 1)
            lines += [f"        .globl  {symbol.name}", f"        .type   {symbol.name}, {elf_type}", f"{symbol.name}:",
                      f"        .size   {symbol.name}, {size}"]  # fmt: skip
            lines += [f"        .zero   {size}", "        .balign 16"] if kind != "FUNC" else []
        lines += ["        ud2"] if kind == "FUNC" else []
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", required=True)
    parser.add_argument("--source", type=Path, required=True)
    options = parser.parse_args()
    symbols = list(read_symbols([options.library]).values())
    if options.library == "torch_cpu":
        symbols += [Symbol("torch_cpu", "FUNC", "GLOBAL", 1, name, name) for name in read_accidental()]
    options.source.write_text(source(symbols))


if __name__ == "__main__":
    main()
