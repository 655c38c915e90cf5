"""Named regions: torch.profiler.record_function and the operators below it."""

import flambeau as torch


def test_region_is_entered_and_left():
    with torch.profiler.record_function("outer") as region:
        assert region.record is not None
        assert torch.ones(2).sum().item() == 2
    assert region.record is None


def test_operators_of_regions():
    ops = torch.ops.profiler
    handle = ops._record_function_enter_new("region", "argument")
    ops._record_function_exit._RecordFunction(handle)
    older = ops._record_function_enter("region")
    assert older.dtype == torch.uint8
    ops._record_function_exit(older)


def test_decorator():
    @torch.profiler.record_function("doubled")
    def double(x):
        return x * 2

    assert double(torch.ones(1)).item() == 2
