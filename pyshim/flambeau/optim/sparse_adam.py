"""Adam that touches only the rows with gradients."""

from ._single import _torch, check, check_betas
from .optimizer import Optimizer

__all__ = ["SparseAdam"]


class SparseAdam(Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, maximize=False):
        if isinstance(lr, _torch.Tensor) and lr.numel() != 1:
            raise ValueError("Tensor lr must be 1-element")
        check(lr > 0.0, f"Invalid learning rate: {lr}")
        check(eps > 0.0, f"Invalid epsilon value: {eps}")
        check_betas(betas)
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "maximize": maximize})
        dense = [[i, j] for i, g in enumerate(self.param_groups) for j, p in enumerate(g["params"]) if p.is_sparse]
        if dense:
            raise ValueError(f"Sparse params at indices {dense}: SparseAdam requires dense parameter tensors")

    @_torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with _torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                if not p.grad.is_sparse:
                    raise RuntimeError("SparseAdam does not support dense gradients, please consider Adam instead")
                state = self.state[p]
                if not state:
                    state["step"] = 0
                    state["exp_avg"] = _torch.zeros_like(p, memory_format=_torch.preserve_format)
                    state["exp_avg_sq"] = _torch.zeros_like(p, memory_format=_torch.preserve_format)
                state["step"] += 1
                self._update(p, -p.grad if group["maximize"] else p.grad, state, group)
        return loss

    @staticmethod
    def _update(p, grad, state, group):
        grad = grad.coalesce()
        indices, values = grad._indices(), grad._values()
        if values.numel() == 0:
            return
        exp_avg, exp_avg_sq, (beta1, beta2) = state["exp_avg"], state["exp_avg_sq"], group["betas"]

        def sparse(v):
            return _torch.sparse_coo_tensor(indices, v, grad.size())

        old1 = exp_avg.sparse_mask(grad)._values()
        update1 = values.sub(old1).mul_(1 - beta1)
        exp_avg.add_(sparse(update1))
        old2 = exp_avg_sq.sparse_mask(grad)._values()
        update2 = values.pow(2).sub_(old2).mul_(1 - beta2)
        exp_avg_sq.add_(sparse(update2))
        numer, denom = update1.add_(old1), update2.add_(old2).sqrt_().add_(group["eps"])
        correction1, correction2 = 1 - beta1 ** state["step"], 1 - beta2 ** state["step"]
        p.add_(sparse(-(group["lr"] * correction2**0.5 / correction1) * numer.div_(denom)))
