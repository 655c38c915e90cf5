"""Tensors and storages from Python values: what each type holds, and what is refused."""

import warnings

import torch

warnings.simplefilter("ignore")


def show(what, make):
    try:
        print(what, make())
    except Exception as e:
        print(what, type(e).__name__, str(e).partition("\n")[0])


REALS = [float("nan"), float("inf"), 1e30, -1.5, -0.5, 255.7, 127.9, 2.0**31, 2.0**63, -(2.0**63)]
INTEGERS = [-1, 256, -256, 128, 2**31, 2**63, -(2**63), 2**64, -(2**63) - 1]
OTHERS = [1j, True, "a", None, torch.tensor(3), torch.tensor(3.7), torch.tensor(True)]
DTYPES = "uint8 int8 int16 int32 int64 uint16 uint32 uint64 float16 float32 bool complex64"
for name in DTYPES.split(" "):
    for value in REALS + INTEGERS + OTHERS:
        show(f"{name} {value!r}", lambda v=value, n=name: torch.tensor([v], dtype=getattr(torch, n)))
for data in ([1, "a"], ["a"], [1, None], [1.0, [2]], [b"a"]):
    show(data, lambda d=data: torch.tensor(d))
show("pinned", lambda: torch.tensor([1.0], pin_memory=True))
show("twice", lambda: torch.tensor([1.0], data=[2.0]))
for value in (2**64, -(2**70)):
    show("number", lambda v=value: torch.ones(2) + v)
    show("index", lambda v=value: torch.ones(2)[v])
    show("dimension", lambda v=value: torch.ones(2).sum(v))

for args in ((1, 4), (1, 4, 0.5), (4, 0, -1), (1, 4, 0), (4, 0), (0, float("inf")), (0, float("nan"))):
    show(f"range {args}", lambda a=args: torch.range(*a))
show("range dtype", lambda: torch.range(0, 4.5, dtype=torch.int64))
show("range device", lambda: torch.range(0, 4, device="meta").shape)
show("range grad", lambda: torch.range(0, 4, requires_grad=True))
show("range out", lambda: torch.range(0, 3, 2, out=torch.empty(4, dtype=torch.int64)))
show("range out dtype", lambda: torch.range(0, 3, out=torch.empty(0), dtype=torch.float64))
show("range bool", lambda: torch.range(0, 3, dtype=torch.bool))

like = torch.ones(1, dtype=torch.float64)
for make in (torch.Tensor, like.new):
    show("old sizes", lambda m=make: m(2, 3, device="cpu").shape)
    show("old size=", lambda m=make: m(size=(2, 3)).shape)
    show("old no dimension", lambda m=make: m(torch.Size([])).shape)
    show("old data", lambda m=make: (m([1, 2]), m(data=[1, 2]), m((1, 2), device="cpu")))
    show("old tensor", lambda m=make: m(other=torch.ones(2, dtype=m().dtype)))
    show("old storage", lambda m=make: m(torch.ones(2).storage()))
    show("old nothing", lambda m=make: m(device=None))
    show("old meta", lambda m=make: m(2, 3, device="meta"))
    show("old keyword", lambda m=make: m(2, 3, foo=1))
    show("old both", lambda m=make: m(2, data=3))
    for value in (2.5, True, "a", None):
        show(f"old {value}", lambda v=value, m=make: m(v))
    show("old real size", lambda m=make: m(2, 2.5))
show("old tensor and device", lambda: torch.Tensor(torch.ones(2), device="cpu"))
