"""Pooling and its inverse."""

from ._common import NN, VF, overridable, pair, single, torch, triple

avg_pool1d, avg_pool2d, avg_pool3d, adaptive_avg_pool1d = (
    VF.avg_pool1d,
    NN.avg_pool2d,
    NN.avg_pool3d,
    VF.adaptive_avg_pool1d,
)


def _max_pool(n, plain, indexed):
    name = f"max_pool{n}d"

    def with_indices(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
        return indexed(input, kernel_size, [] if stride is None else stride, padding, dilation, ceil_mode)

    def pool(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
        """Maxima over windows; with return_indices also where they were."""
        run = indexed if return_indices else plain
        return run(input, kernel_size, [] if stride is None else stride, padding, dilation, ceil_mode)

    pool.__name__ = pool.__qualname__ = name
    with_indices.__name__ = with_indices.__qualname__ = name + "_with_indices"
    return overridable(pool), overridable(with_indices)


max_pool1d, max_pool1d_with_indices = _max_pool(1, VF.max_pool1d, VF.max_pool1d_with_indices)
max_pool2d, max_pool2d_with_indices = _max_pool(2, VF.max_pool2d, NN.max_pool2d_with_indices)
max_pool3d, max_pool3d_with_indices = _max_pool(3, VF.max_pool3d, NN.max_pool3d_with_indices)


def _list_with_default(out_size, defaults):
    """Adaptive pooling: None keeps the input's extent."""
    if isinstance(out_size, int):
        return out_size
    if len(defaults) <= len(out_size):
        raise ValueError(f"Input dimension should be at least {len(out_size) + 1}")
    return [v if v is not None else d for v, d in zip(out_size, defaults[-len(out_size) :], strict=True)]


def _adaptive_max(n, op):
    name = f"adaptive_max_pool{n}d"

    def indexed(input, output_size, return_indices=False):
        return op(input, _list_with_default(output_size, input.size()) if n > 1 else output_size)

    def pool(input, output_size, return_indices=False):
        """Maxima over windows chosen so that the output has the given size."""
        found = indexed(input, output_size)
        return found if return_indices else found[0]

    pool.__name__ = pool.__qualname__ = name
    return overridable(pool), overridable(indexed)


adaptive_max_pool1d, adaptive_max_pool1d_with_indices = _adaptive_max(1, VF.adaptive_max_pool1d)
adaptive_max_pool2d, adaptive_max_pool2d_with_indices = _adaptive_max(2, NN.adaptive_max_pool2d)
adaptive_max_pool3d, adaptive_max_pool3d_with_indices = _adaptive_max(3, NN.adaptive_max_pool3d)


@overridable
def adaptive_avg_pool2d(input, output_size):
    return NN.adaptive_avg_pool2d(input, _list_with_default(output_size, input.size()))


@overridable
def adaptive_avg_pool3d(input, output_size):
    return NN.adaptive_avg_pool3d(input, _list_with_default(output_size, input.size()))


def _fractional(n, op, parse):
    name = f"fractional_max_pool{n}d"

    def indexed(input, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None):
        if output_size is None and output_ratio is None:
            raise ValueError(f"{name} requires specifying either an output_size or an output_ratio")
        if output_size is None:
            ratio = parse(output_ratio)
            output_size = [int(input.size(i - n) * ratio[i]) for i in range(n)]
        if _random_samples is None:
            batch = 1 if input.dim() == n + 1 else input.size(0)
            _random_samples = torch.rand(batch, input.size(-n - 1), n, dtype=input.dtype, device=input.device)
        return op(input, kernel_size, output_size, _random_samples)

    def pool(input, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None):
        """Max pooling over pseudo-random windows."""
        found = indexed(input, kernel_size, output_size, output_ratio, True, _random_samples)
        return found if return_indices else found[0]

    pool.__name__ = pool.__qualname__ = name
    return overridable(pool), overridable(indexed)


fractional_max_pool2d, fractional_max_pool2d_with_indices = _fractional(2, NN.fractional_max_pool2d, pair)
fractional_max_pool3d, fractional_max_pool3d_with_indices = _fractional(3, NN.fractional_max_pool3d, triple)


def _unpool_output_size(input, kernel_size, stride, padding, output_size):
    size = input.size()
    default = [
        (size[-len(kernel_size) + d] - 1) * stride[d] + kernel_size[d] - 2 * padding[d] for d in range(len(kernel_size))
    ]
    if output_size is None:
        return default
    if len(output_size) == len(kernel_size) + 2:
        output_size = output_size[2:]
    if len(output_size) != len(kernel_size):
        raise ValueError(
            f"output_size should be a sequence containing {len(kernel_size)} or {len(kernel_size) + 2} elements, but it"
            f" has a length of '{len(output_size)}'"
        )
    for d in range(len(kernel_size)):
        low, high = default[d] - stride[d], default[d] + stride[d]
        if not low < output_size[d] < high:
            raise ValueError(f'invalid output_size "{output_size}" (dim {d} must be between {low} and {high})')
    return output_size


def _unpool(n, parse):
    def unpool(input, indices, kernel_size, stride=None, padding=0, output_size=None):
        """Puts maxima back where the indices say, zeros elsewhere."""
        kernel_size, padding = parse(kernel_size), parse(padding)
        stride = kernel_size if stride is None else parse(stride)
        size = _unpool_output_size(input, kernel_size, stride, padding, output_size)
        if n == 1:
            return NN.max_unpool2d(input.unsqueeze(-1), indices.unsqueeze(-1), [*size, 1]).squeeze(-1)
        return (
            NN.max_unpool2d(input, indices, size) if n == 2 else NN.max_unpool3d(input, indices, size, stride, padding)
        )

    unpool.__name__ = unpool.__qualname__ = f"max_unpool{n}d"
    return overridable(unpool)


max_unpool1d, max_unpool2d, max_unpool3d = _unpool(1, single), _unpool(2, pair), _unpool(3, triple)


@overridable
def lp_pool1d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    """p-th root of the sum of p-th powers over windows."""
    out = avg_pool1d(input.pow(norm_type), kernel_size, [] if stride is None else stride, 0, ceil_mode)
    return (torch.sign(out) * torch.nn.functional.relu(torch.abs(out))).mul(single(kernel_size)[0]).pow(1.0 / norm_type)


@overridable
def lp_pool2d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    kw, kh = pair(kernel_size)
    out = avg_pool2d(input.pow(norm_type), kernel_size, [] if stride is None else stride, 0, ceil_mode)
    return (torch.sign(out) * torch.nn.functional.relu(torch.abs(out))).mul(kw * kh).pow(1.0 / norm_type)


@overridable
def lp_pool3d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    kd, kw, kh = triple(kernel_size)
    out = avg_pool3d(input.pow(norm_type), kernel_size, [] if stride is None else stride, 0, ceil_mode)
    return (torch.sign(out) * torch.nn.functional.relu(torch.abs(out))).mul(kd * kw * kh).pow(1.0 / norm_type)
