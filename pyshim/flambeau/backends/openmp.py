from .. import _C


def is_available():
    return _C.has_openmp
