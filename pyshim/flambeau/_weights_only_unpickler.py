"""Unpickles checkpoints without running code of theirs: only known globals, only the opcodes such files need."""

import functools
import struct
import sys
from collections import Counter, OrderedDict
from pickle import UnpicklingError, decode_long

_torch = sys.modules["flambeau"]
_BLOCKED = frozenset(("sys", "os", "posix", "nt"))
_user_globals = {}


def _add_safe_globals(safe_globals):
    for entry in safe_globals:
        _user_globals.update([_named(entry)])


def _named(entry):
    """(full name, object) of a class, a function, or a pair (object, name)."""
    if isinstance(entry, tuple):
        if len(entry) != 2:
            raise ValueError(
                f"Expected tuple of length 2 (global, str of callable full path), but got tuple of length: {len(entry)}"
            )
        if not callable(entry[0]) or not isinstance(entry[1], str):
            raise TypeError(f"Expected a tuple of (callable, str), but got: {entry}")
        return entry[1], entry
    return f"{entry.__module__}.{entry.__qualname__}", entry


def _get_safe_globals():
    return list(_user_globals.values())


def _clear_safe_globals():
    _user_globals.clear()


def _remove_safe_globals(globals_to_remove):
    for entry in globals_to_remove:
        _user_globals.pop(_named(entry)[0], None)


class _safe_globals:
    def __init__(self, safe_globals):
        self.safe_globals = safe_globals

    def __enter__(self):
        self.before = dict(_user_globals)
        _add_safe_globals(self.safe_globals)

    def __exit__(self, *exc):
        _user_globals.clear()
        _user_globals.update(self.before)


@functools.cache
def _tensor_rebuild_functions():
    names = [
        "_rebuild_parameter",
        "_rebuild_parameter_with_state",
        "_rebuild_qtensor",
        "_rebuild_tensor",
        "_rebuild_tensor_v2",
        "_rebuild_tensor_v3",
        "_rebuild_sparse_tensor",
        "_rebuild_meta_tensor_no_storage",
        "_rebuild_nested_tensor",
        "_rebuild_wrapper_subclass",
        "_rebuild_device_tensor_from_numpy",
        "_rebuild_device_tensor_from_cpu_tensor",
    ]
    return {getattr(_torch._utils, name) for name in names} | {_torch._tensor._rebuild_from_type_v2}


@functools.cache
def _get_allowed_globals():
    from _codecs import encode

    from . import serialization
    from .nn.parameter import Parameter

    allowed = {
        "collections.OrderedDict": OrderedDict, "collections.Counter": Counter,
        "torch.nn.parameter.Parameter": Parameter,
        "torch.serialization._get_layout": serialization._get_layout, "torch.Size": _torch.Size,
        "torch.Tensor": _torch.Tensor,
        "torch.device": _torch.device, "_codecs.encode": encode, "builtins.bytearray": bytearray, "builtins.set": set,
        "builtins.complex": complex,
    }  # fmt: skip
    for value in vars(_torch).values():
        if isinstance(value, (_torch.dtype, getattr(_torch._C, "qscheme", _torch.dtype))):
            allowed[str(value)] = value
    for storage in _torch._storage_classes:
        key = (
            "torch.storage." + storage.__name__
            if storage in (_torch.UntypedStorage, _torch.TypedStorage)
            else "torch." + storage.__name__
        )
        allowed[key] = storage
        if not key.startswith("torch.storage."):
            allowed["torch.cuda." + storage.__name__] = serialization.StorageType(storage.__name__)
    for kind in ["Double", "Float", "Half", "Long", "Int", "Short", "Char", "Byte", "Bool", "BFloat16"]:
        if hasattr(_torch, kind + "Tensor"):
            allowed[f"torch.{kind}Tensor"] = getattr(_torch, kind + "Tensor")
    for function in _tensor_rebuild_functions():
        allowed[f"{function.__module__}.{function.__name__}"] = function
    return allowed


def _lookup(module, name):
    full = f"{module}.{name}"
    found = _get_allowed_globals().get(full)
    if found is not None:
        return found
    found = _user_globals.get(full)
    if found is not None:
        return found[0] if isinstance(found, tuple) else found
    if module.partition(".")[0] in _BLOCKED:
        raise UnpicklingError(f"Trying to load unsupported GLOBAL {full} whose module {module} is blocked.")
    raise UnpicklingError(
        f"Unsupported global: GLOBAL {full} was not an allowed global by default. Please use"
        f" `torch.serialization.add_safe_globals([{full}])` or the `torch.serialization.safe_globals([{full}])` context"
        " manager to allowlist this global if you trust this class/function."
    )


