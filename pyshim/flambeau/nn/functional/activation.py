"""Activations, dropout, softmax."""

import warnings

from ._common import NN, VF, export, overridable, torch

globals().update(
    export(
        "hardswish",
        "linear",
        "gelu",
        "softplus",
        "softshrink",
        "log_sigmoid",
        "one_hot",
        "scaled_dot_product_attention",
    )
)
globals().update(export("prelu", "hardshrink", "celu_", "selu_", "rrelu_", "threshold_", "relu_", source=VF))
elu_, hardtanh_, leaky_relu_ = NN.elu_, NN.hardtanh_, NN.leaky_relu_
logsigmoid = NN.log_sigmoid


@overridable
def threshold(input, threshold, value, inplace=False):
    """input where it exceeds threshold, otherwise value."""
    return (VF.threshold_ if inplace else VF.threshold)(input, threshold, value)


@overridable
def relu(input, inplace=False):
    return (VF.relu_ if inplace else VF.relu)(input)


@overridable
def glu(input, dim=-1):
    """First half times sigmoid of the second half."""
    if input.dim() == 0:
        raise RuntimeError("glu does not support scalars because halving size must be even")
    return NN.glu(input, dim)


@overridable
def hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False):
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    return (NN.hardtanh_ if inplace else NN.hardtanh)(input, min_val, max_val)


@overridable
def relu6(input, inplace=False):
    return (NN.relu6_ if inplace else NN.relu6)(input)


@overridable
def elu(input, alpha=1.0, inplace=False):
    return (NN.elu_ if inplace else NN.elu)(input, alpha)


@overridable
def selu(input, inplace=False):
    return (VF.selu_ if inplace else VF.selu)(input)


@overridable
def celu(input, alpha=1.0, inplace=False):
    return (VF.celu_ if inplace else VF.celu)(input, alpha)


@overridable
def leaky_relu(input, negative_slope=0.01, inplace=False):
    return (NN.leaky_relu_ if inplace else NN.leaky_relu)(input, negative_slope)


@overridable
def rrelu(input, lower=1.0 / 8, upper=1.0 / 3, training=False, inplace=False):
    return (VF.rrelu_ if inplace else VF.rrelu)(input, lower, upper, training)


@overridable
def silu(input, inplace=False):
    return (NN.silu_ if inplace else NN.silu)(input)


@overridable
def mish(input, inplace=False):
    return (NN.mish_ if inplace else NN.mish)(input)


@overridable
def hardsigmoid(input, inplace=False):
    return (NN.hardsigmoid_ if inplace else NN.hardsigmoid)(input)


@overridable
def hardswish(input, inplace=False):
    return (NN.hardswish_ if inplace else NN.hardswish)(input)


@overridable
def tanhshrink(input):
    return input - input.tanh()


@overridable
def softsign(input):
    return input / (input.abs() + 1)


def tanh(input):
    return input.tanh()


def sigmoid(input):
    return input.sigmoid()


def _softmax_dim(name, ndim, stacklevel):
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.",
        stacklevel=stacklevel,
    )
    return 0 if ndim in (0, 1, 3) else 1


_get_softmax_dim = _softmax_dim


@overridable
def softmax(input, dim=None, _stacklevel=3, dtype=None):
    """exp(x) / sum(exp(x)) along dim."""
    if dim is None:
        dim = _softmax_dim("softmax", input.dim(), _stacklevel + 1)
    return input.softmax(dim) if dtype is None else input.softmax(dim, dtype=dtype)


@overridable
def softmin(input, dim=None, _stacklevel=3, dtype=None):
    if dim is None:
        dim = _softmax_dim("softmin", input.dim(), _stacklevel + 1)
    return (-input).softmax(dim) if dtype is None else (-input).softmax(dim, dtype=dtype)


@overridable
def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    if dim is None:
        dim = _softmax_dim("log_softmax", input.dim(), _stacklevel + 1)
    return input.log_softmax(dim) if dtype is None else input.log_softmax(dim, dtype=dtype)


