"""Small helpers that layers share."""

import collections
from itertools import repeat


def _ntuple(n, name="parse"):
    def parse(x):
        if isinstance(x, collections.abc.Iterable):
            return tuple(x)
        return tuple(repeat(x, n))

    parse.__name__ = name
    return parse


_single, _pair, _triple, _quadruple = (
    _ntuple(n, name) for n, name in ((1, "_single"), (2, "_pair"), (3, "_triple"), (4, "_quadruple"))
)


def _reverse_repeat_tuple(t, n):
    """(a, b), 2 -> (b, b, a, a): padding in the order of F.pad."""
    return tuple(x for x in reversed(t) for _ in range(n))


def _list_with_default(out_size, defaults):
    from ..functional.pooling import _list_with_default as parse

    return parse(out_size, defaults)


def consume_prefix_in_state_dict_if_present(state_dict, prefix):
    """Strips a prefix such as "module." from all keys, in place."""
    for key in list(state_dict.keys()):
        if key.startswith(prefix):
            state_dict[key[len(prefix) :]] = state_dict.pop(key)
    if hasattr(state_dict, "_metadata"):
        for key in list(state_dict._metadata.keys()):
            if key in (prefix[:-1], "") or not key.startswith(prefix):
                if key == prefix[:-1] and key:
                    state_dict._metadata[""] = state_dict._metadata.pop(key)
                continue
            state_dict._metadata[key[len(prefix) :]] = state_dict._metadata.pop(key)
