"""Padding, resizing, sampling."""

import math
import warnings

from ._common import NN, VF, overridable, torch

GRID_SAMPLE_INTERPOLATION_MODES = {"bilinear": 0, "nearest": 1, "bicubic": 2}
GRID_SAMPLE_PADDING_MODES = {"zeros": 0, "border": 1, "reflection": 2}


@overridable
def pad(input, pad, mode="constant", value=None):
    """Pads from the last dimension on: (left, right, top, ...). Modes constant, reflect, replicate, circular."""
    return NN.pad(input, pad, mode, value)


def _is_integer(x):
    return isinstance(x, int) or isinstance(x, torch.Tensor) and not x.is_floating_point()


def _check_interpolate(mode, align_corners, antialias, dim):
    if mode in ("nearest", "area", "nearest-exact"):
        if align_corners is not None:
            raise ValueError(
                "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic |"
                " trilinear"
            )
    elif align_corners is None:
        align_corners = False
    if antialias and not (mode in ("bilinear", "bicubic", "lanczos") and dim == 4):
        raise ValueError(
            "Anti-alias option is restricted to bilinear, bicubic, and lanczos modes and requires a 4-D tensor as input"
        )
    return align_corners


def _interpolate_sizes(input, size, scale_factor, recompute, name_dim):
    dims = input.dim() - 2
    if size is not None and scale_factor is not None:
        raise ValueError("only one of size or scale_factor should be defined")
    if size is not None:
        if isinstance(size, (list, tuple)):
            if len(size) != dims:
                raise ValueError(
                    "Input and output must have the same number of spatial dimensions, but got input with spatial"
                    f" dimensions of {list(input.shape[2:])} and output size of {size}. Please provide input tensor in"
                    " (N, C, d1, d2, ...,dK) format and output size in (o1, o2, ...,oK) format."
                )
            if not all(_is_integer(x) for x in size):
                raise TypeError(
                    "expected size to be one of int or Tuple[int] or Tuple[int, int] or Tuple[int, int, int], but got"
                    " size with types " + str([type(x) for x in size])
                )
            return list(size), None
        return [size] * dims, None
    if scale_factor is None:
        raise ValueError("either size or scale_factor should be defined")
    if isinstance(scale_factor, (list, tuple)):
        if len(scale_factor) != dims:
            raise ValueError(
                "Input and scale_factor must have the same number of spatial dimensions, but got input with spatial"
                f" dimensions of {list(input.shape[2:])} and scale_factor of shape {scale_factor}. Please provide input"
                " tensor in (N, C, d1, d2, ...,dK) format and scale_factor in (s1, s2, ...,sK) format."
            )
        return None, list(scale_factor)
    return None, [scale_factor] * dims


_MODES = {
    ("nearest", 3): "upsample_nearest1d", ("nearest", 4): "upsample_nearest2d", ("nearest", 5): "upsample_nearest3d",
    ("nearest-exact", 3): "_upsample_nearest_exact1d", ("nearest-exact", 4): "_upsample_nearest_exact2d",
    ("nearest-exact", 5): "_upsample_nearest_exact3d", ("linear", 3): "upsample_linear1d",
    ("bilinear", 4): "upsample_bilinear2d",
    ("trilinear", 5): "upsample_trilinear3d", ("bicubic", 4): "upsample_bicubic2d",
}  # fmt: skip