@overridable
def gumbel_softmax(logits, tau=1, hard=False, eps=1e-10, dim=-1):
    """A sample from the Gumbel-softmax distribution; `hard` makes it one-hot with the soft gradient."""
    if eps != 1e-10:
        warnings.warn("`eps` parameter is deprecated and has no effect.", stacklevel=2)
    gumbels = -torch.empty_like(logits, memory_format=torch.legacy_contiguous_format).exponential_().log()
    soft = ((logits + gumbels) / tau).softmax(dim)
    if not hard:
        return soft
    index = soft.max(dim, keepdim=True)[1]
    one = torch.zeros_like(logits, memory_format=torch.legacy_contiguous_format).scatter_(dim, index, 1.0)
    return one - soft.detach() + soft


def _check_probability(p):
    if p < 0.0 or p > 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")


@overridable
def dropout(input, p=0.5, training=True, inplace=False):
    """Zeroes elements with probability p and scales the rest by 1 / (1 - p)."""
    _check_probability(p)
    return (VF.dropout_ if inplace else VF.dropout)(input, p, training)


@overridable
def alpha_dropout(input, p=0.5, training=False, inplace=False):
    _check_probability(p)
    return (VF.alpha_dropout_ if inplace else VF.alpha_dropout)(input, p, training)


def _channelwise(input, p, training, inplace, batched):
    """Drops whole channels; `batched` says whether dimension 0 is the batch."""
    feature_dropout = VF.feature_dropout_ if inplace else VF.feature_dropout
    if batched:
        return feature_dropout(input, p, training)
    target = input.unsqueeze_(0) if inplace else input.unsqueeze(0)
    result = feature_dropout(target, p, training)
    return result.squeeze_(0) if inplace else result.squeeze(0)


@overridable
def dropout1d(input, p=0.5, training=True, inplace=False):
    _check_probability(p)
    if input.dim() not in (2, 3):
        raise RuntimeError(
            f"dropout1d: Expected 2D or 3D input, but received a {input.dim()}D input. Note that dropout1d exists to"
            " provide channel-wise dropout on inputs with 1 spatial dimension, a channel dimension, and an optional"
            " batch dimension (i.e. 2D or 3D inputs)."
        )
    return _channelwise(input, p, training, inplace, input.dim() == 3)


@overridable
def dropout2d(input, p=0.5, training=True, inplace=False):
    _check_probability(p)
    if input.dim() not in (3, 4):
        warnings.warn(
            f"dropout2d: Received a {input.dim()}-D input to dropout2d, which is deprecated and will result in an error"
            " in a future release. To retain the behavior and silence this warning, please use dropout instead. Note"
            " that dropout2d exists to provide channel-wise dropout on inputs with 2 spatial dimensions, a channel"
            " dimension, and an optional batch dimension (i.e. 3D or 4D inputs).",
            stacklevel=3,
        )
    if input.dim() == 3:
        warnings.warn(
            "dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D dropout behavior is desired"
            " - input is interpreted as shape (N, C, L), where C is the channel dim. This behavior will change in a"
            " future release to interpret the input as one without a batch dimension, i.e. shape (C, H, W). To maintain"
            " the 1D channel-wise dropout behavior, please switch to using dropout1d instead.",
            stacklevel=3,
        )
    return _channelwise(input, p, training, inplace, True)


@overridable
def dropout3d(input, p=0.5, training=True, inplace=False):
    _check_probability(p)
    if input.dim() not in (4, 5):
        warnings.warn(
            f"dropout3d: Received a {input.dim()}-D input to dropout3d, which is deprecated and will result in an error"
            " in a future release. To retain the behavior and silence this warning, please use dropout instead. Note"
            " that dropout3d exists to provide channel-wise dropout on inputs with 3 spatial dimensions, a channel"
            " dimension, and an optional batch dimension (i.e. 4D or 5D inputs).",
            stacklevel=3,
        )
    return _channelwise(input, p, training, inplace, input.dim() == 5)


@overridable
def feature_alpha_dropout(input, p=0.5, training=False, inplace=False):
    _check_probability(p)
    return (VF.feature_alpha_dropout_ if inplace else VF.feature_alpha_dropout)(input, p, training)
