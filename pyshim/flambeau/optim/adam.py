"""Adam. Kingma and Ba, arXiv:1412.6980."""

from ._single import SingleTensorOptimizer, _get_value, _torch, check_adam, check_unscaled, decayed

__all__ = ["Adam", "adam"]


class Adam(SingleTensorOptimizer):
    """First and second moments with bias correction; AMSGrad and decoupled weight decay as options."""

    _sparse_message = "Adam does not support sparse gradients, please consider SparseAdam instead"
    _group_defaults = {
        "amsgrad": False, "maximize": False, "foreach": None, "capturable": False, "differentiable": False,
        "decoupled_weight_decay": False,
        "fused": None,
    }  # fmt: skip

    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False, *, foreach=None,
        maximize=False,
        capturable=False, differentiable=False, fused=None, decoupled_weight_decay=False,
    ):  # fmt: skip
        if isinstance(lr, _torch.Tensor) and foreach and not capturable:
            raise ValueError("lr as a Tensor is not supported for capturable=False and foreach=True")
        check_adam(lr, betas, eps, weight_decay)
        defaults = {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad,
            "maximize": maximize, "foreach": foreach,
            "capturable": capturable, "differentiable": differentiable, "fused": fused,
            "decoupled_weight_decay": decoupled_weight_decay,
        }  # fmt: skip
        self._check_options(foreach, fused, differentiable)
        super().__init__(params, defaults)

    def _new_state(self, p, group):
        state = {"step": self._step(), "exp_avg": self._zeros(p), "exp_avg_sq": self._zeros(p)}
        if group["amsgrad"]:
            state["max_exp_avg_sq"] = self._zeros(p)
        return state

    def _update(self, param, grad, state, group):
        lr, (beta1, beta2) = group["lr"], group["betas"]
        lr = lr.squeeze() if isinstance(lr, _torch.Tensor) else lr
        exp_avg, exp_avg_sq, step_t = state["exp_avg"], state["exp_avg_sq"], state["step"]
        step_t += 1
        grad = decayed(param, grad, group)
        exp_avg.lerp_(grad, 1 - beta1)
        exp_avg_sq.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        if group["differentiable"]:
            self._differentiable_move(param, state, group, lr)
            return
        step = _get_value(step_t)
        correction1, correction2 = 1 - beta1**step, 1 - beta2**step
        step_size, correction2_sqrt = lr / correction1, correction2**0.5
        if group["amsgrad"]:
            _torch.maximum(state["max_exp_avg_sq"], exp_avg_sq, out=state["max_exp_avg_sq"])
            denom = (state["max_exp_avg_sq"].sqrt() / correction2_sqrt).add_(group["eps"])
        else:
            denom = (exp_avg_sq.sqrt() / correction2_sqrt).add_(group["eps"])
        param.addcdiv_(exp_avg, denom, value=-step_size)

    @staticmethod
    def _differentiable_move(param, state, group, lr):
        """The same with tensors instead of numbers, so that gradients flow through the corrections."""
        (beta1, beta2), step = group["betas"], state["step"]
        step_size_neg = (lr / (1 - beta1**step)).neg()
        correction2_sqrt, second = (1 - beta2**step).sqrt(), state["exp_avg_sq"]
        if group["amsgrad"]:
            state["max_exp_avg_sq"].copy_(_torch.maximum(state["max_exp_avg_sq"].clone(), second))
            second = state["max_exp_avg_sq"]
        denom = (second.sqrt() / (correction2_sqrt * step_size_neg)).add_(group["eps"] / step_size_neg)
        param.addcdiv_(state["exp_avg"], denom)


def adam(
    params, grads, exp_avgs, exp_avg_sqs, max_exp_avg_sqs, state_steps, foreach=None, capturable=False,
    differentiable=False, fused=None,
    grad_scale=None, found_inf=None, has_complex=False, decoupled_weight_decay=False, *, amsgrad, beta1, beta2, lr,
    weight_decay, eps, maximize,
):  # fmt: skip
    """The update as a function."""
    check_unscaled(grad_scale, found_inf, fused)
    if not all(isinstance(t, _torch.Tensor) for t in state_steps):
        raise RuntimeError("API has changed, `state_steps` argument must contain a list of singleton tensors")
    group = {
        "lr": lr,
        "betas": (beta1, beta2),
        "weight_decay": weight_decay,
        "eps": eps,
        "amsgrad": amsgrad,
        "decoupled_weight_decay": decoupled_weight_decay,
        "differentiable": differentiable,
    }
    for i, (p, grad) in enumerate(zip(params, grads, strict=True)):
        state = {"step": state_steps[i], "exp_avg": exp_avgs[i], "exp_avg_sq": exp_avg_sqs[i]}
        if amsgrad:
            state["max_exp_avg_sq"] = max_exp_avg_sqs[i]
        Adam._update(Adam, p, -grad if maximize else grad, state, group)
