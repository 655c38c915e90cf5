"""How a module is called: hooks before, after and in backward."""

import functools
import warnings
import weakref
from collections import OrderedDict

from ... import _C
from ...utils.hooks import BackwardHook, RemovableHandle
from . import _global_hooks


def _tensors_in(value):
    if isinstance(value, _C.TensorBase):
        return value
    if isinstance(value, dict):
        return next((v for v in value.values() if isinstance(v, _C.TensorBase)), None)
    return _tensors_in(value[0]) if isinstance(value, (list, tuple)) and value else None


class Calls:
    """Part of nn.Module. __call__ is C: forward at once, or _call_impl where there are hooks or a class has its own."""

    def _call_impl(self, *args, **kwargs):
        if not (
            self._forward_hooks
            or self._forward_pre_hooks
            or self._backward_hooks
            or self._backward_pre_hooks
            or _global_hooks.used
        ):
            return self.forward(*args, **kwargs)
        return self._call_with_hooks(args, kwargs)

    _wrapped_call_impl = _call_impl

    def _call_with_hooks(self, args, kwargs):
        called = set()
        try:
            return self._run_hooked(args, kwargs, called)
        except Exception:
            self._run_always_called(args, kwargs, called)
            raise

    def _run_always_called(self, args, kwargs, called):
        """forward raised: hooks registered with always_call still run, their own failures become warnings."""
        for hook_id in (*_global_hooks.forward_always, *self._forward_hooks_always_called):
            hook = _global_hooks.forward.get(hook_id) or self._forward_hooks.get(hook_id)
            if hook_id in called or hook is None:
                continue
            kwargs_too = hook_id in self._forward_hooks_with_kwargs or hook_id in _global_hooks.forward_with_kwargs
            try:
                hook(self, args, kwargs, None) if kwargs_too else hook(self, args, None)
            except Exception as e:
                warnings.warn(
                    "module forward hook with ``always_call=True`` raised an exception that was silenced as another"
                    f" error was raised in forward: {e}",
                    stacklevel=2,
                )

    def _run_hooked(self, args, kwargs, called):
        args, kwargs = self._run_pre_hooks(args, kwargs)
        full, other, pre = self._get_backward_hooks_all()
        backward_hook = None
        if full or pre:
            backward_hook = BackwardHook(self, full, pre)
            args = backward_hook.setup_input_hook(args)
        result = self.forward(*args, **kwargs)
        for table, marks in (
            (_global_hooks.forward, _global_hooks.forward_with_kwargs),
            (self._forward_hooks, self._forward_hooks_with_kwargs),
        ):
            for hook_id, hook in list(table.items()):
                called.add(hook_id)
                out = hook(self, args, kwargs, result) if hook_id in marks else hook(self, args, result)
                if out is not None:
                    result = out
        if backward_hook is not None:
            if not isinstance(result, (_C.TensorBase, tuple)):
                warnings.warn(
                    "For backward hooks to be called, module output should be a Tensor or a tuple of Tensors but"
                    f" received {type(result)}",
                    stacklevel=2,
                )
            else:
                result = backward_hook.setup_output_hook(result)
        if other:
            tensor = _tensors_in(result)
            if tensor is not None and tensor.grad_fn is not None:
                for hook in other:
                    tensor.grad_fn.register_hook(functools.partial(hook, self))
        return result

    def _run_pre_hooks(self, args, kwargs):
        for table, marks in (
            (_global_hooks.forward_pre, ()),
            (self._forward_pre_hooks, self._forward_pre_hooks_with_kwargs),
        ):
            for hook_id, hook in list(table.items()):
                if hook_id in marks:
                    out = hook(self, args, kwargs)
                    if out is not None:
                        if not (isinstance(out, tuple) and len(out) == 2):
                            raise RuntimeError(
                                "forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got"
                                f" {out}."
                            )
                        args, kwargs = out
                else:
                    out = hook(self, args)
                    if out is not None:
                        args = out if isinstance(out, tuple) else (out,)
        return args, kwargs

    def _get_backward_hooks_all(self):
        """(full hooks, old-style hooks, full pre-hooks), global ones first."""
        full = list(_global_hooks.backward.values()) if _global_hooks.is_full_backward is True else []
        other = list(_global_hooks.backward.values()) if _global_hooks.is_full_backward is False else []
        (full if self._is_full_backward_hook is True else other).extend(self._backward_hooks.values())
        return full, other, [*_global_hooks.backward_pre.values(), *self._backward_pre_hooks.values()]

    def _get_backward_hooks(self):
        full, other, _ = self._get_backward_hooks_all()
        return full, other

    def _get_backward_pre_hooks(self):
        return self._get_backward_hooks_all()[2]

    def _add_hook(self, table, hook, *, prepend=False, marks=()):
        handle = RemovableHandle(table, extra_dict=list(marks) or None)
        table[handle.id] = hook
        for mark in marks:
            mark[handle.id] = True
        if prepend:
            table.move_to_end(handle.id, last=False)
        return handle

    def register_forward_pre_hook(self, hook, *, prepend=False, with_kwargs=False):
        """`hook(module, args[, kwargs])` runs before forward and may return changed arguments."""
        marks = (self._forward_pre_hooks_with_kwargs,) if with_kwargs else ()
        return self._add_hook(self._forward_pre_hooks, hook, prepend=prepend, marks=marks)

    def register_forward_hook(self, hook, *, prepend=False, with_kwargs=False, always_call=False):
        """`hook(module, args[, kwargs], output)` runs after forward and may return another output."""
        marks = ((self._forward_hooks_with_kwargs,) if with_kwargs else ()) + (
            (self._forward_hooks_always_called,) if always_call else ()
        )
        return self._add_hook(self._forward_hooks, hook, prepend=prepend, marks=marks)

    def register_backward_hook(self, hook):
        """The old kind of backward hook, attached to the output's node only."""
        self._set_backward_kind(False)
        return self._add_hook(self._backward_hooks, hook)

    def register_full_backward_hook(self, hook, prepend=False):
        """`hook(module, grad_input, grad_output)` runs when the gradients of the inputs are there."""
        self._set_backward_kind(True)
        return self._add_hook(self._backward_hooks, hook, prepend=prepend)

    def _set_backward_kind(self, full):
        if self._is_full_backward_hook is (not full):
            raise RuntimeError(
                "Cannot use both regular backward hooks and full backward hooks on a single Module. Please use only one"
                " of them."
            )
        self._is_full_backward_hook = full

    def register_full_backward_pre_hook(self, hook, prepend=False):
        """`hook(module, grad_output)` runs when the gradients of the outputs are there."""
        return self._add_hook(self._backward_pre_hooks, hook, prepend=prepend)

    def register_state_dict_post_hook(self, hook):
        """`hook(module, state_dict, prefix, local_metadata)` runs at the end of state_dict()."""
        hook._from_public_api = True
        return self._add_hook(self._state_dict_hooks, hook)

    def _register_state_dict_hook(self, hook):
        if getattr(hook, "_from_public_api", False):
            raise RuntimeError(
                "Cannot register the same function as the state dict post hook that was previously registered via"
                " register_state_dict_post_hook"
            )
        return self._add_hook(self._state_dict_hooks, hook)

    def register_state_dict_pre_hook(self, hook):
        """`hook(module, prefix, keep_vars)` runs at the start of state_dict()."""
        return self._add_hook(self._state_dict_pre_hooks, hook)

    def _register_load_state_dict_pre_hook(self, hook, with_module=False):
        return self._add_hook(self._load_state_dict_pre_hooks, _WrappedHook(hook, self if with_module else None))

    def register_load_state_dict_pre_hook(self, hook):
        """hook(module, state_dict, prefix, local_metadata, strict, missing, unexpected, errors) runs before loading."""
        return self._register_load_state_dict_pre_hook(hook, with_module=True)

    def register_load_state_dict_post_hook(self, hook):
        """`hook(module, incompatible_keys)` runs after loading and may edit the lists."""
        return self._add_hook(self._load_state_dict_post_hooks, hook)


