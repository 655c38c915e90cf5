"""Marks for capture, which have no effect on what code computes."""

from ..compiler import allow_in_graph, assume_constant_result, disable  # noqa: F401


def graph_break(msg=""):
    """Ends a captured graph; nothing is captured."""


def mark_dynamic(t, index, *, hint_override=None, min=None, max=None, specialize_on=None):
    """A dimension that will vary between calls; every one may."""


def maybe_mark_dynamic(t, index):
    """A dimension that may vary between calls; every one may."""


def mark_static(t, index=None):
    """A dimension that will not vary between calls; none need."""


def mark_static_address(t, guard=False):
    """A tensor whose memory stays in place; every tensor's does."""
