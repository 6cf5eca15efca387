"""What a config comes to, as plain values: what every command works with once the file has been checked.

No pydantic here: a checked config is kept (``kept``) so that the next start does without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from console.config.stamps import Stamp
from console.domain.pages import PageRule
from console.domain.policy import Policy
from console.domain.roster import Roster
from console.domain.text import one_line
from console.domain.views import View

NO_RULES = Policy(Roster())


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source, or a feed of changes, as front ends know it. ``interval`` is seconds between polls."""

    name: str
    kind: str
    interval: float


@dataclass(frozen=True, slots=True)
class CalendarSpec:
    """A calendar that fills a role, see ``[[calendars]]``. Just one of ``file``, ``host`` and ``source`` is said.

    ``host`` is what may be shown of an address; the address itself and its secrets are in the config only
    (``console.config.calendars.Calendar.access``). ``interval`` is seconds between readings, ``zone`` None:
    not known. ``names`` pairs names or mail addresses there with ids of people.
    """

    name: str
    team: str
    role: str
    layer: int = 0
    file: Path | None = None
    host: str = ""
    source: str = ""
    schedule: str = ""
    interval: float = 900.0
    zone: ZoneInfo | None = None
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Looks:
    """``[ui]``. ``theme`` None: what was chosen on screen last. ``keys`` are remaps by action id, unchecked."""

    theme: str | None = None
    glyphs: Literal["auto", "unicode", "ascii"] = "auto"
    mouse: bool = True
    attention: tuple[str, ...] = ("bell",)
    keys: Mapping[str, str] = field(default_factory=dict)
    views: tuple[View, ...] = ()
    places: Mapping[tuple[str, ...], str] = field(
        default_factory=dict
    )  # where each key stands: "oncall.toml:9"


@dataclass(frozen=True, slots=True, eq=False)
class Setup:
    """A config that may be used. ``me`` None: not said. ``lease`` is seconds, ``digest`` tells other rules.

    ``store_url`` None: the platform's data folder; a relative one is relative to ``store_folder``.
    ``store_secret``: a password for it is said (never here: this is kept on disk). ``metrics`` is
    ``host:port`` or None. ``warnings`` are whole lines for the user, ``set_aside`` those about entries of
    the roster that do not count, ``stamps`` what was read. ``holidays`` is an iCalendar file with more of them.
    ``runbook_urls`` are (beginning of an address, folder inside ``runbooks``), ``runbook_pages`` addresses that
    may be fetched.
    ``run_steps``: commands of their steps may be run here, those that begin with ``run_only`` (empty: any), for
    at most ``run_timeout`` seconds.
    """

    path: Path
    policy: Policy = NO_RULES
    digest: str = ""
    me: str | None = None
    store_url: str | None = None
    store_folder: Path = Path()
    store_secret: bool = False
    autostart: bool = True
    lease: float = 10.0
    metrics: str | None = None
    sources: tuple[SourceSpec, ...] = ()
    calendars: tuple[CalendarSpec, ...] = ()
    holidays: Path | None = None
    feeds: tuple[SourceSpec, ...] = ()
    runbooks: tuple[str, ...] = ()
    runbook_urls: tuple[tuple[str, str], ...] = ()
    runbook_pages: tuple[PageRule, ...] = ()
    review_months: int = 6
    run_steps: bool = False
    run_only: tuple[str, ...] = ()
    run_timeout: float = 60.0
    looks: Looks = field(default_factory=Looks)
    warnings: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    stamps: tuple[Stamp, ...] = ()

    @property
    def folder(self) -> Path:
        """The config file's folder."""
        return self.path.resolve().parent

    def about(self, path: tuple[str, ...], text: str) -> str:
        """Return a line about a key of ``[ui]`` that cannot be used: ``oncall.toml:9: [ui.keys] incident.akc: …``."""
        place = self.looks.places.get(path, str(self.path))
        return one_line(f"{place}: [{'.'.join(path[:-1])}] {path[-1]}: {text}")
