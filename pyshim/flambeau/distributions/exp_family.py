"""Exponential families."""

from .distribution import Distribution

__all__ = ["ExponentialFamily"]


class ExponentialFamily(Distribution):
    """Densities of the form exp(<natural parameters, t(x)> - F(natural parameters) + k(x))."""
