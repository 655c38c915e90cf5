"""Function transforms on top of autograd: gradients by reverse mode, vmap by a loop over the batch."""

import functools

import flambeau as torch

from ..utils import _pytree as tree


def functional_call(module, parameter_and_buffer_dicts, args=None, kwargs=None, *, tie_weights=True, strict=False):
    """Calls a module with other parameters and buffers."""
    dicts = parameter_and_buffer_dicts
    if isinstance(dicts, dict):
        values = dicts
    elif isinstance(dicts, (list, tuple)):
        if not all(isinstance(d, dict) for d in dicts):
            raise ValueError("Expected all elements of parameter_and_buffer_dicts to be dictionaries")
        keys = [k for d in dicts for k in d]
        repeated = sorted({k for k in keys if keys.count(k) > 1})
        if repeated:
            raise ValueError(f"{repeated} appeared in multiple dictionaries; behavior of functional call is ambiguous")
        values = {k: v for d in dicts for k, v in d.items()}
    else:
        raise ValueError(
            f"Expected parameter_and_buffer_dicts to be a dict, or a list/tuple of dicts, but got {type(dicts)}"
        )
    return torch.nn.utils.stateless._functional_call(
        module, values, args, kwargs, tie_weights=tie_weights, strict=strict
    )


def stack_module_state(models):
    """(parameters, buffers) of equal models, stacked along a new first dimension."""
    if len(models) == 0:
        raise RuntimeError("stack_module_state: Expected at least one model, got 0.")
    if not (all(m.training for m in models) or all(not m.training for m in models)):
        raise RuntimeError("stack_module_state: Expected all models to have the same training/eval mode.")
    params = {
        k: torch.stack([dict(m.named_parameters())[k] for m in models]).detach().requires_grad_()
        for k, _ in models[0].named_parameters()
    }
    buffers = {k: torch.stack([dict(m.named_buffers())[k] for m in models]) for k, _ in models[0].named_buffers()}
    return params, buffers


def _tracked(value):
    """Inputs as fresh nodes, so that gradients stop there and outer levels still see them."""
    return tree.tree_map_only(
        torch.Tensor,
        lambda t: (
            t.view_as(t) if t.requires_grad else t.detach().requires_grad_(t.is_floating_point() or t.is_complex())
        ),
        value,
    )


def _pick(args, argnums):
    return args[argnums] if isinstance(argnums, int) else tuple(args[i] for i in argnums)


def _track(args, argnums):
    args, wanted = list(args), (argnums,) if isinstance(argnums, int) else argnums
    for i in wanted:
        args[i] = _tracked(args[i])
    return args


def grad_and_value(func, argnums=0, has_aux=False):
    """A function that gives (gradient, value) or (gradient, (value, aux))."""

    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        create = any(t.requires_grad for t in tree.tree_leaves(args) if isinstance(t, torch.Tensor))
        with torch.enable_grad():
            args = _track(args, argnums)
            output = func(*args, **kwargs)
            value, aux = output if has_aux else (output, None)
            if not isinstance(value, torch.Tensor):
                raise RuntimeError(f"grad_and_value(f)(*args): Expected f(*args) to return a tensor, got {type(value)}")
            if value.dim() != 0:
                raise RuntimeError(
                    "grad_and_value(f)(*args): Expected f(*args) to return a scalar tensor, got tensor with"
                    f" {value.dim()} dims. Maybe you wanted to use the vjp or jacrev APIs instead?"
                )
            leaves, spec = tree.tree_flatten(_pick(args, argnums))
            grads = (
                torch.autograd.grad(value, leaves, create_graph=True, allow_unused=True)
                if value.requires_grad
                else [None] * len(leaves)
            )
            grads = [torch.zeros_like(x) if g is None else g for g, x in zip(grads, leaves, strict=True)]
        detach = (lambda t: t) if create else (lambda t: t.detach())
        result = spec.unflatten(map(detach, grads))
        value = detach(value)
        return (result, (value, tree.tree_map_only(torch.Tensor, detach, aux))) if has_aux else (result, value)

    return wrapper


def grad(func, argnums=0, has_aux=False):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        result = grad_and_value(func, argnums, has_aux)(*args, **kwargs)
        return (result[0], result[1][1]) if has_aux else result[0]

    return wrapper


def vjp(func, *primals, has_aux=False):
    """(output, function of cotangents) or with aux."""
    keep = any(t.requires_grad for t in tree.tree_leaves(primals) if isinstance(t, torch.Tensor))
    with torch.enable_grad():
        primals = _track(primals, tuple(range(len(primals))))
        output = func(*primals)
        output, aux = output if has_aux else (output, None)
    leaves, spec = tree.tree_flatten(tuple(primals))
    outs, out_spec = tree.tree_flatten(output)

    def backward(cotangents, retain_graph=True, create_graph=None):
        grads = out_spec.flatten_up_to(cotangents)
        create = (keep or any(g.requires_grad for g in grads)) if create_graph is None else create_graph
        found = torch.autograd.grad(
            outs, leaves, grads, retain_graph=retain_graph, create_graph=create, allow_unused=True
        )
        result = spec.unflatten(torch.zeros_like(x) if g is None else g for g, x in zip(found, leaves, strict=True))
        return result

    if not keep:
        output = tree.tree_map_only(torch.Tensor, torch.Tensor.detach, output)
    return (output, backward, aux) if has_aux else (output, backward)


