"""Operators and kernels of torch.library: schemas, tags, keyword-only arguments, gradients."""

import torch

library = torch.library.Library("kept", "DEF")
library.define(
    "scale(Tensor x, int times=3, *, float alpha=1.5, Tensor? y=None, ScalarType? dtype=None) -> Tensor",
    tags=(torch.Tag.pointwise, torch.Tag.out_variant),
)


def scale(x, times=3, **keywords):
    print("kernel", times, sorted(keywords.items(), key=lambda item: item[0]))
    y = keywords.get("y")
    return x * times * keywords.get("alpha", 1.5) + (0 if y is None else y)


library.impl("scale", scale, "CPU")
op = torch.ops.kept.scale
x = torch.ones(2)
print(op(x))
print(op(x, 4), op(x, 3, alpha=1.5), op(x, alpha=2, y=x), op(x, times=1, dtype=torch.float64))
print(op.default.tags, torch.ops.aten.add.Tensor.tags)
print(
    [
        (a.name, a.kwarg_only, a.alias_info and a.alias_info.is_write)
        for a in torch.ops.aten.add_.Tensor._schema.arguments
    ]
)
print(torch.ops.aten.view.default.is_view, torch.ops.aten.add.Tensor.is_view)


def setup(ctx, inputs, keyword_only_inputs, output):
    print("setup", inputs[1:], sorted(keyword_only_inputs), ctx.needs_input_grad[:2])
    ctx.factor = inputs[1] * keyword_only_inputs["alpha"]


library.define("stretch(Tensor x, int times=3, *, float alpha=1.5, ScalarType? dtype=None) -> Tensor")
library.impl("stretch", scale, "CPU")
torch.library.register_autograd("kept::stretch", lambda c, g: (g * c.factor, None), setup_context=setup, lib=library)
x = torch.ones(2, requires_grad=True)
torch.ops.kept.stretch(x, alpha=2.0).sum().backward()
print(x.grad)


@torch.library.custom_op("kept::plus", mutates_args=())
def plus(a: torch.Tensor, b: float = 2.0, *, c: int = 1) -> torch.Tensor:
    return a + b * c


plus.register_autograd(
    lambda ctx, g: (g * 2, None), setup_context=lambda ctx, inputs, keyword_only_inputs, output: None
)
x = torch.ones(2, requires_grad=True)
plus(x, c=4).sum().backward()
print(plus(x).detach(), plus(x, 1.0, c=3).detach(), x.grad)


class Logged(torch.Tensor):
    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        print(func, [a for a in args if not isinstance(a, torch.Tensor)], kwargs)
        return torch.Tensor._make_subclass(torch.Tensor, torch.zeros(2))


t = torch.Tensor._make_subclass(Logged, torch.ones(2))
torch.add(t, 2, alpha=3)
torch.add(t, 2)
t.sum(0)
t.sum(0, keepdim=True, dtype=torch.float64)
