"""The team's rules as values: targets, chains, services, people. Built from the config, never from a clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import TYPE_CHECKING

from console.domain.ability import NOTHING, Ability
from console.domain.alert import Link
from console.domain.notify.channels import Channel
from console.domain.notify.rules import Limits, Rule
from console.domain.people import Person
from console.domain.priority import Priority
from console.domain.reports.rules import ReportRules
from console.domain.roster import Roster
from console.domain.team.state import Maintenance
from console.domain.urltemplate import LinkTemplate
from console.domain.walltime import Hours
from console.domain.watchdogs import Watchdogs

if TYPE_CHECKING:
    from console.domain.comms.outlets import Outlet
    from console.domain.team.checklist import Checklist
    from console.domain.tickets.place import Place


@dataclass(frozen=True, slots=True)
class Target:
    """Targets for one priority. ``nudge_after`` None: never nudged. ``pausable``: P3/P4 by default."""

    ack: timedelta
    resolve: timedelta
    nudge_after: timedelta | None
    pausable: bool = False
    stable_for: timedelta | None = (
        None  # auto-resolve an acked, cleared incident after this; None: only propose
    )
    first_update: timedelta | None = None  # client update due after this; None: none owed
    update_every: timedelta | None = None
    escalates: bool = True  # P4 never escalates by itself (PagerDuty: low urgency)
    max_level: int | None = None  # P3: primary -> secondary only
    asleep: Hours | None = None  # low urgency: pages wait for the end of these local hours of who is paged


DEFAULT_TARGETS: dict[Priority, Target] = {
    Priority.P1: Target(
        ack=timedelta(minutes=5),
        resolve=timedelta(minutes=90),
        nudge_after=timedelta(minutes=20),
        first_update=timedelta(minutes=5),
        update_every=timedelta(minutes=20),
    ),
    Priority.P2: Target(
        ack=timedelta(minutes=5),
        resolve=timedelta(minutes=90),
        nudge_after=timedelta(minutes=30),
        first_update=timedelta(minutes=5),
        update_every=timedelta(minutes=60),
    ),
    Priority.P3: Target(
        ack=timedelta(minutes=5),
        resolve=timedelta(hours=24),
        nudge_after=timedelta(hours=8),
        pausable=True,
        stable_for=timedelta(minutes=5),
        max_level=1,
    ),
    Priority.P4: Target(
        ack=timedelta(minutes=5),
        resolve=timedelta(days=5),
        nudge_after=None,
        pausable=True,
        stable_for=timedelta(minutes=5),
        escalates=False,
        asleep=Hours(time(22), time(7)),
    ),
}


@dataclass(frozen=True, slots=True)
class Service:
    """A service: whose it is, what it stands on, where to look. ``public_name``: what clients call it, if not so."""

    name: str
    team: str
    depends_on: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    runbooks: tuple[str, ...] = ()
    public_name: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a chain. ``notify``: roles, person ids or team ids. ``after``: since the first page.

    ``channels``: rooms that are told besides. ``everyone``: each target is paged again every ``again`` until
    that person has acked (GoAlert #4545), at most ``most`` times.
    """

    notify: tuple[str, ...]
    after: timedelta
    name: str = ""
    channels: tuple[str, ...] = ()
    everyone: bool = False
    again: timedelta = timedelta(minutes=5)
    most: int = 5


@dataclass(frozen=True, slots=True)
class Chain:
    """A team's escalation policy. ``repeat``: how often the whole chain starts again; -1 for ever.

    ``priorities`` and ``services`` empty: all. Of several that fit the most special counts: one for the
    service before one for the priority before one for the team.
    """

    team: str
    levels: tuple[Level, ...]
    repeat: int = 1
    priorities: frozenset[Priority] = frozenset()
    services: frozenset[str] = frozenset()
    name: str = ""

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where it would repeat less than never."""
        if self.repeat < -1:
            raise ValueError("a chain repeats -1 (for ever), 0 (never) or so many times")

    @property
    def scope(self) -> str:
        """What it is for within its team, as facts say it: ``api P1,P2``; empty for the team's own chain.

        A chain of another scope is another chain, whatever it is called.
        """
        services = ",".join(sorted(self.services))
        return " ".join(filter(None, (services, ",".join(one.label for one in sorted(self.priorities)))))

    def fits(self, service: str, priority: Priority) -> bool:
        """Return whether the team's incidents of a service and a priority may use it."""
        return (not self.services or service in self.services) and (
            not self.priorities or priority in self.priorities
        )


