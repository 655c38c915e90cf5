"""Numbers that do not fit a dtype, and integers from 2^63 on; prints the same under real PyTorch and under Flambeau."""

import warnings

import torch
import torch.nn.functional as F

warnings.simplefilter("ignore")
aten = torch.ops.aten
nn = torch._C._nn
LARGE = 2**63 + 5
VALUES = (1e300, 300, -1, LARGE, 2**40, 70000.0, float("inf"), float("nan"), 1 + 2j, 2.5, True)
DTYPES = ["uint8", "int8", "int32", "int64", "float16", "bfloat16", "float32", "float64", "complex64", "bool"]
MASK, INDEX = torch.tensor([True, False]), torch.tensor([0])


def show(name, call):
    try:
        print(name, "=>", str(call()).replace("\n", ""))
    except NotImplementedError:  # its message names the kernel
        print(name, "!! NotImplementedError")
    except Exception as error:
        print(name, "!!", type(error).__name__, str(error).split("\n")[0])


def set_item(x, index, v):
    x[index] = v
    return x


OPERATORS = {
    "fill_": lambda x, v: x.fill_(v),
    "fill_ of one": lambda x, v: x[:1].fill_(v),
    "fill_ of none": lambda x, v: x[:0].fill_(v),
    "full": lambda x, v: torch.full((2,), v, dtype=x.dtype),
    "full on meta": lambda x, v: torch.full((2,), v, dtype=x.dtype, device="meta"),
    "full_like": torch.full_like,
    "new_full": lambda x, v: x.new_full((2,), v),
    "scalar_tensor": lambda x, v: torch.scalar_tensor(v, dtype=x.dtype),
    "tensor": lambda x, v: torch.tensor(v, dtype=x.dtype) if x.dtype != torch.bool else None,
    "set one": lambda x, v: set_item(x, 0, v),
    "set all": lambda x, v: set_item(x, slice(None), v),
    "set index": lambda x, v: set_item(x, INDEX, v),
    "set mask": lambda x, v: set_item(x, MASK, v),
    "masked_fill": lambda x, v: x.masked_fill(MASK, v),
    "index_fill": lambda x, v: x.index_fill(0, INDEX, v),
    "index_add": lambda x, v: x.index_add(0, INDEX, x[:1], alpha=v),
    "scatter": lambda x, v: x.scatter(0, INDEX, v),
    "scatter add": lambda x, v: x.scatter(0, INDEX, v, reduce="add"),
    "constant_pad_nd": lambda x, v: torch.constant_pad_nd(x, (1, 1), v) if isinstance(v, float) else None,
    "celu": F.celu,
    "elu": F.elu,
    "elu scale": lambda x, v: nn.elu(x, 1.0, v, 1.0),
    "elu input_scale": lambda x, v: nn.elu(x, 1.0, 1.0, v),
    "elu out": lambda x, v: nn.elu(x, v, out=torch.empty_like(x)),
    "elu_backward": lambda x, v: aten.elu_backward(x, v, 1.0, 1.0, False, x),
    "logit": lambda x, v: torch.logit(x, v) if not isinstance(v, complex) else None,
    "clamp": lambda x, v: x.clamp(v, v) if not isinstance(v, complex) else None,
    "clamp min": lambda x, v: x.clamp(min=v) if not isinstance(v, complex) else None,
    "clamp_max": torch.clamp_max,
    "threshold": lambda x, v: F.threshold(x, v, 0),
    "threshold value": lambda x, v: F.threshold(x, 0, v),
    "threshold_backward": lambda x, v: aten.threshold_backward(x, x, v),
    "hardtanh": lambda x, v: F.hardtanh(x, v, v) if not isinstance(v, complex) else None,
    "hardtanh_backward": lambda x, v: aten.hardtanh_backward(x, x, 0, v),
    "leaky_relu": F.leaky_relu,
    "softplus": F.softplus,
    "softshrink": lambda x, v: F.softshrink(x, v) if not isinstance(v, complex) else None,
    "softshrink_backward": lambda x, v: aten.softshrink_backward(x, x, v),
    "hardshrink": F.hardshrink,
    "hardshrink_backward": lambda x, v: aten.hardshrink_backward(x, x, v),
    "add alpha": lambda x, v: torch.add(x, x, alpha=v),
    "addcmul": lambda x, v: torch.addcmul(x, x, x, value=v),
    "addcdiv": lambda x, v: torch.addcdiv(x, x, x + 1, value=v),
    "addmm": lambda x, v: torch.addmm(x, x.reshape(2, 1), x.reshape(1, 2), alpha=v) if v != float("inf") else None,
    "addbmm": lambda x, v: torch.addbmm(x, x.reshape(1, 2, 1), x.reshape(1, 1, 2), beta=v),
    "addmv": lambda x, v: torch.addmv(x, x.reshape(1, 2).repeat(2, 1), x, alpha=v) if v != float("inf") else None,
    "floor_divide": lambda x, v: x // v if v != LARGE else None,
    "floor_divide tensor": lambda x, v: x // torch.tensor(v) if v != LARGE else None,
    "lerp": lambda x, v: torch.lerp(x, x + 1, v),
    "pow": lambda x, v: torch.pow(x, v) if x.dtype != torch.bool and not isinstance(v, (bool, complex)) else None,
    "comparison": lambda x, v: (x == v, x != v),
    "order": lambda x, v: (x < v, x >= v),
    "linspace": lambda x, v: torch.linspace(0, v, 3, dtype=x.dtype) if abs(v) < 1e308 else None,
    "logspace": lambda x, v: torch.logspace(0, v, 2, base=2, dtype=x.dtype) if abs(v) < 5 or v == 1e300 else None,
    "arange": lambda x, v: torch.arange(v, v, dtype=x.dtype) if not isinstance(v, complex) else None,
    "isin": lambda x, v: torch.isin(x, v) if x.dtype != torch.bool and not isinstance(v, bool) else None,
    "foreach_addcmul": lambda x, v: torch._foreach_addcmul([x], [x], [x], v),
}


