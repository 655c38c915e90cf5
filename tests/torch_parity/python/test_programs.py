"""Ordinary PyTorch programs print the same here as on real PyTorch."""

import math
import os
import re
import subprocess
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"
COMPARED = ["binding", "tensors", "checkpoints", "modules", "optimizers", "data", "transforms", "cycles"]
COMPARED += ["wrapper_subclass", "bridges", "autocast", "linear", "construction", "library"]
COMPARED += [
    "distributions",
    "multivariate",
    "windows",
    "sparse",
    "sampling",
    "storages",
    "graph_edges",
    "geometry",
    "outputs",
    "compiled",
    "reparametrized",
]
NUMBER = re.compile(r"(?<![\w.])[-+]?\d+\.?\d*(?:e[-+]?\d+)?(?![\w.]*[A-Za-z_])")


def run(python, program, *arguments, env=None, may_crash=False):
    """What the program prints; a failure shows its error."""
    command = [python, "-W", "ignore", PROGRAMS / f"{program}.py", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=env or os.environ, timeout=300)
    assert done.returncode == 0 or may_crash, done.stderr[-3000:]
    return done.stdout


def agree(expected, actual):
    """Equal texts but for the rounding of numbers: 2e-5 of their size, or one unit of the last digit printed."""
    if NUMBER.sub("#", expected).split() != NUMBER.sub("#", actual).split():
        return False
    pairs = zip(NUMBER.findall(expected), NUMBER.findall(actual), strict=True)
    return all(a == b or math.isclose(float(a), float(b), rel_tol=2e-5, abs_tol=last_digit(a)) for a, b in pairs)


def last_digit(number):
    """1.01e-4 for 2.5000, nothing for whole numbers."""
    mantissa, _, exponent = number.partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 1.01 * 10.0 ** (int(exponent or 0) - decimals) if decimals else 0.0


@pytest.mark.parametrize("program", COMPARED)
def test_prints_the_same(program, oracle_python, flambeau_python, mocked_environment):
    expected = run(oracle_python, program).splitlines()
    actual = run(flambeau_python, program, env=mocked_environment).splitlines()
    different = [pair for pair in zip(expected, actual, strict=False) if not agree(*pair)]
    assert different == [] and len(expected) == len(actual)


@pytest.mark.parametrize("writer", ["real", "ours"])
def test_checkpoints_are_exchanged(writer, tmp_path, oracle_python, flambeau_python, mocked_environment):
    """Either side writes; both read the same."""
    real, ours = {"python": oracle_python}, {"python": flambeau_python, "env": mocked_environment}
    side = real if writer == "real" else ours
    run(side["python"], "write_checkpoint", tmp_path, env=side.get("env"))
    expected = run(oracle_python, "read_checkpoint", tmp_path)
    assert run(flambeau_python, "read_checkpoint", tmp_path, env=mocked_environment) == expected
