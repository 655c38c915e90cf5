"""torch.compile: what a graph break does to code that has to be one graph, and to other code."""

import torch
from torch._dynamo.exc import TorchDynamoException, Unsupported

x = torch.ones(2)


def silent(x):
    torch._dynamo.graph_break()
    return x + 1


def by_position(x):
    torch._dynamo.graph_break("by position")
    return x + 1


def by_name(x):
    torch._dynamo.graph_break(msg="by name")
    return x + 1


def catching(x):
    try:
        torch._dynamo.graph_break()
    except Exception as error:
        return x - len(error.args)
    return x + 1


def caller(x):
    return silent(x) * 2


class Model(torch.nn.Module):
    def forward(self, x):
        torch._dynamo.graph_break()
        return self.scale * x

    scale = 3


def attempt(function, *args):
    """Its result or the part of its error that does not depend on where this file lies."""
    try:
        print(function(*args))
    except Unsupported as error:
        print(type(error), isinstance(error, TorchDynamoException), isinstance(error, RuntimeError))
        print(str(error).partition("\n\n For more")[0].partition("\n\nfrom user")[0], error.msg == str(error))
        lines = str(error).partition("from user code:\n")[2].partition("\n\n")[0].splitlines()
        print([line.split(",", 1)[1] if "File" in line else line for line in lines if "^" not in line])


for function in silent, by_position, by_name, catching, caller, Model():
    attempt(torch.compile(function, fullgraph=True, backend="eager"), x)
attempt(torch.compile(lambda x: torch.compile(silent, backend="eager")(x), fullgraph=True, backend="eager"), x)
for function in silent, by_position, by_name, caller, Model():
    attempt(function, x)
    attempt(torch.compile(function, backend="eager"), x)
    attempt(torch.compile(function, fullgraph=True, disable=True), x)


@torch.compile(fullgraph=True, backend="eager")
def whole(x):
    """Its documentation."""
    return x * 2


print(whole(x), whole.__name__, whole.__doc__)
try:
    torch._dynamo.graph_break(1, 2)
except TypeError:
    print("TypeError")
