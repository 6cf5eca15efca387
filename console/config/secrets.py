"""Secrets as references: where a token is kept, never the token itself on a screen or in a log.

In a config file::

    token = { env = "PD_TOKEN" }
    token = { command = ["pass", "show", "pd"] }
    token = { file = "pd.token" }              # relative to the config file, readable by its owner only
    token = { keyring = "oncall/pd" }          # service/user; needs the keyring package
    token = "…"                                # accepted with a warning

``Secret`` is used as a field type in pydantic models; ``reveal`` fetches the value when needed.
"""

from __future__ import annotations

import importlib
import os
import stat
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

from console.errors import ConfigError

MASK = "********"
COMMAND_SECONDS = 15.0
"""How long a secret command may take; password managers that ask a person need a terminal we do not give."""

Kind = Literal["literal", "env", "command", "file", "keyring"]
_SHAPES = '{ env = "NAME" }, { command = ["prog", "arg"] }, { file = "path" } or { keyring = "service/user" }'
_BIGGEST_FILE = 65_536


@dataclass(frozen=True, slots=True)
class Secret:
    """A reference to a secret. ``str``, ``repr`` and pydantic's serialisation never show the value."""

    kind: Kind
    where: tuple[str, ...] = field(repr=False)

    def __repr__(self) -> str:
        return f"Secret({self.described})"

    def __str__(self) -> str:
        return MASK

    @property
    def described(self) -> str:
        """Where it is kept, for ``oncall check``: ``env PD_TOKEN``; a literal shows as asterisks."""
        if self.kind == "literal":
            return f"literal {MASK}"
        if self.kind == "command":  # arguments may hold something private; the program's name does not
            return f"command {self.where[0]}"
        return f"{self.kind} {self.where[0]}"

    def reveal(self) -> str:
        """Fetch and return the value. Raises ``ConfigError`` saying which reference failed and why.

        May read a file or run a program (up to 15 s), so call it once, not on each request, and
        not on the event loop.
        """
        match self.kind:
            case "env":
                value = _from_env(self.where[0])
            case "command":
                value = _from_command(self.where)
            case "file":
                value = _from_file(Path(self.where[0]))
            case "keyring":
                value = _from_keyring(self.where[0])
            case _:
                value = self.where[0]
        if not value:
            raise ConfigError(f"the secret from {self.described} is empty")
        return value

    @classmethod
    def literal(cls, value: str) -> Secret:
        """Return a secret that holds its value itself."""
        return cls("literal", (value,))

    @classmethod
    def parse(cls, value: object, folder: Path | None = None) -> Secret:
        """Return the secret that a config value describes.

        ``folder`` is what a relative ``file`` is relative to. Raises ``ValueError`` that never
        quotes the value.
        """
        if isinstance(value, Secret):
            return value
        if isinstance(value, str):
            return cls.literal(value)
        if not isinstance(value, dict) or len(value) != 1:
            raise ValueError(f"is a secret; write {_SHAPES}")
        kind, where = next(iter(value.items()))
        if kind == "command":
            if not (
                isinstance(where, list) and where and all(isinstance(part, str) and part for part in where)
            ):
                raise ValueError('command is a list of texts, like ["pass", "show", "pd"]; no shell is used')
            return cls("command", tuple(where))
        if kind not in {"env", "file", "keyring"} or not isinstance(where, str) or not where:
            raise ValueError(f"is a secret; write {_SHAPES}")
        if kind == "keyring" and not all(where.partition("/")):
            raise ValueError('keyring is "service/user", like "oncall/pd"')
        if kind == "file":
            path = Path(where).expanduser()
            where = str(folder / path if folder else path)
        return cls(kind, (where,))

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: Any, _handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Let pydantic read a secret; ``context={"folder": Path}`` anchors relative files."""

        def read(value: object, info: core_schema.ValidationInfo) -> Secret:
            return cls.parse(value, (info.context or {}).get("folder"))

        return core_schema.with_info_plain_validator_function(
            read, serialization=core_schema.plain_serializer_function_ser_schema(lambda _secret: MASK)
        )


def readable_by_others(path: Path) -> bool:
    """Return whether anybody but its owner may read a file (the rule ssh uses). Raises ``OSError``."""
    return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def _from_env(name: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise ConfigError(f"environment variable {name} is not set", hint="set it and start again")
    return value


def _from_command(command: tuple[str, ...]) -> str:
    name = command[0]
    try:
        done = subprocess.run(  # noqa: S603 - running the user's own command is the point; no shell
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_SECONDS, check=False
        )
    except FileNotFoundError:
        raise ConfigError(
            f"secret command {name} was not found", hint="install it or correct the name"
        ) from None
    except subprocess.TimeoutExpired:
        raise ConfigError(
            f"secret command {name} gave no answer in {COMMAND_SECONDS:.0f} s",
            hint="it cannot ask on the terminal; unlock it first",
        ) from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"secret command {name} could not be run ({type(error).__name__})") from None
    if done.returncode != 0:
        # What it printed may hold the secret, so it is not repeated.
        raise ConfigError(
            f"secret command {name} ended with {done.returncode}", hint="run it by hand to see why"
        )
    return _as_text(done.stdout, f"secret command {name}")


def _from_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if mode & (stat.S_IRGRP | stat.S_IROTH):
                raise ConfigError(f"secret file {path} is readable by others", hint=f"chmod 600 {path}")
            data = file.read(_BIGGEST_FILE)
    except OSError as error:
        raise ConfigError(f"secret file {path} cannot be read ({error.strerror})") from None
    return _as_text(data, f"secret file {path}")


def _from_keyring(where: str) -> str:
    service, _, user = where.partition("/")
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        raise ConfigError(
            f"secret keyring {where} needs the keyring package", hint="pip install 'oncall-console[keyring]'"
        ) from None
    try:
        value = keyring.get_password(service, user)
    except Exception as error:  # noqa: BLE001 - keyring backends raise whatever their system raises
        raise ConfigError(f"keyring cannot be read for {where} ({type(error).__name__})") from None
    if value is None:
        raise ConfigError(f"keyring has no entry {where}", hint=f"keyring set {service} {user}")
    return str(value)


def _as_text(data: bytes, what: str) -> str:
    try:
        return data.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise ConfigError(f"{what} did not give UTF-8 text") from None
