"""Student's t-distribution."""

import math

from . import constraints
from .chi2 import Chi2
from .distribution import Distribution
from .utils import _standard_normal, _torch, broadcast_all

__all__ = ["StudentT"]


class StudentT(Distribution):
    """loc + scale X / sqrt(Y / df), X standard normal and Y chi-squared with df degrees of freedom."""

    arg_constraints = {"df": constraints.positive, "loc": constraints.real, "scale": constraints.positive}
    support = constraints.real
    has_rsample = True

    def __init__(self, df, loc=0.0, scale=1.0, validate_args=None):
        df, loc, scale = broadcast_all(df, loc, scale)
        self._chi2 = Chi2(df)
        self._start(validate_args, df=df, loc=loc, scale=scale)

    def expand(self, batch_shape, _instance=None):
        new = super().expand(batch_shape, self._get_checked_instance(StudentT, _instance))
        new._chi2 = self._chi2.expand(batch_shape)
        return new

    mode = property(lambda self: self.loc)

    @property
    def mean(self):
        return self.loc.masked_fill(self.df <= 1, math.nan)

    @property
    def variance(self):
        finite = self.scale.pow(2) * self.df / (self.df - 2)
        return finite.masked_fill(self.df <= 2, math.inf).masked_fill(self.df <= 1, math.nan)

    def rsample(self, sample_shape=()):
        x = _standard_normal(self._extended_shape(sample_shape), dtype=self.df.dtype, device=self.df.device)
        return self.loc + self.scale * (x * _torch.rsqrt(self._chi2.rsample(sample_shape) / self.df))

    def log_prob(self, value):
        y = (self._checked(value) - self.loc) / self.scale
        norm = self.scale.log() + 0.5 * self.df.log() + 0.5 * math.log(math.pi)
        norm = norm + _torch.lgamma(0.5 * self.df) - _torch.lgamma(0.5 * (self.df + 1.0))
        return -0.5 * (self.df + 1.0) * _torch.log1p(y**2.0 / self.df) - norm

    def entropy(self):
        half = 0.5 * (self.df + 1)
        log_beta = _torch.lgamma(0.5 * self.df) + math.lgamma(0.5) - _torch.lgamma(half)
        digammas = _torch.digamma(half) - _torch.digamma(0.5 * self.df)
        return self.scale.log() + half * digammas + 0.5 * self.df.log() + log_beta
