"""Keeping a checked config, so that a start need not check the same file again.

Checking takes a tenth of a second, most of it for loading pydantic: too long for a shell prompt and
for a screen that is needed now. What is kept counts only for the very same bytes, the same
permissions and the same product, and lies in the user's own cache folder; it holds no secret.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import console
from console.config.files import write_whole
from console.config.setup import Setup

MOST_KEPT = 20
"""Configs; those kept longest ago go."""
_BIGGEST = 20_000_000
_DECIDED_BY = ("config/*.py", "sources/*.py", "sources/*/*.py", "domain/*.py")
"""Files of ours that a checked config depends on; after a change of one it is checked again."""


def load_setup(path: Path, folder: Path | None = None) -> Setup:
    """Return what a config file comes to, checked before or now. Raises ``ConfigError``.

    ``folder`` is where checked configs are kept (None: the platform's cache folder).
    """
    key = _key(path)
    place = (folder or _cache_folder()) / f"config-{_short(str(path.resolve()).encode())}"
    setup = _kept(place, key, path)
    if setup is None:
        from console.config.load import load  # noqa: PLC0415 - what this module is there to avoid
        from console.config.policy import setup_of  # noqa: PLC0415

        setup = setup_of(load(path))
        _keep(place, key, setup)
    return setup


def _kept(place: Path, key: str, path: Path) -> Setup | None:
    """Return the kept config if it is ours alone to write and was made of the same things."""
    try:
        with place.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_uid != os.getuid() or status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                return None
            found_key, setup = pickle.loads(file.read(_BIGGEST))  # noqa: S301 - a file only we can write
    except Exception:  # noqa: BLE001 - whatever is wrong with it, the config is simply checked again
        return None
    fits = key and found_key == key and isinstance(setup, Setup) and setup.path == path
    return setup if fits else None


def _keep(place: Path, key: str, setup: Setup) -> None:
    try:
        if key:
            write_whole(place, pickle.dumps((key, setup)), overwrite=True)
            others = sorted(place.parent.glob("config-*"), key=lambda file: file.stat().st_mtime_ns)
            for old in others[:-MOST_KEPT]:
                old.unlink(missing_ok=True)
    except OSError:  # no room or no permission: the next start is slower, that is all
        return


def _key(path: Path) -> str:
    """Return what a checked config depends on, as a digest; empty where the file cannot be read."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode & 0o777
            content = file.read(_BIGGEST)
    except OSError:
        return ""
    product = [f"{console.__version__} {sys.version} {mode}", *_product()]
    return _short("\n".join(product).encode() + b"\0" + content)


def _product() -> Iterator[str]:
    root = Path(console.__file__).parent
    for pattern in _DECIDED_BY:
        for file in sorted(root.glob(pattern)):
            yield f"{file} {file.stat().st_mtime_ns}"


def _short(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:24]


def _cache_folder() -> Path:
    from platformdirs import user_cache_path  # noqa: PLC0415 - only where no folder is given

    return user_cache_path("oncall", appauthor=False)
