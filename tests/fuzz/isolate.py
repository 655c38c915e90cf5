"""Runs many cases in forked children, so that a crash, a hang or a run for memory costs one case and is named."""

import mmap
import os
import pickle
import resource
import signal
import struct
import warnings
from pathlib import Path

SANITIZED = "libasan" in os.environ.get("LD_PRELOAD", "")  # its shadow memory needs an unlimited address space


def run(cases, act, prepare=lambda: None, seconds=10, memory=4 << 30):
    """[outcome] for each of `cases`: what `act(case)` returned, the name of its exception, or how the process died."""
    progress, outcomes = mmap.mmap(-1, 8), []
    while len(outcomes) < len(cases):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            _child(cases, len(outcomes), act, prepare, seconds, memory, progress, writer)
        os.close(writer)
        with open(reader, "rb") as pipe:
            outcomes += _read(pipe)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status != 0:
            at = struct.unpack("q", progress[:8])[0]
            del outcomes[at:]
            outcomes.append("hangs" if status in (-signal.SIGALRM, -signal.SIGPROF) else f"dies of {_death(status)}")
    return outcomes


def is_fatal(outcome):
    return isinstance(outcome, str) and outcome.startswith(("dies", "hangs"))


def _death(status):
    return signal.Signals(-status).name if status < 0 else f"exit status {status}"


def _read(pipe):
    found = []
    while True:
        try:
            found.append(pickle.load(pipe))
        except (EOFError, pickle.UnpicklingError):
            return found


def _child(cases, start, act, prepare, seconds, memory, progress, writer):
    if not SANITIZED:
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    prepare()
    with open(writer, "wb", buffering=0) as pipe:
        for i in range(start, len(cases)):
            progress[:8] = struct.pack("q", i)
            signal.setitimer(signal.ITIMER_PROF, seconds)  # of processor time; a loaded machine is no hang
            signal.alarm(20 * seconds)
            try:
                outcome = act(cases[i])
            except Exception as error:
                outcome = type(error).__name__
            pipe.write(pickle.dumps(outcome))
    os._exit(0)
