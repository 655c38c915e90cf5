"""The default generator: seeds and states."""

import contextlib

from ._C import Generator, default_generator

__all__ = ["set_rng_state", "get_rng_state", "manual_seed", "seed", "initial_seed", "fork_rng", "thread_safe_generator"]


def set_rng_state(new_state):
    default_generator.set_state(new_state)


def get_rng_state():
    return default_generator.get_state()


def manual_seed(seed):
    """Seeds the generators of all devices; negative seeds count from 2**64."""
    return default_generator.manual_seed(int(seed))


def seed():
    return default_generator.seed()


def initial_seed():
    return default_generator.initial_seed()


def thread_safe_generator():
    """A worker thread's own generator, if a DataLoader set one."""
    from .utils.data import _utils

    info = _utils.worker.get_worker_info()
    return getattr(info, "torch_generator", None)


@contextlib.contextmanager
def fork_rng(devices=None, enabled=True, _caller="fork_rng", _devices_kw="devices", device_type="cuda"):
    """Random state inside the block is put back on leaving it."""
    if not enabled:
        yield
        return
    state = get_rng_state()
    try:
        yield
    finally:
        set_rng_state(state)


def _seed_custom_device(seed):
    pass


def __getattr__(name):
    if name == "Generator":
        return Generator
    raise AttributeError(f"module 'torch.random' has no attribute '{name}'")
