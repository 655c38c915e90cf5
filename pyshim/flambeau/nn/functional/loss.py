"""Losses."""

import warnings

from .. import _reduction as _Reduction
from ._common import NN, VF, overridable, torch


def _enum(size_average, reduce, reduction):
    if size_average is not None or reduce is not None:
        return _Reduction.legacy_get_enum(size_average, reduce)
    return _Reduction.get_enum(reduction)


def _warn_sizes(name, input, target):
    if target.size() != input.size():
        warnings.warn(
            f"Using a target size ({target.size()}) that is different to the input size ({input.size()}). This will"
            " likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
            stacklevel=4,
        )


@overridable
def cross_entropy(
    input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean", label_smoothing=0.0
):
    """log_softmax and nll_loss; target holds class indices, or probabilities of input's shape."""
    return NN.cross_entropy_loss(
        input, target, weight, _enum(size_average, reduce, reduction), ignore_index, label_smoothing
    )


@overridable
def linear_cross_entropy(
    input,
    linear_weight,
    target,
    *,
    linear_bias=None,
    weight=None,
    reduction="mean",
    ignore_index=None,
    label_smoothing=0.0,
    options=None,
):
    """cross_entropy of linear(input, linear_weight, linear_bias).

    A weight of [C, d1, ..., in_features] gives each of N inputs a loss for every d1, ....
    """
    if options is not None:
        raise NotImplementedError("not implemented: torch.nn.functional.linear_cross_entropy(options=...)")
    if linear_weight.dim() < 2:
        raise RuntimeError(f"expected linear_weight with dimensionality at least 2, got {linear_weight.dim()}")
    features = linear_weight.shape[-1]
    if input.shape[-1] != features:
        raise RuntimeError(
            "expected equal input and linear_weight last dimensions (in_features), got"
            f" {input.shape[-1]} and {features}, respectively"
        )
    classes = linear_weight.shape[:-1]
    if len(classes) > 1 and input.dim() != 2:
        raise RuntimeError(
            f"K-dimensional loss defined by linear_weight shape {tuple(linear_weight.shape)} requires batched input,"
            f" (N, {features}), got unbatched input with shape {tuple(input.shape)}"
        )
    if ignore_index is not None and target.is_floating_point():
        raise RuntimeError("ignore_index cannot be specified when target contains probabilities")
    logits = NN.linear(input, linear_weight.reshape(-1, features)).reshape(input.shape[:-1] + classes)
    if linear_bias is not None:
        logits = logits + linear_bias
    ignore_index = -100 if ignore_index is None else ignore_index
    return NN.cross_entropy_loss(logits, target, weight, _Reduction.get_enum(reduction), ignore_index, label_smoothing)


@overridable
def nll_loss(input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean"):
    return NN.nll_loss_nd(input, target, weight, _enum(size_average, reduce, reduction), ignore_index)


@overridable
def poisson_nll_loss(
    input, target, log_input=True, full=False, size_average=None, eps=1e-8, reduce=None, reduction="mean"
):
    if size_average is not None or reduce is not None:
        reduction = _Reduction.legacy_get_string(size_average, reduce)
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(reduction + " is not a valid value for reduction")
    return VF.poisson_nll_loss(input, target, log_input, full, eps, _Reduction.get_enum(reduction))


@overridable
def gaussian_nll_loss(input, target, var, full=False, eps=1e-6, reduction="mean"):
    """Negative log likelihood of a Gaussian with mean input and variance var."""
    if isinstance(var, float):
        if var < 0:
            raise ValueError("var has negative entry/entries")
        var = var * torch.ones_like(input)
    elif torch.any(var < 0):
        raise ValueError("var has negative entry/entries")
    if var.size() != input.size():
        if input.size()[:-1] == var.size():
            var = torch.unsqueeze(var, -1)
        elif sum(a != b for a, b in zip(input.shape, var.shape, strict=False)) != 0 and not (
            input.size()[:-1] == var.size()[:-1] and var.size(-1) == 1
        ):
            raise ValueError("var is of incorrect size")
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(reduction + " is not valid")
    var = var.clone()
    with torch.no_grad():
        var.clamp_(min=eps)
    loss = 0.5 * (torch.log(var) + (input - target) ** 2 / var)
    if full:
        loss += 0.5 * 1.8378770664093453
    return loss.mean() if reduction == "mean" else loss.sum() if reduction == "sum" else loss


@overridable
def kl_div(input, target, size_average=None, reduce=None, reduction="mean", log_target=False):
    """Divergence of target from input (log-probabilities); "batchmean" is the mathematical mean."""
    batchmean = reduction == "batchmean" and size_average is None and reduce is None
    if reduction == "mean" and size_average is None and reduce is None:
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size.'batchmean' divides"
            " only by the batch size, and aligns with the KL div math definition.'mean' will be changed to behave the"
            " same as 'batchmean' in the next major release.",
            stacklevel=3,
        )
    reduced = VF.kl_div(
        input, target, 2 if batchmean else _enum(size_average, reduce, reduction), log_target=log_target
    )
    return reduced / input.size()[0] if batchmean and input.dim() != 0 else reduced


@overridable
def binary_cross_entropy(input, target, weight=None, size_average=None, reduce=None, reduction="mean"):
    enum = _enum(size_average, reduce, reduction)
    if target.size() != input.size():
        raise ValueError(
            f"Using a target size ({target.size()}) that is different to the input size ({input.size()}) is deprecated."
            " Please ensure they have the same size."
        )
    if weight is not None:
        weight = weight.expand(torch.broadcast_shapes(target.size(), weight.size()))
    return NN.binary_cross_entropy(input, target, weight, enum)


