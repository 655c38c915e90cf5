"""Names of PyTorch that are not built yet: they can be imported, inspected, subclassed and used as decorators, and
raise NotImplementedError with their full name when they are called or computed with.

A call made while a module is being imported, or by a line that starts with @, gives a deferred placeholder, which
raises at its first later use. With FLAMBEAU_VERBOSE=1 each placeholder touched is printed with the place that touched
it, and at exit the list of all.
"""

import linecache
import os
import sys
from types import ModuleType

_DATA = os.path.join(os.path.dirname(__file__), "_names.tsv.gz")
_kinds: dict[str, str] = {}
_made: dict[str, object] = {}
_touched: dict[str, str] = {}


def kind_of(name):
    """module, class, function, exception, data, dtype, callable or member; None for what PyTorch does not have."""
    if not _kinds:
        import gzip

        with gzip.open(_DATA, "rt") as table:
            next(table)
            _kinds.update(line.rstrip("\n").split("\t") for line in table)
    return _kinds.get(name)


def missing(module, attribute):
    """The placeholder for `module`.`attribute`, always the same. AttributeError where PyTorch has no such name."""
    name = f"{module}.{attribute}"
    kind = None if attribute.startswith("__") else kind_of(name)
    if kind is None:
        raise AttributeError(f"module '{module}' has no attribute '{attribute}'")
    return _make(name, kind)


def module(name):
    """A placeholder for a whole module."""
    return _make(name, "module")


def _make(name, kind):
    if name not in _made:
        _made[name] = _MAKERS.get(kind, Placeholder)(name)
    _record(name)
    return _made[name]


def _caller():
    """The file and line outside this package that touches a placeholder."""
    here = os.path.dirname(__file__)
    frame = sys._getframe(1)
    while frame.f_back and frame.f_code.co_filename.startswith((here, "<frozen")):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def _verbose():
    return os.environ.get("FLAMBEAU_VERBOSE", "0") not in ("", "0")


def _say(name, what):
    place = "{}:{}".format(*_caller())
    print(f"flambeau: placeholder {name} {what} at {place}", file=sys.stderr)
    return place


def _record(name):
    if not _verbose() or name in _touched:
        return
    if not _touched:
        import atexit

        atexit.register(_summary)
    _touched[name] = _say(name, "touched")


def _summary():
    print(f"flambeau: {len(_touched)} placeholders touched:", file=sys.stderr)
    for name in sorted(_touched):
        print(f"  {name}", file=sys.stderr)


def _fail(name):
    if _verbose():
        _say(name, "used")
    raise NotImplementedError(f"not implemented: {name} (a placeholder: see docs/coverage.md for what works)")


def _importing():
    """True while some module other than the main program runs its top level."""
    frame = sys._getframe(1)
    while frame:
        code = frame.f_code
        if code.co_name == "_call_with_frames_removed" and code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


def _decorating():
    """True for `@name` and `@name(...)` above a function or class."""
    return linecache.getline(*_caller()).lstrip().startswith("@")


def _call(name):
    return Placeholder(name + "(...)") if _importing() or _decorating() else _fail(name)


def _find(name):
    """Unpickles a placeholder: by its name."""
    return _made.get(name) or _make(name, kind_of(name) or "data")


class Placeholder:
    """A function, constant or the deferred result of a call. False, empty, and an error in any other use."""

    def __init__(self, name):
        self.__dict__["_name"] = name
        self.__dict__["__name__"] = self.__dict__["__qualname__"] = name.rpartition(".")[2]
        self.__dict__["__module__"] = name.rpartition(".")[0]

    def __repr__(self):
        return f"<placeholder {self._name}>"

    def __reduce__(self):
        return _find, (self._name,)

    def __bool__(self):
        return False

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def __call__(self, *args, **kwargs):
        return _call(self._name)

    def __mro_entries__(self, bases):
        return (_placeholder_class(self._name),)

    def __getattr__(self, attribute):
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return Placeholder(f"{self._name}.{attribute}") if self._name.endswith(")") else _absent(self, attribute)

    def __setattr__(self, attribute, value):
        if not attribute.startswith("__"):
            _fail(f"{self._name}.{attribute}")
        self.__dict__[attribute] = value


def _absent(owner, attribute):
    raise AttributeError(f"{owner!r} has no attribute '{attribute}'")


def _raiser(method):
    def operator(self, *args, **kwargs):
        _fail(self._name)

    operator.__name__ = method
    return operator


_USES = (
    "add radd iadd sub rsub isub mul rmul imul truediv rtruediv floordiv rfloordiv mod rmod pow rpow matmul rmatmul and"
    " rand or ror xor rxor lshift rlshift rshift rrshift neg pos abs invert lt le gt ge int float complex index getitem"
    " setitem delitem contains enter exit await aiter anext round trunc array"
)
for _use in _USES.split():
    setattr(Placeholder, f"__{_use}__", _raiser(f"__{_use}__"))


class _PlaceholderMeta(type):
    """Classes that can be named, subclassed and asked about, but not instantiated."""

    def __call__(cls, *args, **kwargs):
        return _call(cls._placeholder)

    def __repr__(cls):
        return f"<class '{cls.__module__}.{cls.__qualname__}'>"

    def __getattr__(cls, attribute):
        if kind_of(f"{cls._placeholder}.{attribute}") is None:
            raise AttributeError(f"type object '{cls.__name__}' has no attribute '{attribute}'")
        return missing(cls._placeholder, attribute)


def _placeholder_class(name):
    module, _, short = name.rpartition(".")
    return _PlaceholderMeta(short, (), {"__module__": module, "_placeholder": name})


def _placeholder_exception(name):
    module, _, short = name.rpartition(".")
    return type(short, (RuntimeError,), {"__module__": module})


class PlaceholderModule(ModuleType):
    """A module of PyTorch of which nothing is built."""

    def __init__(self, name):
        super().__init__(name, f"Placeholder for {name}.")
        self.__path__ = []

    def __getattr__(self, attribute):
        return missing(self.__name__, attribute)

    def __reduce__(self):
        return _find, (self.__name__,)


_MAKERS = {"class": _placeholder_class, "exception": _placeholder_exception, "module": PlaceholderModule}
