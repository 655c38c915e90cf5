"""Questions that libraries ask before they compile."""


def is_compile_supported(device_type):
    """Whether torch.compile accepts modules for this device; they run eagerly."""
    return device_type == "cpu"
