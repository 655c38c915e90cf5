"""torch.profiler: regions can be named; recording is not there yet."""

import enum

from ..autograd.profiler import record_function

__all__ = [
    "profile",
    "schedule",
    "supported_activities",
    "tensorboard_trace_handler",
    "ProfilerAction",
    "ProfilerActivity",
    "record_function",
    "kineto_available",
]


class ProfilerActivity(enum.Enum):
    CPU, XPU, MTIA, CUDA, HPU, PrivateUse1 = range(6)


class ProfilerAction(enum.Enum):
    NONE, WARMUP, RECORD, RECORD_AND_SAVE = range(4)


def supported_activities():
    return {ProfilerActivity.CPU}


def kineto_available():
    return False


def schedule(*, wait, warmup, active, repeat=0, skip_first=0, skip_first_wait=0):
    """What the profiler does at each step."""

    def action(step):
        if step < 0:
            raise AssertionError(f"Step must be non-negative. Got {step}.")
        if step < skip_first:
            return ProfilerAction.NONE
        step -= skip_first
        period = wait + warmup + active
        if repeat > 0 and step / period >= repeat:
            return ProfilerAction.NONE
        position = step % period
        if position < wait:
            return ProfilerAction.NONE
        if position < wait + warmup:
            return ProfilerAction.WARMUP
        return ProfilerAction.RECORD if position < period - 1 else ProfilerAction.RECORD_AND_SAVE

    return action


def tensorboard_trace_handler(dir_name, worker_name=None, use_gzip=False):
    raise NotImplementedError("not implemented: torch.profiler.tensorboard_trace_handler")


class profile:
    def __init__(self, *args, **kwargs):
        self.arguments = (args, kwargs)

    def __enter__(self):
        raise NotImplementedError("not implemented: torch.profiler.profile")

    start = __enter__

    def __exit__(self, *exc):
        return False