def unsigned():
    x = torch.tensor([1, 2**63 + 7, 2**64 - 1], dtype=torch.uint64)
    show("tolist", x.tolist)
    show("item", x[1].item)
    for convert in (int, float, complex, bool, hex):
        show(convert.__name__, lambda convert=convert: convert(x[1]))
    show("index", lambda: torch.arange(3)[x[1]])
    show("fill_", lambda: x.clone().fill_(LARGE))
    show("fill_ -1", lambda: x.clone().fill_(-1))
    show("full", lambda: torch.full((2,), LARGE, dtype=torch.uint64))
    show("full, default", lambda: torch.full((2,), LARGE))
    show("equal", lambda: x == 2**63 + 7)
    show("and", lambda: x & LARGE)
    show("where", lambda: torch.where(torch.tensor([True, False, True]), x, LARGE))
    for value in (2**64, -(2**63) - 1, 10**400):
        show(f"{str(value)[:20]} into uint64", lambda value=value: x.clone().fill_(value))
        show(f"{str(value)[:20]} plus", lambda value=value: torch.ones(2) + value)
    show("result_type", lambda: torch.result_type(torch.tensor([1]), LARGE))
    show("result_type of bool", lambda: torch.result_type(torch.tensor([True]), LARGE))
    show("searchsorted complex", lambda: torch.searchsorted(torch.ones(2, dtype=torch.complex64), 1))
    show("float8", lambda: torch.tensor([448.0, 1e4, -1e9, float("inf")]).to(torch.float8_e4m3fn))


for name, call in OPERATORS.items():
    for dtype in DTYPES:
        for value in VALUES:
            x = torch.tensor([0, 1]).to(getattr(torch, dtype))
            show(f"{name} {dtype} {value}", lambda call=call, x=x, value=value: call(x, value))
unsigned()
