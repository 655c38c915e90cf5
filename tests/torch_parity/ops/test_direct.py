"""The operators that no recorded sample reaches print the same on real PyTorch."""

import subprocess
from pathlib import Path

PROGRAM = Path(__file__).with_name("direct.py")


def run(python, env=None):
    done = subprocess.run([python, "-W", "ignore", PROGRAM], capture_output=True, text=True, env=env, timeout=300)
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-3000:]
    return done.stdout.splitlines()


def test_prints_the_same(oracle_python, flambeau_python, mocked_environment):
    assert run(flambeau_python, mocked_environment) == run(oracle_python)
