"""linear and nn.Linear: results, graphs and errors, also where something about them has been replaced."""

import copy
import gc
import itertools
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.overrides import TorchFunctionMode


def tr(f):
    try:
        print("ok", f())
    except Exception as e:
        print(type(e).__name__, str(e).partition("operation: [")[0][:300])


def numbers(*shape, dtype=torch.float32):
    count = torch.Size(shape).numel()
    return (torch.arange(count, dtype=dtype) * 0.37 % 2 - 0.9).reshape(shape).clone()


def graph(node):
    """The backward graph below a node: names, what is saved, expected gradients."""
    if node is None:
        return "-"
    own = {n[7:]: getattr(node, n) for n in sorted(dir(node)) if n.startswith("_saved_") and "strides" not in n}
    own = {n: (v.shape, v.stride()) if isinstance(v, torch.Tensor) else v for n, v in own.items()}
    own = {n: tuple(v) if isinstance(v, list) else v for n, v in own.items()}
    metadata = [(tuple(m.shape), m.dtype) for m in node._input_metadata]
    return (node.name(), own, metadata, [(graph(n), i) for n, i in node.next_functions])


SHAPES = ((7,), (5, 7), (1, 7), (2, 3, 7), (0, 7), (2, 0, 7))
for shape, dtype, with_bias in itertools.product(SHAPES, (torch.float32, torch.float64), (True, False)):
    for needs in itertools.product((False, True), repeat=3 if with_bias else 2):
        x, w = (
            numbers(*shape, dtype=dtype).requires_grad_(needs[0]),
            numbers(4, 7, dtype=dtype).requires_grad_(needs[1]),
        )
        b = numbers(4, dtype=dtype).requires_grad_(needs[2]) if with_bias else None
        y = F.linear(x, w, b)
        print(shape, dtype, needs, y.shape, y.stride(), y.requires_grad, y.is_leaf, y._is_view(), graph(y.grad_fn))
        print(y)
        if any(needs):
            wanted = [t for t, need in zip((x, w, b), needs, strict=False) if need]
            first = torch.autograd.grad((y * y).sum(), wanted, create_graph=True)
            print(*first)
            if x.numel():
                tr(lambda y=y, wanted=wanted: torch.autograd.grad((y * y).sum(), wanted, retain_graph=True))
                total = sum((g * g).sum() for g in first)
                tr(lambda total=total, wanted=wanted: torch.autograd.grad(total, wanted, allow_unused=True))
            tr(lambda y=y: y.sum().backward())

# Strides, other types, broadcast bias, modes.
wide = numbers(14, 10)
for x, w in (
    (wide[::2, :7], wide[3:7, :7]),
    (wide.t()[:, :7], wide[:4, 1:8]),
    (numbers(7, 5).t(), numbers(7, 4).t()),
    (numbers(5, 1).expand(5, 7), numbers(1, 7).expand(4, 7)),
    (numbers(5, 14)[:, ::2], numbers(4, 14)[:, ::2]),
):
    for needs in (False, True):
        y = F.linear(x, w.detach().requires_grad_(needs), numbers(4))
        print(y, graph(y.grad_fn))
for dtype in (torch.float16, torch.bfloat16, torch.complex64):
    w = numbers(4, 7).to(dtype).requires_grad_()
    y = F.linear(numbers(5, 7).to(dtype), w, numbers(4).to(dtype))
    print(y.dtype, y.shape, graph(y.grad_fn))
for bias in (numbers(1), torch.tensor(2.0), numbers(5, 1), numbers(5, 4)):
    w = numbers(4, 7).requires_grad_()
    tr(lambda w=w, bias=bias: (lambda y: (y, graph(y.grad_fn)))(F.linear(numbers(5, 7), w, bias)))
