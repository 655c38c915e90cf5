"""Flambeau and real PyTorch in one process, in either order of loading: both.py ours|real FOLDER

Each computes the same network with gradients, before and after the other; checkpoints go from one to the other.
"""

import sys

from flambeau import mock_torch as mock

first, folder = sys.argv[1:]
STEPS = 3


def imported():
    import torch

    return torch


def train(torch):
    """Losses of a few seeded steps."""
    torch.manual_seed(0)
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3), torch.nn.ReLU(), torch.nn.Dropout(0.2), torch.nn.Flatten(), torch.nn.Linear(64, 3)
    )
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    x, y = torch.randn(8, 1, 6, 6), torch.randint(3, (8,))
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        losses.append(round(loss.item(), 4))
    return net, losses


def error_of(torch):
    try:
        torch.ones(2, 3) @ torch.ones(2, 3)
    except RuntimeError as e:
        return str(e)


if first == "ours":
    mock.enable()
    ours = imported()
    mock.disable()
    real = imported()
else:
    mock.disable()
    real = imported()
    mock.enable()
    ours = imported()

assert ours.__file__ != real.__file__ and "flambeau" in ours.__file__ and "site-packages" in real.__file__
print(train(ours)[1], train(real)[1], train(ours)[1], error_of(ours) == error_of(real))

# As context managers, nested; what a block imported stays usable outside of it.
mock.enable()
with mock.disable() as switch:
    import torch

    assert torch is real and not mock.enabled()
    with mock.enable():
        import torch
        import torch.nn.functional

        assert torch is ours and ours.nn.functional is sys.modules["torch.nn.functional"]
    import torch

    assert torch is real and torch.nn.functional is sys.modules["torch.nn.functional"]
    import torch.distributions as real_distributions
assert mock.enabled() and imported() is ours
print(real_distributions.Normal(0.0, 1.0).log_prob(real.zeros(1)), ours.zeros(1) + 1)

# A checkpoint of either is loaded by the other; whole modules too, each as its own classes.
x = ours.linspace(-1, 1, 36).reshape(1, 1, 6, 6)
for writer, reader in ((real, ours), (ours, real)):
    net, _ = train(writer)
    for zipped in (True, False):
        path = f"{folder}/{first}.pt"
        with mock.disable() if writer is real else mock.enable():
            writer.save({"state": net.state_dict(), "net": net.eval()}, path, _use_new_zipfile_serialization=zipped)
        with mock.disable() if reader is real else mock.enable():
            loaded = reader.load(path, weights_only=False)
        assert type(loaded["net"]) is reader.nn.Sequential and type(loaded["state"]["0.weight"]) is reader.Tensor
        here, there = (t.linspace(-1, 1, 36).reshape(1, 1, 6, 6) for t in (reader, writer))
        same = abs(loaded["net"](here).detach().numpy() - net(there).detach().numpy()).max() < 1e-6
        print(writer is real, zipped, same)

# Tensors cross as numpy arrays and through DLPack, sharing memory.
a = real.arange(4.0)
b = ours.from_dlpack(a)
b += 1
print(a, b, real.from_numpy(ours.ones(2).numpy()), type(real.from_dlpack(ours.ones(2))) is real.Tensor)
mock.disable()
print(imported() is real, imported().get_num_threads() > 0, train(real)[1] == train(ours)[1])
