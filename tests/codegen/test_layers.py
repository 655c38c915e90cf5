"""Arrows go down only (docs/architecture.md): which room's headers a room may include."""

import re

import pytest

from codegen.implemented import ROOT

ROOMS = ["pyshim", "compat", "backend", "kernels"]  # from the top
FOLDER = r'#\s*include ["<](pyshim|backend|kernels)/'
MIRROR = r'#\s*include ["<](c10|ATen|torch|caffe2)/'
PYTHON = r'#\s*include ["<](Python\.h|pybind11/)'


def included_rooms(text: str) -> set[str]:
    rooms = set(re.findall(FOLDER, text))
    return (
        rooms | ({"compat"} if re.search(MIRROR, text) else set()) | ({"pyshim"} if re.search(PYTHON, text) else set())
    )


@pytest.mark.parametrize("room", ["backend", "kernels"])
def test_includes_only_rooms_below(room):
    above = set(ROOMS[: ROOMS.index(room)])
    sources = [p for p in (ROOT / room).rglob("*") if p.suffix in {".h", ".cpp", ".cu", ".cuh"}]
    assert sources
    wrong = {str(p.relative_to(ROOT)): rooms for p in sources if (rooms := included_rooms(p.read_text()) & above)}
    assert not wrong


def test_mirror_does_not_include_the_binding():
    """compat/torch/csrc holds PyTorch's own headers on Python, but nothing of pyshim."""
    sources = [p for p in (ROOT / "compat").rglob("*") if p.suffix in {".h", ".cpp"}]
    assert not [str(p) for p in sources if re.search(r'#\s*include ["<]pyshim/', p.read_text())]
