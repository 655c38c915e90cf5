"""A subclass that holds its values elsewhere and computes by __torch_dispatch__."""

import torch


def unwrapped(value):
    if isinstance(value, Wrapper):
        return value.inner
    return type(value)(map(unwrapped, value)) if isinstance(value, (tuple, list)) else value


class Wrapper(torch.Tensor):
    @staticmethod
    def __new__(cls, inner, requires_grad=False):
        return torch.Tensor._make_wrapper_subclass(
            cls, inner.size(), strides=inner.stride(), storage_offset=inner.storage_offset(), dtype=inner.dtype,
            layout=inner.layout, device=inner.device, requires_grad=requires_grad,
        )  # fmt: skip

    def __init__(self, inner, requires_grad=False):
        self.inner = inner

    def __repr__(self):
        return f"Wrapper({self.inner})"

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        print("dispatch", func)
        result = func(*unwrapped(args), **{k: unwrapped(v) for k, v in (kwargs or {}).items()})
        return Wrapper(result) if isinstance(result, torch.Tensor) else result


a = Wrapper(torch.arange(6.0).reshape(3, 2).t())
print(a.shape, a.dtype, a.stride(), a.storage_offset(), a.requires_grad, type(a), a.device, a.layout)
print(a + 1)
print((a @ a.t()).sum())
made = torch.Tensor._make_wrapper_subclass(Wrapper, (2, 3), dtype=torch.float64)
print(made.stride(), made.dtype, made.untyped_storage().nbytes())
made = torch.Tensor._make_wrapper_subclass(Wrapper, (2, 3, 4, 5), memory_format=torch.channels_last)
print(made.stride(), made.is_contiguous(memory_format=torch.channels_last))
print(torch.Tensor._make_wrapper_subclass(Wrapper, (2, 3), storage_size=1000).untyped_storage().nbytes())

p = Wrapper(torch.ones(3), requires_grad=True)
(p * 2).sum().backward()
print(p.requires_grad, p.is_leaf, p.grad)

for arguments in ((torch.Tensor, (2,)), (3, (2,))):
    try:
        torch.Tensor._make_wrapper_subclass(*arguments)
    except TypeError as error:
        print(error)
try:
    torch.Tensor._make_wrapper_subclass(Wrapper, (2, 3), strides=(1,))
except RuntimeError as error:
    print(str(error).split("\n")[0])
