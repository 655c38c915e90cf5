"""Optimizers that update each parameter by itself: a subclass says what state there is and how one tensor moves."""

from .optimizer import Optimizer, _get_scalar_dtype, _get_value, _torch, _use_grad_for_differentiable  # noqa: F401


class SingleTensorOptimizer(Optimizer):
    """`_new_state(p, group)` gives a parameter's first state, `_update(p, grad, state, group)` makes one step.

    foreach and fused choose among implementations of the same update and change speed only; there is one here.
    capturable needs a device with graphs: a step with it is refused, as on PyTorch's CPU.
    """

    _sparse_message = None
    _group_defaults = {}

    def __setstate__(self, state):
        super().__setstate__(state)
        for group in self.param_groups:
            for name, value in self._group_defaults.items():
                group.setdefault(name, value)
            for p in group["params"]:
                own = self.state.get(p, [])
                if len(own) != 0 and "step" in own and not isinstance(own["step"], _torch.Tensor):
                    own["step"] = _torch.tensor(float(own["step"]), dtype=_get_scalar_dtype())

    def _check_options(self, foreach=None, fused=None, differentiable=False, capturable=False):
        if fused and differentiable:
            raise RuntimeError("`fused` does not support `differentiable`")
        if fused and foreach:
            raise RuntimeError("`fused` and `foreach` cannot be `True` together.")

    @staticmethod
    def _zeros(p):
        return _torch.zeros_like(p, memory_format=_torch.preserve_format)

    @staticmethod
    def _step():
        return _torch.tensor(0.0, dtype=_get_scalar_dtype())

    @_use_grad_for_differentiable
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with _torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            if group.get("capturable"):
                raise AssertionError(
                    "If capturable=True, params and state_steps must be on supported devices: ['cuda', 'xpu', 'hpu',"
                    " 'xla']."
                )
            todo = []
            for p in group["params"]:
                grad = p.grad
                if grad is None:
                    continue
                if grad.is_sparse and self._sparse_message:
                    raise RuntimeError(self._sparse_message)
                state = self.state.get(p)
                if not state:
                    state = self._new_state(p, group)
                    if state:
                        self.state[p].update(state)
                        state = self.state[p]
                todo.append((p, grad, state))
            for p, grad, state in todo:
                if group.get("maximize"):
                    grad = -grad
                if _torch.is_complex(p):
                    self._update_complex(p, grad, state, group)
                else:
                    self._update(p, grad, state, group)
        return loss

    def _update_complex(self, p, grad, state, group):
        """Complex numbers move as pairs of reals; the state keeps its complex tensors."""
        views = {
            k: _torch.view_as_real(v) if isinstance(v, _torch.Tensor) and v.is_complex() else v
            for k, v in state.items()
        }
        before = set(views)
        self._update(_torch.view_as_real(p), _torch.view_as_real(grad), views, group)
        for key, value in views.items():
            if key not in before or not isinstance(state[key], _torch.Tensor):
                state[key] = (
                    _torch.view_as_complex(value)
                    if isinstance(value, _torch.Tensor) and value.dim() and value.shape == (*p.shape, 2)
                    else value
                )


def check(condition, message):
    """Options out of range are a ValueError."""
    if not condition:
        raise ValueError(message)


_NAMES = {"lr": "learning rate", "eps": "epsilon value"}


def not_negative(**options):
    """Options, numbers or tensors of one element, that must be at least 0."""
    for name, value in options.items():
        if isinstance(value, _torch.Tensor) and value.numel() != 1:
            raise ValueError(f"Tensor {name} must be 1-element")
        check(value >= 0.0, f"Invalid {_NAMES.get(name, name + ' value')}: {value}")


def check_betas(betas):
    for i, beta in enumerate(betas):
        check(0.0 <= beta < 1.0, f"Invalid beta parameter at index {i}: {beta}")


def check_adam(lr, betas, eps, weight_decay):
    """The options of Adam and its relatives."""
    not_negative(lr=lr, eps=eps)
    check_betas(betas)
    not_negative(weight_decay=weight_decay)


def decayed(param, grad, group):
    """The gradient with the penalty of weight_decay. A decoupled one shrinks the parameter instead."""
    decay = group["weight_decay"]
    if decay == 0:
        return grad
    if group.get("decoupled_weight_decay"):
        lr = group["lr"]
        param.mul_(1 - (lr.squeeze() if isinstance(lr, _torch.Tensor) else lr) * decay)
        return grad
    return grad.add(param, alpha=decay)


def check_unscaled(grad_scale, found_inf, fused):
    """What a GradScaler hands to fused kernels; the plain update has no use for it."""
    if grad_scale is None and found_inf is None:
        return
    if fused:
        raise NotImplementedError("not implemented: fused optimizers with grad_scale or found_inf")
    raise AssertionError("Expected grad_scale and found_inf to be None")


def pick(given, names):
    """Those of a constructor's arguments that param_groups hold, in PyTorch's order."""
    return {name: given[name] for name in names.split()}
