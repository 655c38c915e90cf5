"""Modules whose functions are the binding's, under shorter names."""


def export(module, source, prefix, aliases=None):
    """Copies `prefix`name from `source` into the namespace as name; returns the names."""
    names = []
    for full in dir(source):
        if full.startswith(prefix):
            name = full[len(prefix) :]
            module[name] = getattr(source, full)
            names.append(name)
    for alias, target in (aliases or {}).items():
        if target in module:
            module[alias] = module[target]
            names.append(alias)
    return names
