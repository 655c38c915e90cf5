"""Parameters as one vector and back."""

import flambeau as torch


def parameters_to_vector(parameters):
    """All parameters, flattened and joined."""
    device, parts = None, []
    for param in parameters:
        device = _check_param_device(param, device)
        parts.append(param.view(-1))
    return torch.cat(parts)


def vector_to_parameters(vec, parameters):
    """Copies slices of the vector into the parameters' data."""
    if not isinstance(vec, torch.Tensor):
        raise TypeError(f"expected torch.Tensor, but got: {torch.typename(vec)}")
    device, pointer = None, 0
    for param in parameters:
        device = _check_param_device(param, device)
        count = param.numel()
        param.data = vec[pointer : pointer + count].view_as(param).data
        pointer += count


def _check_param_device(param, old):
    current = param.get_device() if param.is_cuda else -1
    if old is not None and current != old:
        raise TypeError("Found two parameters on different devices, this is currently not supported.")
    return current
