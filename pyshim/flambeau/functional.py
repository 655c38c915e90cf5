"""torch functions whose arguments Python has to sort out first."""

import sys

from . import _C
from ._C import _VariableFunctions as _VF
from .overrides import handle_torch_function, has_torch_function, has_torch_function_unary

_torch = sys.modules["flambeau"]
Tensor = _torch.Tensor

__all__ = [
    "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_shapes", "broadcast_tensors", "cartesian_prod", "block_diag",
    "cdist",
    "chain_matmul", "einsum", "istft", "lu", "norm", "meshgrid", "split", "stft", "tensordot", "unique",
    "unique_consecutive",
    "unravel_index",
]  # fmt: skip


def _unpack(tensors):
    """f(a, b) and f([a, b]) mean the same."""
    return tuple(tensors[0]) if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else tensors


def broadcast_tensors(*tensors):
    """Expanded views of a common shape."""
    if has_torch_function(tensors):
        return handle_torch_function(broadcast_tensors, tensors, *tensors)
    return _VF.broadcast_tensors(_unpack(tensors))


def broadcast_shapes(*shapes):
    """The shape that all of `shapes` broadcast to; RuntimeError where there is none."""
    shapes = [(s,) if isinstance(s, int) else tuple(s) for s in shapes]
    result = [1] * max((len(s) for s in shapes), default=0)
    for shape in shapes:
        for i in range(-1, -1 - len(shape), -1):
            if shape[i] < 0:
                raise RuntimeError(f"Trying to create tensor with negative dimension ({shape[i]}): ({shape[i]})")
            if shape[i] == 1 or shape[i] == result[i]:
                continue
            if result[i] != 1:
                raise RuntimeError(
                    f"Attempting to broadcast a dimension of length {shape[i]} at {i}! Mismatching argument at index"
                    f" {shapes.index(shape)} had {shape}; but expected shape should be broadcastable to " + str(result)
                )
            result[i] = shape[i]
    return _torch.Size(result)


def split(tensor, split_size_or_sections, dim=0):
    """Views of equal size (the last may be smaller), or of the given sizes."""
    if has_torch_function_unary(tensor):
        return handle_torch_function(split, (tensor,), tensor, split_size_or_sections, dim=dim)
    return tensor.split(split_size_or_sections, dim)


def einsum(*args):
    """Sums of products in Einstein notation: einsum("ij,jk->ik", a, b) or einsum(a, [0, 1], b, [1, 2], [0, 2])."""
    if len(args) == 2 and isinstance(args[0], str):
        args = args[0], *_unpack(args[1:])
    if len(args) < 2:
        raise ValueError(
            "einsum(): must specify the equation string and at least one operand, or at least one operand and its"
            " subscripts list"
        )
    if isinstance(args[0], Tensor):
        equation = ",".join(_subscripts(s) for s in args[1::2])
        if len(args) % 2:
            equation = ",".join(_subscripts(s) for s in args[1:-1:2]) + "->" + _subscripts(args[-1])
            operands = args[:-1:2]
        else:
            operands = args[::2]
    else:
        equation, operands = args[0], args[1:]
    if has_torch_function(operands):
        return handle_torch_function(einsum, operands, equation, *operands)
    return _VF.einsum(equation, operands)


def _subscripts(indices):
    def letter(i):
        if i is Ellipsis:
            return "..."
        if 0 <= i < 26:
            return chr(ord("A") + i)
        if 26 <= i < 52:
            return chr(ord("a") + i - 26)
        raise ValueError("einsum(): subscript in subscript list is not within the valid range [0, 52)")

    return "".join(map(letter, indices))


def meshgrid(*tensors, indexing=None):
    """Grids of coordinates; indexing is "ij" (matrix, default) or "xy" (Cartesian)."""
    if has_torch_function(tensors):
        return handle_torch_function(meshgrid, tensors, *tensors, indexing=indexing)
    tensors = _unpack(tensors)
    return _VF.meshgrid(tensors) if indexing is None else _VF.meshgrid(tensors, indexing=indexing)


