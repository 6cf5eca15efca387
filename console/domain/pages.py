"""Runbooks at addresses: which may be fetched, and what is said of one that was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from unicodedata import normalize
from urllib.parse import SplitResult, unquote, urlsplit

from console.domain.human import age, until
from console.domain.text import safe_url

_PORTS = {"http": 80, "https": 443}
_NO_UTF8 = "\ufffd"
_MOST_QUOTED = 4
"""How often an address may be percent-encoded over itself; more is an attempt to hide something."""


@dataclass(frozen=True, slots=True)
class PageRule:
    """What ``[[runbooks.fetch]]`` says. ``url``: how addresses begin that may be fetched.

    ``internal``: the host may lie on a private network. ``own``: it has a token or an authority of its own,
    which stand in the config only.
    """

    url: str
    internal: bool = False
    own: bool = False

    @property
    def host(self) -> str:
        """The host that it names."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Where a runbook was fetched from, and when (UTC); ``at`` None: there is no copy.

    ``trouble`` is why the last try came to nothing, empty where it did not.
    """

    host: str
    at: datetime | None
    trouble: str = ""

    def words(self, now: datetime, zone: tzinfo) -> str:
        """Return what is said of it above the steps."""
        if self.at is None:
            return f"the alert's own runbook {self.missing}"
        when = until(self.at, now, zone)
        if self.trouble:
            return f"could not be fetched: {self.trouble}, showing the copy of {when}"
        old = f", {age(now - self.at)} old" if now - self.at >= timedelta(minutes=1) else ""
        return f"fetched {when} from {self.host}{old}"

    @property
    def missing(self) -> str:
        """Why there is no copy."""
        return (
            f"could not be fetched: {self.trouble}" if self.trouble else f"is being fetched from {self.host}"
        )


def rule_for(url: str, rules: Iterable[PageRule]) -> PageRule | None:
    """Return the rule that lets an address be fetched, None where none does; the longest that fits counts.

    Scheme, host and port have to be the same, and the path has to lie below the rule's: no ``..`` in it, however
    it is written, also not as servers read it that take ``..;`` (Tomcat) or look-alikes for it.
    """
    if not safe_url(url):
        return None
    parts = urlsplit(url)
    if _climbs(parts.path):
        return None
    fitting = [rule for rule in rules if _begins(parts, urlsplit(rule.url))]
    return max(fitting, key=lambda rule: len(rule.url), default=None)


def _begins(parts: SplitResult, allowed: SplitResult) -> bool:
    below, path = _pieces(allowed.path.rstrip("/")), _pieces(parts.path)
    return _place(parts) == _place(allowed) and path[: len(below)] == below


def _place(parts: SplitResult) -> tuple[str, str, int | None]:
    port = _PORTS.get(parts.scheme) if parts.port is None else parts.port
    return parts.scheme, parts.hostname or "", port


def _pieces(path: str) -> list[str]:
    """Return what stands between the slashes; an encoded slash parts nothing, as on the server."""
    return [unquote(piece) for piece in path.split("/")]


def _climbs(path: str) -> bool:
    """Return whether a server might read ``..`` in a path, or whether nobody can tell."""
    for _ in range(_MOST_QUOTED):
        plain = unquote(path)
        if plain == path:
            pieces = normalize("NFKC", plain).replace("\\", "/").split("/")
            return _NO_UTF8 in plain or any(piece.partition(";")[0] == ".." for piece in pieces)
        path = plain
    return True
