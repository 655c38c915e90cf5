"""Functions that PyTorch has removed, under whose names it still says what to call instead."""

__all__ = ["eig", "lstsq", "matrix_rank", "solve", "symeig"]


def _removed(instead):
    raise RuntimeError(f"This function was deprecated since version 1.9 and is now removed. {instead}")


def matrix_rank(input, tol=None, symmetric=False, *, out=None):
    _removed("Please use the `torch.linalg.matrix_rank` function instead; it calls `symmetric` `hermitian`.")


def solve(input, A, *, out=None):
    _removed("`torch.linalg.solve(A, B)` is `torch.solve(B, A).solution`.")


def lstsq(input, A, *, out=None):
    _removed("`torch.linalg.lstsq(A, B).solution` is `torch.lstsq(B, A).solution[:A.size(1)]`.")


def symeig(input, eigenvectors=False, upper=True, *, out=None):
    _removed("`torch.linalg.eigh(A, UPLO='U' if upper else 'L')` is `torch.symeig(A, eigenvectors=True, upper=upper)`.")


def eig(self, eigenvectors=False, *, e=None, v=None):
    _removed("`torch.linalg.eig` returns complex tensors; `torch.linalg.eigvals` the eigenvalues alone.")
