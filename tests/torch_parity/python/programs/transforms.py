"""Trees, checkpointing, function transforms, comparisons, library, operators, errors."""
# ruff: noqa: E402, SIM115, B023

import copy
import warnings

import torch

warnings.simplefilter("ignore")


def tr(f):
    try:
        print("ok", f())
    except Exception as e:
        print(type(e).__name__, str(e)[:300])


from collections import OrderedDict, namedtuple

import torch.utils._pytree as pt

P = namedtuple("P", "a b")
t = {"a": [1, (2, 3)], "b": P(4, OrderedDict(z=5))}
print(
    pt.tree_flatten(t),
    pt.tree_map(lambda x: x + 1, t),
    pt.tree_leaves_with_path(t),
    pt.tree_map(lambda a, b: (a, b), [1, 2], [3, 4]),
    pt.keystr(pt.tree_leaves_with_path(t)[1][0]),
)
print(pt.tree_map(lambda x: x * 2, torch.max(torch.ones(2, 2), 0)))
from torch.utils.checkpoint import checkpoint, checkpoint_sequential

m = torch.nn.Sequential(*[torch.nn.Linear(3, 3) for _ in range(4)])
x = torch.linspace(0, 1, 6).view(2, 3).requires_grad_()
torch.manual_seed(0)
[p.data.uniform_() for p in m.parameters()]
for ur in (True, False):
    x.grad = None
    y = checkpoint(lambda z: torch.dropout(m(z), 0.5, True), x, use_reentrant=ur)
    y.sum().backward()
    print(y, x.grad)
    x.grad = None
    checkpoint_sequential(m, 2, x, use_reentrant=ur).sum().backward()
    print(x.grad)
print(torch.from_dlpack(torch.ones(2)), torch.utils.dlpack.from_dlpack(torch.utils.dlpack.to_dlpack(torch.ones(2))))
print(
    torch.jit.is_scripting(),
    torch.compiler.is_compiling(),
    torch.cuda.is_available(),
    torch.cuda.device_count(),
    torch.backends.mps.is_available(),
    torch.backends.cudnn.enabled,
    torch.backends.cpu.get_cpu_capability() is not None,
)
tr(lambda: torch.cuda.current_device())
tr(lambda: torch.ones(2).cuda() and 0)
print(
    torch.func.grad(lambda x: (x**2).sum())(torch.ones(2)),
    torch.func.vmap(lambda a, b: a @ b)(torch.ones(2, 3), torch.ones(2, 3)),
    torch.func.jacrev(lambda x: x**2)(torch.ones(2)),
    torch.func.hessian(lambda x: (x**3).sum())(torch.ones(2)),
    torch.func.vjp(torch.sin, torch.zeros(2))[1](torch.ones(2)),
    torch.func.jvp(torch.sin, (torch.zeros(2),), (torch.ones(2),)),
)
print(
    torch.func.functional_call(
        torch.nn.Linear(1, 1), {"weight": torch.ones(1, 1), "bias": torch.ones(1)}, torch.ones(1, 1)
    )
)
print(
    torch.autograd.functional.jacobian(lambda a, b: a * b, (torch.ones(2), torch.ones(2))),
    torch.autograd.functional.hessian(lambda a: (a**3).sum(), torch.ones(2)),
    torch.autograd.functional.hvp(lambda a: (a**3).sum(), torch.ones(2), torch.ones(2)),
    torch.autograd.gradcheck(torch.sin, torch.ones(2, dtype=torch.float64, requires_grad=True)),
    torch.autograd.gradgradcheck(torch.sin, torch.ones(2, dtype=torch.float64, requires_grad=True)),
)
tr(lambda: torch.testing.assert_close(torch.ones(3), torch.tensor([1.0, 2, 3])))
tr(lambda: torch.testing.assert_close(torch.ones(3), torch.ones(3)))
tr(lambda: torch.testing.assert_close(1.0, 2.0))
tr(lambda: torch.testing.assert_close([torch.ones(2)], [torch.zeros(2)]))
tr(lambda: torch.testing.assert_close(torch.ones(2), torch.ones(3)))
print(
    torch.ops.aten.add.Tensor,
    torch.ops.aten.add,
    torch.ops.aten.add.Tensor(torch.ones(1), torch.ones(1)),
    torch.ops.aten.add.overloads()[:3],
    torch.ops.aten.mul.Tensor._schema,
)
lib = torch.library.Library("zz", "DEF")
lib.define("foo(Tensor x, int n=2) -> Tensor")
lib.impl("foo", lambda x, n=2: x * n, "CPU")
print(torch.ops.zz.foo(torch.ones(2)), torch.ops.zz.foo(torch.ones(2), 3))


