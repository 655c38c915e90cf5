"""torch.ops: operators by name."""

import types

from . import _C


class OperatorBase:
    """Base class of what torch.ops gives."""


class OpOverload(OperatorBase):
    """One schema of an operator: torch.ops.aten.add.Tensor."""

    def __init__(self, packet, op, op_dk, schema, tags):
        self._op, self._op_dk, self._schema, self._tags, self._overloadpacket = op, op_dk, schema, tags, packet
        self._overloadname = schema.overload_name or "default"
        self._qualified_op_name = packet._qualified_op_name
        self._name = schema.name + ("." + schema.overload_name if schema.overload_name else "")
        self.__name__ = f"{schema.name.split('::')[1]}.{self._overloadname}"
        self.__module__, self.__qualname__ = packet.__module__, self._name

    def __call__(self, /, *args, **kwargs):
        return self._op(*args, **kwargs)

    def redispatch(self, /, keyset, *args, **kwargs):
        raise NotImplementedError(f"not implemented: torch.ops.{self}.redispatch")

    def __hash__(self):
        return hash(self._name)

    def __eq__(self, other):
        return self is other or isinstance(other, OpOverload) and other._name == self._name

    def __repr__(self):
        return (
            f"<OpOverload(op='{self.namespace}.{self._schema.name.split('::')[1]}', overload='{self._overloadname}')>"
        )

    def __str__(self):
        return ".".join((*self._qualified_op_name.split("::"), self._overloadname))

    def __deepcopy__(self, memo=None):
        return self

    @property
    def namespace(self):
        return self._schema.name.split("::")[0]

    @property
    def overloadpacket(self):
        return self._overloadpacket

    @property
    def op(self):
        return self._op

    @property
    def tags(self):
        return self._tags

    def name(self):
        return self._name

    def has_kernel_for_dispatch_key(self, key):
        return _C._dispatch_has_kernel_for_dispatch_key(self._name, str(key).rpartition(".")[2])

    @property
    def is_view(self):
        aliases = [a.alias_info for a in self._schema.arguments]
        return any(a is not None and not a.is_write for a in aliases)


class OpOverloadPacket(OperatorBase):
    """All schemas of a name: torch.ops.aten.add."""

    def __init__(self, qualified_op_name, op_name, op, overload_names):
        self._qualified_op_name, self.__name__, self._op, self._overload_names = (
            qualified_op_name,
            op_name,
            op,
            overload_names,
        )
        self._dir = []
        self.__module__ = "torch._ops." + qualified_op_name.split("::")[0]

    def __call__(self, /, *args, **kwargs):
        return self._op(*args, **kwargs)

    def __getattr__(self, key):
        if key.startswith("__"):
            raise AttributeError(key)
        name = "" if key == "default" else key
        if name not in self._overload_names:
            raise AttributeError(f"The underlying op of '{self}' has no overload name '{key}'")
        op, op_dk, tags = _C._get_operation_overload(self._qualified_op_name, name)
        overload = OpOverload(self, op, op_dk, _C._get_schema(self._qualified_op_name, name), tags)
        setattr(self, key, overload)
        self._dir.append(key)
        return overload

    def __iter__(self):
        return iter(self._dir)

    def __hash__(self):
        return hash(self._op)

    def __repr__(self):
        return f"<OpOverloadPacket(op='{self._qualified_op_name.replace('::', '.')}')>"

    def __str__(self):
        return self._qualified_op_name.replace("::", ".")

    @property
    def op(self):
        return self._op

    def overloads(self):
        return [n if n else "default" for n in self._overload_names]


class _OpNamespace(types.ModuleType):
    def __init__(self, name):
        super().__init__("torch.ops." + name)
        self.name, self._dir = name, []

    def __iter__(self):
        return iter(self._dir)

    def __getattr__(self, op_name):
        if op_name in ("__origin__", "__self__"):
            raise AttributeError(f"Invalid attribute '{op_name}' for '_OpNamespace' '{self.name}'")
        qualified = f"{self.name}::{op_name}"
        try:
            op, names = _C._jit_get_operation(qualified)
        except RuntimeError:
            op = None
        if op is None:
            raise AttributeError(f"'_OpNamespace' '{self.name}' object has no attribute '{op_name}'")
        packet = OpOverloadPacket(qualified, op_name, op, names)
        setattr(self, op_name, packet)
        self._dir.append(op_name)
        return packet


class _Ops(types.ModuleType):
    __file__ = "_ops.py"

    def __init__(self):
        super().__init__("torch.ops")
        self.loaded_libraries, self._dir = set(), []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        namespace = _OpNamespace(name)
        setattr(self, name, namespace)
        self._dir.append(name)
        return namespace

    def __iter__(self):
        return iter(self._dir)

    def import_module(self, module):
        import importlib

        importlib.import_module(module)

    def load_library(self, path):
        """Loads a shared library whose static initialisers register operators."""
        import ctypes
        import os

        path = os.path.realpath(os.fspath(path))
        self.loaded_libraries.add(path)
        ctypes.CDLL(path)


class HigherOrderOperator(OperatorBase):
    """Operators that take functions; a base class to derive from."""

    def __init__(self, name, *, cacheable=False):
        self._name = self.__name__ = name

    def __call__(self, /, *args, **kwargs):
        raise NotImplementedError(f"not implemented: higher order operator {self._name}")


ops = _Ops()
