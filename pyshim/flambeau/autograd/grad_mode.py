"""Contexts that switch recording of gradients on and off."""

from .. import _C
from ..utils._contextlib import _DecoratorContextManager, _NoParamDecoratorContextManager

__all__ = ["no_grad", "enable_grad", "set_grad_enabled", "inference_mode", "set_multithreading_enabled"]


class no_grad(_NoParamDecoratorContextManager):
    """Operations inside are not recorded. A context manager or a decorator."""

    def __init__(self):
        self.prev = False

    def __enter__(self):
        self.prev = _C.is_grad_enabled()
        _C._set_grad_enabled(False)

    def __exit__(self, exc_type, exc_value, traceback):
        _C._set_grad_enabled(self.prev)


class enable_grad(_NoParamDecoratorContextManager):
    """Operations inside are recorded even within no_grad."""

    def __enter__(self):
        self.prev = _C.is_grad_enabled()
        _C._set_grad_enabled(True)

    def __exit__(self, exc_type, exc_value, traceback):
        _C._set_grad_enabled(self.prev)


class set_grad_enabled(_DecoratorContextManager):
    """Sets the mode at once; as a context manager or decorator, for a block or a function."""

    def __init__(self, mode):
        self.prev, self.mode = _C.is_grad_enabled(), mode
        _C._set_grad_enabled(mode)

    def __call__(self, orig_func):
        _C._set_grad_enabled(self.prev)
        return super().__call__(orig_func)

    def __enter__(self):
        _C._set_grad_enabled(self.mode)

    def __exit__(self, exc_type, exc_value, traceback):
        _C._set_grad_enabled(self.prev)

    def __str__(self):
        return f"{type(self).__module__}.set_grad_enabled(mode={self.mode})"

    def __repr__(self):
        return f"set_grad_enabled(mode={self.mode})"

    def clone(self):
        return self.__class__(self.mode)


class inference_mode(_DecoratorContextManager):
    """Like no_grad, and tensors made inside carry no version counter and no view tracking."""

    def __new__(cls, mode=True):
        if isinstance(mode, bool):
            return super().__new__(cls)
        return cls()(mode)

    def __init__(self, mode=True):
        self.mode = mode

    def __enter__(self):
        self._guard = _C._InferenceMode(self.mode)
        self._guard.__enter__()

    def __exit__(self, exc_type, exc_value, traceback):
        self._guard.__exit__(exc_type, exc_value, traceback)

    def clone(self):
        return self.__class__(self.mode)


def _enter_inference_mode(mode):
    guard = _C._InferenceMode(mode)
    guard.__enter__()
    return guard


def _exit_inference_mode(mode):
    mode.__exit__(None, None, None)


class _Switch(_DecoratorContextManager):
    """Sets a flag of the engine at once and puts it back on leaving."""

    def __init__(self, mode):
        self.mode, self.prev = mode, self._get()
        self._set(mode)

    def __enter__(self):
        pass

    def __exit__(self, exc_type, exc_value, traceback):
        self._set(self.prev)

    def clone(self):
        self._set(self.prev)
        return self.__class__(self.mode)


class set_multithreading_enabled(_Switch):
    _get = staticmethod(lambda: _C._is_multithreading_enabled())
    _set = staticmethod(lambda mode: _C._set_multithreading_enabled(mode))


class _force_original_view_tracking(_Switch):
    _get = staticmethod(lambda: _C._is_view_replay_enabled())
    _set = staticmethod(lambda mode: _C._set_view_replay_enabled(mode))


class _unsafe_preserve_version_counter(_DecoratorContextManager):
    """In-place changes inside do not count."""

    def __init__(self, tensors):
        self.tensors = (tensors,) if isinstance(tensors, _C.TensorBase) else tuple(tensors)
        self.versions = tuple(t._version for t in self.tensors)

    def __enter__(self):
        pass

    def __exit__(self, *exc):
        _C._autograd._unsafe_set_version_counter(self.tensors, self.versions)
