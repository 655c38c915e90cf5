"""Bad input of every kind ends in an ordinary exception: no crash, no hang, no run for memory.

The longer runs by hand: checkpoints.py, bad_arguments.py.
"""

import ctypes
import io
import struct
import sys
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

import contextlib

import bad_arguments  # noqa: E402
import checkpoints  # noqa: E402
import flambeau as torch  # noqa: E402
import isolate  # noqa: E402

ORDINARY = (RuntimeError, ValueError, TypeError, IndexError, OverflowError, MemoryError)
bounded = settings(
    max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def assert_survived(names, outcomes):
    fatal = [f"{o}: {n}" for n, o in zip(names, outcomes, strict=True) if isolate.is_fatal(o)]
    assert not fatal, "\n".join(fatal[:20])


# ---- Files


def test_hostile_checkpoints():
    named = list(checkpoints.cases(torch, seed=0, count=1500))
    assert_survived([name for name, _ in named], checkpoints.outcomes(torch, named))


def test_cut_checkpoints():
    named = list(checkpoints.truncations(torch, step=5))
    outcomes = checkpoints.outcomes(torch, named)
    assert_survived([name for name, _ in named], outcomes)
    assert outcomes.count("ok") <= 1


def test_compressed_record_of_impossible_size():
    written = io.BytesIO()
    torch.save(torch.ones(3), written)
    packed = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            record = zipfile.ZipInfo(name)
            record.extra = struct.pack("<HHQ", 1, 8, 2**64 - 1) if name.endswith("data.pkl") else b""
            target.writestr(record, source.read(name), zipfile.ZIP_DEFLATED)
    data = bytearray(packed.getvalue())
    entry = data.index(b"PK\x01\x02")
    while not data[entry + 46 :].startswith(b"archive/data.pkl"):
        entry = data.index(b"PK\x01\x02", entry + 1)
    data[entry + 24 : entry + 28] = b"\xff" * 4  # the size stands in the extra field
    with pytest.raises(RuntimeError, match="corrupted"):
        torch.load(io.BytesIO(bytes(data)))


def test_hostile_safetensors():
    """The container is read by the library's own code; what it hands to us is names, dtypes, shapes and bytes."""
    header = b'{"a":{"dtype":"%s","shape":%s,"data_offsets":[%s]}}'

    def file(dtype, shape, offsets, data=b"\0" * 24):
        text = header % (dtype, shape, offsets)
        return len(text).to_bytes(8, "little") + text + data

    files = {
        "good": file(b"F32", b"[2,3]", b"0,24"),
        "negative": file(b"F32", b"[-2,3]", b"0,24"),
        "huge": file(b"F32", b"[4611686018427387904,4]", b"0,24"),
        "beyond": file(b"F32", b"[2,4]", b"0,32"),
        "dtype": file(b"X9", b"[2,3]", b"0,24"),
        "long header": (2**63).to_bytes(8, "little") + b"{}",
        "nothing": b"",
    }
    script = "import safetensors.torch as s; s.load({!r})['a'].sum()"

    def act(data):
        from flambeau import mock_torch

        with mock_torch.enable():
            exec(script.format(data), {})
        return "ok"

    outcomes = dict(zip(files, isolate.run(list(files.values()), act), strict=True))
    assert_survived(files, outcomes.values())
    assert [name for name, outcome in outcomes.items() if outcome == "ok"] == ["good"], outcomes


# ---- Storages and geometry

numbers = st.one_of(
    st.integers(-3, 20), st.sampled_from([2**31, 2**32, 2**61, 2**62, 2**63 - 1, -(2**63), -(2**62), 2**40])
)
dims = st.lists(numbers, max_size=4)


@bounded
@given(size=dims, stride=dims, offset=numbers, how=st.sampled_from(["as_strided", "set_", "set_source", "as_strided_"]))
def test_geometry_stays_in_bounds(size, stride, offset, how):
    """A tensor either lies within its memory or is refused."""
    base = torch.arange(12.0)
    storage = torch.frombuffer(bytearray(48), dtype=torch.float32).untyped_storage()
    try:
        if how == "set_":
            t = torch.empty(0).set_(storage, offset, size, stride)
        elif how == "set_source":
            t = torch.empty(0).set_(base.untyped_storage()[:], offset, size, stride)
        else:
            t = getattr(base, how)(size, stride, offset)
    except ORDINARY:
        return
    last = t.storage_offset() + sum((n - 1) * s for n, s in zip(t.shape, t.stride(), strict=True))
    assert t.numel() == 0 or 0 <= last < t.untyped_storage().nbytes() // 4
    if t.numel() < 10_000:
        t.clone()


@bounded
@given(size=dims, dtype=st.sampled_from(["float32", "complex128", "bool"]), how=st.integers(0, 7))
def test_sizes_are_checked_before_memory_is_taken(size, dtype, how):
    """Sizes that are negative or overflow are refused; a huge one fails as an allocation."""
    kind = getattr(torch, dtype)
    makers = (
        lambda: torch.empty(size, dtype=kind, device="meta"),
        lambda: torch.ones(1, dtype=kind).expand(size),
        lambda: torch.ones(4, dtype=kind).view(size),
        lambda: torch.ones(4, dtype=kind).repeat([min(n, 50) for n in size]) if len(size) > 0 else None,
        lambda: torch.ones(4, dtype=kind).new_empty(0).reshape(size),
        lambda: torch.empty_strided(size, size[::-1], dtype=kind, device="meta"),
        lambda: torch.nn.functional.pad(torch.ones(2, 3, device="meta"), size),
        lambda: torch.ones(2, device="meta").tile(size),
    )
    try:
        t = makers[how]()
    except ORDINARY:
        return
    assert t is None or all(n >= 0 for n in t.shape)


MAKERS = {
    "storage": lambda n, path: torch.UntypedStorage(n),
    "resize": lambda n, path: torch.UntypedStorage(4).resize_(n),
    "file": lambda n, path: torch.UntypedStorage.from_file(path, False, n),
    "tensor of a file": lambda n, path: torch.from_file(path, size=n),
    "shared": lambda n, path: torch.UntypedStorage._new_shared(n),
    "count": lambda n, path: torch.frombuffer(bytearray(8), dtype=torch.float64, count=n) if n > 0 else 1 // 0,
    "offset": lambda n, path: torch.frombuffer(bytearray(8), dtype=torch.float64, offset=n),
    "storage of a buffer": lambda n, path: (
        torch.DoubleStorage.from_buffer(bytearray(8), "little", n) if n > 0 else 1 // 0
    ),
    "tensor": lambda n, path: torch.empty(n, dtype=torch.float64),
}


@pytest.mark.parametrize("size", [-1, 2**60, 2**62, 2**63 - 1, 2**63, 2**64])
@pytest.mark.parametrize("how", MAKERS)
def test_storage_sizes(how, size, tmp_path):
    (tmp_path / "file").write_bytes(b"\0" * 10)
    with pytest.raises((*ORDINARY, ZeroDivisionError)):
        MAKERS[how](size, str(tmp_path / "file"))


# ---- Other libraries' arrays


def test_numpy_arrays():
    """Every dtype, order and alignment is imported rightly or refused."""
    for code in "?bBhHiIlLqQefdgFDGSUVOMm":
        array = np.zeros(4, dtype=code)
        with contextlib.suppress(TypeError):
            assert torch.from_numpy(array).sum().item() == 0
    for array in (np.arange(4.0)[::-1], np.arange(4, dtype=">i4"), np.zeros((2, 2), order="F")[:, ::-1]):
        with pytest.raises(ValueError):
            torch.from_numpy(array)
    raw = np.zeros(8 * 9 + 1, dtype=np.uint8)[1:].view(np.float64)  # not aligned
    t = torch.from_numpy(raw)
    assert (t + 1).sum().item() == 9 and (t.softmax(0) * 9).sum().item() == pytest.approx(9)
    with pytest.raises(ORDINARY):
        torch.from_numpy(np.zeros(3, dtype=[("a", "i4"), ("b", "f8")])[["b"]])
    assert torch.from_numpy(np.zeros((1,) * 32)).dim() == 32
    for wrong in (None, 3, [1.0], "x", np.float32(1)):
        with pytest.raises(TypeError):
            torch.from_numpy(wrong)


class DLTensor(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("device", ctypes.c_int32), ("device_id", ctypes.c_int32), ("ndim",
    ctypes.c_int32),
                ("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16), ("shape",
                ctypes.c_void_p),
                ("strides", ctypes.c_void_p), ("offset", ctypes.c_uint64), ("manager", ctypes.c_void_p),
                ("deleter", ctypes.c_void_p)]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [{"bits": 7}, {"code": 77}, {"bits": 128}, {"lanes": 4}, {"lanes": 0}, {"device": 99}, {"device": 2}, {"ndim": -1}],
    ids=str,
)
def test_dlpack_of_unknown_kinds(change):
    """A capsule that says what we do not know is refused and stays its owner's."""
    data, shape = (ctypes.c_float * 4)(), (ctypes.c_int64 * 1)(4)
    fields = {"device": 1, "ndim": 1, "code": 2, "bits": 32, "lanes": 1} | change
    held = DLTensor(data=ctypes.addressof(data), shape=ctypes.addressof(shape), **fields)
    make = ctypes.pythonapi.PyCapsule_New
    make.restype, make.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    with pytest.raises((*ORDINARY, BufferError)):
        torch.utils.dlpack.from_dlpack(make(ctypes.addressof(held), b"dltensor", None))


