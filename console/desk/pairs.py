"""Commands that concern two incidents: both sides are decided together and written in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import islice

from console.desk.draft import Draft
from console.domain import events as ev
from console.domain.alert import Alert, AlertRef
from console.domain.commands import Absorb, Command, MergeInto, ObserveAlerts, Split, StandAlone
from console.domain.decide import Accepted, AskFirst, Context, Decision, NoChange, Rejected, decide
from console.domain.decisions.splitting import refs_of
from console.domain.fold import fold
from console.domain.grouping import group_key
from console.domain.incident import Incident, Member, State
from console.domain.opening import opening, worst_of
from console.ports.store import IncidentStore

DEEP = 100
"""Merges of merges that are followed."""

No = NoChange | Rejected | AskFirst


class Pairs:
    """Makes the drafts of merges and splits, the incident's that the command names first.

    Both carry the versions they were decided on, so of two people at once one decides anew.
    """

    def __init__(self, store: IncidentStore, load: Callable[[str], Incident | None]) -> None:
        self._store = store
        self._load = load

    def drafts(self, draft: Draft, command: MergeInto | Split, context: Context) -> tuple[Draft, ...] | No:
        """Return both drafts, or why there are none. Raises ``StoreError``."""
        if draft.before is None:
            return _no(decide(None, command, context))
        if isinstance(command, MergeInto):
            return self._merge(draft, draft.before, command, context)
        if command.child:
            return self._let_go(draft, draft.before, command, context)
        return self._split(draft, draft.before, command, context)

    # Merging

    def _top(self, name: str) -> Incident | None:
        """Return an incident, or where it was merged the one that it is part of in the end."""
        found = self._load(name)
        for _ in range(DEEP):
            if found is None or not found.merged_into:
                break
            found = self._load(found.merged_into)
        return found

    def _merge(
        self, draft: Draft, child: Incident, command: MergeInto, context: Context
    ) -> tuple[Draft, ...] | No:
        parent = Draft(self._top(command.parent))
        if parent.before is None:
            return Rejected(f"there is no incident {command.parent}")
        into = parent.before.id
        if child.merged_into and (top := self._top(child.id)) is not None and top.id == into:
            return NoChange(f"{child.id} is part of {into} already")
        if into == child.id != command.parent:
            return Rejected(f"{command.parent} is part of {child.id} already")
        if parent.before.state is State.CLOSED:
            return Rejected(f"{into} is closed: choose an open incident")
        refused = merge(draft, child, parent, context)
        return refused if refused is not None else (draft, parent)

    # Splitting

    def _split(
        self, draft: Draft, parent: Incident, command: Split, context: Context
    ) -> tuple[Draft, ...] | No:
        """Open an incident for the alerts of services; it counts as reported when the first of them was seen."""
        trial = decide(parent, command, context)
        if not isinstance(trial, Accepted):
            return trial
        new = Draft(None)
        name = self._store.allocate(1)[0]
        _add(draft, replace(command, into=name), context)
        members = dict(parent.members)
        refs = refs_of(parent, command.services)
        alerts = [_unheld(parent, members[ref]) for ref in refs]
        cleared = tuple(ref for ref in refs if members[ref].cleared_at is not None)
        firing = [alert for alert in alerts if alert.ref not in cleared]
        key = group_key(worst_of(firing), context.policy.grouping)
        free = key if self._holder(key, {parent.id}) is None and key != parent.key else ""
        first = min(self._first_seen(parent, refs))
        made = replace(opening(free, firing, "", context.now), alerts=tuple(alerts), split_from=parent.id)
        beside = _beside(context, name)
        refused = _add(new, replace(made, reported_at=min(first, made.reported_at or first)), beside)
        if refused is None and cleared:
            _add(new, ObserveAlerts(cleared=cleared), beside)
        return refused if refused is not None else (draft, new)

    def _let_go(
        self, draft: Draft, parent: Incident, command: Split, context: Context
    ) -> tuple[Draft, ...] | No:
        """Let a child stand alone again, with its alerts as they are by now."""
        child = Draft(self._load(command.child))
        if child.before is None:
            return Rejected(f"there is no incident {command.child}")
        into = child.before.merged_into
        if into and into != parent.id and not parent.merged_into and command.child not in parent.children:
            return Rejected(f"{command.child} is part of {into}: split it off that one")
        theirs = _theirs(child.before, parent, context)
        refused = _add(draft, replace(command, refs=tuple(theirs), tickets=child.before.tickets), context)
        if refused is not None:
            return refused
        holder = self._holder(child.before.key, {parent.id, command.child})
        if holder is not None:
            return Rejected(f"{holder} is open for the same rule by now: resolve or merge {holder} first")
        gone = tuple(
            ref for ref, member in child.before.members if member.cleared_at is None and ref not in theirs
        )
        beside = _beside(context, command.child)
        refused = _add(child, StandAlone(parent.id, gone), beside)
        if refused is None:
            _add(child, _news(child.before, parent, theirs), beside)
        return refused if refused is not None else (draft, child)

    def _holder(self, key: str, beside: set[str]) -> str | None:
        """Return the open incident that stands for a key: there can be one only."""
        if not key:
            return None
        rows = self._store.open_rows().rows
        return next((row.id for row in rows if row.key == key and row.id not in beside), None)

    def _first_seen(self, parent: Incident, refs: tuple[AlertRef, ...]) -> Iterable[datetime]:
        """Yield when each alert was first seen, here or by a child that brought it along."""
        wanted = set(refs)
        yield from (member.first_seen for ref, member in parent.members if ref in wanted)
        for log in self._store.logs(parent.children).values() if parent.children else ():
            child = fold(log)
            yield from (member.first_seen for ref, member in child.members if ref in wanted)


def merge(draft: Draft, child: Incident, parent: Draft, context: Context) -> No | None:
    """Add both sides of a merge to their drafts, or neither: then return why not."""
    if parent.after is None:
        return Rejected(f"{child.id} cannot be merged: there is no such incident")
    into = parent.after.id
    leaving = decide(draft.after, MergeInto(into), context)
    if not isinstance(leaving, Accepted):
        return leaving
    firing = tuple(member.alert for _, member in child.members if member.cleared_at is None)
    beside = _beside(context, into)
    refused = _add(parent, Absorb(child.id, child.reported_at, firing, child.tracks, child.tickets), beside)
    if refused is None:
        draft.add(leaving, context)
    return refused


def done_as(command: Command, events: Iterable[ev.Event]) -> Command:
    """Return a command as it was carried out: with the incident that it was about in the end."""
    for event in islice(events, 1):
        if isinstance(command, MergeInto) and isinstance(event.body, ev.Merged):
            return MergeInto(event.body.into)
        if isinstance(command, Split) and isinstance(event.body, ev.SplitOff):
            return replace(command, into=event.body.into, refs=event.body.refs)
    return command


def _beside(context: Context, incident: str) -> Context:
    """Return the circumstances of the other incident."""
    return replace(context, incident_id=incident, events=())


def _add(draft: Draft, command: Command, context: Context) -> No | None:
    """Decide a command and add it to the draft; return why not, where it is refused."""
    decision = decide(draft.after, command, context)
    if not isinstance(decision, Accepted):
        return decision
    draft.add(decision, context)
    return None


def _no(decision: Decision) -> No:
    return Rejected("") if isinstance(decision, Accepted) else decision


def _unheld(holder: Incident, member: Member) -> Alert:
    """Return an alert without a silence that an incident asked for: its ack is not the other's."""
    alert = member.alert
    return replace(alert, muted_until=None, muted_by="") if holder.acts_at(alert.ref.source) else alert


def _theirs(child: Incident, parent: Incident, context: Context) -> dict[AlertRef, Member]:
    """Return the parent's members that are the child's: those it brought, and what joined for its rule since."""
    brought = {ref for ref, _ in child.members}
    own = bool(child.key) and child.key != parent.key
    return {
        ref: member
        for ref, member in parent.members
        if ref in brought or (own and group_key(member.alert, context.policy.grouping) == child.key)
    }


def _news(child: Incident, parent: Incident, theirs: dict[AlertRef, Member]) -> ObserveAlerts:
    """Return what became of the child's alerts while they were the parent's."""
    known = dict(child.members)
    fired, cleared = [], []
    for ref, member in theirs.items():
        before = known.get(ref)
        if member.cleared_at is None:
            alert = _unheld(parent, member)
            if before is None or before.cleared_at is not None or before.alert != alert:
                fired.append(alert)
        elif before is not None and before.cleared_at is None:
            cleared.append(ref)
    return ObserveAlerts(tuple(fired), tuple(cleared))
