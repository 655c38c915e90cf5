"""Operators of one's own: definitions, kernels, derivatives."""
# ruff: noqa: F822  (names made in a loop below)

import functools
import inspect
import sys
import typing

from . import _C

_torch = sys.modules["flambeau"]
__all__ = [
    "Library",
    "define",
    "fallthrough_kernel",
    "impl",
    "register_kernel",
    "register_autocast",
    "register_fake",
    "register_torch_dispatch",
    "register_vmap",
    "get_ctx",
    "get_kernel",
    "custom_op",
    "triton_op",
    "wrap_triton",
    "infer_schema",
    "register_autograd",
    "impl_abstract",
    "opcheck",
]
_reserved_namespaces = ["prim"]
_keys = {
    "cpu": "CPU",
    "cuda": "CUDA",
    "meta": "Meta",
    "default": "CompositeExplicitAutograd",
    "types": "CompositeExplicitAutograd",
}
_kept_alive = []


def fallthrough_kernel():
    """Marks a dispatch key that passes calls on."""
    raise NotImplementedError("fallthrough_kernel() should never be called.")


class Library:
    """A namespace being defined ("DEF", "FRAGMENT") or extended with kernels ("IMPL")."""

    def __init__(self, ns, kind, dispatch_key=""):
        if kind not in ("IMPL", "DEF", "FRAGMENT"):
            raise ValueError("Unsupported kind: ", kind)
        if ns in _reserved_namespaces and kind in ("DEF", "FRAGMENT"):
            raise ValueError(ns, " is a reserved namespace. Please try creating a library with another name.")
        frame = sys._getframe(1)
        self.m = _C._dispatch_library(kind, ns, dispatch_key, frame.f_code.co_filename, frame.f_lineno)
        self.ns, self.kind, self.dispatch_key, self._op_defs, self._op_impls = ns, kind, dispatch_key, set(), set()

    def __repr__(self):
        return f"Library(kind={self.kind}, ns={self.ns}, dispatch_key={self.dispatch_key})>"

    def define(self, schema, alias_analysis="", *, tags=()):
        """Adds an operator by its schema, "name(Tensor x) -> Tensor"; returns the name."""
        if alias_analysis not in ("", "FROM_SCHEMA", "CONSERVATIVE"):
            raise RuntimeError(f"Invalid alias_analysis type {alias_analysis}")
        tags = (tags,) if isinstance(tags, _C.Tag) else tuple(tags)
        result = self.m.define(schema, alias_analysis, tags)
        self._op_defs.add(f"{self.ns}::{schema.split('(')[0]}")
        _forget(self.ns, schema.split("(")[0])
        return result

    def impl(self, op_name, fn, dispatch_key="", *, with_keyset=False, allow_override=False):
        """Registers a Python function as kernel for a dispatch key."""
        if not callable(fn):
            raise TypeError(f"Input function is required to be a callable but found type {type(fn)}")
        key = dispatch_key or self.dispatch_key
        name = (
            op_name._schema.name + ("." + op_name._schema.overload_name if op_name._schema.overload_name else "")
            if isinstance(op_name, _torch._ops.OpOverload)
            else op_name
        )
        name = name.split("::")[-1]
        self.m.impl(name, key if key != "" else "CompositeImplicitAutograd", fn, with_keyset)
        self._op_impls.add(f"{self.ns}/{name}/{key}")

    def fallback(self, fn, dispatch_key="", *, with_keyset=False):
        self.m.fallback(dispatch_key or self.dispatch_key, fn, with_keyset)

    def _register_fake(self, op_name, fn, _stacklevel=1, *, allow_override=False):
        self.impl(op_name, fn, "Meta")

    def _destroy(self):
        self.m = None


def _forget(namespace, name):
    """A name looked up before has new overloads now."""
    space = vars(_torch.ops).get(namespace)
    if space is not None:
        vars(space).pop(name.split(".")[0], None)


def _fragment(qualname):
    namespace = qualname.split("::")[0]
    library = Library(namespace, "FRAGMENT")
    _kept_alive.append(library)
    return library


