"""Damaged and hostile checkpoints as plain data: each case is (name, bytes of a file).

Run as a program it loads many of them and prints what came of them:

    .venv/bin/python tests/fuzz/checkpoints.py --count 20000 --seed 1
"""

import argparse
import collections
import io
import pickle
import random
import struct
import sys
import warnings
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import isolate  # noqa: E402


def sources(torch):
    """Valid files: {format: bytes}."""
    value = {
        "w": torch.arange(12.0).reshape(3, 4).t(),
        "nested": [torch.arange(5), {"k": (1.5, "x", None, True)}],
        "p": torch.nn.Parameter(torch.ones(2)),
        "h": torch.zeros(2, dtype=torch.bfloat16),
        "size": torch.Size((2, 3)),
    }
    files = {}
    for name, zipped in (("zip", True), ("legacy", False)):
        buffer = io.BytesIO()
        torch.save(value, buffer, _use_new_zipfile_serialization=zipped)
        files[name] = buffer.getvalue()
    return files


def damaged(source, draw):
    """A file with some bytes changed, moved, repeated or cut off."""
    data = bytearray(source)
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(data))
        what = draw.random()
        if what < 0.6:
            data[at] = draw.choice((draw.randrange(256), 0, 255, data[at] ^ (1 << draw.randrange(8))))
        elif what < 0.75:
            data[at : at + 8] = struct.pack(
                "<Q", draw.choice((0, 2**63, 2**64 - 1, 2**32 - 1, len(data), draw.getrandbits(40)))
            )
        elif what < 0.85:
            del data[at : at + draw.randint(1, 40)]
        elif what < 0.95:
            data[at:at] = data[at : at + draw.randint(1, 40)]
        else:
            del data[at:]
        if not data:
            break
    return bytes(data)


# ---- Archives made by hand


def archive(records, name="archive", method=zipfile.ZIP_STORED):
    buffer, records = io.BytesIO(), [*records, ("version", b"3\n")]
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as z:
        warnings.simplefilter("ignore")  # of duplicate names
        for path, data in records:
            z.writestr(zipfile.ZipInfo(f"{name}/{path}"), data, compress_type=method)
    return buffer.getvalue()


def zipped(pkl, storages=(b"\0" * 64,), method=zipfile.ZIP_STORED):
    return archive([("data.pkl", pkl), *((f"data/{i}", s) for i, s in enumerate(storages))], method=method)


class Writer:
    """Pickle opcodes, written one by one."""

    def __init__(self):
        self.out = bytearray(b"\x80\x02")

    def __iadd__(self, data):
        self.out += data
        return self

    def string(self, text):
        data = text.encode("utf-8", "surrogatepass")
        self += b"X" + struct.pack("<I", len(data)) + data

    def name(self, module, name):
        self += f"c{module}\n{name}\n".encode()

    def value(self, v):
        """Plain values; a function is called with this writer."""
        if callable(v):
            v(self)
        elif v is None or isinstance(v, bool):
            self += {None: b"N", True: b"\x88", False: b"\x89"}[v]
        elif isinstance(v, int):
            data = pickle.encode_long(v)
            self += b"\x8a" + bytes([len(data)]) + data
        elif isinstance(v, float):
            self += b"G" + struct.pack(">d", v)
        elif isinstance(v, str):
            self.string(v)
        elif isinstance(v, (tuple, list)):
            self += b"("
            for item in v:
                self.value(item)
            self += b"t" if isinstance(v, tuple) else b"l"

    def call(self, module, name, arguments):
        self.name(module, name)
        self.value(arguments)
        self += b"R"

    def done(self):
        return bytes(self.out) + b"."


def storage(kind="FloatStorage", key="0", location="cpu", count=16, extra=()):
    """What leads to a storage: a persistent id."""

    def write(w):
        w.value(("storage", lambda w: w.name("torch", kind), key, location, count, *extra))
        w += b"Q"

    return write


def tensor_pickle(offset=0, size=(4, 4), stride=(4, 1), rebuild="_rebuild_tensor_v2", tail=(False, None), **kwargs):
    w = Writer()
    w.call("torch._utils", rebuild, (storage(**kwargs), offset, size, stride, *tail))
    return w.done()


