"""torch.distributed of a build without it."""


def is_available():
    return False


def is_initialized():
    return False


def is_torchelastic_launched():
    return False


def is_mpi_available():
    return False


is_nccl_available = is_gloo_available = is_ucc_available = is_xccl_available = is_mpi_available


class DistError(RuntimeError):
    """An error of distributed computation."""
