"""Handles of registered hooks, and backward hooks of modules."""

import weakref
from collections import OrderedDict

from .. import _C

__all__ = ["RemovableHandle", "unserializable_hook", "warn_if_has_hooks", "BackwardHook"]


class RemovableHandle:
    """Takes a hook out again; also a context manager."""

    next_id = 0

    def __init__(self, hooks_dict, *, extra_dict=None):
        self.hooks_dict_ref = weakref.ref(hooks_dict)
        self.id = RemovableHandle.next_id
        RemovableHandle.next_id += 1
        extras = [] if extra_dict is None else extra_dict if isinstance(extra_dict, list) else [extra_dict]
        self.extra_dict_ref = tuple(weakref.ref(d) for d in extras)

    def remove(self):
        for ref in (self.hooks_dict_ref, *self.extra_dict_ref):
            hooks = ref()
            if hooks is not None:
                hooks.pop(self.id, None)

    def __getstate__(self):
        refs = tuple(ref() for ref in self.extra_dict_ref)
        return (self.hooks_dict_ref(), self.id) + ((refs,) if refs else ())

    def __setstate__(self, state):
        self.hooks_dict_ref = weakref.ref(OrderedDict() if state[0] is None else state[0])
        self.id = state[1]
        RemovableHandle.next_id = max(RemovableHandle.next_id, self.id + 1)
        extras = state[2] if len(state) > 2 else ()
        self.extra_dict_ref = tuple(weakref.ref(OrderedDict() if d is None else d) for d in extras)

    def __enter__(self):
        return self

    def __exit__(self, type, value, tb):
        self.remove()


def unserializable_hook(f):
    """Marks a hook that pickling should warn of."""
    f.__torch_unserializable__ = True
    return f


def warn_if_has_hooks(tensor):
    for hook in (tensor._backward_hooks or {}).values():
        if not hasattr(hook, "__torch_unserializable__"):
            import warnings

            warnings.warn(
                f"backward hook {hook!r} on tensor will not be serialized.  If this is expected, you can decorate the"
                " function with @torch.utils.hooks.unserializable_hook to suppress this warning",
                stacklevel=2,
            )


class BackwardHook:
    """Collects a module's output gradients and input gradients and gives them to its full backward hooks."""

    def __init__(self, module, user_hooks, user_pre_hooks):
        self.module, self.user_hooks, self.user_pre_hooks = module, user_hooks, user_pre_hooks
        self.grad_outputs = None
        self.n_outputs = self.n_inputs = -1
        self.output_tensors_index = self.input_tensors_index = None

    def _spread(self, indices, values, size):
        filled = [None] * size
        for index, value in zip(indices, values, strict=True):
            filled[index] = value
        return tuple(filled)

    def _set_user_hook(self, grad_fn):
        def hook(grad_input, _):
            if self.grad_outputs is None:
                return None
            res = self._spread(self.input_tensors_index, grad_input, self.n_inputs)
            for user_hook in self.user_hooks:
                out = user_hook(self.module, res, self.grad_outputs)
                if out is None:
                    continue
                out = out if isinstance(out, (tuple, list)) else (out,)
                if len(out) != len(res):
                    raise RuntimeError(
                        f"Backward hook returned an invalid number of grad_input, got {len(out)}, but expected"
                        f" {len(res)}"
                    )
                res = tuple(out)
            self.grad_outputs = None
            return tuple(res[i] for i in self.input_tensors_index)

        grad_fn.register_hook(hook)

    def _on_grad_output(self, grad_output):
        self.grad_outputs = self._spread(self.output_tensors_index, grad_output, self.n_outputs)
        for user_hook in self.user_pre_hooks:
            out = user_hook(self.module, self.grad_outputs)
            if out is None:
                continue
            out = out if isinstance(out, (tuple, list)) else (out,)
            if len(out) != len(self.grad_outputs):
                raise RuntimeError(
                    "Backward pre hook returned an invalid number of grad_output, got"
                    f" {len(out)}, but expected {len(self.grad_outputs)}"
                )
            self.grad_outputs = tuple(out)
        local = self.grad_outputs
        if self.input_tensors_index is None:
            for user_hook in self.user_hooks:
                out = user_hook(self.module, (None,) * self.n_inputs, self.grad_outputs)
                if out is not None and not (isinstance(out, tuple) and all(g is None for g in out)):
                    raise RuntimeError(
                        "Backward hook for Modules where no input requires gradient should always return None or None"
                        " for all gradients."
                    )
            self.grad_outputs = None
        return tuple(local[i] for i in self.output_tensors_index) if self.user_pre_hooks else None

    def _through_node(self, attach, args):
        """Passes tensors through one node so that a hook sees all their gradients together."""
        from ..nn.modules._functions import BackwardHookFunction

        indices = [i for i, a in enumerate(args) if isinstance(a, _C.TensorBase)]
        tensors = [args[i] for i in indices]
        if not (_C.is_grad_enabled() and any(t.requires_grad for t in tensors)):
            return args, None
        new = BackwardHookFunction.apply(*tensors)
        nodes = [t.grad_fn for t in new if t.grad_fn is not None and t.grad_fn.name() == "BackwardHookFunctionBackward"]
        if not nodes:
            raise RuntimeError(
                "Error while setting up backward hooks. Please open an issue with a code sample to reproduce this."
            )
        attach(nodes[0])
        result = list(args)
        for i, tensor in zip(indices, new, strict=True):
            result[i] = tensor
        return (type(args)(*result) if hasattr(args, "_fields") else tuple(result)), indices

    def setup_input_hook(self, args):
        result, self.input_tensors_index = self._through_node(self._set_user_hook, args)
        self.n_inputs = len(args)
        return result

    def setup_output_hook(self, args):
        is_tuple = isinstance(args, tuple)

        wrapped = args if is_tuple else (args,)
        self.n_outputs = len(wrapped)
        result, self.output_tensors_index = self._through_node(
            lambda node: node.register_prehook(self._on_grad_output), wrapped
        )
        return result if is_tuple else result[0]
