"""Prints the shell commands that switch the mock on or off in the calling shell.

eval $(flambeau-mock-torch)            programs started from here get Flambeau as torch
eval $(flambeau-mock-torch disable)    and now no longer
"""

import argparse
import importlib.util
import os
import shlex

ACTIVATION = os.path.join(os.path.dirname(os.path.abspath(__file__)), "activation")


def package_parent(lazy):
    """The folder that holds the package flambeau. Unless lazy, the package is loaded: if it is broken, it shows."""
    if not lazy:
        import flambeau  # noqa: F401
    spec = importlib.util.find_spec("flambeau")
    return os.path.dirname(os.path.dirname(os.path.abspath(spec.origin)))


def commands(action, lazy=False, verbose=False):
    """Shell commands, in one line."""
    ours = [ACTIVATION, package_parent(lazy)]
    others = [p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p and p not in ours]
    if action == "disable":
        path = f"export PYTHONPATH={shlex.quote(os.pathsep.join(others))};" if others else "unset PYTHONPATH;"
        return f"{path} unset FLAMBEAU_MOCK FLAMBEAU_VERBOSE;"
    path = shlex.quote(os.pathsep.join(ours + others))
    return f"export PYTHONPATH={path} FLAMBEAU_MOCK=on FLAMBEAU_VERBOSE={int(verbose)};"


def main(argv=None):
    parser = argparse.ArgumentParser(
        prog="flambeau-mock-torch", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("action", nargs="?", choices=["enable", "disable"], default="enable")
    parser.add_argument("--lazy", action="store_true", help="do not check now that Flambeau loads")
    parser.add_argument("--verbose", action="store_true", help="programs print each placeholder they touch")
    options = parser.parse_args(argv)
    print(commands(options.action, options.lazy, options.verbose))


if __name__ == "__main__":
    main()