@torch.library.custom_op("zz::sinx", mutates_args=())
def sinx(x: torch.Tensor, k: float = 1.0) -> torch.Tensor:
    return torch.sin(x) * k


sinx.register_autograd(
    lambda ctx, g: (g * ctx.saved_tensors[0].cos(), None),
    setup_context=lambda ctx, inputs, output: ctx.save_for_backward(inputs[0]),
)
z = torch.zeros(2, requires_grad=True)
sinx(z).sum().backward()
print(z.grad, torch.library.infer_schema(sinx._init_fn, mutates_args=()))
with torch.amp.autocast("cpu"):
    print((torch.ones(2, 2) @ torch.ones(2, 2)).dtype)
with torch.autocast("cpu", dtype=torch.float16, enabled=True):
    print(torch.nn.functional.linear(torch.ones(2, 2), torch.ones(2, 2)).dtype)
print(torch.compile(lambda x: x + 1)(1), torch.finfo(torch.float32), torch.__version__ >= "2.5", torch.version.cuda)
torch.set_default_dtype(torch.float64)
print(torch.ones(1))
torch.set_default_dtype(torch.float32)
with torch.device("meta"):
    print(torch.nn.Linear(2, 2).weight.device)


class T(torch.Tensor):
    pass


a = torch.ones(2).as_subclass(T)
print(a + 1, type(a.sum()), (a * 2)[0])


class M(torch.overrides.TorchFunctionMode):
    def __torch_function__(s, f, t, a=(), k=None):
        print(torch.overrides.resolve_name(f))
        return f(*a, **(k or {}))


with M():
    torch.nn.functional.relu(torch.ones(1))
    torch.add(torch.ones(1), 1)
print(
    torch.typename(torch.ones(1)),
    torch.is_tensor(1),
    torch.nn.Linear.__module__,
    torch.Tensor.__module__,
    torch.optim.SGD.__module__,
    torch.utils.data.DataLoader.__module__,
    torch.no_grad.__module__,
    torch.save.__module__,
    torch.nn.functional.relu.__module__,
    torch.einsum.__module__,
)
print(
    torch.linalg.norm(torch.ones(3)),
    torch.fft.fft(torch.ones(2)),
    torch.special.expit(torch.zeros(1)),
    torch.stft(torch.ones(16), 4, window=torch.ones(4), return_complex=True).shape,
    torch.svd_lowrank(torch.diag(torch.tensor([3.0, 0, 2, 0])), 2)[1],
)
for f in (
    lambda: torch.ones(2).backward(),
    lambda: torch.ones(2, requires_grad=True).backward(),
    lambda: torch.broadcast_shapes((2,), (3,)),
    lambda: torch.nn.Linear(2, 3)(torch.ones(3)),
    lambda: len(torch.tensor(1)),
    lambda: iter(torch.tensor(1)),
    lambda: torch.nosuch,
    lambda: torch.nn.nosuch,
    lambda: torch.ones(2).nosuch,
    lambda: "a" + torch.ones(1),
    lambda: torch.ones(2) - "a",
    lambda: copy.deepcopy(torch.ones(1, requires_grad=True) * 1),
):
    tr(f)
print(
    torch.cartesian_prod(torch.arange(2), torch.arange(2)),
    torch.block_diag(torch.ones(1), torch.ones(2)),
    torch.atleast_2d(torch.tensor(1)),
    torch.tensordot(torch.ones(2, 3), torch.ones(3, 2), 1),
    torch.cdist(torch.ones(1, 2), torch.zeros(1, 2)),
    torch.unravel_index(torch.tensor(5), (2, 3)),
    2 - torch.ones(1),
    2 / torch.ones(1),
    2 ** torch.ones(1),
    5 // torch.ones(1) * 2,
    5 % torch.ones(1) * 2,
    1.0 in torch.ones(2),
    torch.ones(2).unflatten(0, (1, 2)),
    reversed(torch.arange(3)),
)
with torch.random.fork_rng():
    torch.manual_seed(1)
with torch.autograd.graph.saved_tensors_hooks(lambda x: x, lambda x: x):
    (torch.ones(1, requires_grad=True) * 2).backward()
w = torch.ones(2, requires_grad=True)
print(
    isinstance((w * 2).grad_fn, torch.autograd.graph.Node),
    torch.autograd.grad([(w**2).sum()], [w], create_graph=True),
    torch.autograd.grad((w**2), w, torch.eye(2), is_grads_batched=True),
)
with torch.inference_mode():
    print((w * 2).is_inference())
s = torch.amp.GradScaler("cpu")
o = torch.optim.SGD([w], lr=0.1)
s.scale((w * 1).sum()).backward()
s.step(o)
s.update()
print(w, s.get_scale())
