"""torch.compiler without a compiler."""

__all__ = [
    "compile", "assume_constant_result", "reset", "allow_in_graph", "substitute_in_graph", "list_backends", "disable",
    "set_stance",
    "set_enable_guard_collectives", "cudagraph_mark_step_begin", "wrap_numpy", "is_compiling", "is_dynamo_compiling",
    "is_exporting",
]  # fmt: skip


def compile(*args, **kwargs):
    from ._compile import compile

    return compile(*args, **kwargs)


def reset():
    """Forgets compiled code; there is none."""


def is_compiling():
    return False


def is_dynamo_compiling():
    return False


def is_exporting():
    return False


def disable(fn=None, recursive=True, *, reason=None):
    """The function itself; a decorator with or without arguments."""
    return (lambda f: f) if fn is None else fn


def allow_in_graph(fn):
    return fn


def assume_constant_result(fn):
    return fn


def substitute_in_graph(original_fn, *, can_constant_fold_through=False, skip_signature_check=False):
    return lambda fn: fn


def list_backends(exclude_tags=("debug", "experimental")):
    return ["eager"]


def cudagraph_mark_step_begin():
    pass


def wrap_numpy(fn):
    raise NotImplementedError("not implemented: torch.compiler.wrap_numpy")


class set_stance:
    """How compiled code behaves; there is none, so every stance is eager."""

    def __init__(self, stance="default", *, skip_guard_eval_unsafe=False, force_backend=None):
        if stance not in (
            "default",
            "eager_then_compile",
            "aot_eager_then_compile",
            "force_eager",
            "eager_on_recompile",
            "fail_on_recompile",
        ):
            raise ValueError(f"invalid torch.compile stance '{stance}'")

    def __call__(self, fn):
        return fn

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass
