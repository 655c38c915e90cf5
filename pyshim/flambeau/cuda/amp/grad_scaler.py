from . import GradScaler  # noqa: F401
