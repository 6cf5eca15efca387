"""Channels and rules of notification, from the config to the domain."""

from __future__ import annotations

from console.config.channels import Notify, NotifyLimits
from console.config.load import Loaded
from console.domain.notify.channels import Channel
from console.domain.notify.notification import Topic
from console.domain.notify.rules import Limits, Quiet, Rule
from console.domain.priority import Priority

ANY = frozenset(Topic) - {Topic.DIGEST, Topic.TEST}
"""What a rule without topics is about."""


def channels_of(loaded: Loaded) -> tuple[Channel, ...]:
    """Return whom each channel can reach."""
    pairs = zip(loaded.config.channels, loaded.channels, strict=True)
    return tuple(options.reach(table.name) for table, options in pairs)


def rules_of(tables: tuple[Notify, ...]) -> tuple[Rule, ...]:
    """Return the rules that a config says, in its order."""
    return tuple(_rule(table) for table in tables)


def limits_of(table: NotifyLimits) -> Limits:
    """Return when many become one."""
    return Limits(table.storm, table.within, table.every, table.urgent_every)


def _rule(table: Notify) -> Rule:
    quiet = None
    if table.quiet is not None:
        quiet = Quiet(table.quiet, frozenset(Priority[name] for name in table.but), table.zone)
    return Rule(
        topics=frozenset(map(Topic, table.topics)) or ANY,
        via=table.via,
        to=table.to,
        after=table.after,
        priorities=frozenset(Priority[name] for name in table.priorities),
        teams=frozenset(table.teams),
        quiet=quiet,
    )