NUMBERS = [0, 1, -1, 2, 3, 4, 5, 16, 17, -16, 2**31, 2**32, 2**60, 2**62, 2**63 - 1, -(2**63), 2**63, 2**64, 2**80]
KINDS = ["FloatStorage", "DoubleStorage", "HalfStorage", "LongStorage", "ByteStorage", "BoolStorage", "BFloat16Storage",
         "ComplexFloatStorage", "ComplexDoubleStorage", "UntypedStorage", "QInt8Storage"]  # fmt: skip
ODD = [None, True, 1.5, float("nan"), "x", (), (1,), [1], [], -1, 2**70, storage()]
REBUILDS = [
    "_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_parameter", "_rebuild_sparse_tensor",
    "_rebuild_parameter_with_state", "_rebuild_qtensor", "_rebuild_meta_tensor_no_storage", "_rebuild_nested_tensor",
    "_rebuild_wrapper_subclass", "_rebuild_device_tensor_from_numpy", "_rebuild_device_tensor_from_cpu_tensor",
]  # fmt: skip


def number(draw):
    return draw.choice(NUMBERS if draw.random() < 0.5 else NUMBERS[:8])


def anything(draw):
    return draw.choice(ODD + NUMBERS) if draw.random() < 0.8 else tuple(number(draw) for _ in range(draw.randrange(6)))


def hostile_tensor(draw):
    """A tensor whose geometry, dtype or storage lies."""
    if draw.random() < 0.25:
        rebuild = draw.choice(REBUILDS)
        w = Writer()
        w.call("torch._utils", rebuild, tuple(anything(draw) for _ in range(draw.randrange(8))))
        return w.done()
    dim = draw.randrange(5)
    fields = {
        "offset": number(draw),
        "size": tuple(number(draw) for _ in range(dim)),
        "stride": tuple(number(draw) for _ in range(dim if draw.random() < 0.9 else draw.randrange(70))),
        "kind": draw.choice(KINDS),
        "count": number(draw),
        "key": draw.choice(["0", "1", "../0", "", "x" * 100, "0\0"]),
        "location": draw.choice(["cpu", "cpu", "cpu", "meta", "cuda:0", "", "nowhere", None, 3]),
    }
    kept = draw.sample(sorted(fields), draw.randint(1, 3))
    fields = {k: (anything(draw) if draw.random() < 0.1 and k != "kind" else v) for k, v in fields.items() if k in kept}
    return tensor_pickle(**fields)


def nonsense(draw):
    """A stream of opcodes the unpickler knows, in any order."""
    w = Writer()
    pieces = [
        b"(", b"t", b")", b"]", b"}", b"\x8f", b"\x85", b"\x86", b"\x87", b"N", b"\x88", b"a", b"e", b"s", b"u", b"R",
        b"b", b"\x81", b"Q", b"K\x03", b"q\x01", b"h\x01", b"r\xff\xff\xff\xff", b"j\xff\xff\xff\xff", b"0", b"2", b"l",
    ]  # fmt: skip
    names = [
        "torch Size", "torch Tensor", "torch device", "torch float32", "torch FloatTensor", "torch FloatStorage",
        "torch.storage UntypedStorage", "torch.storage TypedStorage", "torch._utils _rebuild_tensor_v2",
        "torch._tensor _rebuild_from_type_v2", "torch.nn.parameter Parameter", "collections OrderedDict",
        "collections Counter", "builtins set", "builtins bytearray", "builtins complex", "_codecs encode", "os system",
    ]  # fmt: skip
    for _ in range(draw.randint(1, 40)):
        if draw.random() < 0.3:
            w.value(anything(draw))
        elif draw.random() < 0.3:
            w.name(*draw.choice(names).split())
        else:
            w += draw.choice(pieces)
    return w.done()


def deep(opening, depth=200_000, closing=b""):
    w = Writer()
    w += opening * depth + closing
    return w.done()


