"""Parts of the DataLoader, under the names libraries use."""

MP_STATUS_CHECK_INTERVAL = 5.0
python_exit_status = False
HAS_NUMPY = True

from . import collate, fetch, pin_memory, signal_handling, worker  # noqa: E402, F401


def _set_python_exit_flag():
    global python_exit_status
    python_exit_status = True


import atexit  # noqa: E402

atexit.register(_set_python_exit_flag)
