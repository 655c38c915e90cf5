"""numpy, DLPack, pickle, copy, safetensors: values, shared memory, types, and what is refused."""

import copy
import io
import os
import pickle
import tempfile

import numpy as np
import safetensors.torch
import torch

torch.manual_seed(0)


def tell(make):
    try:
        print(make())
    except Exception as e:
        print(type(e).__name__, str(e).split("\n")[0][:160])


class Custom(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 2)
        self.register_buffer("steps", torch.tensor(3))
        self.register_buffer("scratch", torch.ones(1), persistent=False)


# numpy
DTYPES = ["bool", "uint8", "int8", "int16", "int32", "int64", "uint16", "uint32", "uint64"]
DTYPES += ["float16", "float32", "float64", "complex64", "complex128"]
for name in DTYPES:
    array = np.arange(6).reshape(2, 3).astype(name)
    tensor = torch.from_numpy(array)
    back = tensor.numpy()
    print(tensor.dtype, tensor.stride(), back.dtype, np.shares_memory(array, back), torch.as_tensor(array).dtype)
array = np.zeros((4, 6))
view = torch.from_numpy(array.T[1:4:2])
view += 1
print(view.stride(), view.storage_offset(), array.sum(), torch.tensor(array).sum(), torch.asarray(array).shape)
print(np.add(np.ones(2), torch.ones(2)), np.asarray(torch.ones(2, dtype=torch.int8)), np.sin(torch.zeros(2)))
print(torch.tensor(np.float32(2.5)), torch.tensor([np.int64(1), 2]), torch.ones(2) * np.float64(3))
print(torch.tensor(np.array(["2020", "2021"], dtype="datetime64[Y]").astype(int)), torch.arange(3).numpy()[::2])
tell(lambda: torch.from_numpy(np.arange(4)[::-1]))
tell(lambda: torch.from_numpy(np.array(["a"])))
tell(lambda: torch.from_numpy([1]))
tell(lambda: torch.ones(1, requires_grad=True).numpy())
tell(lambda: torch.ones(1, requires_grad=True).numpy(force=True))
tell(lambda: torch.ones(1, device="meta").numpy())
tell(lambda: torch.ones(1, dtype=torch.bfloat16).numpy())
tell(lambda: torch.frombuffer(bytearray(b"\1\0\2\0"), dtype=torch.int16))
tell(lambda: torch.frombuffer(bytearray(4), dtype=torch.int32, offset=1))
tell(lambda: torch.frombuffer(bytearray(0), dtype=torch.int32))

# DLPack
a = torch.arange(6.0).reshape(2, 3)
for exporter, importer in ((a, torch.from_dlpack), (a, np.from_dlpack), (array, torch.from_dlpack)):
    got = importer(exporter)
    got[0, 0] = 9
    print(type(got).__name__, float(exporter[0, 0]))
print(a.__dlpack_device__(), type(a.__dlpack__()).__name__, type(torch.utils.dlpack.to_dlpack(a)).__name__)
print(torch.from_dlpack(a.t()).stride(), torch.from_dlpack(torch.utils.dlpack.to_dlpack(a[:, 1])))
tell(lambda: torch.ones(1, requires_grad=True).__dlpack__())
tell(lambda: torch.ones(1, dtype=torch.complex64).conj().__dlpack__())
tell(lambda: torch.from_dlpack(3))

# pickle and copy
model, leaf = Custom(), torch.ones(2, requires_grad=True)
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
model.layer(torch.ones(1, 2)).sum().backward()
optimizer.step()
schedule = torch.optim.lr_scheduler.StepLR(optimizer, 2)
VALUES = [
    a, a[:, 1], leaf, torch.nn.Parameter(a), torch.ones(2, dtype=torch.bfloat16), torch.ones(0, 3),
    torch.tensor(1 + 2j), torch.ones(2, device="meta"), torch.Size([1, 2]), torch.float16, torch.device("cpu"),
    torch.nn.Linear, torch.ones(2).conj(),
]  # fmt: skip
for value in VALUES:
    for protocol in (2, 5):
        print(pickle.loads(pickle.dumps(value, protocol)), end=" ")
    print(copy.deepcopy(value), type(pickle.loads(pickle.dumps(value))).__name__)
twice = pickle.loads(pickle.dumps([a, a[0]]))
print(twice[0].untyped_storage().data_ptr() == twice[1].untyped_storage().data_ptr())
again = pickle.loads(pickle.dumps(model))
print(again, again.state_dict(), again.scratch, again.layer.weight.requires_grad, again.layer.weight.grad)
print(copy.deepcopy(model).layer.weight.grad, copy.copy(model).layer is model.layer)
for made in (pickle.loads(pickle.dumps(optimizer)), copy.deepcopy(optimizer)):
    print(made.state_dict(), made.param_groups[0]["params"][0].shape)
print(pickle.loads(pickle.dumps(schedule)).state_dict().keys() == schedule.state_dict().keys())
tell(lambda: copy.deepcopy(leaf * 2))
tell(lambda: pickle.loads(pickle.dumps(leaf * 2)))

# safetensors
folder = tempfile.mkdtemp()
path = os.path.join(folder, "x.safetensors")
tensors = {
    "w": torch.randn(3, 2), "h": torch.ones(2, dtype=torch.float16), "b": torch.ones(2, dtype=torch.bfloat16),
    "i": torch.arange(3), "t": torch.tensor(True), "e": torch.zeros(0, 2), "u": torch.ones(2, dtype=torch.uint8),
    "f8": torch.ones(3).to(torch.float8_e4m3fn),
}  # fmt: skip
safetensors.torch.save_file(tensors, path, metadata={"format": "pt"})
loaded = safetensors.torch.load_file(path)
print(
    {k: (v.dtype, tuple(v.shape)) for k, v in loaded.items()}, all(torch.equal(loaded[k], tensors[k]) for k in "whbitu")
)
data = safetensors.torch.save(tensors)
print(len(data), sorted(safetensors.torch.load(data)), len(data) < os.path.getsize(path))
with safetensors.safe_open(path, framework="pt") as opened:
    print(opened.metadata(), sorted(opened.keys()), opened.get_tensor("i"), opened.get_slice("w")[1:, :1].shape)
safetensors.torch.save_model(model, path)
print(safetensors.torch.load_model(Custom(), path), loaded["w"])
tell(lambda: safetensors.torch.save_file({"a": a, "b": a}, path))
tell(lambda: safetensors.torch.save_file({"a": a.t()}, path))
tell(lambda: safetensors.torch.load_file("none"))
buffer = io.BytesIO()
torch.save(tensors, buffer)
buffer.seek(0)
print(torch.load(buffer)["f8"].dtype)
