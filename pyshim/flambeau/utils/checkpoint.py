"""Activations recomputed in backward instead of kept."""

import contextlib
import warnings
import weakref

import flambeau as torch

__all__ = [
    "checkpoint",
    "checkpoint_sequential",
    "CheckpointError",
    "CheckpointFunction",
    "check_backward_validity",
    "detach_variable",
    "noop_context_fn",
    "set_checkpoint_early_stop",
    "set_checkpoint_debug_enabled",
    "CheckpointPolicy",
]


class CheckpointError(RuntimeError):
    """Recomputation did not give what forward gave."""


class CheckpointPolicy:
    MUST_SAVE, PREFER_SAVE, MUST_RECOMPUTE, PREFER_RECOMPUTE = 0, 1, 2, 3


def noop_context_fn():
    return contextlib.nullcontext(), contextlib.nullcontext()


class _Setting:
    def __init__(self, name, value):
        self.name, self.value = name, value

    def __enter__(self):
        self.old = globals()[self.name]
        globals()[self.name] = self.value

    def __exit__(self, *exc):
        globals()[self.name] = self.old


_early_stop, _debug = True, None


def set_checkpoint_early_stop(enable):
    return _Setting("_early_stop", enable)


def set_checkpoint_debug_enabled(enabled):
    return _Setting("_debug", enabled)


def detach_variable(inputs):
    if not isinstance(inputs, tuple):
        raise RuntimeError(f"Only tuple of tensors is supported. Got Unsupported input type: {type(inputs).__name__}")
    out = []
    for value in inputs:
        if isinstance(value, torch.Tensor):
            detached = value.detach()
            detached.requires_grad = value.requires_grad
            value = detached
        out.append(value)
    return tuple(out)


def check_backward_validity(inputs):
    if not any(i.requires_grad for i in inputs if isinstance(i, torch.Tensor)):
        warnings.warn("None of the inputs have requires_grad=True. Gradients will be None", stacklevel=2)


class _Surroundings:
    """Random state and autocast of the first forward, for the second."""

    def __init__(self, preserve_rng):
        self.rng = torch.get_rng_state() if preserve_rng else None
        self.autocast = {
            "device_type": "cpu",
            "enabled": torch.is_autocast_enabled("cpu"),
            "dtype": torch.get_autocast_dtype("cpu"),
            "cache_enabled": torch.is_autocast_cache_enabled(),
        }

    @contextlib.contextmanager
    def restored(self):
        with torch.random.fork_rng(enabled=self.rng is not None):
            if self.rng is not None:
                torch.set_rng_state(self.rng)
            with torch.amp.autocast(**self.autocast):
                yield


class CheckpointFunction(torch.autograd.Function):
    """The re-entrant kind: backward runs forward and backward of the block again."""

    @staticmethod
    def forward(ctx, run_function, preserve_rng_state, *args):
        check_backward_validity(args)
        ctx.run_function, ctx.surroundings = run_function, _Surroundings(preserve_rng_state)
        ctx.positions = [i for i, a in enumerate(args) if isinstance(a, torch.Tensor)]
        ctx.inputs = [None if isinstance(a, torch.Tensor) else a for a in args]
        ctx.save_for_backward(*(args[i] for i in ctx.positions))
        with torch.no_grad():
            return run_function(*args)

    @staticmethod
    def backward(ctx, *grads):
        inputs = list(ctx.inputs)
        for i, tensor in zip(ctx.positions, ctx.saved_tensors, strict=True):
            inputs[i] = tensor
        with ctx.surroundings.restored(), torch.enable_grad():
            detached = detach_variable(tuple(inputs))
            outputs = ctx.run_function(*detached)
        outputs = (outputs,) if isinstance(outputs, torch.Tensor) else outputs
        pairs = [(o, g) for o, g in zip(outputs, grads, strict=True) if isinstance(o, torch.Tensor) and o.requires_grad]
        if not pairs:
            raise RuntimeError("none of output has requires_grad=True, this checkpoint() is not necessary")
        torch.autograd.backward([o for o, _ in pairs], [g for _, g in pairs])
        return (None, None, *(i.grad if isinstance(i, torch.Tensor) else None for i in detached))


class _Done(Exception):
    """Everything that backward needs has been recomputed."""


class _Holder:
    pass


