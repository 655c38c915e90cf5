"""Limited-memory BFGS."""

from ._single import _torch, check
from .optimizer import Optimizer

__all__ = ["LBFGS"]


def _cubic_interpolate(x1, f1, g1, x2, f2, g2, bounds=None):
    """The minimum of the cubic through two points with slopes, kept within bounds."""
    low, high = bounds if bounds is not None else ((x1, x2) if x1 <= x2 else (x2, x1))
    d1 = g1 + g2 - 3 * (f1 - f2) / (x1 - x2)
    square = d1**2 - g1 * g2
    if square < 0:
        return (low + high) / 2.0
    d2 = square.sqrt() if isinstance(square, _torch.Tensor) else square**0.5
    position = (
        x2 - (x2 - x1) * ((g2 + d2 - d1) / (g2 - g1 + 2 * d2))
        if x1 <= x2
        else x1 - (x1 - x2) * ((g1 + d2 - d1) / (g1 - g2 + 2 * d2))
    )
    return min(max(position, low), high)


def _strong_wolfe(evaluate, x, t, d, f, g, gtd, c1=1e-4, c2=0.9, tolerance_change=1e-9, max_ls=25):
    """A step that meets the strong Wolfe conditions. Nocedal and Wright, algorithms 3.5 and 3.6."""
    d_norm = d.abs().max()
    g = g.clone(memory_format=_torch.contiguous_format)
    f_new, g_new = evaluate(x, t, d)
    evals, gtd_new = 1, g_new.dot(d)
    t_prev, f_prev, g_prev, gtd_prev = 0, f, g, gtd
    done, ls_iter = False, 0
    bracket = None
    while ls_iter < max_ls:
        if (
            f_new > (f + c1 * t * gtd)
            or (ls_iter > 1 and f_new >= f_prev)
            or gtd_new >= 0
            and not abs(gtd_new) <= -c2 * gtd
        ):
            bracket = (
                [t_prev, t],
                [f_prev, f_new],
                [g_prev, g_new.clone(memory_format=_torch.contiguous_format)],
                [gtd_prev, gtd_new],
            )
            break
        if abs(gtd_new) <= -c2 * gtd:
            bracket, done = ([t], [f_new], [g_new], [gtd_new]), True
            break
        low, high = t + 0.01 * (t - t_prev), t * 10
        new = _cubic_interpolate(t_prev, f_prev, gtd_prev, t, f_new, gtd_new, bounds=(low, high))
        t_prev, f_prev, g_prev, gtd_prev = t, f_new, g_new.clone(memory_format=_torch.contiguous_format), gtd_new
        t = new
        f_new, g_new = evaluate(x, t, d)
        evals += 1
        gtd_new = g_new.dot(d)
        ls_iter += 1
    if bracket is None:
        bracket = ([0, t], [f, f_new], [g, g_new], [gtd, gtd_new])
    ts, fs, gs, gtds = bracket
    stuck = False
    lo, hi = (0, 1) if fs[0] <= fs[-1] else (1, 0)
    while not done and ls_iter < max_ls:
        if abs(ts[1] - ts[0]) * d_norm < tolerance_change:
            break
        t = _cubic_interpolate(ts[0], fs[0], gtds[0], ts[1], fs[1], gtds[1])
        eps = 0.1 * (max(ts) - min(ts))
        if min(max(ts) - t, t - min(ts)) < eps:
            if stuck or t >= max(ts) or t <= min(ts):
                t = max(ts) - eps if abs(t - max(ts)) < abs(t - min(ts)) else min(ts) + eps
                stuck = False
            else:
                stuck = True
        else:
            stuck = False
        f_new, g_new = evaluate(x, t, d)
        evals += 1
        gtd_new = g_new.dot(d)
        ls_iter += 1
        if f_new > (f + c1 * t * gtd) or f_new >= fs[lo]:
            target = hi
        else:
            if abs(gtd_new) <= -c2 * gtd:
                done = True
            elif gtd_new * (ts[hi] - ts[lo]) >= 0:
                ts[hi], fs[hi], gs[hi], gtds[hi] = ts[lo], fs[lo], gs[lo], gtds[lo]
            target = lo
        ts[target], fs[target], gtds[target] = t, f_new, gtd_new
        gs[target] = g_new.clone(memory_format=_torch.contiguous_format)
        if target == hi or fs[0] <= fs[1] or fs[1] < fs[0]:
            lo, hi = (0, 1) if fs[0] <= fs[1] else (1, 0)
    return fs[lo], gs[lo], ts[lo], evals


