"""Datasets, samplers and the DataLoader."""

from .dataloader import DataLoader, _DatasetKind, default_collate, default_convert, get_worker_info
from .datapipes.datapipe import DFIterDataPipe, IterDataPipe, MapDataPipe, functional_datapipe
from .dataset import (
    ChainDataset,
    ConcatDataset,
    Dataset,
    IterableDataset,
    StackDataset,
    Subset,
    TensorDataset,
    random_split,
)
from .distributed import DistributedSampler
from .sampler import BatchSampler, RandomSampler, Sampler, SequentialSampler, SubsetRandomSampler, WeightedRandomSampler

__all__ = [
    "BatchSampler", "ChainDataset", "ConcatDataset", "DFIterDataPipe", "DataLoader", "Dataset", "DistributedSampler",
    "IterDataPipe",
    "IterableDataset", "MapDataPipe", "RandomSampler", "Sampler", "SequentialSampler", "StackDataset", "Subset",
    "SubsetRandomSampler",
    "TensorDataset", "WeightedRandomSampler", "_DatasetKind", "default_collate", "default_convert",
    "functional_datapipe",
    "get_worker_info", "random_split",
]  # fmt: skip


def __getattr__(name):
    from ..._loader import submodule_getter

    return submodule_getter(__package__, __name__)(name)
