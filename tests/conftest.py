"""Where the tests find the build and real PyTorch, their oracle."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def pytest_collection_modifyitems(items):
    """Tests that are known to fail stand in one list, which may only shrink: an unexpected pass fails."""
    lines = (Path(__file__).parent / "known_failures.txt").read_text().splitlines()
    known = dict(line.split("  # ", 1) for line in lines if line and not line.startswith("#"))
    for item in items:
        if item.nodeid in known:
            item.add_marker(pytest.mark.xfail(reason=known[item.nodeid], strict=True))


@pytest.fixture(scope="session")
def build():
    """The build folder: lib/, include/, share/."""
    return Path(os.environ.get("FLAMBEAU_BUILD", ROOT / "build"))


@pytest.fixture(scope="session")
def oracle_python():
    """A Python in which `import torch` is real PyTorch 2.13.0."""
    python = Path(os.environ.get("FLAMBEAU_ORACLE_PYTHON", ROOT / ".venv-oracle/bin/python"))
    assert python.exists(), "real PyTorch is missing: ./run test sets it up"
    return python


@pytest.fixture(scope="session")
def oracle(oracle_python):
    """The folder of real PyTorch: include/, lib/."""
    code = "import importlib.util as u; print(u.find_spec('torch').submodule_search_locations[0])"
    return Path(subprocess.run([oracle_python, "-c", code], check=True, capture_output=True, text=True).stdout.strip())


@pytest.fixture(scope="session")
def flambeau_python():
    """The project's own Python, which has no PyTorch."""
    return ROOT / ".venv/bin/python"


@pytest.fixture(scope="session")
def mocked_environment():
    """Environment variables under which `import torch` is Flambeau."""
    shell = subprocess.run([ROOT / ".venv/bin/flambeau-mock-torch"], check=True, capture_output=True, text=True).stdout
    pairs = shell.replace("export ", "").replace(";", "").split()
    return dict(os.environ, **dict(pair.split("=", 1) for pair in pairs))