tr(lambda: F.linear(numbers(5, 7), numbers(4, 7).long()))
tr(lambda: F.linear(numbers(5, 7), numbers(4, 7, dtype=torch.float64)))
tr(lambda: F.linear(numbers(5, 7), numbers(4, 7), numbers(4, dtype=torch.float64)))
tr(lambda: F.linear(numbers(5, 6), numbers(4, 7), numbers(4)))
tr(lambda: F.linear(numbers(5, 7), numbers(4, 7), numbers(3)))
tr(lambda: F.linear(numbers(5, 7), numbers(7)))
tr(lambda: F.linear(torch.arange(6).reshape(2, 3), torch.arange(12).reshape(4, 3)))
tr(lambda: F.linear(numbers(5, 7), None))
with torch.no_grad():
    y = F.linear(numbers(5, 7), numbers(4, 7).requires_grad_(), numbers(4))
    print(y.requires_grad, y.grad_fn)
with torch.inference_mode():
    y = F.linear(numbers(5, 7), numbers(4, 7).requires_grad_(), numbers(4))
    print(y.requires_grad, y.is_inference())
x = torch.ones(2, 7, device="meta")
print(F.linear(x, x, torch.ones(2, device="meta")).shape)
with torch.autocast("cpu", dtype=torch.bfloat16):
    print(F.linear(numbers(5, 7), numbers(4, 7).requires_grad_()).dtype)
kept = []
with torch.autograd.graph.saved_tensors_hooks(lambda t: kept.append(tuple(t.shape)) or t, lambda t: t):
    y = F.linear(numbers(5, 7).requires_grad_(), numbers(4, 7).requires_grad_(), numbers(4))
y.sum().backward()
print(kept)
w = numbers(4, 7).requires_grad_()
x = numbers(5, 7)
y = F.linear(x, w)
x.add_(1)
tr(lambda: y.sum().backward())
y = F.linear(x, w)
with torch.no_grad():
    w.mul_(2)  # only the input's gradient would read it
y.sum().backward()
print(w.grad)
x = numbers(5, 7).requires_grad_()
y = F.linear(x, w)
with torch.no_grad():
    w.mul_(2)
tr(lambda: y.sum().backward())
seen = []
y = F.linear(numbers(5, 7), w)
y.grad_fn.register_hook(lambda given, got: seen.append(("after", [g is not None for g in given])))
y.grad_fn.next_functions[1][0].register_prehook(lambda got: seen.append(("before", got[0].shape)))
y.backward(torch.ones(5, 4))
print(seen)


class Functions(TorchFunctionMode):
    def __torch_function__(self, function, types, args=(), kwargs=None):
        print("  function", getattr(function, "__name__", function))
        return function(*args, **(kwargs or {}))


class Marked(torch.Tensor):
    pass


# nn.Linear, with everything that may stand in its way.
layer = nn.Linear(7, 4)
with torch.no_grad():
    layer.weight.copy_(numbers(4, 7))
    layer.bias.copy_(numbers(4))
x = numbers(2, 7)
expected = layer(x)
print(expected, graph(expected.grad_fn))
with Functions():
    layer(x)
print(type(layer(x.as_subclass(Marked))).__name__)
print(torch.equal(layer(input=x), expected), torch.equal(layer.forward(x), expected))
tr(lambda: layer())
tr(lambda: layer(numbers(2, 6)))
tr(lambda: layer(None))
tr(lambda: layer(x, other=1))

original = F.linear
F.linear = lambda *args: print("  mine") or original(*args)
print(torch.equal(layer(x), expected))
F.linear = original
print(torch.equal(layer(x), expected))
forward = nn.Linear.forward
nn.Linear.forward = lambda self, input: "patched class"
print(layer(x))
nn.Linear.forward = forward
layer.forward = lambda input: "patched object"
print(layer(x))
del layer.forward
print(torch.equal(layer(x), expected))
call = nn.Module.__call__
nn.Module.__call__ = lambda self, *args: "patched call"
print(layer(x))
nn.Module.__call__ = call
print(torch.equal(layer(x), expected))
frames = []
sys.setprofile(lambda frame, event, argument: frames.append(frame.f_code.co_name) if event == "call" else None)
layer(x)
sys.setprofile(None)
print("forward" in frames)