def jvp(func, primals, tangents, *, strict=False, has_aux=False):
    """(output, J tangents), by differentiating the vector-Jacobian product."""
    aux = []

    def run(*args):
        output = func(*args)
        if has_aux:
            aux[:] = [output[1]]
            return output[0]
        return output

    keep = any(t.requires_grad for t in (*primals, *tangents))
    output, result = torch.autograd.functional.jvp(run, tuple(primals), tuple(tangents), create_graph=keep)
    return (output, result, aux[0]) if has_aux else (output, result)


def jacrev(func, argnums=0, *, has_aux=False, chunk_size=None, _preallocate_and_copy=False):
    @functools.wraps(func)
    def wrapper(*args):
        aux = []
        args = list(args)

        def run(*chosen):
            full = list(args)
            for i, value in zip((argnums,) if isinstance(argnums, int) else argnums, chosen, strict=True):
                full[i] = value
            output = func(*full)
            if has_aux:
                aux[:] = [output[1]]
                return output[0]
            return output

        inputs = (args[argnums],) if isinstance(argnums, int) else tuple(args[i] for i in argnums)
        create = any(t.requires_grad for t in inputs)
        result = torch.autograd.functional.jacobian(run, inputs, create_graph=create)
        if isinstance(argnums, int):
            result = tree.tree_map(
                lambda row: row[0],
                result,
                is_leaf=lambda x: isinstance(x, tuple) and all(isinstance(t, torch.Tensor) for t in x),
            )
        return (result, aux[0]) if has_aux else result

    return wrapper


jacfwd = jacrev


def hessian(func, argnums=0):
    def second(*args):
        tracked = _track(args, argnums)
        return jacrev(func, argnums)(*tracked)

    return jacrev(second, argnums)


def _check_mapped(called, leaf, dim):
    """Whether an input can be mapped over the dimension given for it."""
    if dim is None:
        return
    if not isinstance(dim, int):
        raise ValueError(
            f"{called}Got in_dim={dim} for an input but in_dim must be either an integer dimension or None."
        )
    if not isinstance(leaf, torch.Tensor):
        raise ValueError(
            f"{called}Got in_dim={dim} for an input but the input is of type {type(leaf)}. We cannot vmap over"
            " non-Tensor arguments, please use None as the respective in_dim"
        )
    if not -leaf.dim() <= dim < leaf.dim():
        raise ValueError(
            f"{called}Got in_dim={dim} for some input, but that input is a Tensor of dimensionality {leaf.dim()} so"
            f" expected in_dim to satisfy -{leaf.dim()} <= in_dim < {leaf.dim()}."
        )


def vmap(func, in_dims=0, out_dims=0, randomness="error", *, chunk_size=None):
    """func over slices, one after another, results stacked."""
    if randomness not in ("error", "different", "same"):
        raise RuntimeError(f"Only allowed values for randomness are 'error', 'different', or 'same'. Got {randomness}")

    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        leaves, spec = tree.tree_flatten(args)
        called = f"vmap({getattr(func, '__name__', func)}, in_dims={in_dims}, ...)(<inputs>): "
        if not isinstance(in_dims, (int, tuple, list)):
            raise ValueError(
                f"{called}expected `in_dims` to be int or a (potentially nested) tuple matching the structure of"
                f" inputs, got: {type(in_dims)}."
            )
        dims = tree._broadcast_to_and_flatten(
            tuple(in_dims) if isinstance(in_dims, list) else in_dims, spec, is_leaf=lambda x: x is None
        )
        if dims is None:
            raise ValueError(f"{called}in_dims is not compatible with the structure of inputs.")
        for leaf, dim in zip(leaves, dims, strict=True):
            _check_mapped(called, leaf, dim)
        sizes = {leaf.size(dim) for leaf, dim in zip(leaves, dims, strict=True) if dim is not None}
        if not sizes:
            raise ValueError(f"{called}at least one input must be mapped over.")
        if len(sizes) > 1:
            raise ValueError(
                f"vmap: Expected all tensors to have the same size in the mapped dimension, got sizes {sorted(sizes)}"
                " for the mapped dimension"
            )
        rows = []
        for i in range(sizes.pop()):
            row = [leaf if dim is None else leaf.select(dim, i) for leaf, dim in zip(leaves, dims, strict=True)]
            rows.append(func(*spec.unflatten(row), **kwargs))
        flat = [tree.tree_flatten(row) for row in rows]
        for leaf in flat[0][0] if flat else ():
            if not isinstance(leaf, torch.Tensor):
                name = getattr(func, "__name__", func)
                raise ValueError(
                    f"vmap({name}, ...): `{name}` must only return Tensors, got type {type(leaf)}. Did you mean to set"
                    " out_dims= to None for output?"
                )
        out_spec = flat[0][1]
        targets = tree._broadcast_to_and_flatten(out_dims, out_spec)
        return out_spec.unflatten(
            torch.stack(column, dim)
            for column, dim in zip(zip(*(f[0] for f in flat), strict=True), targets, strict=True)
        )

    return wrapper
