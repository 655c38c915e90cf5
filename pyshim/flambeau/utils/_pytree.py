"""Nested containers as trees of leaves."""

import functools
from collections import OrderedDict, defaultdict, deque, namedtuple

NodeDef = namedtuple("NodeDef", ["type", "flatten_fn", "unflatten_fn", "flatten_with_keys_fn"], defaults=[None])
SUPPORTED_NODES = {}
CONSTANT_NODES = set()
BUILTIN_TYPES = {tuple, list, dict, namedtuple, OrderedDict, defaultdict, deque}
STANDARD_DICT_TYPES = {dict, OrderedDict, defaultdict}
PyTree = Context = object


class MappingKey(namedtuple("MappingKey", ["key"])):
    def __str__(self):
        return f"[{self.key!r}]"

    def get(self, mapping):
        return mapping[self.key]


class SequenceKey(namedtuple("SequenceKey", ["idx"])):
    def __str__(self):
        return f"[{self.idx!r}]"

    def get(self, sequence):
        return sequence[self.idx]


class GetAttrKey(namedtuple("GetAttrKey", ["name"])):
    def __str__(self):
        return f".{self.name}"

    def get(self, obj):
        return getattr(obj, self.name)


KeyEntry = MappingKey | SequenceKey | GetAttrKey
KeyPath = tuple


def keystr(kp):
    return "".join(str(k) for k in kp)


def key_get(obj, kp):
    for k in kp:
        obj = k.get(obj)
    return obj


def register_pytree_node(
    cls,
    flatten_fn,
    unflatten_fn,
    *,
    serialized_type_name=None,
    to_dumpable_context=None,
    from_dumpable_context=None,
    flatten_with_keys_fn=None,
):
    """flatten_fn(obj) -> (children, context); unflatten_fn(children, context) -> obj."""
    if cls in SUPPORTED_NODES:
        raise ValueError(f"{cls} is already registered as pytree node.")
    SUPPORTED_NODES[cls] = NodeDef(cls, flatten_fn, unflatten_fn, flatten_with_keys_fn)


_private_register_pytree_node = register_pytree_node


def _register_pytree_node(cls, flatten_fn, unflatten_fn, **kwargs):
    """The old name, which replaces quietly."""
    SUPPORTED_NODES[cls] = NodeDef(cls, flatten_fn, unflatten_fn, kwargs.get("flatten_with_keys_fn"))


def _deregister_pytree_node(cls):
    SUPPORTED_NODES.pop(cls)


def register_dataclass(cls, *, field_names=None, drop_field_names=None, serialized_type_name=None):
    import dataclasses

    names = list(field_names) if field_names is not None else [f.name for f in dataclasses.fields(cls) if f.init]
    names = [n for n in names if n not in (drop_field_names or ())]
    register_pytree_node(
        cls,
        lambda obj: ([getattr(obj, n) for n in names], None),
        lambda values, _: cls(**dict(zip(names, values, strict=True))),
        flatten_with_keys_fn=lambda obj: ([(GetAttrKey(n), getattr(obj, n)) for n in names], None),
    )


def register_constant(cls):
    """Instances are part of the structure, not leaves."""
    CONSTANT_NODES.add(cls)
    register_pytree_node(cls, lambda obj: ([], obj), lambda _, obj: obj)


def is_constant_class(cls):
    return isinstance(cls, type) and cls in CONSTANT_NODES


def is_namedtuple_class(cls):
    return isinstance(cls, type) and issubclass(cls, tuple) and isinstance(getattr(cls, "_fields", None), tuple)


def is_namedtuple_instance(obj):
    return is_namedtuple_class(type(obj))


is_namedtuple = _is_namedtuple_instance = is_namedtuple_instance


def is_structseq_class(cls):
    return (
        isinstance(cls, type)
        and cls.__bases__ == (tuple,)
        and isinstance(getattr(cls, "n_fields", None), int)
        and isinstance(getattr(cls, "n_sequence_fields", None), int)
    )


def is_structseq_instance(obj):
    return is_structseq_class(type(obj))


is_structseq = is_structseq_instance

register_pytree_node(tuple, lambda d: (list(d), None), lambda v, _: tuple(v))
register_pytree_node(list, lambda d: (d, None), lambda v, _: list(v))
register_pytree_node(dict, lambda d: (list(d.values()), list(d)), lambda v, keys: dict(zip(keys, v, strict=True)))
register_pytree_node(namedtuple, lambda d: (list(d), type(d)), lambda v, kind: kind(*v))
register_pytree_node(
    OrderedDict, lambda d: (list(d.values()), list(d)), lambda v, keys: OrderedDict(zip(keys, v, strict=True))
)
register_pytree_node(
    defaultdict,
    lambda d: (list(d.values()), [d.default_factory, list(d)]),
    lambda v, c: defaultdict(c[0], zip(c[1], v, strict=True)),
)
register_pytree_node(deque, lambda d: (list(d), d.maxlen), lambda v, maxlen: deque(v, maxlen=maxlen))
_STRUCTSEQ = NodeDef(None, lambda d: (list(d), type(d)), lambda v, kind: kind(v))


