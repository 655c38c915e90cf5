"""Adafactor. Shazeer and Stern, arXiv:1804.04235."""

from ._single import SingleTensorOptimizer, _torch, check
from .optimizer import _get_scalar_dtype

__all__ = ["Adafactor"]


class Adafactor(SingleTensorOptimizer):
    """Second moments of matrices are kept as row and column means."""

    _sparse_message = "Adafactor does not support sparse gradients"
    _group_defaults = {"foreach": None}

    def __init__(
        self,
        params,
        lr=1e-2,
        beta2_decay=-0.8,
        eps=(None, 1e-3),
        d=1.0,
        weight_decay=0.0,
        *,
        foreach=None,
        maximize=False,
    ):
        if isinstance(lr, _torch.Tensor) and lr.numel() != 1:
            raise ValueError("Tensor lr must be 1-element")
        check(lr >= 0.0, f"Learning rate should be >= 0 but is: {lr}")
        check(beta2_decay <= 0.0, f"beta2_decay should be <= 0 but is: {beta2_decay}")
        check(eps[0] is None or eps[0] >= 0.0, f"epsilon1 should be >= 0 but is: {eps[0]}")
        check(eps[1] >= 0.0, f"epsilon2 should be >= 0 but is: {eps[1]}")
        check(d >= 1.0, f"Clipping threshold d should be >= 1 but is: {d}")
        check(weight_decay >= 0.0, f"weight_decay should be >= 0 but is: {weight_decay}")
        super().__init__(
            params,
            {
                "lr": lr,
                "beta2_decay": beta2_decay,
                "eps": eps,
                "d": d,
                "weight_decay": weight_decay,
                "foreach": foreach,
                "maximize": maximize,
            },
        )
        self.defaults.setdefault("differentiable", False)

    def _new_state(self, p, group):
        if _torch.is_complex(p):
            raise RuntimeError("Adafactor does not support complex parameters")
        state = {"step": _torch.tensor(0.0, dtype=_get_scalar_dtype())}
        if p.grad.dim() > 1:
            row, col = list(p.grad.shape), list(p.grad.shape)
            row[-1], col[-2] = 1, 1
            state["row_var"], state["col_var"] = p.grad.new_zeros(row), p.grad.new_zeros(col)
        else:
            state["variance"] = self._zeros(p.grad)
        return state

    def _update(self, param, grad, state, group):
        eps1, eps2 = group["eps"]
        eps1 = _torch.finfo(param.dtype).eps if eps1 is None else eps1
        state["step"] += 1
        step = state["step"].item()
        one_minus_beta2 = step ** group["beta2_decay"]
        rho = min(group["lr"], 1 / (step**0.5))
        alpha = max(eps2, param.norm(2).item() / (param.numel() ** 0.5)) * rho
        if group["weight_decay"] != 0:
            param.mul_(1 - group["lr"] * group["weight_decay"])
        if grad.dim() > 1:
            row_var, col_var = state["row_var"], state["col_var"]
            row_var.lerp_(_torch.norm(grad, dim=-1, keepdim=True).square_().div_(grad.size(-1)), one_minus_beta2)
            col_var.lerp_(_torch.norm(grad, dim=-2, keepdim=True).square_().div_(grad.size(-2)), one_minus_beta2)
            estimate = row_var @ col_var
            estimate.div_(row_var.mean(dim=-2, keepdim=True).clamp_(min=eps1))
        else:
            state["variance"].lerp_(grad.square(), one_minus_beta2)
            estimate = state["variance"].clone()
        update = estimate.clamp_(min=eps1 * eps1).rsqrt_()
        update.mul_(grad)
        denom = max(1.0, update.norm(2).item() / ((update.numel() ** 0.5) * group["d"]))
        param.add_(update, alpha=-alpha / denom)
