"""The Dirichlet distribution."""

from . import constraints
from .exp_family import ExponentialFamily
from .utils import _torch

__all__ = ["Dirichlet"]


class Dirichlet(ExponentialFamily):
    """Over the simplex: proportional to the product of x_i^(concentration_i - 1)."""

    arg_constraints = {"concentration": constraints.independent(constraints.positive, 1)}
    support = constraints.simplex
    has_rsample = True
    _event_dims = {"concentration": 1}

    def __init__(self, concentration, validate_args=None):
        if concentration.dim() < 1:
            raise ValueError("`concentration` parameter must be at least one-dimensional.")
        self.concentration = concentration
        super().__init__(concentration.shape[:-1], concentration.shape[-1:], validate_args=validate_args)

    mean = property(lambda self: self.concentration / self.concentration.sum(-1, True))

    @property
    def mode(self):
        above = (self.concentration - 1).clamp(min=0.0)
        mode = above / above.sum(-1, True)
        none = (self.concentration < 1).all(dim=-1)
        mode[none] = _torch.nn.functional.one_hot(mode[none].argmax(dim=-1), above.shape[-1:].numel()).to(mode)
        return mode

    @property
    def variance(self):
        total = self.concentration.sum(-1, True)
        return self.concentration * (total - self.concentration) / (total.pow(2) * (total + 1))

    def rsample(self, sample_shape=()):
        return _dirichlet(self.concentration.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value):
        a = self.concentration
        density = _torch.xlogy(a - 1.0, self._checked(value)).sum(-1)
        return density + _torch.lgamma(a.sum(-1)) - _torch.lgamma(a).sum(-1)

    def entropy(self):
        a, k = self.concentration, self.concentration.size(-1)
        total = a.sum(-1)
        log_beta = _torch.lgamma(a).sum(-1) - _torch.lgamma(total)
        return log_beta - (k - total) * _torch.digamma(total) - ((a - 1.0) * _torch.digamma(a)).sum(-1)


class _Dirichlet(_torch.autograd.Function):
    """A sample, with the gradient that moves it along the simplex."""

    @staticmethod
    def forward(ctx, concentration):
        x = _torch._sample_dirichlet(concentration)
        ctx.save_for_backward(x, concentration)
        return x

    @staticmethod
    def backward(ctx, grad):
        x, concentration = ctx.saved_tensors
        total = concentration.sum(-1, True).expand_as(concentration)
        scaled = _torch._dirichlet_grad(x, concentration, total)
        return scaled * (grad - (x * grad).sum(-1, True))


def _dirichlet(concentration):
    return _Dirichlet.apply(concentration)
