"""The loop of a worker process."""

import os
import queue
import random
import sys

from ...._utils import ExceptionWrapper
from . import MP_STATUS_CHECK_INTERVAL, signal_handling

_torch = sys.modules["flambeau"]
_worker_info = None


class ManagerWatchdog:
    """Notices that the process that started this one is gone."""

    def __init__(self):
        self.manager_pid, self.manager_dead = os.getppid(), False

    def is_alive(self):
        if not self.manager_dead:
            self.manager_dead = os.getppid() != self.manager_pid
        return not self.manager_dead


class WorkerInfo:
    """id, num_workers, seed and dataset of this worker."""

    __initialized = False

    def __init__(self, **kwargs):
        for name, value in kwargs.items():
            setattr(self, name, value)
        self.__keys = tuple(kwargs.keys())
        self.__initialized = True

    def __setattr__(self, key, val):
        if self.__initialized:
            raise RuntimeError(f"Cannot assign attributes to {self.__class__.__name__} objects")
        super().__setattr__(key, val)

    def __repr__(self):
        return f"{self.__class__.__name__}({', '.join(f'{k}={getattr(self, k)}' for k in self.__keys)})"


def get_worker_info():
    """None in the main process."""
    return _worker_info


class _IterableDatasetStopIteration:
    def __init__(self, worker_id):
        self.worker_id = worker_id


class _ResumeIteration:
    def __init__(self, seed=None):
        self.seed = seed


def _generate_state(base_seed, worker_id):
    """numpy's seed for a worker: four words of its SeedSequence."""
    import numpy

    return numpy.random.SeedSequence([worker_id, base_seed & 0xFFFFFFFF, base_seed >> 32, 0]).generate_state(4).tolist()


def _seed_all(base_seed, worker_id):
    seed = base_seed + worker_id
    random.seed(seed)
    _torch.manual_seed(seed)
    if "numpy" in sys.modules:
        import numpy

        numpy.random.seed(_generate_state(base_seed, worker_id))
    return seed


def _fetch(fetcher, index, dataset_kind, worker_id):
    """(data or what to report, whether this worker's stream has ended)"""
    try:
        return fetcher.fetch(index), False
    except Exception as e:
        if isinstance(e, StopIteration) and dataset_kind == 1:
            return _IterableDatasetStopIteration(worker_id), True
        return ExceptionWrapper(where=f"in DataLoader worker process {worker_id}"), False


def _worker_loop(
    dataset_kind, dataset, index_queue, data_queue, done_event, auto_collation, collate_fn, drop_last, base_seed,
    init_fn, worker_id,
    num_workers, persistent_workers, shared_seed,
):  # fmt: skip
    global _worker_info
    try:
        signal_handling._set_worker_signal_handlers()
        _torch.set_num_threads(1)
        seed = _seed_all(base_seed, worker_id)
        _worker_info = WorkerInfo(id=worker_id, num_workers=num_workers, seed=seed, dataset=dataset)
        from ..dataloader import _DatasetKind

        failure = fetcher = None
        try:
            if init_fn is not None:
                init_fn(worker_id)
            fetcher = _DatasetKind.create_fetcher(dataset_kind, dataset, auto_collation, collate_fn, drop_last)
        except Exception:
            failure = ExceptionWrapper(where=f"in DataLoader worker process {worker_id}")
        ended, watchdog = False, ManagerWatchdog()
        while watchdog.is_alive():
            try:
                request = index_queue.get(timeout=MP_STATUS_CHECK_INTERVAL)
            except queue.Empty:
                continue
            if isinstance(request, _ResumeIteration):
                data_queue.put((request, None))
                ended = False
                fetcher = _DatasetKind.create_fetcher(dataset_kind, dataset, auto_collation, collate_fn, drop_last)
            elif request is None:
                break
            elif not done_event.is_set() and not ended:
                position, index = request
                if failure is not None:
                    data, failure = failure, None
                else:
                    data, ended = _fetch(fetcher, index, dataset_kind, worker_id)
                data_queue.put((position, data))
                del data, position, index, request
    except KeyboardInterrupt:
        pass
    if done_event.is_set():
        data_queue.cancel_join_thread()
        data_queue.close()
