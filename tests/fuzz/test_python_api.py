"""Bad input to the Python API: objects of the wrong kind, at every entry, end in an ordinary exception."""

import contextlib
import os
import sys
import threading
import types
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import flambeau as torch  # noqa: E402
import isolate  # noqa: E402

# Acts on the process, or takes addresses and C++ objects by design.
SKIPPED = {"_abort", "_free_weak_ref", "_new_with_weak_ptr", "_expired", "set_num_interop_threads"}
ENTRIES = (
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.GetSetDescriptorType,
)
PYTHONS_OWN = (object, type, dict, list, tuple, int, str)


def entries():
    """{dotted name: function, method or property} of all that is written in C++."""
    node = (torch.ones(1, requires_grad=True) * 2).grad_fn
    places = {
        "_C": torch._C,
        "_C._VariableFunctions": torch._C._VariableFunctions,
        "Tensor": torch.Tensor,
        "UntypedStorage": torch.UntypedStorage,
        "Generator": torch.Generator,
        "device": torch.device,
        "Size": torch.Size,
        "grad_fn": type(node),
        "AccumulateGrad": type(node.next_functions[0][0]),
        "Function": torch.autograd.Function,
        "_C._autograd": torch._C._autograd,
    }
    found = {}
    for place, owner in places.items():
        for name in sorted(dir(owner)):
            entry = getattr(owner, name, None)
            if name in SKIPPED or not isinstance(entry, ENTRIES):
                continue
            if getattr(entry, "__objclass__", None) not in PYTHONS_OWN:
                found.setdefault(id(entry), (f"{place}.{name}", entry))
    return dict(found.values())


def calls(entry):
    """Thunks of calls with arguments that do not fit."""
    tensor = torch.ones(2, requires_grad=True)
    result = tensor * 2
    some = [tensor, result, result.grad_fn, torch.UntypedStorage(4), torch.Generator(), torch.device("cpu")]
    odd = [3, None, "x", [tensor], (1, 2), {}, object(), int, -1, 2**70, 1.5, b"x", lambda *a: 1, torch.float32]
    if isinstance(entry, types.GetSetDescriptorType):
        for owner in (*some, 3):
            yield lambda o=owner: entry.__get__(o)
            for value in odd:
                yield lambda o=owner, v=value: entry.__set__(o, v)
            yield lambda o=owner: entry.__delete__(o)
        return
    yield lambda: entry()
    for first in (*some, *odd, torch.Tensor):
        yield lambda a=first: entry(a)
        for second in (3, None, "x", tensor, (1,), {}):
            yield lambda a=first, b=second: entry(a, b)
            yield lambda a=first, b=second: entry(a, b, b)
        yield lambda a=first: entry(a, None, None, None)
    for keyword in ("input", "size", "out", "dtype", "data", "self"):
        yield lambda k=keyword: entry(**{k: 3})
        yield lambda k=keyword: entry(tensor, **{k: 3})


def test_every_entry_of_the_binding(tmp_path):
    known = entries()
    assert len(known) > 700

    def act(name):
        for call in calls(known[name]):
            with contextlib.suppress(Exception):
                str(call())[:10]
        return "ok"

    def prepare():
        os.chdir(tmp_path)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        torch.set_num_threads(1)

    # Each in a process of its own, for some change the state of the thread.
    outcomes = [isolate.run([name], act, prepare, seconds=30)[0] for name in known]
    fatal = [f"{o}: {n}" for n, o in zip(known, outcomes, strict=True) if isolate.is_fatal(o)]
    assert not fatal, "\n".join(fatal)


# ---- What a tensor is made of


def nest(depth, value=1):
    for _ in range(depth):
        value = [value]
    return value


def test_depth_of_data():
    """Also where only a later item is deep, or contains itself."""
    itself = [1]
    itself.append([2, itself])
    for data in ([1, nest(100_000)], [[1], nest(100_000)], itself, [itself]):
        with pytest.raises((ValueError, TypeError)):
            torch.tensor(data)


def test_data_that_changes_while_it_is_read():
    class Clears:
        def __init__(self, owner):
            self.owner = owner

        def __index__(self):
            self.owner.clear()
            return 1

        __float__ = __index__

    for dtype in (torch.int64, torch.float32):
        data = []
        data += [Clears(data), Clears(data), Clears(data)]
        with pytest.raises((ValueError, TypeError)):
            torch.tensor(data, dtype=dtype)