def stft(
    input, n_fft, hop_length=None, win_length=None, window=None, center=True, pad_mode="reflect", normalized=False,
    onesided=None,
    return_complex=None, align_to_window=None,
):  # fmt: skip
    """Short-time Fourier transform. Shapes: [B?, L] -> [B?, n_fft // 2 + 1 or n_fft, frames]."""
    if has_torch_function_unary(input):
        return handle_torch_function(
            stft, (input,), input, n_fft, hop_length=hop_length, win_length=win_length, window=window, center=center,
            pad_mode=pad_mode, normalized=normalized, onesided=onesided, return_complex=return_complex,
            align_to_window=align_to_window,
        )  # fmt: skip
    if center:
        if align_to_window is not None:
            raise RuntimeError("stft align_to_window should only be set when center = false.")
        pad, dim = n_fft // 2, input.dim()
        shape = [1] * (3 - dim) + list(input.size())
        input = _torch.nn.functional.pad(input.view(shape), [pad, pad], pad_mode).view(*input.shape[:-1], -1)
    return _VF.stft(input, n_fft, hop_length, win_length, window, normalized, onesided, return_complex, align_to_window)


def istft(
    input, n_fft, hop_length=None, win_length=None, window=None, center=True, normalized=False, onesided=None,
    length=None,
    return_complex=False,
):  # fmt: skip
    """The inverse of stft, by least squares."""
    if has_torch_function_unary(input):
        return handle_torch_function(
            istft, (input,), input, n_fft, hop_length=hop_length, win_length=win_length, window=window, center=center,
            normalized=normalized, onesided=onesided, length=length, return_complex=return_complex,
        )  # fmt: skip
    return _VF.istft(input, n_fft, hop_length, win_length, window, center, normalized, onesided, length, return_complex)


def unique(input, sorted=True, return_inverse=False, return_counts=False, dim=None):
    """Distinct elements, or distinct slices along `dim`; optionally where each input went and how often each occurs."""
    if has_torch_function_unary(input):
        return handle_torch_function(
            unique, (input,), input, sorted=sorted, return_inverse=return_inverse, return_counts=return_counts, dim=dim
        )
    if dim is None:
        found = _VF._unique2(input, sorted=sorted, return_inverse=return_inverse, return_counts=return_counts)
    else:
        found = _VF.unique_dim(input, dim, sorted=sorted, return_inverse=return_inverse, return_counts=return_counts)
    return _pick(found, return_inverse, return_counts)


def _pick(found, inverse, counts):
    parts = (found[0],) + ((found[1],) if inverse else ()) + ((found[2],) if counts else ())
    return parts if len(parts) > 1 else parts[0]


def unique_consecutive(input, return_inverse=False, return_counts=False, dim=None):
    """Like unique, but merges only equal neighbours."""
    if has_torch_function_unary(input):
        return handle_torch_function(
            unique_consecutive, (input,), input, return_inverse=return_inverse, return_counts=return_counts, dim=dim
        )
    found = _VF.unique_consecutive(input, return_inverse=return_inverse, return_counts=return_counts, dim=dim)
    return _pick(found, return_inverse, return_counts)


def tensordot(a, b, dims=2, out=None):
    """Contracts the last `dims` dimensions of a with the first of b, or the two lists of dimensions in `dims`."""
    if has_torch_function((a, b)):
        return handle_torch_function(tensordot, (a, b), a, b, dims=dims, out=out)
    if not isinstance(dims, (tuple, list, int, Tensor)):
        raise RuntimeError(
            "tensordot expects dims to be int or tuple[list[int], list[int]] or list[list[int]] containing two lists,"
            " but got dims=" + str(dims)
        )
    if isinstance(dims, Tensor):
        dims = dims.tolist() if dims.numel() > 1 else int(dims.item())
    if isinstance(dims, int):
        if dims < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        if dims > min(a.dim(), b.dim()):
            raise RuntimeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
        dims_a, dims_b = list(range(-dims, 0)), list(range(dims))
    else:
        dims_a, dims_b = (list(d) if isinstance(d, (list, tuple)) else [d] for d in dims)
    return _VF.tensordot(a, b, dims_a, dims_b) if out is None else _VF.tensordot(a, b, dims_a, dims_b, out=out)


def cartesian_prod(*tensors):
    """All combinations of elements of 1-d tensors, one per row."""
    if has_torch_function(tensors):
        return handle_torch_function(cartesian_prod, tensors, *tensors)
    return _VF.cartesian_prod(_unpack(tensors) if len(tensors) == 1 and not isinstance(tensors[0], Tensor) else tensors)


def block_diag(*tensors):
    if has_torch_function(tensors):
        return handle_torch_function(block_diag, tensors, *tensors)
    return _VF.block_diag(tensors)


def _at_least(name):
    def atleast(*tensors):
        if has_torch_function(tensors):
            return handle_torch_function(atleast, tensors, *tensors)
        op = getattr(_VF, name)
        return op(tensors[0] if len(tensors) == 1 else tensors)

    atleast.__name__ = atleast.__qualname__ = name
    atleast.__doc__ = f"Views with at least {name[-2]} dimension(s)."
    return atleast


