"""Sets of values that parameters and samples lie in: `constraint.check(value)` is true where it holds."""

import sys

_torch = sys.modules["flambeau"]


class Constraint:
    """`event_dim` trailing dimensions are judged as one."""

    is_discrete = False
    event_dim = 0

    def check(self, value):
        raise NotImplementedError

    def __repr__(self):
        return self.__class__.__name__[1:] + "()"


class _Dependent(Constraint):
    """A set that depends on the distribution's parameters."""

    def __init__(self, *, is_discrete=NotImplemented, event_dim=NotImplemented):
        self._is_discrete, self._event_dim = is_discrete, event_dim
        super().__init__()

    @property
    def is_discrete(self):
        if self._is_discrete is NotImplemented:
            raise NotImplementedError(".is_discrete cannot be determined statically")
        return self._is_discrete

    @property
    def event_dim(self):
        if self._event_dim is NotImplemented:
            raise NotImplementedError(".event_dim cannot be determined statically")
        return self._event_dim

    def __call__(self, *, is_discrete=NotImplemented, event_dim=NotImplemented):
        given = self._is_discrete if is_discrete is NotImplemented else is_discrete
        return _Dependent(is_discrete=given, event_dim=self._event_dim if event_dim is NotImplemented else event_dim)

    def check(self, x):
        raise ValueError("Cannot determine validity of dependent constraint")


def is_dependent(constraint):
    return isinstance(constraint, _Dependent)


class _DependentProperty(property, _Dependent):
    """A property of the distribution that gives the set."""

    def __init__(self, fn=None, *, is_discrete=NotImplemented, event_dim=NotImplemented):
        super().__init__(fn)
        self._is_discrete, self._event_dim = is_discrete, event_dim

    def __call__(self, fn):
        return _DependentProperty(fn, is_discrete=self._is_discrete, event_dim=self._event_dim)


class _IndependentConstraint(Constraint):
    """Holds where `base_constraint` holds for all of the last dimensions."""

    def __init__(self, base_constraint, reinterpreted_batch_ndims):
        self.base_constraint, self.reinterpreted_batch_ndims = base_constraint, reinterpreted_batch_ndims
        super().__init__()

    @property
    def is_discrete(self):
        return self.base_constraint.is_discrete

    @property
    def event_dim(self):
        return self.base_constraint.event_dim + self.reinterpreted_batch_ndims

    def check(self, value):
        result = self.base_constraint.check(value)
        if result.dim() < self.reinterpreted_batch_ndims:
            raise ValueError(
                f"Expected value.dim() >= {self.base_constraint.event_dim + self.reinterpreted_batch_ndims} but got"
                f" {value.dim()}"
            )
        return result.reshape(result.shape[: result.dim() - self.reinterpreted_batch_ndims] + (-1,)).all(-1)

    def __repr__(self):
        return f"{self.__class__.__name__[1:]}({self.base_constraint!r}, {self.reinterpreted_batch_ndims})"


def _simple(name, test, event_dim=0, is_discrete=False):
    """The constraint without parameters for which `test(value)` says where it holds."""
    members = {"check": lambda self, value: test(value), "event_dim": event_dim, "is_discrete": is_discrete}
    return type(name, (Constraint,), {**members, "__module__": __name__})


class _Bounded(Constraint):
    """A constraint with bounds, which are its attributes."""

    _names = ()

    def __init__(self, *bounds, **named):
        for name, bound in {**dict(zip(self._names, bounds, strict=False)), **named}.items():
            setattr(self, name, bound)

    def __repr__(self):
        bounds = ", ".join(f"{name}={getattr(self, name)}" for name in self._names)
        return f"{self.__class__.__name__[1:]}({bounds})"


def _bounded(name, names, test, is_discrete=False):
    """Like _simple, with bounds: `test(value, *bounds)`."""

    def check(self, value):
        return test(value, *(getattr(self, n) for n in names))

    members = {"check": check, "_names": names, "is_discrete": is_discrete, "__module__": __name__}
    return type(name, (_Bounded,), members)


def _lower(x):
    return (x.tril() == x).reshape(*x.shape[:-2], -1).min(-1)[0]


def _square(x):
    return _torch.full(x.shape[:-2], x.dim() >= 2 and x.shape[-1] == x.shape[-2], dtype=_torch.bool)


def _symmetric(x):
    square = _square(x)
    return _torch.isclose(x, x.mT, atol=1e-6).all(-2).all(-1) if square.all() else square


def _definite(x):
    symmetric = _symmetric(x)
    return _torch.linalg.cholesky_ex(x).info.eq(0) if symmetric.all() else symmetric


def _whole(x):
    return x % 1 == 0