def define(qualname, schema, *, lib=None, tags=()):
    """define("ns::name", "(Tensor x) -> Tensor"); a decorator for the implementation with an extra argument."""
    if not isinstance(qualname, str):
        raise ValueError(f"define(qualname, schema): expected qualname to be instance of str, got {type(qualname)}")
    (lib or _fragment(qualname)).define(qualname.split("::")[1] + schema, alias_analysis="", tags=tags)


def impl(qualname, types, func=None, *, lib=None):
    """Registers an implementation for device types ("cpu") or all ("default")."""
    types = (types,) if isinstance(types, str) else types

    def register(fn):
        library = lib or _fragment(qualname)
        for kind in types:
            library.impl(qualname.split("::")[1], fn, _keys.get(kind, kind))
        return fn

    return register if func is None else register(func)


def _qualname(op):
    return op._qualname if isinstance(op, CustomOpDef) else op._name if isinstance(op, _torch._ops.OpOverload) else op


def register_kernel(op, device_types, func=None, /, *, lib=None):
    return impl(_qualname(op), "default" if device_types is None else device_types, func, lib=lib)


def register_fake(op, func=None, /, *, lib=None, _stacklevel=1, allow_override=False):
    """The function that computes shapes only."""
    if isinstance(op, CustomOpDef):
        return op.register_fake if func is None else op.register_fake(func)

    def register(fn):
        (lib or _fragment(_qualname(op))).impl(_qualname(op).split("::")[1], fn, "Meta")
        return fn

    return register if func is None else register(func)


impl_abstract = register_fake


def register_autograd(op, backward, /, *, setup_context=None, lib=None):
    """backward(ctx, *grads), and setup_context(ctx, inputs, output) to save what it needs."""
    name = _qualname(op)
    library = lib or _fragment(name)
    overload = _overload(name)
    arguments = overload._schema.arguments
    positional = [a for a in arguments if not a.kwarg_only]
    by_keyword = [a for a in arguments if a.kwarg_only]

    class Generated(_torch.autograd.Function):
        @staticmethod
        def forward(ctx, *inputs):
            *args, keywords = inputs
            with _C._AutoDispatchBelowAutograd():
                output = overload(*args, **keywords)
            if setup_context is not None:
                given = {"keyword_only_inputs": keywords} if by_keyword else {}
                setup_context(ctx=ctx, inputs=tuple(args), output=output, **given)
            return output

        @staticmethod
        def backward(ctx, *grads):
            result = backward(ctx, *grads)
            return *(result if isinstance(result, (tuple, list)) else (result,)), None

    Generated.__name__ = f"GeneratedBackwardFor_{name.replace('::', '_')}"

    def autograd_kernel(*args, **kwargs):
        args += tuple(a.default_value for a in positional[len(args) :])
        keywords = {a.name: kwargs.get(a.name, a.default_value) for a in by_keyword}
        tensors = [a for a in (*args, *keywords.values()) if isinstance(a, _torch.Tensor)]
        if _torch.is_grad_enabled() and any(t.requires_grad for t in tensors):
            return Generated.apply(*args, keywords)
        with _C._AutoDispatchBelowAutograd():
            return overload(*args, **keywords)

    library.impl(name.split("::")[1], autograd_kernel, "Autograd")


def _overload(qualname):
    namespace, name = qualname.split("::")
    name, _, overload = name.partition(".")
    return getattr(getattr(getattr(_torch.ops, namespace), name), overload or "default")


_SCHEMA_TYPES = {int: "SymInt", float: "float", bool: "bool", str: "str", complex: "Scalar"}


def _schema_type(annotation):
    if annotation in _SCHEMA_TYPES:
        return _SCHEMA_TYPES[annotation]
    if annotation is _torch.Tensor:
        return "Tensor"
    if annotation in (_torch.dtype, _torch.device, _torch.layout, _torch.memory_format):
        return {
            _torch.dtype: "ScalarType",
            _torch.device: "Device",
            _torch.layout: "Layout",
            _torch.memory_format: "MemoryFormat",
        }[annotation]
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Union or type(annotation).__name__ == "UnionType":
        rest = [a for a in args if a is not type(None)]
        if len(rest) == 1 and len(args) == 2:
            return _schema_type(rest[0]) + "?"
        if set(rest) <= {int, float, bool, complex}:
            return "Scalar" + ("?" if len(rest) < len(args) else "")
    if origin in (list, typing.Sequence) or getattr(origin, "__name__", "") == "Sequence":
        return _schema_type(args[0]) + "[]"
    raise ValueError(f"unsupported type {annotation}")


