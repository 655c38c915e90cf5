"""Every operator against real PyTorch on PyTorch's own samples: values, dtypes, strides, gradients and errors.

Groups of cases that fail stand in failing.txt, which may only shrink: an unexpected pass fails here too.
`python tests/torch_parity/ops/test_ops.py` rewrites the list and prints how many cases pass.
"""

import hashlib
import os
import pickle
import signal
import subprocess
import sys
import warnings
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from compare import check, label  # noqa: E402

TIMEOUT = 120  # seconds for the cases of one operator


def recorded_cases(build, oracle_python):
    """All cases; recorded once for each version of the recorder."""
    sources = b"".join((HERE / name).read_bytes() for name in ("calls.py", "record.py"))
    path = build / "parity" / f"ops-{hashlib.sha256(sources).hexdigest()[:12]}.pickle"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([oracle_python, HERE / "record.py", path.with_suffix(".new")], check=True, cwd=HERE)
        path.with_suffix(".new").rename(path)
    with open(path, "rb") as file:
        return pickle.load(file)


def replay_one(cases):
    """[(label, message or None)] of one operator's cases."""
    import flambeau as torch

    return [(label(case), check(torch, case)) for case in cases]


def isolated(cases):
    """The same in a process of its own, so that a crash costs one operator's cases and is counted as what it is."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        signal.alarm(TIMEOUT)
        warnings.simplefilter("ignore")
        with open(writer, "wb") as pipe:
            pickle.dump(replay_one(cases), pipe)
        os._exit(0)
    os.close(writer)
    with open(reader, "rb") as pipe:
        data = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status == 0:
        return pickle.loads(data)
    return [(label(case), f"the process ended with {status}") for case in cases]


def replay(cases):
    """Failures by group: {label: first message}, and counts {label: (passed, all)}."""
    import flambeau  # noqa: F401  (once, before the forks)

    by_op = defaultdict(list)
    for case in cases:
        by_op[case.op].append(case)
    failures, counts = {}, defaultdict(lambda: [0, 0])
    for op in sorted(by_op):
        for group, wrong in isolated(by_op[op]):
            counts[group][0] += wrong is None
            counts[group][1] += 1
            if wrong:
                failures.setdefault(group, wrong)
    return failures, counts


def listed():
    path = HERE / "failing.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    return {line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()}


def test_operators_match_pytorch(build, oracle_python):
    failures, counts = replay(recorded_cases(build, oracle_python))
    total = [sum(c[i] for c in counts.values()) for i in (0, 1)]
    print(f"{total[0]} of {total[1]} recorded calls agree")
    new = {group: message for group, message in failures.items() if group not in listed()}
    assert not new, "\n".join(f"{group}: {message}" for group, message in sorted(new.items())[:40])
    healed = listed() - set(failures)
    assert not healed, f"these pass now, take them off the list: {sorted(healed)[:40]}"


def main():
    root = HERE.parents[2]
    failures, counts = replay(recorded_cases(root / "build", root / ".venv-oracle/bin/python"))
    lines = [f"{group}  # {message.splitlines()[0][:140]}\n" for group, message in sorted(failures.items())]
    (HERE / "failing.txt").write_text(
        "# Groups of calls that differ from PyTorch; this list may only shrink.\n" + "".join(lines)
    )
    print(f"{sum(c[0] for c in counts.values())} of {sum(c[1] for c in counts.values())} recorded calls agree")


if __name__ == "__main__":
    main()
