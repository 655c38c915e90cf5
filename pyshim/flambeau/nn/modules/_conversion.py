"""How modules move between devices and types."""

import sys

from ... import _C
from ... import __future__ as _future
from ..parameter import Parameter

_torch = sys.modules["flambeau"]


class Conversion:
    """Part of nn.Module."""

    def _apply(self, fn, recurse=True):
        """Replaces every parameter, its gradient and every buffer by fn of it."""
        if recurse:
            for module in self.children():
                module._apply(fn)
        for key, param in self._parameters.items():
            if param is None:
                continue
            with _torch.no_grad():
                applied = fn(param)
            self._replace_param(key, param, applied)
            if param.grad is not None:
                with _torch.no_grad():
                    grad = fn(param.grad)
                target = self._parameters[key]
                if (
                    target is param
                    and not _future.get_swap_module_params_on_conversion()
                    and _torch._has_compatible_shallow_copy_type(param.grad, grad)
                ):
                    param.grad.data = grad
                else:
                    target.grad = grad.requires_grad_(param.grad.requires_grad)
        for key, buf in self._buffers.items():
            if buf is not None:
                self._buffers[key] = fn(buf)
        return self

    def _replace_param(self, key, param, applied):
        if _future.get_swap_module_params_on_conversion():
            if param.grad is not None:
                param.grad = None
            new = applied if isinstance(applied, Parameter) else Parameter(applied, requires_grad=param.requires_grad)
            _torch.utils.swap_tensors(param, new)
        elif not _future.get_overwrite_module_params_on_conversion() and _torch._has_compatible_shallow_copy_type(
            param, applied
        ):
            param.data = applied
        else:
            self._parameters[key] = Parameter(applied, param.requires_grad)

    def apply(self, fn):
        """Calls fn on every module, children first."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def to(self, *args, **kwargs):
        """Moves and casts in place: to(device, dtype, non_blocking), to(dtype), to(tensor), to(memory_format=...)."""
        device, dtype, non_blocking, memory_format = _C._nn._parse_to(*args, **kwargs)
        if dtype is not None:
            if not (dtype.is_floating_point or dtype.is_complex):
                raise TypeError(
                    f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={dtype}"
                )
            if dtype.is_complex:
                import warnings

                warnings.warn(
                    "Complex modules are a new feature under active development whose design may change, and some"
                    " modules might not work as expected when using complex tensors as parameters or buffers. Please"
                    " file an issue at https://github.com/pytorch/pytorch/issues/new?template=bug-report.yml if a"
                    " complex module does not work as expected.",
                    stacklevel=2,
                )

        def convert(t):
            target = dtype if t.is_floating_point() or t.is_complex() else None
            try:
                if memory_format is not None and t.dim() in (4, 5):
                    return t.to(device, target, non_blocking, memory_format=memory_format)
                return t.to(device, target, non_blocking)
            except NotImplementedError as e:
                if str(e) == "Cannot copy out of meta tensor; no data!":
                    raise NotImplementedError(
                        f"{e} Please use torch.nn.Module.to_empty() instead of torch.nn.Module.to() when moving module"
                        " from meta to a different device."
                    ) from None
                raise

        return self._apply(convert)

    def to_empty(self, *, device, recurse=True):
        """Moves without copying values."""
        return self._apply(lambda t: _torch.empty_like(t, device=device), recurse=recurse)

    def type(self, dst_type):
        return self._apply(lambda t: t.type(dst_type))

    def _cast(self, dtype):
        return self._apply(lambda t: t.to(dtype) if t.is_floating_point() else t)

    def float(self):
        return self._cast(_torch.float32)

    def double(self):
        return self._cast(_torch.float64)

    def half(self):
        return self._cast(_torch.float16)

    def bfloat16(self):
        return self._cast(_torch.bfloat16)

    def cpu(self):
        return self._apply(lambda t: t.cpu())

    def cuda(self, device=None):
        return self._apply(lambda t: t.cuda(device))

    def xpu(self, device=None):
        return self._apply(lambda t: t.xpu(device))

    def mtia(self, device=None):
        return self._apply(lambda t: t.mtia(device))

    def ipu(self, device=None):
        return self._apply(lambda t: t.ipu(device))

    def share_memory(self):
        return self._apply(lambda t: t.share_memory_())
