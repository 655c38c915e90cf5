"""Datasets, samplers, loaders with and without worker processes."""

import random
import warnings

import numpy as np
import torch
import torch.utils.data as D

warnings.simplefilter("ignore")


def tr(f):
    try:
        print("ok", f())
    except Exception as e:
        print(type(e).__name__, str(e).split("\n")[0][:150], str(e).split("\n")[-2][:100] if "\n" in str(e) else "")


class DS(D.Dataset):
    def __len__(self):
        return 10

    def __getitem__(self, i):
        return {
            "x": torch.full((2,), float(i)),
            "r": torch.rand(1),
            "n": np.float32(np.random.rand()),
            "p": random.random(),
            "s": str(i),
            "t": (i, [1.5, i]),
        }


class IT(D.IterableDataset):
    def __iter__(self):
        w = D.get_worker_info()
        a, b = (0, 10) if w is None else (w.id * 5, w.id * 5 + 5)
        return iter(torch.arange(a, b))


class Bad(DS):
    def __getitem__(self, i):
        if i == 3:
            raise ValueError("bad item")
        return i


def main():
    torch.manual_seed(3)
    np.random.seed(1)
    random.seed(2)
    for kw in [
        {},
        {"batch_size": 4},
        {"batch_size": 4, "shuffle": True},
        {"batch_size": 3, "shuffle": True, "num_workers": 2},
        {
            "batch_size": 3,
            "num_workers": 2,
            "drop_last": True,
            "generator": torch.Generator().manual_seed(5),
            "shuffle": True,
        },
        {"batch_size": None},
        {"sampler": D.WeightedRandomSampler([1.0] * 10, 5), "batch_size": 2},
        {"batch_sampler": [[1, 2], [3]]},
    ]:
        print(kw.keys())
        for b in D.DataLoader(DS(), **kw):
            print(b)
    dl = D.DataLoader(DS(), 4, num_workers=2, persistent_workers=True, prefetch_factor=3)
    for _e in range(2):
        print([b["x"][:, 0].tolist() for b in dl])
    print([b.tolist() for b in D.DataLoader(IT(), 3, num_workers=2)], [b.tolist() for b in D.DataLoader(IT(), 3)])
    tr(lambda: list(D.DataLoader(Bad(), 2, num_workers=1)))
    tr(lambda: list(D.DataLoader(Bad(), 2)))
    tr(lambda: D.DataLoader(DS(), num_workers=-1))
    tr(lambda: D.DataLoader(DS(), shuffle=True, sampler=[1]))
    tr(lambda: D.DataLoader(IT(), shuffle=True))
    tr(lambda: D.DataLoader(DS(), batch_size=0))
    print(
        [list(s.indices) for s in D.random_split(range(10), [0.5, 0.3, 0.2])],
        len(D.ConcatDataset([DS(), DS()])),
        D.TensorDataset(torch.arange(4), torch.ones(4))[1:3],
        list(D.RandomSampler(range(5), replacement=True)),
        list(D.SubsetRandomSampler([4, 5, 6])),
        list(D.distributed.DistributedSampler(range(7), 2, 1)),
    )
    big = D.DataLoader(D.TensorDataset(torch.arange(40000.0).view(4, 100, 100)), 2, num_workers=2)
    print([b[0].sum().item() for b in big])
    print(D.default_collate([np.arange(3), np.arange(3)]), D.default_convert({"a": np.ones(2), "b": [1, (2,)]}))

    def init(i):
        torch.manual_seed(7)

    print([b["r"].flatten().tolist() for b in D.DataLoader(DS(), 5, num_workers=2, worker_init_fn=init)], torch.rand(1))
    q = torch.multiprocessing.Queue()
    q.put(torch.ones(30000))
    print(q.get(timeout=20).sum())
    x = torch.ones(3).share_memory_()
    print(x.is_shared())

    class S(D.Dataset):
        def __len__(s):
            return 8

        def __getitem__(s, i):
            return torch.zeros(i % 2 + 1)

    tr(lambda: list(D.DataLoader(S(), 2)))


main()
