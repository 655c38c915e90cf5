"""Models and weights from the network, kept in a cache."""

import hashlib
import os
import re
import shutil
import sys
import tempfile
import warnings
from urllib.parse import urlparse

__all__ = ["download_url_to_file", "get_dir", "help", "list", "load", "load_state_dict_from_url", "set_dir"]
HASH_REGEX = re.compile(r"-([a-f0-9]*)\.")
ENV_TORCH_HOME, ENV_XDG_CACHE_HOME, DEFAULT_CACHE_DIR = "TORCH_HOME", "XDG_CACHE_HOME", "~/.cache"
READ_DATA_CHUNK = 128 * 1024
MODULE_HUBCONF, VAR_DEPENDENCY = "hubconf.py", "dependencies"
_hub_dir = None


def __getattr__(name):
    if name == "tqdm":
        try:
            from tqdm.auto import tqdm
        except ImportError:
            return _NoBar
        return tqdm
    raise AttributeError(f"module 'torch.hub' has no attribute '{name}'")


class _NoBar:
    """Stands in for tqdm."""

    def __init__(self, total=None, disable=False, **kwargs):
        self.total, self.disable, self.n = total, disable, 0

    def update(self, n):
        self.n += n

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass


def _get_torch_home():
    return os.path.expanduser(
        os.getenv(ENV_TORCH_HOME, os.path.join(os.getenv(ENV_XDG_CACHE_HOME, DEFAULT_CACHE_DIR), "torch"))
    )


def get_dir():
    return _hub_dir if _hub_dir is not None else os.path.join(_get_torch_home(), "hub")


def set_dir(d):
    global _hub_dir
    _hub_dir = os.path.expanduser(d)


def download_url_to_file(url, dst, hash_prefix=None, progress=True):
    """Downloads to a temporary file and moves it into place; checks the SHA-256 prefix if given."""
    from urllib.request import Request, urlopen

    dst = os.path.expanduser(dst)
    digest = hashlib.sha256()
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(dst) or ".", suffix=".partial")
    try:
        with urlopen(Request(url, headers={"User-Agent": "torch.hub"})) as source, os.fdopen(handle, "wb") as file:
            total = source.headers.get("Content-Length")
            with __getattr__("tqdm")(
                total=int(total) if total else None, disable=not progress, unit="B", unit_scale=True, unit_divisor=1024
            ) as bar:
                while chunk := source.read(READ_DATA_CHUNK):
                    file.write(chunk)
                    digest.update(chunk)
                    bar.update(len(chunk))
        if hash_prefix is not None and digest.hexdigest()[: len(hash_prefix)] != hash_prefix:
            raise RuntimeError(f'invalid hash value (expected "{hash_prefix}", got "{digest.hexdigest()}")')
        shutil.move(temporary, dst)
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)


def load_state_dict_from_url(
    url, model_dir=None, map_location=None, progress=True, check_hash=False, file_name=None, weights_only=False
):
    """A state dict from the cache, downloaded if it is not there."""
    import flambeau

    if os.getenv("TORCH_MODEL_ZOO"):
        warnings.warn("TORCH_MODEL_ZOO is deprecated, please use env TORCH_HOME instead", stacklevel=2)
    model_dir = os.path.join(get_dir(), "checkpoints") if model_dir is None else model_dir
    os.makedirs(model_dir, exist_ok=True)
    filename = file_name if file_name is not None else os.path.basename(urlparse(url).path)
    cached = os.path.join(model_dir, filename)
    if not os.path.exists(cached):
        sys.stderr.write(f'Downloading: "{url}" to {cached}\n')
        prefix = None
        if check_hash:
            found = HASH_REGEX.search(filename)
            prefix = found.group(1) if found else None
        download_url_to_file(url, cached, prefix, progress=progress)
    return flambeau.load(cached, map_location=map_location, weights_only=weights_only)


def _local_module(repo_dir):
    import importlib.util

    path = os.path.join(repo_dir, MODULE_HUBCONF)
    sys.path.insert(0, repo_dir)
    try:
        spec = importlib.util.spec_from_file_location(MODULE_HUBCONF, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(repo_dir)
    return module


def _source(repo_or_dir, source, what):
    if source.lower() not in ("github", "local"):
        raise ValueError(f'Unknown source: "{source}". Allowed values: "github" | "local".')
    if source.lower() == "github":
        raise NotImplementedError(f"not implemented: torch.hub.{what}(source='github')")
    return _local_module(repo_or_dir)


def load(
    repo_or_dir,
    model,
    *args,
    source="github",
    trust_repo=None,
    force_reload=False,
    verbose=True,
    skip_validation=False,
    **kwargs,
):
    """Calls an entry point of a repository's hubconf.py."""
    module = _source(repo_or_dir, source, "load")
    entry = getattr(module, model, None)
    if not callable(entry):
        raise RuntimeError(f"Cannot find callable {model} in hubconf")
    return entry(*args, **kwargs)


def list(github, force_reload=False, skip_validation=False, trust_repo=None, verbose=True):
    raise NotImplementedError("not implemented: torch.hub.list")


def help(github, model, force_reload=False, skip_validation=False, trust_repo=None):
    raise NotImplementedError("not implemented: torch.hub.help")
