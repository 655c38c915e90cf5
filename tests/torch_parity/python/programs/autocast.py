"""Autocast on the CPU: which type operators compute in, and the gradients of a network."""

import torch
import torch.nn.functional as F
from torch import nn

x = torch.linspace(-1, 1, 4 * 3 * 8 * 8).sin().reshape(4, 3, 8, 8)
target = torch.tensor([0, 1, 2, 3])
a, b = torch.ones(2, 2), torch.ones(1, 2, 2)
torch.manual_seed(0)
net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(144, 5))
for dtype in (torch.bfloat16, torch.float16):
    with torch.autocast("cpu", dtype=dtype):
        y = net(x)
        loss = F.cross_entropy(y, target)
        values = [
            y,
            net[0](x),
            loss,
            torch.cat([y, y.float()]),
            torch.stack([y, y]),
            y + y.float(),
            y.softmax(-1),
            a @ a,
        ]
        values += [torch.bmm(b, b), F.mse_loss(y, y.float()), y.prod(), a.double().mm(a.double()), a.long() + 1]
        values += [F.linear(a, a), torch.addmm(a, a, a), F.scaled_dot_product_attention(b, b, b), torch.sum(y)]
        print([v.dtype for v in values])
        with torch.autocast("cpu", enabled=False):
            print(torch.mm(a, a).dtype)
    net.zero_grad()
    loss.backward()
    print([p.grad.dtype for p in net.parameters()], torch.mm(a, a).dtype)
    print(f"{loss.item():.2f}", [f"{p.grad.norm():.1f}" for p in net.parameters()])


@torch.autocast("cpu")
def decorated():
    return torch.mm(a, a).dtype


print(decorated(), torch.is_autocast_enabled("cpu"), torch.get_autocast_dtype("cpu"))
