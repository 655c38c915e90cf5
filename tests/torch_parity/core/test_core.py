"""ATen/core: the same program with real headers on real libraries, and with ours on ours, prints the same."""

import gzip
import os
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


def compile_and_run(name, side, out, text):
    include = [side / "include", side / "include/torch/csrc/api/include"]
    command = ["g++", "-std=c++20", "-O1", *(f"-isystem{folder}" for folder in include), str(HERE / f"{name}.cpp")]
    command += ["-o", str(out), f"-L{side / 'lib'}", "-Wl,--no-as-needed", "-ltorch", "-ltorch_cpu", "-lc10"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    environment = dict(os.environ, LD_LIBRARY_PATH=str(side / "lib"))
    done = subprocess.run([out], input=text, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    return done.stdout.splitlines()


def all_schemas():
    """Every schema but those that name a class of PyTorch's quantized operators, which flambeau does not register."""
    with gzip.open(ROOT / "abi/ops.tsv.gz", "rt") as lines:
        table = [line.split("\t")[0] for line in lines][1:]
    table = [schema for schema in table if "__torch__" not in schema]
    return "\n".join(table) + "\n" + (HERE / "schemas.txt").read_text()


@pytest.mark.parametrize("name", sorted(path.stem for path in HERE.glob("*.cpp")))
def test_same_output(name, build, oracle, tmp_path):
    text = all_schemas() if name == "schema" else ""
    expected = compile_and_run(name, oracle, tmp_path / "real", text)
    assert compile_and_run(name, build, tmp_path / "ours", text) == expected
