"""torch.mtia of a build without it."""

from .._no_device import install

install(globals(), "mtia", "Torch not compiled with MTIA enabled")
