"""Singular values of large matrices by random projection. Halko et al., arXiv:0909.4061."""

import flambeau as torch

__all__ = ["svd_lowrank", "pca_lowrank", "get_approximate_basis"]


def get_approximate_basis(A, q, niter=2, M=None):
    """Q with orthonormal columns such that Q Q^H A is close to A (or A - M)."""

    def times(X, B):
        return X @ B

    dtype = A.dtype if A.is_floating_point() or A.is_complex() else torch.float32
    R = torch.randn(A.shape[-1], q, dtype=dtype, device=A.device)
    X = times(A, R) if M is None else times(A, R) - times(M, R)
    Q = torch.linalg.qr(X).Q
    for _ in range(niter):
        X = times(A.mH, Q) if M is None else times(A.mH, Q) - times(M.mH, Q)
        Q = torch.linalg.qr(X).Q
        X = times(A, Q) if M is None else times(A, Q) - times(M, Q)
        Q = torch.linalg.qr(X).Q
    return Q


def svd_lowrank(A, q=6, niter=2, M=None):
    """(U, S, V) of rank q."""
    m, n = A.shape[-2:]
    if M is not None:
        M = M.broadcast_to(A.size())
    if m < n:
        A, M = A.mH, None if M is None else M.mH
    Q = get_approximate_basis(A, q, niter=niter, M=M)
    B = Q.mH @ A if M is None else Q.mH @ A - Q.mH @ M
    U, S, Vh = torch.linalg.svd(B, full_matrices=False)
    V, U = Vh.mH, Q @ U
    return (V, S, U) if m < n else (U, S, V)


def pca_lowrank(A, q=None, center=True, niter=2):
    """Principal components of rows: (U, S, V)."""
    m, n = A.shape[-2:]
    if q is None:
        q = min(6, m, n)
    elif not 0 <= q <= min(m, n):
        raise ValueError(f"q(={q}) must be non-negative integer and not greater than min(m, n)={min(m, n)}")
    if niter < 0:
        raise ValueError(f"niter(={niter}) must be non-negative integer")
    if center:
        A = A - A.mean(dim=-2, keepdim=True)
    return svd_lowrank(A, q, niter=niter)