class _Frame:
    """One checkpointed call: which tensors forward saved, and their second versions."""

    def __init__(self, recompute, early_stop):
        self.recompute, self.early_stop = recompute, early_stop
        self.holders, self.values, self.metadata = [], {}, []
        self.recomputed_in = set()

    def pack(self, tensor):
        holder = _Holder()
        self.holders.append(weakref.ref(holder))
        self.metadata.append((tensor.shape, tensor.dtype, tensor.device))
        return holder

    def unpack(self, holder):
        task = torch._C._current_graph_task_id()
        task = task if task != -1 else id(holder)
        if task not in self.recomputed_in:
            self.recomputed_in.add(task)
            self._run()
        if holder not in self.values:
            raise CheckpointError(
                "torch.utils.checkpoint: Unpack is being triggered for a tensor that was already unpacked once. If you"
                " are calling ctx.saved_tensors in backward, make sure to do so only once. Otherwise please open an"
                " issue with details on your use case."
            )
        return self.values.pop(holder)

    def _run(self):
        count = 0

        def pack(tensor):
            nonlocal count
            if count < len(self.holders):
                holder = self.holders[count]()
                expected, got = self.metadata[count], (tensor.shape, tensor.dtype, tensor.device)
                if expected != got:
                    raise CheckpointError(
                        "torch.utils.checkpoint: Recomputed values for the following tensors have different metadata"
                        f" than during the forward pass.\ntensor at position {count}:\nsaved metadata:"
                        f" {expected}\nrecomputed metadata: {got}"
                    )
                if holder is not None:
                    self.values[holder] = tensor.detach()
            count += 1
            if self.early_stop and count == len(self.holders):
                raise _Done
            return tensor.detach()

        try:
            with torch.autograd.graph.saved_tensors_hooks(pack, lambda x: x), torch.enable_grad():
                self.recompute()
        except _Done:
            pass
        if count < len(self.holders):
            raise CheckpointError(
                "torch.utils.checkpoint: A different number of tensors was saved during the original forward and"
                f" recomputation.\nNumber of tensors saved during forward: {len(self.holders)}\nNumber of tensors saved"
                f" during recomputation: {count}."
            )


def checkpoint(
    function,
    *args,
    use_reentrant=None,
    context_fn=noop_context_fn,
    determinism_check="default",
    debug=False,
    early_stop=True,
    **kwargs,
):
    """function(*args, **kwargs) without keeping its activations; backward computes them again."""
    if use_reentrant is None:
        warnings.warn(
            "torch.utils.checkpoint: the use_reentrant parameter should be passed explicitly. Starting in PyTorch 2.9,"
            " calling checkpoint without use_reentrant will raise an exception. use_reentrant=False is recommended, but"
            " if you need to preserve the current default behavior, you can pass use_reentrant=True. Refer to docs for"
            " more details on the differences between the two variants.",
            stacklevel=2,
        )
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if use_reentrant:
        if kwargs:
            raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
        if context_fn is not noop_context_fn or debug is not False:
            raise ValueError("Passing `context_fn` or `debug` is only supported when use_reentrant=False.")
        return CheckpointFunction.apply(function, preserve, *args)
    surroundings = _Surroundings(preserve)
    forward_context, recompute_context = context_fn()

    def recompute():
        with surroundings.restored(), recompute_context:
            function(*args, **kwargs)

    frame = _Frame(recompute, early_stop and _early_stop)
    if not torch.is_grad_enabled():
        with forward_context:
            return function(*args, **kwargs)
    with torch.autograd.graph.saved_tensors_hooks(frame.pack, frame.unpack), forward_context:
        return function(*args, **kwargs)


def checkpoint_sequential(functions, segments, input, use_reentrant=None, **kwargs):
    """A sequence of modules in checkpointed segments; the last one keeps its activations."""
    if use_reentrant is None:
        warnings.warn(
            "torch.utils.checkpoint.checkpoint_sequential: the use_reentrant parameter should be passed explicitly.",
            stacklevel=2,
        )
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if kwargs:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
    functions = list(functions.children()) if isinstance(functions, torch.nn.Sequential) else functions

    def run(start, end):
        def forward(x):
            for function in functions[start : end + 1]:
                x = function(x)
            return x

        return forward

    size, end = len(functions) // segments, -1
    for start in range(0, size * (segments - 1), size):
        end = start + size - 1
        input = checkpoint(run(start, end), input, use_reentrant=use_reentrant, preserve_rng_state=preserve)
    return run(end + 1, len(functions) - 1)(input)
