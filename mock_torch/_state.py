"""Whether the mock is on, shared by the parts of this package."""

import os

enabled = False


def set_verbose(on):
    """Placeholders read the variable when they are first loaded, so that child processes inherit it too."""
    os.environ["FLAMBEAU_VERBOSE"] = "1" if on else "0"
