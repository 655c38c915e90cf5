"""Samples of distributions, dispatch keys, memory that nobody wrote."""

import torch

for dtype in (torch.float32, torch.float64):
    torch.manual_seed(0)
    rates = torch.tensor([[0.0, 0.3, 4.0], [9.9, 12.5, 300.0]], dtype=dtype)
    print(torch.poisson(rates), torch.poisson(rates.t()))
    shapes = torch.tensor([[0.01, 0.5, 1.0], [2.5, 40.0, 0.0]], dtype=dtype)
    print(torch._standard_gamma(shapes), torch._standard_gamma(shapes[:, ::2]), torch.normal(0.0, 1.0, (1,)))
    counts = torch.tensor([[1.0, 10, 50], [200, 0, 30]], dtype=dtype)
    chances = torch.tensor([[0.5, 0.3, 0.9], [0.4, 0.5, 1.0]], dtype=dtype)
    print(torch.binomial(counts, chances))
    print(torch._sample_dirichlet(torch.tensor([[0.5, 2.0, 7.0], [1.0, 1.0, 0.1]], dtype=dtype)))
generator = torch.Generator().manual_seed(3)
print(torch.poisson(torch.full((5,), 20.0), generator=generator), torch.rand(1, generator=generator))
D = torch.distributions
for distribution in (
    D.Poisson(3.0),
    D.Gamma(2.0, 0.5),
    D.Beta(0.5, 4.0),
    D.Dirichlet(torch.ones(3)),
    D.Binomial(12, torch.tensor([0.2, 0.7])),
    D.StudentT(3.0),
    D.Chi2(4.0),
    D.NegativeBinomial(5.0, 0.4),
):
    torch.manual_seed(1)
    print(distribution, distribution.sample((3,)))

Key, KeySet = torch._C.DispatchKey, torch._C.DispatchKeySet
keys = torch._C._dispatch_keys(torch.ones(1))
print(Key.CPU, repr(Key.CPU), Key.CPU.name, int(Key.CPU))
print([name for name in ("Meta", "AutogradCPU", "Python", "CompositeImplicitAutograd") if name in Key.__members__])
print(keys, keys.raw_repr(), keys | KeySet(Key.Python), keys - KeySet(Key.CPU), keys & KeySet(Key.CPU))
print(keys.has(Key.CPU), keys.remove(Key.CPU), keys.add(Key.Meta), keys.highestPriorityTypeId(), keys == keys)
print(torch._C._dispatch_tls_local_include_set(), torch._C._dispatch_key_parse("Meta"))
print(torch._C._dispatch_is_included_in_alias(Key.CPU, Key.CompositeExplicitAutograd))
with torch._C._ExcludeDispatchKeyGuard(KeySet(Key.AutogradCPU)):
    print((torch.ones(1, requires_grad=True) * 2).requires_grad)

torch.use_deterministic_algorithms(True)
for dtype in (
    torch.float32,
    torch.float16,
    torch.complex64,
    torch.int8,
    torch.uint8,
    torch.int64,
    torch.uint16,
    torch.bool,
):
    print(torch.empty(2, dtype=dtype), torch.arange(2).to(dtype).resize_(3))
print(
    torch.empty_like(torch.ones(2)),
    torch.ones(2).new_empty(1),
    torch.empty(2)._version,
    torch.Tensor(2),
    torch.empty(0),
)
torch.utils.deterministic.fill_uninitialized_memory = False
print(torch.utils.deterministic.fill_uninitialized_memory, torch.ones(2).resize_(2))
try:
    torch.utils.deterministic.fill_uninitialized_memory = 1
except RuntimeError as e:
    print(e)
