"""Optimizer: parameter groups, state, hooks."""

import functools
import sys
from collections import OrderedDict, defaultdict
from copy import deepcopy
from itertools import chain

from ..utils.hooks import RemovableHandle

_torch = sys.modules["flambeau"]
__all__ = ["Optimizer", "register_optimizer_step_pre_hook", "register_optimizer_step_post_hook"]
ParamsT = object
_global_pre_hooks, _global_post_hooks = OrderedDict(), OrderedDict()


class _RequiredParameter:
    def __repr__(self):
        return "<required parameter>"


required = _RequiredParameter()


def register_optimizer_step_pre_hook(hook):
    """`hook(optimizer, args, kwargs)` runs before every step of every optimizer."""
    return _add(_global_pre_hooks, hook)


def register_optimizer_step_post_hook(hook):
    return _add(_global_post_hooks, hook)


def _add(table, hook, prepend=False):
    handle = RemovableHandle(table)
    table[handle.id] = hook
    if prepend:
        table.move_to_end(handle.id, last=False)
    return handle


def _use_grad_for_differentiable(func):
    """Runs a step with gradient recording off, or on for differentiable optimizers."""

    @functools.wraps(func)
    def step(self, *args, **kwargs):
        before = _torch.is_grad_enabled()
        try:
            _torch._C._set_grad_enabled(self.defaults["differentiable"])
            return func(self, *args, **kwargs)
        finally:
            _torch._C._set_grad_enabled(before)

    return step


def _get_value(x):
    return x.item() if isinstance(x, _torch.Tensor) else x


def _to_scalar(x):
    return x.squeeze() if isinstance(x, _torch.Tensor) and x.dim() != 0 else x


def _get_scalar_dtype(is_fused=None):
    if is_fused:
        return _torch.float32
    return _torch.float64 if _torch.get_default_dtype() == _torch.float64 else _torch.float32


def _stack_if_compiling(x):
    return x


def _disable_dynamo_if_unsupported(single_tensor_fn=None):
    return lambda func: func


def _default_to_fused_or_foreach(params, differentiable, use_fused=False):
    """(fused, foreach): neither is the default on the CPU."""
    return False, False


def _view_as_real(params, *state_and_grads):
    for i, p in enumerate(params):
        if _torch.is_complex(p):
            params[i] = _torch.view_as_real(p)
            for s in state_and_grads:
                s[i] = _torch.view_as_real(s[i])


def _get_capturable_supported_devices(supports_xla=True):
    return ["cuda", "xpu", "hpu"] + (["xla"] if supports_xla else [])


def _process_value_according_to_param_policy(param, value, param_id, param_groups, key=None):
    """A state tensor in the parameter's dtype and device; steps stay as they are."""
    group = next((g for g in param_groups if param_id in g["params"]), {})
    if key == "step":
        if group.get("capturable") or group.get("fused"):
            return value.to(dtype=_torch.float32, device=param.device)
        return value
    if param.is_floating_point():
        return value.to(dtype=param.dtype, device=param.device)
    return value.to(device=param.device)


