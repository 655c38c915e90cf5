"""Automatic differentiation."""

import warnings

from .. import _C
from .._C import _ImperativeEngine
from ..overrides import handle_torch_function, has_torch_function, is_tensor_like
from . import grad_mode, variable  # noqa: F401
from .function import Function, NestedIOFunction
from .grad_mode import (
    enable_grad,
    inference_mode,
    no_grad,
    set_grad_enabled,
    set_multithreading_enabled,
)
from .variable import Variable

__all__ = [
    "Variable", "Function", "backward", "grad", "grad_mode", "no_grad", "enable_grad", "set_grad_enabled",
    "inference_mode",
    "set_multithreading_enabled", "detect_anomaly", "set_detect_anomaly", "NestedIOFunction", "gradcheck",
    "gradgradcheck",
]  # fmt: skip

_engine = Variable._execution_engine = _ImperativeEngine()


def _make_grads(outputs, grads, is_grads_batched=False):
    """A gradient for each output: the given one after checking its shape, or one for scalars."""
    from .. import ones_like

    made = []
    for out, grad in zip(outputs, grads, strict=False):
        tensor = out if isinstance(out, _C.TensorBase) else None
        if grad is not None:
            if tensor is not None:
                shape = grad.shape[1:] if is_grads_batched else grad.shape
                if shape != tensor.shape:
                    raise RuntimeError(
                        f"Mismatch in shape: grad_output[{_index(grads, grad)}] has a shape of"
                        f" {grad.shape} and output[{_index(outputs, out)}] has a shape of {tensor.shape}."
                    )
                if tensor.dtype.is_complex != grad.dtype.is_complex:
                    raise RuntimeError(
                        "For complex Tensors, both grad_output and output are required to have the same dtype."
                        f" Mismatch in dtype: grad_output[{_index(grads, grad)}] has a dtype of {grad.dtype} and"
                        f" output[{_index(outputs, out)}] has a dtype of {tensor.dtype}."
                    )
            made.append(grad)
        elif tensor is not None and tensor.requires_grad:
            if tensor.numel() != 1:
                raise RuntimeError("grad can be implicitly created only for scalar outputs")
            if not tensor.dtype.is_floating_point:
                raise RuntimeError(
                    f"grad can be implicitly created only for real scalar outputs but got {tensor.dtype}"
                )
            made.append(ones_like(tensor, memory_format=_preserve()))
        else:
            made.append(None)
    return tuple(made)


def _preserve():
    from .. import preserve_format

    return preserve_format


def _index(items, item):
    return next(i for i, other in enumerate(items) if other is item)


def backward(tensors, grad_tensors=None, retain_graph=None, create_graph=False, grad_variables=None, inputs=None):
    """Adds the gradients of `tensors` to the `.grad` of the leaves, or of `inputs` only."""
    if grad_tensors is None is grad_variables is inputs and _C._backward_of_scalar(tensors, retain_graph, create_graph):
        return
    if _C._are_functorch_transforms_active():
        raise RuntimeError(
            "backward() called inside a functorch transform. This is not supported, please use functorch.grad or"
            " functorch.vjp instead."
        )
    if grad_variables is not None:
        warnings.warn("`grad_variables` is deprecated. Use `grad_tensors` instead.", FutureWarning, stacklevel=2)
        if grad_tensors is not None:
            raise RuntimeError(
                "`grad_tensors` and `grad_variables` (deprecated) arguments both passed to `backward()`. Please only"
                " use `grad_tensors`."
            )
        grad_tensors = grad_variables
    inputs = (
        (inputs,)
        if is_tensor_like(inputs) or type(inputs).__name__ == "GradientEdge"
        else tuple(inputs)
        if inputs is not None
        else None
    )
    if inputs is not None and not inputs:
        raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    tensors = (tensors,) if is_tensor_like(tensors) or type(tensors).__name__ == "GradientEdge" else tuple(tensors)
    grads = (
        [None] * len(tensors)
        if grad_tensors is None
        else (grad_tensors,)
        if is_tensor_like(grad_tensors)
        else tuple(grad_tensors)
    )
    grads = _make_grads(tensors, grads)
    if retain_graph is None:
        retain_graph = create_graph
    _engine.run_backward(
        tensors, grads, retain_graph, create_graph, inputs or (), allow_unreachable=True, accumulate_grad=True
    )


