"""UntypedStorage and torch.ops: arguments that fit and that do not."""

import gc

import torch

Untyped = torch.UntypedStorage


def show(name, body):
    try:
        result = body()
        meta = isinstance(result, Untyped) and result.device.type == "meta"
        print(name, ("meta", result.nbytes()) if meta else list(result))
    except Exception as error:
        print(name, type(error).__name__, str(error).partition("\nCast error details")[0])


BYTES = bytes(range(1, 17))
DTYPES = sorted({d for d in vars(torch).values() if isinstance(d, torch.dtype)}, key=str)
for dtype in DTYPES:
    for order in ["big", "little", "native", "foo"]:
        show(f"{dtype} {order}", lambda dtype=dtype, order=order: Untyped.from_buffer(BYTES, order, dtype=dtype))
    show(dtype, lambda dtype=dtype: Untyped.from_buffer(BYTES, dtype=dtype))
for offset, count in [(3, -1), (17, -1), (-1, -1), (16, -1), (0, -2), (0, 0), (0, 9), (1, 8), (14, 1), (0, 2**40)]:
    show(
        f"{offset} {count}",
        lambda o=offset, c=count: Untyped.from_buffer(BYTES, "little", offset=o, count=c, dtype=torch.int16),
    )
show("no dtype", lambda: Untyped.from_buffer(BYTES))
show("dtype 3", lambda: Untyped.from_buffer(BYTES, "little", dtype=3))
show("no order", lambda: Untyped.from_buffer(BYTES, None, dtype=torch.int16))
show("no buffer", lambda: Untyped.from_buffer())
show("unknown", lambda: Untyped.from_buffer(BYTES, foo=3))
show("not a buffer", lambda: Untyped.from_buffer(3, "little", dtype=torch.int16))
show("truth", lambda: Untyped.from_buffer(bytes([0, 1, 2, 255]), "little", dtype=torch.bool))

for name, arguments, named in [
    ("empty", (), {}),
    ("unknown keyword", (), {"foo": 1}),
    ("unknown after size", (3,), {"foo": 1}),
    ("on meta", (3,), {"device": "meta"}),
    ("nothing on meta", (), {"device": "meta"}),
    ("sequence on meta", ([1],), {"device": "meta"}),
    ("named size on meta", (), {"device": "meta", "size": 4}),
    ("size twice", (3,), {"size": 3}),
    ("two", (3, 4), {}),
    ("list", ([1, 2, 300, -1],), {}),
    ("tuple", ((1, 2),), {}),
    ("range", (range(3),), {}),
    ("bytes", (b"abc",), {}),
    ("named sequence", (), {"sequence": [1, 2]}),
    ("a float inside", ([1, 2, 1.5],), {}),
    ("a str inside", ("abc",), {}),
    ("float", (1.5,), {}),
    ("None", (None,), {}),
    ("bool", (True,), {}),
    ("tensor", (torch.tensor([3, 4]),), {}),
    ("named None", (), {"size": None}),
    ("no allocator", (), {"allocator": None}),
]:
    show(name, lambda a=arguments, n=named: Untyped(*a, **n))
print(Untyped(torch.tensor(3)).nbytes(), Untyped(size=3).nbytes(), Untyped(3, device="cpu").nbytes())

storage, meta = Untyped([1, 2, 3, 4, 5]), Untyped(4, device="meta")
for index in [slice(1, 3), slice(None, None, 2), 10, -6, "a", 1.0, slice(0), slice(3, 1), None, 2]:
    show(f"get {index}", lambda i=index: storage[i] if isinstance(i, slice) else [storage[i]])
    show(f"get {index} of meta", lambda i=index: meta[i])


def changed(index, value):
    copy = Untyped([1, 2, 3, 4, 5])
    copy[index] = value
    return copy


for index in [1, slice(1, 3), slice(None, None, 2), 9, -6, "a", slice(3, 1)]:
    for value in [9, 300, -1, True, 1.5, "a"]:
        show(f"set {index} {value}", lambda i=index, v=value: changed(i, v))
show("fill", lambda: Untyped(2).fill_(300))
show("fill str", lambda: Untyped(2).fill_("a"))
show("fill meta", lambda: meta.fill_(3))
show("resize str", lambda: Untyped(2).resize_("a"))
show("resize meta", lambda: Untyped(4, device="meta").resize_(10))
show("copy", lambda: Untyped(5).copy_(Untyped(3)))
show("copy meta", lambda: Untyped(3, device="meta").copy_(Untyped(3)))

ops = torch.library.Library("storages", "DEF")
ops.define("pair((int, int) x) -> Tensor")
ops.define("plain(Tensor a, int b=1, *, int c=2) -> Tensor")
ops.impl("pair", lambda x: torch.tensor(x), "CompositeExplicitAutograd")
ops.impl("plain", lambda a, b=1, c=2: a + b + c, "CompositeExplicitAutograd")
pair, plain, a = torch.ops.storages.pair, torch.ops.storages.plain, torch.ones(2)
show("pair", lambda: pair((1, 2)))
show("one of a pair", lambda: pair((1,)))
show("three of a pair", lambda: pair((1, 2, 3)))
for arguments, named in [
    ((a, 3), {}),
    ((a,), {"b": 3}),
    ((a, 3, 4), {}),
    ((a, 3, 4, 5), {}),
    ((a,), {"a": 3}),
    ((a,), {"foo": 3}),
    ((), {"b": 3}),
    ((), {"foo": 3, "bar": 4}),
    ((a, "x"), {}),
    (("x",), {}),
]:
    show(f"plain {arguments} {named}", lambda s=arguments, n=named: plain(*s, **n))
    show(f"plain.default {arguments} {named}", lambda s=arguments, n=named: plain.default(*s, **n))
show("overloads", lambda: torch.ops.aten.conv2d(a, a, None, [1], [0], [1], 1, 2))
show("a number in a list of tensors", lambda: torch.ops.aten.cat.default([a, 3]))
show("two numbers as one", lambda: torch.ops.aten.add.Scalar(a, a))
show("too large", lambda: torch.ops.aten.zeros.default([2**63]))
del ops
gc.collect()