# pickled module names of Python 2
_PY2 = {
    ("__builtin__", "set"): ("builtins", "set"),
    ("__builtin__", "complex"): ("builtins", "complex"),
    ("__builtin__", "bytearray"): ("builtins", "bytearray"),
    ("__builtin__", "long"): ("builtins", "int"),
}


class Unpickler:
    """Reads one pickle. Raises pickle.UnpicklingError for anything outside the safe subset."""

    def __init__(self, file, *, encoding="bytes"):
        self.encoding, self.read, self.readline, self.memo = encoding, file.read, file.readline, {}
        self.proto = -1

    def persistent_load(self, pid):
        raise UnpicklingError("unsupported persistent id encountered")

    def load(self):
        self.stack, self.marks = [], []
        actions = _ACTIONS
        while True:
            key = self.read(1)
            if not key:
                raise EOFError
            if key == b".":
                if not self.stack:
                    raise UnpicklingError("pickle ended without a value")
                return self.stack.pop()
            action = actions.get(key[0])
            if action is None:
                raise UnpicklingError(f"Unsupported operand {key[0]}")
            action(self)

    def bytes(self, count):
        data = self.read(count)
        if len(data) != count:
            raise EOFError("Ran out of input")
        return data

    def number(self, code):
        return struct.unpack("<" + code, self.bytes(struct.calcsize("<" + code)))[0]

    def pop(self, count):
        if len(self.stack) < count:
            raise UnpicklingError("unexpected end of stack")
        taken = self.stack[-count:]
        del self.stack[-count:]
        return taken

    def pop_mark(self):
        if not self.marks:
            raise UnpicklingError("unexpected MARK")
        items, self.stack = self.stack, self.marks.pop()
        return items

    def top(self):
        if not self.stack:
            raise UnpicklingError("unexpected end of stack")
        return self.stack[-1]


def _global(self):
    module, name = self.readline()[:-1].decode("utf-8"), self.readline()[:-1].decode("utf-8")
    if self.proto <= 2:
        module, name = _PY2.get((module, name), (module, name))
    self.stack.append(_lookup(module, name))


def _new_object(self):
    cls, args = self.pop(2)
    if cls is _torch.nn.parameter.Parameter:
        self.stack.append(_torch.nn.parameter.Parameter(*args))
    elif isinstance(cls, type) and (_is_user_global(cls) or cls in (OrderedDict, Counter, set, _torch.Size)):
        _check_keys(args)
        self.stack.append(cls.__new__(cls, *args))
    else:
        raise UnpicklingError(
            f"Can not create new object for class {cls}. If you trust it, add it with"
            " `torch.serialization.add_safe_globals`."
        )


def _is_user_global(value):
    return any(value is (u[0] if isinstance(u, tuple) else u) for u in _user_globals.values())


def _check_keys(values):
    """Refuses keys nested so deep, or holding others so often, that hashing takes the stack of C or no end of time."""
    level, work = [values], 0
    for _ in range(100):
        work += sum(map(len, level))
        if work > 10_000_000:
            break
        level = [item for value in level for item in value if isinstance(item, (tuple, list))]
        if not level:
            return
    raise UnpicklingError("keys are nested too deeply")


def _is_known(function):
    try:
        return any(function is known for known in _get_allowed_globals().values()) or _is_user_global(function)
    except TypeError:
        return False


def _reduce(self):
    function, args = self.pop(2)
    if not _is_known(function):
        raise UnpicklingError(f"Trying to call reduce for unrecognized function {function}")
    if not isinstance(args, tuple):
        raise UnpicklingError(f"Expected tuple of arguments, but got {type(args)}")
    wraps = function is _torch._tensor._rebuild_from_type_v2 and args
    if wraps and not any(args[0] is known for known in _tensor_rebuild_functions()):
        raise UnpicklingError(f"Trying to call reduce for unrecognized function {args[0]}")
    if function in (set, Counter, OrderedDict):
        _check_keys(args)
    self.stack.append(function(*args))


def _build(self):
    (state,) = self.pop(1)
    instance = self.top()
    kind = type(instance)
    if kind is _torch.Tensor:
        instance.set_(*state)
    elif kind is _torch.nn.parameter.Parameter:
        instance.__setstate__(state)
    elif kind is OrderedDict or kind is Counter:
        instance.__dict__.update(state)
    elif _is_user_global(kind):
        if hasattr(instance, "__setstate__"):
            instance.__setstate__(state)
        else:
            attributes, slots = state if isinstance(state, tuple) and len(state) == 2 else (state, None)
            instance.__dict__.update(attributes or {})
            for name, value in (slots or {}).items():
                setattr(instance, name, value)
    else:
        raise UnpicklingError(
            f"Can only build Tensor, Parameter, OrderedDict or types allowlisted via `add_safe_globals`, but got {kind}"
        )


