"""torch.autograd.Function: operations with a derivative of the user's own."""

import functools
import itertools

from .. import _C

__all__ = [
    "FunctionCtx",
    "BackwardCFunction",
    "FunctionMeta",
    "Function",
    "once_differentiable",
    "InplaceFunction",
    "NestedIOFunction",
]
AUTOGRAD_FUNCTION_COUNTER = itertools.count()


class FunctionCtx:
    """What forward leaves for backward."""

    def save_for_backward(self, *tensors):
        """Tensors for backward; they come back as ctx.saved_tensors."""
        self.to_save = tensors

    def save_for_forward(self, *tensors):
        for tensor in tensors:
            if not isinstance(tensor, _C.TensorBase) and tensor is not None:
                raise AssertionError(
                    "save_for_forward expects all arguments to be tensors; you should save non-tensors as attributes on"
                    " ctx."
                )
        self.saved_for_forward = tensors

    def mark_dirty(self, *args):
        """Declares inputs that forward changed in place."""
        self.dirty_tensors = args

    def mark_shared_storage(self, *pairs):
        pass

    def mark_non_differentiable(self, *args):
        """Declares outputs without gradient."""
        self.non_differentiable = args

    def set_materialize_grads(self, value):
        """Whether backward gets zeros (True) or None for outputs without gradient."""
        self.materialize_grads = value


_ContextMethodMixin = FunctionCtx


class _HookMixin:
    @staticmethod
    def _register_hook(backward_hooks, hook):
        from collections import OrderedDict

        from ..utils.hooks import RemovableHandle

        backward_hooks = OrderedDict() if backward_hooks is None else backward_hooks
        handle = RemovableHandle(backward_hooks)
        backward_hooks[handle.id] = hook
        return backward_hooks, handle


class BackwardCFunction(_C._FunctionBase, FunctionCtx, _HookMixin):
    """The node that runs a Function's backward."""

    def apply(self, *args):
        backward, vjp = self._forward_cls.backward, self._forward_cls.vjp
        if backward is not Function.backward and vjp is not Function.vjp:
            raise RuntimeError(
                "Implementing both 'backward' and 'vjp' for a custom Function is not allowed. You should only implement"
                " one of them."
            )
        return (vjp if vjp is not Function.vjp else backward)(self, *args)

    def apply_jvp(self, *args):
        return self._forward_cls.jvp(self, *args)

    def _compiled_autograd_key(self):
        return self._forward_cls._compiled_autograd_key(self)


class FunctionMeta(type):
    """Gives each Function its own node type, <Name>Backward."""

    def __init__(cls, name, bases, attrs):
        backward = type(name + "Backward", (BackwardCFunction,), {"_forward_cls": cls, "__module__": cls.__module__})
        backward._autograd_function_id = next(AUTOGRAD_FUNCTION_COUNTER)
        backward._bw_module = None
        cls._backward_cls = backward
        super().__init__(name, bases, attrs)


class _SingleLevelFunction(_C._FunctionBase, FunctionCtx, _HookMixin, metaclass=FunctionMeta):
    @staticmethod
    def forward(*args, **kwargs):
        """forward(ctx, *args), or forward(*args) together with setup_context."""
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx, inputs, output):
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx, *grad_outputs):
        """One gradient (or None) for each argument of forward."""
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom autograd.Function to use it with"
            " backward mode AD."
        )

    vjp = backward

    @staticmethod
    def jvp(ctx, *grad_inputs):
        raise NotImplementedError(
            "You must implement the jvp function for custom autograd.Function to use it with forward mode AD."
        )


class Function(_SingleLevelFunction):
    generate_vmap_rule = False
    clear_saved_tensors_on_access = boxed_grads_call = False

    def __init__(self, *args, **kwargs):
        raise TypeError(
            f"{self.__class__} should not be instantiated. Methods on autograd functions are all static, so you should"
            " invoke them on the class itself. Use .apply() instead."
        )

    @staticmethod
    def vmap(info, in_dims, *args):
        raise NotImplementedError(
            "To use autograd.Function with vmap, you must either override the vmap staticmethod or set"
            " generate_vmap_rule=True."
        )

    @classmethod
    def apply(cls, *args, **kwargs):
        """Runs forward and records the node."""
        if cls.setup_context is _SingleLevelFunction.setup_context:
            return super().apply(*args, **kwargs)
        import inspect

        bound = inspect.signature(cls.forward).bind(*args, **kwargs)
        bound.apply_defaults()
        return super().apply(*bound.args)

    @staticmethod
    def _compiled_autograd_key(ctx):
        return (ctx._autograd_function_id,)


def _is_setup_context_defined(fn):
    return fn != _SingleLevelFunction.setup_context


class _Once(Function):
    """What it returns is its input, which cannot be differentiated."""

    @staticmethod
    def forward(ctx, *tensors):
        return tensors

    @staticmethod
    def backward(ctx, *grads):
        raise RuntimeError("trying to differentiate twice a function that was marked with @once_differentiable")


def once_differentiable(fn):
    """For a backward that cannot itself be differentiated: doing so raises."""

    @functools.wraps(fn)
    def wrapper(ctx, *args):
        from .grad_mode import no_grad

        with no_grad():
            outputs = fn(ctx, *args)
        if not _C.is_grad_enabled():
            return outputs
        if not any(isinstance(a, _C.TensorBase) and a.requires_grad for a in args):
            return outputs
        single = not isinstance(outputs, tuple)
        outputs = (outputs,) if single else outputs
        outputs = _Once.apply(*(t if t is None else t.detach().requires_grad_() for t in outputs))
        return outputs[0] if single else outputs

    return wrapper


class InplaceFunction(Function):
    """Old base class that remembers `inplace`."""

    def __init__(self, inplace=False):
        super().__init__()
        self.inplace = inplace


def _nested_map(condition, fn, condition_msg=None):
    def visit(obj):
        if condition(obj):
            return fn(obj)
        if obj is None:
            return None
        if isinstance(obj, (list, tuple)):
            mapped = (visit(x) for x in obj)
            return type(obj)(*mapped) if hasattr(obj, "_fields") else type(obj)(mapped)
        if isinstance(obj, dict):
            return {key: visit(value) for key, value in obj.items()}
        raise ValueError(
            f"Auto nesting doesn't know how to process an input object of type {type(obj).__name__}"
            + (f". Accepted types: {condition_msg}, or lists/tuples of them" if condition_msg else "")
        )

    return visit


class NestedIOFunction(Function):
    """Old base class for nested inputs; only the name is here."""
