"""multiprocessing whose queues carry tensors through shared memory."""

import multiprocessing as _mp

from .reductions import init_reductions

__all__ = ["set_sharing_strategy", "get_sharing_strategy", "get_all_sharing_strategies"]
from multiprocessing import *  # noqa: E402, F403

__all__ += _mp.__all__
_sharing_strategy = "file_descriptor"
_all_sharing_strategies = {"file_descriptor", "file_system"}


def set_sharing_strategy(new_strategy):
    global _sharing_strategy
    if new_strategy not in _all_sharing_strategies:
        raise AssertionError(f"invalid sharing strategy: {new_strategy}")
    _sharing_strategy = new_strategy


def get_sharing_strategy():
    return _sharing_strategy


def get_all_sharing_strategies():
    return _all_sharing_strategies


def _set_thread_name(name):
    pass


def __getattr__(name):
    if name in (
        "spawn",
        "start_processes",
        "SpawnContext",
        "ProcessContext",
        "ProcessRaisedException",
        "ProcessExitedException",
    ):
        from . import spawn as module

        return getattr(module, name)
    if hasattr(_mp, name):
        return getattr(_mp, name)
    from .._loader import submodule_getter

    return submodule_getter(__package__, __name__)(name)


init_reductions()
