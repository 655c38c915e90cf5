"""torch.Tensor: what of it is written in Python."""

import copyreg
import functools
import sys
from numbers import Number

from . import _C
from .overrides import handle_torch_function, has_torch_function, has_torch_function_unary, has_torch_function_variadic

_torch = sys.modules["flambeau"]


def _overridable(method):
    """Subclasses with __torch_function__ are asked first."""

    @functools.wraps(method, assigned=("__name__", "__qualname__", "__doc__", "__module__"))
    def wrapped(self, *args, **kwargs):
        if has_torch_function_unary(self):
            return handle_torch_function(wrapped, (self,), self, *args, **kwargs)
        return method(self, *args, **kwargs)

    return wrapped


def _binary(method):
    """An operator with a foreign operand: overriding types first, NotImplemented where the operand does not fit."""

    @functools.wraps(method, assigned=("__name__", "__qualname__", "__doc__", "__module__"))
    def wrapped(*args, **kwargs):
        try:
            if has_torch_function(args):
                return handle_torch_function(wrapped, args, *args, **kwargs)
            return method(*args, **kwargs)
        except TypeError:
            return NotImplemented

    return wrapped


def _rebuild_from_type_v2(func, new_type, args, state):
    """Unpickles a subclass or a tensor with attributes."""
    result = func(*args)
    if type(result) is not new_type:
        result = result.as_subclass(new_type)
    setter = getattr(result.__class__, "__setstate__", Tensor.__setstate__)
    if setter is not Tensor.__setstate__:
        result.__setstate__(state)
    else:
        result = _torch._utils._set_obj_state(result, state)
    return result


