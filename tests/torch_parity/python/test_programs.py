"""Ordinary PyTorch programs print the same here as on real PyTorch."""

import os
import subprocess
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"
COMPARED = [
    "binding",
    "tensors",
    "checkpoints",
    "modules",
    "optimizers",
    "data",
    "transforms",
    "cycles",
    "wrapper_subclass",
]


def run(python, program, *arguments, env=None):
    """What the program prints; a failure shows its error."""
    command = [python, "-W", "ignore", PROGRAMS / f"{program}.py", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=env or os.environ, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize("program", COMPARED)
def test_prints_the_same(program, oracle_python, flambeau_python, mocked_environment):
    expected = run(oracle_python, program).splitlines()
    actual = run(flambeau_python, program, env=mocked_environment).splitlines()
    assert actual == expected


@pytest.mark.parametrize("writer", ["real", "ours"])
def test_checkpoints_are_exchanged(writer, tmp_path, oracle_python, flambeau_python, mocked_environment):
    """Either side writes; both read the same."""
    real, ours = {"python": oracle_python}, {"python": flambeau_python, "env": mocked_environment}
    side = real if writer == "real" else ours
    run(side["python"], "write_checkpoint", tmp_path, env=side.get("env"))
    expected = run(oracle_python, "read_checkpoint", tmp_path)
    assert run(flambeau_python, "read_checkpoint", tmp_path, env=mocked_environment) == expected