class Optimizer:
    """Base class: `params` are tensors, (name, tensor) pairs or dicts with a "params" entry and options."""

    _HOOKS = (
        "_optimizer_step_pre_hooks",
        "_optimizer_step_post_hooks",
        "_optimizer_state_dict_pre_hooks",
        "_optimizer_state_dict_post_hooks",
        "_optimizer_load_state_dict_pre_hooks",
        "_optimizer_load_state_dict_post_hooks",
    )

    def __init__(self, params, defaults):
        self.defaults = defaults
        for name in self._HOOKS:
            setattr(self, name, OrderedDict())
        self._patch_step_function()
        if isinstance(params, _torch.Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got "
                + _torch.typename(params)
            )
        self.state, self.param_groups = defaultdict(dict), []
        param_groups = list(params)
        if len(param_groups) == 0:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(param_groups[0], dict):
            param_groups = [{"params": param_groups}]
        for group in param_groups:
            self.add_param_group(group)
        self._warned_capturable_if_run_uncaptured = True

    def __getstate__(self):
        return {"defaults": self.defaults, "state": self.state, "param_groups": self.param_groups}

    def __setstate__(self, state):
        self.__dict__.update(state)
        for name in self._HOOKS:
            self.__dict__.setdefault(name, OrderedDict())
        self._patch_step_function()
        self.defaults.setdefault("differentiable", False)

    def __repr__(self):
        text = self.__class__.__name__ + " ("
        for i, group in enumerate(self.param_groups):
            text += f"\nParameter Group {i}\n"
            for key in sorted(group.keys()):
                if key != "params":
                    text += f"    {key}: {group[key]}\n"
        return text + ")"

    def _patch_step_function(self):
        step = self.__class__.step
        if not getattr(step, "hooked", None):
            self.__class__.step = self.profile_hook_step(step)
            self.__class__.step.hooked = True

    def _optimizer_step_code(self):
        pass

    @staticmethod
    def profile_hook_step(func):
        """Wraps `step` so that it runs the hooks."""

        @functools.wraps(func)
        def wrapper(*args, **kwargs):
            self = args[0]
            if _global_pre_hooks or self._optimizer_step_pre_hooks:
                for hook in chain(_global_pre_hooks.values(), self._optimizer_step_pre_hooks.values()):
                    result = hook(self, args, kwargs)
                    if result is not None:
                        if not (isinstance(result, tuple) and len(result) == 2):
                            raise RuntimeError(
                                f"{func} must return None or a tuple of (new_args, new_kwargs), but got {result}."
                            )
                        args, kwargs = result
            out = func(*args, **kwargs)
            self._optimizer_step_code()
            if _global_post_hooks or self._optimizer_step_post_hooks:
                for hook in chain(self._optimizer_step_post_hooks.values(), _global_post_hooks.values()):
                    hook(self, args, kwargs)
            return out

        return wrapper

    def register_step_pre_hook(self, hook):
        return _add(self._optimizer_step_pre_hooks, hook)

    def register_step_post_hook(self, hook):
        return _add(self._optimizer_step_post_hooks, hook)

    def register_state_dict_pre_hook(self, hook, prepend=False):
        return _add(self._optimizer_state_dict_pre_hooks, hook, prepend)

    def register_state_dict_post_hook(self, hook, prepend=False):
        return _add(self._optimizer_state_dict_post_hooks, hook, prepend)

    def register_load_state_dict_pre_hook(self, hook, prepend=False):
        return _add(self._optimizer_load_state_dict_pre_hooks, hook, prepend)

    def register_load_state_dict_post_hook(self, hook, prepend=False):
        return _add(self._optimizer_load_state_dict_post_hooks, hook, prepend)

    def state_dict(self):
        """{"state": by parameter number, "param_groups": options with parameter numbers}"""
        for hook in self._optimizer_state_dict_pre_hooks.values():
            hook(self)
        numbers = {}
        groups = []
        for group in self.param_groups:
            for p in group["params"]:
                numbers.setdefault(id(p), len(numbers))
            packed = {k: v for k, v in group.items() if k != "params"}
            packed["params"] = [numbers[id(p)] for p in group["params"]]
            groups.append(packed)
        state = {(numbers[id(k)] if isinstance(k, _torch.Tensor) else k): v for k, v in self.state.items()}
        result = {"state": state, "param_groups": groups}
        for hook in self._optimizer_state_dict_post_hooks.values():
            changed = hook(self, result)
            result = result if changed is None else changed
        return result

    _process_value_according_to_param_policy = staticmethod(_process_value_according_to_param_policy)

    def load_state_dict(self, state_dict):
        """Takes over state and options; groups must have the sizes they have here."""
        state_dict = state_dict.copy()
        for hook in self._optimizer_load_state_dict_pre_hooks.values():
            changed = hook(self, state_dict)
            state_dict = state_dict if changed is None else changed
        groups, saved_groups = self.param_groups, deepcopy(state_dict["param_groups"])
        if len(groups) != len(saved_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        if any(len(g["params"]) != len(s["params"]) for g, s in zip(groups, saved_groups, strict=True)):
            raise ValueError(
                "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
            )
        params = dict(
            zip(
                chain.from_iterable(g["params"] for g in saved_groups),
                chain.from_iterable(g["params"] for g in groups),
                strict=True,
            )
        )

        def cast(param, value, param_id, key=None):
            if isinstance(value, _torch.Tensor):
                return Optimizer._process_value_according_to_param_policy(
                    param, value, param_id, state_dict["param_groups"], key
                )
            if isinstance(value, dict):
                return {k: cast(param, v, param_id, k) for k, v in value.items()}
            if isinstance(value, (list, tuple)):
                return type(value)(cast(param, v, param_id) for v in value)
            return value

        state = defaultdict(dict)
        for key, value in state_dict["state"].items():
            if key in params:
                state[params[key]] = cast(params[key], value, key)
            else:
                state[key] = value

        def renewed(group, new):
            new["params"] = group["params"]
            if "param_names" in group and "param_names" not in new:
                new["param_names"] = group["param_names"]
            return new

        self.__setstate__(
            {"state": state, "param_groups": [renewed(g, n) for g, n in zip(groups, saved_groups, strict=True)]}
        )
        for hook in self._optimizer_load_state_dict_post_hooks.values():
            hook(self)

    def zero_grad(self, set_to_none=True):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                if set_to_none:
                    p.grad = None
                    continue
                if p.grad.grad_fn is not None:
                    p.grad.detach_()
                else:
                    p.grad.requires_grad_(False)
                p.grad.zero_()

    def step(self, closure=None):
        """One update; `closure` recomputes the loss and returns it."""
        raise NotImplementedError

    def add_param_group(self, param_group):
        """Adds a group with options of its own."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        params = param_group["params"]
        if isinstance(params, _torch.Tensor):
            param_group["params"] = [params]
        elif isinstance(params, set):
            raise TypeError(
                "optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets"
                " will change between runs. Please use a list instead."
            )
        else:
            param_group["params"] = list(params)
        tensors, names = [], []
        for param in param_group["params"]:
            if isinstance(param, tuple):
                names.append(param[0])
                tensors.append(param[1])
            else:
                tensors.append(param)
        param_group["params"] = tensors
        if names:
            if len(names) != len(tensors):
                raise ValueError("all optimizer params should be with/without names. Some param names are missing")
            param_group["param_names"] = names
        for param in tensors:
            if not isinstance(param, _torch.Tensor):
                raise TypeError(
                    "optimizer can only optimize Tensors, but one of the params is " + _torch.typename(param)
                )
            if not self.defaults.get("differentiable", None) and not (param.is_leaf or param.retains_grad):
                raise ValueError("can't optimize a non-leaf Tensor")
        for name, default in self.defaults.items():
            if default is required and name not in param_group:
                raise ValueError(f"parameter group didn't specify a value of required optimization parameter {name}")
            param_group.setdefault(name, default)
        if len({id(p) for p in tensors}) != len(tensors):
            import warnings

            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; in future, this will cause an error;"
                " see github.com/pytorch/pytorch/issues/40967 for more information",
                stacklevel=3,
            )
        known = {id(p) for group in self.param_groups for p in group["params"]}
        if self.param_groups and ("param_names" in param_group) != ("param_names" in self.param_groups[0]):
            kinds = ("with", "without") if "param_names" in self.param_groups[0] else ("without", "with")
            raise ValueError(
                f"all optimizer param groups should be with/without names. cannot add param group {kinds[1]} names to"
                " the optimizer"
            )
        if any(id(p) in known for p in tensors):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(param_group)
