"""torch.signal.windows against their values, and what is refused."""

import torch
from torch.signal import windows

CALLS = {name: {} for name in windows.__all__}
CALLS["general_cosine"] = {"a": [0.5, 0.3, 0.2]}
for name, parameters in CALLS.items():
    for length in (0, 1, 2, 7, 8):
        for sym in (True, False):
            print(name, sym, getattr(windows, name)(length, sym=sym, dtype=torch.float64, **parameters))
print(windows.gaussian(5, std=0.9), windows.exponential(5, tau=2.0, sym=False, center=1), windows.kaiser(5, beta=3.0))
for wrong in (
    lambda: windows.hann(-1),
    lambda: windows.hann(3, dtype=torch.float16),
    lambda: windows.gaussian(3, std=-1),
    lambda: windows.exponential(3, center=1),
    lambda: windows.general_cosine(3, a=[]),
):
    try:
        print(wrong())
    except ValueError as e:
        print(e)
