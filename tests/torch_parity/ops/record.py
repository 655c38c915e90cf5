"""Records calls of PyTorch's own operator samples (op_db): run with the Python that has real PyTorch.

python record.py OUT.pickle [--samples 6]
"""

import argparse
import pickle
import warnings

import torch
from calls import Case, encode, perform, recorded_in
from torch.testing._internal.common_methods_invocations import op_db

DTYPES = [
    torch.float32,
    torch.float64,
    torch.bfloat16,
    torch.float16,
    torch.complex64,
    torch.int64,
    torch.int32,
    torch.uint8,
    torch.bool,
]
# Results that depend on a random stream, or on memory that nobody has written.
UNDETERMINED = {"empty", "empty_like", "empty_strided", "empty_permuted", "new_empty", "new_empty_strided"}


LARGEST = 1 << 16  # bytes of a call's inputs


def public(name):
    """The function that users reach under `name`, or None."""
    thing = torch
    for part in name.split("."):
        thing = getattr(thing, part, None)
    return thing if callable(thing) else None


def forms(info, sample):
    """The ways in which one sample can be called."""
    if public(info.name) is not None:
        yield "function"
    name = info.name.rpartition(".")[2]
    if isinstance(sample.input, torch.Tensor) and hasattr(torch.Tensor, name):
        yield "method"
        if info.inplace_variant is not None and hasattr(torch.Tensor, name + "_"):
            yield "inplace"


def size(value):
    """Bytes of tensor data in something encoded."""
    return sum(len(t.data) for t in recorded_in(value))


def record(info, sample, form):
    case = Case(info.name, form, encode(torch, (sample.input, *sample.args)), encode(torch, sample.kwargs))
    if size([case.args, case.kwargs]) > LARGEST:
        raise TypeError("too large to record")
    torch.manual_seed(0)
    try:
        result, grads = perform(torch, case)
    except Exception as error:
        case.error = (type(error).__name__, str(error).split("\n")[0])
        return case
    case.result = encode(torch, result)
    case.grads = [encode(torch, g) for g in grads]
    return case


def cases(limit):
    for info in op_db:
        if info.variant_test_name or info.name in UNDETERMINED:
            continue
        for dtype in DTYPES:
            if dtype not in info.dtypes:
                continue
            differentiable = dtype in info.backward_dtypes and info.supports_autograd
            samples = info.sample_inputs("cpu", dtype, requires_grad=differentiable and dtype.is_floating_point)
            for _, sample in zip(range(limit), samples, strict=False):
                for form in forms(info, sample):
                    try:
                        yield record(info, sample, form)
                    except TypeError:  # holds what cannot be written down: a sparse tensor, a function
                        continue


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    parser.add_argument("--samples", type=int, default=6, help="samples of each operator and dtype")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    with open(options.out, "wb") as file:
        pickle.dump(list(cases(options.samples)), file)


if __name__ == "__main__":
    main()