def test_dlpack_capsules():
    capsule = torch.utils.dlpack.to_dlpack(torch.ones(3))
    assert torch.utils.dlpack.from_dlpack(capsule).sum() == 3
    for wrong in (capsule, None, 3, "x"):
        with pytest.raises((*ORDINARY, AttributeError, BufferError)):
            torch.utils.dlpack.from_dlpack(wrong)


# ---- Strings

PIECES = [
    "Tensor", "(a!)", "(a -> *)", "int", "int[2]", "int[]", "?", "*", ",", " ", "(", ")", "->", "=", "1", "-", "None",
    "[", "]", "x", "self", "::", "fuzz", ".", "str", '"a"', "'", "float", "1e99", "99999999999999999999",
    "Dict(str, int)", "...", "|", "Future(", "t", "\0", "é", "__torch__.X", "[1, 2]", "True", "\n", "#",
]  # fmt: skip
VALID = "fuzz::f.x(Tensor(a!) self, int[2] d=[1, 2], *, str? m=None, Dict(str, Tensor[]) q) -> (Tensor(a!), int[])"


def define(text):
    torch.library.Library("fuzz", "FRAGMENT").define(text)


@bounded
@given(parts=st.lists(st.sampled_from(PIECES), max_size=30), at=st.integers(0, len(VALID)), keep=st.booleans())
def test_schema_parser(parts, at, keep):
    text = VALID[:at] + "".join(parts) + (VALID[at:] if keep else "")
    with contextlib.suppress(ORDINARY):
        define(text)