class Tensor(_C.TensorBase):
    _is_param = False
    __array_priority__ = 1000

    # Copies and pickles

    def __deepcopy__(self, memo):
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.__deepcopy__, (self,), self, memo)
        if not self.is_leaf:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the"
                " moment.  If you were attempting to deepcopy a module, this may be because of a"
                " torch.nn.utils.weight_norm usage, see https://github.com/pytorch/pytorch/pull/103001"
            )
        if id(self) in memo:
            return memo[id(self)]
        with _torch.no_grad():
            if self.is_sparse or self.device.type == "meta" or self.is_quantized:
                new = self.clone()
            else:
                storage = self._typed_storage()._deepcopy(memo)
                if type(self) is not Tensor and type(self).__torch_dispatch__ is not Tensor.__torch_dispatch__:
                    new = self.clone()
                else:
                    new = self.new_empty([])
                    if type(new) is not type(self):
                        new = new.as_subclass(type(self))
                    new.set_(storage._untyped_storage, self.storage_offset(), self.size(), self.stride())
                    if self.is_conj():
                        new = new.conj_physical()
                    if self.is_neg():
                        new = new.neg()
            if self.requires_grad:
                new.requires_grad_()
            if self.grad is not None:
                new.grad = self.grad.__deepcopy__(memo)
            if type(self) is not Tensor:
                slots = copyreg._slotnames(self.__class__)
                for name in slots:
                    if hasattr(self, name):
                        import copy

                        setattr(new, name, copy.deepcopy(getattr(self, name), memo))
            if self.__dict__:
                import copy

                new.__dict__ = copy.deepcopy(self.__dict__, memo)
        memo[id(self)] = new
        return new

    def __reduce_ex__(self, proto):
        state = _torch._utils._get_obj_state(self)
        if type(self) is Tensor and not state:
            return self._reduce_ex_internal(proto)
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.__reduce_ex__, (self,), self, proto)
        func, args = self._reduce_ex_internal(proto)
        return (_rebuild_from_type_v2, (func, type(self), args, state))

    def storage(self):
        """The storage with its dtype. Deprecated in favour of untyped_storage()."""
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.storage, (self,), self)
        _torch.storage._warn_typed_storage_removal(stacklevel=2)
        return self._typed_storage()

    def _typed_storage(self):
        return _torch.storage.TypedStorage(wrap_storage=self.untyped_storage(), dtype=self.dtype, _internal=True)

    def _reduce_ex_internal(self, proto):
        from . import _utils

        hooks = {}
        if self.is_sparse:
            if self.layout is not _torch.sparse_coo:
                raise NotImplementedError(f"sparse tensor __reduce_ex__ for layout `{self.layout}`")
            args = (self.layout, (self._indices(), self._values(), self.size(), self.is_coalesced()))
            return (_utils._rebuild_sparse_tensor, args)
        if self.layout is not _torch.strided:
            compressed, plain = (
                (self.crow_indices(), self.col_indices())
                if self.layout in (_torch.sparse_csr, _torch.sparse_bsr)
                else (self.ccol_indices(), self.row_indices())
            )
            return (_utils._rebuild_sparse_tensor, (self.layout, (compressed, plain, self.values(), self.size())))
        if self.device.type == "meta":
            args = (self.dtype, tuple(self.size()), self.stride(), self.requires_grad)
            return (_utils._rebuild_meta_tensor_no_storage, args)
        storage = _torch.storage.TypedStorage(wrap_storage=self.untyped_storage(), dtype=self.dtype, _internal=True)
        args = (storage, self.storage_offset(), tuple(self.size()), self.stride(), self.requires_grad, hooks)
        if self.is_quantized:
            raise NotImplementedError("not implemented: pickling of quantized tensors")
        if self.dtype in _utils._dtypes_without_legacy_storage():
            return (_utils._rebuild_tensor_v3, (self.untyped_storage(), *args[1:], self.dtype))
        metadata = _utils.get_tensor_metadata(self)
        return (_utils._rebuild_tensor_v2, args + (metadata,) if metadata else args)

    def __setstate__(self, state):
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.__setstate__, (self,), self, state)
        if not self.is_leaf:
            raise RuntimeError("__setstate__ can be only called on leaf Tensors")
        if len(state) == 4:
            self.set_(*state)
            return
        self.requires_grad, _, self._backward_hooks = state[-3:] if len(state) == 5 else (state[3], None, state[4])

    def __repr__(self, *, tensor_contents=None):
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.__repr__, (self,), self, tensor_contents=tensor_contents)
        return _torch._tensor_str._str(self, tensor_contents=tensor_contents)

    # Autograd

    def backward(self, gradient=None, retain_graph=None, create_graph=False, inputs=None):
        """Adds d(self)/d(leaf) to the `.grad` of every leaf; `gradient` is needed unless self is a scalar."""
        if has_torch_function_unary(self):
            return handle_torch_function(
                Tensor.backward,
                (self,),
                self,
                gradient=gradient,
                retain_graph=retain_graph,
                create_graph=create_graph,
                inputs=inputs,
            )
        _torch.autograd.backward(self, gradient, retain_graph, create_graph, inputs=inputs)

    def register_hook(self, hook):
        """`hook(grad) -> Tensor or None` runs when the gradient of this tensor is computed."""
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.register_hook, (self,), self, hook)
        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        if self._backward_hooks is None:
            from collections import OrderedDict

            self._backward_hooks = OrderedDict()
            if self.grad_fn is not None:
                self.grad_fn._register_hook_dict(self)
        from .utils.hooks import RemovableHandle

        handle = RemovableHandle(self._backward_hooks)
        self._backward_hooks[handle.id] = hook
        return handle

    def register_post_accumulate_grad_hook(self, hook):
        """`hook(param)` runs after the gradient of this leaf was accumulated."""
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.register_post_accumulate_grad_hook, (self,), self, hook)
        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        if self.grad_fn is not None:
            raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
        if self._post_accumulate_grad_hooks is None:
            from collections import OrderedDict

            self._post_accumulate_grad_hooks = OrderedDict()
        from .utils.hooks import RemovableHandle

        handle = RemovableHandle(self._post_accumulate_grad_hooks)
        self._post_accumulate_grad_hooks[handle.id] = hook
        return handle

    def reinforce(self, reward):
        raise RuntimeError(
            "reinforce() was removed. Use torch.distributions instead: sample with `action = m.sample()` and build the"
            " loss from `-m.log_prob(action) * reward`."
        )

    detach = _C.TensorBase.detach
    detach_ = _C.TensorBase.detach_

    def is_shared(self):
        """True when the storage lies in shared memory."""
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.is_shared, (self,), self)
        return self._typed_storage()._is_shared()

    def share_memory_(self):
        """Moves the storage to shared memory, so that other processes can see it."""
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.share_memory_, (self,), self)
        self._typed_storage()._share_memory_()
        return self

    def module_load(self, other, assign=False):
        """What load_state_dict puts in place of `self` when swapping is on."""
        if has_torch_function_variadic(self, other):
            return handle_torch_function(Tensor.module_load, (self, other), self, other, assign=assign)
        return other.detach() if assign else self.copy_(other).detach()

    # Shapes and reductions with Python-side overloads

    def norm(self, p="fro", dim=None, keepdim=False, dtype=None):
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.norm, (self,), self, p=p, dim=dim, keepdim=keepdim, dtype=dtype)
        return _torch.norm(self, p, dim, keepdim, dtype=dtype)

    @_overridable
    def stft(
        self, n_fft, hop_length=None, win_length=None, window=None, center=True, pad_mode="reflect", normalized=False,
        onesided=None, return_complex=None, align_to_window=None,
    ):  # fmt: skip
        return _torch.stft(
            self,
            n_fft,
            hop_length,
            win_length,
            window,
            center,
            pad_mode,
            normalized,
            onesided,
            return_complex,
            align_to_window,
        )

    @_overridable
    def istft(
        self, n_fft, hop_length=None, win_length=None, window=None, center=True, normalized=False, onesided=None,
        length=None,
        return_complex=False,
    ):  # fmt: skip
        return _torch.istft(
            self, n_fft, hop_length, win_length, window, center, normalized, onesided, length, return_complex
        )

    def split(self, split_size, dim=0):
        """Pieces of one size, or of the sizes in a list."""
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.split, (self,), self, split_size, dim=dim)
        if isinstance(split_size, (int, Tensor)):
            return _torch._VF.split(self, int(split_size), dim)
        return _torch._VF.split_with_sizes(self, split_size, dim)

    @_overridable
    def unique(self, sorted=True, return_inverse=False, return_counts=False, dim=None):
        return _torch.unique(self, sorted=sorted, return_inverse=return_inverse, return_counts=return_counts, dim=dim)

    @_overridable
    def unique_consecutive(self, return_inverse=False, return_counts=False, dim=None):
        return _torch.unique_consecutive(self, return_inverse=return_inverse, return_counts=return_counts, dim=dim)

    def unflatten(self, dim, sizes):
        """Splits one dimension into `sizes`, of which one may be -1."""
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.unflatten, (self,), self, dim, sizes)
        if not sizes:
            raise RuntimeError("unflatten: sizes must be non-empty")
        return super().unflatten(dim, sizes)

    @_overridable
    def lu(self, pivot=True, get_infos=False):
        lu, pivots, infos = _torch._lu_with_info(self, pivot=pivot, check_errors=not get_infos)
        return (lu, pivots, infos) if get_infos else (lu, pivots)

    @_overridable
    def eig(self, eigenvectors=False):
        return _torch.eig(self, eigenvectors)

    @_overridable
    def lstsq(self, other):
        return _torch.lstsq(self, other)

    @_overridable
    def solve(self, other):
        return _torch.solve(self, other)

    @_overridable
    def symeig(self, eigenvectors=False):
        return _torch.symeig(self, eigenvectors)

    @_overridable
    def resize(self, *sizes):
        return self.clone().resize_(*sizes)

    @_overridable
    def resize_as(self, tensor):
        return self.clone().resize_as_(tensor)

    def index(self, positions, dims):
        raise NotImplementedError("not implemented: torch.Tensor.index")

    # Operators

    @_binary
    def __rsub__(self, other):
        return _C._VariableFunctions.rsub(self, other)

    @_binary
    def __rdiv__(self, other):
        return self.reciprocal() * other

    __rtruediv__ = __rdiv__
    __itruediv__ = _C.TensorBase.__idiv__
    __pow__ = _binary(_C.TensorBase.pow)
    __ipow__ = _binary(_C.TensorBase.pow_)

    @_binary
    def __rmod__(self, other):
        return _torch.remainder(other, self)

    def __format__(self, format_spec):
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.__format__, (self,), self, format_spec)
        if self.dim() == 0 and not self.is_meta and type(self) is Tensor:
            return self.item().__format__(format_spec)
        return object.__format__(self, format_spec)

    @_binary
    def __rpow__(self, other):
        return _torch.pow(other, self)

    @_binary
    def __floordiv__(self, other):
        return _torch.floor_divide(self, other)

    @_binary
    def __rfloordiv__(self, other):
        return _torch.floor_divide(other, self)

    @_binary
    def __rlshift__(self, other):
        return _torch.bitwise_left_shift(other, self)

    @_binary
    def __rrshift__(self, other):
        return _torch.bitwise_right_shift(other, self)

    @_binary
    def __rmatmul__(self, other):
        return _torch.matmul(other, self)

    __pos__ = _C.TensorBase.positive
    __neg__ = _C.TensorBase.neg
    __abs__ = _C.TensorBase.abs

    def __len__(self):
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.__len__, (self,), self)
        if self.dim() == 0:
            raise TypeError("len() of a 0-d tensor")
        return self.shape[0]

    def __iter__(self):
        if self.dim() == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter(self.unbind(0))

    def __hash__(self):
        return id(self)

    def __dir__(self):
        names = set(dir(self.__class__)) | set(self.__dict__)
        if not self.is_cuda:
            names.discard("__cuda_array_interface__")
        return sorted(names - {"volatile", "__cuda_array_interface__"})

    def __reversed__(self):
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.__reversed__, (self,), self)
        return self if self.dim() == 0 else self.flip(0)

    def __contains__(self, element):
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.__contains__, (self,), self, element)
        if isinstance(element, (Tensor, Number)):
            return bool((element == self).any().item())
        raise RuntimeError(f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(element)}.")

    # Bridges

    def __array__(self, dtype=None):
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.__array__, (self,), self, dtype=dtype)
        return self.numpy() if dtype is None else self.numpy().astype(dtype, copy=False)

    def __array_wrap__(self, array):
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.__array_wrap__, (self,), self, array=array)
        return _torch.from_numpy(array.astype("uint8") if array.dtype == bool else array)

    @property
    def __cuda_array_interface__(self):
        raise AttributeError(
            f"Can't get __cuda_array_interface__ on non-CUDA tensor type: {self.type()} If CUDA data is required use"
            " tensor.cuda() to copy tensor to device memory."
        )

    def storage_type(self):
        _torch.storage._warn_typed_storage_removal()
        return self._typed_storage()._get_legacy_storage_class()

    @_overridable
    def to_sparse_coo(self):
        return self.to_sparse()

    @_overridable
    def dim_order(self, *, ambiguity_check=False):
        """Dimensions from the outermost to the innermost in memory."""
        from ._dim_order import dim_order

        return dim_order(self, ambiguity_check)

    def __dlpack__(self, *, stream=-1, max_version=None, dl_device=None, copy=None):
        """A capsule for from_dlpack of other libraries; shares memory unless `copy`."""
        if has_torch_function_unary(self):
            kwargs = {"stream": stream, "max_version": max_version, "dl_device": dl_device, "copy": copy}
            return handle_torch_function(Tensor.__dlpack__, (self,), self, **kwargs)
        if self.requires_grad:
            raise BufferError("Can't export tensors that require gradient, use tensor.detach()")
        if self.is_conj():
            raise BufferError("Can't export tensors with the conjugate bit set")
        if self.layout != _torch.strided:
            raise BufferError("Can't export tensors with layout other than torch.strided")
        export = _C._to_dlpack_versioned if max_version is not None and max_version[0] >= 1 else _C._to_dlpack
        return export(self, dl_device=dl_device, copy=copy)

    def __dlpack_device__(self):
        if has_torch_function_unary(self):
            return handle_torch_function(Tensor.__dlpack_device__, (self,), self)
        if self.device.type != "cpu":
            raise BufferError(f"Unknown device type {self.device.type} for Dlpack")
        from .utils.dlpack import DLDeviceType

        return (DLDeviceType.kDLCPU, 0)

    def _clear_non_serializable_cached_data(self):
        pass

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        """Computes as for plain tensors and wraps what comes out in the subclass."""
        if not all(issubclass(cls, kind) for kind in types):
            return NotImplemented
        with _C.DisableTorchFunctionSubclass():
            result = func(*args, **(kwargs or {}))
        return result if func in _default_nowrap_functions() else _convert(result, cls)

    __torch_dispatch__ = _C._disabled_torch_dispatch_impl
    __module__ = "torch"


def _convert(value, cls):
    if cls is Tensor:
        return value
    if isinstance(value, Tensor) and not isinstance(value, cls):
        value = value.as_subclass(cls)
    if isinstance(value, (tuple, list)):
        value = type(value)(_convert(part, cls) for part in value)
    return value


@functools.cache
def _default_nowrap_functions():
    names = "_base grad _grad"
    return {getattr(Tensor, name).__get__ for name in names.split()}


get_default_nowrap_functions = _default_nowrap_functions
__all__ = ["Tensor"]
