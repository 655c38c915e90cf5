"""torch.xpu of a build without it."""

from .._no_device import install

install(globals(), "xpu", "Torch not compiled with XPU enabled")
