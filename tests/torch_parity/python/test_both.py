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
