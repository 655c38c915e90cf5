"""Every optimizer and schedule: parameters after some steps, states, errors."""
# ruff: noqa: E402, SIM115, B023

import copy
import warnings

import torch

warnings.simplefilter("ignore")
O = torch.optim


def tr(f):
    try:
        print("ok", f())
    except Exception as e:
        print(type(e).__name__, str(e)[:200])


def mk():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.Tanh(), torch.nn.Linear(5, 1))


x = torch.linspace(-1, 1, 40).view(10, 4)
y = x.sum(1, keepdim=True) ** 2
for nm, kw in [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    ("Adam", {}),
    ("Adam", {"amsgrad": True, "weight_decay": 0.1}),
    ("AdamW", {"lr": torch.tensor(0.01)}),
    ("RMSprop", {"momentum": 0.5, "centered": True}),
    ("RMSprop", {}),
    ("Adagrad", {"lr_decay": 0.1, "weight_decay": 0.1}),
    ("Adadelta", {}),
    ("Adamax", {}),
    ("NAdam", {"decoupled_weight_decay": True, "weight_decay": 0.1}),
    ("RAdam", {"weight_decay": 0.1}),
    ("ASGD", {"t0": 3}),
    ("Rprop", {}),
    ("Adafactor", {}),
    ("LBFGS", {"line_search_fn": "strong_wolfe", "max_iter": 8}),
    ("LBFGS", {"max_iter": 5}),
    ("Adam", {"maximize": True}),
]:
    # LBFGS makes much of rounding.
    torch.set_default_dtype(torch.float64 if nm == "LBFGS" else torch.float32)
    m = mk()
    o = getattr(O, nm)(m.parameters(), **kw)

    def cl():
        o.zero_grad()
        l = ((m(x.to(torch.get_default_dtype())) - y) ** 2).mean()
        l.backward()
        return l

    for _i in range(2 if nm == "LBFGS" else 12):
        l = o.step(cl)
    print(
        nm,
        o,
        l.item(),
        [p.double().sum().item() for p in m.parameters()],
        [(k, sorted(v.keys())) for k, v in o.state_dict()["state"].items()][:1],
    )
    sd = copy.deepcopy(o.state_dict())
    o2 = getattr(O, nm)(m.parameters(), **kw)
    o2.load_state_dict(sd)
    o2.step(cl)
    print([p.double().sum().item() for p in m.parameters()])
torch.set_default_dtype(torch.float32)
L = O.lr_scheduler
for mkS in [
    lambda o: L.StepLR(o, 3),
    lambda o: L.MultiStepLR(o, [2, 5, 5]),
    lambda o: L.ExponentialLR(o, 0.9),
    lambda o: L.CosineAnnealingLR(o, 5, 0.01),
    lambda o: L.LambdaLR(o, lambda e: 0.9**e),
    lambda o: L.MultiplicativeLR(o, lambda e: 0.9),
    lambda o: L.LinearLR(o),
    lambda o: L.ConstantLR(o),
    lambda o: L.PolynomialLR(o, 7, 2.0),
    lambda o: L.CyclicLR(o, 0.01, 0.1, 3, mode="triangular2"),
    lambda o: L.OneCycleLR(o, 0.5, total_steps=14),
    lambda o: L.OneCycleLR(o, 0.5, total_steps=14, three_phase=True, anneal_strategy="linear"),
    lambda o: L.CosineAnnealingWarmRestarts(o, 3, 2),
    lambda o: L.SequentialLR(o, [L.LinearLR(o, 0.1, total_iters=4), L.CosineAnnealingLR(o, 8)], [4]),
    lambda o: L.SequentialLR(o, [L.ConstantLR(o, 0.1, 3), L.ExponentialLR(o, 0.8), L.StepLR(o, 2)], [3, 6]),
    lambda o: L.ChainedScheduler([L.ConstantLR(o), L.ExponentialLR(o, 0.9)]),
    lambda o: O.swa_utils.SWALR(o, 0.05, 4),
]:
    m = mk()
    o = O.SGD([{"params": m[0].parameters()}, {"params": m[2].parameters(), "lr": 0.3}], lr=0.1, momentum=0.9)
    s = mkS(o)
    out = []
    for _i in range(12):
        out.append((s.get_last_lr(), o.param_groups[0]["momentum"]))
        o.step()
        s.step()
    print(type(s).__name__, out, {k: v for k, v in s.state_dict().items() if k != "_schedulers"})
o = O.SGD(mk().parameters(), lr=1.0)
s = L.ReduceLROnPlateau(o, patience=1)
for v in [1, 0.9, 0.95, 0.95, 0.95, 0.8, 0.9, 0.9, 0.9]:
    s.step(v)
    print(s.get_last_lr(), end=" ")
print(s.state_dict())
m = mk()
a = O.swa_utils.AveragedModel(m)
a.update_parameters(m)
m[0].weight.data.add_(1)
a.update_parameters(m)
print(a.module[0].weight, a.n_averaged)
tr(lambda: O.SGD([], lr=1))
tr(lambda: O.SGD(m.parameters(), lr=-1))
tr(lambda: O.SGD(torch.ones(2), lr=1))
tr(lambda: O.Adam([torch.ones(2, requires_grad=True) * 2]))
tr(lambda: O.SGD([{"params": m[0].parameters()}, {"params": m[0].parameters()}]))
tr(lambda: O.SGD([1]))
o = O.SGD(m.named_parameters(), lr=0.1)
print(o.state_dict())
h = []
o.register_step_pre_hook(lambda *a: h.append(1))
o.register_step_post_hook(lambda *a: h.append(2))
o.step()
print(h)
z = torch.nn.Parameter(torch.tensor([1 + 1j]))
o = O.Adam([z])
(z.abs() ** 2).sum().backward()
o.step()
print(z, o.state_dict())
