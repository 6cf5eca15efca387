"""All the secrets of a config, to be kept out of what is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel

from console.config.load import load
from console.config.secrets import Secret
from console.errors import ConfigError


def secret_values(path: Path) -> tuple[str, ...]:
    """Return the value of every secret of a config that can be had; may read files and run programs, see ``Secret``."""
    try:
        loaded = load(path)
    except ConfigError:
        return ()
    tables = (loaded.config, loaded.options, loaded.channels, loaded.feeds, loaded.outlets, loaded.tickets)
    found = dict.fromkeys(_secrets(tables))
    return tuple(value for secret in found if (value := _value(secret)))


def _value(secret: Secret) -> str:
    try:
        return secret.reveal()
    except ConfigError:
        return ""


def _secrets(value: object) -> Iterator[Secret]:
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, BaseModel):
        yield from _secrets([getattr(value, name) for name in type(value).model_fields])
    elif isinstance(value, Mapping):
        yield from _secrets(value.values())
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for one in value:
            yield from _secrets(one)
