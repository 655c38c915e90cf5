"""AlexNet's and ResNet-18's state dicts and a whole module travel between real PyTorch and here, in both formats."""

import shutil

import numpy as np
import pytest
from test_programs import run


@pytest.fixture(scope="module", params=["real", "ours"])
def written(request, tmp_path_factory, oracle_python, flambeau_python, mocked_environment):
    """A folder that one side wrote and the other one read, and what the reader printed."""
    real, ours = {"python": oracle_python}, {"python": flambeau_python, "env": mocked_environment}
    folder = tmp_path_factory.mktemp("zoo")
    first, second = (real, ours) if request.param == "real" else (ours, real)
    run(first["python"], "zoo", "write", folder, env=first.get("env"))
    yield folder, run(second["python"], "zoo", "read", folder, env=second.get("env"))
    shutil.rmtree(folder)


@pytest.mark.parametrize("form", ["zip", "legacy"])
@pytest.mark.parametrize("name", ["alexnet", "resnet18"])
def test_state_dict(written, name, form):
    folder, _ = written
    np.testing.assert_allclose(np.load(folder / f"read_{name}_{form}.npy"), np.load(folder / f"{name}.npy"), 1e-5, 1e-5)


@pytest.mark.parametrize("form", ["zip", "legacy"])
def test_module(written, form):
    folder, _ = written
    np.testing.assert_allclose(
        np.load(folder / f"read_module_{form}.npy"), np.load(folder / "resnet18.npy"), 1e-5, 1e-5
    )


def test_module_is_refused_by_default(written):
    """weights_only=True is the default: PyTorch's UnpicklingError with its words, on either side."""
    _, printed = written
    assert printed.count("Weights only load failed") == printed.count("zoo.ResNet18 was not an allowed global") == 2