@dataclass(frozen=True, slots=True)
class Flapping:
    """An incident flaps once it has changed ``changes`` times (0: never) within ``within``, until ``quiet`` without a change."""

    changes: int = 4
    within: timedelta = timedelta(minutes=30)
    quiet: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class GroupingRule:
    """Alerts that ``match`` are grouped ``by`` these labels. Each (label, values): one of the values, ``*`` for any letters."""

    name: str
    match: tuple[tuple[str, tuple[str, ...]], ...]
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grouping:
    """How alerts become incidents: the labels that make the key; ``service`` and ``alertname`` are built in.

    The first of the ``rules`` that matches an alert counts instead of ``by``. ``graph``: whether what fails below
    a failing service within the ``window`` joins its incident, from ``storm_from`` services besides it, or
    ``silent_from`` where nothing alerts there itself (``storms``). What failed so much ``earlier`` fails by something else.
    """

    by: tuple[str, ...] = ("service", "alertname")
    reopen_window: timedelta = timedelta(hours=24)
    flapping: Flapping = Flapping()
    rules: tuple[GroupingRule, ...] = ()
    graph: bool = True
    window: timedelta = timedelta(minutes=10)
    earlier: timedelta = timedelta(minutes=5)
    storm_from: int = 3
    silent_from: int = 3
    change_window: timedelta = timedelta(hours=2)  # so long before an incident a change may be why


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """Everything decisions need to know besides the incident and the time."""

    roster: Roster
    targets: dict[Priority, Target] = field(default_factory=lambda: dict(DEFAULT_TARGETS))
    people: dict[str, Person] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    links: tuple[LinkTemplate, ...] = ()
    teams: tuple[str, ...] = ()
    chains: tuple[Chain, ...] = ()
    grouping: Grouping = Grouping()
    nudge_answer: timedelta = timedelta(minutes=10)
    priority_within: timedelta = timedelta(minutes=5)  # of the ack (semantics, section 5)
    undo_within: timedelta = timedelta(seconds=10)
    wake_before: timedelta = timedelta(minutes=15)  # a snooze ends this long before the fix is due (V15)
    warn_holds: timedelta = timedelta(minutes=15)  # how long before its end a hold is told of
    warn_resolve: float = 0.75
    warn_ack: float = 0.5
    abilities: dict[str, Ability] = field(default_factory=dict)  # what each source does upstream
    watchdogs: dict[str, Watchdogs] = field(default_factory=dict)  # what must always fire at each source
    channels: tuple[Channel, ...] = ()
    rules: tuple[Rule, ...] = ()
    limits: Limits = field(default_factory=Limits)
    maintenance: tuple[Maintenance, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    reports: ReportRules = field(default_factory=ReportRules)
    outlets: tuple[Outlet, ...] = ()
    tickets: tuple[Place, ...] = ()
    telling: dict[str, str] = field(default_factory=dict)  # by team who took over telling clients

    def team_of(self, service: str) -> str:
        """Return the team that owns a service; with one team only, that one; else an empty string."""
        known = self.services.get(service)
        if known is not None:
            return known.team
        return self.teams[0] if len(self.teams) == 1 else ""

    def chain(self, team: str, service: str, priority: Priority | None) -> Chain | None:
        """Return the chain that an incident of a team uses, None where there is none.

        The most special one wins: for the service, then for the priority; of equals the first in the
        config. An unknown priority is treated as P1, see ``target``.
        """
        mine = (one for one in self.chains if one.team == team)  # of hundreds of teams
        fitting = (one for one in mine if one.fits(service, priority or Priority.P1))
        return max(fitting, key=lambda one: (bool(one.services), bool(one.priorities)), default=None)

    def ability(self, source: str) -> Ability:
        """Return what a source does upstream; nothing where the config does not know it."""
        return self.abilities.get(source, NOTHING)

    def target(self, priority: Priority | None) -> Target:
        """Return the targets of a priority; an unknown one is treated as P1 (PagerDuty: unsure, take the higher).

        Used with the provisional priority where one is known, see ``sla``.
        """
        return self.targets[priority or Priority.P1]

    def name_of(self, person: str) -> str:
        """Return a person's display name, or the id where the roster does not know them."""
        known = self.people.get(person)
        return known.name if known else person