for register in (layer.register_forward_pre_hook, layer.register_forward_hook, layer.register_full_backward_hook):
    handle = register(lambda module, *args: print("  hook", len(args)))
    layer(x.clone().requires_grad_()).sum().backward()
    handle.remove()
    layer(x)
handle = nn.modules.module.register_module_forward_hook(lambda module, *args: print("  global hook"))
layer(x)
handle.remove()
layer(x)

bias = layer.bias
layer.bias = None
print(layer(x), "bias" in layer._parameters)
layer.bias = nn.Parameter(bias.detach() + 1)
print(layer(x))
layer.bias = bias
layer._parameters["bias"] = bias
print(torch.equal(layer(x), expected))
del layer.bias
tr(lambda: layer(x))
layer.bias = torch.zeros(4)
print(layer(x), list(layer.state_dict()))
del layer.bias
layer.register_buffer("bias", torch.ones(4))
print(layer(x), list(layer.state_dict()))
del layer.bias
layer.register_parameter("bias", bias)
print(torch.equal(layer(x), expected))
layer.__dict__["bias"] = torch.full((4,), 5.0)
print(layer(x))
del layer.__dict__["bias"]
print(torch.equal(layer(x), expected))

changed = copy.deepcopy(layer)
nn.utils.parametrize.register_parametrization(changed, "weight", nn.ReLU())
print(changed(x), type(changed).__name__)
nn.utils.parametrize.remove_parametrizations(changed, "weight", leave_parametrized=False)
print(torch.equal(changed(x), expected))
print(torch.func.functional_call(layer, {"weight": torch.ones(4, 7)}, (x,)))
print(torch.equal(layer(x), expected))
layer.requires_grad_(False)
print(layer(x).requires_grad)
layer.requires_grad_(True)
layer.double()
print(layer(x.double()).dtype)
layer.float()
print(torch.equal(layer(x), expected))


class Own(nn.Linear):
    @property
    def scale(self):
        return self.missing

    def __getattr__(self, name):
        if name == "made_up":
            return "here"
        return super().__getattr__(name)


own = Own(7, 4)
own.load_state_dict(layer.state_dict())
print(torch.equal(own(x), expected), own.made_up)
tr(lambda: own.scale)
tr(lambda: own.nothing)
tr(lambda: layer.nothing)
Own.__getattribute__ = lambda self, name: "all" if name == "training" else object.__getattribute__(self, name)
print(own.training, torch.equal(own(x), expected))
del Own.__getattribute__
print(own.training, torch.equal(own(x), expected))
getattr_ = nn.Module.__getattr__
nn.Module.__getattr__ = lambda self, name: print("  asked for", name) or getattr_(self, name)
print(torch.equal(own(x), expected), torch.equal(layer(x), expected), layer.weight is layer._parameters["weight"])
nn.Module.__getattr__ = getattr_
print(torch.equal(own(x), expected), torch.equal(layer(x), expected))


class Twice(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(7, 7)
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        return self.inner(self.inner(x))


twice = Twice()
for _ in range(3):
    twice(x)
print(twice.calls, twice.inner.weight.shape)
twice.inner = nn.Identity()
print(torch.equal(twice(x), x))
del twice.inner
tr(lambda: twice(x))
twice.inner = nn.Flatten(0)
print(twice(x).shape)

lazy = nn.LazyLinear(3)
print(lazy(x).shape, type(lazy).__name__, lazy(x).shape)
layers = [nn.Linear(7, 7) for _ in range(40)]
for _ in range(3):
    for i, each in enumerate(layers):
        with torch.no_grad():
            each.weight.fill_(i), each.bias.fill_(i)
    print([each(torch.ones(1, 7))[0, 0].item() for each in layers])
    layers = [nn.Linear(7, 7) for _ in layers]
    gc.collect()
