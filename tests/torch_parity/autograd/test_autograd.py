"""C++ programs about autograd print the same with PyTorch and with Flambeau."""

import os
import subprocess
from pathlib import Path

import pytest

PROGRAMS = sorted(Path(__file__).parent.glob("*.cpp"))


def output(source, side, folder):
    """Compiled with the headers of one side and run with its libraries."""
    program = folder / source.stem
    include = side / "include"
    command = [
        "g++",
        "-std=c++20",
        "-O1",
        "-fopenmp",
        "-isystem",
        include,
        "-isystem",
        include / "torch/csrc/api/include",
    ]
    command += [source, "-o", program, f"-L{side / 'lib'}", "-Wl,--no-as-needed", "-ltorch", "-ltorch_cpu", "-lc10"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    done = subprocess.run(
        [program], env=dict(os.environ, LD_LIBRARY_PATH=str(side / "lib")), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    return done.stdout


@pytest.mark.parametrize("source", PROGRAMS, ids=lambda path: path.stem)
def test_same_output(source, build, oracle, tmp_path):
    sides = {"real": oracle, "ours": build}
    outputs = {}
    for name, side in sides.items():
        (tmp_path / name).mkdir()
        outputs[name] = output(source, side, tmp_path / name)
    assert outputs["ours"] == outputs["real"]
