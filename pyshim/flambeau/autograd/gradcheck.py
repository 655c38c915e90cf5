"""Compares analytic gradients with central differences."""

import flambeau as torch

__all__ = ["gradcheck", "gradgradcheck", "GradcheckError"]


class GradcheckError(RuntimeError):
    """A gradient that does not agree."""


def _tuple(x):
    return x if isinstance(x, tuple) else tuple(x) if isinstance(x, list) else (x,)


def _numerical(func, inputs, index, eps):
    """Jacobian of every output with respect to one input: rows are the input's elements."""
    x = inputs[index].detach()
    columns = []
    for position in range(x.numel()):
        values = []
        for step in (eps, -eps):
            moved = x.clone().contiguous()
            moved.view(-1)[position] += step
            arguments = [moved if i == index else a for i, a in enumerate(inputs)]
            with torch.no_grad():
                values.append([o.detach().clone() for o in _tuple(func(*arguments)) if isinstance(o, torch.Tensor)])
        columns.append([(up - down).reshape(-1) / (2 * eps) for up, down in zip(*values, strict=True)])
    return [torch.stack(rows) for rows in zip(*columns, strict=True)]


def gradcheck(
    func, inputs, *, eps=1e-6, atol=1e-5, rtol=1e-3, raise_exception=True, nondet_tol=0.0, check_undefined_grad=True,
    check_grad_dtypes=False, check_batched_grad=False, check_batched_forward_grad=False, check_forward_ad=False,
    check_backward_ad=True, fast_mode=False, masked=None,
):  # fmt: skip
    """True when backward of `func` agrees with finite differences at `inputs` (float64 advised)."""
    inputs = _tuple(inputs)
    if not any(isinstance(i, torch.Tensor) and i.requires_grad for i in inputs):
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of the them have"
            " requires_grad=True."
        )
    if check_forward_ad:
        raise NotImplementedError("not implemented: torch.autograd.gradcheck(check_forward_ad=True)")
    outputs = _tuple(func(*inputs))
    for index, x in enumerate(inputs):
        if not (isinstance(x, torch.Tensor) and x.requires_grad):
            continue
        for o, (output, expected) in enumerate(zip(outputs, _numerical(func, inputs, index, eps), strict=True)):
            rows = []
            for element in output.reshape(-1):
                grad = (
                    torch.autograd.grad(element, x, retain_graph=True, allow_unused=True)[0]
                    if element.requires_grad
                    else None
                )
                rows.append(torch.zeros_like(x).reshape(-1) if grad is None else grad.reshape(-1))
            analytical = torch.stack(rows, 1) if rows else expected
            if not torch.allclose(analytical, expected.to(analytical.dtype), rtol, atol):
                if not raise_exception:
                    return False
                raise GradcheckError(
                    f"Jacobian mismatch for output {o} with respect to input"
                    f" {index},\nnumerical:{expected}\nanalytical:{analytical}\n"
                )
    return True


def gradgradcheck(
    func,
    inputs,
    grad_outputs=None,
    *,
    eps=1e-6,
    atol=1e-5,
    rtol=1e-3,
    gen_non_contig_grad_outputs=False,
    raise_exception=True,
    nondet_tol=0.0,
    **kwargs,
):
    """gradcheck of the gradient."""
    inputs = _tuple(inputs)
    outputs = _tuple(func(*inputs))
    if grad_outputs is None:
        grad_outputs = tuple(torch.randn_like(o).requires_grad_() for o in outputs)
    grad_outputs, count = _tuple(grad_outputs), len(inputs)

    def gradient(*arguments):
        leaves = tuple(
            (
                a.detach().requires_grad_()
                if isinstance(a, torch.Tensor) and not a.requires_grad and i.requires_grad
                else a
            )
            for a, i in zip(arguments[:count], inputs, strict=True)
        )
        with torch.enable_grad():
            outs = _tuple(func(*leaves))
            wanted = [a for a in leaves if isinstance(a, torch.Tensor) and a.requires_grad]
            grads = torch.autograd.grad(outs, wanted, arguments[count:], create_graph=True, allow_unused=True)
        return tuple(g for g in grads if g is not None)

    return gradcheck(gradient, inputs + grad_outputs, eps=eps, atol=atol, rtol=rtol, raise_exception=raise_exception)
