"""Wrong files, shapes, dtypes, devices, arguments: the exception's type and what it says."""

import io
import os
import tempfile

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim.sgd import sgd

os.chdir(tempfile.mkdtemp())
a, i = torch.ones(2, 3), torch.ones(2, 3, dtype=torch.long)
linear, conv = nn.Linear(3, 2), nn.Conv2d(1, 2, 3)
SGD_OPTIONS = {"weight_decay": 0.0, "momentum": 0.0, "lr": 0.1, "dampening": 0.0, "nesterov": False, "maximize": False}
WRONG = {
    # files
    "missing": lambda: torch.load("no_such_file.pt"),
    "missing folder": lambda: torch.save(a, "no/such/folder.pt"),
    "folder": lambda: torch.load("."),
    "empty": lambda: torch.load(io.BytesIO()),
    "text": lambda: torch.load(io.BytesIO(b"hello world, this is not a checkpoint")),
    "not a file": lambda: torch.load(3),
    "hub": lambda: torch.hub.load_state_dict_from_url("file:///no/such/file", ".", progress=False),
    # shapes
    "broadcast": lambda: a + torch.ones(4),
    "broadcast in place": lambda: torch.ones(3).add_(a),
    "mm": lambda: a @ a,
    "bmm": lambda: torch.bmm(torch.ones(2, 3, 4), torch.ones(2, 3, 4)),
    "view": lambda: a.view(4),
    "view of strided": lambda: a.t().view(6),
    "reshape": lambda: a.reshape(5, -1),
    "cat": lambda: torch.cat([a, torch.ones(3, 2)]),
    "stack": lambda: torch.stack([a, torch.ones(3)]),
    "cat of none": lambda: torch.cat([]),
    "expand": lambda: a.expand(2, 4),
    "squeeze dim": lambda: a.squeeze(5),
    "dim": lambda: a.sum(3),
    "transpose": lambda: a.transpose(0, 2),
    "permute": lambda: a.permute(0),
    "index": lambda: a[2],
    "too many indices": lambda: a[0, 0, 0],
    "index tensor": lambda: a[torch.tensor([5])],
    "mask": lambda: a[torch.ones(3, dtype=torch.bool)],
    "gather": lambda: a.gather(0, torch.tensor([[7]])),
    "item": lambda: a.item(),
    "bool": lambda: bool(a),
    "set item": lambda: a.__setitem__(0, torch.ones(2)),
    "split": lambda: a.split([1, 2], 0),
    "linear": lambda: linear(torch.ones(2, 4)),
    "conv channels": lambda: conv(torch.ones(1, 2, 4, 4)),
    "conv dims": lambda: conv(torch.ones(4, 4)),
    "conv kernel": lambda: conv(torch.ones(1, 1, 2, 2)),
    "pool": lambda: F.max_pool2d(torch.ones(1, 1, 2, 2), 3),
    "batch norm": lambda: nn.BatchNorm1d(3)(torch.ones(1, 3)),
    "batch norm dims": lambda: nn.BatchNorm2d(3)(torch.ones(1, 3)),
    "layer norm": lambda: nn.LayerNorm(4)(a),
    "group norm": lambda: nn.GroupNorm(2, 3),
    "cross entropy": lambda: F.cross_entropy(a, torch.tensor([0, 5])),
    "cross entropy batch": lambda: F.cross_entropy(a, torch.tensor([0])),
    "nll shape": lambda: F.nll_loss(a, a),
    "embedding": lambda: F.embedding(torch.tensor([9]), a),
    "interpolate": lambda: F.interpolate(torch.ones(1, 1, 4), scale_factor=2, size=3),
    "multihead": lambda: nn.MultiheadAttention(4, 3),
    "lstm": lambda: nn.LSTM(2, 3)(torch.ones(2, 2, 3)),
    # dtypes
    "int in place": lambda: i.add_(0.5),
    "int mm": lambda: torch.mm(a, i),
    "linear dtype": lambda: linear(torch.ones(1, 3, dtype=torch.double)),
    "conv dtype": lambda: conv(torch.ones(1, 1, 4, 4).half()),
    "int grad": lambda: i.requires_grad_(),
    "int mean": lambda: i.mean(),
    "embedding dtype": lambda: F.embedding(torch.tensor([0.5]), a),
    "bitwise": lambda: a & 1,
    "nll dtype": lambda: F.nll_loss(a, torch.tensor([0.0, 1.0])),
    "minus bool": lambda: torch.tensor(True) - torch.tensor(True),
    "float index": lambda: a[0.5],
    "float index tensor": lambda: a[torch.tensor([0.5])],
    "string": lambda: torch.tensor("a"),
    "ragged": lambda: torch.tensor([[1], [1, 2]]),
    "overflow": lambda: torch.tensor([300], dtype=torch.uint8),
    "out dtype": lambda: torch.add(a, a, out=i),
    # outputs
    "out of one operand": lambda: torch.abs(i, out=torch.ones(2, 3)),
    "out of an alias": lambda: torch.negative(i, out=torch.ones(2, 3)),
    "out of a predicate": lambda: torch.signbit(a, out=torch.ones(2, 3)),
    "out of float power": lambda: torch.float_power(a, 2, out=torch.ones(2, 3)),
    "out of nonzero": lambda: torch.nonzero_static(a, size=2, out=torch.ones(2, 2)),
    "out overlaps": lambda: torch.special.erf(a, out=torch.ones(1).expand(2, 3)),
    "out elsewhere": lambda: torch.arccos(a, out=torch.ones(2, 3, device="meta")),
    "huber": lambda: F.huber_loss(a, a, delta=0),
    "polygamma": lambda: torch.polygamma(-1, a),
    # devices
    "cuda": lambda: a.to("cuda"),
    "cuda factory": lambda: torch.ones(1, device="cuda"),
    "no device": lambda: torch.device("nothing"),
    "meta item": lambda: torch.ones(1, device="meta").item(),
    "meta to cpu": lambda: torch.ones(1, device="meta").to("cpu"),
    "module cuda": lambda: nn.Linear(1, 1).cuda(),
    # arguments
    "keyword": lambda: torch.ones(1, nothing=1),
    "method keyword": lambda: a.sum(nothing=1),
    "too few": lambda: torch.add(a),
    "type": lambda: torch.sum("a"),
    "none": lambda: torch.relu(None),
    "norm order": lambda: F.normalize(a, p="x"),
    "dropout": lambda: nn.Dropout(2),
    "reduction": lambda: F.mse_loss(a, a, reduction="x"),
    "padding mode": lambda: F.pad(a, (1, 1), mode="x"),
    "groups": lambda: nn.Conv2d(3, 4, 1, groups=2),
    "attribute": lambda: a.nothing,
    "module attribute": lambda: linear.nothing,
    "parameter": lambda: nn.Linear(1, 1).register_parameter("x", 3),
    "parameter assigned": lambda: setattr(nn.Linear(1, 1), "weight", 3),
    "state dict": lambda: linear.load_state_dict({"weight": torch.ones(2, 2), "more": a}),
    "state dict type": lambda: linear.load_state_dict([1]),
    "optimizer state": lambda: torch.optim.SGD([nn.Parameter(a)], 1).load_state_dict({"state": {}, "param_groups": []}),
    "not a module": lambda: nn.Sequential(3),
    # autograd
    "backward twice": lambda: [x.backward() for x in [(torch.ones(2, requires_grad=True) ** 2).sum()] * 2],
    "backward of many": lambda: torch.ones(2, requires_grad=True).mul(2).backward(),
    "no grad": lambda: a.sum().backward(),
    "leaf in place": lambda: torch.ones(2, requires_grad=True).add_(1),
    "unused": lambda: torch.autograd.grad(torch.ones(1, requires_grad=True) * 1, torch.ones(1, requires_grad=True)),
    "changed": lambda: (lambda x: (lambda y: (x.add_(1), y.sum().backward()))(x.exp().mul_(2)))(
        torch.ones(2, requires_grad=True) * 1
    ),
    "grad shape": lambda: setattr(torch.ones(2, requires_grad=True), "grad", torch.ones(3)),
    "meta mixed": lambda: a + torch.ones(2, 3, device="meta"),
    "storage pinned": lambda: a.untyped_storage().pin_memory(),
    "typed storage pinned": lambda: torch.FloatStorage(2).pin_memory(),
    "sgd scaled": lambda: sgd([a], [a], [None], grad_scale=torch.ones(1), **SGD_OPTIONS),
}
for name, call in WRONG.items():
    try:
        print(f"{name}: {call()}", flush=True)
    except Exception as e:
        first = str(e).strip().split("\n")[0]
        print(f"{name}: {type(e).__name__}: {first[:200]}", flush=True)
