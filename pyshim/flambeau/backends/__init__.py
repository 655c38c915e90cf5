"""torch.backends: which libraries compute, and their switches."""

from types import ModuleType

from .. import _C


class ContextProp:
    """A setting of the engine as a module attribute."""

    def __init__(self, getter, setter):
        self.getter, self.setter = getter, setter

    def __get__(self, obj, objtype):
        return self.getter()

    def __set__(self, obj, val):
        if isinstance(self.setter, str):
            raise RuntimeError(self.setter)
        self.setter(val)


class PropModule(ModuleType):
    def __init__(self, m, name):
        super().__init__(name)
        self.m = m

    def __getattr__(self, attr):
        return self.m.__getattribute__(attr)


def _flag(name, default=False):
    """Getter and setter of a flag that `_C` keeps, or that is only remembered: it concerns a library not built in."""
    getter, setter = getattr(_C, "_get_" + name, None), getattr(_C, "_set_" + name, None)
    if getter and setter:
        return ContextProp(getter, setter)
    memory = [default]
    return ContextProp(lambda: memory[0], lambda value: memory.__setitem__(0, value))
