"""The multivariate normal distribution by its three matrices."""

import torch
from torch import distributions as D

a, b = torch.tensor([0.5, 2.0]), torch.tensor([1.5, 0.7])
covariance, tril = torch.tensor([[2.0, 0.3], [0.3, 1.0]]), torch.tensor([[2.0, 0.0], [0.3, 1.0]])
for d in (
    D.MultivariateNormal(a, covariance),
    D.MultivariateNormal(a, scale_tril=tril),
    D.MultivariateNormal(a, precision_matrix=covariance),
):
    torch.manual_seed(1)
    print(d, d.batch_shape, d.event_shape, d.support)
    print(d.sample(), d.rsample((3,)).shape, d.log_prob(b), d.entropy(), d.mean, d.variance, d.mode)
    print(d.covariance_matrix, d.precision_matrix, d.scale_tril, d.expand((3,)).sample().shape)
    print(D.kl_divergence(d, D.MultivariateNormal(b, torch.eye(2))))
try:
    D.MultivariateNormal(a, -covariance)
except ValueError as e:
    print(e)