def infer_schema(prototype_function, /, *, mutates_args, op_name=None):
    """The schema that a function's annotations describe."""
    signature, hints = inspect.signature(prototype_function), typing.get_type_hints(prototype_function)
    parts, star = [], False
    for index, (name, parameter) in enumerate(signature.parameters.items()):
        if name not in hints:
            raise ValueError(
                f"infer_schema(func): Parameter {name} must have a type annotation. Got func with signature"
                f" {signature})"
            )
        if parameter.kind is parameter.KEYWORD_ONLY and not star:
            parts.append("*")
            star = True
        kind = _schema_type(hints[name])
        if (
            mutates_args == "unknown"
            and kind.startswith("Tensor")
            or mutates_args != "unknown"
            and name in mutates_args
        ):
            kind = kind.replace("Tensor", f"Tensor(a{index}!)", 1)
        default = parameter.default
        suffix = "" if default is parameter.empty else f'="{default}"' if isinstance(default, str) else f"={default}"
        parts.append(f"{kind} {name}{suffix}")
    returned = hints.get("return", type(None))
    if returned is type(None):
        result = "()"
    elif typing.get_origin(returned) is tuple:
        result = "(" + ", ".join(_schema_type(a).replace("SymInt", "SymInt") for a in typing.get_args(returned)) + ")"
    else:
        result = _schema_type(returned)
    return f"{op_name or ''}({', '.join(parts)}) -> {result}"


class CustomOpDef:
    """An operator made by custom_op: callable, with registrations as decorators."""

    def __init__(self, namespace, name, schema, fn, tags=None):
        self._qualname, self._name, self._namespace, self._schema, self._init_fn = (
            f"{namespace}::{name}",
            name,
            namespace,
            schema,
            fn,
        )
        self._backend_fns, self._setup_context_fn, self._disabled = {}, None, set()
        self._lib = Library(namespace, "FRAGMENT")
        self._lib.define(name + schema, tags=tuple(tags or ()))
        self._opoverload = _overload(self._qualname)

    def __repr__(self):
        return f"<CustomOpDef({self._qualname})>"

    def __call__(self, *args, **kwargs):
        return self._opoverload(*args, **kwargs)

    def register_kernel(self, device_types, fn=None, /):
        def register(function):
            kinds = [device_types] if device_types is None or isinstance(device_types, str) else list(device_types)
            for kind in kinds:
                self._backend_fns[kind] = function
                self._lib.impl(
                    self._name, function, "CompositeExplicitAutograd" if kind is None else _keys.get(kind, kind)
                )
            return function

        return register if fn is None else register(fn)

    def register_fake(self, fn, /):
        self._lib.impl(self._name, fn, "Meta")
        return fn

    def register_autograd(self, backward, /, *, setup_context=None):
        register_autograd(self, backward, setup_context=setup_context, lib=self._lib)


def custom_op(name, fn=None, /, *, mutates_args, device_types=None, schema=None, tags=None):
    """Makes an operator "ns::name" of a Python function."""

    def make(function):
        namespace, _, op_name = name.partition("::")
        if not op_name:
            raise ValueError(f"Expected operator name to be of the form 'namespace::name', got {name}")
        op = CustomOpDef(
            namespace, op_name, schema or infer_schema(function, mutates_args=mutates_args), function, tags
        )
        op.register_kernel(device_types)(function)
        return functools.update_wrapper(op, function, assigned=("__doc__",), updated=())

    return make if fn is None else make(fn)


def _missing(name):
    def function(*args, **kwargs):
        raise NotImplementedError(f"not implemented: torch.library.{name}")

    function.__name__ = function.__qualname__ = name
    return function


for _name in (
    "register_autocast",
    "register_torch_dispatch",
    "register_vmap",
    "get_ctx",
    "get_kernel",
    "triton_op",
    "wrap_triton",
    "opcheck",
):
    globals()[_name] = _missing(_name)
