"""Functions of real PyTorch import parts of it when called, while the mock is on: lazy_imports.py ours|real|before

`before`: real PyTorch was loaded before the mock had a part in it.
"""

import builtins
import io
import sys

first = sys.argv[1]


def imported():
    import torch

    return torch


if first == "before":
    imported()
from flambeau import mock_torch as mock  # noqa: E402

if first == "ours":
    mock.enable()
ours = imported() if first == "ours" else None
mock.disable()
real = imported()
mock.enable()
ours = imported()
assert ours is not real and type(builtins.__import__).__name__ == "builtin_function_or_method"


def stored():
    file = io.BytesIO()
    real.save({"a": real.arange(2)}, file)
    file.seek(0)
    return real.load(file)["a"]


def stepped():
    model = real.nn.Linear(2, 2)
    optimizer = real.optim.AdamW(model.parameters(), lr=1.0)
    model(real.ones(1, 2)).sum().backward()
    optimizer.step()
    return len(optimizer.state)


def checkpointed():
    x = real.ones(2, requires_grad=True)
    real.utils.checkpoint.checkpoint(real.exp, x, use_reentrant=False).sum().backward()
    return x.grad


def test_tools():
    with mock.disable():
        from torch.testing._internal import common_utils
    return common_utils.make_tensor((2,), dtype=real.int, device="cpu", low=3, high=4), common_utils.torch is real


CALLS = {
    "printing": lambda: real.ones(2),
    "storing": stored,
    "optimizer": stepped,
    "checkpoint": checkpointed,
    "submodules": lambda: [getattr(real, part).__name__ for part in ("onnx", "export", "_dynamo", "_inductor")],
    "parametrize": lambda: real.nn.utils.parametrizations.orthogonal(real.nn.Linear(2, 2)).weight.shape,
    "trace": lambda: real.jit.trace(lambda x: x + 1, real.ones(2))(real.ones(2)),
    "symbolic trace": lambda: real.fx.symbolic_trace(real.nn.ReLU())(real.ones(2)),
    "func": lambda: real.func.vmap(real.func.grad(lambda x: x**2))(real.ones(2)),
    "distribution": lambda: real.distributions.Normal(0.0, 1.0).cdf(real.zeros(1)),
    "comparison": lambda: real.testing.assert_close(real.ones(2), real.ones(2)),
    "masked": lambda: real.masked.sum(real.ones(2), mask=real.tensor([True, False])),
    "test tools": test_tools,
}
for name, call in CALLS.items():
    print(f"{name}:", call())


def loaded():
    return {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "torch"}


def come_from(modules, folder):
    return any(folder in (getattr(module, "__file__", None) or "") for module in modules.values())


here = loaded()
with mock.disable():
    there = loaded()
print(here["torch"] is ours, there["torch"] is real, come_from(here, "site-packages"), come_from(there, "flambeau"))
