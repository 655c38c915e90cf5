"""Marks for capture, which have no effect on what code computes."""

from ..compiler import allow_in_graph, assume_constant_result, disable  # noqa: F401
from .eval_frame import break_graph


def graph_break(*args, **kwargs):
    """graph_break(msg=""): nothing, or an error in what was compiled with fullgraph=True."""
    if len(args) + len(kwargs) > 1 or kwargs.keys() - {"msg"}:
        raise TypeError("graph_break() takes at most one argument, msg")
    break_graph(args, kwargs)


def mark_dynamic(t, index, *, hint_override=None, min=None, max=None, specialize_on=None):
    """A dimension that will vary between calls; every one may."""


def maybe_mark_dynamic(t, index):
    """A dimension that may vary between calls; every one may."""


def mark_static(t, index=None):
    """A dimension that will not vary between calls; none need."""


def mark_static_address(t, guard=False):
    """A tensor whose memory stays in place; every tensor's does."""
