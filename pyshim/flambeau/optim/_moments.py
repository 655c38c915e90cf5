"""Relatives of Adam and RMSprop, one update each."""

from ._single import SingleTensorOptimizer, _get_value, _torch, check, check_adam, decayed, not_negative, pick
from .optimizer import _get_scalar_dtype

_COMMON = {"foreach": None, "maximize": False, "differentiable": False, "capturable": False}


class Adadelta(SingleTensorOptimizer):
    """Zeiler, arXiv:1212.5701."""

    _sparse_message = "Adadelta does not support sparse gradients"
    _group_defaults = _COMMON

    def __init__(
        self,
        params,
        lr=1.0,
        rho=0.9,
        eps=1e-6,
        weight_decay=0,
        foreach=None,
        *,
        capturable=False,
        maximize=False,
        differentiable=False,
    ):
        not_negative(lr=lr, eps=eps, weight_decay=weight_decay)
        check(0.0 <= rho <= 1.0, f"Invalid rho value: {rho}")
        super().__init__(params, pick(locals(), "lr rho eps weight_decay maximize capturable foreach differentiable"))

    def _new_state(self, p, group):
        return {"step": self._step(), "square_avg": self._zeros(p), "acc_delta": self._zeros(p)}

    def _update(self, param, grad, state, group):
        rho, eps, square_avg, acc_delta = group["rho"], group["eps"], state["square_avg"], state["acc_delta"]
        state["step"] += 1
        grad = decayed(param, grad, group)
        square_avg.mul_(rho).addcmul_(grad, grad, value=1 - rho)
        std = square_avg.add(eps).sqrt_()
        delta = acc_delta.add(eps).sqrt_()
        if group["differentiable"]:
            delta = delta.clone()
        delta.div_(std).mul_(grad)
        acc_delta.mul_(rho).addcmul_(delta, delta, value=1 - rho)
        param.add_(delta, alpha=-group["lr"])


class Adagrad(SingleTensorOptimizer):
    """Duchi et al., JMLR 12 (2011)."""

    _group_defaults = {"foreach": None, "maximize": False, "differentiable": False, "fused": None}

    def __init__(
        self, params, lr=1e-2, lr_decay=0, weight_decay=0, initial_accumulator_value=0, eps=1e-10, foreach=None, *,
        maximize=False,
        differentiable=False, fused=None,
    ):  # fmt: skip
        not_negative(
            lr=lr,
            lr_decay=lr_decay,
            weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value,
            eps=eps,
        )
        self._check_options(foreach, fused, differentiable)
        names = "lr lr_decay eps weight_decay initial_accumulator_value foreach maximize differentiable"
        super().__init__(params, pick(locals(), names + " fused"))
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p].update(self._new_state(p, group))

    def _new_state(self, p, group):
        start = group["initial_accumulator_value"]
        start = complex(start, start) if _torch.is_complex(p) else start
        return {"step": self._step(), "sum": _torch.full_like(p, start, memory_format=_torch.preserve_format)}

    def share_memory(self):
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p]["sum"].share_memory_()

    def _update(self, param, grad, state, group):
        state_sum, step_t = state["sum"], state["step"]
        step_t += 1
        if grad.is_sparse and group["weight_decay"] != 0:
            raise RuntimeError("weight_decay option is not compatible with sparse gradients")
        grad = decayed(param, grad, group)
        clr = group["lr"] / (1 + (_get_value(step_t) - 1) * group["lr_decay"])
        if grad.is_sparse:
            grad = grad.coalesce()
            indices, values = grad._indices(), grad._values()

            def sparse(v):
                return _torch.sparse_coo_tensor(indices, v, grad.size())

            state_sum.add_(sparse(values.pow(2)))
            std = state_sum.sparse_mask(grad)._values().sqrt_().add_(group["eps"])
            param.add_(sparse(values / std), alpha=-clr)
            return
        state_sum.addcmul_(grad, grad, value=1)
        std = state_sum.sqrt().add(group["eps"])
        param.addcdiv_(grad, std, value=-clr)


class Adamax(SingleTensorOptimizer):
    """Adam with the infinity norm. arXiv:1412.6980."""

    _sparse_message = "Adamax does not support sparse gradients"
    _group_defaults = _COMMON

    def __init__(
        self,
        params,
        lr=2e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0,
        foreach=None,
        *,
        maximize=False,
        differentiable=False,
        capturable=False,
    ):
        check_adam(lr, betas, eps, weight_decay)
        super().__init__(params, pick(locals(), "lr betas eps weight_decay foreach maximize differentiable capturable"))

    def _new_state(self, p, group):
        return {"step": self._step(), "exp_avg": self._zeros(p), "exp_inf": self._zeros(p)}

    def _update(self, param, grad, state, group):
        beta1, beta2 = group["betas"]
        exp_avg, exp_inf = state["exp_avg"], state["exp_inf"]
        state["step"] += 1
        grad = decayed(param, grad, group)
        exp_avg.lerp_(grad, 1 - beta1)
        if group["differentiable"]:
            exp_inf.copy_(_torch.maximum(exp_inf.mul(beta2), grad.abs().add(group["eps"])))
        else:
            _torch.maximum(exp_inf.mul_(beta2), grad.abs().add_(group["eps"]), out=exp_inf)
        clr = group["lr"] / (1 - beta1 ** _get_value(state["step"]))
        param.addcdiv_(exp_avg, exp_inf, value=-clr)


