"""Loads thousands of damaged checkpoints: each must load or raise an ordinary exception. Prints what came of them."""

import collections
import io
import random
import sys

import torch

torch.manual_seed(0)
value = {
    "w": torch.randn(3, 4),
    "step": 3,
    "nested": [torch.arange(5), {"k": (1.5, "x")}],
    "p": torch.nn.Parameter(torch.ones(2)),
}
outcomes = collections.Counter()
generator = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
for zipped in (True, False):
    buffer = io.BytesIO()
    torch.save(value, buffer, _use_new_zipfile_serialization=zipped)
    source = buffer.getvalue()
    for _ in range(2000):
        data = bytearray(source)
        for _ in range(generator.randint(1, 6)):
            data[generator.randrange(len(data))] = generator.randrange(256)
        if generator.random() < 0.3:
            del data[generator.randrange(len(data)) :]
        try:
            torch.load(io.BytesIO(bytes(data)))
            outcomes["loaded"] += 1
        except Exception as e:
            outcomes[type(e).__name__] += 1
print(dict(outcomes))
