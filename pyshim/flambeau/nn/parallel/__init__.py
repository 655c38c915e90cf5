"""Data parallel wrappers. Without other devices a DataParallel just calls its module."""

from ..modules.module import Module

__all__ = [
    "DataParallel",
    "DistributedDataParallel",
    "parallel_apply",
    "replicate",
    "scatter",
    "gather",
    "data_parallel",
]


class DataParallel(Module):
    def __init__(self, module, device_ids=None, output_device=None, dim=0):
        super().__init__()
        self.module, self.device_ids, self.output_device, self.dim = module, [], output_device, dim

    def forward(self, *inputs, **kwargs):
        return self.module(*inputs, **kwargs)


class DistributedDataParallel(Module):
    def __init__(self, module, *args, **kwargs):
        raise RuntimeError(
            "Default process group has not been initialized, please make sure to call init_process_group."
        )


def data_parallel(module, inputs, device_ids=None, output_device=None, dim=0, module_kwargs=None):
    inputs = inputs if isinstance(inputs, tuple) else () if inputs is None else (inputs,)
    return module(*inputs, **(module_kwargs or {}))


def _needs_devices(name):
    def function(*args, **kwargs):
        raise NotImplementedError(f"not implemented: torch.nn.parallel.{name}")

    function.__name__ = name
    return function


parallel_apply, replicate, scatter, gather = map(_needs_devices, ("parallel_apply", "replicate", "scatter", "gather"))
