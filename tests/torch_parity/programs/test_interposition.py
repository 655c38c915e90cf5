"""A library's copies of PyTorch's inline functions, where ours stands in front of it in the order of lookup."""

import os
import subprocess

LIBRARY = """
#include <ATen/core/ivalue.h>
#include <torch/csrc/lazy/core/trie.h>
extern "C" double use() {
  std::weak_ptr<torch::lazy::TrieNode> gone = std::make_shared<torch::lazy::TrieNode>(nullptr);  // a vtable of templates
  const c10::IValue list(std::vector<int64_t>{1, 2, 3});
  const c10::IValue tuple = c10::ivalue::Tuple::create({1, 2.5});
  return static_cast<double>(list.toIntVector().size()) + tuple.toTuple()->elements().vec()[1].toDouble() +
         gone.expired();
}
"""
PROGRAM = """
#include <cstdio>
extern "C" double use();
int main() { std::printf("%g\\n", use()); }
"""


def test_own_copies_are_used(build, oracle, tmp_path):
    """Not optimized, so that all calls of inline functions go through the dynamic linker."""
    (tmp_path / "library.cpp").write_text(LIBRARY)
    (tmp_path / "program.cpp").write_text(PROGRAM)
    torch = [f"-L{oracle / 'lib'}", "-Wl,--no-as-needed", "-ltorch", "-ltorch_cpu", "-lc10"]
    library = ["g++", "-std=c++20", "-O0", "-fPIC", "-shared", "-isystem", str(oracle / "include"), "library.cpp"]
    program = ["g++", "program.cpp", *torch, "-L.", "-luse", "-Wl,-rpath,$ORIGIN", "-o", "program"]
    for command in ([*library, "-o", "libuse.so", *torch], program):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-4000:]
    for libraries in (oracle / "lib", build / "lib"):
        environment = dict(os.environ, LD_LIBRARY_PATH=str(libraries))
        done = subprocess.run([tmp_path / "program"], env=environment, capture_output=True, text=True)
        assert done.stdout == "6.5\n", done.stderr[-1500:]
