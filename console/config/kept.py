"""Keeping a checked config, so that a start need not check the same file again.

Checking takes a tenth of a second, most of it for loading pydantic: too long for a shell prompt and
for a screen that is needed now. What is kept counts only for the very same bytes and permissions of
all files that were read, the same files in the included folders and the same product, and lies
in the user's own cache folder; it holds no secret.
"""

from __future__ import annotations

import os
import pickle
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import console
from console.config.files import write_whole
from console.config.setup import Setup
from console.config.stamps import short_digest, unchanged

MOST_KEPT = 20
"""Configs; those kept longest ago go."""
_BIGGEST = 20_000_000
_DECIDED_BY = ("config", "domain", "sources", "channels", "feeds", "outlets", "tickets")
"""Rooms of ours that a checked config depends on; after a change of one it is checked again."""


def load_setup(path: Path, folder: Path | None = None) -> Setup:
    """Return what a config file comes to, checked before or now. Raises ``ConfigError``.

    ``folder`` is where checked configs are kept (None: the platform's cache folder).
    """
    product = _product()
    place = (folder or _cache_folder()) / f"config-{short_digest(str(path.resolve()).encode())}"
    setup = _kept(place, product, path)
    if setup is None:
        from console.config.load import load  # noqa: PLC0415 - what this module is there to avoid
        from console.config.policy import setup_of  # noqa: PLC0415

        setup = setup_of(load(path))
        _keep(place, product, setup)
    return setup


def store_password(setup: Setup) -> str | None:
    """Return the password of the config's store, which is never kept; None where the config says none.

    Reads the config again. Raises ``ConfigError`` where the secret cannot be had.
    """
    if not setup.store_secret:
        return None
    from console.config.load import load  # noqa: PLC0415 - see above

    secret = load(setup.path).config.store.password
    return secret.reveal() if secret is not None else None


def _kept(place: Path, product: str, path: Path) -> Setup | None:
    """Return the kept config if it is ours alone to write and was made of the same things."""
    try:
        with place.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_uid != os.getuid() or status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                return None
            found_product, setup = pickle.loads(file.read(_BIGGEST))  # noqa: S301 - a file only we can write
    except Exception:  # noqa: BLE001 - whatever is wrong with it, the config is simply checked again
        return None
    if found_product != product or not isinstance(setup, Setup) or setup.path != path:
        return None
    return setup if setup.stamps and all(map(unchanged, setup.stamps)) else None


def _keep(place: Path, product: str, setup: Setup) -> None:
    try:
        write_whole(place, pickle.dumps((product, setup)), overwrite=True)
        others = sorted(place.parent.glob("config-*"), key=lambda file: file.stat().st_mtime_ns)
        for old in others[:-MOST_KEPT]:
            old.unlink(missing_ok=True)
    except OSError:  # no room or no permission: the next start is slower, that is all
        return


def _product() -> str:
    """Return what of ours a checked config depends on, as a digest."""
    root = os.path.dirname(console.__file__)  # noqa: PTH120 - with Path each start takes longer
    ours = [stamp for room in _DECIDED_BY for stamp in _stamps_below(f"{root}/{room}")]
    return short_digest("\n".join([f"{console.__version__} {sys.version}", *sorted(ours)]).encode())


def _stamps_below(folder: str) -> Iterator[str]:
    with os.scandir(folder) as found:
        for entry in found:
            if entry.name.endswith(".py"):
                yield f"{entry.path} {entry.stat().st_mtime_ns}"
            elif entry.name != "__pycache__" and entry.is_dir():
                yield from _stamps_below(entry.path)


def _cache_folder() -> Path:
    from platformdirs import user_cache_path  # noqa: PLC0415 - only where no folder is given

    return user_cache_path("oncall", appauthor=False)
