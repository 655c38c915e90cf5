"""./run demo: real programs through three doors. Each part says what it runs and what it leaves out."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build"
CPP = ROOT / "examples/cpp"
ORACLE = Path(os.environ.get("FLAMBEAU_ORACLE_PYTHON", ROOT / ".venv-oracle/bin/python"))


def title(text):
    print(f"\n=== {text}", flush=True)


def run(command, **options):
    """Runs a command that must succeed; its output goes to the screen."""
    subprocess.run([str(part) for part in command], check=True, **options)


def output(command, **options):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True, **options).stdout


def python_unmodified(folder):
    """Door 1: an ordinary `import torch` program, under the mock."""
    title("1. Python, unmodified: examples/digits.py under eval $(flambeau-mock-torch)")
    activation = f"eval $({ROOT}/.venv/bin/flambeau-mock-torch)"
    shell = f'{activation} && exec "{sys.executable}" "{ROOT}/examples/digits.py" --checkpoint digits.pt'
    start = time.time()
    lines = []
    with subprocess.Popen(["sh", "-c", shell], cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    if process.returncode:
        raise SystemExit("digits.py failed")
    accuracy = float(lines[-1].split()[-1])
    if accuracy < 0.97:
        raise SystemExit(f"test accuracy {accuracy}: at least 0.97 is expected")
    print(f"({time.time() - start:.1f} s)")


def oracle_folder():
    """The folder of a real PyTorch, or None."""
    if not ORACLE.exists():
        return None
    code = "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')"
    found = output([ORACLE, "-c", code]).strip()
    return Path(found) if found else None


def compiled(folder, name, side):
    """examples/cpp built by find_package(Torch) against the libraries and headers of one side."""
    build = folder / name
    prefix = f"-DCMAKE_PREFIX_PATH={side / 'share/cmake/Torch'}"
    output(["cmake", "-G", "Ninja", "-S", CPP, "-B", build, prefix, "-DCMAKE_BUILD_TYPE=Release"])
    output(["cmake", "--build", build])
    return build / "tour"


def on_flambeau(program):
    return output([program], env=dict(os.environ, LD_LIBRARY_PATH=str(BUILD / "lib")))


def binary_untouched(folder, expected):
    """Door 2: a binary built against real PyTorch, run on Flambeau's libraries."""
    title("2. C++ binary, untouched: built with real PyTorch, run with LD_LIBRARY_PATH=build/lib")
    oracle = oracle_folder()
    if oracle is None:
        print("left out: building the binary needs real PyTorch, which is not here (./run test installs it)")
        return
    source = CPP / "tour.cpp"
    includes = [f"-I{oracle / 'include'}", f"-I{oracle / 'include/torch/csrc/api/include'}"]
    libraries = [f"-L{oracle / 'lib'}", "-Wl,--no-as-needed", "-ltorch", "-ltorch_cpu", "-lc10"]
    program = folder / "tour_real"
    output(["g++", "-std=c++20", "-O1", *includes, source, "-o", program, *libraries])
    real = output([program], env=dict(os.environ, LD_LIBRARY_PATH=str(oracle / "lib")))
    ours = on_flambeau(program)
    if not real == ours == expected:
        raise SystemExit("the outputs differ")
    print(f"{len(ours.splitlines())} lines of output, the same on both, to the digit")


def source_unchanged(folder):
    """Door 3: the same file compiled with find_package(Torch) against Flambeau."""
    title("3. C++ source, unchanged: examples/cpp with find_package(Torch)")
    text = on_flambeau(compiled(folder, "ours", BUILD))
    print(text, end="")
    return text


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python_unmodified(folder)
        expected = source_unchanged(folder)
        binary_untouched(folder, expected)
    print("\nAll that ran, ran well.")


if __name__ == "__main__":
    main()
