"""Which operators of the dispatcher each group of recorded calls executes: run with the Python that has real PyTorch.

python reach.py CALLS.pickle OUT.pickle
"""

import pickle
import sys
import warnings

import calls
import torch
from compare import label
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes


class Names(TorchDispatchMode):
    """Collects the names of the operators that run."""

    def __init__(self):
        super().__init__()
        self.seen = set()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.seen.add(func.name())
        return func(*args, **(kwargs or {}))


def gradients(torch, result, leaves):
    """As in calls.py, but without the operators that make one number of all results."""
    outputs = [t for t in calls.tensors_in(result) if t.requires_grad]
    if not leaves or not outputs:
        return []
    with _disable_current_modes():
        ones = [torch.ones_like(t) for t in outputs]
    return list(torch.autograd.grad(outputs, leaves, ones, allow_unused=True))


def operators_of(case):
    """The operators of one call and of its gradient, without those that make its arguments."""
    case.args, case.kwargs = calls.decode(torch, case.args), calls.decode(torch, case.kwargs)
    with Names() as names:
        calls.perform(torch, case)
    return names.seen


def main():
    warnings.simplefilter("ignore")
    calls.gradients = gradients
    with open(sys.argv[1], "rb") as file:
        cases = pickle.load(file)
    reach = {}
    for case in cases:
        if case.error is None:
            group = label(case)
            reach.setdefault(group, set()).update(operators_of(case))
    with open(sys.argv[2], "wb") as file:
        pickle.dump(reach, file)


if __name__ == "__main__":
    main()
