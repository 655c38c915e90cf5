"""Where tensors lie: the order of their dimensions, and sizes, strides and offsets beyond all memory."""

import random

import torch


def show(name, body):
    try:
        result = body()
        known = isinstance(result, torch.Tensor)
        print(name, (tuple(result.shape), result.stride(), result.storage_offset()) if known else result)
    except Exception as error:
        print(name, type(error).__name__, error)


random.seed(0)
FORMATS = [False, True, [torch.contiguous_format], [torch.contiguous_format, torch.channels_last], "abc", [1], 3]
for _ in range(100):
    dims = range(random.randint(1, 5))
    sizes, strides = [random.choice([1, 2, 3]) for _ in dims], [random.choice([0, 0, 1, 2, 2, 3, 6, 12]) for _ in dims]
    tensor = torch.zeros(200).as_strided(sizes, strides)
    for formats in FORMATS:
        show(f"{sizes} {strides} {formats}", lambda t=tensor, f=formats: t.dim_order(ambiguity_check=f))
last = torch.ones(2, 3, 4, 5).to(memory_format=torch.channels_last)
for tensor in [last, last[:, :1], torch.ones(1, 1, 1, 1), torch.empty(0, 3, 2), torch.tensor(1.0)]:
    for formats in FORMATS:
        show(f"{tuple(tensor.shape)} {formats}", lambda t=tensor, f=formats: t.dim_order(ambiguity_check=f))

one, large, most = torch.empty(1), 2**62, 2**63 - 1
far = one.as_strided((0, 3), (1, large))
show("slice", lambda: far[:, 2:])
show("slice with step", lambda: one.as_strided((0, 3), (most, most))[:, ::2])
show("largest step", lambda: one[::most])
show("select", lambda: far[:, 2])
show("narrow", lambda: one.as_strided((0, 5), (1, large)).narrow(1, 4, 1))
show("far corner", lambda: one.as_strided((1, 1), (large, large))[1:, 1:])
show("unsqueeze", lambda: one.as_strided((0, 3), (1, most)).unsqueeze(0))
show("unfold", lambda: one.as_strided((0, 9), (1, large)).unfold(1, 1, most))
show("expand", lambda: one.expand(most))
show("no columns", lambda: torch.zeros(2, most, 0)[1, most - 1])
show("offset", lambda: one.as_strided((0,), (1,), most))
show("set_ offset", lambda: one.clone().set_(one.untyped_storage(), large, (0,), (1,)))
for rows, columns, offset in [(0, large, 0), (large, 0, 0), (3, 2, -1), (3, 2, 1), (2, 4, 1), (4, 2, -3), (3, 3, 9)]:
    for function in [torch.tril_indices, torch.triu_indices]:
        show(f"triangle {rows} {columns} {offset}", lambda f=function, a=(rows, columns, offset): f(*a).tolist())
show("few of many rows", lambda: torch.triu_indices(large, 2).tolist())
