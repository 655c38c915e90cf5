"""Writes a model's state, the whole model and an optimizer's state to a folder, in both formats."""

import sys

import torch

torch.manual_seed(0)
model = torch.nn.Sequential(
    torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.Flatten(), torch.nn.Linear(8, 3)
)
optimizer = torch.optim.Adam(model.parameters())
model(torch.randn(2, 1, 4, 4)).sum().backward()
optimizer.step()
for form, zipped in (("zip", True), ("legacy", False)):
    for name, value in (("state", model.state_dict()), ("model", model), ("optimizer", optimizer.state_dict())):
        torch.save(value, f"{sys.argv[1]}/{name}.{form}", _use_new_zipfile_serialization=zipped)
