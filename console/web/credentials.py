"""What makes a request ours: fetched when it is needed, off the event loop, and again after a 401."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Protocol

from console.config.secrets import Secret
from console.errors import ConfigError, SourceError
from console.web.options import Login


class Credentials(Protocol):
    """Called in a thread: may read a file, run a program, ask a metadata server, sign."""

    def headers(self, place: str, method: str, url: str, body: bytes) -> Mapping[str, str]:
        """Return the headers that this request needs. Raises ``SourceError`` without the secret in it."""
        ...

    def renew(self) -> None:
        """Forget what was fetched: the server did not accept it."""
        ...


class Headers:
    """Secrets sent as headers: ``Headers({"Authorization": ("Token token={}", secret)})``."""

    def __init__(self, secrets: Mapping[str, tuple[str, Secret]]) -> None:
        self._secrets = secrets
        self._known: dict[str, str] | None = None

    def headers(self, place: str, method: str, url: str, body: bytes) -> Mapping[str, str]:  # noqa: ARG002 - the same for all
        """Return the headers; the secrets are fetched once."""
        if self._known is None:
            self._known = {
                name: template.format(revealed(secret, place))
                for name, (template, secret) in self._secrets.items()
            }
        return self._known

    def renew(self) -> None:
        """Fetch the secrets again next time: a file may hold a new one."""
        self._known = None


class Basic:
    """User name and password."""

    def __init__(self, username: str | Callable[[], str], password: Secret) -> None:
        self._username = username
        self._password = password
        self._known: str | None = None

    def headers(self, place: str, method: str, url: str, body: bytes) -> Mapping[str, str]:  # noqa: ARG002 - the same for all
        """Return the one header; the password is fetched once."""
        if self._known is None:
            user = self._username if isinstance(self._username, str) else self._username()
            pair = f"{user}:{revealed(self._password, place, printable=False)}"
            self._known = b64encode(pair.encode()).decode("ascii")
        return {"Authorization": f"Basic {self._known}"}

    def renew(self) -> None:
        """Fetch the password again next time."""
        self._known = None


class Nobody:
    """A server that asks for no credentials."""

    def headers(self, place: str, method: str, url: str, body: bytes) -> Mapping[str, str]:  # noqa: ARG002 - none
        """Return nothing."""
        return {}

    def renew(self) -> None:
        """Do nothing."""


def of_login(options: Login) -> Credentials:
    """Return the credentials of a table with ``token``, or ``username`` and ``password``, or neither."""
    if options.token is not None:
        return Headers({"Authorization": ("Bearer {}", options.token)})
    if options.username is not None and options.password is not None:
        return Basic(options.username, options.password)
    return Nobody()


def revealed(secret: Secret, place: str, *, printable: bool = True) -> str:
    """Return a secret that can stand in a header. Raises ``SourceError``; its message never holds the secret."""
    try:
        text = secret.reveal()
    except ConfigError as error:
        raise SourceError(f"{place} cannot be asked: {error.message}", hint=error.hint) from None
    if not printable:
        return text
    text = text.strip()
    if not (text.isascii() and text.isprintable()):
        raise SourceError(
            f"the token for {place} has characters that no token has",
            hint="check the file or command that it comes from",
            permanent=True,
        )
    return text


def environment(variables: Mapping[str, Secret], program: str) -> dict[str, str]:
    """Return the variables that the config has for a program. Raises ``SourceError``; its message holds none of them."""
    return {name: revealed(secret, program, printable=False) for name, secret in variables.items()}