class NAdam(SingleTensorOptimizer):
    """Adam with Nesterov momentum. Dozat, 2016."""

    _sparse_message = "NAdam does not support sparse gradients"
    _group_defaults = {**_COMMON, "decoupled_weight_decay": False}

    def __init__(
        self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, momentum_decay=4e-3,
        decoupled_weight_decay=False, *,
        foreach=None, maximize=False, capturable=False, differentiable=False,
    ):  # fmt: skip
        check_adam(lr, betas, eps, weight_decay)
        not_negative(momentum_decay=momentum_decay)
        names = "lr betas eps weight_decay momentum_decay decoupled_weight_decay maximize foreach capturable"
        super().__init__(params, pick(locals(), names + " differentiable"))

    def _new_state(self, p, group):
        one = _torch.ones((), dtype=_get_scalar_dtype())
        return {"step": self._step(), "mu_product": one, "exp_avg": self._zeros(p), "exp_avg_sq": self._zeros(p)}

    def _update(self, param, grad, state, group):
        lr, (beta1, beta2), decay = group["lr"], group["betas"], group["momentum_decay"]
        exp_avg, exp_avg_sq, mu_product = state["exp_avg"], state["exp_avg_sq"], state["mu_product"]
        state["step"] += 1
        step = _get_value(state["step"])
        grad = decayed(param, grad, group)
        mu = beta1 * (1.0 - 0.5 * (0.96 ** (step * decay)))
        mu_next = beta1 * (1.0 - 0.5 * (0.96 ** ((step + 1) * decay)))
        mu_product *= mu
        exp_avg.lerp_(grad, 1 - beta1)
        exp_avg_sq.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        denom = exp_avg_sq.div(1 - beta2**step).sqrt().add(group["eps"])
        product = _get_value(mu_product)
        param.addcdiv_(grad, denom, value=(-lr * (1.0 - mu) / (1.0 - product)))
        param.addcdiv_(exp_avg, denom, value=(-lr * mu_next) / (1.0 - product * mu_next))


class RAdam(SingleTensorOptimizer):
    """Adam whose variance is rectified. Liu et al., arXiv:1908.03265."""

    _sparse_message = "RAdam does not support sparse gradients"
    _group_defaults = {**_COMMON, "decoupled_weight_decay": False}

    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, decoupled_weight_decay=False, *,
        foreach=None, maximize=False,
        capturable=False, differentiable=False,
    ):  # fmt: skip
        check_adam(lr, betas, eps, weight_decay)
        names = "lr betas eps weight_decay maximize foreach capturable decoupled_weight_decay"
        super().__init__(params, pick(locals(), names + " differentiable"))

    def _new_state(self, p, group):
        return {"step": self._step(), "exp_avg": self._zeros(p), "exp_avg_sq": self._zeros(p)}

    def _update(self, param, grad, state, group):
        lr, (beta1, beta2) = group["lr"], group["betas"]
        exp_avg, exp_avg_sq = state["exp_avg"], state["exp_avg_sq"]
        state["step"] += 1
        step = _get_value(state["step"])
        grad = decayed(param, grad, group)
        exp_avg.lerp_(grad, 1 - beta1)
        exp_avg_sq.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        correction2, corrected = 1 - beta2**step, exp_avg / (1 - beta1**step)
        rho_inf = 2 / (1 - beta2) - 1
        rho = rho_inf - 2 * step * (beta2**step) / correction2
        if rho <= 5.0:
            param.add_(corrected * lr, alpha=-1.0)
            return
        rect = ((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho)) ** 0.5
        root = exp_avg_sq.sqrt().add(group["eps"])
        param.add_(corrected * lr * ((correction2**0.5) / root) * rect, alpha=-1.0)


