"""The Laplace distribution."""

from . import constraints
from .distribution import Distribution
from .utils import _torch, broadcast_all

__all__ = ["Laplace"]


class Laplace(Distribution):
    """exp(-|x - loc| / scale) / (2 scale)."""

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.real
    has_rsample = True

    def __init__(self, loc, scale, validate_args=None):
        loc, scale = broadcast_all(loc, scale)
        self._start(validate_args, loc=loc, scale=scale)

    mean = mode = property(lambda self: self.loc)
    variance = property(lambda self: 2 * self.scale.pow(2))
    stddev = property(lambda self: 2**0.5 * self.scale)

    def rsample(self, sample_shape=()):
        u = self.loc.new(self._extended_shape(sample_shape)).uniform_(_torch.finfo(self.loc.dtype).eps - 1, 1)
        return self.loc - self.scale * u.sign() * _torch.log1p(-u.abs())

    def log_prob(self, value):
        return -_torch.log(2 * self.scale) - _torch.abs(self._checked(value) - self.loc) / self.scale

    def cdf(self, value):
        away = self._checked(value) - self.loc
        return 0.5 - 0.5 * away.sign() * _torch.expm1(-away.abs() / self.scale)

    def icdf(self, value):
        term = value - 0.5
        return self.loc - self.scale * term.sign() * _torch.log1p(-2 * term.abs())

    def entropy(self):
        return 1 + _torch.log(2 * self.scale)
