"""Pinned memory serves transfers to a device; without one, data stays as it is."""


def pin_memory(data, device=None):
    return data
