"""Layers, state dicts, hooks, losses, initialisers, utilities of torch.nn."""

import copy
import io
import warnings

import torch
import torch.nn as nn
import torch.nn.functional as F

warnings.simplefilter("ignore")


def tr(f, n=300):
    try:
        r = f()
        print("ok", r)
    except Exception as e:
        print(type(e).__name__, str(e)[:n])


torch.manual_seed(0)
m = nn.Sequential(
    nn.Conv2d(1, 4, 3, padding=1),
    nn.BatchNorm2d(4),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Dropout(0.5),
    nn.Flatten(),
    nn.Linear(64, 10),
)
print(m)
x = torch.randn(2, 1, 8, 8)
y = torch.tensor([1, 2])
loss = nn.CrossEntropyLoss()(m(x), y)
loss.backward()
print(loss, m[0].weight.grad.sum(), list(m.state_dict()), m.state_dict()._metadata)
tr(lambda: m.load_state_dict({"0.weight": torch.zeros(1), "x": 1}), 1500)
tr(lambda: m.load_state_dict(m.state_dict()))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 3)
        self.register_buffer("b", torch.ones(2))
        self.l = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)])
        self.d = nn.ModuleDict({"k": nn.ReLU()})
        self.pl = nn.ParameterList([torch.ones(1), torch.ones(2)])
        self.pd = nn.ParameterDict({"z": torch.ones(3)})
        self.e = nn.Embedding(5, 3, padding_idx=0)

    def forward(self, x):
        return self.a(x)


n = Net()
print(n)
print([k for k, _ in n.named_parameters()], [k for k, _ in n.named_modules()], [k for k, _ in n.named_buffers()])
tr(lambda: setattr(n, "a", 3))
tr(lambda: n.zzz)
tr(lambda: nn.Module().forward(1))
tr(lambda: n.get_submodule("l.9"))
tr(lambda: nn.Linear(2, 3, foo=1))
tr(lambda: nn.Module(1))
tr(lambda: n.register_buffer("a", torch.ones(1)))
hs = []
n.register_forward_hook(lambda m, i, o: hs.append(("f", o.shape)))
n.register_forward_pre_hook(lambda m, i: hs.append("p"))
n.a.register_full_backward_hook(lambda m, gi, go: hs.append(("b", [g is None or g.shape for g in gi], go[0].shape)))
n(torch.ones(1, 2)).sum().backward()
print(hs)
n.half()
print(n.a.weight.dtype)
n.float()
n.to(torch.float64)
print(n.a.weight.dtype)
n.float()
c = copy.deepcopy(n)
print(all((a == b).all() for a, b in zip(c.parameters(), n.parameters(), strict=False)))
for mod, inp in [
    (nn.Conv1d(2, 4, 3, padding="same", padding_mode="circular"), torch.randn(1, 2, 8)),
    (nn.Conv3d(1, 2, 2), torch.randn(1, 1, 4, 4, 4)),
    (nn.ConvTranspose2d(2, 3, 3, stride=2, output_padding=1), torch.randn(1, 2, 4, 4)),
    (nn.LayerNorm(4), torch.randn(2, 4)),
    (nn.GroupNorm(2, 4), torch.randn(2, 4, 3)),
    (nn.InstanceNorm1d(4, affine=True), torch.randn(2, 4, 5)),
    (nn.RMSNorm(4), torch.randn(2, 4)),
    (nn.LSTM(3, 4, 2, bidirectional=True), torch.randn(5, 2, 3)),
    (nn.GRU(3, 4, batch_first=True), torch.randn(2, 5, 3)),
    (nn.RNN(3, 4, nonlinearity="relu"), torch.randn(5, 3)),
    (nn.LSTMCell(3, 4), torch.randn(2, 3)),
    (nn.GRUCell(3, 4, bias=False), torch.randn(3)),
    (nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0), 2), torch.randn(3, 2, 8)),
    (nn.AdaptiveAvgPool2d((2, None)), torch.randn(1, 2, 5, 5)),
    (nn.AvgPool2d(2), torch.randn(1, 2, 4, 4)),
    (nn.MaxPool1d(2, return_indices=True), torch.randn(1, 2, 6)),
    (nn.Upsample(scale_factor=2, mode="bilinear"), torch.randn(1, 1, 3, 3)),
    (nn.PReLU(), torch.randn(3)),
    (nn.GELU("tanh"), torch.randn(3)),
    (nn.Softmax(-1), torch.randn(2, 3)),
    (nn.ReflectionPad2d(1), torch.randn(1, 1, 3, 3)),
    (nn.ConstantPad1d((1, 2), 3.5), torch.randn(1, 2, 3)),
    (nn.ZeroPad2d(1), torch.randn(1, 1, 2, 2)),
    (nn.PixelShuffle(2), torch.randn(1, 4, 2, 2)),
    (nn.Unfold(2), torch.randn(1, 1, 3, 3)),
    (nn.LocalResponseNorm(2), torch.randn(1, 3, 2, 2)),
    (nn.EmbeddingBag(5, 3), torch.tensor([[1, 2], [3, 4]])),
    (nn.LazyLinear(3), torch.randn(2, 4)),
    (nn.LazyConv2d(3, 2), torch.randn(1, 2, 4, 4)),
    (nn.LazyBatchNorm2d(), torch.randn(2, 3, 2, 2)),
    (nn.FractionalMaxPool2d(2, output_ratio=0.5), torch.randn(1, 1, 6, 6)),
    (nn.LPPool2d(2, 2), torch.rand(1, 1, 4, 4)),
    (nn.SyncBatchNorm(3), torch.randn(2, 3)),
    (nn.Hardtanh(), torch.randn(3)),
    (nn.Threshold(0.1, 20), torch.randn(3)),
    (nn.Bilinear(2, 2, 3), None),
    (nn.CosineSimilarity(), None),
]:
    o = mod(inp) if inp is not None else mod(torch.ones(2, 2), torch.ones(2, 2))
    print(mod, list(mod.state_dict()), o)
