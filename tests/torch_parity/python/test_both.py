"""Flambeau and real PyTorch side by side in one process."""

import os

import pytest
from test_programs import run

EXPECTED = """\
{losses} {losses} {losses} True
tensor([-0.9189]) tensor([1.])
True True True
True False True
False True True
False False True
tensor([1., 2., 3., 4.]) tensor([1., 2., 3., 4.]) tensor([1., 1.]) True
True True True
"""


@pytest.mark.parametrize("first", ["ours", "real"])
def test_both_compute_and_exchange(first, tmp_path, build, oracle_python):
    """Whichever is loaded first: equal losses, checkpoints read by the other, memory shared through DLPack."""
    printed = run(oracle_python, "both", first, tmp_path, env=dict(os.environ, PYTHONPATH=str(build / "python")))
    assert printed == EXPECTED.format(losses=printed.partition("]")[0] + "]")


LAZY = """\
printing: tensor([1., 1.])
storing: tensor([0, 1])
optimizer: 2
checkpoint: tensor([2.7183, 2.7183])
submodules: ['torch.onnx', 'torch.export', 'torch._dynamo', 'torch._inductor']
parametrize: torch.Size([2, 2])
trace: tensor([2., 2.])
symbolic trace: tensor([1., 1.])
func: tensor([2., 2.])
distribution: tensor([0.5000])
comparison: None
masked: tensor(1.)
test tools: (tensor([3, 3], dtype=torch.int32), True)
True True False False
"""


@pytest.mark.parametrize("first", ["ours", "real", "before"])
def test_the_real_one_imports_itself(first, build, oracle_python):
    """What real PyTorch imports at a function's first call is real, in whichever order the two were loaded."""
    assert run(oracle_python, "lazy_imports", first, env=dict(os.environ, PYTHONPATH=str(build / "python"))) == LAZY
