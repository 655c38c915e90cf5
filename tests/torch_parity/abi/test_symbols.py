"""Every name that PyTorch's libraries export ours export, under the same SONAMEs, and a placeholder says its name."""

import os
import subprocess

import pytest

from codegen.symbols import read_accidental, read_symbols

LIBRARIES = {"c10": "libc10.so", "torch_cpu": "libtorch_cpu.so", "torch_python": "libtorch_python.so"}
CORES = {"c10": ["libflb.so"], "torch_cpu": ["libflb.so"], "torch_python": ["libflb_py.so", "libflb.so"]}


def exported(library):
    out = subprocess.run(
        ["nm", "-D", "--defined-only", "--format=posix", library], check=True, capture_output=True, text=True
    ).stdout
    return {line.split(" ", 1)[0] for line in out.splitlines()}


def soname(library):
    out = subprocess.run(["readelf", "-d", library], check=True, capture_output=True, text=True).stdout
    return next(line.split("[")[1].rstrip("]") for line in out.splitlines() if "(SONAME)" in line)


@pytest.mark.parametrize("table", LIBRARIES)
def test_no_name_is_missing(table, build):
    library = build / "lib" / LIBRARIES[table]
    names = set(read_symbols([table]))
    resolved = set().union(*(exported(build / "lib" / core) for core in CORES[table]))
    assert soname(library) == LIBRARIES[table]
    assert names - exported(library) == set()
    assert names - resolved == set()


def test_accidental_exports(build):
    assert set(read_accidental()) - exported(build / "lib/libflb.so") == set()


def test_a_called_placeholder_throws_its_name(build, tmp_path):
    """The graph executor is far from anything built, so this symbol stays a placeholder for long."""
    source = tmp_path / "call.cpp"
    source.write_text(
        """#include <c10/util/Exception.h>
        #include <iostream>
        namespace torch::jit { void setGraphExecutorOptimize(bool); }
        int main() {
          try { torch::jit::setGraphExecutorOptimize(true); }
          catch (const c10::NotImplementedError& error) { std::cout << error.what_without_backtrace(); return 0; }
          return 1;
        }"""
    )
    program = tmp_path / "call"
    include = build / "include"
    command = [
        "g++",
        "-std=c++20",
        f"-I{include}",
        str(source),
        "-o",
        str(program),
        f"-L{build}/lib",
        "-ltorch",
        "-ltorch_cpu",
        "-lc10",
    ]
    subprocess.run(command, check=True)
    environment = dict(os.environ, LD_LIBRARY_PATH=str(build / "lib"))
    done = subprocess.run([program], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("not implemented: torch::jit::setGraphExecutorOptimize(bool)")