def _container(self, kind, verb):
    target = self.top()
    if type(target) is not kind and not (
        kind is dict and type(target) in (OrderedDict, Counter) or _is_user_global(type(target))
    ):
        raise UnpicklingError(f"Can only {verb}, but got {type(target)}")
    return target


def _setitems(self):
    items = self.pop_mark()
    target = _container(self, dict, "SETITEMS for dict, collections.OrderedDict, collections.Counter")
    if len(items) % 2:
        raise UnpicklingError("odd number of items for SETITEMS")
    _check_keys([key for key in items[::2] if isinstance(key, tuple)])
    for i in range(0, len(items), 2):
        target[items[i]] = items[i + 1]


def _setitem(self):
    key, value = self.pop(2)
    _check_keys((key,))
    _container(self, dict, "SETITEM for dict, collections.OrderedDict, collections.Counter")[key] = value


def _append(self):
    (value,) = self.pop(1)
    _container(self, list, "append to lists").append(value)


def _appends(self):
    items = self.pop_mark()
    _container(self, list, "extend lists").extend(items)


def _persistent(self):
    (pid,) = self.pop(1)
    if not (type(pid) is tuple and pid and type(pid[0]) is not int) and type(pid) is not int:
        raise UnpicklingError(f"persistent_load id must be tuple or int, but got {type(pid)}")
    _check_keys((pid,))
    if type(pid) is tuple and pid[0] not in ("storage", b"storage"):
        raise UnpicklingError(f"Only persistent_load of storage is allowed, but got {pid[0]}")
    self.stack.append(self.persistent_load(pid))


def _short_string(self):
    data = self.bytes(self.number("B"))
    self.stack.append(data if self.encoding == "bytes" else data.decode(self.encoding))


def _proto(self):
    self.proto = self.number("B")
    if self.proto != 2:
        import warnings

        warnings.warn(
            f"Detected pickle protocol {self.proto} in the checkpoint, which was not the default pickle protocol used"
            " by `torch.load` (2). The weights_only Unpickler might not support all instructions implemented by this"
            " protocol, please file an issue for adding support if you encounter this.",
            stacklevel=4,
        )


def _push(make):
    def push(self):
        value = make(self)
        self.stack.append(value)

    return push


def _mark(self):
    self.marks.append(self.stack)
    self.stack = []


def _memoize(code):
    def put(self):
        self.memo[self.number(code)] = self.top()

    return put


_ACTIONS = {
    ord(op): action
    for op, action in {
        "c": _global, "\x81": _new_object, "R": _reduce, "b": _build, "a": _append, "e": _appends, "s": _setitem,
        "u": _setitems,
        "(": _mark, "t": _push(lambda self: tuple(self.pop_mark())), ")": _push(lambda self: ()),
        "]": _push(lambda self: []),
        "}": _push(lambda self: {}), "\x8f": _push(lambda self: set()), "\x85": _push(lambda self: tuple(self.pop(1))),
        "\x86": _push(lambda self: tuple(self.pop(2))), "\x87": _push(lambda self: tuple(self.pop(3))),
        "N": _push(lambda self: None),
        "\x88": _push(lambda self: True), "\x89": _push(lambda self: False), "K": _push(lambda self: self.number("B")),
        "M": _push(lambda self: self.number("H")), "J": _push(lambda self: self.number("i")),
        "G": _push(lambda self: struct.unpack(">d", self.bytes(8))[0]),
        "\x8a": _push(lambda self: decode_long(self.bytes(self.number("B")))), "U": _short_string,
        "X": _push(lambda self: self.bytes(self.number("I")).decode("utf-8", "surrogatepass")), "Q": _persistent,
        "\x80": _proto,
        "q": _memoize("B"), "r": _memoize("I"), "h": _push(lambda self: self.memo[self.number("B")]),
        "j": _push(lambda self: self.memo[self.number("I")]),
    }.items()
}  # fmt: skip


def load(file, *, encoding="ASCII"):
    return Unpickler(file, encoding=encoding).load()


def get_globals_in_pkl(file):
    """Names of all globals a pickle mentions."""
    import pickletools

    names, strings = set(), []
    for opcode, argument, _ in pickletools.genops(file):
        if opcode.name == "GLOBAL":
            names.add(argument.replace(" ", "."))
        elif opcode.name == "STACK_GLOBAL":
            names.add(".".join(strings[-2:]))
        elif isinstance(argument, str):
            strings.append(argument)
    return names
