"""Handovers out of a store: the document of a shift, packed into its offer, and read again for good.

What was offered is kept as it was read: rules, names and the health of sources change afterwards.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

from console.domain.handover import LONGEST_SHIFT, build
from console.domain.handover_document import Handover, Signed, Written
from console.domain.handover_since import changed
from console.domain.health import SourceHealth
from console.domain.nearest import did_you_mean
from console.domain.policy import Policy
from console.domain.roster import duties, duty, roles
from console.domain.team.commands import OfferHandover
from console.domain.team.handovers import Handing, Stage, find
from console.domain.team.shifts import OWED_FOR, HandoverShift, offered_to, owed, shift_at, shift_of
from console.domain.team.state import TeamState
from console.errors import StoreError, UsageError
from console.outputs.gather import Asked, gather, whose
from console.ports.handover import HandoverView
from console.ports.store import IncidentStore
from console.store.codec import dump, load

MOST_UNPACKED = 20_000_000
"""Bytes of a packed document that are believed: a shift with 5,000 events has about one million."""


def packed(document: Handover) -> str:
    """Return a document as text for the team's log: compressed JSON, pure ASCII."""
    return base64.b64encode(zlib.compress(dump(document).encode("ascii"), 9)).decode("ascii")


def unpacked(text: str) -> Handover:
    """Return the document that ``packed`` wrote. Raises ``StoreError`` where it is damaged."""
    try:
        plain = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), MOST_UNPACKED)
        return load(Handover, plain.decode("ascii"))
    except (ValueError, zlib.error) as error:
        raise StoreError(f"the document of this handover cannot be read ({error})") from error


Place = tuple[str, str]
"""A team and a role, each empty where any will do."""


class StoreSheets:
    """See ``console.ports.handover.Sheets``. ``both`` refreshes and returns the rules and the team's log."""

    def __init__(
        self,
        store: IncidentStore,
        both: Callable[[], tuple[Policy, TeamState]],
        me: str,
        sources: Callable[[], tuple[SourceHealth, ...] | None],
    ) -> None:
        self._store, self._both, self._me, self._sources = store, both, me, sources

    def look(self, handover: str = "", team: str = "", role: str = "") -> HandoverView:
        """Return the handover that concerns the person now, or the one with an id."""
        policy, state = self._both()
        shift = self._named(handover, state) if handover else self._mine((team, role), policy, state)
        handing = find(state.handovers, shift.id)
        others = tuple(
            one
            for one in reversed(state.handovers)
            if one.offered_at is not None and one.id != shift.id and one.team == shift.team
        )
        if handing.stage not in {Stage.OFFERED, Stage.ACCEPTED}:
            draft = replace(
                handing, incoming=shift.incoming
            )  # whom an offer would go to: not who returned it
            return HandoverView(shift, handing, self._so_far(shift, draft, policy), (), others)
        document = as_offered(handing)
        settled = handing.settled_at if handing.stage is Stage.ACCEPTED else None
        past = settled is not None and self._store.now() - settled >= OWED_FOR
        since = () if past else changed(document, self._so_far(shift, handing, policy))
        return HandoverView(shift, handing, document, since, others)

    def offer(self, to: str = "", remarks: str = "", team: str = "", role: str = "") -> OfferHandover:
        """Return the offer of the person's own shift as it stands."""
        policy, state = self._both()
        shift = self._own((team, role), policy, state)
        incoming = to or shift.incoming
        handing = replace(find(state.handovers, shift.id), incoming=incoming)
        document = self._so_far(shift, handing, policy)
        owners = {row.id: row.owner for row in self._store.open_rows().rows}
        listed = tuple((one.id, owners[one.id]) for one in document.open if one.id in owners)
        start, end = document.shift_start, document.shift_end
        return OfferHandover(
            shift.id, shift.team, shift.role, start, end, incoming, listed, packed(document), remarks
        )

    def _mine(self, wanted: Place, policy: Policy, state: TeamState) -> HandoverShift:
        waiting = offered_to(state, self._me, *wanted)
        return shift_of(waiting) if waiting is not None else self._own(wanted, policy, state)

    def _own(self, wanted: Place, policy: Policy, state: TeamState) -> HandoverShift:
        """Return the person's own shift, one that is over and not taken over first; else that of the team."""
        now, roster = self._store.now(), policy.roster
        for before, _ in owed(roster, state, now):
            if before.outgoing == self._me and _fits(wanted, (before.team, before.role)):
                return before
        held = [one for one in duties(roster, now) if one.person == self._me]
        for one in sorted(held, key=lambda one: one.role != "primary"):
            running = shift_at(roster, state, one.team, one.role, now)
            if running is None or not _fits(wanted, (one.team, one.role)):
                continue
            if find(state.handovers, running.id).stage is not Stage.ACCEPTED:
                return running  # of several roles the next one that is not handed over yet
        team, first = whose(policy, self._me, wanted[0], now)
        role = wanted[1] or first
        if role not in roles(roster, team):
            raise UsageError(f'{team} has no role "{role}"{did_you_mean(role, roles(roster, team))}')
        found = shift_at(roster, state, team, role, now)
        if found is None:
            reason = duty(roster, team, role, now).reason
            because = f" ({reason})" if reason else ""
            raise UsageError(
                f"nobody is {role} of {team} now{because}: there is no shift to hand over",
                hint="let somebody cover it: oncall roster override, or w in the console",
            )
        return found

    def _named(self, name: str, state: TeamState) -> HandoverShift:
        found = find(state.handovers, name)
        if found.offered_at is None:
            raise UsageError(f'no handover "{name}" was offered', hint="oncall handover list shows them")
        return shift_of(found)

    def _so_far(self, shift: HandoverShift, handing: Handing, policy: Policy) -> Handover:
        end = shift.end or self._store.now()
        earliest = end - LONGEST_SHIFT
        asked = Asked(
            team=shift.team,
            role=shift.role,
            person=shift.outgoing,
            incoming=handing.incoming or shift.incoming,
            start=max(shift.start or earliest, earliest),
            end=end,
            as_of_now=True,
            entries=handing.entries,
        )
        return build(gather(self._store, policy, self._me, asked, self._sources()))


def _fits(wanted: Place, place: Place) -> bool:
    return all(name in {"", known} for name, known in zip(wanted, place, strict=True))


def as_offered(handing: Handing) -> Handover:
    """Return the document of an offer with what became of it. Raises ``StoreError`` where it is damaged."""
    if handing.offered_at is None:
        raise StoreError("this handover was never offered")
    document = unpacked(handing.document)
    signed = Signed(
        handing.offered_at,
        handing.remarks,
        handing.settled_at,
        handing.stage is Stage.ACCEPTED,
        handing.answer,
        handing.moved,
        tuple(_late(handing, document)),
    )
    return replace(document, signed=signed)


def _late(handing: Handing, document: Handover) -> Iterator[Written]:
    """Yield what was written after the offer, under the names that both had then: what is renamed changes nothing."""
    read = {(one.section, one.text, one.at) for one in document.written}
    names = {handing.outgoing: document.outgoing, handing.incoming: document.incoming}
    for one in handing.entries:
        if (one.section, one.text, one.at) not in read:
            yield Written(one.section, one.text, names.get(one.by, one.by), one.at)
