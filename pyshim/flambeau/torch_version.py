from .version import __version__ as _text


class TorchVersion(str):
    """A version string that compares by version order with strings, tuples and packaging versions."""

    def _compare(self, other, method):
        from packaging.version import InvalidVersion, Version

        if isinstance(other, (tuple, list)):
            other = ".".join(str(part) for part in other)
        try:
            return getattr(Version(self), method)(Version(str(other)))
        except InvalidVersion:
            return getattr(str, method)(self, str(other))

    def __lt__(self, other):
        return self._compare(other, "__lt__")

    def __le__(self, other):
        return self._compare(other, "__le__")

    def __eq__(self, other):
        return self._compare(other, "__eq__")

    def __ge__(self, other):
        return self._compare(other, "__ge__")

    def __gt__(self, other):
        return self._compare(other, "__gt__")

    __hash__ = str.__hash__


__version__ = TorchVersion(_text)