@overridable
def interpolate(
    input,
    size=None,
    scale_factor=None,
    mode="nearest",
    align_corners=None,
    recompute_scale_factor=None,
    antialias=False,
):
    """Resizes the spatial dimensions of [N, C, ...] to `size` or by `scale_factor`."""
    align_corners = _check_interpolate(mode, align_corners, antialias, input.dim())
    size, scales = _interpolate_sizes(input, size, scale_factor, recompute_scale_factor, input.dim())
    if recompute_scale_factor and size is not None:
        raise ValueError("recompute_scale_factor is not meaningful with an explicit size.")
    if mode == "area" and size is None:
        recompute_scale_factor = True
    if recompute_scale_factor:
        size = [math.floor(float(input.size(i + 2) * scales[i])) for i in range(input.dim() - 2)]
        scales = None
    if mode == "area":
        pools = {3: "adaptive_avg_pool1d", 4: "adaptive_avg_pool2d", 5: "adaptive_avg_pool3d"}
        if input.dim() in pools:
            return getattr(torch.nn.functional, pools[input.dim()])(input, size)
    if antialias:
        return getattr(NN, f"_upsample_{'lanczos' if mode == 'lanczos' else mode}2d_aa")(
            input, size, align_corners, scales
        )
    name = _MODES.get((mode, input.dim()))
    if name is None:
        known = {m for m, _ in _MODES} | {"area"}
        if mode in known and 3 <= input.dim() <= 5:
            needs = {"linear": 3, "bilinear": 4, "bicubic": 4, "trilinear": 5}[mode]
            raise NotImplementedError(f"Got {input.dim()}D input, but {mode} mode needs {needs}D input")
        raise NotImplementedError(
            f"Input Error: Only 3D, 4D and 5D input Tensors supported (got {input.dim()}D) for the modes: nearest |"
            f" linear | bilinear | bicubic | trilinear | area | nearest-exact (got {mode})"
        )
    op = getattr(NN, name)
    return op(input, size, scales) if mode.startswith("nearest") else op(input, size, align_corners, scales)


def upsample(input, size=None, scale_factor=None, mode="nearest", align_corners=None):
    warnings.warn("`nn.functional.upsample` is deprecated. Use `nn.functional.interpolate` instead.", stacklevel=2)
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input, size=None, scale_factor=None):
    warnings.warn(
        "`nn.functional.upsample_nearest` is deprecated. Use `nn.functional.interpolate` instead.", stacklevel=2
    )
    return interpolate(input, size, scale_factor, mode="nearest")


def upsample_bilinear(input, size=None, scale_factor=None):
    warnings.warn(
        "`nn.functional.upsample_bilinear` is deprecated. Use `nn.functional.interpolate` instead.", stacklevel=2
    )
    return interpolate(input, size, scale_factor, mode="bilinear", align_corners=True)


@overridable
def grid_sample(input, grid, mode="bilinear", padding_mode="zeros", align_corners=None):
    """input read at the positions of grid, in [-1, 1]."""
    for value, table, what in (
        (mode, GRID_SAMPLE_INTERPOLATION_MODES, "mode"),
        (padding_mode, GRID_SAMPLE_PADDING_MODES, "padding_mode"),
    ):
        if value not in table:
            names = (
                ", ".join(f"'{n}'" for n in list(table)[:-1]) + f" or '{list(table)[-1]}'"
                if what == "mode"
                else ", ".join(f"'{n}'" for n in list(table)[:-1]) + f", or '{list(table)[-1]}'"
            )
            raise ValueError(f"nn.functional.grid_sample(): expected {what} to be {names}, but got: '{value}'")
    if align_corners is None:
        warnings.warn(
            "Default grid_sample and affine_grid behavior has changed to align_corners=False since 1.3.0. Please"
            " specify align_corners=True if the old behavior is desired. See the documentation of grid_sample for"
            " details.",
            stacklevel=3,
        )
        align_corners = False
    return VF.grid_sampler(
        input, grid, GRID_SAMPLE_INTERPOLATION_MODES[mode], GRID_SAMPLE_PADDING_MODES[padding_mode], align_corners
    )


@overridable
def affine_grid(theta, size, align_corners=None):
    """Sampling positions of an affine map: theta [N, 2, 3] or [N, 3, 4]."""
    if align_corners is None:
        warnings.warn(
            "Default grid_sample and affine_grid behavior has changed to align_corners=False since 1.3.0. Please"
            " specify align_corners=True if the old behavior is desired. See the documentation of grid_sample for"
            " details.",
            stacklevel=3,
        )
        align_corners = False
    if not theta.is_floating_point():
        raise ValueError(f"Expected theta to have floating point type, but got {theta.dtype}")
    dims = len(size) - 2
    if dims not in (1, 2, 3) or dims == 1:
        raise NotImplementedError(
            f"affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, respectively. Got size {size}"
        )
    if theta.dim() != 3 or theta.shape[-2] != dims or theta.shape[-1] != dims + 1:
        raise ValueError(
            f"Expected a batch of {dims}D affine matrices of shape Nx{dims}x{dims + 1} for size {size}. Got"
            f" {theta.shape}."
        )
    if min(size) <= 0:
        raise ValueError(f"Expected non-zero, positive output size. Got {size}")
    return VF.affine_grid_generator(theta, size, align_corners)