class LBFGS(Optimizer):
    """Quasi-Newton with a history of steps; one parameter group, and step needs a closure."""

    def __init__(
        self,
        params,
        lr=1,
        max_iter=20,
        max_eval=None,
        tolerance_grad=1e-7,
        tolerance_change=1e-9,
        history_size=100,
        line_search_fn=None,
    ):
        if isinstance(lr, _torch.Tensor) and lr.numel() != 1:
            raise ValueError("Tensor lr must be 1-element")
        check(lr >= 0.0, f"Invalid learning rate: {lr}")
        max_eval = max_iter * 5 // 4 if max_eval is None else max_eval
        super().__init__(
            params,
            {
                "lr": lr,
                "max_iter": max_iter,
                "max_eval": max_eval,
                "tolerance_grad": tolerance_grad,
                "tolerance_change": tolerance_change,
                "history_size": history_size,
                "line_search_fn": line_search_fn,
            },
        )
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")
        self._params, self._numel_cache = self.param_groups[0]["params"], None

    def _gather_flat_grad(self):
        views = []
        for p in self._params:
            view = (
                p.new(p.numel()).zero_()
                if p.grad is None
                else p.grad.to_dense().view(-1)
                if p.grad.is_sparse
                else p.grad.view(-1)
            )
            views.append(_torch.view_as_real(view).view(-1) if _torch.is_complex(view) else view)
        return _torch.cat(views, 0)

    def _add_grad(self, step_size, direction):
        offset = 0
        for p in self._params:
            p = _torch.view_as_real(p) if _torch.is_complex(p) else p
            count = p.numel()
            p.add_(direction[offset : offset + count].view_as(p), alpha=step_size)
            offset += count

    def _directional_evaluate(self, closure, x, t, d):
        self._add_grad(t, d)
        loss, flat_grad = float(closure()), self._gather_flat_grad()
        for p, saved in zip(self._params, x, strict=True):
            p.copy_(saved)
        return loss, flat_grad

    def _direction(self, state, flat_grad, history_size):
        """Two-loop recursion over the stored steps."""
        if state["n_iter"] == 1:
            state.update(d=flat_grad.neg(), old_dirs=[], old_stps=[], ro=[], H_diag=1)
            return
        y, s = flat_grad.sub(state["prev_flat_grad"]), state["d"].mul(state["t"])
        dirs, steps, ro = state["old_dirs"], state["old_stps"], state["ro"]
        ys = y.dot(s)
        if ys > 1e-10:
            if len(dirs) == history_size:
                for table in (dirs, steps, ro):
                    table.pop(0)
            dirs.append(y)
            steps.append(s)
            ro.append(1.0 / ys)
            state["H_diag"] = ys / y.dot(y)
        q, al = flat_grad.neg(), [None] * len(dirs)
        state["al"] = al
        for i in range(len(dirs) - 1, -1, -1):
            al[i] = steps[i].dot(q) * ro[i]
            q.add_(dirs[i], alpha=-al[i])
        d = _torch.mul(q, state["H_diag"])
        for i in range(len(dirs)):
            d.add_(steps[i], alpha=al[i] - dirs[i].dot(d) * ro[i])
        state["d"] = d

    @_torch.no_grad()
    def step(self, closure):
        group, state = self.param_groups[0], self.state[self._params[0]]
        closure = _torch.enable_grad()(closure)
        lr, max_eval, change = group["lr"], group["max_eval"], group["tolerance_change"]
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)
        orig_loss = closure()
        loss, evals = float(orig_loss), 1
        state["func_evals"] += 1
        flat_grad = self._gather_flat_grad()
        if flat_grad.abs().max() <= group["tolerance_grad"]:
            return orig_loss
        n_iter = 0
        while n_iter < group["max_iter"]:
            n_iter += 1
            state["n_iter"] += 1
            self._direction(state, flat_grad, group["history_size"])
            state["prev_flat_grad"] = (
                flat_grad.clone(memory_format=_torch.contiguous_format)
                if state["n_iter"] == 1 or "prev_flat_grad" not in state
                else state["prev_flat_grad"].copy_(flat_grad)
            )
            d, prev_loss = state["d"], loss
            t = min(1.0, 1.0 / flat_grad.abs().sum()) * lr if state["n_iter"] == 1 else lr
            gtd = flat_grad.dot(d)
            if gtd > -change:
                state["t"] = t
                break
            used, optimal = 1, False
            if group["line_search_fn"] is not None:
                if group["line_search_fn"] != "strong_wolfe":
                    raise RuntimeError("only 'strong_wolfe' is supported")
                x = [p.clone(memory_format=_torch.contiguous_format) for p in self._params]
                loss, flat_grad, t, used = _strong_wolfe(
                    lambda x, t, d: self._directional_evaluate(closure, x, t, d), x, t, d, loss, flat_grad, gtd
                )
                self._add_grad(t, d)
                optimal = flat_grad.abs().max() <= group["tolerance_grad"]
            else:
                self._add_grad(t, d)
                used = 0
                if n_iter != group["max_iter"]:
                    with _torch.enable_grad():
                        loss = float(closure())
                    flat_grad, used = self._gather_flat_grad(), 1
                    optimal = flat_grad.abs().max() <= group["tolerance_grad"]
            state["t"], state["prev_loss"] = t, prev_loss
            evals += used
            state["func_evals"] += used
            if n_iter == group["max_iter"] or evals >= max_eval or optimal:
                break
            if d.mul(t).abs().max() <= change or abs(loss - prev_loss) < change:
                break
        return orig_loss