@pytest.mark.parametrize(
    ("data", "options", "error", "words"),
    [
        ([1, "a"], {}, TypeError, "new\\(\\): invalid data type 'str'"),
        (["a"], {}, ValueError, "too many dimensions 'str'"),
        (None, {}, RuntimeError, "Could not infer dtype of NoneType"),
        ([object()], {}, RuntimeError, "Could not infer dtype of object"),
        ([[1, 2], 3], {}, TypeError, "not a sequence"),
        (2**64, {}, ValueError, "Overflow when unpacking long long"),
        ([2**63], {}, ValueError, "Overflow when unpacking long long"),
        (
            float("nan"),
            {"dtype": torch.int32},
            RuntimeError,
            "value cannot be converted to type int32 without overflow",
        ),
        (
            float("inf"),
            {"dtype": torch.int64},
            RuntimeError,
            "value cannot be converted to type int64 without overflow",
        ),
        (1j, {"dtype": torch.int64}, TypeError, "'complex' object cannot be interpreted as an integer"),
        (1.0, {"requires_grad": "x"}, TypeError, "argument 'requires_grad' must be bool, not str"),
    ],
)
def test_words_about_data(data, options, error, words):
    with pytest.raises(error, match=words):
        torch.tensor(data, **options)


def test_scalars_of_numpy_keep_their_dtype():
    assert torch.tensor(np.float64(1)).dtype == torch.tensor([1, np.float64(1)]).dtype == torch.float64
    assert torch.tensor([np.float32(1)]).dtype == torch.float32


def test_legacy_constructors():
    for wrong in (2.5, None, "x"):
        with pytest.raises(TypeError):
            torch.Tensor(wrong)
    with pytest.raises(TypeError):
        torch.Tensor(2, dtype=torch.int32)
    with pytest.raises(TypeError):
        torch.ones(2).new(size=3)
    with pytest.raises(RuntimeError, match="legacy constructor expects device type: cpu but device type: meta"):
        torch.Tensor(2, device="meta")
    assert torch.Tensor(size=(2, 3)).shape == (2, 3)


def test_buffers():
    with pytest.raises(ValueError, match="does not implement Python buffer protocol"):
        torch.frombuffer("x", dtype=torch.uint8)
    with pytest.raises(RuntimeError, match="could not retrieve buffer"):
        torch.frombuffer(memoryview(bytearray(8))[::2], dtype=torch.uint8)


def test_subclasses_are_subclasses():
    """Memory laid out for int must not be filled with a tensor."""
    for make in (lambda: torch.ones(2).as_subclass(int), lambda: torch.Tensor._make_subclass(int, torch.ones(2))):
        with pytest.raises(TypeError, match="does not inherit from Tensor"):
            make()
    with pytest.raises(TypeError, match="argument 'data' .* must be Tensor, not int"):
        torch.Tensor._make_subclass(torch.Tensor, 3)


# ---- Numbers out of range


def test_random_integers_fit_their_dtype():
    with pytest.raises(RuntimeError, match="to - 1 is out of bounds for unsigned char"):
        torch.randint(0, 300, (3,), dtype=torch.uint8)
    with pytest.raises(RuntimeError, match="from is out of bounds for"):
        torch.randint(-200, 3, (3,), dtype=torch.int8)
    with pytest.raises(RuntimeError, match="without overflow"):
        torch.randperm(300, dtype=torch.uint8)
    assert torch.randint(0, 256, (100,), dtype=torch.uint8).max() <= 255
    assert torch.randint(0, 2, (9,), dtype=torch.bool).shape == (9,)


def test_largest_numbers():
    with pytest.raises(ValueError, match="upscale factor is too large"):
        torch.nn.functional.pixel_shuffle(torch.ones(1, 4, 2, 2), 2**32)
    assert torch.equal(torch.linalg.matrix_power(torch.eye(2), -(2**63)), torch.eye(2))


def test_histograms():
    """A range of too few numbers, no edges, and numbers whose difference is infinite."""
    x, aten = torch.arange(6.0).reshape(2, 3), torch.ops.aten
    for wrong in ([], [1.0], [1.0, 2.0, 3.0]):
        with pytest.raises(RuntimeError, match="for a 1-dimensional histogram range should have 2 elements"):
            torch.histogram(x, 3, range=wrong)
        with pytest.raises(RuntimeError, match="for a 3-dimensional histogram range should have 6 elements"):
            torch.histogramdd(x, 3, range=wrong)
    with pytest.raises(RuntimeError, match="range \\[0, inf\\] is not finite"):
        torch.histogram(x, 3, range=[0, float("inf")])
    for edges in ([], [torch.ones(2)]):
        with pytest.raises(RuntimeError, match="expected 3 sequences of bin edges for a 3-dimensional histogram"):
            aten._histogramdd_from_bin_tensors(x, edges)
    with pytest.raises(RuntimeError, match="bins must be > 0, but got 0 for dimension 1"):
        torch.histogramdd(x, [torch.ones(2), torch.ones(1), torch.ones(2)])
    with pytest.raises(RuntimeError):
        torch.histogram(x, 2**63 - 1)
    assert torch.histogramdd(torch.ones(2, 0), 3).hist.item() == 0
    assert torch.histc(torch.tensor([3e38, -3e38]), 10).sum() == 2


