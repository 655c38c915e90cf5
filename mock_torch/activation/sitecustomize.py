"""Run by Python at start-up while the mock is on in the environment; then runs the sitecustomize it hides, if any."""

import importlib.util
import os
import sys
from importlib.machinery import PathFinder

_HERE = os.path.dirname(os.path.abspath(__file__))


def _activate():
    """Enables the mock without its parent package, which a program that never imports torch need not pay for."""
    folder = os.path.dirname(_HERE)
    name = "flambeau.mock_torch"
    spec = importlib.util.spec_from_file_location(
        name, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.enable(lazy=True)


def _run_hidden():
    """The user's own sitecustomize, further down the path."""
    path = [p for p in sys.path if os.path.abspath(p or ".") != _HERE]
    spec = PathFinder.find_spec("sitecustomize", path)
    if spec and spec.loader:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


if os.environ.get("FLAMBEAU_MOCK") == "on":
    _activate()
_run_hidden()
