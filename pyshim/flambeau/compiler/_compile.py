"""torch.compile: the function or module runs eagerly, with the results compiling must not change."""


def compile(
    model=None, *, fullgraph=False, dynamic=None, backend="inductor", mode=None, options=None, disable=False, name=None
):
    """Gives back `model`; a decorator when called without one."""
    if mode is not None and options is not None:
        raise RuntimeError("Either mode or options can be specified, but both can't be specified at the same time.")
    if model is None:
        return lambda function: compile(
            function, fullgraph=fullgraph, dynamic=dynamic, backend=backend, mode=mode, options=options, disable=disable
        )
    if not callable(model):
        raise RuntimeError("torch.compile expects a callable")
    return model


def _reset():
    """Nothing is cached."""