_lo, _up, _both = ("lower_bound",), ("upper_bound",), ("lower_bound", "upper_bound")
_Boolean = _simple("_Boolean", lambda x: (x == 0) | (x == 1), is_discrete=True)
_Real = _simple("_Real", lambda x: x == x)
_Simplex = _simple("_Simplex", lambda x: (x >= 0).all(-1) & ((x.sum(-1) - 1).abs() < 1e-6), 1)
_OneHot = _simple("_OneHot", lambda x: ((x == 0) | (x == 1)).all(-1) & x.sum(-1).eq(1), 1, is_discrete=True)
_LowerTriangular = _simple("_LowerTriangular", _lower, 2)
_LowerCholesky = _simple("_LowerCholesky", lambda x: _lower(x).bool() & (x.diagonal(0, -2, -1) > 0).min(-1)[0], 2)
_Square, _Symmetric = _simple("_Square", _square, 2), _simple("_Symmetric", _symmetric, 2)
_PositiveDefinite = _simple("_PositiveDefinite", _definite, 2)
_PositiveSemidefinite = _simple("_PositiveSemidefinite", lambda x: _torch.linalg.eigvalsh(x).ge(0).all(-1), 2)
_CorrCholesky = _simple(
    "_CorrCholesky",
    lambda x: (
        ((x.square().sum(-1) - 1).abs() < _torch.finfo(x.dtype).eps * x.size(-1) * 10).all(-1) & lower_cholesky.check(x)
    ),
    2,
)
_GreaterThan = _bounded("_GreaterThan", _lo, lambda x, lo: lo < x)
_GreaterThanEq = _bounded("_GreaterThanEq", _lo, lambda x, lo: lo <= x)
_LessThan = _bounded("_LessThan", _up, lambda x, up: x < up)
_Interval = _bounded("_Interval", _both, lambda x, lo, up: (lo <= x) & (x <= up))
_HalfOpenInterval = _bounded("_HalfOpenInterval", _both, lambda x, lo, up: (lo <= x) & (x < up))
_IntegerInterval = _bounded(
    "_IntegerInterval", _both, lambda x, lo, up: _whole(x) & (lo <= x) & (x <= up), is_discrete=True
)
_IntegerLessThan = _bounded("_IntegerLessThan", _up, lambda x, up: _whole(x) & (x <= up), is_discrete=True)
_IntegerGreaterThan = _bounded("_IntegerGreaterThan", _lo, lambda x, lo: _whole(x) & (x >= lo), is_discrete=True)


class MixtureSameFamilyConstraint(Constraint):
    """What every component of a mixture takes as its value."""

    def __init__(self, base_constraint):
        if not isinstance(base_constraint, Constraint):
            raise AssertionError(f"base_constraint must be a Constraint, got {type(base_constraint).__name__}")
        self.base_constraint = base_constraint
        super().__init__()

    is_discrete = property(lambda self: self.base_constraint.is_discrete)
    event_dim = property(lambda self: self.base_constraint.event_dim)

    def check(self, value):
        at, event_dim = -1 - self.event_dim, self.event_dim
        result = self.base_constraint.check(value.unsqueeze(at))
        if value.dim() < event_dim:
            raise ValueError(f"Expected value.dim() >= {event_dim} but got {value.dim()}")
        kept = result.shape[: value.dim() - event_dim]
        return result.reshape(kept + (-1,)).all(-1)

    def __repr__(self):
        return f"{self.__class__.__name__}({self.base_constraint!r})"


class _Multinomial(Constraint):
    is_discrete, event_dim = True, 1

    def __init__(self, upper_bound):
        self.upper_bound = upper_bound

    def check(self, x):
        return (x >= 0).all(dim=-1) & (x.sum(dim=-1) <= self.upper_bound)


class _Joined(Constraint):
    """Constraints for the parts of a tensor along `dim`."""

    def __init__(self, cseq, dim=0, lengths=None):
        self.cseq, self.dim = list(cseq), dim
        self.lengths = [1] * len(self.cseq) if lengths is None else list(lengths)

    @property
    def is_discrete(self):
        return any(c.is_discrete for c in self.cseq)

    @property
    def event_dim(self):
        return max(c.event_dim for c in self.cseq)


class _Cat(_Joined):
    def check(self, value):
        parts = value.split(self.lengths, self.dim)
        return _torch.cat([c.check(part) for c, part in zip(self.cseq, parts, strict=True)], self.dim)


class _Stack(_Joined):
    def check(self, value):
        parts = value.unbind(self.dim)
        return _torch.stack([c.check(part) for c, part in zip(self.cseq, parts, strict=True)], self.dim)


dependent, dependent_property, independent = _Dependent(), _DependentProperty, _IndependentConstraint
boolean, one_hot, real, simplex = _Boolean(), _OneHot(), _Real(), _Simplex()
real_vector = independent(real, 1)
nonnegative_integer, positive_integer = _IntegerGreaterThan(0), _IntegerGreaterThan(1)
integer_interval, multinomial = _IntegerInterval, _Multinomial
positive, nonnegative, greater_than, greater_than_eq = (
    _GreaterThan(0.0),
    _GreaterThanEq(0.0),
    _GreaterThan,
    _GreaterThanEq,
)
less_than, unit_interval, interval, half_open_interval = _LessThan, _Interval(0.0, 1.0), _Interval, _HalfOpenInterval
lower_triangular, lower_cholesky, corr_cholesky = _LowerTriangular(), _LowerCholesky(), _CorrCholesky()
square, symmetric, positive_definite = _Square(), _Symmetric(), _PositiveDefinite()
positive_semidefinite = _PositiveSemidefinite()
cat, stack = _Cat, _Stack
__all__ = [
    "Constraint", "boolean", "cat", "corr_cholesky", "dependent", "dependent_property", "greater_than",
    "greater_than_eq", "half_open_interval", "independent", "integer_interval", "interval", "is_dependent",
    "less_than", "lower_cholesky", "lower_triangular", "multinomial", "nonnegative", "nonnegative_integer", "one_hot",
    "positive", "positive_definite", "positive_integer", "positive_semidefinite", "real", "real_vector", "simplex",
    "square", "stack", "symmetric", "unit_interval",
]  # fmt: skip