class RMSprop(SingleTensorOptimizer):
    """Hinton, lecture 6."""

    _sparse_message = "RMSprop does not support sparse gradients"
    _group_defaults = {**_COMMON, "momentum": 0, "centered": False}

    def __init__(
        self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0, momentum=0, centered=False, capturable=False,
        foreach=None,
        maximize=False, differentiable=False,
    ):  # fmt: skip
        not_negative(lr=lr, eps=eps, momentum=momentum, weight_decay=weight_decay, alpha=alpha)
        super().__init__(
            params,
            pick(locals(), "lr momentum alpha eps centered weight_decay capturable foreach maximize differentiable"),
        )

    def _new_state(self, p, group):
        state = {"step": self._step(), "square_avg": self._zeros(p)}
        if group["momentum"] > 0:
            state["momentum_buffer"] = self._zeros(p)
        if group["centered"]:
            state["grad_avg"] = self._zeros(p)
        return state

    def _update(self, param, grad, state, group):
        lr, alpha, square_avg = group["lr"], group["alpha"], state["square_avg"]
        state["step"] += 1
        grad = decayed(param, grad, group)
        square_avg.mul_(alpha).addcmul_(grad, grad, value=1 - alpha)
        if group["centered"]:
            grad_avg = state["grad_avg"]
            grad_avg.lerp_(grad, 1 - alpha)
            avg = square_avg.addcmul(grad_avg, grad_avg, value=-1).sqrt_()
        else:
            avg = square_avg.sqrt()
        avg = avg.add(group["eps"])
        if group["momentum"] > 0:
            buf = state["momentum_buffer"]
            buf.mul_(group["momentum"]).addcdiv_(grad, avg)
            param.add_(buf, alpha=-lr)
        else:
            param.addcdiv_(grad, avg, value=-lr)


class ASGD(SingleTensorOptimizer):
    """Averaged SGD. Polyak and Juditsky, 1992."""

    _sparse_message = "ASGD does not support sparse gradients"
    _group_defaults = _COMMON

    def __init__(
        self,
        params,
        lr=1e-2,
        lambd=1e-4,
        alpha=0.75,
        t0=1e6,
        weight_decay=0,
        foreach=None,
        maximize=False,
        differentiable=False,
        capturable=False,
    ):
        not_negative(lr=lr, weight_decay=weight_decay)
        super().__init__(
            params, pick(locals(), "lr lambd alpha t0 weight_decay foreach maximize differentiable capturable")
        )

    def _new_state(self, p, group):
        dtype = _get_scalar_dtype()
        eta = _torch.as_tensor(_get_value(group["lr"]), dtype=dtype).clone().detach()
        return {
            "step": _torch.zeros((), dtype=dtype),
            "eta": eta,
            "mu": _torch.ones((), dtype=dtype),
            "ax": self._zeros(p),
        }

    def _update(self, param, grad, state, group):
        lambd, ax, eta, mu = group["lambd"], state["ax"], state["eta"], state["mu"]
        state["step"] += 1
        grad = decayed(param, grad, group)
        eta_value = _get_value(eta)
        param.mul_(1 - lambd * eta_value)
        param.add_(grad, alpha=-eta_value)
        if mu.item() != 1:
            ax.add_(param.sub(ax).mul_(mu))
        else:
            ax.copy_(param)
        step = _get_value(state["step"])
        eta.copy_(_torch.as_tensor(group["lr"] / ((1 + lambd * group["lr"] * step) ** group["alpha"])))
        mu.copy_(_torch.as_tensor(1 / max(1, step - group["t0"])))


class Rprop(SingleTensorOptimizer):
    """Resilient backpropagation. Riedmiller and Braun, 1993."""

    _sparse_message = "Rprop does not support sparse gradients"
    _group_defaults = _COMMON

    def __init__(
        self,
        params,
        lr=1e-2,
        etas=(0.5, 1.2),
        step_sizes=(1e-6, 50),
        *,
        capturable=False,
        foreach=None,
        maximize=False,
        differentiable=False,
    ):
        not_negative(lr=lr)
        check(0.0 < etas[0] < 1.0 < etas[1], f"Invalid eta values: {etas[0]}, {etas[1]}")
        super().__init__(params, pick(locals(), "lr etas step_sizes foreach maximize differentiable capturable"))

    def _new_state(self, p, group):
        lr = _get_value(group["lr"])
        return {
            "step": _torch.zeros((), dtype=_get_scalar_dtype()),
            "prev": self._zeros(p),
            "step_size": _torch.full_like(p, complex(lr, lr) if p.is_complex() else lr),
        }

    def _update(self, param, grad, state, group):
        (minus, plus), (low, high) = group["etas"], group["step_sizes"]
        prev, step_size = state["prev"], state["step_size"]
        state["step"] += 1
        sign = grad.mul(prev.clone() if group["differentiable"] else prev).sign()
        sign[sign.gt(0)] = plus
        sign[sign.lt(0)] = minus
        sign[sign.eq(0)] = 1
        step_size.mul_(sign).clamp_(low, high)
        grad = grad.clone(memory_format=_torch.preserve_format)
        grad[sign.eq(minus)] = 0
        param.addcmul_(grad.sign(), step_size, value=-1)
        prev.copy_(grad)
