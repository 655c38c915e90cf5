"""Outputs that share memory with themselves or with inputs; prints the same under real PyTorch and under Flambeau."""

import sys
import warnings
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[3]))
from codegen.schema import load  # noqa: E402

warnings.simplefilter("ignore")
aten, nn = torch.ops.aten, torch._C._nn
WORDS = {"some elements of the input": "refused: input", "more than one element": "refused: itself"}
# float_power and pow of a number resize first.
EXCEPT = {"pow.Scalar_out", "float_power.Scalar_out"}


def show(name, call):
    try:
        call()
        print(name, "=> computed")
    except Exception as error:
        text = str(error)
        print(name, "=>", next((say for words, say in WORDS.items() if words in text), type(error).__name__))


def memory(dtype=torch.float32):
    """Two tensors that lie partly in the same memory."""
    base = torch.arange(1, 6, dtype=dtype)
    return base[:4], base[1:]


def expanded(*shape, dtype=torch.float32):
    return torch.zeros(1, dtype=dtype).expand(*shape)


def pointwise():
    """Each pointwise operator with an output that is expanded, and one that partly overlaps an argument."""
    for schema in load().values():
        tensors = [a for a in schema.in_arguments if a.type.base == "Tensor" and not a.type.list]
        if "pointwise" not in schema.tags or schema.kind != "out" or len(schema.out_arguments) != 1 or not tensors:
            continue
        if schema.id in EXCEPT or any(a.type.list for a in schema.arguments):
            continue
        name = schema.out_arguments[0].name
        dtype = torch.int64 if schema.name.startswith(("bitwise", "gcd", "lcm")) else torch.float32
        operator = getattr(getattr(aten, schema.name), schema.overload)
        for at in range(-1, len(tensors)):
            given = {a.name: 1 for a in schema.in_arguments if a.type.base == "Scalar" or a.default is None}
            given |= {a.name: torch.ones(4, dtype=dtype) for a in tensors}
            out = expanded(4, dtype=dtype)
            if at >= 0:
                given[tensors[at].name], out = memory(dtype)
            given[name] = out
            show(f"{schema.id} {at}", lambda operator=operator, given=given: operator(**given))


