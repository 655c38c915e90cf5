"""torch.mps of a build without Metal."""

from .._no_device import install

install(globals(), "mps", "Torch not compiled with MPS enabled", RuntimeError)


def current_allocated_memory():
    raise RuntimeError("Torch not compiled with MPS enabled")


driver_allocated_memory = recommended_max_memory = current_allocated_memory
