"""Paths and build helpers for C++ extensions."""

import os

_ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TORCH_LIB_PATH = os.path.join(_ROOT, "lib")
CUDA_HOME = ROCM_HOME = None
IS_HIP_EXTENSION = False
COMMON_NVCC_FLAGS, COMMON_HIP_FLAGS = [], []


def include_paths(device_type="cpu", torch_include_dirs=True):
    base = os.path.join(_ROOT, "include")
    paths = [base, os.path.join(base, "torch", "csrc", "api", "include")] if torch_include_dirs else []
    return paths + ([] if os.path.isdir(os.path.join(base, "pybind11")) else _pybind11())


def _pybind11():
    """The headers of the installed pybind11, where the package does not carry its own."""
    from importlib.machinery import PathFinder

    found = PathFinder.find_spec("pybind11")
    return [os.path.join(path, "include") for path in found.submodule_search_locations] if found else []


def library_paths(device_type="cpu", torch_include_dirs=True, cross_target_platform=None):
    return [TORCH_LIB_PATH]


def _flags(py_limited_api=False):
    libraries = ["c10", "torch", "torch_cpu"] + ([] if py_limited_api else ["torch_python"])
    return {"include_dirs": include_paths(), "library_dirs": library_paths(), "libraries": libraries, "language": "c++"}


def CppExtension(name, sources, *args, **kwargs):
    """A setuptools.Extension for a C++ source."""
    import setuptools

    for key, value in _flags(kwargs.get("py_limited_api", False)).items():
        if key == "language":
            kwargs[key] = value
        else:
            kwargs[key] = [*kwargs.get(key, []), *value]
    return setuptools.Extension(name, sources, *args, **kwargs)


def CUDAExtension(*args, **kwargs):
    raise OSError("CUDA_HOME environment variable is not set. Please set it to your CUDA install root.")


def __getattr__(name):
    if name == "BuildExtension":
        from ._build_extension import BuildExtension

        return BuildExtension
    raise AttributeError(f"module 'torch.utils.cpp_extension' has no attribute '{name}'")


def _compiler(extra_cflags, extra_include_paths=()):
    """The command up to the sources, without the extension's name."""
    import sysconfig

    command = [
        os.environ.get("CXX", "g++"),
        "-fPIC",
        "-std=c++20",
        "-O2",
        "-fopenmp",
        "-DTORCH_API_INCLUDE_EXTENSION_H",
    ]
    command += [
        flag
        for path in (*include_paths(), sysconfig.get_path("include"), *(extra_include_paths or []))
        for flag in ("-isystem", path)
    ]
    return command + list(extra_cflags or [])


def _run(command, what):
    import subprocess

    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"Error building {what}: {done.stderr}")


def _precompiled_header(extra_cflags):
    """A folder in which GCC finds torch/extension.h parsed already; one for each set of flags, kept between runs."""
    import hashlib

    command = _compiler(extra_cflags)
    library = os.stat(os.path.join(TORCH_LIB_PATH, "libflb.so"))  # headers change with the library
    key = hashlib.sha256(repr((command, library.st_mtime_ns, library.st_size)).encode()).hexdigest()[:16]
    root = os.environ.get("TORCH_EXTENSIONS_DIR") or os.path.expanduser("~/.cache/torch_extensions")
    folder = os.path.join(root, f"precompiled-{key}")
    header = os.path.join(folder, "torch", "extension.h.gch")
    if not os.path.exists(header):
        os.makedirs(os.path.dirname(header), exist_ok=True)
        partial = f"{header}.{os.getpid()}"
        source = os.path.join(include_paths()[0], "torch", "extension.h")
        _run([*command, "-x", "c++-header", source, "-o", partial], "the precompiled header")
        os.replace(partial, header)
    return folder


def _compile(name, sources, extra_cflags, extra_ldflags, extra_include_paths, directory, verbose, is_python_module):
    output = os.path.join(directory, name + ".so")
    command = [*_compiler(extra_cflags, extra_include_paths), "-shared", f"-DTORCH_EXTENSION_NAME={name}"]
    command += [*sources, "-o", output, f"-L{TORCH_LIB_PATH}"]
    # For this process only: PyTorch's library names might lead to the real ones, which may be loaded as well.
    command += ["-l:libflb.so", *(["-l:libflb_py.so"] if is_python_module else []), *(extra_ldflags or [])]
    if verbose:
        print(" ".join(command))
    _run(command, f"extension '{name}'")
    return output


def load(
    name, sources, extra_cflags=None, extra_cuda_cflags=None, extra_sycl_cflags=None, extra_ldflags=None,
    extra_include_paths=None,
    build_directory=None, verbose=False, with_cuda=None, with_sycl=None, is_python_module=True, is_standalone=False,
    keep_intermediates=True,
):  # fmt: skip
    """Compiles C++ sources into a module and imports it. The object files are not kept apart from it."""
    import tempfile

    for option, value in (("with_sycl", with_sycl), ("is_standalone", is_standalone)):
        if value:
            raise NotImplementedError(f"not implemented: torch.utils.cpp_extension.load({option}=True)")

    sources = [sources] if isinstance(sources, str) else list(sources)
    if any(source.endswith((".cu", ".cuh")) for source in sources) or with_cuda:
        raise OSError("CUDA_HOME environment variable is not set. Please set it to your CUDA install root.")
    directory = build_directory or tempfile.mkdtemp(prefix=f"{name}-")
    output = _compile(
        name, sources, extra_cflags, extra_ldflags, extra_include_paths, directory, verbose, is_python_module
    )
    if not is_python_module:
        import flambeau

        return flambeau.ops.load_library(output)
    import importlib.util

    spec = importlib.util.spec_from_file_location(name, output)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_inline(
    name, cpp_sources, cuda_sources=None, sycl_sources=None, functions=None, *, with_pytorch_error_handling=True,
    no_implicit_headers=False, use_pch=False, **kwargs,
):  # fmt: skip
    """Like load, from source text; `functions` are bound by name. `use_pch` keeps torch/extension.h parsed for GCC."""
    import tempfile

    if sycl_sources:
        raise NotImplementedError("not implemented: torch.utils.cpp_extension.load_inline(sycl_sources=...)")
    if cuda_sources:
        raise OSError("CUDA_HOME environment variable is not set. Please set it to your CUDA install root.")
    sources = [cpp_sources] if isinstance(cpp_sources, str) else list(cpp_sources)
    text = [*([] if no_implicit_headers else ["#include <torch/extension.h>"]), *sources]
    bound = "torch::wrap_pybind_function({})" if with_pytorch_error_handling else "&{}"
    if functions:
        entries = (
            functions.items()
            if isinstance(functions, dict)
            else ((f, f) for f in ([functions] if isinstance(functions, str) else functions))
        )
        text.append(
            "PYBIND11_MODULE(TORCH_EXTENSION_NAME, m) {"
            + "".join(f'm.def("{f}", {bound.format(f)}, "{doc}");' for f, doc in entries)
            + "}"
        )
    directory = kwargs.pop("build_directory", None) or tempfile.mkdtemp(prefix=f"{name}-")
    path = os.path.join(directory, "main.cpp")
    with open(path, "w") as file:
        file.write("\n".join(text))
    if use_pch:
        flags = list(kwargs.get("extra_cflags") or [])
        kwargs["extra_cflags"] = [*flags, "-I" + _precompiled_header(flags)]
    return load(name, [path], build_directory=directory, **kwargs)