def grad(
    outputs, inputs, grad_outputs=None, retain_graph=None, create_graph=False, only_inputs=True, allow_unused=None,
    is_grads_batched=False, materialize_grads=False,
):  # fmt: skip
    """Gradients of `outputs` with respect to `inputs`, as a tuple; leaves' `.grad` stay as they are."""
    if materialize_grads and allow_unused is False:
        raise ValueError(
            "Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False."
        )
    allow_unused = materialize_grads if allow_unused is None else allow_unused
    outputs = (outputs,) if is_tensor_like(outputs) or type(outputs).__name__ == "GradientEdge" else tuple(outputs)
    inputs = (inputs,) if is_tensor_like(inputs) or type(inputs).__name__ == "GradientEdge" else tuple(inputs)
    if not inputs:
        raise RuntimeError("`inputs` argument to `grad()` cannot be empty.")
    overridable = tuple(t for t in outputs + inputs if is_tensor_like(t))
    if has_torch_function(overridable):
        return handle_torch_function(
            grad, overridable, outputs, inputs, grad_outputs=grad_outputs, retain_graph=retain_graph,
            create_graph=create_graph,
            only_inputs=only_inputs, allow_unused=allow_unused, is_grads_batched=is_grads_batched,
            materialize_grads=materialize_grads,
        )  # fmt: skip
    if not only_inputs:
        warnings.warn(
            "only_inputs argument is deprecated and is ignored now (defaults to True).", FutureWarning, stacklevel=2
        )
    grads = (
        [None] * len(outputs)
        if grad_outputs is None
        else (grad_outputs,)
        if is_tensor_like(grad_outputs)
        else tuple(grad_outputs)
    )
    grads = _make_grads(outputs, grads, is_grads_batched)
    if retain_graph is None:
        retain_graph = create_graph

    def run(*given):
        return _engine.run_backward(
            outputs, given, retain_graph, create_graph, inputs, allow_unused, accumulate_grad=False
        )

    if is_grads_batched:
        from .. import stack

        retain, retain_graph = retain_graph, True
        rows = [
            run(*(None if g is None else g[i] for g in grads))
            for i in range(next(g for g in grads if g is not None).shape[0])
        ]
        retain_graph = retain
        result = tuple(None if column[0] is None else stack(column) for column in zip(*rows, strict=True))
    else:
        result = run(*grads)
    if materialize_grads:
        from .. import zeros_like

        result = tuple(
            zeros_like(i, requires_grad=create_graph) if r is None else r for r, i in zip(result, inputs, strict=True)
        )
    return result


def _is_checkpoint_valid():
    return _engine.is_checkpoint_valid()


_LAZY = {
    "detect_anomaly": "anomaly_mode",
    "set_detect_anomaly": "anomaly_mode",
    "gradcheck": "gradcheck",
    "gradgradcheck": "gradcheck",
}


def __getattr__(name):
    from importlib import import_module

    if name in _LAZY:
        value = getattr(import_module(f"{__package__}.{_LAZY[name]}"), name)
        globals()[name] = value
        return value
    if name in (
        "kineto_available",
        "_enable_profiler",
        "_disable_profiler",
        "_supported_activities",
        "ProfilerConfig",
        "ProfilerState",
    ):
        return getattr(_C._autograd, name)
    from .._loader import submodule_getter

    return submodule_getter(__package__, __name__)(name)


if hasattr(_C, "_autograd_init") and not _C._autograd_init():
    raise RuntimeError("autograd initialization failed")
