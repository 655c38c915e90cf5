"""Times one set of operations with whichever torch the interpreter has, and prints {name: seconds} as JSON.

python measure.py [--import-name flambeau] [--threads 2] [--only REGEX]
"""

import argparse
import importlib
import json
import re
import time


def best(function, minimum=0.15, rounds=5):
    """Seconds for one call: the best of several rounds, each long enough to measure."""
    function()
    count, start = 1, time.perf_counter()
    function()
    once = max(time.perf_counter() - start, 1e-9)
    count = max(1, int(minimum / rounds / once))
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(count):
            function()
        times.append((time.perf_counter() - start) / count)
    return min(times)


def overhead(torch):
    """Operations so small that only the way to them costs time."""
    a, b = torch.ones(4), torch.ones(4)
    p = torch.ones(4, requires_grad=True)
    m = torch.ones(8, 8)
    linear = torch.nn.Linear(8, 8)

    def tiny_backward():
        (p * b).sum().backward()

    return {
        "a + b, 4 floats": lambda: a + b,
        "a.view(2, 2)": lambda: a.view(2, 2),
        "m[1, 2:5]": lambda: m[1, 2:5],
        "nn.Linear(8, 8)(x)": lambda: linear(m),
        "(p * b).sum().backward()": tiny_backward,
    }


def products(torch):
    sizes = (64, 128, 256, 512, 1024, 2048)
    pairs = {n: (torch.rand(n, n), torch.rand(n, n)) for n in sizes}
    return {f"gemm {n}": lambda x=x, y=y: torch.mm(x, y) for n, (x, y) in pairs.items()}


# Channels in, channels out, side, kernel, stride of ResNet-18's different convolutions.
RESNET18 = [
    (3, 64, 224, 7, 2), (64, 64, 56, 3, 1), (64, 128, 56, 3, 2), (64, 128, 56, 1, 2), (128, 128, 28, 3, 1),
    (128, 256, 28, 3, 2), (128, 256, 28, 1, 2), (256, 256, 14, 3, 1), (256, 512, 14, 3, 2),
    (256, 512, 14, 1, 2), (512, 512, 7, 3, 1),
]  # fmt: skip


def convolutions(torch):
    calls = {}
    for c, k, side, size, stride in RESNET18:
        x, w = torch.rand(1, c, side, side), torch.rand(k, c, size, size)
        pad = size // 2
        calls[f"conv {c}->{k} {side}x{side} k{size} s{stride}"] = lambda x=x, w=w, s=stride, p=pad: (
            torch.nn.functional.conv2d(x, w, None, s, p)
        )
    return calls


# Batch, channels in, channels out, side, kernel, stride: layers of a small network and some of ResNet-18 in training.
TRAINING = [
    (64, 1, 16, 8, 3, 1), (64, 16, 32, 8, 3, 1), (128, 32, 64, 14, 3, 1), (16, 3, 64, 224, 7, 2),
    (16, 64, 64, 56, 3, 1), (16, 128, 256, 28, 3, 2), (16, 512, 512, 7, 3, 1),
]  # fmt: skip


def training(torch):
    """Convolutions with both gradients, and the layers around them, at the sizes of training."""
    calls = {}
    functional, aten = torch.nn.functional, torch.ops.aten
    for n, c, k, side, size, stride in TRAINING:
        x, w, pad = torch.rand(n, c, side, side), torch.rand(k, c, size, size), size // 2
        grad = torch.rand(n, k, (side - 1) // stride + 1, (side - 1) // stride + 1)
        name = f"{n} x {c}->{k} {side}x{side} k{size} s{stride}"
        calls[f"conv {name}"] = lambda x=x, w=w, s=stride, p=pad: functional.conv2d(x, w, None, s, p)
        calls[f"conv gradients {name}"] = lambda g=grad, x=x, w=w, s=stride, p=pad: aten.convolution_backward(
            g, x, w, None, [s, s], [p, p], [1, 1], False, [0, 0], 1, [True, True, False]
        )
    for shape in ((16, 64, 56, 56), (64, 128)):
        x, name = torch.rand(*shape), " x ".join(map(str, shape))
        one, zero = torch.ones(shape[1]), torch.zeros(shape[1])
        calls[f"batch_norm {name}"] = lambda x=x, a=one, b=zero: functional.batch_norm(x, b, a, a, b, True)
        calls[f"batch_norm gradients {name}"] = lambda x=x, a=one, b=zero: aten.native_batch_norm_backward(
            x, x, a, b, a, b, a, True, 1e-5, [True, True, True]
        )
    x = torch.rand(16, 64, 56, 56)
    calls["max_pool2d 16 x 64 x 56 x 56"] = lambda: functional.max_pool2d(x, 2)
    calls["adaptive_avg_pool2d 16 x 64 x 56 x 56"] = lambda: functional.adaptive_avg_pool2d(x, 1)
    for n, i, o in ((64, 128, 10), (128, 784, 256), (64, 512, 1000)):
        x2, w2, b2 = torch.rand(n, i), torch.rand(o, i), torch.rand(o)
        calls[f"linear {n} x {i}->{o}"] = lambda x=x2, w=w2, b=b2: functional.linear(x, w, b)
    return calls


def large(torch):
    x = torch.rand(4096, 4096)
    weight, bias = torch.ones(4096), torch.zeros(4096)
    functional = torch.nn.functional
    return {
        "add 4096 x 4096": lambda: x + x,
        "gelu 4096 x 4096": lambda: functional.gelu(x),
        "sum 4096 x 4096": lambda: x.sum(),
        "softmax 4096 x 4096": lambda: torch.softmax(x, 1),
        "layer_norm 4096 x 4096": lambda: functional.layer_norm(x, (4096,), weight, bias),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--import-name", default="torch")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    torch = importlib.import_module(options.import_name)
    if options.threads:
        torch.set_num_threads(options.threads)
    results = {}
    for group in (overhead, products, convolutions, training, large):
        for name, call in group(torch).items():
            if re.search(options.only, name):
                try:
                    results[name] = best(call)
                except Exception as error:  # a missing operator must not hide the other figures
                    results[name] = f"{type(error).__name__}: {error}"
    print(json.dumps(results))


if __name__ == "__main__":
    main()
