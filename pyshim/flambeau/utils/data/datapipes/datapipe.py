"""The base classes of data pipes, which libraries subclass and test for."""

from ..dataset import Dataset, IterableDataset


class IterDataPipe(IterableDataset):
    functions = {}


class MapDataPipe(Dataset):
    functions = {}


class DFIterDataPipe(IterDataPipe):
    pass


class _IterDataPipeSerializationWrapper(IterDataPipe):
    pass


class _MapDataPipeSerializationWrapper(MapDataPipe):
    pass


class functional_datapipe:
    """Registers a pipe class under a method name."""

    def __init__(self, name, enable_df_api_tracing=False):
        self.name = name

    def __call__(self, cls):
        base = IterDataPipe if issubclass(cls, IterDataPipe) else MapDataPipe
        if self.name in base.functions:
            raise Exception(f"Unable to add DataPipe function name {self.name} as it is already taken")
        base.functions[self.name] = cls
        setattr(base, self.name, lambda source, *args, **kwargs: cls(source, *args, **kwargs))
        return cls
