"""torch._dynamo without capture: what programs and libraries ask of it."""

from ..compiler import allow_in_graph, assume_constant_result, disable, is_compiling, list_backends, reset
from . import config, decorators, eval_frame, exc, utils
from .decorators import graph_break, mark_dynamic, mark_static, mark_static_address, maybe_mark_dynamic
from .eval_frame import OptimizedModule

__all__ = [
    "OptimizedModule", "allow_in_graph", "assume_constant_result", "config", "decorators", "disable", "eval_frame",
    "exc", "graph_break", "is_compiling", "list_backends", "mark_dynamic", "mark_static", "mark_static_address",
    "maybe_mark_dynamic", "reset", "utils",
]  # fmt: skip
