"""What `pip install` puts into site-packages: `cmake --install` of the build is the wheel's content."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import flambeau
from flambeau import mock_torch
mock_torch.enable()
import torch
assert torch is flambeau and torch.__file__.startswith({site!r}), torch.__file__
assert (torch.eye(2) @ torch.ones(2)).tolist() == [1, 1]
print(torch.utils.cmake_prefix_path)
"""


@pytest.fixture(scope="module")
def site(build, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(["cmake", "--install", build, "--prefix", folder], check=True, capture_output=True)
    return folder


def names(folder):
    """Files below it, without the sources that lie beside the mirror's headers in the build's tree of links."""
    files = [Path(d, f) for d, _, found in os.walk(folder, followlinks=True) for f in found if "__pycache__" not in d]
    return {str(f.relative_to(folder)) for f in files if f.suffix not in (".cpp", ".S")}


@pytest.mark.parametrize("part", ["include", "lib", "share"])
def test_has_what_the_build_has(build, site, part):
    missing = names(build / part) - names(site / "flambeau" / part)
    assert not missing


def test_has_the_package(build, site):
    missing = names(build / "python/flambeau") - names(site / "flambeau")
    assert not missing


def test_carries_pybind11(site):
    assert {"pybind11.h", "detail/common.h", "LICENSE"} <= names(site / "flambeau/include/pybind11")


def test_works_from_there(site):
    environment = {k: v for k, v in os.environ.items() if k not in ("FLAMBEAU_MOCK", "LD_LIBRARY_PATH")}
    environment["PYTHONPATH"] = str(site)
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(site=str(site))], env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    assert Path(run.stdout.strip(), "Torch/TorchConfig.cmake").exists()