def crafted():
    """Files that somebody who knows the format would try, by name."""
    good, nul = tensor_pickle(), b"\0" * 64
    yield "duplicate records", archive([("data.pkl", good), ("data/0", b"\1" * 64), ("data/0", b"\2" * 64)])
    yield "duplicate pickles", archive([("data.pkl", good), ("data.pkl", b"N."), ("data/0", nul)])
    yield "traversal", archive([("data.pkl", tensor_pickle(key="../../etc/passwd")), ("data/../../etc/passwd", nul)])
    yield "absolute names", archive([("/etc/passwd", b"x"), ("data.pkl", good)], name="")
    yield "several roots", archive([("data.pkl", good), ("../other/data/0", nul)])
    yield "no pickle", archive([("data/0", nul)])
    yield "empty archive", archive([])
    yield "storage too short", zipped(good, [b"\0" * 8])
    yield "storage too long", zipped(good, [b"\0" * 80])
    yield "storage missing", zipped(good, [])
    yield "empty storage", zipped(tensor_pickle(count=0), [b""])
    yield "bomb", zipped(tensor_pickle(count=1 << 28, size=(4,), stride=(1,)), [b"\0" * 4], zipfile.ZIP_DEFLATED)
    yield "compressed pickle", zipped(deep(b"N0", 1 << 20), [nul], zipfile.ZIP_DEFLATED)
    yield "claims a large record", patched(zipped(good, [nul], zipfile.ZIP_DEFLATED), b"data/0", 24, 0xFFFFFFF0)
    yield "claims a large stored record", patched(zipped(good), b"data/0", 20, 0xFFFFFFF0)
    yield "offset beyond the end", patched(zipped(good), b"data/0", 42, 0x7FFFFFFF)
    yield "record inside the directory", patched(zipped(good), b"data/0", 42, len(zipped(good)) - 100)
    yield "encrypted", patched(zipped(good), b"data/0", 8, 1)
    yield "unknown method", patched(zipped(good), b"data/0", 10, 99)
    yield "deep lists", zipped(deep(b"]", closing=b"a" * 199_999))
    yield "deep tuples", zipped(deep(b"N" + b"\x85", closing=b""))
    yield "deep tuple", zipped(Writer().out + b"N" + b"\x85" * 200_000 + b".")
    yield "deep tuple as key", zipped(Writer().out + b"}N" + b"\x85" * 200_000 + b"Ns.")
    yield "deep tuple in a set", zipped(Writer().out + b"cbuiltins\nset\n(N" + b"\x85" * 200_000 + b"t\x85R.")
    yield "deep tuple counted", zipped(Writer().out + b"ccollections\nCounter\n(N" + b"\x85" * 200_000 + b"t\x85R.")
    yield (
        "deep tuple as storage id",
        zipped(Writer().out + b"(X\7\0\0\0storagectorch\nFloatStorage\nN" + b"\x85" * 200_000 + b"X\3\0\0\0cpuK\4tQ."),
    )
    yield "deep marks", zipped(deep(b"("))
    yield "deep dicts", zipped(deep(b"}K\1", closing=b"N" + b"s" * 200_000))
    yield "large string", zipped(Writer().out + b"X\xff\xff\xff\xffabc.")
    yield "large memo index", zipped(Writer().out + b"Nr\xff\xff\xff\xff.")
    yield "large bytearray", zipped(Writer().out + b"cbuiltins\nbytearray\n\x8a\x06\0\0\0\0\0\x01\x85R.")
    yield "large size", zipped(Writer().out + b"ctorch\nTensor\n\x8a\x06\0\0\0\0\0\x01\x85R.")
    yield "many copies", zipped(Writer().out + b"]" + b"q\1h\1h\1h\1e" * 50 + b".")
    yield "shared storage of two types", zipped(pair(storage(), storage(kind="DoubleStorage", count=100)))
    yield "storage as size", zipped(tensor_pickle(size=storage()))
    legacy = b"".join(pickle.dumps(v, 2) for v in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}))
    pkl = tensor_pickle(extra=(None,))
    for count in (0, 16, 17, 2**40, 2**62, -1):
        yield (
            f"legacy count {count}",
            legacy + tensor_pickle(count=count, extra=(None,)) + pickle.dumps(["0"], 2) + struct.pack("<q", 16) + nul,
        )
        yield f"legacy length {count}", legacy + pkl + pickle.dumps(["0"], 2) + struct.pack("<q", count) + nul
    yield "legacy unknown key", legacy + pkl + pickle.dumps(["1"], 2) + struct.pack("<q", 16) + nul
    yield "legacy keys of another type", legacy + pkl + pickle.dumps(3, 2)
    yield "legacy unhashable key", legacy + pkl + pickle.dumps([[1]], 2)
    for view in (
        ("v", 0, 16),
        ("v", 8, 100),
        ("v", -5, 3),
        ("v", 2**62, 2**62),
        ("v",),
        "v",
        ("v", None, None),
        ("0", 0, 1),
    ):
        yield (
            f"legacy view {view}",
            legacy + tensor_pickle(extra=(view,)) + pickle.dumps(["0"], 2) + struct.pack("<q", 16) + nul,
        )
    many = Writer()
    many.value([storage(key=str(i), count=1 << 20, extra=(None,)) for i in range(4000)])
    yield "legacy claims of many storages", legacy + many.done() + bytes(1 << 22)
    for version in (0, 1002, "x", None):
        yield f"legacy version {version}", pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(version, 2)
    yield "nothing", b""
    yield "a tar archive", b"\0" * 257 + b"ustar" + b"\0" * 250