def test_schema_parser_depth():
    """Deep nesting does not exhaust the stack, nor a long list memory."""
    texts = [
        f"fuzz::f({opening * 100_000}" for opening in ("(", "Dict(", "Dict(int, ", "Future(", "Union(", "Tensor(a -> ")
    ]
    texts += [f"fuzz::f({start}{'[' * 100_000}" for start in ("int x=", "int[] x=", "int[][] x=", "str? x=")]
    texts += [f"fuzz::f(Tensor{suffix * 100_000} x) -> ()" for suffix in ("[]", "?", "[2]", "(a)", "[]?")]
    texts += [f"fuzz::f(int[{n}] x=1) -> ()" for n in (2**31 - 1, 2**31, 2**40, -1, 2**64, 1.5, "1j")]
    assert_survived([t[:30] for t in texts], isolate.run(texts, define))


@bounded
@given(text=st.one_of(st.text(max_size=20), st.lists(st.sampled_from(PIECES), max_size=6).map("".join)))
def test_strings(text):
    """Names of devices, libraries, equations: anything may stand there."""
    a = torch.ones(2, 2)
    for use in (
        torch.device,
        lambda s: torch.einsum(s, a, a),
        lambda s: torch.library.Library(s, "FRAGMENT").define(s),
        lambda s: torch.nn.functional.interpolate(a[None, None], scale_factor=2, mode=s),
        lambda s: torch.div(a, a, rounding_mode=s),
        lambda s: torch.linalg.norm(a, ord=s),
        lambda s: getattr(torch.ops.aten, s),
        lambda s: torch._C._dispatch_key_parse(s) if hasattr(torch._C, "_dispatch_key_parse") else None,
    ):
        try:
            use(text)
        except (*ORDINARY, AttributeError):
            pass


# ---- Arguments of operators


def test_bad_arguments():
    texts = [text for schema in bad_arguments.schemas() for text in bad_arguments.calls(schema, 2)]
    assert_survived(texts, bad_arguments.outcomes(torch, texts))


# ---- Threads


def test_threads_compute_the_same():
    """Forward and backward in many threads at once, on shared weights and on their own, give what one thread gives."""
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Linear(16, 32), torch.nn.GELU(), torch.nn.LayerNorm(32), torch.nn.Linear(32, 4)
    )
    inputs = torch.randn(8, 5, 16).unbind()

    def step(x):
        x = x.clone().requires_grad_()
        loss = model(x).softmax(-1).square().sum()
        return [loss, *torch.autograd.grad(loss, [x, *model.parameters()])]

    expected = [step(x) for x in inputs]
    wrong, barrier = [], threading.Barrier(len(inputs))

    def work(i):
        barrier.wait()
        for _ in range(30):
            with torch.no_grad() if i % 2 else torch.enable_grad():
                inside = torch.is_grad_enabled()
            for ours, theirs in zip(step(inputs[i]), expected[i], strict=True):
                if not torch.allclose(ours, theirs, rtol=1e-5, atol=1e-6) or inside == (i % 2 == 1):
                    wrong.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(inputs))]
    for t in threads:
        t.start()
    for t in threads:
        t.join(120)
    assert not wrong and not any(t.is_alive() for t in threads)


def test_threads_accumulate_into_shared_weights():
    """backward() from many threads adds each contribution once, and hooks run as often as there are backward passes."""
    weight, calls = torch.zeros(1000, requires_grad=True), []
    weight.register_hook(lambda g: calls.append(1))

    def work():
        for _ in range(50):
            (weight * 2).sum().backward()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(120)
    assert len(calls) == 300
    assert torch.equal(weight.grad, torch.full((1000,), 600.0))
