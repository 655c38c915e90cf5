"""Outputs of another dtype, and huge sizes and degrees; prints the same under real PyTorch and under Flambeau."""

import warnings

import torch

warnings.simplefilter("ignore")


def show(name, call):
    try:
        print(name, "=>", str(call()).replace("\n", ""))
    except Exception as error:
        print(name, "!!", type(error).__name__, str(error).split("\n")[0])


def dtypes():
    x = torch.tensor([3.0, 1, 2])
    for dtype in (torch.int32, torch.int64, torch.float32):
        show(f"argsort {dtype}", lambda dtype=dtype: torch.argsort(x, stable=True, out=torch.empty(3, dtype=dtype)))
    for dtype in (torch.float32, torch.float16, torch.complex64, torch.int32):
        for source in (torch.float64, torch.complex128, torch.float32):
            y = torch.ones(2, 2, dtype=source)
            out = torch.empty(0, dtype=dtype)
            name = f"{source} {dtype}"
            show(f"vector_norm {name}", lambda y=y, dtype=dtype: torch.linalg.vector_norm(y, 2, 0, dtype=dtype))
            show(f"norm {name}", lambda y=y, dtype=dtype: torch.norm(y, 2, 0, dtype=dtype))
            show(f"vector_norm out {name}", lambda y=y, out=out: torch.linalg.vector_norm(y, 2, 0, out=out))
            show(f"norm out {name}", lambda y=y, out=out: torch.norm(y, 2, 0, out=out))
    show("mvlgamma of bool", lambda: torch.mvlgamma(torch.tensor([True]), 1))
    show("mvlgamma of int", lambda: torch.mvlgamma(torch.tensor([5]), 2))
    for dtype in (torch.bool, torch.int64, torch.float32, torch.complex64):
        values = torch.ones(1, dtype=dtype)
        show(f"heaviside {dtype}", lambda values=values: torch.heaviside(torch.zeros(1), values))
        show(f"heaviside out {dtype}", lambda values=values: torch.heaviside(torch.ones(1), torch.ones(1), out=values))
        show(f"renorm out {dtype}", lambda values=values: torch.renorm(torch.ones(1, 1), 2, 0, 1, out=values))
    for value in (-1, 300, torch.tensor(-1), torch.tensor(300)):
        x = torch.tensor([0, 1, 200], dtype=torch.uint8)
        for name in ("floor_divide", "remainder", "fmod", "eq", "lt", "maximum"):
            if name != "maximum" or isinstance(value, torch.Tensor):
                show(f"{name} of uint8 by {value}", lambda n=name, v=value, x=x: getattr(torch, n)(x, v))
    show("renorm", lambda: torch.renorm(torch.ones(2, 2), 0, 0, 1))


def sizes():
    one, none = torch.ones(1, 1), torch.zeros(1, 1, dtype=torch.bool)
    show("masked_select", lambda: torch.masked_select(one.expand(2**32, 1), none.expand(1, 2**32)))
    show("masked_select of none", lambda: torch.masked_select(one.expand(2**62, 1), none.expand(1, 0)))
    for arguments in ((2**62, 0), (0, 2**62), (2**62, 1, 2**61), (-1, 2), (2, 3, 1), (2**31, 2**32)):
        for name in ("triu_indices", "tril_indices"):
            out = torch.empty(0, dtype=torch.int64)
            if name == "tril_indices" and len(arguments) == 3 and arguments[0] > 2:
                continue
            show(f"{name} {arguments}", lambda n=name, a=arguments, o=out: getattr(torch.ops.aten, n).out(*a, out=o))
    for name in ("legendre_polynomial_p", "laguerre_polynomial_l", "chebyshev_polynomial_t", "hermite_polynomial_h"):
        for x in (0.5, 1.0, -1.0, 1.5):
            for n in (-1.0, 3.0, 513.0, -(2.0**31), float("inf"), float("nan")):
                polynomial = getattr(torch.special, name)
                show(f"{name} {x} {n}", lambda p=polynomial, x=x, n=n: p(torch.tensor([x]), torch.tensor([n])))
    print(torch.bit is torch.uint1)


dtypes()
sizes()
