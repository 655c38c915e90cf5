"""Calling a module with other parameters."""

import contextlib

import flambeau as torch

__all__ = ["functional_call"]


def _owner(module, path):
    prefix, _, name = path.rpartition(".")
    return module.get_submodule(prefix), name


def _swap(module, path, value):
    """Puts `value` at a dotted path whatever table holds it; returns what was there."""
    owner, name = _owner(module, path)
    for table in (owner._parameters, owner._buffers):
        if name in table:
            old, table[name] = table[name], value
            return old
    if name in owner.__dict__:
        old, owner.__dict__[name] = owner.__dict__[name], value
        return old
    raise AttributeError(f"{owner._get_name()} has no attribute `{name}`")


def _tied(module, values):
    """Values for tied parameters as well: those that are the same tensor get the same replacement."""
    names, groups = {}, {}
    for table in (module.named_parameters(remove_duplicate=False), module.named_buffers(remove_duplicate=False)):
        for name, tensor in table:
            names[name] = tensor
            groups.setdefault(tensor, set()).add(name)
    result = dict(values)
    for name in values:
        tied = groups.get(names.get(name), {name}) if name in names else {name}
        given = {id(values[n]) for n in tied if n in values}
        if len(given) > 1:
            raise ValueError(
                f"functional_call got multiple values for keys {sorted(n for n in tied if n in values)}, which are"
                " tied. Consider using tie_weights=False"
            )
        result.update((n, values[name]) for n in tied)
    return result


@contextlib.contextmanager
def _reparametrize_module(module, parameters_and_buffers, tie_weights=False, strict=False, stack_weights=False):
    values = _tied(module, parameters_and_buffers) if tie_weights else parameters_and_buffers
    if strict:
        known = {n for n, _ in module.named_parameters(remove_duplicate=False)} | {
            n for n, _ in module.named_buffers(remove_duplicate=False)
        }
        missing, unexpected = sorted(known - set(values)), sorted(set(values) - known)
        if missing or unexpected:
            raise RuntimeError(f"Missing key(s): {', '.join(missing)}. Unexpected key(s): {', '.join(unexpected)}.")
    old = {}
    try:
        for name, value in values.items():
            old[name] = _swap(module, name, value)
        yield
    finally:
        for name, value in old.items():
            current = _swap(module, name, value)
            if name in parameters_and_buffers and isinstance(parameters_and_buffers, dict):
                parameters_and_buffers[name] = current


def functional_call(module, parameters_and_buffers, args=None, kwargs=None, *, tie_weights=True, strict=False):
    import warnings

    warnings.warn(
        "This API is deprecated as of PyTorch 2.0 and will be removed in a future version of PyTorch. Please use"
        " torch.func.functional_call instead which is a drop-in replacement for this API.",
        FutureWarning,
        stacklevel=2,
    )
    return _functional_call(module, parameters_and_buffers, args, kwargs, tie_weights=tie_weights, strict=strict)


def _functional_call(module, parameters_and_buffers, args=None, kwargs=None, *, tie_weights=True, strict=False):
    if isinstance(module, torch.nn.DataParallel):
        raise ValueError("Cannot use torch.func.functional_call with torch.nn.DataParallel")
    args = () if args is None else args if isinstance(args, tuple) else (args,)
    with _reparametrize_module(module, parameters_and_buffers, tie_weights=tie_weights, strict=strict):
        return module(*args, **(kwargs or {}))