def pair(a, b):
    w = Writer()
    w.value((a, b))
    return w.done()


def patched(data, name, field, number):
    """The archive with one field of a record's directory entry replaced (2 or 4 bytes)."""
    data = bytearray(data)
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(name))
    struct.pack_into("<H" if field in (8, 10) else "<I", data, at + field, number)
    return bytes(data)


def cases(torch, seed, count):
    """`count` random cases and all crafted ones; a case is named by what reproduces it."""
    files = sources(torch)
    yield from crafted()
    for i in range(count):
        draw = random.Random(f"{seed}/{i}")
        kind = i % 5
        if kind < 2:
            data = damaged(files["zip" if kind else "legacy"], draw)
        elif kind == 2:
            data = zipped(damaged(pickle_of(files["zip"]), draw))
        else:
            data = zipped((hostile_tensor if kind == 3 else nonsense)(draw))
        yield f"random.Random('{seed}/{i}')", data


def pickle_of(file):
    with zipfile.ZipFile(io.BytesIO(file)) as z:
        return z.read("archive/data.pkl")


def truncations(torch, step=1):
    for name, data in sources(torch).items():
        for length in range(0, len(data), step):
            yield f"{name} cut to {length}", data[:length]


def load(torch, data):
    """Loads one file and reads every tensor of the result."""
    touch(torch, torch.load(io.BytesIO(data)))
    return "ok"


def touch(torch, value, depth=0):
    if isinstance(value, torch.Tensor):
        if value.layout == torch.strided and not value.is_meta and value.numel() < 1 << 20:
            value.clone()
        repr(value) if value.numel() < 1000 else None
    elif isinstance(value, (list, tuple)) and depth < 50:
        for v in value[:50]:
            touch(torch, v, depth + 1)
    elif isinstance(value, dict) and depth < 50:
        for v in list(value.values())[:50]:
            touch(torch, v, depth + 1)


def outcomes(torch, named):
    return isolate.run([data for _, data in named], lambda data: load(torch, data), lambda: torch.set_num_threads(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--oracle", action="store_true", help="with real PyTorch")
    options = parser.parse_args()
    if options.oracle:
        import torch
    else:
        import flambeau as torch
    named = [*cases(torch, options.seed, options.count), *truncations(torch)]
    found = outcomes(torch, named)
    for (name, _), outcome in zip(named, found, strict=True):
        if isolate.is_fatal(outcome) or not name.startswith("random") and " cut to " not in name:
            print(f"{outcome}: {name}")
    print(dict(collections.Counter(found)))


if __name__ == "__main__":
    main()
