"""The whole config file. Each subject has a file of its own; what has few keys is here."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from console.config.addresses import listen_address, without_password
from console.config.base import Line, Table, Word
from console.config.calendars import Calendar
from console.config.channels import ChannelTable, Notify, NotifyLimits
from console.config.checklists import Checklist
from console.config.durations import PositiveDuration
from console.config.escalation import Escalation
from console.config.feeds import FeedTable
from console.config.grouping import Grouping
from console.config.holidays import Holidays
from console.config.links import LinkTable
from console.config.maintenance import Maintenance
from console.config.outlets import OutletTable
from console.config.overrides import Override
from console.config.people import Person, Team
from console.config.reports import Report
from console.config.rotations import Rotation
from console.config.runbooks import Runbooks
from console.config.secrets import Secret
from console.config.services import Service
from console.config.sla import Sla
from console.config.tickets import TicketTable
from console.config.views import ViewTable


class Me(Table):
    """``[me]``: the person at this console."""

    id: Word | None = None
    """A person's id; your login name where left out."""


class Store(Table):
    """``[store]``: where incidents are kept."""

    url: Annotated[Line, AfterValidator(without_password)] | None = None
    """``sqlite:///file``, relative to the config file (four slashes: absolute), or ``postgresql://user@host/database``;
    left out: a file in the platform's data folder."""

    password: Secret | None = None
    """For PostgreSQL. Left out: whatever libpq finds, such as ``~/.pgpass``."""


class Engine(Table):
    """``[engine]``: what polls, groups and escalates, one at a time for everybody on a store."""

    autostart: bool = True
    """Whether the console starts an engine of its own when nobody runs one."""

    lease: PositiveDuration = timedelta(seconds=10)
    """How long an engine that went silent keeps others from taking over."""

    metrics: Annotated[str, AfterValidator(listen_address)] | None = None
    """``host:port`` where ``oncall watch`` shows its figures to Prometheus; left out: nowhere."""


class SourceTable(Table):
    """``[[sources]]``: kind and name here; everything else is checked by the kind's own options."""

    model_config = ConfigDict(extra="allow")

    kind: Word
    """Which product: alertmanager, replay."""

    name: Word
    """What it is called on screen."""


class Ui(Table):
    """``[ui]``: how the console looks. What you choose on screen is remembered elsewhere."""

    theme: Line | None = None
    """Name of a theme (``oncall themes`` lists them); left out: what was chosen on screen last."""

    glyphs: Literal["auto", "unicode", "ascii"] = "auto"
    """Symbols: "ascii" for fonts without the others; "auto" goes by the terminal's encoding."""

    mouse: bool = True
    """Whether the mouse works; false leaves it to the terminal, for selecting text."""

    attention: tuple[Literal["bell", "osc9", "osc777", "tmux", "desktop"], ...] = ("bell",)
    """How the console calls you: the terminal's bell, its notifications, tmux, the desktop; ``[]``: not at all."""

    keys: dict[str, str] = Field(default_factory=dict)
    """``[ui.keys]``: other keys by action id (``oncall keys`` lists them); several with commas."""


class Config(Table):
    """All sections; every one may be left out."""

    include: tuple[Line, ...] = ()
    """Files and folders to read as well, see ``includes``; taken out before this is checked."""

    me: Me = Me()
    store: Store = Store()
    engine: Engine = Engine()
    sla: Sla = Sla()
    sources: tuple[SourceTable, ...] = ()
    people: tuple[Person, ...] = ()
    teams: tuple[Team, ...] = ()
    services: tuple[Service, ...] = ()
    links: tuple[LinkTable, ...] = ()
    rotations: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    holidays: Holidays = Holidays()
    escalation: tuple[Escalation, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    channels: tuple[ChannelTable, ...] = ()
    notify: tuple[Notify, ...] = ()
    notify_limits: NotifyLimits = NotifyLimits()
    changes: tuple[FeedTable, ...] = ()
    outlets: tuple[OutletTable, ...] = ()
    tickets: tuple[TicketTable, ...] = ()
    grouping: Grouping = Grouping()
    runbooks: Runbooks = Runbooks()
    report: Report = Report()
    views: tuple[ViewTable, ...] = ()
    ui: Ui = Ui()
