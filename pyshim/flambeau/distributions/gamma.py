"""The gamma distribution."""

from . import constraints
from .exp_family import ExponentialFamily
from .utils import _torch, broadcast_all

__all__ = ["Gamma"]


class Gamma(ExponentialFamily):
    """rate^a x^(a - 1) exp(-rate x) / Gamma(a), a the concentration, x >= 0."""

    arg_constraints = {"concentration": constraints.positive, "rate": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, concentration, rate, validate_args=None):
        concentration, rate = broadcast_all(concentration, rate)
        self._start(validate_args, concentration=concentration, rate=rate)

    mean = property(lambda self: self.concentration / self.rate)
    mode = property(lambda self: ((self.concentration - 1) / self.rate).clamp(min=0))
    variance = property(lambda self: self.concentration / self.rate.pow(2))

    def rsample(self, sample_shape=()):
        shape = self._extended_shape(sample_shape)
        value = _torch._standard_gamma(self.concentration.expand(shape)) / self.rate.expand(shape)
        value.detach().clamp_(min=_torch.finfo(value.dtype).tiny)
        return value

    def log_prob(self, value):
        value, a = _torch.as_tensor(value, dtype=self.rate.dtype, device=self.rate.device), self.concentration
        self._checked(value)
        return _torch.xlogy(a, self.rate) + _torch.xlogy(a - 1, value) - self.rate * value - _torch.lgamma(a)

    def entropy(self):
        a = self.concentration
        return a - _torch.log(self.rate) + _torch.lgamma(a) + (1.0 - a) * _torch.digamma(a)

    def cdf(self, value):
        return _torch.special.gammainc(self.concentration, self.rate * self._checked(value))
