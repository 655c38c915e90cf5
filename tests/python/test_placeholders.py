"""What is not built yet: importing, inspecting, subclassing, decorating are allowed; use raises with the full name."""

import importlib
import pickle
import subprocess
import sys
import textwrap

import pytest
from flambeau import mock_torch


@pytest.fixture(params=["import flambeau as torch", "import torch"])
def torch(request):
    if request.param == "import torch":
        with mock_torch.enable():
            yield importlib.import_module("torch")
    else:
        yield importlib.import_module("flambeau")


def refused(name):
    return pytest.raises(NotImplementedError, match=f"not implemented: {name}")


def test_import_and_inspect(torch):
    assert torch.fx is torch.fx
    assert torch.fx.Graph is torch.fx.Graph
    assert torch.fx.Graph.__module__ == "torch.fx" and torch.fx.Graph.__name__ == "Graph"
    assert repr(torch.onnx.export) == "<placeholder torch.onnx.export>"
    assert importlib.import_module(torch.fx.__spec__.name + ".graph") is torch.fx.graph


def test_what_pytorch_lacks_is_absent(torch):
    for module in (torch, torch.nn, torch.nn.functional, torch.fx, torch.optim.lr_scheduler):
        assert not hasattr(module, "no_such_name")
        with pytest.raises(AttributeError, match="has no attribute 'no_such_name'"):
            module.no_such_name  # noqa: B018
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(torch.fx.__spec__.name + ".no_such_module")


def test_truth_and_iteration(torch):
    assert not torch.onnx.export
    assert list(torch.onnx.export) == []


def test_call_raises(torch):
    with refused("torch.onnx.export"):
        torch.onnx.export(None)
    with refused("torch.fx.Graph"):
        torch.fx.Graph()


@pytest.mark.parametrize("use", ["p + 1", "1 @ p", "-p", "p[0]", "p < 1", "int(p)", "p.x", "p.x()", "1 in p"])
def test_use_raises(torch, use):
    with pytest.raises((NotImplementedError, AttributeError), match="torch.onnx.export"):
        eval(use, {"p": torch.onnx.export})


def test_entering_raises(torch):
    with refused("torch.onnx.export"), torch.onnx.export:
        pass


def test_passing_to_an_operator_raises(torch):
    with pytest.raises((NotImplementedError, TypeError), match="torch.onnx.export|Placeholder"):
        torch.add(torch.ones(2), torch.onnx.export)


def test_subclass(torch):
    class Tracer(torch.fx.Tracer):
        pass

    assert issubclass(Tracer, torch.fx.Tracer) and not isinstance(1, Tracer)
    with refused("torch.fx.Tracer"):
        Tracer()


def test_decorate(torch):
    @torch.fx.wrap
    def function():
        pass

    with refused("torch.fx.wrap"):
        function()


def test_call_while_importing(torch, tmp_path, monkeypatch):
    (tmp_path / "uses_placeholder.py").write_text(
        "def make(torch):\n    import uses_placeholder_inner\n\n    return uses_placeholder_inner\n"
    )
    (tmp_path / "uses_placeholder_inner.py").write_text(
        f"import {torch.fx.__spec__.name} as fx\nvalue = fx.symbolic_trace(1)\nclass Derived(value):\n    pass\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    inner = importlib.import_module("uses_placeholder_inner")
    sys.modules.pop("uses_placeholder_inner")
    with refused("torch.fx.symbolic_trace"):
        inner.value()
    with refused("torch.fx.symbolic_trace"):
        inner.Derived()


def test_pickle(torch):
    for value in (torch.fx, torch.fx.Graph, torch.onnx.export):
        assert pickle.loads(pickle.dumps(value)) is value


def test_exceptions_can_be_caught(torch):
    error = torch.onnx.OnnxExporterError
    with pytest.raises(error):
        raise error("x")


def run(program, verbose):
    environment = {"FLAMBEAU_VERBOSE": str(int(verbose))}
    command = [sys.executable, "-c", textwrap.dedent(program)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stderr


PROGRAM = """
    import flambeau as torch

    torch.fx.Graph
    torch.onnx.export
    try:
        torch.onnx.export()
    except NotImplementedError:
        pass
"""


def test_verbose_tells_what_is_touched_and_used():
    lines = run(PROGRAM, verbose=True).splitlines()
    assert "flambeau: placeholder torch.fx.Graph touched at <string>:4" in lines
    assert "flambeau: placeholder torch.onnx.export touched at <string>:5" in lines
    assert "flambeau: placeholder torch.onnx.export used at <string>:7" in lines
    at = lines.index("flambeau: 4 placeholders touched:")
    assert lines[at + 1 :] == ["  torch.fx", "  torch.fx.Graph", "  torch.onnx", "  torch.onnx.export"]


def test_silent_unless_verbose():
    assert run(PROGRAM, verbose=False) == ""
