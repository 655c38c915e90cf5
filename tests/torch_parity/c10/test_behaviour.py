"""The core without operators: tables, texts, tensors, symbolic sizes, containers, allocators, threads."""

import os
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="module", params=["behaviour", "light_std", "machinery"])
def programs(request, build, oracle, tmp_path_factory):
    """The program compiled against each side's headers, to run with either side's libraries."""
    out = tmp_path_factory.mktemp(request.param)
    for name, side in (("real", oracle), ("ours", build)):
        command = ["g++", "-std=c++20", "-O1", "-DNDEBUG", "-isystem", side / "include"]
        command += [HERE / f"{request.param}.cpp", "-o", out / name, f"-L{side / 'lib'}", "-lc10"]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-4000:]
    return out


def run(program, libraries):
    environment = dict(os.environ, LD_LIBRARY_PATH=str(libraries))
    done = subprocess.run([program], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    return done.stdout


@pytest.mark.parametrize("headers", ["real", "ours"])
@pytest.mark.parametrize("libraries", ["real", "ours"])
def test_same_output(headers, libraries, programs, build, oracle):
    expected = run(programs / "real", oracle / "lib")
    assert run(programs / headers, (oracle if libraries == "real" else build) / "lib") == expected