INDEX = torch.arange(4)
OUT = {
    "cat": lambda x, out: torch.cat([x[:2], x[2:]], out=out),
    "hstack": lambda x, out: torch.hstack([x[:2], x[2:]], out=out),
    "concat": lambda x, out: torch.concat([x], out=out),
    "cumsum": lambda x, out: torch.cumsum(x, 0, out=out),
    "cumprod": lambda x, out: torch.cumprod(x, 0, out=out),
    "logcumsumexp": lambda x, out: torch.logcumsumexp(x, 0, out=out),
    "cummax": lambda x, out: torch.cummax(x, 0, out=(out, torch.empty(0, dtype=torch.int64))),
    "sort": lambda x, out: torch.sort(x, out=(out, torch.empty(0, dtype=torch.int64))),
    "msort": lambda x, out: torch.msort(x, out=out),
    "topk": lambda x, out: torch.topk(x, 4, out=(out, torch.empty(0, dtype=torch.int64))),
    "gather": lambda x, out: torch.gather(x, 0, INDEX, out=out),
    "index": lambda x, out: aten.index.Tensor_out(x, [INDEX], out=out),
    "index_select": lambda x, out: torch.index_select(x, 0, INDEX, out=out),
    "take": lambda x, out: torch.take(x, INDEX, out=out),
    "take_along_dim": lambda x, out: torch.take_along_dim(x, INDEX, 0, out=out),
    "masked_select": lambda x, out: torch.masked_select(x, x > -1, out=out),
    "index_add": lambda x, out: torch.index_add(x, 0, INDEX, torch.ones(4), out=out),
    "index_add source": lambda x, out: torch.index_add(torch.ones(4), 0, INDEX, x, out=out),
    "index_copy": lambda x, out: torch.index_copy(torch.ones(4), 0, INDEX, x, out=out),
    "scatter": lambda x, out: torch.scatter(torch.ones(4), 0, INDEX, x, out=out),
    "scatter_add": lambda x, out: torch.scatter_add(x, 0, INDEX, torch.ones(4), out=out),
    "addmv": lambda x, out: torch.addmv(x, torch.ones(4, 4), torch.ones(4), out=out),
    "mv": lambda x, out: torch.mv(torch.ones(4, 4), x, out=out),
    "mse_loss": lambda x, out: nn.mse_loss(x, x, 0, out=out),
    "binary_cross_entropy": lambda x, out: nn.binary_cross_entropy(torch.full((4,), 0.5), x * 0, None, 0, out=out),
    "threshold": lambda x, out: nn.threshold(x, 0, 1, out=out) if hasattr(nn, "threshold") else None,
    "ldexp": lambda x, out: torch.ldexp(x, torch.ones(4), out=out),
    "ldexp other": lambda x, out: torch.ldexp(torch.ones(4), x, out=out),
    "outer": lambda x, out: torch.outer(x, torch.ones(1), out=out.view(4, 1)),
    "isneginf": lambda x, out: torch.isneginf(x.view(torch.int32)[:1], out=out.view(torch.bool)[:1]),
    "softmax": lambda x, out: torch.softmax(x, 0).copy_(out),
    "special_ndtr": lambda x, out: torch.special.ndtr(x, out=out),
    "mvlgamma": lambda x, out: torch.mvlgamma(x, 1, out=out),
    "renorm": lambda x, out: torch.renorm(x.view(2, 2), 2, 0, 1, out=out.view(2, 2)),
    "sum": lambda x, out: torch.sum(x.expand(4, 4), 0, out=out),
    "normal": lambda x, out: torch.normal(x, 1.0, out=out),
}
IN_PLACE = {
    "cumsum_": lambda x, y: x.cumsum_(0),
    "index_add_": lambda x, y: x.index_add_(0, INDEX, y),
    "index_copy_": lambda x, y: x.index_copy_(0, INDEX, y),
    "index_reduce_": lambda x, y: x.index_reduce_(0, INDEX, y, "amax"),
    "index_put_": lambda x, y: x.index_put_((INDEX,), y),
    "index_fill_": lambda x, y: x.index_fill_(0, INDEX, 1),
    "put_": lambda x, y: x.put_(INDEX, y),
    "scatter_": lambda x, y: x.scatter_(0, INDEX, y),
    "scatter_reduce_": lambda x, y: x.scatter_reduce_(0, INDEX, y, "sum"),
    "masked_scatter_": lambda x, y: x.masked_scatter_(INDEX > 1, y),
    "masked_fill_": lambda x, y: x.masked_fill_(INDEX > 1, 1),
    "addr_": lambda x, y: x.view(2, 2).addr_(y[:2], y[2:]) if x.is_contiguous() else x,
    "addcmul_": lambda x, y: x.addcmul_(y, y),
    "threshold_": lambda x, y: torch.nn.functional.threshold_(x, 0, 1),
    "fill_": lambda x, y: x.fill_(2),
    "zero_": lambda x, y: x.zero_(),
    "random_": lambda x, y: x.random_(),
}


def tables():
    for name, call in OUT.items():
        x, y = memory()
        show(name, lambda call=call, x=x: call(x, torch.empty(4)))
        show(f"{name}, part", lambda call=call, x=x, y=y: call(x, y))
        show(f"{name}, itself", lambda call=call, x=x: call(x, x))
        show(f"{name}, expanded", lambda call=call, x=x: call(x, expanded(4)))
    for name, call in IN_PLACE.items():
        x, y = memory()
        show(f"{name}, part", lambda call=call, x=x, y=y: call(x, y))
        show(f"{name}, itself", lambda call=call, x=x: call(x, x))
        target = expanded(4)
        show(f"{name}, expanded", lambda call=call, x=x, target=target: call(target, x))
        if name in ("fill_", "masked_fill_", "index_fill_", "zero_"):
            print(target.tolist())
    show("stored in itself", lambda: INDEX.scatter_(0, INDEX, 1))
    show("empty index", lambda: expanded(4).scatter_(0, INDEX[:0], 1))
    show("broadcast operand", lambda: torch.addmm(torch.ones(20)[2:6], torch.ones(4, 4), torch.ones(4, 4)))


pointwise()
tables()
