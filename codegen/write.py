"""Writing generated files so that an unchanged file keeps its time stamp and builds stay incremental."""

from __future__ import annotations

from pathlib import Path


class Output:
    """Collects files below one folder; `finish` removes generated files that no generator wrote this time."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.written: set[Path] = set()
        self.changed = 0

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        self.written.add(path)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.changed += 1

    def finish(self) -> None:
        for path in self.root.rglob("*"):
            ours = path.suffix in (".h", ".cpp", ".inc") and not path.name.startswith("python_")
            if path.is_file() and ours and path not in self.written:
                path.unlink()


def includes(*names: str) -> str:
    return "".join(f"#include <{name}>\n" for name in names)


def namespace(name: str, body: str) -> str:
    return f"\nnamespace {name} {{\n\n{body}\n}}  // namespace {name}\n"


def shard_of(name: str, count: int) -> int:
    """Stable over runs and machines, unlike hash()."""
    value = 2166136261
    for byte in name.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value % count
