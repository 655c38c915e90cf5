"""Source and binary compatibility are one ABI: real or our headers, real or our libraries, the same output."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCES = [
    "examples/cpp/tour.cpp",
    "tests/torch_parity/programs/frontend.cpp",
    "tests/torch_parity/programs/operators.cpp",
]


def includes(folder):
    return ["-isystem", str(folder / "include"), "-isystem", str(folder / "include/torch/csrc/api/include")]


@pytest.fixture(scope="module", params=SOURCES, ids=lambda source: Path(source).stem)
def programs(request, build, oracle, tmp_path_factory):
    """The program compiled against each side's headers, ours in C++17 too, and linked to that side's libraries."""
    out = tmp_path_factory.mktemp("programs")
    for name, side, standard in (("real", oracle, 20), ("ours", build, 20), ("ours in C++17", build, 17)):
        command = ["g++", f"-std=c++{standard}", "-O1", "-fopenmp", *includes(side), str(ROOT / request.param)]
        command += ["-o", str(out / name)]
        command += [f"-L{side / 'lib'}", "-Wl,--no-as-needed", "-ltorch", "-ltorch_cpu", "-lc10"]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-4000:]
    return out


def run(program, libraries):
    environment = dict(os.environ, LD_LIBRARY_PATH=str(libraries))
    done = subprocess.run([program], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    return done.stdout


@pytest.fixture(scope="module")
def expected(programs, oracle):
    return run(programs / "real", oracle / "lib")


@pytest.mark.parametrize("headers", ["real", "ours", "ours in C++17"])
@pytest.mark.parametrize("libraries", ["real", "ours"])
def test_same_output(headers, libraries, programs, build, oracle, expected):
    assert run(programs / headers, (oracle if libraries == "real" else build) / "lib") == expected
