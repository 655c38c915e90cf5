"""torch.cpu: the device that is always there."""

from contextlib import AbstractContextManager

from .. import _C

__all__ = [
    "is_available",
    "is_initialized",
    "synchronize",
    "current_device",
    "current_stream",
    "stream",
    "set_device",
    "device_count",
    "Stream",
    "StreamContext",
    "Event",
    "get_capabilities",
]
_device = "cpu"
_device_t = str | int | None


class Stream:
    """Work on the CPU is done when the call returns, so a stream has nothing to order."""

    def __init__(self, priority=-1):
        pass

    def wait_stream(self, stream):
        pass

    def record_event(self):
        pass

    def wait_event(self, event):
        pass


class Event:
    def query(self):
        return True

    def record(self, stream=None):
        pass

    def synchronize(self):
        pass

    def wait(self, stream=None):
        pass


_default_cpu_stream = Stream()
_current_stream = _default_cpu_stream


class StreamContext(AbstractContextManager):
    def __init__(self, stream):
        self.stream, self.prev_stream = stream, _default_cpu_stream

    def __enter__(self):
        global _current_stream
        if self.stream is not None:
            self.prev_stream, _current_stream = _current_stream, self.stream

    def __exit__(self, *exc):
        global _current_stream
        if self.stream is not None:
            _current_stream = self.prev_stream


def stream(stream):
    return StreamContext(stream)


def is_available():
    return True


def is_initialized():
    return True


def synchronize(device=None):
    pass


def current_device():
    return "cpu"


def current_stream(device=None):
    return _current_stream


def set_device(device):
    pass


def device_count():
    return 1


def get_capabilities():
    return _C._cpu._get_cpu_capability() if hasattr(getattr(_C, "_cpu", None), "_get_cpu_capability") else {}
