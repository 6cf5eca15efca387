"""What is done to an issue when something is done to its incident here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from console.domain.alert import Alert, Who
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind, EffectState
from console.ports.sources import People, Settled
from console.ports.store import OutboxEntry
from console.sources.base.acting import done, failed, on_each, signed
from console.sources.base.reading.records import Record
from console.sources.base.reports import handle_of, handled
from console.sources.base.source import email_of
from console.sources.jira.api import JiraApi
from console.sources.jira.issues import the_one
from console.sources.jira.options import Options
from console.sources.jira.reader import category_of, is_done, who


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be done (``entry``) to which issue, as it stands now."""

    entry: OutboxEntry
    people: People
    report: Alert
    issue: Record

    @property
    def id(self) -> str:
        """The issue's id, which it keeps in whichever project."""
        return self.report.ref.fingerprint

    @property
    def key(self) -> str:
        """What people call the issue."""
        return self.issue.text("key") or self.id

    @property
    def has_it(self) -> Who:
        """Whom it is assigned to."""
        return who(self.issue.record("fields.assignee"))

    @property
    def status(self) -> str:
        """What its status is called."""
        return self.issue.text("fields.status.name") or category_of(self.issue)


class Actor:
    """Carries out effects on issues; each looks at the issue first, so that doing it again changes nothing."""

    def __init__(self, source: str, options: Options, api: JiraApi) -> None:
        self._source = source
        self._options = options
        self._api = api
        start = options.ack == "start"
        self._deeds: Mapping[EffectKind, Callable[[Deed], Awaitable[Settled]]] = {
            EffectKind.ACK: self._start if start else self._take,
            EffectKind.UNACK: self._put_back if start else self._give_back,
            EffectKind.RESOLVE: self._resolve,
            EffectKind.REOPEN: self._reopen,
            EffectKind.NOTE: self._note,
            EffectKind.ASSIGN: self._assign,
        }

    async def act(self, entry: OutboxEntry, incident: Incident, people: People) -> Settled:
        """Carry out one effect. Raises ``SourceError`` where trying again may help."""
        return await on_each(incident, self._source, partial(self._act, entry, people))

    async def _act(self, entry: OutboxEntry, people: People, report: Alert) -> Settled:
        deed = self._deeds.get(entry.kind)
        if deed is None:
            return failed(f"Jira knows no {entry.kind.value}")
        issue = await self._api.issue(report.ref.fingerprint)
        if issue is None:
            name = report.upstream.reference if report.upstream else report.ref.fingerprint
            return failed(f"{name} is gone, or not ours to see")
        return await deed(Deed(entry, people, report, issue))

    async def _take(self, deed: Deed) -> Settled:
        """Assign it to whoever acked it, but take it from nobody: an issue that somebody has is acked already."""
        actor = deed.entry.actor
        if deed.has_it.id and not deed.entry.attempts:
            return done(f"{deed.key} is {_named(deed.has_it)}'s already")
        account = await self._account(deed, email_of(deed.people, actor)) or await self._account(
            deed, self._options.ack_as or ""
        )
        if deed.has_it.id:  # an earlier try may have done it, and its answer got lost
            ours = account is not None and who(account).id == deed.has_it.id
            words = f"{deed.key} is {_named(deed.has_it)}'s already"
            handle = handle_of(deed.report, deed.has_it.id) if ours else ""
            return Settled(EffectState.DONE, words, handle=handle)
        if account is None:
            return failed(
                f"{deed.key} not assigned: no Jira user has {actor}'s email address; "
                "give them the address that Jira knows, or set ack_as"
            )
        return await self._give(deed, account)

    async def _assign(self, deed: Deed) -> Settled:
        person = deed.entry.text
        account = await self._account(deed, email_of(deed.people, person))
        if account is None:
            return failed(f"{deed.key} not assigned: no Jira user has {person}'s email address")
        if deed.has_it.id == who(account).id:
            return done(f"{deed.key} is {_named(deed.has_it)}'s already")
        return await self._give(deed, account)

    async def _give(self, deed: Deed, account: Record) -> Settled:
        person = who(account)
        await self._api.assign(deed.id, person.id)
        words = f"{deed.key} assigned to {_named(person)}"
        return Settled(EffectState.DONE, words, handle=handle_of(deed.report, person.id))

    async def _give_back(self, deed: Deed) -> Settled:
        ours = handled(deed.entry.handle).get(deed.id)
        if not deed.has_it.id:
            return done(f"{deed.key} is nobody's already")
        if deed.has_it.id != ours:
            return done(f"{deed.key} stays {_named(deed.has_it)}'s: it was not assigned from here")
        await self._api.unassign(deed.id)
        return done(f"{deed.key} unassigned")

    async def _account(self, deed: Deed, email: str) -> Record | None:
        """Return the one user with this address; Cloud often hides it from us and finds by it all the same."""
        if not email:
            return None
        return the_one(await self._api.assignable(deed.key, email), email)

    async def _start(self, deed: Deed) -> Settled:
        if category_of(deed.issue) != "new":
            return done(f"{deed.key} is {deed.status} already")
        return await self._move(deed, "indeterminate", "a status in progress")

    async def _put_back(self, deed: Deed) -> Settled:
        if category_of(deed.issue) != "indeterminate":
            return done(f"{deed.key} is {deed.status}")
        return await self._move(deed, "new", "a status that is to do")

    async def _resolve(self, deed: Deed) -> Settled:
        if is_done(deed.issue):
            return done(f"{deed.key} is {deed.status} already")
        return await self._move(deed, "done", "a status that is done", self._options.resolve_transition)

    async def _reopen(self, deed: Deed) -> Settled:
        if not is_done(deed.issue):
            return done(f"{deed.key} is {deed.status} already")
        return await self._move(deed, "", "a status that is not done")

    async def _move(self, deed: Deed, category: str, words: str, named: str | None = None) -> Settled:
        """Carry out the named transition, or the first that leads to the category (empty: any that is not done)."""
        possible = await self._api.transitions(deed.id)
        fitting = [one for one in possible if _fits(one, category, named)]
        if not fitting:
            names = ", ".join(one.text("name") for one in possible) or "none"
            what = f'no transition "{named}"' if named else f"no transition leads to {words}"
            return failed(f"{deed.key} not moved: {what} (there are: {names})")
        chosen = next((one for one in fitting if not self._open_fields(one)), None)
        if chosen is None:
            asked = ", ".join(self._open_fields(fitting[0]))
            return failed(
                f'{deed.key} not moved: "{fitting[0].text("name")}" asks for {asked}; do it in Jira'
            )
        fields = {"resolution": {"name": self._options.resolution}} if _asks_resolution(chosen) else {}
        await self._api.move(deed.id, chosen.must("id"), fields)
        return done(f"{deed.key} moved to {chosen.text('to.name') or chosen.text('name')}")

    def _open_fields(self, transition: Record) -> list[str]:
        """Return the fields that a transition insists on and that we have nothing for."""
        fields = transition.record("fields")
        return [
            fields.text(f"{name}.name") or name
            for name in fields.raw
            if name != "resolution"
            and fields.flag(f"{name}.required")
            and not fields.flag(f"{name}.hasDefaultValue")
        ]

    async def _note(self, deed: Deed) -> Settled:
        entry = deed.entry
        if entry.attempts and any(entry.id in one for one in await self._api.comments(deed.id)):
            return done(f"{deed.key} commented on already")  # the answer to an earlier try got lost
        await self._api.comment(deed.id, signed(entry))
        return done(f"{deed.key} commented on")


def _named(person: Who) -> str:
    return person.name or person.id


def _fits(transition: Record, category: str, named: str | None) -> bool:
    if named:
        return named.casefold() in {transition.text("name").casefold(), transition.text("id")}
    leads_to = transition.text("to.statusCategory.key")
    return leads_to == category if category else leads_to in {"new", "indeterminate"}


def _asks_resolution(transition: Record) -> bool:
    return bool(transition.record("fields.resolution").raw)
