"""Prints what write_checkpoint.py wrote."""

import sys

import torch

for form in ("zip", "legacy"):
    state = torch.load(f"{sys.argv[1]}/state.{form}")
    model = torch.load(f"{sys.argv[1]}/model.{form}", weights_only=False)
    print(model, list(state), all(torch.equal(state[k], v) for k, v in model.state_dict().items()))
    print(model.eval()(torch.linspace(-1, 1, 16).reshape(1, 1, 4, 4)))
    print(torch.load(f"{sys.argv[1]}/optimizer.{form}"))
