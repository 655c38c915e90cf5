"""Futures."""

import threading

__all__ = ["Future", "collect_all", "wait_all"]


class Future:
    """A result that may come later."""

    def __class_getitem__(cls, item):
        return cls

    def __init__(self, *, devices=None):
        self._event, self._callbacks, self._result, self._error = threading.Event(), [], None, None

    def done(self):
        return self._event.is_set()

    def wait(self):
        self._event.wait()
        return self.value()

    def value(self):
        if self._error is not None:
            raise self._error
        return self._result

    def _finish(self):
        if self._event.is_set():
            raise RuntimeError("Future can only be marked completed once")
        self._event.set()
        for callback in self._callbacks:
            callback(self)

    def set_result(self, result):
        self._result = result
        self._finish()

    def set_exception(self, result):
        if not isinstance(result, Exception):
            raise AssertionError(f"{result} is of type {type(result)}, not an Exception.")
        self._error = result
        self._finish()

    def add_done_callback(self, callback):
        if self.done():
            callback(self)
        else:
            self._callbacks.append(callback)

    def then(self, callback):
        following = Future()

        def run(done):
            try:
                following.set_result(callback(done))
            except Exception as e:
                following.set_exception(e)

        self.add_done_callback(run)
        return following


def collect_all(futures):
    result = Future()
    wait_for = [f for f in futures if not f.done()]
    if not wait_for:
        result.set_result(futures)
        return result
    left = [len(wait_for)]

    def one_done(_):
        left[0] -= 1
        if not left[0]:
            result.set_result(futures)

    for future in wait_for:
        future.add_done_callback(one_done)
    return result


def wait_all(futures):
    return [future.wait() for future in futures]
