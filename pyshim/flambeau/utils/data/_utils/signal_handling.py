"""Watching worker processes."""


def _set_worker_signal_handlers(*args):
    """Workers leave Ctrl-C to the main process."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _set_worker_pids(loader_id, pids):
    pass


def _remove_worker_pids(loader_id):
    pass


def _error_if_any_worker_fails():
    pass


def _set_SIGCHLD_handler():
    pass
