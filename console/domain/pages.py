"""Runbooks at addresses: which may be fetched, and what is said of one that was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from urllib.parse import SplitResult, unquote, urlsplit

from console.domain.human import age, until
from console.domain.text import safe_url

_PORTS = {"http": 80, "https": 443}
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
    it is written.
    """
    if not safe_url(url):
        return None
    parts = urlsplit(url)
    path = _decoded(parts.path)
    if path is None or ".." in path.replace("\\", "/").split("/"):
        return None
    fitting = [rule for rule in rules if _begins(parts, path, urlsplit(rule.url))]
    return max(fitting, key=lambda rule: len(rule.url), default=None)


def _begins(parts: SplitResult, path: str, allowed: SplitResult) -> bool:
    below = allowed.path.rstrip("/")
    same = _place(parts) == _place(allowed)
    return same and (path == below or path.startswith(f"{below}/"))


def _place(parts: SplitResult) -> tuple[str, str, int | None]:
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)


def _decoded(path: str) -> str | None:
    """Return a path without its percent-encoding, None where it is encoded over and over."""
    for _ in range(_MOST_QUOTED):
        plain = unquote(path)
        if plain == path:
            return plain
        path = plain
    return None
