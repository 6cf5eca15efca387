"""Whether the names in rules of notification mean something, and whether a page reaches anybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.config.lines import Path
from console.config.model import Config
from console.config.nearest import did_you_mean
from console.config.problems import Problem
from console.domain.notify.channels import Channel
from console.domain.notify.matching import CONCERNED
from console.domain.notify.notification import Topic

_TOPICS = tuple(topic.value for topic in Topic if topic not in {Topic.DIGEST, Topic.TEST})


def check_notify(config: Config, channels: Sequence[Channel]) -> Iterator[Problem]:
    """Yield unknown names in ``[[notify]]`` and in levels, and a warning for whoever no channel reaches."""
    people = [person.id for person in config.people]
    teams = [team.id for team in config.teams]
    roles = [*(one.role for one in config.rotations), *(one.role for one in config.calendars)]
    names = [table.name for table in config.channels]
    for index, rule in enumerate(config.notify):
        place: Path = ("notify", index)
        yield from _unknown((*place, "topics"), rule.topics, _TOPICS, "is no topic")
        yield from _unknown((*place, "via"), rule.via, names, "is the name of no [[channels]]")
        yield from _unknown((*place, "teams"), rule.teams, teams, "is the id of no [[teams]]")
        known = (CONCERNED, *people, *dict.fromkeys(roles), *teams)
        yield from _unknown((*place, "to"), rule.to, known, "is no person, no role and no team")
    roomless = {channel.name for channel in channels if not channel.room}
    for index, chain in enumerate(config.escalation):
        for position, level in enumerate(chain.levels):
            told = "is the name of no [[channels]]"
            path: Path = ("escalation", index, "levels", position, "channels")
            for name in level.rooms:
                if name not in names:
                    yield Problem(path, f'"{name}" {told}{did_you_mean(name, names)}')
                elif name in roomless:
                    yield Problem(path, f'"{name}" has no room: this level tells nobody by it', warning=True)
    yield from _reach(config, channels)


def _unknown(place: Path, found: Sequence[str], known: Sequence[str], what: str) -> Iterator[Problem]:
    for position, name in enumerate(found):
        if name not in known:
            yield Problem((*place, position), f'"{name}" {what}{did_you_mean(name, known)}')


def _is_about(topic: Topic, topics: Sequence[str]) -> bool:
    return not topics or topic in topics


_TOLD_NOWHERE_ELSE = {
    Topic.TRACK: "a reminder of a track",
    Topic.JOINED: "what joins a storm that somebody has",
}
"""Topics that came later than others: a list of topics that was written before lacks them."""


def _unheard(config: Config) -> Iterator[Problem]:
    """Yield one warning for what no rule is about although a person waits for it."""
    missing = {
        topic: words
        for topic, words in _TOLD_NOWHERE_ELSE.items()
        if config.notify and not any(_is_about(topic, rule.topics) for rule in config.notify)
    }
    if missing:
        topics = " or ".join(f'"{topic}"' for topic in missing)
        text = f"no [[notify]] is about {topics}: {' and '.join(missing.values())} reaches nobody outside this screen"
        yield Problem(("notify", 0), text, warning=True)


def _reach(config: Config, channels: Sequence[Channel]) -> Iterator[Problem]:
    """Yield what works but leaves somebody unheard: no channels at all, a member of a rotation without an address."""
    members = {member for rotation in config.rotations for member in rotation.members}
    if not config.channels:
        if members:
            yield Problem((), "no [[channels]]: pages reach nobody outside this screen", warning=True)
        return
    if members and config.notify and not any(_is_about(Topic.PAGED, rule.topics) for rule in config.notify):
        text = 'no [[notify]] is about "paged": pages reach nobody outside this screen'
        yield Problem(("notify", 0), text, warning=True)
        return
    yield from _unheard(config)
    wanted = sorted({channel.contact for channel in channels if channel.contact})
    if any(not channel.contact for channel in channels):
        return  # one of them is told of every page
    for index, person in enumerate(config.people):
        kinds = {kind for kind, _ in person.reached_by()}
        if person.id in members and not kinds & set(wanted):
            text = f"{person.name or person.id} is on call and no channel reaches them; give them {' or '.join(wanted)}"
            yield Problem(("people", index), text, warning=True)