def _get_node_type(tree):
    return namedtuple if is_namedtuple_instance(tree) and type(tree) not in SUPPORTED_NODES else type(tree)


def _definition(tree, is_leaf=None):
    """How a node is taken apart; None for a leaf."""
    if is_leaf is not None and is_leaf(tree):
        return None
    found = SUPPORTED_NODES.get(_get_node_type(tree))
    return _STRUCTSEQ if found is None and is_structseq_instance(tree) else found


def _is_leaf(tree, is_leaf=None):
    return _definition(tree, is_leaf) is None


tree_is_leaf = _is_leaf


class TreeSpec:
    """The structure of a tree: node type, context, specs of the children."""

    __slots__ = ("type", "_context", "_children", "num_nodes", "num_leaves", "num_children")

    def __init__(self, type, context, children):
        self.type, self._context, self._children = type, context, list(children)
        leaf = type is None
        self.num_nodes = 1 + sum(c.num_nodes for c in self._children)
        self.num_leaves = 1 if leaf else sum(c.num_leaves for c in self._children)
        self.num_children = len(self._children)

    context = property(lambda self: self._context)
    children_specs = property(lambda self: self._children)

    def is_leaf(self):
        return self.type is None

    def children(self):
        return list(self._children)

    def child(self, index):
        return self._children[index]

    def __eq__(self, other):
        if not isinstance(other, TreeSpec):
            return NotImplemented
        return self.type == other.type and self._context == other._context and self._children == other._children

    def __hash__(self):
        return hash((self.type, self.num_leaves, self.num_nodes))

    def __repr__(self, indent=0):
        if self.is_leaf():
            return "*"
        separator = ",\n" + " " * (indent + 2)
        children = separator.join(child.__repr__(indent + 2) for child in self._children)
        return f"TreeSpec({self.type.__name__}, {self._context}, [{children}])"

    def unflatten(self, leaves):
        return tree_unflatten(leaves, self)

    def flatten_up_to(self, tree):
        """The subtrees of `tree` at this structure's leaves; ValueError where the structures differ."""
        out = []
        self._collect(tree, out)
        return out

    def _collect(self, tree, out):
        if self.is_leaf():
            out.append(tree)
            return
        definition = _definition(tree)
        kind = _get_node_type(tree)
        dicts = self.type in STANDARD_DICT_TYPES and kind in STANDARD_DICT_TYPES
        if definition is None or (kind != self.type and not dicts):
            raise ValueError(f"Type mismatch; expected {self.type!r}, but got {kind!r}.")
        children, context = definition.flatten_fn(tree)
        if len(children) != self.num_children:
            raise ValueError(f"Node arity mismatch; expected {self.num_children}, but got {len(children)}.")
        if dicts:
            keys = self._context if self.type is not defaultdict else self._context[1]
            if set(keys) != set(tree):
                raise ValueError("Node keys mismatch")
            children = [tree[k] for k in keys]
        elif self.type is not deque and context != self._context:
            raise ValueError(f"Node context mismatch for node type {self.type!r}: {context!r} != {self._context!r}.")
        for spec, child in zip(self._children, children, strict=True):
            spec._collect(child, out)


class LeafSpec(TreeSpec):
    def __init__(self):
        super().__init__(None, None, [])


_LEAF_SPEC = LeafSpec()
PyTreeSpec = TreeSpec


def treespec_leaf():
    return _LEAF_SPEC


def treespec_tuple(children=()):
    return TreeSpec(tuple, None, list(children))


def treespec_dict(mapping=(), **kwargs):
    values = dict(mapping, **kwargs)
    return TreeSpec(dict, list(values), list(values.values()))


def _flatten(tree, leaves, is_leaf):
    definition = _definition(tree, is_leaf)
    if definition is None:
        leaves.append(tree)
        return _LEAF_SPEC
    children, context = definition.flatten_fn(tree)
    kind = type(tree) if definition is _STRUCTSEQ else _get_node_type(tree)
    return TreeSpec(kind, context, [_flatten(child, leaves, is_leaf) for child in children])


def tree_flatten(tree, is_leaf=None):
    """(leaves, spec)"""
    leaves = []
    spec = _flatten(tree, leaves, is_leaf)
    return leaves, spec


def tree_unflatten(leaves, treespec):
    """The tree of this structure with these leaves."""
    if not isinstance(treespec, TreeSpec):
        raise TypeError(
            "tree_unflatten(leaves, treespec): Expected `treespec` to be instance of TreeSpec but got item of type"
            f" {type(treespec)}."
        )
    leaves = list(leaves)
    if len(leaves) != treespec.num_leaves:
        raise ValueError(
            f"tree_unflatten(leaves, treespec): `leaves` has length {len(leaves)} but the spec refers to a pytree that"
            f" holds {treespec.num_leaves} items ({treespec})."
        )
    return _build(iter(leaves), treespec)


def _build(leaves, spec):
    if spec.is_leaf():
        return next(leaves)
    children = [_build(leaves, child) for child in spec._children]
    definition = SUPPORTED_NODES.get(spec.type, _STRUCTSEQ)
    return definition.unflatten_fn(children, spec._context)


