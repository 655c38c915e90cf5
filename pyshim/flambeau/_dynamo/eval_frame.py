"""What torch.compile gives for a module."""

from ..nn.modules.module import Module


class OptimizedModule(Module):
    """Calls and attributes are those of the module it wraps, whose state lies under `_orig_mod`."""

    def __init__(self, mod, dynamo_ctx=None):
        super().__init__()
        self._modules["_orig_mod"] = mod

    def forward(self, *args, **kwargs):
        return self._modules["_orig_mod"](*args, **kwargs)

    @property
    def training(self):
        return self._modules["_orig_mod"].training

    @training.setter
    def training(self, value):
        if self.__dict__.get("_modules"):
            self._modules["_orig_mod"].training = value

    def __getattr__(self, name):
        if name == "_orig_mod":
            return self._modules[name]
        return getattr(self._modules["_orig_mod"], name)

    def __setattr__(self, name, value):
        if name == "training" or not self.__dict__.get("_modules"):
            super().__setattr__(name, value)
        else:
            setattr(self._modules["_orig_mod"], name, value)

    def __delattr__(self, name):
        delattr(self._modules["_orig_mod"], name)

    def __len__(self):
        return len(self._modules["_orig_mod"])

    def __dir__(self):
        return sorted({*super().__dir__(), *dir(self._modules["_orig_mod"])})