_C._give_module_call(Calls)


class _WrappedHook:
    """A hook together with its module, which it does not keep alive."""

    def __init__(self, hook, module=None):
        self.hook, self.with_module = hook, module is not None
        functools.update_wrapper(self, hook)
        if self.with_module:
            self.module = weakref.ref(module)

    def __call__(self, *args, **kwargs):
        if not self.with_module:
            return self.hook(*args, **kwargs)
        module = self.module()
        if module is None:
            raise RuntimeError("You are trying to call the hook of a dead Module!")
        return self.hook(module, *args, **kwargs)

    def __getstate__(self):
        result = {"hook": self.hook, "with_module": self.with_module}
        if self.with_module:
            result["module"] = self.module()
        return result

    def __setstate__(self, state):
        self.hook, self.with_module = state["hook"], state["with_module"]
        if self.with_module:
            if state["module"] is None:
                raise RuntimeError("You are trying to revive the hook of a dead Module!")
            self.module = weakref.ref(state["module"])


def empty_hook_tables():
    """The instance attributes that hold hooks, in PyTorch's order."""
    return {
        "_backward_pre_hooks": OrderedDict(), "_backward_hooks": OrderedDict(), "_is_full_backward_hook": None,
        "_forward_hooks": OrderedDict(), "_forward_hooks_with_kwargs": OrderedDict(),
        "_forward_hooks_always_called": OrderedDict(),
        "_forward_pre_hooks": OrderedDict(), "_forward_pre_hooks_with_kwargs": OrderedDict(),
        "_state_dict_hooks": OrderedDict(),
        "_state_dict_pre_hooks": OrderedDict(), "_load_state_dict_pre_hooks": OrderedDict(),
        "_load_state_dict_post_hooks": OrderedDict(),
    }  # fmt: skip
