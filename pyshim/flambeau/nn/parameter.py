"""Parameters and buffers: tensors that modules notice."""

import sys
from collections import OrderedDict

from .. import _C

_torch = sys.modules["flambeau"]
__all__ = [
    "Parameter",
    "UninitializedParameter",
    "is_lazy",
    "Buffer",
    "UninitializedBuffer",
    "UninitializedTensorMixin",
]


class _ParameterMeta(_C._TensorMeta):
    """Tensors of other types count as parameters when they say so with `_is_param`."""

    def __instancecheck__(self, instance):
        if self is Parameter and isinstance(instance, _torch.Tensor) and getattr(instance, "_is_param", False):
            return True
        return super().__instancecheck__(instance)


class Parameter(_torch.Tensor, metaclass=_ParameterMeta):
    """A tensor that joins the parameters() of the module it is assigned to."""

    def __new__(cls, data=None, requires_grad=True):
        if data is None:
            data = _torch.empty(0)
        if type(data) is _torch.Tensor or type(data) is Parameter:
            return _torch.Tensor._make_subclass(cls, data, requires_grad)
        t = data.detach().requires_grad_(requires_grad)
        if type(t) is not type(data):
            raise RuntimeError(
                f"Creating a Parameter from an instance of type {type(data).__name__} requires that detach() returns an"
                f" instance of the same type, but return type {type(t).__name__} was found instead. To use the type as"
                " a Parameter, please correct the detach() semantics defined by its __torch_dispatch__()"
                " implementation."
            )
        t._is_param = True
        return t

    def __deepcopy__(self, memo):
        if id(self) in memo:
            return memo[id(self)]
        result = type(self)(self.data.clone(memory_format=_torch.preserve_format), self.requires_grad)
        memo[id(self)] = result
        return result

    def __repr__(self):
        return "Parameter containing:\n" + super().__repr__()

    def __reduce_ex__(self, proto):
        state = _torch._utils._get_obj_state(self)
        hooks = OrderedDict()
        if not state:
            return (_torch._utils._rebuild_parameter, (self.data, self.requires_grad, hooks))
        return (_torch._utils._rebuild_parameter_with_state, (self.data, self.requires_grad, hooks, state))

    __torch_function__ = _C._disabled_torch_function_impl


class UninitializedTensorMixin:
    """A tensor whose shape comes with the first input."""

    _allowed_methods = [
        _torch.Tensor.__hash__, _torch.Tensor.size, _torch.Tensor.copy_, _torch.Tensor.is_complex,
        _torch.Tensor.is_floating_point,
        _torch.Tensor.half, _torch.Tensor.float, _torch.Tensor.double, _torch.Tensor.char, _torch.Tensor.short,
        _torch.Tensor.int,
        _torch.Tensor.long, _torch.Tensor.cuda, _torch.Tensor.cpu, _torch.Tensor.to, _torch.Tensor.get_device,
        _torch._has_compatible_shallow_copy_type,
    ]  # fmt: skip

    def materialize(self, shape, device=None, dtype=None):
        """Becomes a tensor of this shape, with undefined values."""
        self.data = _torch.empty(shape, device=device or self.data.device, dtype=dtype or self.data.dtype)
        self.__class__ = self.cls_to_become

    @property
    def shape(self):
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in"
            " `load_state_dict` when trying to load an uninitialized parameter into an initialized one. Call `forward`"
            " to initialize the parameters before accessing their attributes."
        )

    def share_memory_(self):
        raise RuntimeError(
            "Can't share memory on an uninitialized parameter or buffer. Call `forward` to initialize the parameters"
            " before calling `module.share_memory()`."
        )

    def __repr__(self):
        return f"<{self.__class__.__name__}>"

    def __reduce_ex__(self, proto):
        return (self.__class__, (self.requires_grad,))

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func in cls._allowed_methods or func.__class__.__name__ == "method-wrapper":
            return super().__torch_function__(func, types, args, kwargs or {})
        raise ValueError(
            f"Attempted to use an uninitialized parameter in {func}. This error happens when you are using a"
            f" `LazyModule` or explicitly manipulating `torch.nn.parameter.{cls.__name__}` objects. When using"
            " LazyModules Call `forward` with a dummy batch to initialize the parameters before calling torch"
            " functions"
        )


def is_lazy(param):
    return isinstance(param, UninitializedTensorMixin)


class UninitializedParameter(UninitializedTensorMixin, Parameter):
    cls_to_become = Parameter

    def __new__(cls, requires_grad=True, device=None, dtype=None):
        return _torch.Tensor._make_subclass(cls, _torch.empty(0, device=device, dtype=dtype), requires_grad)

    def __deepcopy__(self, memo):
        if id(self) not in memo:
            memo[id(self)] = type(self)(self.requires_grad, self.data.device, self.data.dtype)
        return memo[id(self)]


class _BufferMeta(_C._TensorMeta):
    def __instancecheck__(self, instance):
        if self is Buffer and isinstance(instance, _torch.Tensor) and getattr(instance, "_is_buffer", False):
            return True
        return super().__instancecheck__(instance)


class Buffer(_torch.Tensor, metaclass=_BufferMeta):
    """A tensor that becomes a buffer of the module it is assigned to."""

    def __new__(cls, data=None, *, persistent=True):
        data = _torch.empty(0) if data is None else data
        t = data.detach().requires_grad_(data.requires_grad)
        t.persistent, t._is_buffer = persistent, True
        return t

    __torch_function__ = _C._disabled_torch_function_impl


class UninitializedBuffer(UninitializedTensorMixin, _torch.Tensor):
    cls_to_become = _torch.Tensor

    def __new__(cls, requires_grad=False, device=None, dtype=None, persistent=True):
        result = _torch.Tensor._make_subclass(cls, _torch.empty(0, device=device, dtype=dtype), requires_grad)
        result.persistent, result._is_buffer = persistent, True
        return result
