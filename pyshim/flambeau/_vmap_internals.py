from ._functorch.apis import vmap  # noqa: F401

_vmap = vmap
