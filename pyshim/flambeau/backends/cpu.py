from .. import _C

__all__ = ["get_cpu_capability"]


def get_cpu_capability():
    """The instruction set in use: "DEFAULT", "AVX2", "AVX512"."""
    return _C._get_cpu_capability()
