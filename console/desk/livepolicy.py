"""The rules as they are at this moment, kept up to date from the store: see ``domain.team.live``."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from console.domain.policy import Policy
from console.domain.roster import Listed
from console.domain.team import listing
from console.domain.team.fold import fold
from console.domain.team.live import live
from console.domain.team.state import NO_TEAM_STATE, TeamState
from console.errors import StoreError
from console.ports.store import IncidentStore

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """What the store said, and the mark that it said it at; None: it has never been asked."""

    mark: tuple[int, int] | None = None
    team: TeamState = NO_TEAM_STATE
    listed: tuple[Listed, ...] = ()
    holidays: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """A policy, and what it was made of."""

    policy: Policy
    config: Policy
    read: _Read


def _same_rules(one: _Read, other: _Read) -> bool:
    """Return whether two states make the same policy: an answer to a checklist changes no rule."""
    return (
        one.listed is other.listed
        and one.holidays is other.holidays
        and one.team.covers == other.team.covers
        and one.team.absences == other.team.absences
        and one.team.maintenance == other.team.maintenance
        and one.team.comms == other.team.comms
    )


def _same(known: T, found: T) -> T:
    return known if found == known else found


class LivePolicy:
    """Calling it gives the policy and asks nobody; the same object as long as nothing has changed.

    ``refresh`` and ``fresh`` ask the store and belong into its thread.
    """

    def __init__(self, store: IncidentStore, policy_of: Callable[[], Policy]) -> None:
        self._store = store
        self._policy_of = policy_of
        self._read = _Read()
        self._made = _Made(policy_of(), policy_of(), self._read)

    def __call__(self) -> Policy:
        """Return the config's policy with what was last read of the team."""
        return self._current().policy

    @property
    def config(self) -> Policy:
        """The config's policy without the team's log."""
        return self._policy_of()

    @property
    def team(self) -> TeamState:
        """The team's log as it was last read."""
        return self._read.team

    @property
    def told(self) -> int:
        """A number that differs once changes of the world, or shifts of a calendar, have been told."""
        return self._read.mark[1] if self._read.mark is not None else 0

    @property
    def both(self) -> tuple[Policy, TeamState]:
        """The policy and the state of the team that is in it."""
        made = self._current()
        return made.policy, made.read.team

    def refresh(self) -> bool:
        """Read what is new of the team and the calendars; return whether anything was. Raises ``StoreError``.

        Where nothing is, that is one small question.
        """
        known = self._read
        mark = self._store.team_mark()
        if mark == known.mark:
            return False
        before = known.mark or (0, 0)
        new = self._store.facts(known.team.n) if mark[0] != before[0] else ()
        listed, holidays = known.listed, known.holidays
        if mark[1] != before[1]:
            # What came may have been a deployment: the rules stay the same objects then.
            listed = _same(known.listed, self._listed())
            holidays = _same(known.holidays, self._holidays())
        self._read = _Read(mark, fold(new, known.team), listed, holidays)
        return mark != before

    def fresh(self) -> Policy:
        """Return the policy as of now. Raises ``StoreError``."""
        self.refresh()
        return self()

    def loaded(self) -> Policy:
        """Return the policy, read from the store if it has never been. Raises ``StoreError``."""
        return self() if self._read.mark is not None else self.fresh()

    def look(self) -> None:
        """Read what is new, but go on with what is known where the store has none of this.

        A store of an older version that may only be read has no place for it.
        """
        try:
            self.refresh()
        except StoreError as error:
            log.debug("the team's log cannot be read: %s", error)

    def _current(self) -> _Made:
        config, read, made = self._policy_of(), self._read, self._made
        if made.config is not config or made.read is not read:
            same = made.config is config and _same_rules(made.read, read)
            made = _Made(
                made.policy if same else live(config, read.team, read.listed, read.holidays), config, read
            )
            self._made = made
        return made

    def _listed(self) -> tuple[Listed, ...]:
        """Return the shifts of all calendars; one that cannot be read is left out, and said so."""
        found: list[Listed] = []
        for one in self._store.kept(listing.CALENDAR):
            try:
                found += listing.read(one.value)
            except ValueError as error:
                log.warning("what is kept of %s cannot be read: %s", one.name, error)
        return tuple(found)

    def _holidays(self) -> tuple[tuple[date, str], ...]:
        """Return the holidays of the config's file; none where they cannot be read, and said so."""
        for one in self._store.kept(listing.HOLIDAYS):
            try:
                return listing.read_days(one.value)
            except ValueError as error:
                log.warning("what is kept of %s cannot be read: %s", one.name, error)
        return ()