def tree_iter(tree, is_leaf=None):
    yield from tree_flatten(tree, is_leaf)[0]


def tree_leaves(tree, is_leaf=None):
    return tree_flatten(tree, is_leaf)[0]


def tree_structure(tree, is_leaf=None):
    return tree_flatten(tree, is_leaf)[1]


def tree_map(func, tree, *rests, is_leaf=None):
    """The tree with func applied to its leaves, together with those of `rests`."""
    leaves, spec = tree_flatten(tree, is_leaf)
    columns = [leaves, *(spec.flatten_up_to(r) for r in rests)]
    return spec.unflatten(map(func, *columns))


def tree_map_(func, tree, *rests, is_leaf=None):
    leaves, spec = tree_flatten(tree, is_leaf)
    deque(map(func, leaves, *(spec.flatten_up_to(r) for r in rests)), maxlen=0)
    return tree


def map_only(type_or_types_or_pred, /):
    """Decorator: the function applies to leaves of these types (or for which the predicate holds), others stay."""
    if isinstance(type_or_types_or_pred, (type, tuple)) or hasattr(type_or_types_or_pred, "__args__"):
        fits = lambda x: isinstance(x, type_or_types_or_pred)  # noqa: E731
    elif callable(type_or_types_or_pred):
        fits = type_or_types_or_pred
    else:
        raise TypeError("Argument must be a type, a tuple of types, or a callable.")

    def wrapper(func):
        @functools.wraps(func)
        def wrapped(x):
            return func(x) if fits(x) else x

        return wrapped

    return wrapper


def tree_map_only(type_or_types_or_pred, func, tree, /, is_leaf=None):
    return tree_map(map_only(type_or_types_or_pred)(func), tree, is_leaf=is_leaf)


def tree_map_only_(type_or_types_or_pred, func, tree, /, is_leaf=None):
    return tree_map_(map_only(type_or_types_or_pred)(func), tree, is_leaf=is_leaf)


def tree_all(pred, tree, is_leaf=None):
    return all(map(pred, tree_iter(tree, is_leaf)))


def tree_any(pred, tree, is_leaf=None):
    return any(map(pred, tree_iter(tree, is_leaf)))


def tree_all_only(type_or_types, pred, tree, /, is_leaf=None):
    return all(pred(x) for x in tree_iter(tree, is_leaf) if isinstance(x, type_or_types))


def tree_any_only(type_or_types, pred, tree, /, is_leaf=None):
    return any(pred(x) for x in tree_iter(tree, is_leaf) if isinstance(x, type_or_types))


def _broadcast_to_and_flatten(tree, treespec, is_leaf=None):
    """Leaves of `tree` repeated to fit the structure; None where they cannot."""
    definition = _definition(tree, is_leaf)
    if definition is None:
        return [tree] * treespec.num_leaves
    if treespec.is_leaf() or _get_node_type(tree) != treespec.type:
        return None
    children, context = definition.flatten_fn(tree)
    if len(children) != treespec.num_children or context != treespec._context:
        return None
    result = []
    for child, spec in zip(children, treespec._children, strict=True):
        flat = _broadcast_to_and_flatten(child, spec, is_leaf)
        if flat is None:
            return None
        result += flat
    return result


def _children_with_keys(tree, definition):
    if definition.flatten_with_keys_fn is not None:
        return definition.flatten_with_keys_fn(tree)[0]
    children, context = definition.flatten_fn(tree)
    kind = _get_node_type(tree)
    if kind in STANDARD_DICT_TYPES:
        return [(MappingKey(k), tree[k]) for k in tree]
    if kind is namedtuple:
        return [(GetAttrKey(name), getattr(tree, name)) for name in tree._fields]
    if kind in (tuple, list, deque) or definition is _STRUCTSEQ:
        return [(SequenceKey(i), child) for i, child in enumerate(children)]
    raise ValueError(
        f"Did not find a flatten_with_keys_fn for type: {kind}. Please pass a flatten_with_keys_fn argument to"
        " register_pytree_node."
    )


def _key_paths(path, tree, is_leaf):
    definition = _definition(tree, is_leaf)
    if definition is None:
        yield path, tree
        return
    for key, child in _children_with_keys(tree, definition):
        yield from _key_paths((*path, key), child, is_leaf)


def tree_leaves_with_path(tree, is_leaf=None):
    return list(_key_paths((), tree, is_leaf))


def tree_flatten_with_path(tree, is_leaf=None):
    return tree_leaves_with_path(tree, is_leaf), tree_structure(tree, is_leaf)


def tree_map_with_path(func, tree, *rests, is_leaf=None):
    paths, spec = tree_flatten_with_path(tree, is_leaf)
    columns = list(zip(*paths, strict=True)) or [(), ()]
    return spec.unflatten(func(*xs) for xs in zip(*columns, *(spec.flatten_up_to(r) for r in rests), strict=True))


def arg_tree_leaves(*args, **kwargs):
    return tree_leaves((args, kwargs))