@overridable
def binary_cross_entropy_with_logits(
    input, target, weight=None, size_average=None, reduce=None, reduction="mean", pos_weight=None
):
    enum = _enum(size_average, reduce, reduction)
    if target.size() != input.size():
        raise ValueError(f"Target size ({target.size()}) must be the same as input size ({input.size()})")
    return VF.binary_cross_entropy_with_logits(input, target, weight, pos_weight, enum)


@overridable
def smooth_l1_loss(input, target, size_average=None, reduce=None, reduction="mean", beta=1.0):
    """Squared below beta, absolute above."""
    _warn_sizes("smooth_l1_loss", input, target)
    enum = _enum(size_average, reduce, reduction)
    a, b = torch.broadcast_tensors(input, target)
    return NN.l1_loss(a, b, enum) if beta == 0.0 else NN.smooth_l1_loss(a, b, enum, beta)


def _weighted(loss, weight, reduction):
    if weight.size() != loss.size():
        raise ValueError("Weights and input must have the same size.")
    loss = loss * weight
    if reduction == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.sum() / weight.sum()


@overridable
def huber_loss(input, target, reduction="mean", delta=1.0, weight=None):
    _warn_sizes("huber_loss", input, target)
    a, b = torch.broadcast_tensors(input, target)
    if weight is not None:
        return _weighted(NN.huber_loss(a, b, 0, delta), weight, reduction)
    return NN.huber_loss(a, b, _Reduction.get_enum(reduction), delta)


@overridable
def l1_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    _warn_sizes("l1_loss", input, target)
    enum = _enum(size_average, reduce, reduction)
    a, b = torch.broadcast_tensors(input, target)
    return NN.l1_loss(a, b, enum) if weight is None else _weighted(NN.l1_loss(a, b, 0), weight, reduction)


@overridable
def mse_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    _warn_sizes("mse_loss", input, target)
    enum = _enum(size_average, reduce, reduction)
    a, b = torch.broadcast_tensors(input, target)
    return NN.mse_loss(a, b, enum) if weight is None else _weighted(NN.mse_loss(a, b, 0), weight, reduction)


@overridable
def margin_ranking_loss(input1, input2, target, margin=0, size_average=None, reduce=None, reduction="mean"):
    enum = _enum(size_average, reduce, reduction)
    if input1.dim() != input2.dim() or input1.dim() != target.dim():
        raise RuntimeError(
            "margin_ranking_loss : All input tensors should have same dimension but got sizes: input1:"
            f" {input1.size()}, input2: {input2.size()}, target: {target.size()} "
        )
    return VF.margin_ranking_loss(input1, input2, target, margin, enum)


@overridable
def hinge_embedding_loss(input, target, margin=1.0, size_average=None, reduce=None, reduction="mean"):
    return VF.hinge_embedding_loss(input, target, margin, _enum(size_average, reduce, reduction))


@overridable
def multilabel_margin_loss(input, target, size_average=None, reduce=None, reduction="mean"):
    return NN.multilabel_margin_loss(input, target, _enum(size_average, reduce, reduction))


@overridable
def soft_margin_loss(input, target, size_average=None, reduce=None, reduction="mean"):
    return NN.soft_margin_loss(input, target, _enum(size_average, reduce, reduction))


@overridable
def multilabel_soft_margin_loss(input, target, weight=None, size_average=None, reduce=None, reduction="mean"):
    if size_average is not None or reduce is not None:
        reduction = _Reduction.legacy_get_string(size_average, reduce)
    loss = -(target * torch.nn.functional.logsigmoid(input) + (1 - target) * torch.nn.functional.logsigmoid(-input))
    if weight is not None:
        loss = loss * weight
    loss = loss.sum(dim=input.dim() - 1) / input.size(input.dim() - 1)
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(reduction + " is not valid")
    return loss if reduction == "none" else getattr(loss, reduction)()


@overridable
def cosine_embedding_loss(input1, input2, target, margin=0, size_average=None, reduce=None, reduction="mean"):
    return VF.cosine_embedding_loss(input1, input2, target, margin, _enum(size_average, reduce, reduction))


@overridable
def multi_margin_loss(input, target, p=1, margin=1.0, weight=None, size_average=None, reduce=None, reduction="mean"):
    enum = _enum(size_average, reduce, reduction)
    if p not in (1, 2):
        raise ValueError("only p == 1 and p == 2 supported")
    if weight is not None and weight.dim() != 1:
        raise ValueError("weight must be one-dimensional")
    return NN.multi_margin_loss(input, target, p, margin, weight, enum)


@overridable
def triplet_margin_loss(
    anchor, positive, negative, margin=1.0, p=2, eps=1e-6, swap=False, size_average=None, reduce=None, reduction="mean"
):
    enum = _enum(size_average, reduce, reduction)
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    return VF.triplet_margin_loss(anchor, positive, negative, margin, p, eps, swap, enum)


@overridable
def triplet_margin_with_distance_loss(
    anchor, positive, negative, *, distance_function=None, margin=1.0, swap=False, reduction="mean"
):
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    distance = torch.pairwise_distance if distance_function is None else distance_function
    if not (anchor.ndim == positive.ndim == negative.ndim):
        raise RuntimeError(
            "The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got:"
            f" anchor {anchor.ndim}D, positive {positive.ndim}D, and negative {negative.ndim}D inputs"
        )
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = torch.minimum(far, distance(positive, negative))
    loss = torch.clamp_min(margin + near - far, 0)
    return loss if reduction == "none" else getattr(loss, reduction)()


@overridable
def ctc_loss(log_probs, targets, input_lengths, target_lengths, blank=0, reduction="mean", zero_infinity=False):
    return VF.ctc_loss(
        log_probs, targets, input_lengths, target_lengths, blank, _Reduction.get_enum(reduction), zero_infinity
    )
