"""Device modules of a build without that device: questions are answered, work is refused."""


def install(module, name, message, error=AssertionError):
    """Fills a device module's namespace with the answers of a build that lacks the device."""

    def refuse(function):
        def refused(*args, **kwargs):
            raise error(message)

        refused.__name__ = refused.__qualname__ = function
        refused.__module__ = module["__name__"]
        return refused

    def answer(function, value):
        def answered(*args, **kwargs):
            return value() if callable(value) else value

        answered.__name__ = answered.__qualname__ = function
        answered.__module__ = module["__name__"]
        return answered

    answers = {
        "is_available": False, "is_initialized": False, "device_count": 0, "is_bf16_supported": False,
        "is_tf32_supported": False,
        "get_rng_state_all": list, "set_rng_state_all": None, "manual_seed": None, "manual_seed_all": None,
        "empty_cache": None,
        "memory_allocated": 0, "max_memory_allocated": 0, "memory_reserved": 0, "max_memory_reserved": 0,
        "memory_cached": 0,
        "max_memory_cached": 0, "memory_stats": dict, "memory_stats_as_nested_dict": dict, "get_arch_list": list,
        "get_gencode_flags": "",
        "is_current_stream_capturing": False, "_is_in_bad_fork": False, "_is_compiled": False,
        "can_device_access_peer": False,
    }  # fmt: skip
    for function, value in answers.items():
        module[function] = answer(function, value)
    refused = [
        "init",
        "_lazy_init",
        "current_device",
        "set_device",
        "get_device_name",
        "get_device_capability",
        "get_device_properties",
        "synchronize",
        "current_stream",
        "default_stream",
        "set_stream",
        "get_rng_state",
        "set_rng_state",
        "seed",
        "seed_all",
        "initial_seed",
        "mem_get_info",
        "memory_summary",
        "reset_peak_memory_stats",
        "reset_max_memory_allocated",
        "reset_max_memory_cached",
        "reset_accumulated_memory_stats",
        "memory_snapshot",
        "set_per_process_memory_fraction",
        "ipc_collect",
        "utilization",
        "temperature",
        "cudart",
        "list_gpu_processes",
    ]
    for function in refused:
        module[function] = refuse(function)

    def unusable(kind):
        def __init__(self, *args, **kwargs):
            raise error(message)

        return type(kind, (), {"__init__": __init__, "__module__": module["__name__"]})

    for kind in ("Stream", "Event", "ExternalStream", "CUDAGraph", "MemPool"):
        module[kind] = unusable(kind)

    class device:
        """Selects a device for a block; without any, entering it refuses unless the index is None or negative."""

        def __init__(self, device=None):
            self.idx = getattr(device, "index", device)

        def __enter__(self):
            if self.idx is not None and self.idx != -1:
                raise error(message)

        def __exit__(self, *exc):
            return False

    class device_of(device):
        def __init__(self, obj):
            super().__init__(obj.get_device() if getattr(obj, "is_" + name, False) else -1)

    class StreamContext:
        def __init__(self, stream):
            self.stream = stream

        def __enter__(self):
            if self.stream is not None:
                raise error(message)

        def __exit__(self, *exc):
            return False

    for kind in (device, device_of, StreamContext):
        kind.__module__, kind.__qualname__ = module["__name__"], kind.__name__
        module[kind.__name__] = kind
    module["stream"] = StreamContext
    module["_initialized"] = False
    module["default_generators"] = ()
