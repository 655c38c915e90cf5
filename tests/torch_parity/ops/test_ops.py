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


def made_once(kind, sources, build, oracle_python, *arguments):
    """What the script `sources[-1]` writes, by real PyTorch; made once for each version of the sources."""
    code = b"".join((HERE / name).read_bytes() for name in sources)
    path = build / "parity" / f"{kind}-{hashlib.sha256(code).hexdigest()[:12]}.pickle"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([oracle_python, HERE / sources[-1], *arguments, path.with_suffix(".new")], check=True, cwd=HERE)
        path.with_suffix(".new").rename(path)
    return path


def recorded(build, oracle_python):
    return made_once("ops", ["calls.py", "record.py"], build, oracle_python)


def recorded_cases(build, oracle_python):
    with open(recorded(build, oracle_python), "rb") as file:
        return pickle.load(file)


def first_rows():
    """The operators that programs need first, by dispatcher name."""
    return [line for line in (HERE / "first150.txt").read_text().splitlines() if not line.startswith("#")]


def reached(build, oracle_python):
    """{label: names of the operators that its calls execute, gradients included}."""
    sources = ["calls.py", "record.py", "reach.py"]
    path = made_once("reach", sources, build, oracle_python, recorded(build, oracle_python))
    with open(path, "rb") as file:
        return pickle.load(file)


def summary(counts, reach):
    """How many calls agree: of all, and of those that execute one of the first rows' operators."""
    rows = set(first_rows())
    first = [label for label in counts if reach.get(label, set()) & rows]
    parts = []
    for what, labels in (("recorded calls", counts), ("calls of the first 150 operators", first)):
        passed, total = (sum(counts[label][i] for label in labels) for i in (0, 1))
        parts.append(f"{passed} of {total} {what} agree")
    everywhere = set().union(*reach.values())
    missing = [row for row in first_rows() if row not in everywhere]
    return "; ".join(parts) + f"\nno sample reaches {', '.join(missing)}"


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
    return failures, dict(counts)


def replay_apart(build, oracle_python, path):
    """`replay` in an interpreter of its own: children forked where tests have used threads would wait for those."""
    recorded_cases(build, oracle_python)
    subprocess.run([sys.executable, __file__, "--replay", path], check=True, timeout=1800)
    return pickle.loads(path.read_bytes())


def listed():
    path = HERE / "failing.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    return {line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()}


def test_operators_match_pytorch(build, oracle_python, tmp_path):
    failures, counts = replay_apart(build, oracle_python, tmp_path / "replayed.pickle")
    print(summary(counts, reached(build, oracle_python)))
    new = {group: message for group, message in failures.items() if group not in listed()}
    assert not new, "\n".join(f"{group}: {message}" for group, message in sorted(new.items())[:40])
    healed = listed() - set(failures)
    assert not healed, f"these pass now, take them off the list: {sorted(healed)[:40]}"


def main():
    root = HERE.parents[2]
    build = Path(os.environ.get("FLAMBEAU_BUILD", root / "build"))
    oracle_python = Path(os.environ.get("FLAMBEAU_ORACLE_PYTHON", root / ".venv-oracle/bin/python"))
    failures, counts = replay(recorded_cases(build, oracle_python))
    if sys.argv[1:2] == ["--replay"]:
        return Path(sys.argv[2]).write_bytes(pickle.dumps((failures, counts)))
    lines = [f"{group}  # {message.splitlines()[0][:140]}\n" for group, message in sorted(failures.items())]
    (HERE / "failing.txt").write_text(
        "# Groups of calls that differ from PyTorch; this list may only shrink.\n" + "".join(lines)
    )
    print(summary(counts, reached(build, oracle_python)))


if __name__ == "__main__":
    main()
