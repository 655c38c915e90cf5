"""PyTorch's own C++ tests, as binaries built against real PyTorch 2.13 headers, run on our libraries.

Tests that fail stand in failing_<binary>.txt, which may only shrink: an unexpected pass fails here too.
`python tests/torch_parity/peer/test_peer.py` rewrites the lists from a run.
"""

import lzma
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

HERE = Path(__file__).parent
BINARIES = ["test_aten_open", "test_api_open"]
TIMEOUT = 60  # seconds for a suite or a test


def listed(path):
    lines = path.read_text().splitlines() if path.exists() else []
    return [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]


def unpacked(name, folder):
    program = folder / name
    program.write_bytes(lzma.decompress((HERE / f"{name}.xz").read_bytes()))
    program.chmod(0o755)
    return program


def passed(program, libraries, tests):
    """Those of `tests` that print OK in one process that ends well; otherwise those that do so alone."""
    environment = dict(os.environ, LD_LIBRARY_PATH=str(libraries), OMP_NUM_THREADS="1")
    with tempfile.TemporaryDirectory() as folder:
        try:
            command = [program, "--gtest_filter=" + ":".join(tests)]
            done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            done = None
    good = set(re.findall(rb"\[ +OK \] (\S+)", done.stdout)) if done else set()
    good = {name.decode().rstrip(",") for name in good} & set(tests)
    if done and done.returncode in (0, 1):
        return good
    return set() if len(tests) == 1 else set().union(*(passed(program, libraries, [test]) for test in tests))


def run(name, libraries, folder):
    """Names of the passing tests among the expected ones."""
    program = unpacked(name, folder)
    suites = {}
    for test in listed(HERE / f"expected_{name}_lib.txt"):
        suites.setdefault(test.split(".")[0], []).append(test)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return set().union(*pool.map(lambda tests: passed(program, libraries, tests), suites.values()))


@pytest.mark.parametrize("name", BINARIES)
def test_peer(name, build, tmp_path):
    good = run(name, build / "lib", tmp_path)
    failing = set(listed(HERE / f"failing_{name}.txt"))
    expected = set(listed(HERE / f"expected_{name}_lib.txt"))
    print(f"{name}: {len(good)} of {len(expected)} pass")
    assert expected - good - failing == set(), "these passed before"
    assert good & failing == set(), "these pass now: take them off the list"


def rewrite(libraries):
    for name in BINARIES:
        with tempfile.TemporaryDirectory() as folder:
            good = run(name, libraries, Path(folder))
        expected = set(listed(HERE / f"expected_{name}_lib.txt"))
        text = "".join(test + "\n" for test in sorted(expected - good))
        (HERE / f"failing_{name}.txt").write_text("# Tests that fail; this list may only shrink.\n" + text)
        print(f"{name}: {len(good)} of {len(expected)} pass")


if __name__ == "__main__":
    rewrite(Path(sys.argv[1] if len(sys.argv) > 1 else HERE.parents[2] / "build/lib").resolve())
