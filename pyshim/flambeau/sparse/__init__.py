"""torch.sparse: sums, products, invariants."""

from .. import _C, _tensor_types
from .._thin import export

__all__ = [n for n in export(globals(), _C._sparse, "sparse_") if not n.startswith("_")]
__all__ += ["addmm", "sum", "softmax", "log_softmax", "check_sparse_tensor_invariants", "as_sparse_gradcheck"]


globals().update(_tensor_types.by_module["torch.sparse"])


def _binding(name):
    return getattr(_C._sparse, name, None) or getattr(_C._VariableFunctions, name)


def addmm(mat, mat1, mat2, *, beta=1.0, alpha=1.0):
    """beta * mat + alpha * (mat1 @ mat2), mat1 sparse."""
    return _binding("_sparse_addmm")(mat, mat1, mat2, beta=beta, alpha=alpha)


def mm(mat1, mat2, *args, **kwargs):
    return _binding("_sparse_mm")(mat1, mat2, *args, **kwargs)


def sum(input, dim=None, dtype=None):
    """Sum over some dimensions; what remains stays sparse."""
    args = (input,) if dim is None else (input, dim)
    return _C._VariableFunctions._sparse_sum(*args, **({} if dtype is None else {"dtype": dtype}))


def softmax(input, dim, *, dtype=None):
    return _binding("_sparse_softmax")(input, dim, dtype=dtype)


def log_softmax(input, dim, *, dtype=None):
    return _binding("_sparse_log_softmax")(input, dim, dtype=dtype)


def _set_invariants(enabled):
    if enabled:
        raise NotImplementedError("not implemented: torch.sparse.check_sparse_tensor_invariants, enabled")


class check_sparse_tensor_invariants:
    """Whether constructors of sparse tensors check their arguments; a switch, context manager and decorator. They do
    not check yet, so that it can only be switched off."""

    is_enabled = staticmethod(lambda: False)
    enable = staticmethod(lambda: _set_invariants(True))
    disable = staticmethod(lambda: _set_invariants(False))

    def __init__(self, enable=True):
        self.state = enable
        self.saved_state = None

    def __enter__(self):
        if self.saved_state is not None:
            raise RuntimeError(
                "This context manager instance is already activated. Use a different context manager instance for"
                " context nesting."
            )
        self.saved_state = self.is_enabled()
        _set_invariants(self.state)

    def __exit__(self, *exc):
        _set_invariants(self.saved_state)
        self.saved_state = None

    def __call__(self, mth):
        import functools

        @functools.wraps(mth)
        def wrapped(*args, **kwargs):
            with type(self)(self.state):
                return mth(*args, **kwargs)

        return wrapped


def as_sparse_gradcheck(gradcheck):
    return gradcheck
