"""What all schedules share."""

import sys
import types
import warnings
import weakref
from functools import wraps

from .optimizer import Optimizer

_torch = sys.modules["flambeau"]
EPOCH_DEPRECATION_WARNING = (
    "The epoch parameter in `scheduler.step()` was not necessary and is being deprecated where possible. Please use"
    " `scheduler.step()` to step the scheduler. During the deprecation, if epoch is different from None, the closed"
    " form is used instead of the new chainable form, where available. Please open an issue if you are unable to"
    " replicate your use case: https://github.com/pytorch/pytorch/issues/new/choose."
)


def copy_of(value):
    return value.clone() if isinstance(value, _torch.Tensor) else value


def per_group(name, optimizer, value):
    """One value for each parameter group."""
    if isinstance(value, (list, tuple)):
        if len(value) != len(optimizer.param_groups):
            raise ValueError(
                f"{name} must have the same length as optimizer.param_groups. {name} has {len(value)} values,"
                f" param_groups has {len(optimizer.param_groups)}."
            )
        return list(value)
    return [value] * len(optimizer.param_groups)


def put(group, key, value):
    """Sets an option, in place where it is a tensor."""
    if isinstance(group[key], _torch.Tensor):
        (
            group[key].fill_(_torch.as_tensor(value).squeeze())
            if not isinstance(value, (int, float))
            else group[key].fill_(value)
        )
    else:
        group[key] = value


class _Flag:
    """Sets an attribute of the scheduler for a block."""

    def __init__(self, scheduler, name):
        self.scheduler, self.name = scheduler, name

    def __enter__(self):
        setattr(self.scheduler, self.name, True)

    def __exit__(self, *exc):
        setattr(self.scheduler, self.name, False)


class LRScheduler:
    """Base class: get_lr gives the rates of the next step from those of this one."""

    _get_lr_called_within_step = False
    _is_initial = False

    def __init__(self, optimizer, last_epoch=-1):
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
        self.optimizer = optimizer
        if last_epoch == -1:
            for group in optimizer.param_groups:
                group.setdefault("initial_lr", copy_of(group["lr"]))
        else:
            for i, group in enumerate(optimizer.param_groups):
                if "initial_lr" not in group:
                    raise KeyError(
                        f"param 'initial_lr' is not specified in param_groups[{i}] when resuming scheduler with"
                        " last_epoch >= 0.\nThis typically happens when:\n1. You're trying to resume training from a"
                        " checkpoint but haven't properly loaded the optimizer state\n2. You're using last_epoch >= 0"
                        " for a fresh training run (not recommended)"
                    )
        self.base_lrs = [copy_of(group["initial_lr"]) for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self._watch(optimizer)
        self._initial_step()

    @staticmethod
    def _watch(optimizer):
        """Lets step() notice when it is called before the optimizer's."""
        if hasattr(optimizer.step, "_wrapped_by_lr_sched"):
            return
        step, reference = optimizer.step, weakref.ref(optimizer)
        function = step.__func__

        @wraps(step)
        def wrapper(*args, **kwargs):
            target = reference()
            target._opt_called = True
            return function.__get__(target, target.__class__)(*args, **kwargs)

        wrapper._wrapped_by_lr_sched = True
        optimizer.step = wrapper

    def _initial_step(self):
        self._step_count = 0
        with _Flag(self, "_is_initial"):
            self.step()

    def state_dict(self):
        return {key: value for key, value in self.__dict__.items() if key != "optimizer"}

    def load_state_dict(self, state_dict):
        self.__dict__.update(state_dict)

    def get_last_lr(self):
        return self._last_lr

    def get_lr(self):
        raise NotImplementedError

    def _warn_outside_step(self):
        if not self._get_lr_called_within_step:
            warnings.warn(
                "To get the last learning rate computed by the scheduler, please use `get_last_lr()`.",
                UserWarning,
                stacklevel=3,
            )

    def step(self, epoch=None):
        """Moves on by one, or (deprecated) to an epoch."""
        if self._step_count == 1:
            if not hasattr(self.optimizer.step, "_wrapped_by_lr_sched"):
                warnings.warn(
                    "Seems like `optimizer.step()` has been overridden after learning rate scheduler initialization."
                    " Please, make sure to call `optimizer.step()` before `lr_scheduler.step()`. See more details at"
                    " https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate",
                    UserWarning,
                    stacklevel=2,
                )
            elif not getattr(self.optimizer, "_opt_called", False):
                warnings.warn(
                    "Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch 1.1.0 and later, you"
                    " should call them in the opposite order: `optimizer.step()` before `lr_scheduler.step()`.  Failure"
                    " to do this will result in PyTorch skipping the first value of the learning rate schedule. See"
                    " more details at https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate",
                    UserWarning,
                    stacklevel=2,
                )
        self._step_count += 1
        if epoch is not None:
            warnings.warn(EPOCH_DEPRECATION_WARNING, UserWarning, stacklevel=2)
        self._update_lr(epoch)

    def _update_lr(self, epoch=None):
        with _Flag(self, "_get_lr_called_within_step"):
            if epoch is None:
                self.last_epoch += 1
                values = self.get_lr()
            else:
                self.last_epoch = epoch
                values = self._get_closed_form_lr() if hasattr(self, "_get_closed_form_lr") else self.get_lr()
        for group, lr in zip(self.optimizer.param_groups, values, strict=True):
            put(group, "lr", lr)
        self._last_lr = self._current()

    def _current(self, key="lr"):
        return [copy_of(group[key]) for group in self.optimizer.param_groups]


class _LRScheduler(LRScheduler):
    """The old name."""


class FunctionState(LRScheduler):
    """Schedules given by functions: functions stay out of the state, callable objects give theirs."""

    _functions = "lr_lambdas"

    def state_dict(self):
        state = {k: v for k, v in self.__dict__.items() if k not in ("optimizer", self._functions)}
        functions = getattr(self, self._functions)
        state[self._functions] = [None if isinstance(f, types.FunctionType) else f.__dict__.copy() for f in functions]
        return state

    def load_state_dict(self, state_dict):
        saved = state_dict.pop(self._functions)
        self.__dict__.update(state_dict)
        state_dict[self._functions] = saved
        for function, state in zip(getattr(self, self._functions), saved, strict=True):
            if state is not None:
                function.__dict__.update(state)
