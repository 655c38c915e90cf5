"""Each process's part of a dataset."""

import math
import sys

from .sampler import Sampler

_torch = sys.modules["flambeau"]
__all__ = ["DistributedSampler"]


class DistributedSampler(Sampler):
    def __init__(self, dataset, num_replicas=None, rank=None, shuffle=True, seed=0, drop_last=False):
        if num_replicas is None or rank is None:
            raise RuntimeError("Requires distributed package to be available")
        if rank >= num_replicas or rank < 0:
            raise ValueError(f"Invalid rank {rank}, rank should be in the interval [0, {num_replicas - 1}]")
        self.dataset, self.num_replicas, self.rank, self.epoch, self.drop_last = (
            dataset,
            num_replicas,
            rank,
            0,
            drop_last,
        )
        count = len(dataset)
        self.num_samples = (
            math.ceil((count - num_replicas) / num_replicas)
            if drop_last and count % num_replicas
            else math.ceil(count / num_replicas)
        )
        self.total_size, self.shuffle, self.seed = self.num_samples * num_replicas, shuffle, seed

    def __iter__(self):
        if self.shuffle:
            g = _torch.Generator()
            g.manual_seed(self.seed + self.epoch)
            indices = _torch.randperm(len(self.dataset), generator=g).tolist()
        else:
            indices = list(range(len(self.dataset)))
        if self.drop_last:
            indices = indices[: self.total_size]
        else:
            padding = self.total_size - len(indices)
            indices += (indices * math.ceil(padding / len(indices)))[:padding]
        return iter(indices[self.rank : self.total_size : self.num_replicas])

    def __len__(self):
        return self.num_samples

    def set_epoch(self, epoch):
        """Another order for each epoch."""
        self.epoch = epoch
