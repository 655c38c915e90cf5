"""The exponential distribution."""

from . import constraints
from .exp_family import ExponentialFamily
from .utils import _torch, broadcast_all

__all__ = ["Exponential"]


class Exponential(ExponentialFamily):
    """rate exp(-rate x), x >= 0."""

    arg_constraints = {"rate": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, rate, validate_args=None):
        (rate,) = broadcast_all(rate)
        self._start(validate_args, rate=rate)

    mean = stddev = property(lambda self: self.rate.reciprocal())
    mode = property(lambda self: _torch.zeros_like(self.rate))
    variance = property(lambda self: self.rate.pow(-2))

    def rsample(self, sample_shape=()):
        return self.rate.new(self._extended_shape(sample_shape)).exponential_() / self.rate

    def log_prob(self, value):
        return self.rate.log() - self.rate * self._checked(value)

    def cdf(self, value):
        return 1 - _torch.exp(-self.rate * self._checked(value))

    def icdf(self, value):
        return -_torch.log1p(-value) / self.rate

    def entropy(self):
        return 1.0 - _torch.log(self.rate)
