"""Learning-rate schedules."""

from ._schedules_base import LRScheduler, _LRScheduler  # noqa: F401
from ._schedules_closed import (
    ConstantLR,
    CosineAnnealingLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiplicativeLR,
    MultiStepLR,
    PolynomialLR,
    StepLR,
)
from ._schedules_cyclic import CosineAnnealingWarmRestarts, CyclicLR, OneCycleLR
from ._schedules_meta import ChainedScheduler, ReduceLROnPlateau, SequentialLR

__all__ = [
    "LambdaLR", "MultiplicativeLR", "StepLR", "MultiStepLR", "ConstantLR", "LinearLR", "ExponentialLR", "SequentialLR",
    "CosineAnnealingLR", "ChainedScheduler", "ReduceLROnPlateau", "CyclicLR", "CosineAnnealingWarmRestarts",
    "OneCycleLR",
    "PolynomialLR", "LRScheduler",
]  # fmt: skip
for _name in (*__all__, "_LRScheduler"):
    globals()[_name].__module__ = __name__
