"""Sparse tensors, and gradients that are sparse."""

import torch

print(torch.sparse_coo_tensor([[0, 1], [1, 0]], [1.0, 2.0], (2, 2)))
embedding = torch.nn.Embedding(4, 2, sparse=True)
optimizer = torch.optim.SparseAdam(embedding.parameters())
embedding(torch.tensor([1, 1, 3])).sum().backward()
optimizer.step()
print(embedding.weight.grad, embedding.weight.shape)
