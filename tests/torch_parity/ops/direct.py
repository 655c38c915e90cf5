"""Calls of the operators that no recorded sample reaches; prints the same under real PyTorch and under Flambeau."""

import torch
import torch.nn.functional as F

aten = torch.ops.aten


def show(name, *values):
    for value in values:
        if isinstance(value, torch.Tensor):
            value = value.detach()
            numbers = value.double() if value.is_floating_point() else value
            value = (
                str(value.dtype),
                tuple(value.shape),
                value.stride(),
                [round(v, 5) for v in numbers.flatten().tolist()],
            )
        print(name, value)


def ramp(*shape, dtype=torch.float32):
    count = 1
    for n in shape:
        count *= n
    return ((torch.arange(count) - count // 2) * 0.25).to(dtype).reshape(shape)


def random_fills():
    for dtype in (torch.float32, torch.float64, torch.bfloat16):
        torch.manual_seed(1)
        show("uniform_", torch.empty(5, dtype=dtype).uniform_(-1, 2))
        show("normal_", torch.empty(20, dtype=dtype).normal_(1, 2).round(decimals=3))
    for dtype in (torch.int64, torch.int32, torch.uint8, torch.bool, torch.float32):
        show("random_", torch.empty(6, dtype=dtype).random_())
    show("random_ from", torch.empty(6, dtype=torch.int64).random_(-5, 5))
    generator = torch.Generator().manual_seed(7)
    show("randperm", torch.randperm(11, generator=generator), torch.randperm(4))


def storages():
    base = torch.arange(12, dtype=torch.float32)
    show("set_ storage", torch.empty(0).set_(base.untyped_storage()))
    show("set_ geometry", torch.empty(0).set_(base.untyped_storage(), 2, (2, 3), (4, 1)))
    show("view dtype", base.view(torch.int32), base.view(torch.uint8)[:8], base.view(torch.float64))
    show("new_empty_strided", base.new_empty_strided((2, 3), (1, 2)).zero_())
    show("lift_fresh", aten.lift_fresh(base[:3]))
    show("_local_scalar_dense", aten._local_scalar_dense(base[3]), aten._local_scalar_dense(torch.tensor(True)))
    show("_to_copy", aten._to_copy(base[:3], dtype=torch.int64), aten._to_copy(ramp(2, 3).t()))
    show("slice_backward", aten.slice_backward(torch.ones(2), [6], 0, 1, 5, 2))
    show("select_backward", aten.select_backward(torch.ones(3), [2, 3], 0, 1))
    show("alias", aten.alias(base[:2]), aten._unsafe_view(base, [3, 4]))


def activations():
    for dtype in (torch.float32, torch.float64, torch.bfloat16):
        x = ramp(17, dtype=dtype)
        for name in ("hardswish_", "silu_", "relu_", "sigmoid_"):
            show(name, getattr(aten, name)(x.clone()))
        show("hardtanh_", aten.hardtanh_(x.clone(), -1, 1), F.hardtanh(ramp(9).int(), -1, 1))
    x = ramp(4)
    show("fill_ tensor", x.fill_(torch.tensor(2.5)))


def lists():
    tensors = [ramp(3), ramp(2, 2) + 1]
    show("_foreach_norm", *torch._foreach_norm(tensors, 2), *torch._foreach_norm(tensors, 1))
    torch._foreach_mul_(tensors, torch.tensor(2.0))
    show("_foreach_mul_ tensor", *tensors)
    torch._foreach_add_(tensors, tensors, alpha=0.5)
    show("_foreach_add_", *tensors)


def embeddings():
    weight = ramp(5, 3).requires_grad_()
    for kwargs in ({}, {"padding_idx": 2}, {"scale_grad_by_freq": True}, {"max_norm": 1.0}):
        index = torch.tensor([[0, 2], [4, 2]])
        out = F.embedding(index, weight, **kwargs)
        show(f"embedding {kwargs}", out, *torch.autograd.grad(out.square().sum(), weight))
    for call in (lambda: F.embedding(torch.tensor([9]), weight), lambda: F.embedding(torch.tensor([0]), ramp(3))):
        try:
            call()
        except Exception as error:
            print(type(error).__name__, str(error).split("\n")[0])


def attention():
    for dtype, causal in ((torch.float32, False), (torch.float32, True), (torch.float64, True)):
        torch.manual_seed(3)
        q, k, v = (torch.randn(2, 2, 5, 8, dtype=dtype, requires_grad=True) for _ in range(3))
        out = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
        grads = torch.autograd.grad(out.square().sum(), (q, k, v))
        show("attention", *((t * 1000).round().int() for t in (out, *grads)))


def main():
    for part in (random_fills, storages, activations, lists, embeddings, attention):
        part()


if __name__ == "__main__":
    main()
