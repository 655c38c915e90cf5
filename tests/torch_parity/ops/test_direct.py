"""Programs of calls that no recorded sample makes print the same on real PyTorch."""

import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def run(program, python, env=None):
    done = subprocess.run(
        [python, "-W", "ignore", HERE / f"{program}.py"], capture_output=True, text=True, env=env, timeout=300
    )
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-3000:]
    return done.stdout.splitlines()


@pytest.mark.parametrize("program", ["direct", "outputs", "overlaps", "scalars"])
def test_prints_the_same(program, oracle_python, flambeau_python, mocked_environment):
    assert run(program, flambeau_python, mocked_environment) == run(program, oracle_python)
