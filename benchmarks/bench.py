"""./run bench: Flambeau's speed, memory and size as ratios to real PyTorch's, measured in one run on one machine.

A ratio is Flambeau / PyTorch: below 1 is better. Runs of the two alternate.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build"
HERE = Path(__file__).parent


def row(name, ours, theirs, unit="ms"):
    if not isinstance(ours, (int, float)) or not isinstance(theirs, (int, float)):
        print(f"{name:44} {str(ours)[:60]}", flush=True)
        return
    scale = {"ms": 1e3, "us": 1e6, "s": 1, "MB": 1}[unit]
    print(f"{name:44} {ours * scale:10.3f} {theirs * scale:10.3f} {unit:3} {ours / theirs:7.2f} x", flush=True)


def alternately(ours, theirs, runs=5):
    """Medians of seconds of two commands run in turn."""
    times = ([], [])
    for _ in range(runs):
        for command, into in ((ours, times[0]), (theirs, times[1])):
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            into.append(time.perf_counter() - start)
    return [statistics.median(t) for t in times]


def answer(python, code):
    """What `code` prints in that Python."""
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def memory(python, module):
    code = f"import {module}; print([l for l in open('/proc/self/status') if l.startswith('VmRSS')][0].split()[1])"
    return int(answer(python, code)) / 1024


def size(folder):
    """Megabytes of the files below a folder, links followed once."""
    return sum(f.stat().st_size for f in {p.resolve() for p in Path(folder).rglob("*") if p.is_file()}) / 2**20


def installed_size():
    """What an installation holds: libraries, module, package and headers, stripped as the wheel strips them."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["cmake", "--install", BUILD, "--prefix", folder, "--strip"], check=True, stdout=subprocess.DEVNULL
        )
        return size(folder)


def header_seconds(header, includes):
    """CPU seconds of g++ -fsyntax-only on one include; they vary by a tenth from one to the next."""
    with tempfile.NamedTemporaryFile("w", suffix=".cpp") as source:
        source.write(f"#include <{header}>\n")
        source.flush()
        before = os.times()
        command = ["g++", "-std=c++20", "-fsyntax-only", *(f"-I{i}" for i in includes), source.name]
        done = subprocess.run(command, capture_output=True, text=True)
        after = os.times()
    if done.returncode:
        return "does not compile: " + done.stderr.splitlines()[0][-120:]
    return after.children_user + after.children_system - before.children_user - before.children_system


def compare_headers(python, torch):
    """Include times against both sides' headers; PyTorch's folder has pybind11, ours takes the wheel's."""
    common = answer(python, "import sysconfig; print(sysconfig.get_paths()['include'])")
    pybind = answer(python, "import pybind11; print(pybind11.get_include())")
    ours, theirs = ([side / "include", side / "include/torch/csrc/api/include", common] for side in (BUILD, torch))
    for header in ("torch/extension.h", "torch/torch.h"):
        rounds = [(header_seconds(header, [*ours, pybind]), header_seconds(header, theirs)) for _ in range(3)]
        row(f"#include <{header}>", *map(min, zip(*rounds, strict=True)), "s")


def speeds(python, module, extra):
    command = [python, HERE / "measure.py", "--import-name", module, *extra]
    return json.loads(
        subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True).stdout.splitlines()[-1]
    )


def digits(python, prefix=""):
    """Seconds for an epoch of examples/digits.py without start-up: from the best runs of 21 epochs and of one."""
    best = {1: float("inf"), 21: float("inf")}
    for epochs in [*best] * 3:
        with tempfile.TemporaryDirectory() as folder:
            command = (
                f'{prefix} "{python}" "{ROOT}/examples/digits.py" --workers 0 --epochs {epochs} --checkpoint digits.pt'
            )
            start = time.perf_counter()
            subprocess.run(["sh", "-c", command], cwd=folder, check=True, stdout=subprocess.DEVNULL)
            best[epochs] = min(best[epochs], time.perf_counter() - start)
    return (best[21] - best[1]) / 20


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--oracle", required=True, type=lambda p: Path(p).absolute(), help="the Python that has real PyTorch"
    )
    parser.add_argument("--only", default="", help="regular expression: these timings alone")
    options = parser.parse_args()
    ours, theirs = sys.executable, options.oracle
    torch = Path(answer(theirs, "import torch; print(torch.__path__[0])"))

    print(f"{'':44} {'Flambeau':>10} {'PyTorch':>10} {'':3} {'ratio':>7}")
    if not options.only:
        row("process: import torch", *alternately([ours, "-c", "import flambeau"], [theirs, "-c", "import torch"]))
        row("memory after import", memory(ours, "flambeau"), memory(theirs, "torch"), "MB")
        row("installed size", installed_size(), size(torch), "MB")
        compare_headers(ours, torch)
        mock = f"eval $({ROOT}/.venv/bin/flambeau-mock-torch) &&"
        row("digits.py, one epoch", digits(ours, mock), digits(theirs))
    extra = ["--only", options.only]
    a, b = speeds(ours, "flambeau", extra), speeds(theirs, "torch", extra)
    for name in b:
        row(name, a.get(name), b[name], "us" if isinstance(b[name], float) and b[name] < 1e-4 else "ms")


if __name__ == "__main__":
    main()
