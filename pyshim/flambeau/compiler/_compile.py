"""torch.compile: the function or module runs eagerly, with the results compiling must not change."""

from .._dynamo.eval_frame import OptimizedModule, whole_graph
from ..nn.modules.module import Module

MODES = ("default", "lite", "reduce-overhead", "max-autotune-no-cudagraphs", "max-autotune")
BACKENDS = ("inductor", "eager")


def compile(
    model=None, *, fullgraph=False, dynamic=None, backend="inductor", mode=None, options=None, disable=False, name=None
):
    """A function is given back as it is, a module as an OptimizedModule around it; a decorator when called without one.

    dynamic and mode choose how code is captured and how long it is tuned. Nothing is captured here, so they change
    nothing; fullgraph makes torch._dynamo.graph_break() an error. Other backends and options are not implemented.
    """
    if mode is not None and options is not None:
        raise RuntimeError("Either mode or options can be specified, but both can't be specified at the same time.")
    if mode is not None and mode not in MODES:
        raise RuntimeError(f"Unrecognized mode={mode}, should be one of: {', '.join(MODES)}")
    if not disable and (callable(backend) or backend not in BACKENDS):
        raise NotImplementedError(f"not implemented: torch.compile(backend={backend!r})")
    if options:
        raise NotImplementedError(f"not implemented: torch.compile(options={options!r})")

    def compiled(target):
        if not callable(target):
            raise AssertionError(f"A callable function is expected, but {type(target)} is provided.")
        if disable:
            return target
        if isinstance(target, Module):
            return OptimizedModule(target, fullgraph)
        return whole_graph(target) if fullgraph else target

    return compiled if model is None else compiled(model)