atleast_1d, atleast_2d, atleast_3d = map(_at_least, ("atleast_1d", "atleast_2d", "atleast_3d"))

_CDIST_MODES = {
    "use_mm_for_euclid_dist_if_necessary": None,
    "use_mm_for_euclid_dist": 1,
    "donot_use_mm_for_euclid_dist": 2,
}


def cdist(x1, x2, p=2.0, compute_mode="use_mm_for_euclid_dist_if_necessary"):
    """p-norm distances of all pairs of rows: [.., P, M], [.., R, M] -> [.., P, R]."""
    if has_torch_function((x1, x2)):
        return handle_torch_function(cdist, (x1, x2), x1, x2, p=p, compute_mode=compute_mode)
    if compute_mode not in _CDIST_MODES:
        raise ValueError(f"{compute_mode} is not a valid value for compute_mode")
    return _VF.cdist(x1, x2, p, _CDIST_MODES[compute_mode])


def norm(input, p="fro", dim=None, keepdim=False, out=None, dtype=None):
    """Vector norm over `dim` (all elements by default), or the nuclear norm of matrices."""
    if has_torch_function_unary(input):
        return handle_torch_function(norm, (input,), input, p=p, dim=dim, keepdim=keepdim, out=out, dtype=dtype)
    if input.layout == _torch.strided:
        dims = None if dim is None else [dim] if isinstance(dim, int) else list(dim)
        linalg = _C._linalg
        if p == "nuc":
            matrix = dims if dims is not None else list(range(input.dim()))
            return linalg.linalg_matrix_norm(input, "nuc", matrix, keepdim, dtype=dtype, out=out)
        if p == "fro" and (dims is None or len(dims) <= 2) or isinstance(p, (int, float)):
            order = 2 if p == "fro" else p
            if dims is None and keepdim:
                dims = list(range(input.dim()))
            return linalg.linalg_vector_norm(input, order, dims, keepdim, dtype=dtype, out=out)
        if p == "fro":
            return linalg.linalg_matrix_norm(input, "fro", dims, keepdim, dtype=dtype, out=out)
        if p is None:
            return linalg.linalg_vector_norm(input, 2, dims, keepdim, dtype=dtype, out=out)
        raise RuntimeError(f"linalg.matrix_norm: Order {p} not supported.")
    if dim is None and out is None and dtype is None:
        return _VF.frobenius_norm(input, []) if p == "fro" else _VF.norm(input, p)
    dims = list(range(input.dim())) if dim is None else [dim] if isinstance(dim, int) else list(dim)
    return _VF.norm(input, 2 if p == "fro" else p, dims, keepdim)


def unravel_index(indices, shape):
    """Coordinates of flat indices, one tensor per dimension."""
    if has_torch_function_unary(indices):
        return handle_torch_function(unravel_index, (indices,), indices, shape=shape)
    if indices.is_floating_point() or indices.is_complex() or indices.dtype == _torch.bool:
        raise ValueError(f"expected 'indices' to be integer dtype, but got {indices.dtype}")
    sizes = [shape] if isinstance(shape, int) else list(shape)
    if any(not isinstance(s, int) for s in sizes):
        raise TypeError(f"expected 'shape' to be int or sequence of ints, but got {type(shape)}")
    if any(s < 0 for s in sizes):
        raise ValueError(f"'shape' cannot have negative values, but got {tuple(sizes)}")
    strides, total = [], 1
    for size in reversed(sizes):
        strides.append(total)
        total *= size
    steps, limits = (_torch.tensor(v, dtype=_torch.int64, device=indices.device) for v in (strides[::-1], sizes))
    return indices.unsqueeze(-1).floor_divide(steps).remainder_(limits).unbind(-1)


def chain_matmul(*matrices, out=None):
    if has_torch_function(matrices):
        return handle_torch_function(chain_matmul, matrices, *matrices)
    return _VF.chain_matmul(matrices) if out is None else _VF.chain_matmul(matrices, out=out)


def lu(A, pivot=True, get_infos=False, out=None):
    """Pivoted LU factorisation. Deprecated in favour of linalg.lu_factor."""
    if has_torch_function_unary(A):
        return handle_torch_function(lu, (A,), A, pivot=pivot, get_infos=get_infos, out=out)
    result = _VF._lu_with_info(A, pivot=pivot, check_errors=not get_infos)
    return tuple(result) if get_infos else (result[0], result[1])


def __getattr__(name):
    if name in ("pca_lowrank", "svd_lowrank"):
        return getattr(_torch, name)
    raise AttributeError(f"module 'torch.functional' has no attribute '{name}'")
