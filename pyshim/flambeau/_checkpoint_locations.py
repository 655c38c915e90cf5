"""Where storages are put: names of devices in files, and who restores them."""

import sys

_torch = sys.modules["flambeau"]
_package_registry = []


def register_package(priority, tagger, deserializer):
    """`tagger(storage)` names a location, `deserializer(storage, location)` puts a storage there; or they give None."""
    _package_registry.append((priority, tagger, deserializer))
    _package_registry.sort(key=lambda entry: entry[0])


def validate_cuda_device(location):
    raise RuntimeError(
        "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False. If you are running"
        " on a CPU-only machine, please use torch.load with map_location=torch.device('cpu') to map your storages to"
        " the CPU."
    )


def _restore_meta(obj, location):
    return _torch.UntypedStorage(obj.nbytes(), device="meta") if location == "meta" else None


register_package(
    10, lambda s: "cpu" if s.device.type == "cpu" else None, lambda s, location: s if location == "cpu" else None
)
register_package(
    20, lambda s: None, lambda s, location: validate_cuda_device(location) if location.startswith("cuda") else None
)
register_package(22, lambda s: "meta" if s.device.type == "meta" else None, _restore_meta)


def location_tag(storage):
    for _, tagger, _ in _package_registry:
        location = tagger(storage)
        if location:
            return location
    raise RuntimeError("don't know how to determine data location of " + _torch.typename(storage))


def default_restore_location(storage, location):
    for _, _, deserialize in _package_registry:
        result = deserialize(storage, location)
        if result is not None:
            return result
    raise RuntimeError(
        f"don't know how to restore data location of {_torch.typename(storage)} (tagged with {location})"
    )


def _get_restore_location(map_location):
    if map_location is None:
        return default_restore_location
    if isinstance(map_location, dict):
        return lambda storage, location: default_restore_location(storage, map_location.get(location, location))
    if isinstance(map_location, (str, bytes)):
        return lambda storage, location: default_restore_location(storage, map_location)
    if isinstance(map_location, _torch.device):
        return lambda storage, location: default_restore_location(storage, str(map_location))

    def restore(storage, location):
        result = map_location(storage, location)
        return default_restore_location(storage, location) if result is None else result

    return restore