mha = nn.MultiheadAttention(8, 2, batch_first=True)
q = torch.randn(2, 3, 8)
print(mha(q, q, q), mha(q, q, q, need_weights=False, key_padding_mask=torch.tensor([[False, True, False]] * 2)))
tf = nn.Transformer(8, 2, 1, 1, 16, dropout=0.0, batch_first=True)
print(tf(q, q, tgt_mask=tf.generate_square_subsequent_mask(3)), tf)
a = torch.randn(3, 4)
b = torch.randn(3, 4)
p = torch.rand(3, 4)
for L in (
    nn.L1Loss(),
    nn.MSELoss(reduction="sum"),
    nn.SmoothL1Loss(),
    nn.HuberLoss(delta=0.5),
    nn.KLDivLoss(reduction="batchmean"),
    nn.PoissonNLLLoss(),
    nn.BCEWithLogitsLoss(),
):
    print(L, L(a, p))
print(
    nn.BCELoss()(torch.sigmoid(a), p),
    nn.GaussianNLLLoss()(a, b, p),
    nn.TripletMarginLoss()(a, b, p),
    nn.CosineEmbeddingLoss()(a, b, torch.tensor([1, -1, 1])),
    nn.MarginRankingLoss()(a[0], b[0], torch.sign(b[0])),
    nn.MultiLabelSoftMarginLoss()(a, p),
    nn.CTCLoss()(
        torch.randn(5, 2, 4).log_softmax(2), torch.tensor([[1, 2], [2, 3]]), torch.tensor([5, 5]), torch.tensor([2, 2])
    ),
    nn.AdaptiveLogSoftmaxWithLoss(4, 10, [2, 5])(a, torch.tensor([1, 4, 8])),
)
for nm in ("xavier_uniform_", "xavier_normal_", "kaiming_normal_", "orthogonal_", "trunc_normal_", "eye_"):
    print(nm, getattr(nn.init, nm)(torch.empty(3, 4)))
w = nn.utils.parametrizations.weight_norm(nn.Linear(3, 2))
print(w, list(w.state_dict()), w.weight, w(torch.ones(1, 3)))
sn = nn.utils.spectral_norm(nn.Linear(3, 2))
print(sn(torch.ones(1, 3)), list(sn.state_dict()))
so = nn.utils.parametrizations.orthogonal(nn.Linear(3, 3))
print((so.weight @ so.weight.T).round(decimals=4).abs())
wn = nn.utils.weight_norm(nn.Linear(3, 2))
print(wn(torch.ones(1, 3)), list(wn.state_dict()))
seqs = [torch.ones(3, 2), torch.ones(1, 2) * 2, torch.ones(2, 2) * 3]
ps = nn.utils.rnn.pack_sequence(seqs, enforce_sorted=False)
print(ps)
lo, _ = nn.LSTM(2, 2)(ps)
print(nn.utils.rnn.pad_packed_sequence(lo), nn.utils.rnn.pad_sequence(seqs, True))
print(
    nn.utils.clip_grad_norm_(m.parameters(), 0.1),
    m[0].weight.grad.norm(),
    nn.utils.parameters_to_vector(m.parameters()).shape,
)
print(
    F.interpolate(torch.arange(4.0).view(1, 1, 2, 2), size=(3, 3), mode="bicubic"),
    F.gumbel_softmax(a, hard=True),
    F.normalize(a),
    F.grid_sample(
        torch.ones(1, 1, 2, 2),
        F.affine_grid(torch.eye(2, 3)[None], (1, 1, 2, 2), align_corners=False),
        align_corners=False,
    ),
    F.embedding(torch.tensor([0, 1]), torch.eye(3)),
    F.one_hot(torch.tensor([0, 2])),
    F.scaled_dot_product_attention(q, q, q).shape,
    F.local_response_norm(torch.ones(1, 2, 2, 2), 2),
    F.unfold(torch.ones(1, 1, 2, 2), 2),
    F.max_pool2d(torch.arange(16.0).view(1, 1, 4, 4), 2, return_indices=True),
    F.dropout2d(torch.ones(1, 4, 2, 2)),
    F.alpha_dropout(torch.ones(4), training=True),
    F.softmin(a, 1),
    F.glu(a),
    F.rrelu(a, training=True),
)
b = io.BytesIO()
torch.save(m, b)
b.seek(0)
mm = torch.load(b, weights_only=False)
print(mm(x * 0).shape, type(mm))
print(
    torch.nn.utils.stateless._functional_call(
        nn.Linear(1, 1), {"weight": torch.ones(1, 1), "bias": torch.ones(1)}, (torch.ones(1, 1),)
    )
)
m.eval()
print(nn.utils.fusion.fuse_conv_bn_eval(m[0], m[1]))
print(nn.init.trunc_normal_(torch.empty(3, 4), a=1.5, b=2.5), nn.init.trunc_normal_(torch.empty(3, 4), std=0.02))
