"""torch.utils.cpp_extension: C++ source compiled, loaded and called."""

import os

import flambeau as torch
import pytest
from flambeau.utils import cpp_extension

SOURCE = """
at::Tensor twice(at::Tensor x) {
  TORCH_CHECK(x.dim() == 1, "one dimension is wanted");
  return x + x;
}
"""


def test_load_inline(tmp_path):
    module = cpp_extension.load_inline("flb_tiny", SOURCE, functions=["twice"], build_directory=str(tmp_path))
    assert module.twice(torch.arange(3)).tolist() == [0, 2, 4]
    with pytest.raises(RuntimeError, match="one dimension is wanted"):
        module.twice(torch.ones(2, 2))


def test_paths_exist():
    for path in cpp_extension.include_paths() + cpp_extension.library_paths():
        assert os.path.isdir(path)


def test_extension_carries_flags():
    extension = cpp_extension.CppExtension("name", ["a.cpp"], include_dirs=["mine"])
    assert extension.include_dirs[0] == "mine" and extension.libraries == ["c10", "torch", "torch_cpu", "torch_python"]


@pytest.mark.parametrize("option", ["with_sycl", "is_standalone"])
def test_options_that_are_missing(option):
    with pytest.raises(NotImplementedError, match=option):
        cpp_extension.load("name", ["a.cpp"], **{option: True})
