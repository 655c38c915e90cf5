"""Whether the mock is on, shared by the parts of this package."""

import os

# True, False, or None as long as nobody has said.
enabled = None


def set_verbose(on):
    """Placeholders read the variable when they are first loaded, so that child processes inherit it too."""
    os.environ["FLAMBEAU_VERBOSE"] = "1" if on else "0"
