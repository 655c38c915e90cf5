"""oneDNN, which this build does without."""

from contextlib import contextmanager

enabled, deterministic, allow_tf32 = False, False, False


def is_available():
    return False


def is_acl_available():
    return False


@contextmanager
def flags(enabled=False, deterministic=False, allow_tf32=True, fp32_precision="none"):
    yield