@pytest.mark.parametrize("factor", [1e-300, 1e-38, 1e300])
@pytest.mark.parametrize("mode", ["nearest1d", "_nearest_exact1d", "linear1d", "bicubic2d", "_bicubic2d_aa"])
def test_scales_of_resampling(mode, factor):
    """However far from the sizes a scale is, only the input is read."""
    op = getattr(torch.ops.aten, f"_upsample{mode}" if mode[0] == "_" else f"upsample_{mode}")
    plane = mode.endswith(("2d", "aa"))
    x = torch.arange(12.0).reshape((1, 2, 2, 3) if plane else (1, 2, 6))
    corners = [] if "nearest" in mode else [False]
    assert op(x, [4, 5] if plane else [4], *corners, *[factor] * (1 + plane)).shape[2] == 4


def test_gradient_of_another_size():
    """The gradient of a convolution has the sizes of its result."""
    x, weight, rest = torch.ones(1, 2, 3), torch.ones(2, 2, 2), ([1], [0], [1], False, [0], 1, [True] * 3)
    backward = torch.ops.aten.convolution_backward
    assert backward(torch.ones(1, 2, 2), x, weight, None, *rest)[0].shape == x.shape
    for sizes in ((1, 2, 7), (1, 5, 2), (0, 2, 2), (1, 2)):
        with pytest.raises(RuntimeError, match="Expected a tensor of dimension 4|same number of dimensions"):
            backward(torch.ones(sizes), x, weight, None, *rest)


def test_products_of_sizes():
    """Sizes whose product or sum does not fit, and integers that wrap around."""
    x, huge, aten = torch.arange(6.0).reshape(2, 3), 2**63 - 1, torch.ops.aten
    for call in (
        lambda: torch.hann_window(huge),
        lambda: x.repeat(huge, 2),
        lambda: aten.native_group_norm(x, None, None, 2**62, 100, 3, 1, 1e-5),
        lambda: torch.diag_embed(x, -(2**63)),
        lambda: torch.nn.functional.pad(x, (huge, huge)),
        lambda: torch.ones(0).reshape(2**32, 2**32),
        lambda: x.split_with_sizes([2**62] * 4),
        lambda: aten.unfold_backward(torch.ones(2, 3), [4], 0, 3, huge),
        lambda: torch.lstm(x[None], (x[None], x[None]), [], False, huge, 0.0, False, True, False),
        lambda: torch.empty(2, dtype=torch.complex64).random_(0, 5),
    ):
        with pytest.raises(RuntimeError):
            call()
    a = torch.full((2, 2), 2**62)
    assert torch.equal(a @ torch.full((2, 2), -5), torch.full((2, 2), -(2**63)))


# ---- Autograd


def test_nodes_called_by_hand():
    node = (torch.ones(2, requires_grad=True) * 2).grad_fn
    with pytest.raises(TypeError, match="expected 1 arguments, got 0 arguments instead"):
        node()
    assert torch.equal(node(torch.ones(2))[0], torch.full((2,), 2.0))


def test_once_differentiable():
    class Doubled(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx, grad):
            return grad * grad

    x = torch.ones(3, requires_grad=True)
    (grad,) = torch.autograd.grad(Doubled.apply(x).square().sum(), x, create_graph=True)
    assert torch.equal(grad, torch.full((3,), 16.0))
    with pytest.raises(RuntimeError, match="trying to differentiate twice a function"):
        grad.sum().backward()


# ---- Other


def test_vmap():
    for call in (
        lambda: torch.vmap(lambda x: x)(3),
        lambda: torch.vmap(lambda x: x, in_dims=5)(torch.ones(2)),
        lambda: torch.vmap(lambda x: x, in_dims="x")(torch.ones(2)),
        lambda: torch.vmap(lambda x: 3)(torch.ones(2)),
    ):
        with pytest.raises(ValueError):
            call()


def test_data_loader():
    data = torch.utils.data
    with pytest.raises(AssertionError, match="requires timeout == 0"):
        list(data.DataLoader([1], timeout=1))
    with pytest.raises(TypeError, match="multiprocessing_context option should be a valid context object"):
        data.DataLoader([1], num_workers=1, multiprocessing_context=3)
    with pytest.raises(ValueError, match="num_samples should be a positive integer value"):
        data.RandomSampler([])


def test_state_of_threads_is_their_own():
    """Modes entered in one thread, errors in another's hooks, hooks added and removed meanwhile."""
    leaf = torch.ones(100, requires_grad=True)
    wrong = []

    def modes():
        for _ in range(100):
            with torch.inference_mode():
                if not (leaf * 2).is_inference():
                    wrong.append("inference")

    def errors():
        for _ in range(50):
            y = leaf * 2
            y.register_hook(lambda g: 1 // 0)
            with pytest.raises(ZeroDivisionError):
                y.sum().backward()

    def hooks():
        for _ in range(100):
            leaf.register_hook(lambda g: g).remove()

    threads = [threading.Thread(target=f) for f in (modes, errors, hooks, modes, errors, hooks)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(120)
    assert not wrong and not any(t.is_alive() for t in threads)
