"""Jacobians, Hessians and products with them."""

import flambeau as torch

__all__ = ["vjp", "jvp", "jacobian", "hessian", "hvp", "vhp"]


def _tuple(x):
    return (True, tuple(x)) if isinstance(x, (tuple, list)) else (False, (x,))


def _leaves(inputs, create_graph):
    return tuple(
        i.view_as(i) if create_graph and i.requires_grad else i.detach().clone().requires_grad_() for i in inputs
    )


def _unwrap(is_tuple, values):
    return values if is_tuple else values[0]


def _detach(values, create_graph):
    return values if create_graph else tuple(None if v is None else v.detach() for v in values)


def _fill(grads, like, strict):
    if strict and any(g is None for g in grads):
        raise RuntimeError(
            "The output of the user-provided function is independent of an input. This is not allowed in strict mode."
        )
    return tuple(torch.zeros_like(i) if g is None else g for g, i in zip(grads, like, strict=True))


def _run(func, inputs, create_graph):
    single_in, inputs = _tuple(inputs)
    with torch.enable_grad():
        leaves = _leaves(inputs, create_graph)
        is_tuple, outputs = _tuple(func(*leaves))
    for out in outputs:
        if not isinstance(out, torch.Tensor):
            raise TypeError(
                "The outputs of the user-provided function must be either a Tensor or a tuple of Tensors but the given"
                f" outputs have type {type(out)}."
            )
    return single_in, leaves, is_tuple, outputs


def vjp(func, inputs, v=None, create_graph=False, strict=False):
    """(func(inputs), v^T J)"""
    in_tuple, leaves, out_tuple, outputs = _run(func, inputs, create_graph)
    v = None if v is None else _tuple(v)[1]
    if v is None and (len(outputs) != 1 or outputs[0].nelement() != 1):
        raise RuntimeError(
            "The vector v can only be None if the user-provided function returns a single Tensor with a single element."
        )
    grads = torch.autograd.grad(outputs, leaves, v, create_graph=create_graph, allow_unused=True)
    return _unwrap(out_tuple, _detach(outputs, create_graph)), _unwrap(
        in_tuple, _detach(_fill(grads, leaves, strict), create_graph)
    )


def jvp(func, inputs, v=None, create_graph=False, strict=False):
    """(func(inputs), J v), by differentiating the vector-Jacobian product."""
    in_tuple, leaves, out_tuple, outputs = _run(func, inputs, create_graph)
    vs = tuple(torch.ones_like(i) for i in leaves) if v is None else _tuple(v)[1]
    with torch.enable_grad():
        dummies = tuple(torch.zeros_like(o, requires_grad=True) for o in outputs)
        grads = torch.autograd.grad(outputs, leaves, dummies, create_graph=True, allow_unused=True)
        grads = _fill(grads, leaves, strict)
        used = [(g, x) for g, x in zip(grads, vs, strict=True) if g.requires_grad]
        result = (
            torch.autograd.grad(
                [g for g, _ in used], dummies, [x for _, x in used], create_graph=create_graph, allow_unused=True
            )
            if used
            else [None] * len(dummies)
        )
    return _unwrap(out_tuple, _detach(outputs, create_graph)), _unwrap(
        out_tuple, _detach(_fill(result, outputs, strict), create_graph)
    )


def jacobian(func, inputs, create_graph=False, strict=False, vectorize=False, strategy="reverse-mode"):
    """d func / d inputs, with shapes output + input; nested tuples where there are several."""
    in_tuple, leaves, out_tuple, outputs = _run(func, inputs, create_graph)
    rows = []
    with torch.enable_grad():
        for out in outputs:
            parts = [[] for _ in leaves]
            for element in out.reshape(-1):
                grads = [None] * len(leaves)
                if element.requires_grad:
                    grads = torch.autograd.grad(
                        element, leaves, retain_graph=True, create_graph=create_graph, allow_unused=True
                    )
                for part, grad in zip(parts, _fill(grads, leaves, strict), strict=True):
                    part.append(grad)
            made = (
                torch.stack(p).view(out.shape + i.shape) if p else i.new_zeros(out.shape + i.shape)
                for p, i in zip(parts, leaves, strict=True)
            )
            rows.append(_unwrap(in_tuple, _detach(tuple(made), create_graph)))
    return _unwrap(out_tuple, tuple(rows))


def hessian(func, inputs, create_graph=False, strict=False, vectorize=False, outer_jacobian_strategy="reverse-mode"):
    """Second derivatives of a scalar function."""
    in_tuple, _ = _tuple(inputs)

    def gradient(*args):
        result = jacobian(func, args if in_tuple else args[0], create_graph=True)
        return result

    return jacobian(gradient, inputs, create_graph=create_graph, strict=strict)


def vhp(func, inputs, v=None, create_graph=False, strict=False):
    """(func(inputs), v^T H)"""
    in_tuple, leaves, out_tuple, outputs = _run(func, inputs, create_graph)
    vs = tuple(torch.ones_like(i) for i in leaves) if v is None else _tuple(v)[1]
    with torch.enable_grad():
        grads = _fill(torch.autograd.grad(outputs, leaves, create_graph=True, allow_unused=True), leaves, strict)
        used = [(g, x) for g, x in zip(grads, vs, strict=True) if g.requires_grad]
        second = [None] * len(leaves)
        if used:
            second = torch.autograd.grad(
                [g for g, _ in used], leaves, [x for _, x in used], create_graph=create_graph, allow_unused=True
            )
    return _unwrap(out_tuple, _detach(outputs, create_graph)), _unwrap(
        in_tuple, _detach(_fill(second, leaves, strict), create_graph)
    )


def hvp(func, inputs, v=None, create_graph=False, strict=False):
    """(func(inputs), H v); H is symmetric, so this is vhp."""
    return vhp(func, inputs, v, create_graph, strict)
