"""The negative binomial distribution."""

from ..nn.functional import logsigmoid
from . import constraints
from .distribution import Distribution
from .gamma import Gamma
from .utils import _torch, broadcast_all, lazy_property, logits_to_probs, probs_to_logits

__all__ = ["NegativeBinomial"]


class NegativeBinomial(Distribution):
    """Successes, each of probability `probs`, before `total_count` failures."""

    arg_constraints = {
        "total_count": constraints.greater_than_eq(0), "probs": constraints.half_open_interval(0.0, 1.0),
        "logits": constraints.real,
    }  # fmt: skip
    support = constraints.nonnegative_integer

    def __init__(self, total_count, probs=None, logits=None, validate_args=None):
        if (probs is None) == (logits is None):
            raise ValueError("Either `probs` or `logits` must be specified, but not both.")
        name, value = ("probs", probs) if probs is not None else ("logits", logits)
        total_count, value = broadcast_all(total_count, value)
        self._start(validate_args, **{name: value, "total_count": total_count.type_as(value)})

    mean = property(lambda self: self.total_count * _torch.exp(self.logits))
    mode = property(lambda self: ((self.total_count - 1) * self.logits.exp()).floor().clamp(min=0.0))
    variance = property(lambda self: self.mean / _torch.sigmoid(-self.logits))

    @lazy_property
    def logits(self):
        return probs_to_logits(self.probs, is_binary=True)

    @lazy_property
    def probs(self):
        return logits_to_probs(self.logits, is_binary=True)

    @lazy_property
    def _gamma(self):
        return Gamma(concentration=self.total_count, rate=_torch.exp(-self.logits), validate_args=False)

    def sample(self, sample_shape=()):
        with _torch.no_grad():
            return _torch.poisson(self._gamma.sample(sample_shape=sample_shape))

    def log_prob(self, value):
        self._checked(value)
        weight = self.total_count * logsigmoid(-self.logits) + value * logsigmoid(self.logits)
        ways = -_torch.lgamma(self.total_count + value) + _torch.lgamma(1.0 + value) + _torch.lgamma(self.total_count)
        return weight - ways.masked_fill(self.total_count + value == 0.0, 0.0)
