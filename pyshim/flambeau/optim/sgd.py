"""Stochastic gradient descent."""

from ._single import SingleTensorOptimizer, _torch, check_unscaled, decayed, not_negative

__all__ = ["SGD", "sgd"]


class SGD(SingleTensorOptimizer):
    """p -= lr * g, with momentum, Nesterov and weight decay as options."""

    _group_defaults = {"nesterov": False, "maximize": False, "foreach": None, "differentiable": False, "fused": False}

    def __init__(
        self, params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False, *, maximize=False, foreach=None,
        differentiable=False, fused=None,
    ):  # fmt: skip
        not_negative(lr=lr, momentum=momentum, weight_decay=weight_decay)
        defaults = {
            "lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay, "nesterov": nesterov,
            "maximize": maximize, "foreach": foreach,
            "differentiable": differentiable, "fused": fused,
        }  # fmt: skip
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        self._check_options(foreach, fused, differentiable)
        super().__init__(params, defaults)

    def _new_state(self, p, group):
        return {"momentum_buffer": None} if group["momentum"] != 0 else {}

    def _update(self, param, grad, state, group):
        lr, momentum = group["lr"], group["momentum"]
        grad = decayed(param, grad, group)
        if momentum != 0:
            buf = state.get("momentum_buffer")
            if buf is None:
                buf = state["momentum_buffer"] = grad.detach().clone()
            else:
                buf.mul_(momentum).add_(grad, alpha=1 - group["dampening"])
            grad = grad.add(buf, alpha=momentum) if group["nesterov"] else buf
        if isinstance(lr, _torch.Tensor) and lr.requires_grad:
            param.addcmul_(grad, lr, value=-1)
        else:
            param.add_(grad, alpha=-lr)


def sgd(
    params,
    d_p_list,
    momentum_buffer_list,
    has_sparse_grad=False,
    foreach=None,
    fused=None,
    grad_scale=None,
    found_inf=None,
    *,
    weight_decay,
    momentum,
    lr,
    dampening,
    nesterov,
    maximize,
):
    """The update as a function."""
    check_unscaled(grad_scale, found_inf, fused)
    group = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay, "dampening": dampening, "nesterov": nesterov}
    for i, (p, grad) in enumerate(zip(params, d_p_list, strict=True)):
        state = {"momentum_buffer": momentum_buffer_list[i]} if momentum != 0 else {}
        SGD._update(None, p, -grad if maximize else grad, state, group)
        if momentum != 0:
            momentum_buffer_list[i] = state["momentum_buffer"]
