"""Mixtures of one family."""

from . import constraints
from .categorical import Categorical
from .distribution import Distribution
from .utils import _torch

__all__ = ["MixtureSameFamily"]


class MixtureSameFamily(Distribution):
    """One of the components along the last batch dimension, chosen by a Categorical."""

    arg_constraints = {}
    has_rsample = False

    def __init__(self, mixture_distribution, component_distribution, validate_args=None):
        self._mixture_distribution, self._component_distribution = mixture_distribution, component_distribution
        if not isinstance(mixture_distribution, Categorical):
            raise ValueError(" The Mixture distribution needs to be an  instance of torch.distributions.Categorical")
        if not isinstance(component_distribution, Distribution):
            raise ValueError("The Component distribution need to be an instance of torch.distributions.Distribution")
        batch = component_distribution.batch_shape[:-1]
        for ours, theirs in zip(reversed(mixture_distribution.batch_shape), reversed(batch), strict=False):
            if ours != 1 and theirs != 1 and ours != theirs:
                raise ValueError(
                    f"`mixture_distribution.batch_shape` ({mixture_distribution.batch_shape}) is not compatible with"
                    f" `component_distribution.batch_shape`({batch})"
                )
        self._num_component = component_distribution.batch_shape[-1]
        events = mixture_distribution.logits.shape[-1]
        if events != self._num_component:
            raise ValueError(
                f"`mixture_distribution component` ({events}) does not equal `component_distribution.batch_shape[-1]`"
                f" ({self._num_component})"
            )
        event_shape = component_distribution.event_shape
        self._event_ndims = len(event_shape)
        super().__init__(batch, event_shape, validate_args=validate_args)

    def expand(self, batch_shape, _instance=None):
        new, batch_shape = self._get_checked_instance(MixtureSameFamily, _instance), _torch.Size(batch_shape)
        new._component_distribution = self._component_distribution.expand(batch_shape + (self._num_component,))
        new._mixture_distribution = self._mixture_distribution.expand(batch_shape)
        new._num_component, new._event_ndims = self._num_component, self._event_ndims
        super(MixtureSameFamily, new).__init__(batch_shape, self.event_shape, validate_args=False)
        new._validate_args = self._validate_args
        return new

    mixture_distribution = property(lambda self: self._mixture_distribution)
    component_distribution = property(lambda self: self._component_distribution)

    @constraints.dependent_property
    def support(self):
        return constraints.MixtureSameFamilyConstraint(self._component_distribution.support)

    def _pad_mixture_dimensions(self, x):
        missing = len(self.batch_shape) - len(self._mixture_distribution.batch_shape)
        return x.reshape(x.shape[:-1] + (1,) * missing + x.shape[-1:] + (1,) * self._event_ndims)

    @property
    def mean(self):
        probs = self._pad_mixture_dimensions(self._mixture_distribution.probs)
        return (probs * self._component_distribution.mean).sum(-1 - self._event_ndims)

    @property
    def variance(self):
        probs, dim = self._pad_mixture_dimensions(self._mixture_distribution.probs), -1 - self._event_ndims
        within = (probs * self._component_distribution.variance).sum(dim)
        return within + (probs * (self._component_distribution.mean - self.mean.unsqueeze(dim)).pow(2.0)).sum(dim)

    def cdf(self, x):
        return (self._component_distribution.cdf(x.unsqueeze(-1)) * self._mixture_distribution.probs).sum(-1)

    def log_prob(self, x):
        x = self._checked(x).unsqueeze(-1 - self._event_ndims)
        log_mix = _torch.log_softmax(self._mixture_distribution.logits, dim=-1)
        return _torch.logsumexp(self._component_distribution.log_prob(x) + log_mix, dim=-1)

    def sample(self, sample_shape=()):
        with _torch.no_grad():
            sample_shape = _torch.Size(sample_shape)
            at, event = len(sample_shape) + len(self.batch_shape), self.event_shape
            chosen = self._mixture_distribution.sample(sample_shape)
            samples = self._component_distribution.sample(sample_shape)
            chosen = chosen.reshape(chosen.shape + (1,) * (len(event) + 1))
            chosen = chosen.repeat((1,) * len(chosen.shape[: chosen.dim() - len(event)]) + event)
            return _torch.gather(samples, at, chosen).squeeze(at)

    def __repr__(self):
        return f"MixtureSameFamily(\n  {self._mixture_distribution},\n  {self._component_distribution})"
