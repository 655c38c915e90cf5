"""torch.accelerator: there is none."""

__all__ = [
    "current_accelerator",
    "current_device_idx",
    "current_device_index",
    "current_stream",
    "device_count",
    "is_available",
    "set_device_idx",
    "set_device_index",
    "set_stream",
    "synchronize",
    "empty_cache",
]


def is_available():
    return False


def device_count():
    return 0


def current_accelerator(check_available=False):
    return None


def _refuse(*args, **kwargs):
    raise RuntimeError("Cannot access accelerator device when none is available.")


current_device_index = current_device_idx = set_device_index = set_device_idx = current_stream = set_stream = (
    synchronize
) = _refuse


def empty_cache():
    pass
