"""Saving and loading: values, sharing, what is refused and how."""
# ruff: noqa: E402, SIM115, B023

import io
import os
import pickle
import tempfile
import zipfile
from collections import OrderedDict

import torch

d = tempfile.mkdtemp()
os.chdir(d)
d = "."


def tr(f):
    try:
        r = f()
        print("ok", r)
    except Exception as e:
        print(type(e).__name__, str(e).split("\n")[0][:70] if not isinstance(e, EOFError) else "".replace(d, "D"))


x = torch.arange(10.0)
p = torch.nn.Parameter(torch.ones(3))
obj = {
    "a": x,
    "b": x[2:5],
    "p": p,
    "s": torch.Size([1, 2]),
    "dt": torch.float16,
    "dev": torch.device("cpu"),
    "od": OrderedDict(a=1),
    "i": torch.arange(3),
    "bf": torch.ones(2, dtype=torch.bfloat16),
    "c": torch.ones(2, dtype=torch.complex64),
    "n": None,
    "t": (1, 2.5, "x", b"yy", True, 10**30, -5, 300, 70000),
    "set": {1},
    "l": [x.t(), torch.zeros(0), torch.tensor(3)],
    "meta": torch.ones(2, device="meta"),
    "cplx": 1 + 2j,
}
for zipf in (True, False):
    b = io.BytesIO()
    torch.save(obj, b, _use_new_zipfile_serialization=zipf)
    b.seek(0)
    for wo in (True, False):
        b.seek(0)
        try:
            r = torch.load(b, weights_only=wo)
            print(dict(r.items()))
            r["a"][2] = 77
            print(r["b"], r["p"].requires_grad)
        except Exception as e:
            print(type(e), e)
b = io.BytesIO()
torch.save({"a": torch.ones(2)}, b)
raw = b.getvalue()
tr(lambda: torch.load(d + "/none"))
open(d + "/e", "wb").close()
tr(lambda: torch.load(d + "/e"))
open(d + "/g", "wb").write(b"hello world" * 10)
tr(lambda: torch.load(d + "/g"))
tr(lambda: torch.load(d + "/g", weights_only=False))
open(d + "/t", "wb").write(raw[: len(raw) // 2])
tr(lambda: torch.load(d + "/t"))


class A:
    pass


b = io.BytesIO()
torch.save(A(), b)
b.seek(0)
tr(lambda: torch.load(b))
b.seek(0)
tr(lambda: type(torch.load(b, weights_only=False)).__name__)
with torch.serialization.safe_globals([A]):
    b.seek(0)
    tr(lambda: type(torch.load(b)).__name__)
b = io.BytesIO()
torch.save(os.system, b)
b.seek(0)
tr(lambda: torch.load(b))
tr(lambda: torch.load(3))
tr(lambda: torch.save(1, 3))
tr(lambda: torch.load(d + "/g", mmap=True))
open(d + "/z", "wb").write(raw)
tr(lambda: torch.load(d + "/z", mmap=True))
tr(lambda: torch.load(d + "/z", map_location="meta"))
tr(lambda: torch.load(d + "/z", weights_only=True, pickle_module=pickle))
zz = zipfile.ZipFile(d + "/nz", "w")
zz.writestr("a/x", "y")
zz.close()
tr(lambda: torch.load(d + "/nz"))
tr(lambda: torch.save(1, d + "/no/such"))
tr(lambda: pickle.loads(pickle.dumps(x[1:3])))
import copy

tr(lambda: copy.copy(x))
