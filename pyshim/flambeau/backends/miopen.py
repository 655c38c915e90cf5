from .. import _C  # noqa: F401


def is_available():
    return False
