"""The core without operators: names, promotion, devices, dispatch keys, scalars, sizes, storages, errors, texts."""

import os
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("behaviour.cpp")


@pytest.fixture(scope="module")
def programs(build, oracle, tmp_path_factory):
    """The program compiled against each side's headers, to run with either side's libraries."""
    out = tmp_path_factory.mktemp("c10")
    for name, side in (("real", oracle), ("ours", build)):
        command = ["g++", "-std=c++20", "-O1", "-DNDEBUG", "-isystem", side / "include", SOURCE, "-o", out / name]
        done = subprocess.run([*command, f"-L{side / 'lib'}", "-lc10"], capture_output=True, text=True)
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
