"""Users' compiled code has our layouts inlined: sizes, offsets, vtables and enum values must be PyTorch's."""

import layout
import pytest


@pytest.fixture(scope="module")
def measured(build, oracle):
    return layout.measure(build, [oracle / "include"])


def test_what_is_there_is_as_in_pytorch(measured):
    assert list(layout.differences(*measured)) == []


def test_what_is_not_there_is_listed_and_the_list_only_shrinks(measured):
    listed = layout.UNMIRRORED.read_text().splitlines()
    assert listed == sorted(set(listed))
    assert layout.unmirrored(measured[0]) == listed, "layout.py --update, if it shrinks"
