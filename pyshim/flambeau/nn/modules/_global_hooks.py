"""Hooks that every module runs."""

from collections import OrderedDict

from ...utils.hooks import RemovableHandle

forward_pre, forward, forward_always = OrderedDict(), OrderedDict(), OrderedDict()
forward_with_kwargs, forward_pre_with_kwargs = OrderedDict(), OrderedDict()
backward_pre, backward = OrderedDict(), OrderedDict()
buffer_registration, module_registration, parameter_registration = OrderedDict(), OrderedDict(), OrderedDict()
is_full_backward = None
# Set once anything is registered, so that calls look no further until then.
used = False


def _register(table, hook, *extra):
    global used
    used = True
    handle = RemovableHandle(table, extra_dict=list(extra) or None)
    table[handle.id] = hook
    for mark in extra:
        mark[handle.id] = True
    return handle


def register_module_buffer_registration_hook(hook):
    """`hook(module, name, buffer)` may replace a buffer that is being registered."""
    return _register(buffer_registration, hook)


def register_module_module_registration_hook(hook):
    return _register(module_registration, hook)


def register_module_parameter_registration_hook(hook):
    return _register(parameter_registration, hook)


def register_module_forward_pre_hook(hook):
    """`hook(module, args)` runs before every forward."""
    return _register(forward_pre, hook)


def register_module_forward_hook(hook, *, with_kwargs=False, always_call=False):
    """`hook(module, args, output)` runs after every forward."""
    extra = ([forward_with_kwargs] if with_kwargs else []) + ([forward_always] if always_call else [])
    return _register(forward, hook, *extra)


def register_module_backward_hook(hook):
    global is_full_backward
    if is_full_backward is True:
        raise RuntimeError(
            "Cannot use both regular backward hooks and full backward hooks as a global Module hook. Please use only"
            " one of them."
        )
    is_full_backward = False
    return _register(backward, hook)


def register_module_full_backward_pre_hook(hook):
    return _register(backward_pre, hook)


def register_module_full_backward_hook(hook):
    global is_full_backward
    if is_full_backward is False:
        raise RuntimeError(
            "Cannot use both regular backward hooks and full backward hooks as a global Module hook. Please use only"
            " one of them."
        )
    is_full_backward = True
    return _register(backward, hook)
